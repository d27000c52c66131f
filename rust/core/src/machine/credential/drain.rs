//! Drain: for servers that revoke the previous token as they mint the next (`refresh=drain`).
//!
//! Sends are held, those under way end, then the token is minted. The one exception to "a valid token is never withheld",
//! chosen by the user. The caller counts sends; this decides. Invariants:
//!
//! - A drain starts only when a request could be sent at once, and ends with its answer, with the token's end, or as soon
//!   as it turns out that no request can be sent.
//! - It lasts at most `drain_timeout` and one exchange.

use super::super::fact::Fact;
use super::{Action, Credential};
use crate::config::policy::Refresh;
use crate::time::clock::Mono;

/// Sends are held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    since: Mono,
    /// Sends under way are waited for until then.
    until: Mono,
    phase: Phase,
    /// Sends that had not ended when the wait for them was over.
    cut_off: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Sends under way are waited for.
    Waits,
    /// The time is up; how many are left is being counted.
    Counts,
    /// No send is waited for any more.
    Ready,
}

impl Hold {
    /// When the wait for sends is over at the latest.
    pub(super) fn due(&self) -> Option<Mono> {
        match self.phase {
            Phase::Waits => Some(self.until),
            Phase::Counts => None,
            Phase::Ready => Some(Mono::ZERO),
        }
    }
}

impl Credential {
    /// Whether sends must end before a token is requested.
    pub(in super::super) fn must_drain(&self, now: Mono) -> bool {
        self.policy.refresh == Refresh::Drain && self.hold.is_none() && self.in_service(now).is_some()
    }

    /// Holds new sends from now on.
    pub(in super::super) fn drain(&mut self, now: Mono) {
        let until = now.after(self.policy.drain_timeout);
        self.hold = Some(Box::new(Hold { since: now, until, phase: Phase::Waits, cut_off: 0 }));
    }

    pub(super) fn sends_left(&mut self, left: usize) {
        let Some(hold) = &mut self.hold else { return };
        if left == 0 || hold.phase == Phase::Counts {
            // Those left are not waited for again: a caller that never tells the end of a send must not make every drain
            // last to its limit.
            (hold.phase, hold.cut_off) = (Phase::Ready, hold.cut_off.max(left));
        }
    }

    pub(super) fn fetch_after_drain(&mut self, now: Mono, actions: &mut Vec<Action>) {
        let reason = self.reason();
        let Some(hold) = &mut self.hold else { return };
        match hold.phase {
            Phase::Waits if now >= hold.until => {
                hold.phase = Phase::Counts;
                actions.push(Action::CutOffSends);
            }
            Phase::Ready => actions.push(Action::Ask(reason)),
            Phase::Waits | Phase::Counts => {}
        }
    }

    /// Lets sends go on, with whatever token is in service.
    pub(in super::super) fn release(&mut self, now: Mono, actions: &mut Vec<Action>) {
        let Some(hold) = self.hold.take() else { return };
        let (held, cut_off) = (now.since(hold.since), hold.cut_off);
        actions.extend([Action::ReleaseSends, Action::Note(Fact::Drained { held, cut_off })]);
        if self.in_service(now).is_some() {
            actions.push(Action::Publish);
        }
        actions.push(Action::Wake);
    }
}
