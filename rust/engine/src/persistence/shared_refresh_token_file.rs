//! Refresh token files as all credentials of this process share them: one owner a file, by its canonical path.
//!
//! A [`Claim`] is held from before a refresh token is sent until the next one is written, so of two credentials with one
//! file, or of two processes, the second sends what the first was given. Invariants: a file that hangs delays those who
//! need it, by [`PATIENCE`] each, and nobody else; what was given in an answer is written even if nobody waits any more.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use secrecy::SecretString;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tollgate_core::oauth::token_answer::Refusal;

use super::file_system::{FileSystem, Lock};
use super::file_threads::{FileThreads, PATIENCE, overdue};
use super::refresh_token_file::{NotSent, RefreshTokenFile};

/// How often another process is asked for the file while it has it.
const LOOK: Duration = Duration::from_millis(50);

/// No request takes longer: what it was given is written by then.
const LONGEST_EXCHANGE: Duration = Duration::from_secs(600);

/// What became of a token that was sent, or a token that came with a primary grant.
pub(crate) enum Outcome {
    /// The server gave this one.
    Given(SecretString),
    /// What was sent is as good as before.
    Unused,
    /// It may be used up. By which credential it was sent.
    Doubtful(u64),
    /// The server refused it.
    Refused,
}

/// The files of this process.
pub(crate) struct RefreshTokenFiles {
    files: Arc<dyn FileSystem>,
    state: Option<PathBuf>,
    by_path: Mutex<HashMap<PathBuf, Arc<SharedRefreshTokenFile>>>,
    pending: Arc<Pending>,
}

/// One of them.
pub(crate) struct SharedRefreshTokenFile {
    /// As it was set.
    name: String,
    file: Arc<AsyncMutex<RefreshTokenFile>>,
    threads: Arc<FileThreads>,
    pending: Arc<Pending>,
    /// Why its newest token is in memory only.
    unwritten: Mutex<Option<String>>,
}

/// What must be on the disk before the process ends.
#[derive(Default)]
struct Pending {
    state: Mutex<(usize, bool)>,
    none: Condvar,
}

/// Counted as long as it lives.
struct Counted(Arc<Pending>);

impl Pending {
    /// `None` once the process ends: nothing new begins.
    fn begin(self: &Arc<Self>) -> Option<Counted> {
        let mut state = self.state.lock();
        let (count, ends) = &mut *state;
        if *ends {
            return None;
        }
        *count += 1;
        Some(Counted(Arc::clone(self)))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.0 -= 1;
        if state.0 == 0 {
            self.0.none.notify_all();
        }
    }
}

impl RefreshTokenFiles {
    pub(crate) fn new(files: Arc<dyn FileSystem>, state: Option<PathBuf>) -> Self {
        Self { files, state, by_path: Mutex::default(), pending: Arc::default() }
    }

    /// The file of a path. Waits for the disk, and must not be called on a thread of the engine's own.
    ///
    /// # Errors
    /// In words, if the disk does not answer, or if what is sent from the file could not be recorded.
    pub(crate) fn open(
        &self,
        name: &str,
        threads: &Arc<FileThreads>,
    ) -> Result<Arc<SharedRefreshTokenFile>, String> {
        let (files, path) = (Arc::clone(&self.files), PathBuf::from(name));
        let state = self.state.clone();
        let opened = threads.wait(move || {
            let file = RefreshTokenFile::new(files, &path, state);
            let usable = file.check().map(|()| {
                // Of a crash. Where another has the file now, it has seen to that.
                if let Ok(Some(_lock)) = file.try_lock() { file.find().map(drop) } else { Ok(()) }
            });
            (file, usable)
        })?;
        let (file, usable) = opened;
        if let Err(error) = usable {
            return Err(unmarkable(&error, self.state.as_deref()));
        }
        let path = file.path().to_owned();
        let shared = || {
            Arc::new(SharedRefreshTokenFile {
                name: name.to_owned(),
                file: Arc::new(AsyncMutex::new(file)),
                threads: Arc::clone(threads),
                pending: Arc::clone(&self.pending),
                unwritten: Mutex::default(),
            })
        };
        Ok(Arc::clone(self.by_path.lock().entry(path).or_insert_with(shared)))
    }

    /// The files whose newest token is in memory only, and why.
    pub(crate) fn unwritten(&self) -> Vec<String> {
        let files = self.by_path.lock();
        let unwritten = files.values().filter_map(|file| file.unwritten.lock().clone());
        unwritten.collect()
    }

    /// The process ends: waits until what must be on the disk is there, for so long at most, and lets nothing new begin.
    /// Whether it is there.
    pub(crate) fn finish(&self, most: Duration) -> bool {
        let mut state = self.pending.state.lock();
        state.1 = true;
        self.pending.none.wait_while_for(&mut state, |(count, _)| *count > 0, most);
        state.0 == 0
    }
}

fn unmarkable(error: &io::Error, state: Option<&Path>) -> String {
    let home = state.map_or(String::new(), |state| format!(", or {}", state.display()));
    format!(
        "that a refresh token was sent can't be recorded, and the next run would send it again ({error}): make its \
         directory writable{home} (XDG_STATE_HOME names another)"
    )
}

/// A file that one owner uses now.
pub(crate) struct Claim {
    file: OwnedMutexGuard<RefreshTokenFile>,
    /// None can be had on some file systems.
    lock: Option<Lock>,
    shared: Arc<SharedRefreshTokenFile>,
    counted: Option<Counted>,
}

