//! What all parts of the engine share.

use std::hash::RandomState;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(test)]
use crate::fault_injection::FaultInjection;
use crate::journal::Journal;
use crate::outbox::Outbox;
use crate::persistence::file_system::{ThisFileSystem, state_directory};
use crate::persistence::file_threads::FileThreads;
use crate::persistence::shared_refresh_token_file::RefreshTokenFiles;
use crate::time::clock::Clock;

/// Time, threads, files, the outbox and the journal: one for all.
pub(crate) struct EngineContext {
    pub(crate) clock: Clock,
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) file_threads: Arc<FileThreads>,
    pub(crate) refresh_token_files: Arc<RefreshTokenFiles>,
    /// The key of all fingerprints of tokens.
    pub(crate) fingerprint_key: RandomState,
    /// How many credentials there were.
    credentials: Arc<AtomicU32>,
    #[cfg(test)]
    pub(crate) faults: FaultInjection,
}

impl EngineContext {
    /// With clocks that start now.
    pub(crate) fn on(runtime: tokio::runtime::Handle) -> Self {
        let entered = runtime.enter();
        let clock = Clock::start();
        drop(entered);
        Self {
            clock,
            runtime,
            outbox: Arc::default(),
            journal: Arc::default(),
            file_threads: Arc::new(FileThreads::new()),
            refresh_token_files: Arc::new(RefreshTokenFiles::new(
                Arc::new(ThisFileSystem),
                state_directory(),
            )),
            fingerprint_key: RandomState::new(),
            credentials: Arc::default(),
            #[cfg(test)]
            faults: FaultInjection::default(),
        }
    }

    /// One for a trial: it shares what there may be one of in a process only, files and the numbers that their owners are
    /// told apart by, and has a journal and an outbox of its own.
    pub(crate) fn apart(&self) -> Self {
        Self {
            clock: self.clock,
            runtime: self.runtime.clone(),
            outbox: Arc::default(),
            journal: Arc::default(),
            file_threads: Arc::clone(&self.file_threads),
            refresh_token_files: Arc::clone(&self.refresh_token_files),
            fingerprint_key: self.fingerprint_key.clone(),
            credentials: Arc::clone(&self.credentials),
            #[cfg(test)]
            faults: self.faults.clone(),
        }
    }

    /// The number of a new credential, from 1.
    pub(crate) fn next_credential(&self) -> u32 {
        self.credentials.fetch_add(1, Ordering::Relaxed) + 1
    }
}
