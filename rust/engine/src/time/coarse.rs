//! A clock for frequent reads: cheap, up to 50 ms behind, and right after the process was stopped.
//!
//! A read of a live token compares its deadline with a clock, and reading the exact one is most of what such a read costs.
//! Linux writes the time of its last tick where every process can read it, also while a process is stopped, so that the
//! first read after a stop sees the time that passed. A clock that a thread of this process kept would stand still with it.
//! The time of the last tick stands still while the machine is suspended; suspended time is added as last measured. The
//! timer queue measures it as it wakes at the first deadline that has passed, as does every exact reading.

use std::time::Duration;

use crate::time::os_clock;

/// How far the clock may be behind. Ticks are 1 to 10 ms apart; where a hypervisor took the processor that keeps the time,
/// another one steps in after five of them.
const MOST_BEHIND: u64 = 50_000_000;

/// A point in time, in nanoseconds of [`os_clock::with_suspends`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// Later than all others.
    pub const NEVER: Self = Self(u64::MAX);

    /// Now, or up to 50 ms ago. Never blocks.
    #[must_use]
    pub fn now() -> Self {
        Self(coarse_now())
    }

    /// The point so much later.
    #[must_use]
    pub fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)))
    }

    /// Whether it has not come yet. Reads the exact clock only where the coarse one cannot tell.
    #[must_use]
    pub fn is_ahead(self) -> bool {
        coarse_now().saturating_add(MOST_BEHIND) < self.0 || os_clock::with_suspends() < self.0
    }

    /// As a number, for callers that keep it.
    #[must_use]
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// What [`Self::nanos`] gave.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn coarse_now() -> u64 {
    os_clock::at_last_tick() + crate::time::suspended_time::SUSPENDED.last_measured()
}

/// Elsewhere the exact clock, which costs what it costs.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn coarse_now() -> u64 {
    os_clock::with_suspends()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_behind_by_no_more_than_it_says_and_never_ahead() {
        crate::time::suspended_time::SUSPENDED.measure(); // as the engine does when it starts
        let (mut ticks, mut last) = (0, Moment::now());
        while ticks < 20 {
            let before = os_clock::with_suspends();
            let now = Moment::now();
            assert!(now >= last, "it went back");
            assert!(now.0 + MOST_BEHIND > before && now.0 <= os_clock::with_suspends(), "{now:?}, {before}");
            ticks += u32::from(now > last);
            last = now;
        }
    }

    #[test]
    fn a_deadline_is_ahead_until_the_exact_clock_has_reached_it() {
        for life in [Duration::ZERO, Duration::from_millis(20), Duration::from_millis(80)] {
            let before = os_clock::with_suspends();
            let deadline = Moment::from_nanos(before).after(life);
            while deadline.is_ahead() {}
            assert!(os_clock::with_suspends() >= deadline.0, "it came too early");
        }
        assert!(Moment::NEVER.is_ahead() && Moment::now().after(Duration::MAX) == Moment::NEVER);
    }
}
