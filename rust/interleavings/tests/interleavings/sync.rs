//! The engine's `sync`, by loom: the same names with the same calls.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

pub(crate) use loom::sync::atomic::AtomicU64;

pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

/// What `arc_swap` promises: who loads sees what was stored last, and all that was done before it was stored.
pub(crate) struct Swap<T>(loom::sync::Mutex<Option<Arc<T>>>);

/// `None` only while its thread waits.
pub(crate) struct MutexGuard<'a, T>(Option<loom::sync::MutexGuard<'a, T>>);

#[derive(Default)]
pub(crate) struct Condvar(loom::sync::Condvar);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(loom::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard(Some(self.0.lock().unwrap()))
    }
}

impl<T> Swap<T> {
    pub(crate) fn load_full(&self) -> Option<Arc<T>> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn store(&self, thing: Option<Arc<T>>) {
        *self.0.lock().unwrap() = thing;
    }
}

impl<T> Default for Swap<T> {
    fn default() -> Self {
        Self(loom::sync::Mutex::new(None))
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().unwrap()
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().unwrap()
    }
}

impl Condvar {
    /// Waits for ever: here no time-out hides a wake-up that was lost, and loom tells of threads that hang.
    pub(crate) fn wait_for<T>(&self, guard: &mut MutexGuard<'_, T>, _: Duration) {
        guard.0 = guard.0.take().map(|held| self.0.wait(held).unwrap());
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }
}
