//! What a 401 from the API does.
//!
//! Invariants: it withdraws exactly the generation that was sent; further reports of it, and late ones of older
//! generations, change nothing. If a successor is rejected too before any use of it was accepted, the token is not
//! the problem: it stays in service, and no token is minted for that reason until a doubling wait is over.
//!
//! When the API accepts such a token after all, answers from before may still be under way: for a moment more, 401s change
//! nothing.
//!
//! A report of a token that should still have lived, and that was rejected while its successor was on its way or
//! after it had come, tells something all the same, if the successor works: the server revokes the previous token
//! when it mints the next.

use std::sync::Arc;
use std::time::Duration;

use super::trouble::Doubt;
use super::{Credential, Pursuit};
use crate::config::policy::Refresh;
use crate::machine::event::Action;
use crate::machine::fact::{Fact, Reason};
use crate::oauth::token::Generation;
use crate::time::clock::Mono;

/// The token before the one in service, if it was replaced although nothing was wrong with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Previous {
    pub(super) generation: Generation,
    pub(super) deadline: Mono,
    /// The API rejected it before its deadline.
    rejected: bool,
}

impl Previous {
    pub(super) fn new(generation: Generation, deadline: Mono) -> Self {
        Self { generation, deadline, rejected: false }
    }

    /// Whether it died while its successor of this generation was on its way.
    pub(super) fn was_rejected_before(&self, successor: Generation) -> bool {
        self.rejected && self.generation + 1 == successor
    }
}

/// How long a 401 may take from the API to here, a thread that isn't running included, so that an answer of later
/// overtakes it. Whoever is refused in earnest is refused again.
const OVERTAKEN: Duration = Duration::from_secs(1);

impl Credential {
    pub(super) fn accept(&mut self, now: Mono, generation: Generation, actions: &mut Vec<Action>) {
        let Some(service) = self.current(generation) else { return };
        let known = std::mem::replace(&mut service.accepted, true);
        match (service.doubted, known) {
            (true, false) => self.trouble.doubt = Doubt { streak: 0, until: now.after(OVERTAKEN) },
            (true, true) => {}
            (false, _) => self.trouble.trust(),
        }
        self.learn(actions);
    }

    pub(super) fn reject(&mut self, now: Mono, generation: Generation, actions: &mut Vec<Action>) {
        self.suspect(now, generation, actions);
        let doubt_until = self.trouble.doubt.until;
        let window = self.policy.doubt(self.trouble.doubt.streak);
        let ignored = Action::Note(Fact::RejectionIgnored { generation });
        let ahead = matches!(self.pursuit, Pursuit::InFlight { reason: Reason::Ahead, .. });
        let Some(service) = self.current(generation).filter(|_| now >= doubt_until) else {
            return actions.push(ignored);
        };
        let dying =
            ahead.then(|| Previous { rejected: true, ..Previous::new(generation, service.token.deadline) });
        // Where scripts report failures only, nobody says "accepted": a successor that was in use for the whole
        // window is taken to have worked.
        let in_use = service.first_read.map_or(Duration::ZERO, |first| now.since(first));
        let unproven = service.successor && !service.accepted && in_use < window;
        if unproven && !service.doubted {
            service.doubted = true;
            let streak = self.trouble.doubt.streak.saturating_add(1);
            self.trouble.doubt = Doubt { streak, until: now.after(window) };
            return actions.push(Action::Note(Fact::NotTheToken { generation, wait: window }));
        }
        let keep = service.doubted && !service.accepted;
        let worked = service.successor && !keep;
        if std::mem::replace(&mut self.rejected, true) {
            actions.push(ignored);
        } else {
            actions.push(Action::Note(Fact::Rejected { generation }));
        }
        self.wanted = true;
        if worked {
            self.trouble.trust();
        }
        if !keep {
            self.previous = dying.or(self.previous);
            self.service = None;
            actions.push(Action::Withdraw);
            self.release(now, actions);
        }
    }

    /// A report of the token before: it was revoked, if it should have lived.
    fn suspect(&mut self, now: Mono, generation: Generation, actions: &mut Vec<Action>) {
        if let Some(previous) = &mut self.previous
            && previous.generation == generation
            && now < previous.deadline
        {
            previous.rejected = true;
            self.learn(actions);
        }
    }

    /// Concludes that the server revokes the previous token: it is dead before its time and its successor works.
    pub(super) fn learn(&mut self, actions: &mut Vec<Action>) {
        let Some(Previous { generation, rejected: true, .. }) = self.previous else { return };
        let proven = self.service.as_ref().is_some_and(|service| service.accepted);
        if proven && !self.learned && self.policy.refresh == (Refresh::Ahead { learns: true }) {
            self.learned = true;
            self.postpone();
            actions.push(Action::Note(Fact::RevokesPrevious { generation }));
        }
    }

    /// Moves the refresh of the token in service to where [`Refresh::Late`] has it.
    fn postpone(&mut self) {
        let (policy, slowest) = (Arc::clone(&self.policy), self.slowest);
        if let Some(service) = &mut self.service {
            let late = service.token.deadline.before(policy.late_margin(service.token.lifetime, slowest));
            let interval = policy.interval.map_or(Mono::NEVER, |interval| service.token.sent.after(interval));
            service.refresh_at = service.refresh_at.max(late.min(interval));
        }
    }
}
