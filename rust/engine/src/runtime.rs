//! The engine's threads: how many there are, and what for.
//!
//! Invariant: however many names hang and however many files are slow, there are no more threads than these.

use std::io;

use tokio::runtime::{Builder, Runtime};

/// Token requests wait for the network; two threads are plenty for thousands of credentials.
const WORKERS: usize = 2;

/// For what blocks: looking up names, and writing refresh tokens to files. A resolver that hangs must not hold up the
/// files; more than a few at once is no help to anybody.
const BLOCKING: usize = 8;

/// Starts them. None ends before the process does, save those that block, a while after the last had anything to do.
pub(crate) fn start() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .max_blocking_threads(BLOCKING)
        .thread_name("tollgate")
        .enable_all()
        .build()
}
