//! Times on the store's clock, which is one for all nodes, and on the clock of this process.
//!
//! Clocks of injectors differ by minutes. So what the store keeps names times on the store's clock, each of its answers says
//! what that shows, and here only spans are reckoned with. The answer was made between asking and hearing it: a token ends as
//! early, and a gate opens as late, as that allows. A step of an injector's clock changes nothing.

use std::time::Duration;

use tollgate_core::time::clock::Mono;

use super::values::millis;

/// What the store's clock showed at some moment between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) asked: Mono,
    pub(crate) heard: Mono,
    /// In milliseconds since the epoch.
    pub(crate) shown: u64,
}

impl Reading {
    /// When something ends that is over then on the store's clock: never later.
    pub(crate) fn end(&self, at: u64) -> Mono {
        self.asked.after(Duration::from_millis(at.saturating_sub(self.shown)))
    }

    /// When something opens that is closed until then on the store's clock: never earlier.
    pub(crate) fn opening(&self, at: u64) -> Mono {
        // The store shows whole milliseconds.
        self.heard.after(Duration::from_millis(at.saturating_sub(self.shown).saturating_add(1)))
    }

    /// When something was here that was then on the store's clock.
    pub(crate) fn past(&self, at: u64) -> Mono {
        self.heard.before(Duration::from_millis(self.shown.saturating_sub(at)))
    }

    /// What the store's clock shows when something here ends: never later.
    pub(crate) fn named_end(&self, deadline: Mono) -> u64 {
        self.shown.saturating_add(millis(deadline.since(self.heard)))
    }

    /// What the store's clock shows when a gate here opens: never earlier.
    pub(crate) fn named_opening(&self, opens: Mono) -> u64 {
        self.shown.saturating_add(millis(opens.since(self.asked))).saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Mono {
        Mono::from_nanos(millis * 1_000_000)
    }

    /// Asked at 1,000 ms and heard at 1,400; the store shows an hour that has nothing to do with it.
    const STORE: u64 = 1_764_000_000_000;

    fn reading() -> Reading {
        Reading { asked: at(1_000), heard: at(1_400), shown: STORE }
    }

    #[test]
    fn a_token_ends_early_and_a_gate_opens_late() {
        assert_eq!(reading().end(STORE + 10_000), at(11_000));
        assert_eq!(reading().opening(STORE + 10_000), at(11_401));
        assert_eq!(reading().named_end(at(11_400)), STORE + 10_000);
        assert_eq!(reading().named_opening(at(11_000)), STORE + 10_001);
    }

    #[test]
    fn what_is_over_is_over() {
        assert_eq!(reading().end(STORE - 5), at(1_000));
        assert_eq!(reading().opening(0), at(1_401));
        assert_eq!(reading().named_end(at(900)), STORE);
    }

    /// One node names an end, another reads it. Whatever both round trips took, nobody serves the token longer.
    #[test]
    fn an_end_that_goes_through_the_store_is_never_later() {
        let deadline = at(60_000);
        for (asked, heard, shown_at) in [(0, 0, 0), (0, 500, 0), (0, 500, 500), (0, 500, 250)] {
            let writer = Reading { asked: at(asked), heard: at(heard), shown: STORE + shown_at };
            let named = writer.named_end(deadline);
            for (asked, heard, shown_at) in [(9_000, 9_900, 9_000), (9_000, 9_900, 9_900)] {
                // The clocks of both run alike: STORE is their zero.
                let reader = Reading { asked: at(asked), heard: at(heard), shown: STORE + shown_at };
                assert!(reader.end(named) <= deadline, "{writer:?} {reader:?}");
            }
        }
    }
}
