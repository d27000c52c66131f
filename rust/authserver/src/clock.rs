//! The server's only source of time, injected everywhere else.
//!
//! Decisions run on the monotonic side (a [`Moment`]); the wall side serves dates in headers and logs only, so a
//! clock that is set back cannot revive a token or reopen a window.

use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;

/// A point on the monotonic clock: the time since the clock was made.
pub type Moment = Duration;

/// How stale a kernel receive stamp may be before it is taken for a wall clock that was set.
const OLDEST_STAMP: Duration = Duration::from_secs(10);

/// Both clocks, read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Monotonic time.
    pub mono: Moment,
    /// Time of day.
    pub wall: SystemTime,
}

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Both clocks, now.
    fn read(&self) -> Reading;

    /// When bytes arrived that were read from a socket just now; `stamp` is the kernel's own time of their arrival,
    /// if it gave one.
    fn arrival(&self, stamp: Option<SystemTime>) -> Moment;
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// A clock whose moment zero is now.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
    fn read(&self) -> Reading {
        Reading { mono: self.origin.elapsed(), wall: SystemTime::now() }
    }

    fn arrival(&self, stamp: Option<SystemTime>) -> Moment {
        let now = self.read();
        let age = stamp.and_then(|stamp| now.wall.duration_since(stamp).ok()).unwrap_or_default();
        if age > OLDEST_STAMP { now.mono } else { now.mono.saturating_sub(age) }
    }
}

/// A clock that moves when told to, for tests. It ignores kernel stamps: what is read arrived now, or as long ago as it
/// was told.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Reading>,
    lag: Mutex<Duration>,
}

impl ManualClock {
    /// A clock that stands at an hour of monotonic time and at `wall`.
    #[must_use]
    pub fn new(wall: SystemTime) -> Self {
        let now = Reading { mono: Duration::from_secs(3600), wall };
        Self { now: Mutex::new(now), lag: Mutex::default() }
    }

    /// From now on, has bytes arrive `lag` before they are read, as on a busy machine.
    pub fn read_late(&self, lag: Duration) {
        *self.lag.lock() = lag;
    }

    /// Moves both sides on.
    pub fn advance(&self, by: Duration) {
        let mut now = self.now.lock();
        now.mono += by;
        now.wall += by;
    }
}

impl Clock for ManualClock {
    fn read(&self) -> Reading {
        *self.now.lock()
    }

    fn arrival(&self, _stamp: Option<SystemTime>) -> Moment {
        self.read().mono.saturating_sub(*self.lag.lock())
    }
}
