//! Trials: token requests of a client that are sent apart from the machine, to try settings out.
//!
//! The server counts them and may limit the client for them, so the machine does both too. Invariants: no trial is sent
//! before a wait is over that the server named, nor beyond the mint budget; nothing else that the machine has decided holds
//! a trial back, and of a trial nothing is kept but its number and the wait that its answer names.

use std::sync::Arc;
use std::time::Duration;

use super::Endpoint;
use super::obstacle::{Cause, Obstacle};
use crate::oauth::token_answer::{Class, Refusal};
use crate::time::budget::Budget;
use crate::time::clock::{Context, Mono, Now};

impl Endpoint {
    /// Why no trial of this client may be sent now, and for how long. `budget`: that of the settings on trial.
    #[must_use]
    pub fn holds_trial(
        &self,
        now: Mono,
        client: &str,
        budget: Option<Budget>,
    ) -> Option<(Arc<Refusal>, Duration)> {
        let client = self.names.get(client).map(|number| &self.admission.clients[*number as usize]);
        let of_client = client.and_then(|client| client.holds_trial(now, budget, self.run_active));
        let facts = [self.admission.breaker.named_wait(now), of_client];
        let Obstacle { until, cause } = Obstacle::longest(facts.into_iter().flatten())?;
        let why = match cause {
            Cause::Server(why) => why,
            Cause::Limit(limit) => Arc::new(limit.refusal()),
        };
        Some((why, until.time().unwrap_or(now).since(now)))
    }

    /// A trial of this client was sent.
    pub fn trial_sent(&mut self, now: Mono, client: &Arc<str>) {
        let client = self.client_named(client);
        self.admission.client(client).count(now);
    }

    /// A trial of this client failed: the wait that the server named holds back its next requests too.
    pub fn trial_failed(&mut self, now: Now, client: &Arc<str>, refusal: &Arc<Refusal>) {
        let client = self.client_named(client);
        let mut ctx = Context { now, jitter: &mut *self.jitter };
        let gate = match refusal.class {
            Class::Unavailable => &mut self.admission.breaker,
            _ => &mut self.admission.client(client).gate,
        };
        gate.observe(&mut ctx, refusal);
    }
}
