//! What becomes of a request that was granted: it is sent, its outcome is brought to the machine, and a refresh token that
//! came with it to its file.
//!
//! Invariant: a granted request is always answered, even if its task panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::FutureExt;
use secrecy::SecretString;
use tollgate_core::failure::Code;
use tollgate_core::machine::admission::Ticket;
use tollgate_core::machine::credential::Event;
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::oauth::token_answer::{Minted, Refusal};
use tollgate_core::time::clock::Mono;

use crate::exchange;
#[cfg(test)]
use crate::mishap::Spot;
use crate::outbox::Event as Message;
use crate::vault::{State, Vault};

impl Vault {
    pub(crate) fn send(self: &Arc<Self>, state: &State, ticket: Ticket, using: &RequestGrant) {
        #[cfg(test)]
        self.strike(Spot::Send);
        let profile = Arc::clone(&state.asking);
        let request = profile.request(using);
        let (way, proving) = (Arc::clone(&self.way), self.proving().cloned());
        let endpoint = Arc::clone(&self.endpoint);
        let exchange = exchange::send(way, endpoint, profile, proving, request, self.surroundings.clock);
        #[cfg(test)]
        let exchange = {
            let vault = Arc::clone(self);
            async move {
                vault.strike(Spot::Exchange);
                exchange.await
            }
        };
        self.answer(ticket, self.now().mono, exchange);
    }

    /// Brings the outcome of a granted request to the machine, whatever happens on the way.
    pub(crate) fn answer(
        self: &Arc<Self>,
        ticket: Ticket,
        sent: Mono,
        outcome: impl Future<Output = Result<Minted, Refusal>> + Send + 'static,
    ) {
        // Boxed: a future that is moved takes its size again in each that it is moved into.
        let (vault, outcome) = (Arc::clone(self), Box::pin(outcome));
        self.surroundings.runtime.spawn(async move {
            let outcome = AssertUnwindSafe(outcome).catch_unwind().await;
            let outcome = outcome.unwrap_or_else(|_| Err(fault("while sending the request")));
            let bring = || {
                #[cfg(test)]
                vault.strike(Spot::Answer);
                vault.hear(Event::Answered { ticket, sent, outcome })
            };
            let called = catch_unwind(AssertUnwindSafe(bring)).unwrap_or_else(|_| {
                // If the machine has taken the answer all the same, this one is not heard.
                let outcome = Err(fault("while taking the answer"));
                vault.hear(Event::Answered { ticket, sent, outcome })
            });
            // A fault in the next is none of this one's.
            called.into_iter().for_each(|turn| vault.endpoint.call(turn));
        });
    }

    /// Writes a refresh token to its file, where there is one, without keeping anybody waiting for the disk.
    pub(crate) fn keep(&self, token: SecretString) {
        let Some(keeping) = self.keeping().cloned() else { return };
        let (number, title, outbox) =
            (keeping.receive(), self.profile.title(), Arc::clone(&self.surroundings.outbox));
        #[cfg(test)]
        let (mishap, name) = (self.surroundings.mishap.clone(), self.profile.name.clone());
        self.surroundings.runtime.spawn_blocking(move || {
            let kept = catch_unwind(AssertUnwindSafe(|| {
                #[cfg(test)]
                mishap.strike(Spot::Keep, &name);
                keeping.keep(number, &token)
            }));
            let kept = kept.unwrap_or_else(|_| Err("its file (a fault in Tollgate, please report it)".into()));
            if let Err(cause) = kept {
                outbox.post(Message::Warn(format!(
                    "{title}: the new refresh token could not be written to {cause}. This run goes on with it, but the \
                     next one will find the old one: make the file and its directory writable"
                )));
            }
        });
    }
}

/// A fault of ours, as the outcome of a request that may have been sent.
pub(crate) fn fault(when: &str) -> Refusal {
    let words = format!("Tollgate failed {when}; please report it");
    Refusal { code: Code::Internal, ..Refusal::unanswered(words) }
}
