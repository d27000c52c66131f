//! Time as the operating system counts it.

pub(crate) mod boot_timer;
pub(crate) mod clock;
pub(crate) mod coarse;
pub(crate) mod os_clock;
pub(crate) mod suspended_time;
