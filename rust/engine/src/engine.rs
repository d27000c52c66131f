//! The engine: one a process, for every profile and every thread.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use secrecy::SecretString;
use tokio::runtime::Runtime;
use tollgate_core::acquire::{AcquireOutcome, Waiter, acquire};
use tollgate_core::config::answer_rules::AnswerRules;
use tollgate_core::config::placement::Placement;
use tollgate_core::config::policy::Refresh;
use tollgate_core::config::settings::Setting;
use tollgate_core::failure::{Code, Failure};
use tollgate_core::machine::Input;
use tollgate_core::machine::pacing::Pace;
use tollgate_core::oauth::token::{Generation, Token};
use tollgate_core::time::clock::Mono;

use crate::context::EngineContext;
use crate::endpoint::credential::{CredentialCell, SendId};
use crate::handle::Handle;
use crate::journal::What;
use crate::jvm_environment::Environment;
use crate::outbox::Event as Message;
use crate::published::GenerationCell;
use crate::published::fingerprints::Stamp;
use crate::registry::{Opened, Registry};
use crate::report::{Report, note};
use crate::runtime;
use crate::status;
use crate::time::coarse::Moment;

/// A token handed out.
pub struct Served {
    /// Its number.
    pub generation: Generation,
    /// What names it, for a report of what became of it.
    pub stamp: Stamp,
    /// Life left when it was handed out.
    pub remaining: Duration,
    /// The bare token.
    pub token: SecretString,
}

impl Served {
    fn at(now: Mono, cell: &CredentialCell, token: &Token) -> Self {
        Self {
            generation: token.generation,
            stamp: cell.stamp(token.generation),
            remaining: token.remaining(now),
            token: token.secret.clone(),
        }
    }
}

/// What callers must know of a profile.
pub struct Traits {
    /// How long a reader waits at most.
    pub token_timeout: Duration,
    /// What samplers do without a token: the setting's word.
    pub on_token_failure: &'static str,
    /// Each send must be told to [`Engine::read`] and [`Engine::ended`].
    pub drains: bool,
    /// Where a request has the token, and what stands before it there.
    pub placement: Placement,
    /// Each token goes with a proof.
    pub bound: bool,
    /// A header, by name and value, for every API request.
    pub tenant_header: Option<(String, String)>,
    /// How answers are read, for a first look at each.
    pub answers: AnswerRules,
    /// Each thread is served by the handle that [`Engine::steer`] names.
    pub lanes: bool,
}

/// The engine.
pub struct Engine {
    registry: Registry,
    context: Arc<EngineContext>,
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
        let context = Arc::new(EngineContext::on(runtime));
        Self { registry: Registry::new(Arc::clone(&context)), context, _runtime: None }
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

    /// The generation of the token in service; 0 if there is none, or no such handle. Lock-free.
    #[must_use]
    pub fn generation(&self, handle: Handle) -> Generation {
        self.registry.generation(handle).map_or(0, GenerationCell::generation)
    }

    /// The same while `until` has not come, else 0: one look for whoever has a token of that generation and wants to use
    /// it once more. The hot path.
    #[must_use]
    pub fn look(&self, handle: Handle, until: Moment) -> Generation {
        if until.is_ahead() { self.generation(handle) } else { 0 }
    }

    /// Whether this generation is in service and the API accepted it after its last 401, so that reports of more 200s change
    /// nothing. Lock-free.
    #[must_use]
    pub fn is_accepted(&self, handle: Handle, generation: Generation) -> bool {
        generation != 0 && self.registry.generation(handle).is_some_and(|cell| cell.is_settled(generation))
    }

