//! A second, slower opinion of what the machine of an endpoint may do. It watches every input and output, keeps books of
//! its own, and objects as soon as a rule is broken.

#![allow(dead_code)] // each test file uses its part

mod client;
mod credential;
mod gate;
mod inputs;
mod outputs;
mod policy;
mod refresh_token;

use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use client::Client;
pub(crate) use credential::Credential;
use gate::Gate;
use tollgate_core::acquire::{AcquireOutcome, Waiter};
use tollgate_core::config::policy::Policy;
use tollgate_core::machine::{
    ClientPresented, CredentialId, Endpoint, Input, NewCredential, RequestId, Seat,
};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::token::Generation;
use tollgate_core::oauth::token_answer::{Minted, Refusal};
use tollgate_core::time::clock::{Mono, Now, SplitMix, Wall};

pub(crate) use policy::POLICY;

/// Timers fired while time passes. Of an outage of days, in which nobody answers, the rest is the same again.
const ENOUGH: u64 = 20_000;

/// Nobody looks again by itself: timers fire so often for each credential, and for each request that is in flight or sent.
const TIMERS: u64 = 4;

/// How most credentials present their client.
pub(crate) const PRESENTED: ClientPresented =
    ClientPresented { grant: "client_credentials", authentication: 0 };

/// A request in flight.
struct InFlight {
    who: usize,
    client: usize,
    presented: ClientPresented,
    /// How often the client's secret had been read again.
    secret: u32,
    policy: Arc<Policy>,
    sent: Mono,
    /// Its answer is waited for until then.
    given_up_at: Mono,
}

/// An endpoint with a few credentials of a few clients, with clocks and luck.
pub(crate) struct World {
    pub(crate) credentials: Vec<Credential>,
    pub(crate) now: Now,
    endpoint: Endpoint,
    in_flight: BTreeMap<RequestId, InFlight>,
    newest: RequestId,
    breaker: Gate,
    clients: Vec<Client>,
    run_active: bool,
    shut: bool,
    /// What the input being handled said that its outputs may refer to.
    rejected: Option<(CredentialId, Generation)>,
    unread_secret: Option<usize>,
    must_withdraw: Option<CredentialId>,
    given_up: Vec<RequestId>,
}

impl World {
    /// `clients[i]` is the client of the i-th credential.
    pub(crate) fn new(clients: &[usize], policy: Policy, seed: u64) -> Self {
        let mut world = Self::empty(seed);
        let policy = Arc::new(policy);
        for client in clients {
            world.add(*client, &policy, PRESENTED, GrantSources::PRIMARY, None);
        }
        world
    }

    pub(crate) fn empty(seed: u64) -> Self {
        Self {
            credentials: Vec::new(),
            now: Now { mono: Mono::ZERO, wall: Wall(1_700_000_000_000) },
            endpoint: Endpoint::new(Box::new(SplitMix::seeded(seed))),
            in_flight: BTreeMap::new(),
            newest: RequestId::default(),
            breaker: Gate::default(),
            clients: Vec::new(),
            run_active: false,
            shut: false,
            rejected: None,
            unread_secret: None,
            must_withdraw: None,
            given_up: Vec::new(),
        }
    }

    /// Adds a credential.
    pub(crate) fn add(
        &mut self,
        client: usize,
        policy: &Arc<Policy>,
        presented: ClientPresented,
        sources: GrantSources,
        seat: Option<Seat>,
    ) {
        let id = CredentialId(self.credentials.len() as u64);
        let name = format!("client-{client}").into();
        let new = NewCredential { client: name, policy: Arc::clone(policy), presented, sources, seat };
        self.clients.resize_with(self.clients.len().max(client + 1), Client::default);
        let mut added = Credential::new(id, client, &new, self.run_active);
        added.shut = self.shut;
        self.credentials.push(added);
        self.happen(Input::Added(id, Box::new(new)));
    }

