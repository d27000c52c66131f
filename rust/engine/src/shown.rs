//! A state behind a lock, and the one number of it that is shown to those who don't lock.
//!
//! Invariants: the number changes only under the lock, so that whoever holds the lock finds it in step with the state;
//! a number that was hidden or replaced is never seen again by anyone who could know; whoever sees a number also sees
//! all that was done before it was shown.

use std::sync::atomic::Ordering;

use crate::sync::{AtomicU64, Mutex, MutexGuard};

/// The state, and its number: 0 while there is none to show.
pub(crate) struct Shown<S> {
    number: AtomicU64,
    state: Mutex<S>,
}

impl<S> Shown<S> {
    pub(crate) fn new(state: S) -> Self {
        Self { number: AtomicU64::new(0), state: Mutex::new(state) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, S> {
        self.state.lock()
    }

    /// The number that is shown, or 0. Never blocks.
    pub(crate) fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    /// Shows a number of the state, which the caller has locked.
    pub(crate) fn show(&self, _locked: &mut S, number: u64) {
        self.number.store(number, Ordering::Release);
    }

    /// Shows none.
    pub(crate) fn hide(&self, locked: &mut S) {
        self.show(locked, 0);
    }
}
