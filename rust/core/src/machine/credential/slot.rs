//! A slot of a pool that serves nobody any more, because another slot of its client serves alone.
//!
//! Invariant: a retired credential requests nothing and hands nothing out. On a server that lets one token live, its next
//! mint would revoke the one that all threads use.

use super::{Action, Credential, FetchState, HOLD};
use crate::time::clock::Mono;

impl Credential {
    pub(super) fn retire(&mut self, actions: &mut Vec<Action>) {
        self.retired = true;
        self.leave(actions);
    }

    /// Readers that wanted a token here have gone elsewhere since.
    pub(super) fn recall(&mut self) {
        self.retired = false;
        self.wanted = false;
    }

    /// Withdraws everything. A request in flight goes on, and nobody is handed what it brings.
    pub(super) fn leave(&mut self, actions: &mut Vec<Action>) {
        self.end_service();
        if self.hold.take().is_some() {
            actions.push(Action::ReleaseSends);
        }
        self.wanted = false;
        actions.extend([Action::Withdraw, Action::Wake]);
    }

    /// Whether a thread that needs a token is in the right place here: there is one, or one may be requested at once or
    /// soon. `gate` is when the gates that concern it open.
    pub(in super::super) fn can_serve(&self, now: Mono, gate: Mono) -> bool {
        // A place among the requests in flight is free within moments; a budget or a spacing is another matter.
        let held = match &self.fetch {
            FetchState::Held { until, .. } => until.since(now) > HOLD,
            _ => false,
        };
        self.token(now).is_some() || (self.permanent(now).is_none() && gate <= now && !held)
    }
}
