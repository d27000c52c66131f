//! Performs what the machine wants done.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tollgate_core::machine::fact::Fact;
use tollgate_core::machine::{CredentialId, Input, Output, PoolId};
use tollgate_core::time::clock::Now;

use super::Driver;
use crate::endpoint::credential::CredentialCell;
use crate::endpoint::pool::serves_alone;
#[cfg(test)]
use crate::fault_injection::Spot;
use crate::log_messages::message;
use crate::outbox::Event as Message;

impl Driver {
    /// Performs outputs in order. A fault of ours in one does not cost the others.
    pub(super) fn perform_all(&mut self, outputs: Vec<Output>, now: Now) {
        let mut outputs = VecDeque::from(outputs);
        while let Some(output) = outputs.pop_front() {
            let request = match &output {
                Output::Send { request, .. } | Output::Admit { request, .. } => Some(*request),
                _ => None,
            };
            let about = subject(&output);
            let performed = catch_unwind(AssertUnwindSafe(|| self.perform(output, now)));
            let followed = match performed {
                Ok(followed) => followed,
                Err(_) => {
                    if let Some(id) = about {
                        self.publish_as_is(id, now);
                        self.log_fault(id, "doing what was decided");
                    }
                    if let Some(request) = request {
                        self.answer_for(request);
                    }
                    None
                }
            };
            if let Some(input) = followed {
                let mut more = Vec::new();
                self.machine.handle(now, input, &mut more);
                outputs.extend(more);
            }
        }
    }

    /// Performs one output. Some are answered by an input at once.
    fn perform(&mut self, output: Output, now: Now) -> Option<Input> {
        match output {
            Output::Send { credential, request, using, .. } => self.send(credential, request, &using),
            Output::Admit { credential, request, rejected, limits } => {
                self.admit(credential, request, rejected, limits);
            }
            Output::Publish(id) => self.publish(id, now),
            Output::Withdraw(id) => self.with_cell(id, |cell| cell.published.hide()),
            Output::Explain(id) => {
                let availability = self.machine.availability(id);
                self.with_cell(id, |cell| cell.explain(availability));
            }
            Output::Wake(id) => {
                let views = self.members.get(&id).map(|member| member.cell.published.views());
                let wake = |(handle, _)| self.context.outbox.post(Message::Wake(handle));
                views.into_iter().flatten().for_each(wake);
            }
            Output::HoldSends(id) => {
                let left = self.members.get(&id).map_or(0, |member| member.cell.sends.hold());
                return Some(Input::SendsLeft(id, left));
            }
            Output::CutOffSends(id) => {
                let left = self.members.get(&id).map_or(0, |member| member.cell.sends.cut_off());
                return Some(Input::SendsLeft(id, left));
            }
            Output::ReleaseSends(id) => self.with_cell(id, |cell| cell.sends.release()),
            Output::ReadClientSecret(id) => self.read_client_secret(id),
            Output::ReadGrant(id) => self.read_grant(id),
            Output::ReadRefreshToken(id) => self.read_refresh_token(id),
            Output::Vacate(id) => self.with_cell(id, |cell| cell.fingerprints.store(None)),
            Output::ServeAlone(pool, slot) => self.serve_alone(pool, slot),
            Output::Note(id, fact) => self.note(id, now, &fact),
        }
        None
    }

    fn with_cell(&self, id: CredentialId, act: impl FnOnce(&CredentialCell)) {
        if let Some(member) = self.members.get(&id) {
            act(&member.cell);
        }
    }

    fn publish(&self, id: CredentialId, now: Now) {
        #[cfg(test)]
        self.strike(Spot::Publish, Some(id));
        self.publish_as_is(id, now);
    }

    /// Shows readers what is in service.
    fn publish_as_is(&self, id: CredentialId, now: Now) {
        let Some(member) = self.members.get(&id) else { return };
        match self.machine.credential(id).and_then(|credential| credential.token(now.mono)).cloned() {
            Some(token) => member.cell.publish(token),
            None => member.cell.published.hide(),
        }
    }

    /// Publishes the token that the machine has in service, if none is published.
    pub(super) fn publish_again(&self, id: CredentialId, now: Now) {
        if self.members.get(&id).is_some_and(|member| member.cell.generation() == 0) {
            self.publish_as_is(id, now);
        }
    }

    fn serve_alone(&mut self, pool: PoolId, alone: Option<usize>) {
        for member in self.members.values() {
            let Some((cell, slot)) = member.cell.seat().filter(|(cell, _)| cell.id == pool) else { continue };
            cell.serve_alone(alone);
            if alone == Some(slot) {
                self.context.outbox.post(Message::Warn(serves_alone(&member.cell.profile)));
            }
        }
    }

    fn note(&mut self, id: CredentialId, now: Now, fact: &Fact) {
        #[cfg(test)]
        self.strike(Spot::Note, Some(id));
        let in_service = self.machine.in_service();
        let Some(member) = self.member(id) else { return };
        member.note(now, fact);
        if let Some(message) = message(&member.cell.profile, fact, in_service) {
            member.cell.context().outbox.post(message);
        }
    }
}

/// The credential that an output is about.
fn subject(output: &Output) -> Option<CredentialId> {
    match output {
        Output::Send { credential: id, .. }
        | Output::Admit { credential: id, .. }
        | Output::Publish(id)
        | Output::Withdraw(id)
        | Output::Explain(id)
        | Output::Wake(id)
        | Output::HoldSends(id)
        | Output::CutOffSends(id)
        | Output::ReleaseSends(id)
        | Output::ReadClientSecret(id)
        | Output::ReadGrant(id)
        | Output::ReadRefreshToken(id)
        | Output::Vacate(id)
        | Output::Note(id, _) => Some(*id),
        Output::ServeAlone(..) => None,
    }
}
