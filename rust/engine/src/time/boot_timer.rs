//! A timer that runs on while the machine is suspended.
//!
//! The runtime's timers stand still then: after a resume they are late by as long as the machine slept, and until the timer
//! queue runs, readers without a lock are shown tokens that have expired. The kernel of Linux has a timer that runs on, a
//! timerfd on `CLOCK_BOOTTIME`. What falls due in a suspend is readable before any thread of the process runs again.
//! Elsewhere tokio can wait for none. There each read compares the exact clock, so no expired token is handed out, and only
//! what the queue does by itself (a refresh ahead, the end of a wait that nobody waits for) is late.

pub(crate) use platform::BootTimer;

use std::future::pending;
use std::time::Duration;

use tollgate_core::time::clock::Mono;

/// As exact as the runtime's own timers. Where 100,000 users expire in a few seconds, twenty fall due in a millisecond: one
/// wake-up for all of them.
const TICK: Duration = Duration::from_millis(1);

/// Waits from `now` until `due`, or up to [`TICK`] longer, by the timer that comes first: the runtime's, which tests can
/// pause, or the one that runs on in a suspend.
pub(crate) async fn sleep_until(boot_timer: Option<&BootTimer>, now: Mono, due: Mono) {
    let time = if due == Mono::NEVER { Duration::MAX } else { due.since(now).max(TICK) };
    let boot_timer = async {
        match boot_timer {
            Some(timer) => timer.wait(time).await,
            None => pending().await,
        }
    };
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        Ok(()) = boot_timer => {}
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

        /// Waits so long; [`Duration::MAX`] is for ever. Each wait sets the timer anew.
        pub(crate) async fn wait(&self, time: Duration) -> io::Result<()> {
            const NEVER: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };
            const AT_ONCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 1 };
            let it_value = Timespec::try_from(time).map_or(NEVER, |time| time.max(AT_ONCE));
            let once = Itimerspec { it_interval: NEVER, it_value };
            timerfd_settime(self.0.get_ref(), TimerfdTimerFlags::empty(), &once)?;
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

        pub(crate) async fn wait(&self, _: Duration) -> io::Result<()> {
            pending().await
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;
    use crate::time::os_clock;

    #[tokio::test]
    async fn each_wait_counts_from_its_own_begin_whatever_became_of_the_last() {
        let timer = BootTimer::new().unwrap();
        let (short, hour) = (Duration::from_millis(5), Duration::from_secs(3600));
        for abandoned in [hour, Duration::MAX, Duration::from_nanos(1)] {
            drop(timeout(Duration::ZERO, timer.wait(abandoned)).await);
            let begin = os_clock::with_suspends();
            let since = || Duration::from_nanos(os_clock::with_suspends() - begin);
            while since() < short {
                tokio::task::yield_now().await; // the shortest has expired, and the runtime knows it
            }
            timer.wait(short).await.unwrap();
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
        tokio::select! {
            waited = timer.wait(Duration::from_millis(5)) => waited.unwrap(),
            () = tokio::time::sleep(Duration::from_millis(1)) => panic!("time passed"),
        }
        drop(done);
        held.await.unwrap().unwrap_err();
    }
}
