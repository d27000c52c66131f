//! A credential as threads see it: its token and why there is none, without a lock, and the queue of its driver.
//!
//! Threads read here and put what they have to say into the queue; the driver publishes here what the machine decided.
//! Invariants: a thread that takes the published token waits for nobody; a thread that reported the first 401 after a quiet
//! time does not find that token again.

mod sends;

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use secrecy::ExposeSecret;
use tollgate_core::acquire::HOLD;
use tollgate_core::config::profile::Profile;
use tollgate_core::machine::{Availability, ClientPresented, CredentialId, Input, NewCredential};
use tollgate_core::oauth::token::{Generation, Token};
use tollgate_core::time::clock::{Mono, Now};

use crate::api_gates::ClientGates;
use crate::context::EngineContext;
use crate::endpoint::Endpoint;
use crate::endpoint::driver::Member;
use crate::endpoint::pool::PoolCell;
use crate::http::proving::Proving;
use crate::http::transport::HttpTransport;
use crate::persistence::shared_refresh_token_file::SharedRefreshTokenFile;
use crate::published::Published;
use crate::published::fingerprints::{Fingerprints, Stamp};
use crate::shared_state::member::SharedMember;
pub(crate) use sends::SendId;
use sends::Sends;

/// One credential.
pub(crate) struct CredentialCell {
    /// Its own, for as long as the process lives.
    number: u32,
    /// The profile that opened it first: what its requests are made of.
    pub(crate) profile: Arc<Profile>,
    pub(crate) endpoint: Arc<Endpoint>,
    /// Of the profile that opened it last.
    pub(crate) transport: ArcSwap<HttpTransport>,
    pub(crate) published: Published<Token>,
    availability: ArcSwapOption<Availability>,
    /// Of its last tokens, to tell which one a request was sent with.
    pub(crate) fingerprints: ArcSwapOption<Fingerprints>,
    /// The newest generation that was read. Read and written without order: nothing else depends on it.
    read: AtomicU64,
    /// A reader wants a token, and the driver has not taken that from its queue yet.
    wanted: AtomicBool,
    /// How many hold it open: see [`OpenCredential`].
    holders: AtomicU32,
    /// Threads that wait for a token now.
    pub(crate) waiters: AtomicU32,
    /// What the API said of its limits, to this credential or to another of its client.
    pub(crate) api: Arc<ClientGates>,
    /// The sends under way, with `refresh=drain`.
    pub(crate) sends: Sends,
    /// Boxed: most credentials have none of it.
    extras: Option<Box<Extras>>,
}

/// What only some credentials have.
#[derive(Default)]
pub(crate) struct Extras {
    /// What its requests are proved with, if its tokens are bound to a key.
    pub(crate) proving: Option<Arc<Proving>>,
    /// Where its refresh tokens are written.
    pub(crate) refresh_token_file: Option<Arc<SharedRefreshTokenFile>>,
    /// The pool it is a slot of, and which.
    pub(crate) seat: Option<(Arc<PoolCell>, usize)>,
    /// Its place in the store of a fleet, if it shares its token.
    pub(crate) shared: Option<Arc<SharedMember>>,
    /// It is on trial, and the endpoint of the engine is told what the server has to do with it.
    pub(crate) trial_of: Option<Arc<Endpoint>>,
}

impl CredentialCell {
    /// Names it to the machine of its endpoint.
    pub(crate) fn id(&self) -> CredentialId {
        CredentialId(self.number.into())
    }

    /// What all credentials of the engine share.
    pub(crate) fn context(&self) -> &EngineContext {
        &self.endpoint.context
    }

    /// The generation of the token in service, or 0. Never blocks.
    pub(crate) fn generation(&self) -> Generation {
        self.published.generation()
    }

    /// Its number, for the journal: two of one profile are told apart by it.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// What names its token of this generation.
    pub(crate) fn stamp(&self, generation: Generation) -> Stamp {
        Stamp::new(self.number, generation)
    }

    /// The generation that a stamp names, if it is one of this credential.
    pub(crate) fn generation_stamped(&self, stamp: Stamp) -> Option<Generation> {
        stamp.of(self.number)
    }

    pub(crate) fn now(&self) -> Now {
        self.context().clock.now()
    }

    /// What its requests are proved with, if its tokens are bound to a key.
    pub(crate) fn proving(&self) -> Option<&Arc<Proving>> {
        self.extras.as_ref()?.proving.as_ref()
    }

