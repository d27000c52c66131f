//! The clocks of the operating system that a step of the wall clock does not move: one that goes on while the machine is
//! suspended, and one that may stand still.
//!
//! | platform | goes on | may stand still |
//! |---|---|---|
//! | Linux, Android | `CLOCK_BOOTTIME` | `CLOCK_MONOTONIC`, which is `std::time::Instant` |
//! | Apple | `CLOCK_MONOTONIC` | `CLOCK_UPTIME_RAW`, which is `Instant` |
//! | Windows | `QueryPerformanceCounter`, which is `Instant` | the same one, which goes on |
//! | others | none is known: `Instant` | `Instant` |
//!
//! All in nanoseconds, each from an origin of its own.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod platform {
    use rustix::time::{ClockId, clock_gettime};

    pub(crate) fn with_suspends() -> u64 {
        read(ClockId::Boottime)
    }

    pub(crate) fn without_suspends() -> u64 {
        read(ClockId::Monotonic)
    }

    /// [`without_suspends`] at the last tick of the system, for a quarter of the price.
    pub(crate) fn at_last_tick() -> u64 {
        read(ClockId::MonotonicCoarse)
    }

    fn read(clock: ClockId) -> u64 {
        const NANOS: u64 = 1_000_000_000;
        let now = clock_gettime(clock);
        now.tv_sec.cast_unsigned().saturating_mul(NANOS).saturating_add(now.tv_nsec.cast_unsigned())
    }
}

#[cfg(target_vendor = "apple")]
mod platform {
    use rustix::time::{ClockId, clock_gettime};

    pub(crate) use super::instant::nanos as without_suspends;

    pub(crate) fn with_suspends() -> u64 {
        const NANOS: u64 = 1_000_000_000;
        let now = clock_gettime(ClockId::Monotonic);
        now.tv_sec.cast_unsigned().saturating_mul(NANOS).saturating_add(now.tv_nsec.cast_unsigned())
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
mod platform {
    pub(crate) use super::instant::{nanos as with_suspends, nanos as without_suspends};
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod instant {
    use std::sync::LazyLock;
    use std::time::Instant;

    #[allow(clippy::disallowed_methods)] // see above
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);

    pub(crate) fn nanos() -> u64 {
        u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

pub(crate) use platform::*;