impl SharedRefreshTokenFile {
    /// Waits for the file, for so long at most.
    ///
    /// # Errors
    /// Who has it, in words.
    pub(crate) async fn claim(self: &Arc<Self>, most: Duration) -> Result<Claim, String> {
        let mut user = "another profile of this JMeter";
        let claimed = timeout(most, async {
            let file = Arc::clone(&self.file).lock_owned().await;
            user = "another process; each needs a refresh token and a file of its own";
            let mut claim = Claim { file, lock: None, shared: Arc::clone(self), counted: None };
            loop {
                let locked;
                (claim, locked) = claim.on_thread(Claim::lock).await?;
                match locked {
                    Ok(true) => break Ok(claim),
                    Ok(false) => sleep(LOOK).await,
                    Err(error) => break Err(format!("{}: {error}", self.name)),
                }
            }
        });
        claimed.await.unwrap_or_else(|_| Err(format!("{} is in use by {user}", self.name)))
    }

    /// Writes a refresh token that came without one being sent. Waits for [`PATIENCE`] at most; it is written all the same.
    /// What is to be told, if it could not be written and that is news.
    pub(crate) async fn keep(self: &Arc<Self>, token: SecretString) -> Option<String> {
        let (shared, counted) = (Arc::clone(self), self.pending.begin());
        let kept = tokio::spawn(async move {
            match shared.claim(LONGEST_EXCHANGE).await {
                Ok(mut claim) => {
                    claim.counted = counted;
                    claim.settle(None, Outcome::Given(token)).await
                }
                Err(cause) => shared.note_written(Err(cause)),
            }
        });
        within_patience(Some(kept)).await.unwrap_or_else(|cause| self.note_written(Err(cause)))
    }

    /// What is to be told of a token that was written, or could not be.
    fn note_written(&self, written: Result<(), String>) -> Option<String> {
        let mut unwritten = self.unwritten.lock();
        let was = unwritten.is_some();
        *unwritten = written.err().map(|cause| format!("{}: {cause}", self.name));
        unwritten.clone().filter(|_| !was)
    }
}

impl Claim {
    fn lock(&mut self) -> io::Result<bool> {
        match self.file.try_lock() {
            Ok(lock) => {
                self.lock = lock;
                Ok(self.lock.is_some())
            }
            // Without locks there is still one owner in this process.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Does it on a thread for files. One that hangs keeps the file.
    async fn on_thread<T: Send + 'static>(
        mut self,
        job: impl FnOnce(&mut Self) -> T + Send + 'static,
    ) -> Result<(Self, T), String> {
        let shared = Arc::clone(&self.shared);
        let done = shared.threads.run(move || {
            let outcome = job(&mut self);
            (self, outcome)
        });
        within_patience(done).await.map_err(|cause| format!("{}: {cause}", shared.name))
    }

    /// The newest token in the file, if it was not sent.
    ///
    /// # Errors
    /// The file can't be read.
    pub(crate) async fn find(self) -> Result<(Self, Option<SecretString>), String> {
        let (claim, found) = self.on_thread(|claim| claim.file.find()).await?;
        let found = found.map_err(|error| format!("{}: {error}", claim.shared.name))?;
        Ok((claim, found))
    }

    /// Records that `credential` is about to send a token.
    ///
    /// # Errors
    /// It must not be sent.
    pub(crate) async fn mark(mut self, token: &SecretString, credential: u64) -> Result<Self, Refusal> {
        let name = self.shared.name.clone();
        let Some(counted) = self.shared.pending.begin() else {
            return Err(Refusal::unsent("JMeter ends, and a refresh token that is sent now could be lost"));
        };
        self.counted = Some(counted);
        let token = token.clone();
        let (claim, marked) = self
            .on_thread(move |claim| claim.file.mark(&token, credential))
            .await
            .map_err(Refusal::unsent)?;
        match marked {
            Ok(()) => Ok(claim),
            Err(NotSent::Spent) => Err(Refusal::spent(format!(
                "the refresh token of {name} was sent before, and what the server gave for it was lost in a crash or is \
                 with another process"
            ))),
            Err(NotSent::Unmarked(error)) => Err(Refusal::unsent(format!(
                "{name}: that its refresh token is sent can't be recorded: {error}"
            ))),
        }
    }

    /// Keeps what became of the token that was sent, if one was. Waits for [`PATIENCE`] at most; it is kept all the same.
    /// What is to be told, if a new token could not be written and that is news.
    pub(crate) async fn settle(self, sent: Option<SecretString>, outcome: Outcome) -> Option<String> {
        let shared = Arc::clone(&self.shared);
        let settled = self.on_thread(move |claim| {
            let Self { file, shared, .. } = claim;
            let kept = match (&outcome, &sent) {
                (Outcome::Given(next), _) => {
                    let written = file.replace_with(next);
                    return shared.note_written(written.map_err(|error| error.to_string()));
                }
                (Outcome::Unused, Some(sent)) => file.forget_sent(sent),
                (Outcome::Doubtful(credential), Some(sent)) => {
                    file.doubt(*credential, sent);
                    Ok(())
                }
                _ => Ok(()),
            };
            // A mark that stays says that a good token is used up: the next run asks for another.
            kept.err().map(|error| format!("{}: {error}", shared.name))
        });
        match settled.await {
            Ok((_, outcome)) => outcome,
            Err(cause) => shared.note_written(Err(cause)),
        }
    }
}

async fn within_patience<T>(done: Option<JoinHandle<T>>) -> Result<T, String> {
    let done = done.ok_or_else(overdue)?;
    let done = timeout(PATIENCE, done).await.map_err(|_| overdue())?;
    done.map_err(|_| "a fault in Tollgate, please report it".into())
}