    /// Where its refresh tokens are written, if anywhere.
    pub(crate) fn refresh_token_file(&self) -> Option<&Arc<SharedRefreshTokenFile>> {
        self.extras.as_ref()?.refresh_token_file.as_ref()
    }

    /// The pool it is a slot of, and which.
    pub(crate) fn seat(&self) -> Option<(&Arc<PoolCell>, usize)> {
        self.extras.as_ref()?.seat.as_ref().map(|(pool, slot)| (pool, *slot))
    }

    /// Its place in the store of a fleet, if it shares its token.
    pub(crate) fn shared(&self) -> Option<&Arc<SharedMember>> {
        self.extras.as_ref()?.shared.as_ref()
    }

    /// The endpoint of the engine, if it is on trial.
    pub(crate) fn trial_of(&self) -> Option<&Arc<Endpoint>> {
        self.extras.as_ref()?.trial_of.as_ref()
    }

    /// Why there is no token, as last published.
    pub(crate) fn availability(&self) -> Arc<Availability> {
        static NOTHING_KNOWN: OnceLock<Arc<Availability>> = OnceLock::new();
        self.availability.load_full().unwrap_or_else(|| Arc::clone(NOTHING_KNOWN.get_or_init(Arc::default)))
    }

    /// The driver publishes why there is no token.
    pub(crate) fn explain(&self, availability: Availability) {
        let nothing = availability == Availability::default();
        // A store waits for readers, and most of the time there was nothing to say before either.
        if !nothing || self.availability.load().is_some() {
            self.availability.store((!nothing).then(|| Arc::new(availability)));
        }
    }

    /// The driver publishes a token.
    pub(crate) fn publish(&self, token: Arc<Token>) {
        let (generation, secret) = (token.generation, token.secret.expose_secret());
        let known = self.fingerprints.load();
        let key = &self.context().fingerprint_key;
        if let Some(more) = Fingerprints::with(known.as_deref(), key, generation, secret) {
            self.fingerprints.store(Some(Arc::new(more)));
        }
        if let Some(proving) = self.proving() {
            proving.remember(generation, secret);
        }
        self.published.show(generation, token);
    }

    /// The published token, for a caller who needs `floor` of remaining life. Never blocks.
    pub(crate) fn take(&self, now: Mono, floor: Duration) -> Option<Arc<Token>> {
        let token = self.published.token().filter(|token| token.is_for(now, floor))?;
        self.note_read(token.generation);
        Some(token)
    }

    /// Tells the driver of the first read of a generation.
    pub(crate) fn note_read(&self, generation: Generation) {
        let news = self.read.load(Ordering::Relaxed) < generation
            && self.read.fetch_max(generation, Ordering::Relaxed) < generation;
        if news {
            self.endpoint.post(Input::Read(self.id(), generation));
        }
    }

    /// A reader found no token with so much life left. A thousand that want any token are one message.
    pub(crate) fn want(&self, floor: Duration) {
        if !floor.is_zero() || !self.wanted.swap(true, Ordering::AcqRel) {
            self.endpoint.post(Input::Wanted(self.id(), floor));
        }
    }

    /// A waiter has gone. A caller that says so twice takes away one only.
    pub(crate) fn waiter_gone(&self) {
        let mut waiters = self.waiters.load(Ordering::Relaxed);
        while waiters > 0
            && let Err(now) =
                self.waiters.compare_exchange_weak(waiters, waiters - 1, Ordering::Relaxed, Ordering::Relaxed)
        {
            waiters = now;
        }
    }

    /// The driver takes that message: readers who come from now on are not meant by it.
    pub(crate) fn wanted_arrived(&self) {
        self.wanted.store(false, Ordering::Release);
    }

    /// Whether a thread that needs a token, and whose API must not be throttling it, is in the right place here.
    pub(crate) fn can_serve(&self) -> bool {
        let now = self.now().mono;
        if !self.api.remaining(now, None).is_zero() {
            return false;
        }
        if self.published.token().is_some_and(|token| token.serves(now, Duration::ZERO)) {
            return true;
        }
        let availability = self.availability();
        // A place among the requests in flight is free within moments; a server that named a wait or is being tried is another
        // matter.
        let held = availability
            .held
            .as_ref()
            .is_some_and(|held| !held.why.is_local_limit() || held.until.since(now) > HOLD);
        let refused = availability.permanent.as_ref().is_some_and(|(_, until)| now < *until);
        !held && !refused
    }

