//! How long the machine was suspended: what the clock that goes on gained on the one that stands still.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::time::os_clock;

/// A smaller gain is the time between the two readings.
const LEAST: u64 = 1_000_000;

/// Nanoseconds, counted from before the first measurement. Invariant: it never shrinks and never exceeds the truth.
pub(crate) struct SuspendedTime(AtomicU64);

/// Of this machine.
pub(crate) static SUSPENDED: SuspendedTime = SuspendedTime(AtomicU64::new(0));

impl SuspendedTime {
    /// As last measured, by any thread. Relaxed: a thread that sees it late reads an earlier time, and nothing else depends
    /// on it.
    pub(crate) fn last_measured(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Reads both clocks. In this order: a thread that is preempted in between measures too little, never too much.
    pub(crate) fn measure(&self) -> u64 {
        let with_suspends = os_clock::with_suspends();
        self.note(with_suspends.saturating_sub(os_clock::without_suspends()))
    }

    /// The largest gain is the truest. Readers share the cache line, so it is written after a suspend only.
    fn note(&self, gained: u64) -> u64 {
        let known = self.last_measured();
        if gained <= known.saturating_add(LEAST) {
            return known;
        }
        self.0.fetch_max(gained, Ordering::Relaxed).max(gained)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_gain_counts_and_readings_that_are_apart_are_none() {
        let suspended = SuspendedTime(AtomicU64::new(0));
        let hour = 3_600_000_000_000;
        assert_eq!(suspended.note(LEAST), 0);
        assert_eq!(suspended.note(hour), hour);
        assert_eq!(suspended.note(hour - LEAST), hour, "a thread was preempted between its readings");
        assert_eq!(suspended.note(hour + LEAST), hour);
        assert_eq!(suspended.note(2 * hour), 2 * hour);
        assert_eq!(suspended.last_measured(), 2 * hour);
    }

    #[test]
    fn no_more_is_measured_than_the_clocks_are_apart() {
        let suspended = SuspendedTime(AtomicU64::new(0));
        let mut last = 0;
        for _ in 0..1000 {
            let measured = suspended.measure();
            let without_suspends = os_clock::without_suspends();
            let apart = os_clock::with_suspends().saturating_sub(without_suspends);
            assert!((last..=apart).contains(&measured), "{last} <= {measured} <= {apart}");
            last = measured;
        }
    }
}
