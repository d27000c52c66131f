//! What the slots of one client share: the machine that finds out whether they can live side by side, and its verdict
//! for those who don't lock.
//!
//! Invariant: the machine's lock is taken last, and nothing else is locked while it is held.

use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use tollgate_core::machine::pool::Pool;

/// No slot serves alone.
const NONE: usize = usize::MAX;

/// The slots of one client.
pub(crate) struct SharedPool {
    machine: Mutex<Pool>,
    alone: AtomicUsize,
    slots: usize,
}

impl SharedPool {
    pub(crate) fn of(slots: usize) -> Self {
        Self { machine: Mutex::new(Pool::of(slots)), alone: AtomicUsize::new(NONE), slots }
    }

    /// The slot that serves alone, if it was decided so. Never blocks.
    pub(crate) fn alone(&self) -> Option<usize> {
        Some(self.alone.load(Ordering::Acquire)).filter(|alone| *alone != NONE)
    }

    /// Lets the machine hear something, and shows what it decided.
    pub(crate) fn hear<T>(&self, hear: impl FnOnce(&mut Pool) -> T) -> T {
        let mut machine = self.machine.lock();
        let heard = hear(&mut machine);
        self.alone.store(machine.alone().unwrap_or(NONE), Ordering::Release);
        heard
    }

    /// Forgets everything: someone changed the profile, and perhaps the server too.
    pub(crate) fn renew(&self) {
        self.hear(|machine| *machine = Pool::of(self.slots));
    }
}
