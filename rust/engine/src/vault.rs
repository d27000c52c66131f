//! One credential at work: its machine, the machine of its endpoint, its word, its counts.
//!
//! Invariants: every event goes through [`Vault::drive`] ([`driving`](crate::driving)), which holds both machines for the
//! whole step (the credential's lock first, then the endpoint's, never the other way); a token and its generation are
//! shown only while it is in service; a granted request is always answered, even if its task panics; a fault of ours
//! costs what it was about and nothing else.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, OnceLock};

use smallvec::SmallVec;
use tollgate_core::config::profile::Profile;
use tollgate_core::machine::credential::Credential;
use tollgate_core::oauth::dpop::Challenge;
use tollgate_core::oauth::token::{Generation, Token};
use tollgate_core::time::clock::{Mono, Now, SplitMix};

use crate::api_gates::ClientGates;
use crate::attribution::{Fingerprints, Sent, Stamp};
use crate::endpoint::Endpoint;
use crate::handle::Handle;
use crate::heard::Granted;
use crate::journal::{Desk, Scribe};
use crate::keeping::Keeping;
#[cfg(test)]
use crate::mishap::Spot;
use crate::outbox::Event as Message;
use crate::passing::Known;
use crate::pool::SharedPool;
use crate::proving::Proving;
use crate::shown::{Shown, Word, Words};
use crate::surroundings::Surroundings;
use crate::sync::MutexGuard;
use crate::tally::Tally;
use crate::way::Way;

/// Everything that changes, under one lock.
pub(crate) struct State {
    pub(crate) credential: Credential,
    pub(crate) prints: Fingerprints,
    pub(crate) tally: Tally,
    pub(crate) scribe: Scribe,
    /// As it is asked with: the secret may have been read again since.
    pub(crate) asking: Arc<Profile>,
    /// The last token that 403s were told of.
    pub(crate) forbidden_told: Generation,
    /// What was said of the last token, if it was anything that one would not expect.
    pub(crate) granted: Option<Box<Granted>>,
    pub(crate) jitter: SplitMix,
    /// Nearly always one.
    pub(crate) handles: SmallVec<[Handle; 1]>,
    words: Words,
    /// Its deadline in the timer queue.
    pub(crate) listed: Mono,
}

impl AsMut<Words> for State {
    fn as_mut(&mut self) -> &mut Words {
        &mut self.words
    }
}

/// One credential.
pub(crate) struct Vault {
    /// Its own, for as long as the process lives.
    number: u32,
    pub(crate) profile: Arc<Profile>,
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) surroundings: Arc<Surroundings>,
    pub(crate) way: Arc<Way>,
    /// The token in service, and its generation as the number.
    pub(crate) shown: Shown<State, Token>,
    pub(crate) known: Known,
    /// What the API said of its limits, to this credential or to another of its client.
    pub(crate) api: Arc<ClientGates>,
    /// Boxed, so that whoever has none of it has no room for it.
    fittings: Option<Box<Fittings>>,
}

/// What only some credentials have.
#[derive(Default)]
struct Fittings {
    /// What its requests are proved with, if its tokens are bound to a key.
    proving: Option<Arc<Proving>>,
    /// Where its refresh tokens are written.
    keeping: Option<Keeping>,
    /// The pool it is a slot of, and which.
    seat: OnceLock<(Arc<SharedPool>, usize)>,
}

impl Vault {
    pub(crate) fn new(
        profile: Arc<Profile>,
        way: Arc<Way>,
        proving: Option<Arc<Proving>>,
        endpoint: Arc<Endpoint>,
        api: Arc<ClientGates>,
        surroundings: Arc<Surroundings>,
    ) -> Arc<Self> {
        let client = endpoint.lock().name_of(profile.account());
        let state = State {
            credential: Credential::new(client, Arc::clone(&profile.policy), profile.grant_sources()),
            prints: Fingerprints::default(),
            tally: Tally::default(),
            scribe: Scribe::new(&surroundings.journal),
            asking: Arc::clone(&profile),
            forbidden_told: 0,
            granted: None,
            jitter: SplitMix::seeded(RandomState::new().hash_one(&profile.name)),
            handles: SmallVec::default(),
            words: Words::default(),
            listed: Mono::NEVER,
        };
        let keeping = profile.refresh_token.file.as_deref().map(Keeping::new);
        let fitted = proving.is_some() || keeping.is_some() || profile.position.is_some();
        let fittings = fitted.then(|| Box::new(Fittings { proving, keeping, seat: OnceLock::new() }));
        Arc::new(Self {
            number: surroundings.next_credential(),
            fittings,
            profile,
            endpoint,
            surroundings,
            way,
            shown: Shown::new(state),
            known: Known::default(),
            api,
        })
    }

