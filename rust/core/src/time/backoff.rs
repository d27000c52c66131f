//! How long to wait after a failure that named no time of its own.
//!
//! The exponent counts failed attempts of the *outage*, never callers: a thousand threads that all want a
//! token still make one attempt a slot.

use std::time::Duration;

use crate::time::clock::Context;

/// The settings of a backoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// First range after an error or an unreachable server (`backoff_base`).
    pub base: Duration,
    /// First range after a 429 without `Retry-After` (`backoff_throttle_base`).
    pub throttle_base: Duration,
    /// No wait is longer (`backoff_cap`).
    pub cap: Duration,
}

/// Why to back off: a server that says "too many" is given at least half the base, one that is broken may be
/// tried again at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// 429.
    Throttled,
    /// 5xx, connection failures, unusable answers.
    Faulty,
}

impl Backoff {
    /// The wait after the `failures`-th failure in a row (from 1): full jitter U[0, base·2ⁿ⁻¹], or
    /// U[base/2, base·2ⁿ⁻¹] when throttled, capped.
    pub fn wait(&self, cause: Cause, failures: u32, ctx: &mut Context<'_>) -> Duration {
        let (base, low) = match cause {
            Cause::Throttled => (self.throttle_base, self.throttle_base / 2),
            Cause::Faulty => (self.base, Duration::ZERO),
        };
        let high = doubled(base, failures.saturating_sub(1)).min(self.cap);
        ctx.between(low.min(self.cap), high)
    }
}

/// `base · 2ⁿ`, saturating.
#[must_use]
pub fn doubled(base: Duration, n: u32) -> Duration {
    base.saturating_mul(1_u32.checked_shl(n).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::clock::{Jitter, Now};

    struct Fixed(f64);
    impl Jitter for Fixed {
        fn unit(&mut self) -> f64 {
            self.0
        }
    }

    const BACKOFF: Backoff = Backoff {
        base: Duration::from_millis(500),
        throttle_base: Duration::from_secs(1),
        cap: Duration::from_secs(60),
    };

    fn wait(cause: Cause, failures: u32, unit: f64) -> u128 {
        let mut jitter = Fixed(unit);
        BACKOFF.wait(cause, failures, &mut Context { now: Now::default(), jitter: &mut jitter }).as_millis()
    }

    #[test]
    fn the_range_doubles_with_each_failure_up_to_the_cap() {
        assert_eq!(
            [1, 2, 3, 8, 40, 4_000_000].map(|n| wait(Cause::Faulty, n, 1.0)),
            [500, 1000, 2000, 60_000, 60_000, 60_000]
        );
        assert_eq!([1, 2, 3, 40].map(|n| wait(Cause::Throttled, n, 1.0)), [1000, 2000, 4000, 60_000]);
    }

    #[test]
    fn a_faulty_server_may_be_tried_at_once_and_a_throttling_one_never() {
        assert_eq!(wait(Cause::Faulty, 3, 0.0), 0);
        assert_eq!(wait(Cause::Throttled, 3, 0.0), 500);
    }
}
