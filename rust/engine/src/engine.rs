//! The engine: one a process, for every profile and every thread.

mod api_answers;
mod description;
mod fleet;
mod reads;
mod trials;

use std::sync::Arc;
use std::time::Duration;

pub use description::Traits;
use parking_lot::Mutex;
pub use reads::Served;
use secrecy::SecretString;
use tokio::runtime::Runtime;
use tollgate_core::config::settings::Setting;
use tollgate_core::failure::{Code, Failure};
use tollgate_core::machine::Input;
pub use trials::TrialNews;
use trials::Trials;

use crate::context::EngineContext;
use crate::handle::Handle;
use crate::journal::What;
use crate::jvm_environment::Environment;
use crate::outbox::Event as Message;
use crate::registry::{Opened, Registry};
use crate::runtime;

/// The engine.
pub struct Engine {
    registry: Registry,
    context: Arc<EngineContext>,
    trials: Mutex<Trials>,
    /// Held so that tasks run; `None` where the caller's runtime is used.
    _runtime: Option<Runtime>,
}

impl Engine {
    /// Starts an engine with threads of its own. No thread ends before the process does.
    ///
    /// # Errors
    /// `INTERNAL` if the operating system gives no threads.
    pub fn start() -> Result<Self, Failure> {
        let runtime = runtime::start().map_err(|error| {
            Failure::new(Code::Internal, format!("no threads for Tollgate's engine: {error}"))
        })?;
        let handle = runtime.handle().clone();
        Ok(Self { _runtime: Some(runtime), ..Self::on(handle) })
    }

    /// An engine on a runtime that the caller keeps alive.
    #[must_use]
    pub fn on(runtime: tokio::runtime::Handle) -> Self {
        Self::of(EngineContext::on(runtime))
    }

    fn of(context: EngineContext) -> Self {
        let context = Arc::new(context);
        let registry = Registry::new(Arc::clone(&context));
        Self { registry, context, trials: Mutex::default(), _runtime: None }
    }

    /// Tells what the JVM knows of proxies and trust anchors; for profiles opened from now on.
    pub fn environment(&self, environment: Environment) {
        self.registry.set_environment(environment);
    }

    /// Opens a profile. Equal settings again: the same handle.
    ///
    /// # Errors
    /// `CONFIG` for settings that are wrong; `PROFILE_CONFLICT` if the name was opened with other settings in
    /// this run, unless `redefine`.
    pub fn open(&self, name: &str, settings: &[Setting], redefine: bool) -> Result<Handle, Failure> {
        self.registry.open(name, settings, redefine)
    }

    /// Opens a profile for one of its users: its client and settings, with the password grant of RFC 6749 section
    /// 4.3. Equal user and password again: the same handle.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn for_user(&self, handle: Handle, user: &str, password: SecretString) -> Result<Handle, Failure> {
        self.registry.for_user(handle, user, password).ok_or_else(|| unknown(handle))?
    }

    /// Opens a profile for another client, which authenticates as the profile's does and has limits of its own. Equal id and
    /// secret again: the same handle.
    ///
    /// # Errors
    /// `CONFIG` if there can be no such client; `INTERNAL` for a handle that was never given out.
    pub fn for_client(&self, handle: Handle, id: &str, secret: SecretString) -> Result<Handle, Failure> {
        self.registry.for_client(handle, id, secret).ok_or_else(|| unknown(handle))?
    }

    /// A test run began. Valid tokens and closed gates stay; counts and permanent errors go. `run` is not 0 and
    /// names the run; the same again is ignored. What was told before belongs to the run before: waits for it, a second
    /// at most.
    pub fn run_started(&self, run: u64) {
        self.registry.catch_up();
        if !self.registry.set_run(run) {
            return;
        }
        self.note(What::RunStarted);
        self.registry.for_all(|driver| {
            driver.members().for_each(|member| member.metrics.reset());
            driver.handle(Input::RunStarted);
        });
    }

    /// The run ended: nothing is refreshed ahead any more. Waits as [`Engine::run_started`] does.
    pub fn run_ended(&self) {
        self.registry.catch_up();
        if self.registry.set_run(0) {
            for file in self.context.refresh_token_files.unwritten() {
                self.context.outbox.post(Message::Warn(format!(
                    "The newest refresh token is in memory only, for it could not be written to {file}. Put a new one \
                     into the file before JMeter starts again"
                )));
            }
            self.registry.for_all(|driver| driver.handle(Input::RunEnded));
            self.note(What::RunEnded);
        }
    }

    fn note(&self, what: What) {
        let EngineContext { journal, clock, .. } = &*self.context;
        journal.add(clock.now(), None, what);
    }

    /// The process ends: refresh tokens that were given are written, and no other is sent from its file. Waits for so long
    /// at most. Whether all are on the disk.
    pub fn finish(&self, most: Duration) -> bool {
        self.context.refresh_token_files.finish(most)
    }

    /// What there is to tell Java. Blocks for at most `timeout`, and only while there is nothing.
    #[must_use]
    pub fn await_events(&self, timeout: Duration) -> Vec<Message> {
        self.context.outbox.take(timeout)
    }

    /// What the engine did, after the entry of that number, at most so many entries, oldest first. The first line tells of
    /// the journal itself: how many entries after that number are gone, and the number of the newest. Takes nothing away.
    /// Waits as [`Engine::status`] does.
    #[must_use]
    pub fn journal(&self, after: u64, most: usize) -> Vec<String> {
        self.registry.catch_up();
        let EngineContext { journal, clock, .. } = &*self.context;
        journal.read(after, most, clock.now())
    }

    fn opened(&self, handle: Handle) -> Result<Arc<Opened>, Failure> {
        self.registry.get(handle).ok_or_else(|| unknown(handle))
    }
}

fn unknown(handle: Handle) -> Failure {
    Failure::new(Code::Internal, format!("there is no credential {handle:?}"))
}

#[cfg(test)]
#[path = "../tests/unit/panics.rs"]
mod panics;

#[cfg(test)]
#[path = "../tests/unit/waiting.rs"]
mod waiting;

#[cfg(test)]
#[path = "../tests/unit/suspended.rs"]
mod suspended;

#[cfg(test)]
#[path = "../tests/unit/busy_driver.rs"]
mod busy_driver;

#[cfg(test)]
#[path = "../tests/unit/hung_disk.rs"]
mod hung_disk;
