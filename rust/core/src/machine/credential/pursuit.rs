//! The pursuit of the next token: whether one is needed, why, and what stands in the way.
//!
//! Invariants: nothing is asked for while a request is on its way; what can wait waits until admission said, and gives
//! way to what can't; a token at its deadline is withdrawn before anything else is decided.

use std::sync::Arc;
use std::time::Duration;

use super::Credential;
use super::refresh_token::Spent;
use crate::machine::admission::Ticket;
use crate::machine::event::Action;
use crate::machine::fact::{Fact, Reason};
use crate::oauth::token_answer::Refusal;
use crate::time::clock::Mono;

/// What is being done about the next token.
#[derive(Debug)]
pub(crate) enum Pursuit {
    Idle,
    Held {
        until: Mono,
        why: Arc<Refusal>,
        /// It held back a request that could wait. One that can't may ask again.
        voluntary: bool,
    },
    InFlight {
        ticket: Ticket,
        reason: Reason,
        /// When it was sent.
        asked: Mono,
        /// The deadline of the token that served then, or a time that has passed.
        replaces: Mono,
        /// The refresh token it relies on, if any.
        refresh: Option<Spent>,
    },
}

/// How long a waiter is held before it is told bad news that is already known: looping threads must not flood the
/// results with thousands of failures a second.
pub const HOLD: Duration = Duration::from_secs(1);

/// Whoever sent a request with a token that has run out reports within this time what became of it.
const AFTERMATH: Duration = Duration::from_secs(60);

impl Credential {
    pub(super) fn expire(&mut self, now: Mono, actions: &mut Vec<Action>) {
        if let Some(service) = self.service.take_if(|service| now >= service.token.deadline) {
            let generation = service.token.generation;
            actions.extend([Action::Withdraw, Action::Note(Fact::Expired { generation })]);
            self.vacant_at = now.after(AFTERMATH);
            self.release(now, actions);
        }
    }

    /// What is only good for a token is given back a while after the last one, if no other took its place.
    pub(super) fn vacate(&mut self, now: Mono, actions: &mut Vec<Action>) {
        if now >= self.vacant_at {
            self.vacant_at = Mono::NEVER;
            actions.push(Action::Vacate);
        }
    }

    /// Asks for a token if one is needed and nothing stands in the way.
    pub(super) fn pursue(&mut self, now: Mono, actions: &mut Vec<Action>) {
        match self.pursuit {
            Pursuit::InFlight { .. } => return,
            Pursuit::Held { until, voluntary, .. } => {
                let overtaken = voluntary && self.wanted && self.reason() != Reason::Ahead;
                if now < until && !overtaken {
                    return;
                }
                self.pursuit = Pursuit::Idle;
            }
            Pursuit::Idle => {}
        }
        if self.retired
            || self.permanent(now).is_some()
            || self.purse.next(self.in_service(now).is_some()).is_none()
        {
            return;
        }
        if self.flights.hold().is_some() {
            if !self.waits_for_flights(now) {
                self.cut_off();
                actions.push(Action::Ask(self.reason()));
            }
        } else if self.wanted || self.ahead_at().is_some_and(|at| now >= at) {
            actions.push(Action::Ask(self.reason()));
        }
    }

    pub(super) fn reason(&self) -> Reason {
        if self.rejected {
            Reason::Rejected
        } else if self.service.is_some() {
            Reason::Ahead
        } else if self.generation == 0 {
            Reason::First
        } else {
            Reason::Expired
        }
    }

    /// Whether a thread that needs a token is in the right place here: there is one, or one may be asked for at once or
    /// soon. `gate` is when the token gate opens.
    #[must_use]
    pub fn can_serve(&self, now: Mono, gate: Mono) -> bool {
        // A place among the requests under way is free within moments; a budget or a spacing is another matter.
        let held = match &self.pursuit {
            Pursuit::Held { until, .. } => until.since(now) > HOLD,
            _ => false,
        };
        self.token(now).is_some() || (self.permanent(now).is_none() && gate <= now && !held)
    }
}
