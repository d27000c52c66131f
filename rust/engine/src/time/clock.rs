//! The engine's clocks.
//!
//! The monotonic clock is tokio's and the time in which the machine was suspended, so that timers and deadlines agree, tests
//! can pause both, and tokens expire in a suspended machine too. The wall clock is read beside it, for dates.

use std::time::UNIX_EPOCH;

use tokio::time::Instant;
use tollgate_core::time::clock::{Mono, Now, Wall};

use crate::time::suspended_time::SUSPENDED;

/// Both clocks, with a common origin for everything an engine does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: Instant,
    /// Suspended time before the origin.
    before: u64,
    /// Leaked, so that a clock is as small and as easily copied as it is.
    #[cfg(test)]
    pretended: &'static Pretended,
}

/// What a test lets happen to the machine's clocks.
#[cfg(test)]
#[derive(Debug, Default)]
pub(crate) struct Pretended {
    /// Suspended time in nanoseconds.
    suspended: std::sync::atomic::AtomicU64,
    /// Steps of the wall clock in milliseconds.
    stepped: std::sync::atomic::AtomicI64,
}

impl Clock {
    #[allow(clippy::disallowed_methods)] // the one reader of clocks
    pub(crate) fn start() -> Self {
        Self {
            before: SUSPENDED.measure(),
            origin: Instant::now(),
            #[cfg(test)]
            pretended: Box::leak(Box::default()),
        }
    }

    #[allow(clippy::disallowed_methods)] // the one reader of clocks
    pub(crate) fn now(&self) -> Now {
        let awake = u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let suspended = SUSPENDED.measure() - self.before;
        let wall = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let wall = i64::try_from(wall.as_millis()).unwrap_or(i64::MAX);
        #[cfg(test)]
        let (suspended, wall) = self.pretended.on(suspended, wall);
        Now { mono: Mono::from_nanos(awake.saturating_add(suspended)), wall: Wall(wall) }
    }
}

#[cfg(test)]
mod pretended {
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    use super::{Clock, Pretended};

    impl Pretended {
        pub(super) fn on(&self, suspended: u64, wall: i64) -> (u64, i64) {
            let slept = self.suspended.load(Ordering::SeqCst);
            let slept_millis = i64::try_from(slept / 1_000_000).unwrap();
            (suspended + slept, wall + slept_millis + self.stepped.load(Ordering::SeqCst))
        }
    }

    impl Clock {
        /// The machine was suspended for so long, just now.
        pub(crate) fn suspend(&self, time: Duration) {
            let nanos = u64::try_from(time.as_nanos()).unwrap();
            self.pretended.suspended.fetch_add(nanos, Ordering::SeqCst);
        }

        /// Somebody sets the wall clock forward by so many milliseconds.
        pub(crate) fn step_wall(&self, millis: i64) {
            self.pretended.stepped.fetch_add(millis, Ordering::SeqCst);
        }
    }
}
