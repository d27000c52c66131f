//! What the settings of a credential's views decide for it, and what it learned of its server where nothing is set.
//!
//! Invariant: settings that change take effect at once, and the token in service stays.

use std::sync::Arc;
use std::time::Duration;

use super::{Action, Credential};
use crate::config::policy::{Policy, Refresh};
use crate::time::clock::{Context, Mono};

impl Credential {
    /// Its settings.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// When it refreshes: as set, or as learned where nothing is set.
    #[must_use]
    pub fn refresh(&self) -> Refresh {
        match self.policy.refresh {
            Refresh::Ahead { learns: true } if self.learned => Refresh::Late,
            set => set,
        }
    }

    /// Whether it was learned that the server revokes the previous token when it mints the next.
    #[must_use]
    pub fn has_learned(&self) -> bool {
        self.learned
    }

    /// Settings that are the same again change nothing: a plan opens its profile with every start of a thread.
    pub(super) fn configure(
        &mut self,
        ctx: &mut Context<'_>,
        policy: Arc<Policy>,
        actions: &mut Vec<Action>,
    ) {
        if *policy == *self.policy {
            self.policy = policy;
            return;
        }
        self.policy = policy;
        self.repeats = false;
        self.failures.forget_permanent();
        self.try_again();
        if let Some(token) = &self.service {
            self.service_due = self.refresh_point(token.sent, token.lifetime(), ctx);
        }
        actions.push(Action::Wake);
    }

    /// When a token is replaced ahead of its deadline.
    pub(super) fn refresh_point(&self, sent: Mono, lifetime: Duration, ctx: &mut Context<'_>) -> Mono {
        let spread = (self.slowest(), self.neighbours);
        self.policy.refresh_point(sent, lifetime, self.refresh(), spread, ctx)
    }
}
