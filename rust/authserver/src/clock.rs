//! The server's only source of time, injected everywhere else.
//!
//! Decisions run on the monotonic side (a [`Moment`]); the wall side serves dates in headers and logs only, so a
//! clock that is set back cannot revive a token or reopen a window.

use std::io;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;

use crate::cpu_wait::{CpuWait, Heartbeat};

/// A point on the monotonic clock: the time since the clock was made.
pub type Moment = Duration;

/// How old a time of day may be before it is taken for that of a wall clock that was set.
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

    /// For how long ready threads have waited for a processor so far.
    fn cpu_wait(&self) -> CpuWait;

    /// The moment of a recent time of day; now, if it lies in the future or too far back to be trusted.
    fn moment_of(&self, wall: SystemTime) -> Moment {
        let now = self.read();
        let age = now.wall.duration_since(wall).unwrap_or_default();
        if age > OLDEST_STAMP { now.mono } else { now.mono.saturating_sub(age) }
    }
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    origin: Instant,
    heartbeat: Heartbeat,
}

impl SystemClock {
    /// A clock whose moment zero is now.
    ///
    /// # Errors
    /// The system gives no thread for the heartbeat.
    #[allow(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
    pub fn start() -> io::Result<Self> {
        let origin = Instant::now();
        Ok(Self { origin, heartbeat: Heartbeat::start(origin)? })
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
    fn read(&self) -> Reading {
        Reading { mono: self.origin.elapsed(), wall: SystemTime::now() }
    }

    fn arrival(&self, stamp: Option<SystemTime>) -> Moment {
        stamp.map_or_else(|| self.read().mono, |stamp| self.moment_of(stamp))
    }

    fn cpu_wait(&self) -> CpuWait {
        self.heartbeat.read()
    }
}

/// A clock that a test moves. It ignores kernel stamps: what is read arrived now, or before that by a set lag.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Reading>,
    lag: Mutex<Duration>,
    cpu_wait: Mutex<CpuWait>,
}

impl ManualClock {
    /// A clock that stands at an hour of monotonic time and at `wall`.
    #[must_use]
    pub fn new(wall: SystemTime) -> Self {
        let now = Reading { mono: Duration::from_secs(3600), wall };
        Self { now: Mutex::new(now), lag: Mutex::default(), cpu_wait: Mutex::default() }
    }

    /// From now on, has bytes arrive `lag` before they are read, as on a busy machine.
    pub fn read_late(&self, lag: Duration) {
        *self.lag.lock() = lag;
    }

    /// Has ready threads wait for a processor, which takes no time of this clock.
    pub fn wait_for_cpu(&self, long: Duration) {
        self.cpu_wait.lock().late_beats += long;
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

    fn cpu_wait(&self) -> CpuWait {
        *self.cpu_wait.lock()
    }
}
