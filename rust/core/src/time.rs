//! Time and chance as values: clocks, dates, backoff, budgets over a window.

pub mod backoff;
pub mod budget;
pub mod calendar;
pub mod clock;
