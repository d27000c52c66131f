//! The API gates of a client, shared by all its credentials, and the clients by name.
//!
//! Servers count API requests per client, so a limit that one user's answer named holds for all users of the client and
//! for every profile that uses it. A slot of a pool has gates of its own: a limit that holds for one token is what a pool
//! is there to meet, and slots that shared a gate would pause together at the limit of the first.
//!
//! Nearly every answer is good and finds all gates open, so that case takes no lock. Invariants: the lock here is taken
//! last, and nothing else is locked while it is held; [`ClientGates::is_limited`] is `true` whenever a gate is closed; a
//! client's gates outlive its credentials for as long as one of them is closed.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tollgate_core::config::profile::Profile;
use tollgate_core::http::rate_headers::{Quota, Unit};
use tollgate_core::machine::api_gate::{ApiGate, Signal};
use tollgate_core::machine::pacing::Pace;
use tollgate_core::time::backoff::Backoff;
use tollgate_core::time::clock::{Context, Mono, Now, SplitMix};

/// What a good or bad answer did to the gates.
pub(crate) struct Observed {
    /// It closed a gate that was open.
    pub(crate) closed: bool,
    /// How long the gate of its origin stays closed.
    pub(crate) wait: Duration,
}

/// The gates of one client, or of one slot of it.
pub(crate) struct ClientGates {
    /// Whether a gate is closed or remembers a series of refusals. A hint for those who don't lock: nothing else is read
    /// on the strength of it, so it needs no ordering.
    limited: AtomicBool,
    /// Whether a thread ever asked for its pace, so that quotas are to be told. Needs no ordering either.
    paced: AtomicBool,
    state: Mutex<State>,
}

struct State {
    gates: ApiGate,
    jitter: SplitMix,
}

impl Default for ClientGates {
    fn default() -> Self {
        let jitter = SplitMix::seeded(RandomState::new().hash_one("api gates"));
        Self {
            limited: AtomicBool::new(false),
            paced: AtomicBool::new(false),
            state: Mutex::new(State { gates: ApiGate::default(), jitter }),
        }
    }
}

impl ClientGates {
    fn is_limited(&self) -> bool {
        self.limited.load(Ordering::Relaxed)
    }

    /// Whether answers that report a quota of which something remains are to be told too.
    pub(crate) fn wants_quotas(&self) -> bool {
        self.is_limited() || self.paced.load(Ordering::Relaxed)
    }

    /// Takes note of the quotas in an answer of `origin`, and tells the unit of their bare numbers: `set`, or what was
    /// learned.
    pub(crate) fn observe(
        &self,
        now: Now,
        origin: Option<&str>,
        quotas: &[Quota],
        set: Option<Unit>,
    ) -> Option<Unit> {
        if quotas.is_empty() && !self.paced.load(Ordering::Relaxed) {
            return set;
        }
        let state = &mut *self.state.lock();
        let unit = state.gates.observe(&mut Context { now, jitter: &mut state.jitter }, origin, quotas, set);
        self.note(state, now.mono);
        unit
    }

    /// When a thread may send its next request to `origin`, so that what remains of its quotas lasts to their reset.
    pub(crate) fn pace(&self, now: Now, origin: Option<&str>) -> Pace {
        self.paced.store(true, Ordering::Relaxed);
        self.state.lock().gates.pace(now.mono, origin)
    }

    /// A run starts.
    fn run_started(&self, now: Mono) {
        let state = &mut *self.state.lock();
        state.gates.run_started(now);
        self.note(state, now);
    }

    /// Takes note of what an answer of `origin` says of the API's limits.
    pub(crate) fn on_answer(
        &self,
        now: Now,
        origin: Option<&str>,
        signal: Signal,
        backoff: &Backoff,
    ) -> Observed {
        let state = &mut *self.state.lock();
        let ctx = &mut Context { now, jitter: &mut state.jitter };
        let closed = state.gates.on_answer(ctx, origin, signal, backoff);
        self.note(state, now.mono);
        Observed { closed, wait: state.gates.remaining(now.mono, origin) }
    }

    /// Whether a good answer of `origin` would change nothing. Takes no lock unless the API named a limit.
    pub(crate) fn is_calm(&self, now: Mono, origin: Option<&str>) -> bool {
        if !self.is_limited() {
            return true;
        }
        let state = self.state.lock();
        self.note(&state, now);
        state.gates.is_calm(now, origin)
    }

    /// How long until a request to `origin` may go out; `None`: to any origin.
    pub(crate) fn remaining(&self, now: Mono, origin: Option<&str>) -> Duration {
        if !self.is_limited() {
            return Duration::ZERO;
        }
        self.state.lock().gates.remaining(now, origin)
    }

    /// How long a thread that calls `origin` should pause, with its own share of the spread; `longest` at most.
    pub(crate) fn pause(&self, now: Now, origin: Option<&str>, longest: Duration) -> Duration {
        if !self.is_limited() {
            return Duration::ZERO;
        }
        let state = &mut *self.state.lock();
        state.gates.pause(&mut Context { now, jitter: &mut state.jitter }, origin, longest)
    }

    fn note(&self, state: &State, now: Mono) {
        self.limited.store(!state.gates.is_calm(now, None), Ordering::Relaxed);
    }
}

/// Who an API limits.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Limited {
    token_url: Box<str>,
    account: Box<str>,
    /// Which slot of how many, in a pool.
    slot: Option<(usize, usize)>,
}

/// The gates of every client.
#[derive(Default)]
pub(crate) struct ApiGates {
    clients: HashMap<Limited, Arc<ClientGates>>,
}

impl ApiGates {
    /// The gates of the client of `profile`.
    pub(crate) fn of(&mut self, profile: &Profile) -> Arc<ClientGates> {
        let slot = profile
            .position
            .filter(|position| position.of.slots > 1)
            .map(|position| (position.lane.slot, position.of.slots));
        let limited =
            Limited { token_url: profile.token_url.as_str().into(), account: profile.account().into(), slot };
        Arc::clone(self.clients.entry(limited).or_default())
    }

    /// A run starts.
    pub(crate) fn run_started(&self, now: Mono) {
        self.clients.values().for_each(|gates| gates.run_started(now));
    }

    /// Forgets the clients that have no credential left and no gate closed.
    pub(crate) fn forget_unused(&mut self, now: Mono) {
        self.clients.retain(|_, gates| Arc::strong_count(gates) > 1 || !gates.remaining(now, None).is_zero());
    }
}
