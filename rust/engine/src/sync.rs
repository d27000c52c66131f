//! The locks and atomics of what threads share without waiting for the network.
//!
//! One place, so that the interleavings of `published` and `outbox` can be explored: the crate
//! `tollgate-interleavings` compiles those very files against loom's instead.

pub(crate) use std::sync::atomic::AtomicU64;

pub(crate) use arc_swap::ArcSwapOption as Swap;
pub(crate) use parking_lot::{Condvar, Mutex};
