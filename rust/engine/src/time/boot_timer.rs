//! A timer that runs on while the machine is suspended.
//!
//! The runtime's timers stand still then: after a resume they are late by as long as the machine slept, and until the timer
//! queue runs, readers without a lock are shown tokens that have expired. The kernel of Linux has a timer that runs on, a
//! timerfd on `CLOCK_BOOTTIME`. What falls due in a suspend is readable before any thread of the process runs again.
//! Elsewhere tokio can wait for none. There each read compares the exact clock, so no expired token is handed out, and only
//! what the queue does by itself (a refresh ahead, the end of a wait that nobody waits for) is late.

use std::future::pending;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Sleep, sleep};
use tollgate_core::time::clock::Mono;

use platform::BootTimer;

/// As exact as the runtime's own timers. Where 100,000 users expire in a few seconds, twenty fall due in a millisecond: one
/// wake-up for all of them.
const TICK: Duration = Duration::from_millis(1);

/// Waits for the time that is due next, by the timer that comes first: the runtime's, which tests can pause, or the one that
/// runs on in a suspend.
///
/// Both stay set from one wait to the next. What is due later than they are set for ends a wait too early, once; to set
/// them anew for each token request would cost two system calls each.
pub(crate) struct DueTimer {
    boot_timer: Option<BootTimer>,
    sleep: Pin<Box<Sleep>>,
    /// What both are set for.
    set_for: Option<Mono>,
}

impl DueTimer {
    /// To be made in a runtime that does I/O; with what is wrong with the timer that runs on in a suspend, if anything is.
    pub(crate) fn new() -> (Self, Option<io::Error>) {
        let (boot_timer, error) = match BootTimer::new() {
            Ok(timer) => (Some(timer), None),
            Err(error) => (None, Some(error)),
        };
        (Self { boot_timer, sleep: Box::pin(sleep(Duration::MAX)), set_for: None }, error)
    }

    /// Waits from `now` until `due`, or up to [`TICK`] longer; or shorter, once. Cancel safe.
    pub(crate) async fn wait(&mut self, now: Mono, due: Mono) {
        if self.set_for.is_none_or(|set_for| due < set_for) {
            self.set(now, due);
        }
        let boot_timer = async {
            match &self.boot_timer {
                Some(timer) => timer.expired().await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = &mut self.sleep => {}
            Ok(()) = boot_timer => {}
        }
        self.set_for = None;
    }

    fn set(&mut self, now: Mono, due: Mono) {
        let time = if due == Mono::NEVER { Duration::MAX } else { due.since(now).max(TICK) };
        // The runtime's timer serves where this one cannot be set.
        if self.boot_timer.as_ref().is_some_and(|timer| timer.set(time).is_err()) {
            self.boot_timer = None;
        }
        self.sleep = Box::pin(sleep(time));
        self.set_for = Some(due);
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod platform {
    use std::io;
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    pub(crate) struct BootTimer(AsyncFd<OwnedFd>);

    impl BootTimer {
        /// To be called in a runtime that does I/O.
        pub(crate) fn new() -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer = timerfd_create(TimerfdClockId::Boottime, flags)?;
            // Deprecated because a type may lie about its descriptor, which `OwnedFd` does not; its successor is unsafe.
            #[allow(deprecated)]
            Ok(Self(AsyncFd::with_interest(timer, Interest::READABLE)?))
        }

        /// Sets it to expire after so long; [`Duration::MAX`] is never. What it was set to is forgotten.
        pub(crate) fn set(&self, time: Duration) -> io::Result<()> {
            const NEVER: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };
            const AT_ONCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 1 };
            let it_value = Timespec::try_from(time).map_or(NEVER, |time| time.max(AT_ONCE));
            let once = Itimerspec { it_interval: NEVER, it_value };
            Ok(timerfd_settime(self.0.get_ref(), TimerfdTimerFlags::empty(), &once).map(drop)?)
        }

        /// Waits until it has expired since it was set.
        pub(crate) async fn expired(&self) -> io::Result<()> {
            let mut expirations = [0; 8];
            let read = |timer: &OwnedFd| Ok(rustix::io::read(timer, &mut expirations)?);
            self.0.async_io(Interest::READABLE, read).await.map(drop)
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod platform {
    use std::future::pending;
    use std::io;
    use std::time::Duration;

    pub(crate) struct BootTimer;

    impl BootTimer {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub(crate) fn set(&self, _: Duration) -> io::Result<()> {
            Ok(())
        }

        pub(crate) async fn expired(&self) -> io::Result<()> {
            pending().await
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;
    use crate::time::os_clock;

    #[tokio::test]
    async fn each_time_counts_from_when_it_was_set_whatever_became_of_the_last() {
        let timer = BootTimer::new().unwrap();
        let (short, hour) = (Duration::from_millis(5), Duration::from_secs(3600));
        for abandoned in [hour, Duration::MAX, Duration::from_nanos(1)] {
            timer.set(abandoned).unwrap();
            drop(timeout(Duration::ZERO, timer.expired()).await);
            let begin = os_clock::with_suspends();
            let since = || Duration::from_nanos(os_clock::with_suspends() - begin);
            while since() < short {
                tokio::task::yield_now().await; // the shortest has expired, and the runtime knows it
            }
            timer.set(short).unwrap();
            timer.expired().await.unwrap();
            assert!((short * 2..hour).contains(&since()), "{:?} after {abandoned:?}", since());
        }
    }

    /// As in a suspend: the runtime's clock stands still.
    #[tokio::test(start_paused = true)]
    async fn it_runs_on_while_the_runtimes_timers_stand_still() {
        let (done, wait) = std::sync::mpsc::channel::<()>();
        // While a task blocks, tokio's paused clock does not run ahead to the next timer.
        let held = tokio::task::spawn_blocking(move || wait.recv());
        let timer = BootTimer::new().unwrap();
        timer.set(Duration::from_millis(5)).unwrap();
        tokio::select! {
            expired = timer.expired() => expired.unwrap(),
            () = tokio::time::sleep(Duration::from_millis(1)) => panic!("time passed"),
        }
        drop(done);
        held.await.unwrap().unwrap_err();
    }

    fn at(millis: u64) -> Mono {
        Mono::ZERO.after(Duration::from_millis(millis))
    }

    /// Begins a wait and gives it up.
    async fn abandon(timer: &mut DueTimer, now: Mono, due: Mono) {
        let mut wait = std::pin::pin!(timer.wait(now, due));
        let pending = poll_fn(|cx| Poll::Ready(wait.as_mut().poll(cx).is_pending())).await;
        assert!(pending, "ended at once");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_due_sooner_sets_it_anew_and_what_is_due_later_does_not() {
        let (mut timer, _) = DueTimer::new();
        timer.boot_timer = None; // real time passes for it
        let ends_within = async |timer: &mut DueTimer, millis, now, due| {
            timeout(Duration::from_millis(millis), timer.wait(at(now), at(due))).await.is_ok()
        };
        abandon(&mut timer, at(0), Mono::NEVER).await;
        abandon(&mut timer, at(0), at(900)).await;
        assert!(!ends_within(&mut timer, 99, 0, 100).await);
        assert!(ends_within(&mut timer, 1, 99, 100).await, "sooner");
        abandon(&mut timer, at(100), at(300)).await;
        assert!(!ends_within(&mut timer, 199, 100, 700).await);
        assert!(ends_within(&mut timer, 1, 299, 700).await, "too early, once");
        assert!(!ends_within(&mut timer, 399, 300, 700).await);
        assert!(ends_within(&mut timer, 1, 699, 700).await);
    }
}