    /// One input, then every check. Sends that are held are counted for the machine at once.
    pub(crate) fn happen(&mut self, input: Input) {
        let due = self.endpoint.next_timeout().is_some_and(|due| due <= self.now.mono);
        let nothing_due = matches!(input, Input::Timeout) && !due;
        let must_wake = self.on_input(&input);
        let mut outputs = Vec::new();
        self.endpoint.handle(self.now, input, &mut outputs);
        assert!(!nothing_due || outputs.is_empty(), "an early timeout does something: {outputs:?}");
        let draining = self.observe(outputs, must_wake);
        if let Some(id) = self.must_withdraw {
            assert!(self.credential_mut(id).rejected, "the first 401 of all replaces no token");
        }
        self.check();
        for who in draining {
            let (id, left) = (self.credentials[who].id, self.credentials[who].sends_under_way.len());
            self.happen(Input::SendsLeft(id, left));
        }
    }

    /// The generation that readers must get now.
    pub(crate) fn serving(&self, who: usize) -> Option<Generation> {
        self.credentials[who].serving(self.now.mono)
    }

    pub(crate) fn id(&self, who: usize) -> CredentialId {
        self.credentials[who].id
    }

    /// The number of the last token minted.
    pub(crate) fn generation(&self, who: usize) -> Generation {
        self.credentials[who].newest
    }

    fn check(&self) {
        let now = self.now.mono;
        let mut in_service = 0;
        for credential in self.credentials.iter().filter(|credential| !credential.removed) {
            let machine = self.endpoint.credential(credential.id).expect("it was added and not removed");
            if !credential.shut {
                assert_eq!(machine.in_flight(), credential.in_flight.is_some(), "in flight");
            }
            assert_eq!(machine.is_retired(), credential.retired);
            let explained = self.endpoint.availability(credential.id);
            assert_eq!(credential.availability, explained, "readers do not know");
            credential.check(now);
            in_service += usize::from(credential.token.is_some());
            let client = &self.clients[credential.client];
            let left = self.endpoint.budget_left(now, credential.id).map(|(left, _)| left);
            assert_eq!(left, client.budget_left(now), "what is left of a budget");
            let is_held = credential.lives() && credential.availability.held.is_some();
            let nothing_due = self.next_timeout().is_none_or(|due| due > now);
            let forgotten = is_held && nothing_due && self.may_send(credential);
            assert!(
                !forgotten,
                "a waiter is forgotten: {:?} {now:?} {:?} {machine:?} due {:?}",
                credential.id,
                credential.availability,
                self.next_timeout()
            );
        }
        assert_eq!(self.endpoint.in_service(), in_service, "credentials with a token in service");
    }

    /// Whether nothing holds a request of this credential back.
    fn may_send(&self, credential: &Credential) -> bool {
        let (now, client) = (self.now.mono, &self.clients[credential.client]);
        self.in_flight.len() < client.concurrent()
            && self.breaker.may_send()
            && client.may_send(now, credential.presented, credential.reason(now))
            && self.endpoint.opens(now, credential.id) <= now
    }

    /// Fires every due timer at the present time.
    pub(crate) fn fire(&mut self) {
        let mut fired = 0;
        while self.next_timeout().is_some_and(|due| due <= self.now.mono) {
            self.happen(Input::Timeout);
            fired += 1;
            assert!(fired < 8, "the same timer again and again");
        }
        for credential in self.credentials.iter().filter(|one| one.lives() && one.in_flight.is_none()) {
            let over = credential.drain.as_ref().is_some_and(|drain| self.now.mono >= drain.ends);
            assert!(!over, "a drain does not end");
        }
    }

    /// When the next timer is due.
    pub(crate) fn next_timeout(&self) -> Option<Mono> {
        self.endpoint.next_timeout()
    }

    /// Lets time pass without firing anything, as on a machine that stood still.
    pub(crate) fn skip(&mut self, by: Duration) {
        self.now.mono = self.now.mono.after(by);
        self.now.wall.0 += i64::try_from(by.as_millis()).unwrap_or(i64::MAX / 4);
    }

