//! The one engine of this process.

use once_cell::sync::OnceCell;
use tollgate_engine::{Engine, Failure};

/// Started by the first call that needs it. Never dropped: Java threads may be inside at any time.
static ENGINE: OnceCell<Engine> = OnceCell::new();

/// The engine. Calls that come while it starts wait for that one start.
///
/// # Errors
/// `INTERNAL` if the operating system gives no threads or no file descriptors; the next call tries again.
pub(crate) fn engine() -> Result<&'static Engine, Failure> {
    #[cfg(test)]
    fault_injection::panic_if_asked();
    ENGINE.get_or_try_init(Engine::start)
}

/// The engine if it was started. For the hot path: never starts, never fails.
pub(crate) fn started() -> Option<&'static Engine> {
    ENGINE.get()
}

#[cfg(test)]
pub(crate) mod fault_injection {
    use std::cell::Cell;

    thread_local! {
        /// The next native method of this thread that asks for the engine panics.
        pub(crate) static PANIC: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn panic_if_asked() {
        let quoted = "s3cret";
        assert!(!PANIC.take(), "a panic that quotes {quoted}");
    }
}

#[cfg(all(test, unix))]
#[path = "../tests/unit/start.rs"]
mod start;
