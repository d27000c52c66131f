//! The two ways a server counts requests: over the last W seconds, and per fixed period.

use std::collections::VecDeque;
use std::time::Duration;

use crate::clock::Moment;
use crate::settings::Rate;

/// Sliding window: at most `count` admissions within any `per`. What it refuses does not count.
#[derive(Debug, Default)]
pub(super) struct SlidingWindow {
    admitted: VecDeque<Moment>,
}

impl SlidingWindow {
    /// Admits a request now.
    ///
    /// # Errors
    /// The time until a place is free, more than zero; with a `count` of zero no place ever is, and the answer is the
    /// whole window.
    pub(super) fn admit(&mut self, now: Moment, rate: Rate) -> Result<(), Duration> {
        while self.admitted.front().is_some_and(|&at| at + rate.per <= now) {
            self.admitted.pop_front();
        }
        if self.admitted.len() < rate.count as usize {
            self.admitted.push_back(now);
            return Ok(());
        }
        // With a rate that was lowered meanwhile more than `count` may be inside: the place opens when enough have left.
        let leaving = self.admitted.len() - rate.count as usize;
        Err(self.admitted.get(leaving).map_or(rate.per, |&at| (at + rate.per).saturating_sub(now)))
    }
}

/// Where a client stands in a fixed period, as the `inin-ratelimit-*` headers tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Requests counted in this period, this one included.
    pub count: u32,
    /// Requests allowed in a period.
    pub allowed: u32,
    /// Time until the next period.
    pub reset: Duration,
    /// Whether this request is over the limit.
    pub exceeded: bool,
}

/// Fixed periods, the first of which starts with the first request.
#[derive(Debug, Default)]
pub(super) struct FixedWindow {
    started: Option<Moment>,
    count: u32,
}

impl FixedWindow {
    /// Counts a request now and tells where that leaves the client.
    pub(super) fn count(&mut self, now: Moment, rate: Rate) -> Quota {
        let started = match self.started {
            Some(started) if now < started + rate.per => started,
            _ => {
                self.count = 0;
                *self.started.insert(now)
            }
        };
        self.count = self.count.saturating_add(1);
        Quota {
            count: self.count,
            allowed: rate.count,
            reset: (started + rate.per).saturating_sub(now),
            exceeded: self.count > rate.count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { count: 2, per: Duration::from_secs(10) };

    fn at(millis: u64) -> Moment {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_sliding_window_frees_a_place_when_its_oldest_admission_leaves() {
        let mut window = SlidingWindow::default();
        assert_eq!(window.admit(at(0), RATE), Ok(()));
        assert_eq!(window.admit(at(4_000), RATE), Ok(()));
        assert_eq!(window.admit(at(4_500), RATE), Err(at(5_500)));
        assert_eq!(window.admit(at(9_999), RATE), Err(at(1)), "a refusal takes no place");
        assert_eq!(window.admit(at(10_000), RATE), Ok(()));
        assert_eq!(window.admit(at(10_000), RATE), Err(at(4_000)));
    }

    #[test]
    fn a_rate_of_zero_admits_nothing_and_a_lowered_rate_waits_for_enough_to_leave() {
        let zero = Rate { count: 0, ..RATE };
        assert_eq!(SlidingWindow::default().admit(at(5), zero), Err(RATE.per));

        let mut window = SlidingWindow::default();
        for second in 0..2 {
            assert_eq!(window.admit(at(second * 1_000), RATE), Ok(()));
        }
        let one = Rate { count: 1, ..RATE };
        assert_eq!(window.admit(at(2_000), one), Err(at(9_000)), "the second one has to leave, too");
    }

    #[test]
    fn a_fixed_window_starts_with_the_first_request_and_starts_again_after_its_period() {
        let mut window = FixedWindow::default();
        let quota = |count, reset, exceeded| Quota { count, allowed: 2, reset: at(reset), exceeded };
        assert_eq!(window.count(at(500), RATE), quota(1, 10_000, false));
        assert_eq!(window.count(at(1_500), RATE), quota(2, 9_000, false));
        assert_eq!(window.count(at(10_499), RATE), quota(3, 1, true));
        assert_eq!(window.count(at(10_500), RATE), quota(1, 10_000, false));
    }
}
