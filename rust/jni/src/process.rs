//! The one engine of this process.

use std::sync::OnceLock;

use tollgate_engine::{Engine, Failure};

/// Started by the first call that needs it; never dropped, because Java threads may be inside at any time.
static ENGINE: OnceLock<Engine> = OnceLock::new();

/// The engine, started if need be.
///
/// # Errors
/// `INTERNAL` if the operating system gives no threads; the next call tries again.
pub(crate) fn engine() -> Result<&'static Engine, Failure> {
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let started = Engine::start()?;
    // Another thread may have been quicker; its engine stands and this one ends unused.
    Ok(ENGINE.get_or_init(|| started))
}

/// The engine if it was started. For the hot path: never starts, never fails.
pub(crate) fn started() -> Option<&'static Engine> {
    ENGINE.get()
}