    /// The generation of the token in service, or 0. Never blocks.
    pub(crate) fn word(&self) -> Generation {
        self.shown.number()
    }

    pub(crate) fn now(&self) -> Now {
        self.surroundings.clock.now()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.shown.lock()
    }

    /// What a report knows of the token that was sent, by its `Authorization` value or bare token and its stamp.
    pub(crate) fn sent(&self, authorization: Option<&str>, stamp: Option<Stamp>) -> Sent {
        let stamp = stamp.and_then(|stamp| stamp.of(self.number));
        Sent::new(&self.surroundings.prints, authorization, stamp)
    }

    /// What names its token of this generation.
    pub(crate) fn stamp(&self, generation: Generation) -> Stamp {
        Stamp::new(self.number, generation)
    }

    /// It is this slot of a pool, for ever.
    pub(crate) fn join(&self, pool: Arc<SharedPool>, slot: usize) {
        if let Some(fittings) = &self.fittings {
            fittings.seat.get_or_init(|| (pool, slot));
        }
    }

    /// The pool it is a slot of, and which.
    pub(crate) fn seat(&self) -> Option<(&Arc<SharedPool>, usize)> {
        self.fittings.as_ref()?.seat.get().map(|seat| (&seat.0, seat.1))
    }

    /// What its requests are proved with, if its tokens are bound to a key.
    pub(crate) fn proving(&self) -> Option<&Arc<Proving>> {
        self.fittings.as_ref()?.proving.as_ref()
    }

    /// Where its refresh tokens are written, if anywhere.
    pub(crate) fn keeping(&self) -> Option<&Keeping> {
        self.fittings.as_ref()?.keeping.as_ref()
    }

    /// Where its scribe writes.
    pub(crate) fn desk(&self) -> Desk<'_> {
        Desk { journal: &self.surroundings.journal, profile: &self.profile }
    }

    /// The generation of a token that was sent, bare or in a header's value, if it is one of the last of this credential.
    pub(crate) fn generation_of(&self, state: &State, authorization: &str) -> Option<Generation> {
        state.prints.generation_of(&self.surroundings.prints, authorization)
    }

    /// Whether a thread that needs a token, and whose API must not be throttling it, is in the right place here.
    pub(crate) fn can_serve(&self) -> bool {
        let now = self.now().mono;
        if !self.api.remaining(now, None).is_zero() {
            return false;
        }
        let state = self.lock();
        let gate = self.endpoint.lock().opens(state.credential.client());
        state.credential.can_serve(now, gate)
    }

    /// Waiters of this handle are to be woken too.
    pub(crate) fn serve(&self, handle: Handle) {
        self.lock().handles.push(handle);
    }

    /// Its generation in service is shown in the word of a handle too.
    pub(crate) fn put_up(&self, word: &'static Word) {
        self.shown.put_up(&mut self.lock(), word);
    }

    /// Waiters of this handle are woken no longer, and its word shows nothing any more.
    pub(crate) fn forget(&self, handle: Handle, word: &'static Word) {
        let mut state = self.lock();
        state.handles.retain(|other| *other != handle);
        self.shown.take_down(&mut state, word);
    }

    /// Lets people know.
    pub(crate) fn post(&self, message: Message) {
        self.surroundings.outbox.post(message);
    }

    /// A fault of ours while it was woken.
    pub(crate) fn tell_of_failed_timer(&self) {
        let title = self.profile.title();
        self.post(Message::Error(format!("{title}: a timer of Tollgate failed; please report it")));
    }

    /// Tells a missing permission from an expired token: nothing is refreshed for it.
    pub(crate) fn tell_of_forbidden(&self, generation: Generation, headers: &[(String, String)]) {
        let told = self.profile.describe_forbidden(generation, headers);
        self.post(Message::Warn(told));
    }

    /// Tells once a run of a proof that is not believed. That a nonce is wanted needs no words: the next proof has it.
    pub(crate) fn tell_of_challenge(&self, state: &mut State, challenge: Challenge) {
        match challenge {
            Challenge::Nonce => state.tally.nonces_asked += 1,
            Challenge::InvalidProof => {
                state.tally.proofs_refused += 1;
                if state.tally.proofs_refused == 1 {
                    self.post(Message::Warn(self.profile.describe_invalid_proof()));
                }
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn strike(&self, spot: Spot) {
        self.surroundings.mishap.strike(spot, &self.profile.name);
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        let state = self.lock();
        self.surroundings.timers.remove(self, state.listed);
        state.credential.turn().into_iter().for_each(|turn| self.endpoint.leave(turn));
        self.endpoint.lock().bury(&state.credential);
    }
}

#[cfg(test)]
#[path = "../tests/unit/names.rs"]
mod names;

#[cfg(test)]
#[cfg(target_os = "linux")] // it looks into /proc
#[path = "../tests/unit/threads.rs"]
mod threads;
