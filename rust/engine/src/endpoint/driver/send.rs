//! What becomes of a granted request: it is sent in a task of its own, its outcome comes back as an input, and a refresh
//! token that came with it goes to its file.
//!
//! Invariant: a granted request is always answered, even if its task panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::FutureExt as _;
use secrecy::SecretString;
use tollgate_core::config::profile::Profile;
use tollgate_core::machine::{CredentialId, Input, RequestId};
use tollgate_core::oauth::grant::RequestGrant;

use super::Driver;
#[cfg(test)]
use crate::fault_injection::Spot;
use crate::http::exchange::{self, Exchange};
use crate::http::transport_errors::fault;
use crate::outbox::Event as Message;

impl Driver {
    pub(super) fn send(&mut self, id: CredentialId, request: RequestId, using: &RequestGrant) {
        #[cfg(test)]
        self.strike(Spot::Send, Some(id));
        let Some(endpoint) = self.endpoint.upgrade() else { return };
        let (Some(member), Some(credential)) = (self.members.get(&id), self.machine.credential(id)) else {
            return;
        };
        let cell = Arc::clone(&member.cell);
        let profile = self.with_newest_secret(&member.requests_with, credential.presented().authentication);
        let exchange = Exchange {
            transport: cell.transport.load_full(),
            last_responses: Arc::clone(&endpoint.last_responses),
            request: profile.request(using),
            profile,
            proving: cell.proving().cloned(),
            clock: self.context.clock,
        };
        self.context.runtime.spawn(async move {
            #[cfg(test)]
            let struck = Arc::clone(&cell);
            let outcome = AssertUnwindSafe(async move {
                #[cfg(test)]
                struck.context().faults.strike(Spot::Exchange, &struck.profile.name);
                exchange::send(exchange).await
            });
            // Boxed: a future that is handed on by value is copied, and takes its memory again, in each that holds it.
            let outcome = Box::pin(outcome.catch_unwind()).await;
            let outcome = outcome.unwrap_or_else(|_| Err(fault("while sending the request")));
            #[cfg(test)]
            let outcome = match catch_unwind(AssertUnwindSafe(|| {
                cell.context().faults.strike(Spot::Answer, &cell.profile.name)
            })) {
                Ok(()) => outcome,
                Err(_) => Err(fault("while taking the answer")),
            };
            endpoint.post(Input::Answered(request, outcome));
        });
    }

    /// Answers a request that could not be sent.
    pub(super) fn answer_for(&mut self, request: RequestId) {
        if let Some(endpoint) = self.endpoint.upgrade() {
            endpoint.post(Input::Answered(request, Err(fault("before the request was sent"))));
        }
    }

    /// The profile of a request, with the client's secret as last read.
    fn with_newest_secret(&self, profile: &Arc<Profile>, authentication: u64) -> Arc<Profile> {
        let newest = self
            .secrets
            .iter()
            .find(|((client, with), _)| *with == authentication && **client == *profile.account());
        match newest {
            Some((_, secret)) => Arc::new(profile.with(|terms| terms.client.replace_secret(secret.clone()))),
            None => Arc::clone(profile),
        }
    }

    /// Writes a refresh token to its file, where there is one, without keeping anybody waiting for the disk.
    pub(super) fn keep(&mut self, id: CredentialId, token: SecretString) {
        let Some(member) = self.members.get(&id) else { return };
        let Some(file) = member.cell.refresh_token_file().cloned() else { return };
        let (number, cell) = (file.receive(), Arc::clone(&member.cell));
        self.context.runtime.spawn_blocking(move || {
            let kept = catch_unwind(AssertUnwindSafe(|| {
                #[cfg(test)]
                cell.context().faults.strike(Spot::Keep, &cell.profile.name);
                file.keep(number, &token)
            }));
            let kept =
                kept.unwrap_or_else(|_| Err("its file (a fault in Tollgate, please report it)".into()));
            if let Err(cause) = kept {
                let title = cell.profile.title();
                cell.context().outbox.post(Message::Warn(format!(
                    "{title}: the new refresh token could not be written to {cause}. This run goes on with it, but the \
                     next one will find the old one: make the file and its directory writable"
                )));
            }
        });
    }
}
