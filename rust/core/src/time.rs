//! Time and chance as values: clocks, backoff, budgets over a window.

pub mod backoff;
pub mod budget;
pub mod clock;
