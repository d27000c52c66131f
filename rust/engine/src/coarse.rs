//! A clock for those who look often: cheap, a little behind, and right after the process was stopped.
//!
//! A read of a live token has to look at a clock, and asking the processor's counter is most of what such a read costs.
//! Linux writes the time of its last tick where every process may read it; it goes on doing so while a process is
//! stopped, so that the first look after a stop already sees the time that went by. A clock that a thread of this process
//! kept would stand still with it. Invariant: whoever is told that an end has not come is told the truth, because ends are
//! moved forward by more than the clock is ever behind.

use std::time::Duration;

/// How far the clock may be behind. Ticks are 1 to 10 ms apart; where the processor that keeps the time was taken away by
/// a hypervisor, another one steps in after five of them.
const MOST_BEHIND: Duration = Duration::from_millis(50);

/// A moment of that clock, in nanoseconds of its own. Never compared with any other clock's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// Later than all others.
    pub const NEVER: Self = Self(u64::MAX);

    /// Now, or up to 50 ms ago. Never blocks.
    #[must_use]
    pub fn now() -> Self {
        Self(nanos_now())
    }

    /// Until when, by this clock, a life may be relied on that had `remaining` left at this moment or later.
    #[must_use]
    pub fn sure_of(self, remaining: Duration) -> Self {
        let relied = u64::try_from(remaining.saturating_sub(MOST_BEHIND).as_nanos()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(relied))
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
fn nanos_now() -> u64 {
    use rustix::time::{ClockId, clock_gettime};
    const NANOS: u64 = 1_000_000_000;
    let now = clock_gettime(ClockId::MonotonicCoarse);
    now.tv_sec.cast_unsigned().saturating_mul(NANOS).saturating_add(now.tv_nsec.cast_unsigned())
}

/// Elsewhere the exact clock, which costs what it costs.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
#[allow(clippy::disallowed_methods)] // its own clock, see above
fn nanos_now() -> u64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn is_never_further_behind_than_it_says() {
        #[allow(clippy::disallowed_methods)]
        let start = Instant::now();
        let first = Moment::now();
        let mut seen = 0;
        let mut last = first;
        while seen < 20 {
            let before = start.elapsed();
            let now = Moment::now();
            assert!(now >= last, "it went back");
            seen += u32::from(now > last);
            last = now;
            let gone = Duration::from_nanos(now.nanos() - first.nanos());
            assert!(gone + MOST_BEHIND > before, "{gone:?} of {before:?}");
        }
    }

    #[test]
    fn relies_on_no_more_than_is_left_when_it_is_behind() {
        let now = Moment::from_nanos(1_000);
        assert_eq!(now.sure_of(Duration::from_millis(51)), Moment::from_nanos(1_001_000));
        assert_eq!(now.sure_of(Duration::from_millis(50)), now, "not for a moment");
        assert_eq!(now.sure_of(Duration::ZERO), now);
        assert_eq!(now.sure_of(Duration::MAX), Moment::NEVER);
    }
}
