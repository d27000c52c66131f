//! A credential that serves nobody any more: another slot of its client serves alone, or the engine is shut down.
//!
//! Invariant: a retired credential asks for nothing and hands nothing out. On a server that lets one token live, its
//! next mint would kill the one that all are using.

use super::Credential;
use crate::machine::event::Action;

impl Credential {
    /// Whether another slot of its client serves alone.
    #[must_use]
    pub fn is_retired(&self) -> bool {
        self.retired
    }

    pub(super) fn retire(&mut self, actions: &mut Vec<Action>) {
        self.retired = true;
        self.leave(actions);
    }

    /// Whoever wanted a token here was sent elsewhere since.
    pub(super) fn recall(&mut self) {
        self.retired = false;
        self.wanted = false;
    }

    /// What is on its way has left, and nobody will be handed what it brings.
    pub(super) fn leave(&mut self, actions: &mut Vec<Action>) {
        self.service = None;
        self.flights.let_go();
        self.wanted = false;
        actions.extend([Action::Withdraw, Action::Wake]);
    }
}
