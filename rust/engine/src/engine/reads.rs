//! Tokens for threads: one look of each, and what happens to the token afterwards.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use secrecy::SecretString;
use tollgate_core::acquire::{AcquireOutcome, Waiter, acquire};
use tollgate_core::config::policy::Refresh;
use tollgate_core::failure::{Code, Failure};
use tollgate_core::machine::Input;
use tollgate_core::oauth::token::{Generation, Token};
use tollgate_core::time::clock::Mono;

use super::Engine;
use crate::endpoint::credential::{CredentialCell, SendId};
use crate::handle::Handle;
use crate::published::GenerationCell;
use crate::published::fingerprints::Stamp;
use crate::registry::Opened;
use crate::report::note;
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

impl Engine {
    /// The generation of the token in service; 0 if there is none, or no such handle. Lock-free.
    #[must_use]
    pub fn generation(&self, handle: Handle) -> Generation {
        self.registry.generation(handle).map_or(0, GenerationCell::generation)
    }

    /// The same, and 0 once `until` has come: the one check before a token of that generation is used again. The hot path.
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
            AcquireOutcome::Unavailable(unavailable) => Err(unavailable.failure(profile, cell.now().wall)),
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
