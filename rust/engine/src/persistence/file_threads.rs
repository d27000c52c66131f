//! The threads that read and write files, and nothing else.
//!
//! A file on a network that hangs holds its thread for as long as that takes, so no such call is made on a thread that
//! others wait for. Invariants: there are at most [`MOST`] threads, however many files hang; nobody waits for longer than
//! [`PATIENCE`]; a file is read once for all who ask for it at the same time.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tollgate_core::failure::in_words;
use zeroize::Zeroizing;

use super::file_system;

/// A file that hangs has one thread; others have the rest.
const MOST: usize = 8;

/// Those who waited for a file that hangs have gone, most of them.
const MOST_WAITERS: usize = 1000;

/// How long anybody waits for a file. A disk that is well takes milliseconds; JMeter waits five seconds for a thread that
/// is to stop, and a thread may wait for the disk while it is stopped.
pub(crate) const PATIENCE: Duration = Duration::from_millis(1500);

/// The text of a file, or what the operating system said.
pub(crate) type FileText = Result<Zeroizing<String>, String>;

type Waiter = Box<dyn FnOnce(FileText) + Send>;

/// The threads. They begin with the first file, and end a while after the last.
pub(crate) struct FileThreads {
    /// Only its threads that may block are used. Without it every file is one that can't be read in time.
    runtime: Option<Runtime>,
    /// By path, those who wait for a file that is being read.
    reads: Arc<Mutex<HashMap<String, Vec<Waiter>>>>,
}

impl FileThreads {
    pub(crate) fn new() -> Self {
        let mut threads = Builder::new_current_thread();
        let runtime = threads.max_blocking_threads(MOST).thread_name("tollgate-files").build();
        Self { runtime: runtime.ok(), reads: Arc::default() }
    }

    /// Does it on one of the threads.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Option<JoinHandle<T>> {
        Some(self.runtime.as_ref()?.spawn_blocking(job))
    }

    /// Does it on one of the threads, and waits. Not to be called on a thread of the engine's own.
    ///
    /// # Errors
    /// It takes longer than [`PATIENCE`].
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, String> {
        let (done, outcome) = sync_channel(1);
        drop(self.run(move || drop(done.try_send(job()))));
        outcome.recv_timeout(PATIENCE).map_err(|_| overdue())
    }

    /// Has `taken` called with the text of a file, on one of the threads.
    pub(crate) fn read(&self, path: &str, taken: impl FnOnce(FileText) + Send + 'static) {
        let mut reads = self.reads.lock();
        if let Some(waiters) = reads.get_mut(path) {
            if waiters.len() == MOST_WAITERS {
                waiters.clear();
            }
            waiters.push(Box::new(taken));
            return;
        }
        reads.insert(path.to_owned(), vec![Box::new(taken)]);
        drop(reads);
        let (path, reads) = (path.to_owned(), Arc::clone(&self.reads));
        drop(self.run(move || {
            let text = read_text(Path::new(&path));
            let waiters = reads.lock().remove(&path).unwrap_or_default();
            waiters.into_iter().for_each(|waiter| waiter(text.clone()));
        }));
    }

    /// The text of a file. Waits for it, and must not be called on a thread of the engine's own.
    ///
    /// # Errors
    /// What the operating system said, or that it takes longer than [`PATIENCE`].
    pub(crate) fn text(&self, path: &str) -> FileText {
        let (done, outcome) = sync_channel(1);
        // One that has waited too long has gone.
        self.read(path, move |text| drop(done.try_send(text)));
        outcome.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(overdue()))
    }
}

impl Drop for FileThreads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The text of a file.
pub(crate) fn read_text(path: &Path) -> FileText {
    let bytes = file_system::read(path).map_err(|error| error.to_string())?;
    let text = std::str::from_utf8(&bytes).map_err(|_| "it is not text (UTF-8)".to_owned())?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// What is told of a file that hangs.
pub(crate) fn overdue() -> String {
    format!("no answer from its disk or network within {}", in_words(PATIENCE))
}