    /// The generation of a token that was sent, bare or in a header's value, if it is one of the last of this credential.
    pub(crate) fn generation_of(&self, authorization: &str) -> Option<Generation> {
        let known = self.fingerprints.load();
        known.as_ref()?.generation_of(&self.context().fingerprint_key, authorization)
    }
}

/// What a credential is made of.
pub(crate) struct NewCell {
    pub(crate) profile: Arc<Profile>,
    pub(crate) authentication: u64,
    pub(crate) transport: Arc<HttpTransport>,
    pub(crate) api: Arc<ClientGates>,
    pub(crate) extras: Extras,
    pub(crate) endpoint: Arc<Endpoint>,
}

impl Extras {
    fn is_empty(&self) -> bool {
        self.proving.is_none()
            && self.refresh_token_file.is_none()
            && self.seat.is_none()
            && self.shared.is_none()
            && self.trial_of.is_none()
    }
}

/// A credential that views have open. With the last of them it leaves its endpoint, and is never opened again. The count is
/// kept in the cell, which the driver keeps for a while longer.
pub(crate) struct OpenCredential(Arc<CredentialCell>);

impl OpenCredential {
    /// Adds a credential to its endpoint.
    pub(crate) fn add(new: NewCell) -> Self {
        let NewCell { profile, authentication, transport, api, extras, endpoint } = new;
        let number = endpoint.context.next_credential();
        let new = NewCredential {
            client: profile.account().into(),
            policy: Arc::clone(&profile.policy),
            presented: ClientPresented { grant: profile.primary().kind(), authentication },
            sources: profile.grant_sources(),
            seat: extras.seat.as_ref().map(|(pool, slot)| pool.seat(*slot)),
        };
        let cell = Arc::new(CredentialCell {
            number,
            profile,
            endpoint,
            transport: ArcSwap::new(transport),
            published: Published::default(),
            availability: ArcSwapOption::default(),
            fingerprints: ArcSwapOption::default(),
            read: AtomicU64::new(0),
            wanted: AtomicBool::new(false),
            holders: AtomicU32::new(1),
            waiters: AtomicU32::new(0),
            api,
            sends: Sends::default(),
            extras: (!extras.is_empty()).then(|| Box::new(extras)),
        });
        if let Some(shared) = cell.shared() {
            let (endpoint, id) = (Arc::downgrade(&cell.endpoint), cell.id());
            shared.listen(move |newer| {
                if let Some(endpoint) = endpoint.upgrade() {
                    endpoint.post(Input::StoreChanged(id, newer));
                }
            });
        }
        let added = Arc::clone(&cell);
        cell.endpoint.enqueue(move |driver| driver.add(added.id(), new, Member::new(added)));
        Self(cell)
    }

    /// The credential of a cell, if it is open.
    pub(crate) fn of(cell: &Weak<CredentialCell>) -> Option<Self> {
        let cell = cell.upgrade()?;
        let one_more = |holders| (holders > 0).then_some(holders + 1);
        cell.holders.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more).ok()?;
        Some(Self(cell))
    }

    /// A view of another profile opens it: how that travels and what it is set to is in force from now on.
    pub(crate) fn open_view(&self, profile: &Profile, transport: Arc<HttpTransport>) {
        self.0.transport.store(transport);
        self.0.endpoint.post(Input::ViewOpened(self.0.id(), Arc::clone(&profile.policy)));
    }

    /// A view is gone.
    pub(crate) fn close_view(&self, profile: &Profile) {
        self.0.endpoint.post(Input::ViewClosed(self.0.id(), Arc::clone(&profile.policy)));
    }
}

impl std::ops::Deref for OpenCredential {
    type Target = Arc<CredentialCell>;

    fn deref(&self) -> &Arc<CredentialCell> {
        &self.0
    }
}

impl Clone for OpenCredential {
    fn clone(&self) -> Self {
        self.0.holders.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&self.0))
    }
}

impl Drop for OpenCredential {
    fn drop(&mut self) {
        if self.0.holders.fetch_sub(1, Ordering::AcqRel) > 1 {
            return;
        }
        self.0.endpoint.post(Input::Removed(self.0.id()));
    }
}

#[cfg(test)]
#[path = "../../tests/unit/names.rs"]
mod names;

#[cfg(test)]
#[cfg(target_os = "linux")] // it looks into /proc
#[path = "../../tests/unit/threads.rs"]
mod threads;