    /// The lane that serves a thread now: a handle like any other, for all calls about that thread's tokens. The upper
    /// half of `thread` names its group, the lower half its number there. The same for as long as nothing changes; the
    /// handle itself where a profile has one lane.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn steer(&self, handle: Handle, thread: u64) -> Result<Handle, Failure> {
        let opened = self.opened(handle)?;
        Ok(opened.lanes.as_ref().and_then(|lanes| lanes.steer(thread)).unwrap_or(handle))
    }

    /// One look of a waiter at the state: a token, or `None` to wait and look again (a [`Message::Wake`] will
    /// come, and looking every 200 ms does no harm). `limit` of `None` is the profile's `token_timeout`. With
    /// `refresh=drain`, `send` names the send that the token is for; [`Engine::ended`] ends it.
    ///
    /// # Errors
    /// Why there will be none in time.
    pub fn read(
        &self,
        handle: Handle,
        floor: Duration,
        waited: Duration,
        limit: Option<Duration>,
        send: Option<SendId>,
    ) -> Result<Option<Served>, Failure> {
        let opened = self.opened(handle)?;
        let Opened { profile, credential: cell, .. } = &*opened;
        if let Some(lack) = profile.lack() {
            return Err(lack.clone());
        }
        let limit = limit.unwrap_or(profile.token_timeout);
        let waiter = Waiter { waited, limit, floor, max_retry_after: profile.policy.max_retry_after };
        let now = cell.now().mono;
        let send = send.filter(|_| profile.policy.refresh == Refresh::Drain);
        let taken = match send {
            None => cell.take(now, floor),
            Some(send) => begin(cell, send, now, floor),
        };
        if let Some(token) = taken {
            return Ok(Some(Served::at(now, cell, &token)));
        }
        let availability = cell.availability();
        match acquire(cell.published.token().as_deref(), &availability, now, &waiter) {
            // Published, or released by a drain, since: the caller looks again.
            AcquireOutcome::Serve(_) => Ok(None),
            AcquireOutcome::Wait => {
                if !availability.expected {
                    cell.want(floor);
                }
                cell.waiters.fetch_add(u32::from(waited.is_zero()), Ordering::Relaxed);
                Ok(None)
            }
            AcquireOutcome::Unavailable(unavailable) => Err(unavailable.tell(profile, cell.now().wall)),
        }
    }

    /// The value of the `DPoP` header of one API request that carries the token of this generation (RFC 9449). Good
    /// for that request alone.
    ///
    /// # Errors
    /// `CONFIG` if the profile binds no tokens, or there is no such URL; `INTERNAL` for a token or a handle that was
    /// never given out, or so long ago that it is forgotten.
    pub fn proof(
        &self,
        handle: Handle,
        generation: Generation,
        method: &str,
        url: &str,
    ) -> Result<String, Failure> {
        let Opened { profile, credential: cell, .. } = &*self.opened(handle)?;
        let title = profile.title();
        let Some(proving) = cell.proving() else {
            let message =
                format!("{title}: no token is bound to a key, so there is nothing to prove; set dpop=true");
            return Err(Failure::new(Code::Config, message));
        };
        proving.of_api_request(&title, generation, (method, url), cell.now().wall)
    }

    /// A send has ended, whatever became of it.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn ended(&self, handle: Handle, send: SendId) -> Result<(), Failure> {
        let opened = self.opened(handle)?;
        if opened.credential.sends.end(send) {
            opened.credential.endpoint.post(Input::SendsLeft(opened.credential.id(), 0));
        }
        Ok(())
    }

    /// A waiter that was told to wait has gone, with a token or without.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn waited(&self, handle: Handle, time: Duration) -> Result<(), Failure> {
        let opened = self.opened(handle)?;
        opened.credential.waiter_gone();
        note(&opened.credential, move |member, now| {
            member.metrics.waited(time);
            member.write(|writer, journal| writer.waited(journal, now, time));
        });
        Ok(())
    }

    /// Takes an API answer to a token of this handle, or of any lane of its profile. Tells whether answers that report a
    /// quota are to be told from now on, whatever else they say.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn report(&self, handle: Handle, report: Report<'_>) -> Result<bool, Failure> {
        let opened = self.opened(handle)?;
        let authorization = report.authorization.map(|sent| opened.profile.placement.bare(sent));
        let report = Report { authorization, ..report };
        let own: &Arc<CredentialCell> = &opened.credential;
        let cell = opened.lanes.as_ref().map_or(own, |lanes| lanes.addressee(own, &report));
        report.tell(&opened.profile, cell);
        Ok(cell.api.wants_quotas())
    }

    /// When this caller may send its next request to `origin`, so that what remains of the API's quotas lasts to their
    /// reset. At most `max_pause` away.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn pace(&self, handle: Handle, origin: Option<&str>) -> Result<Pace, Failure> {
        let opened = self.opened(handle)?;
        Ok(match opened.credential.api.pace(opened.credential.now(), origin) {
            Pace::After(wait) => Pace::After(wait.min(opened.profile.max_pause)),
            again @ Pace::AskAgain(_) => again,
        })
    }

    /// How long the API gate of `origin` stays closed; without an origin, how long any does. With `spread`: how long this
    /// caller should pause, with its own share of the spread on reopening, at most `max_pause`. Lock-free while the API
    /// has named no limit.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn pause(&self, handle: Handle, origin: Option<&str>, spread: bool) -> Result<Duration, Failure> {
        let opened = self.opened(handle)?;
        let (api, now) = (&opened.credential.api, opened.credential.now());
        Ok(if spread {
            api.pause(now, origin, opened.profile.max_pause)
        } else {
            api.remaining(now.mono, origin)
        })
    }

    /// A thread really paused that long.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn paused(&self, handle: Handle, time: Duration) -> Result<(), Failure> {
        note(&self.opened(handle)?.credential, move |member, now| {
            member.metrics.paused = member.metrics.paused.saturating_add(time);
            member.write(|writer, journal| writer.paused(journal, now, time));
        });
        Ok(())
    }

    /// The state of a profile as JSON, without secrets. Waits for what was told before, a second at most.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn status(&self, handle: Handle) -> Result<String, Failure> {
        let opened = self.opened(handle)?;
        let asked = Arc::clone(&opened);
        let status = opened.credential.endpoint.ask(move |driver| status::status(driver, &asked));
        Ok(status.unwrap_or_else(|| status::stale(&opened)))
    }

    /// The line of a profile at the end of a run; `reads` are those the caller counted. Waits as [`Engine::status`] does.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn summary(&self, handle: Handle, reads: u64) -> Result<String, Failure> {
        let (opened, users) = (self.opened(handle)?, self.registry.users(handle));
        let asked = Arc::clone(&opened);
        let summary =
            opened.credential.endpoint.ask(move |driver| status::summary(driver, &asked, &users, reads));
        Ok(summary
            .unwrap_or_else(|| format!("{}: no counts, the engine did not answer", opened.profile.title())))
    }

    /// What callers must know of a profile.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn traits(&self, handle: Handle) -> Result<Traits, Failure> {
        let opened = self.opened(handle)?;
        let profile = &opened.profile;
        Ok(Traits {
            token_timeout: profile.token_timeout,
            on_token_failure: profile.on_token_failure.name(),
            drains: profile.policy.refresh == Refresh::Drain,
            placement: profile.placement.clone(),
            bound: profile.dpop.is_some(),
            tenant_header: profile.tenant_header.clone(),
            answers: profile.answers.clone(),
            lanes: opened.lanes.is_some(),
        })
    }

    /// Whether the token may be sent to an origin, which is like `https://api.example.com:443`; empty: not known.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn permits(&self, handle: Handle, origin: &str) -> Result<bool, Failure> {
        Ok(self.opened(handle)?.profile.allowed_hosts.permits(origin))
    }

    /// A request of a sample that was meant for the origin `own` went to `to`, with the token or without because of
    /// `allowed_hosts`. Tells whether the token went where it had no business to be.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn visited(&self, handle: Handle, own: &str, to: &str, carried: bool) -> Result<bool, Failure> {
        let opened = self.opened(handle)?;
        let strayed = carried && opened.profile.allowed_hosts.is_elsewhere(own, to);
        note(&opened.credential, move |member, _| {
            member.metrics.withheld += u64::from(!carried);
            member.metrics.strayed += u64::from(strayed);
        });
        Ok(strayed)
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

/// Begins a send with the published token, for a caller who needs `floor` of remaining life.
fn begin(cell: &CredentialCell, send: SendId, now: Mono, floor: Duration) -> Option<Arc<Token>> {
    let (taken, last) =
        cell.sends.begin(send, || cell.published.token().filter(|token| token.is_for(now, floor)));
    if last {
        cell.endpoint.post(Input::SendsLeft(cell.id(), 0));
    }
    if let Some(token) = &taken {
        cell.note_read(token.generation);
    }
    taken
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