    /// Lets time pass, firing timers when they are due; the first [`ENOUGH`] of them.
    pub(crate) fn pass(&mut self, by: Duration) {
        let end = self.now.mono.after(by);
        let in_flight = self.credentials.iter().filter(|one| one.in_flight.is_some()).count();
        let (mut fired, sends) = (0, self.sends());
        while let Some(due) = self.next_timeout().filter(|due| *due <= end) {
            self.skip(due.since(self.now.mono));
            self.fire();
            fired += 1;
            if fired == ENOUGH {
                break;
            }
        }
        let causes = (self.credentials.len() + in_flight) as u64 + self.sends() - sends;
        assert!(fired <= TIMERS * causes, "{fired} timers, of {causes} credentials and requests");
        self.skip(end.since(self.now.mono));
    }

    /// A reader looks and does what readers do.
    pub(crate) fn look(&mut self, who: usize, waiter: &Waiter) -> Option<Generation> {
        let id = self.id(who);
        match self.credentials[who].look(self.now.mono, waiter) {
            AcquireOutcome::Serve(token) => {
                let generation = token.generation;
                self.happen(Input::Read(id, generation));
                Some(generation)
            }
            AcquireOutcome::Wait => {
                self.happen(Input::Wanted(id, waiter.floor));
                None
            }
            AcquireOutcome::Unavailable(_) => None,
        }
    }

    /// Answers the request in flight, if there is one.
    pub(crate) fn answer(&mut self, who: usize, outcome: Result<Minted, Refusal>) {
        if let Some((request, _)) = self.credentials[who].in_flight {
            self.happen(Input::Answered(request, outcome));
        }
    }

    /// Answers a request that has ended.
    pub(crate) fn answer_again(&mut self, who: usize, outcome: Result<Minted, Refusal>) {
        if let Some(request) = self.credentials[who].answered {
            let mints: u64 = self.mints();
            self.happen(Input::Answered(request, outcome));
            assert_eq!(self.mints(), mints, "a token that nobody waited for was published");
        }
    }

    fn mints(&self) -> u64 {
        self.credentials.iter().map(|credential| credential.mints).sum()
    }

    fn sends(&self) -> u64 {
        self.credentials.iter().map(|credential| credential.sends).sum()
    }

    /// A thread begins a send with the token that is published, unless sends are held.
    pub(crate) fn begin_send(&mut self, who: usize, send: u64) {
        if self.credentials[who].drain.is_none() {
            self.credentials[who].sends_under_way.insert(send);
        }
    }

    pub(crate) fn end_send(&mut self, who: usize, send: u64) {
        let credential = &mut self.credentials[who];
        if credential.sends_under_way.remove(&send)
            && credential.sends_under_way.is_empty()
            && credential.drain.is_some()
        {
            let id = credential.id;
            self.happen(Input::SendsLeft(id, 0));
        }
    }

    pub(crate) fn open_view(&mut self, who: usize, policy: &Arc<Policy>) {
        self.happen(Input::ViewOpened(self.id(who), Arc::clone(policy)));
    }

    /// Closes the view of a credential that was opened first, unless it is the last.
    pub(crate) fn close_view(&mut self, who: usize) {
        let credential = &self.credentials[who];
        if credential.views.len() > 1 {
            self.happen(Input::ViewClosed(credential.id, Arc::clone(&credential.views[0])));
        }
    }

    pub(crate) fn remove(&mut self, who: usize) {
        let id = self.id(who);
        while let Some(view) = self.credentials[who].views.first().map(Arc::clone) {
            self.happen(Input::ViewClosed(id, view));
        }
        self.happen(Input::Removed(id));
    }

    pub(crate) fn is_there(&self, who: usize) -> bool {
        !self.credentials[who].removed
    }
}

/// A waiter with all the time in the world.
pub(crate) fn patient() -> Waiter {
    Waiter { waited: Duration::ZERO, limit: Duration::MAX, floor: Duration::ZERO, max_retry_after: None }
}

/// A good answer.
pub(crate) fn token(lifetime: Option<Duration>) -> Result<Minted, Refusal> {
    Ok(Minted {
        secret: another_secret(),
        lifetime,
        missing_scopes: Vec::new(),
        scope: None,
        refresh_token: None,
        peculiarities: Vec::new(),
    })
}

/// A token's text: no two are alike, because the same token is the same token.
fn another_secret() -> SecretString {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("t0ken-{}", NEXT.fetch_add(1, Ordering::Relaxed)).into()
}
