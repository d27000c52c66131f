//! Drain: for servers that revoke the previous token as they mint the next (`refresh=drain`).
//!
//! Sends are held, those under way end, then the token is minted. The one exception to "a valid token is never
//! withheld", chosen by the user. Invariants:
//!
//! - A drain starts only when a request could be sent at once, and ends with its answer, with the token's end, or
//!   as soon as it turns out that no request can be sent.
//! - It lasts at most `drain_timeout` and one exchange.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Credential;
use crate::config::policy::Refresh;
use crate::machine::event::Action;
use crate::machine::fact::Fact;
use crate::time::clock::Mono;

/// Names one send that is under way: whatever the caller chose.
pub type Flight = u64;

/// Sends are held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    since: Mono,
    /// Flights are waited for until then.
    pub(super) until: Mono,
    /// Flights that had not ended when the wait for them was over.
    cut_off: usize,
}

/// The sends under way, and whether new ones are held. Of a credential that never drains, nothing.
#[derive(Debug, Default)]
pub(super) struct Flights(Option<Box<Sends>>);

#[derive(Debug, Default)]
struct Sends {
    under_way: BTreeSet<Flight>,
    hold: Option<Hold>,
}

impl Flights {
    pub(super) fn begin(&mut self, flight: Flight) {
        self.0.get_or_insert_default().under_way.insert(flight);
    }

    pub(super) fn end(&mut self, flight: Flight) {
        if let Some(sends) = &mut self.0 {
            sends.under_way.remove(&flight);
        }
    }

    pub(super) fn hold(&self) -> Option<Hold> {
        self.0.as_ref()?.hold
    }

    /// Sends are no longer held.
    pub(super) fn let_go(&mut self) -> Option<Hold> {
        self.0.as_mut()?.hold.take()
    }

    /// Whether the wait for flights goes on.
    pub(super) fn waits(&self, now: Mono) -> bool {
        self.hold().is_some_and(|hold| now < hold.until)
            && self.0.as_ref().is_some_and(|sends| !sends.under_way.is_empty())
    }
}

impl Credential {
    /// Whether sends must end before a token is asked for.
    pub(crate) fn must_drain(&self, now: Mono) -> bool {
        self.policy.refresh == Refresh::Drain
            && self.flights.hold().is_none()
            && self.in_service(now).is_some()
    }

    /// Whether sends are held and some that began before have not ended.
    pub(crate) fn waits_for_flights(&self, now: Mono) -> bool {
        self.flights.waits(now)
    }

    /// Holds new sends from now on.
    pub(crate) fn drain(&mut self, now: Mono) {
        let until = now.after(self.policy.drain_timeout);
        self.flights.0.get_or_insert_default().hold = Some(Hold { since: now, until, cut_off: 0 });
    }

    /// The wait for flights is over. Those left will not be waited for again: who never tells that a send ended
    /// must not make every drain last to its limit.
    pub(super) fn cut_off(&mut self) {
        if let Some(Sends { under_way, hold: Some(hold) }) = self.flights.0.as_deref_mut() {
            hold.cut_off = under_way.len();
            under_way.clear();
        }
    }

    /// Lets sends go on, with whatever token is in service.
    pub(crate) fn release(&mut self, now: Mono, actions: &mut Vec<Action>) {
        let Some(hold) = self.flights.let_go() else { return };
        let held: Duration = now.since(hold.since);
        actions.push(Action::Note(Fact::Drained { held, cut_off: hold.cut_off }));
        if self.in_service(now).is_some() {
            actions.push(Action::Publish);
        }
        actions.push(Action::Wake);
    }
}
