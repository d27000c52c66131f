//! The only place that reads clocks, save for the one of [`coarse`](crate::coarse), which is only ever compared with itself.
//!
//! The monotonic clock is tokio's, so that timers and deadlines agree and tests can pause both.

use std::time::UNIX_EPOCH;

use tokio::time::Instant;
use tollgate_core::clock::{Mono, Now, Wall};

/// Both clocks, with a common origin for everything an engine does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: Instant,
}

impl Clock {
    #[allow(clippy::disallowed_methods)] // the one reader of clocks
    pub(crate) fn start() -> Self {
        Self { origin: Instant::now() }
    }

    #[allow(clippy::disallowed_methods)] // the one reader of clocks
    pub(crate) fn now(&self) -> Now {
        let mono = u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let wall = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Now { mono: Mono::from_nanos(mono), wall: Wall(i64::try_from(wall.as_millis()).unwrap_or(i64::MAX)) }
    }

    /// Sleeps until `at`; for ever if that is out of reach.
    pub(crate) async fn until(&self, at: Mono) {
        match self.origin.checked_add(at.since(Mono::ZERO)) {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }
}
