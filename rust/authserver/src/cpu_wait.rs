//! How long threads that were ready to run waited for a processor.
//!
//! A client can act on an answer only after its threads have run. The judge therefore measures for how long they could
//! not. It keeps two running totals, because each of them misses what the other one sees:
//!
//! - *Late beats.* A thread sleeps for [`PERIOD`], again and again, and adds up how late it wakes. This works on every
//!   system and sees a virtual machine that stood still. A scheduler prefers threads that sleep most of the time, so in a
//!   crowd of busy threads the beats are less late than the crowd.
//! - *Pressure*, on Linux: the kernel's own total of the time in which some ready thread did not run
//!   (`Documentation/accounting/psi.rst`). Not every kernel keeps it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// From one beat to the next.
const PERIOD: Duration = Duration::from_millis(2);
/// A timer of a quiet machine is late by a fraction of this; a beat that is later than this counts as late.
const PUNCTUAL: Duration = Duration::from_millis(1);

/// The running totals at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CpuWait {
    /// By how much beats were late.
    pub late_beats: Duration,
    /// For how long some ready thread did not run; zero where the kernel does not tell.
    pub pressure: Duration,
}

impl CpuWait {
    /// For how long ready threads waited between `before` and now: the larger of the two measures.
    #[must_use]
    pub fn since(self, before: Self) -> Duration {
        let late = self.late_beats.saturating_sub(before.late_beats);
        late.max(self.pressure.saturating_sub(before.pressure))
    }
}

/// Measures until it is dropped.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    beats: Arc<Beats>,
    pressure: pressure::Pressure,
    /// Dropping it ends the thread.
    _running: Sender<()>,
}

#[derive(Debug)]
struct Beats {
    origin: Instant,
    late_nanos: AtomicU64,
    /// When the next beat is due, in nanoseconds since `origin`.
    due_nanos: AtomicU64,
}

impl Heartbeat {
    /// Starts to measure, `origin` being some moment before now.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn start(origin: Instant) -> io::Result<Self> {
        let beats = Arc::new(Beats { origin, late_nanos: AtomicU64::new(0), due_nanos: AtomicU64::new(0) });
        beats.plan_next();
        let (running, dropped) = channel();
        let own = Arc::clone(&beats);
        thread::Builder::new().name("heartbeat".into()).spawn(move || own.run(&dropped))?;
        Ok(Self { beats, pressure: pressure::Pressure::open(), _running: running })
    }

    /// The totals, now.
    pub(crate) fn read(&self) -> CpuWait {
        CpuWait { late_beats: self.beats.late(), pressure: self.pressure.total() }
    }
}

impl Beats {
    fn run(&self, dropped: &Receiver<()>) {
        while dropped.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
            let late = self.overdue();
            self.late_nanos.fetch_add(nanos(late), Ordering::Relaxed);
            self.plan_next();
        }
    }

    fn plan_next(&self) {
        self.due_nanos.store(nanos(self.origin.elapsed() + PERIOD), Ordering::Relaxed);
    }

    /// By how much the next beat is late already.
    fn overdue(&self) -> Duration {
        let due = Duration::from_nanos(self.due_nanos.load(Ordering::Relaxed));
        let late = self.origin.elapsed().saturating_sub(due);
        if late > PUNCTUAL { late } else { Duration::ZERO }
    }

    /// All lateness so far. A beat that is overdue counts too: the caller may run before the thread that beats.
    fn late(&self) -> Duration {
        Duration::from_nanos(self.late_nanos.load(Ordering::Relaxed)) + self.overdue()
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(target_os = "linux")]
mod pressure {
    use std::fs::File;
    use std::os::unix::fs::FileExt;
    use std::time::Duration;

    /// `/proc/pressure/cpu`, kept open.
    #[derive(Debug)]
    pub(super) struct Pressure(Option<File>);

    impl Pressure {
        pub(super) fn open() -> Self {
            Self(File::open("/proc/pressure/cpu").ok())
        }

        pub(super) fn total(&self) -> Duration {
            let mut text = [0; 256];
            let read = self.0.as_ref().and_then(|file| file.read_at(&mut text, 0).ok());
            let text = read.and_then(|length| std::str::from_utf8(text.get(..length)?).ok());
            text.and_then(some_total).unwrap_or_default()
        }
    }

    /// The total of the line `some avg10=… avg60=… avg300=… total=<microseconds>`.
    pub(super) fn some_total(text: &str) -> Option<Duration> {
        let line = text.lines().find_map(|line| line.strip_prefix("some "))?;
        let total = line.split_whitespace().find_map(|field| field.strip_prefix("total="))?;
        total.parse().ok().map(Duration::from_micros)
    }
}

#[cfg(not(target_os = "linux"))]
mod pressure {
    use std::time::Duration;

    #[derive(Debug)]
    pub(super) struct Pressure;

    impl Pressure {
        pub(super) fn open() -> Self {
            Self
        }

        pub(super) fn total(&self) -> Duration {
            Duration::ZERO
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_larger_measure_counts_over_a_window() {
        let before = CpuWait { late_beats: at(10), pressure: at(1_000) };
        let after = |late, pressure| CpuWait { late_beats: at(late), pressure: at(pressure) };
        assert_eq!(after(10, 1_000).since(before), Duration::ZERO);
        assert_eq!(after(40, 1_007).since(before), at(30));
        assert_eq!(after(12, 1_020).since(before), at(20));
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "what is measured here is real time")]
    fn a_beat_that_does_not_come_counts_before_it_comes() {
        let origin = std::time::Instant::now();
        let beats = Beats { origin, late_nanos: AtomicU64::new(0), due_nanos: AtomicU64::new(0) };
        // Nobody beats here, and the beat was due at the origin.
        while beats.late() <= at(5) {
            thread::yield_now();
        }
        let (running, dropped) = channel();
        drop(running);
        beats.run(&dropped);
        assert_eq!(beats.late_nanos.load(Ordering::Relaxed), 0, "the thread has ended without a beat");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn pressure_is_the_total_of_the_line_some() {
        let text = "some avg10=99.12 avg60=98.65 avg300=86.31 total=806176792\n\
                    full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";
        assert_eq!(pressure::some_total(text), Some(Duration::from_micros(806_176_792)));
        assert_eq!(pressure::some_total("full avg10=0.00 total=5\n"), None);
        assert_eq!(pressure::some_total("some total=many"), None);
    }
}
