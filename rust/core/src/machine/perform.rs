//! What an endpoint does for one credential: each [`Action`] becomes outputs, and reaches the other owners it concerns.

use super::admission::{Admission, Answer, Wait};
use super::credential::{Action, Credential};
use super::fact::{Fact, Reason};
use super::input::CredentialId;
use super::output::Output;
use super::pools::Pools;
use crate::time::clock::Mono;

/// One credential and what its actions touch.
pub(super) struct Performed<'a> {
    pub(super) id: CredentialId,
    pub(super) credential: &'a mut Credential,
    pub(super) admission: &'a mut Admission,
    pub(super) pools: &'a mut Pools,
    pub(super) outputs: &'a mut Vec<Output>,
}

impl Performed<'_> {
    pub(super) fn perform(&mut self, now: Mono, action: Action) {
        let id = self.id;
        self.outputs.push(match action {
            Action::Ask(reason) => return self.ask(now, reason),
            Action::Hold(why) => {
                let believed = why.is_permanent();
                // Where another request's refusal of the client holds it longer, it finds that when it asks: then it stands in
                // the line, which is called when the refusal ends.
                let until = if believed {
                    self.admission.opens(now, self.credential)
                } else {
                    self.admission.gates_open(self.credential)
                };
                self.credential.hold(Wait { until, why, believed, turn: None }, false);
                if believed {
                    return;
                }
                Output::Note(id, Fact::Held { wait: until.since(now) })
            }
            Action::Publish => Output::Publish(id),
            Action::Withdraw => Output::Withdraw(id),
            Action::CutOffSends => Output::CutOffSends(id),
            Action::ReleaseSends => Output::ReleaseSends(id),
            Action::Vacate => Output::Vacate(id),
            Action::Wake => Output::Wake(id),
            Action::Note(fact) => return self.note(now, fact),
        });
    }

    fn ask(&mut self, now: Mono, reason: Reason) {
        let id = self.id;
        let answer = if self.credential.must_drain(now) {
            match self.admission.stands_in_the_way(now, self.credential, reason) {
                None => {
                    self.credential.drain(now);
                    return self.outputs.extend([Output::Withdraw(id), Output::HoldSends(id)]);
                }
                Some(wait) => Answer::Held(wait),
            }
        } else {
            self.admission.ask(now, id, self.credential, reason)
        };
        match answer {
            Answer::Granted(request) if self.credential.policy.shared => {
                self.credential.grant(now, request, reason);
                let limits =
                    self.admission.client(self.credential.client).shared_limits(reason == Reason::Ahead);
                let rejected = reason == Reason::Rejected;
                self.outputs.push(Output::Admit { credential: id, request, rejected, limits });
            }
            Answer::Granted(request) => {
                let using = self.credential.grant(now, request, reason);
                if let Some(seat) = &self.credential.seat {
                    self.pools.asked(seat, reason);
                }
                self.outputs.push(Output::Send { credential: id, request, reason, using });
                self.outputs.push(Output::Note(id, Fact::Sent { reason }));
            }
            Answer::Held(wait) => {
                self.credential.hold(wait, reason == Reason::Ahead);
                // Nothing is sent before then, so there is no reason to hold sends either.
                let mut released = Vec::new();
                self.credential.release(now, &mut released);
                released.into_iter().for_each(|action| self.perform(now, action));
            }
        }
    }

    fn note(&mut self, now: Mono, fact: Fact) {
        let id = self.id;
        let seat = self.credential.seat.as_deref();
        match &fact {
            Fact::Failed { refusal, refreshing, repeated, .. } => {
                seat.iter().for_each(|seat| self.pools.failed(seat));
                let again = if refusal.may_be_about_secret() {
                    (!repeated).then_some(Output::ReadClientSecret(id))
                } else if *refreshing {
                    refusal.is_permanent().then_some(Output::ReadRefreshToken(id))
                } else {
                    refusal.is_about_grant().then_some(Output::ReadGrant(id))
                };
                self.outputs.push(Output::Note(id, fact));
                self.outputs.extend(again);
            }
            Fact::Minted { generation, .. }
            | Fact::Unchanged { generation, .. }
            | Fact::Shared { generation, .. } => {
                let sent = self.credential.sent_at(*generation).unwrap_or(now);
                seat.iter().for_each(|seat| self.pools.minted(seat, *generation, sent, now));
                self.outputs.push(Output::Note(id, fact));
            }
            _ => self.outputs.push(Output::Note(id, fact)),
        }
    }
}
