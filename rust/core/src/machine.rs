//! The deciding half: one machine for each token endpoint.
//!
//! Sans-IO: [`Endpoint::handle`] takes what happened and says what is to be done; it calls nobody, keeps no clock and
//! needs no lock. One driver owns it and performs its [`Output`]s in order. State lives with its owner:
//!
//! | owner | keeps |
//! |---|---|
//! | endpoint (this file) | timers; in `admission` the outage breaker, places for concurrent requests, the waiting lines |
//! | `client` | throttle gate, mint budget, spacing, refusals of the client, limits in force |
//! | `credential` | token, generation, deadlines, refresh token, verdict on 401s, refusals of its own |
//! | `pool` | whether the slots of a client can live side by side |
//!
//! Profile views and API gates are kept by the caller: no token request depends on them.

mod admission;
pub mod api_answer;
pub mod api_gate;
mod availability;
mod client;
pub mod client_rejections;
mod credential;
pub mod discovery;
pub mod fact;
mod gate;
mod input;
mod mint_budget;
mod obstacle;
mod output;
pub mod pacing;
mod perform;
mod places;
pub mod pool;
mod pools;
pub mod rejection;
mod reset_unit;
mod store_answer;
mod trial;
mod views;
mod waiting_line;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::oauth::token_answer::{Minted, Refusal};
use crate::time::clock::{Context, Jitter, Mono, Now};
use admission::{Admission, Calls};
pub use availability::{Availability, Held};
use client::Client;
pub use credential::{Credential, HOLD};
use credential::{Event, Outcome};
pub use input::{
    ClientPresented, CredentialId, Input, NewCredential, PoolId, RequestId, Seat, SharedToken, StoreAnswer,
};
pub use output::{Output, SharedLimits};
use perform::Performed;
use pools::Pools;

/// Timers handled in one call, so that the driver can do other work between: a tenth of a millisecond or two.
const TIMERS_AT_A_TIME: usize = 64;

/// Credentials called for one input, for the same reason. The rest is called right after it, by [`Input::Timeout`].
const CALLS_AT_A_TIME: usize = 64;

/// The machine of one token endpoint.
pub struct Endpoint {
    jitter: Box<dyn Jitter + Send>,
    admission: Admission,
    names: HashMap<Arc<str>, u32>,
    /// Boxed: a table of a hundred thousand is a third empty. Hashed cheaply: nobody else chooses the ids.
    credentials: FxHashMap<CredentialId, Box<Credential>>,
    pools: Pools,
    timers: BTreeSet<(Mono, CredentialId)>,
    /// When credentials in the waiting lines are called next.
    calls_due: Mono,
    /// Credentials with a token in service.
    in_service: usize,
    run_active: bool,
    shut: bool,
}

impl Endpoint {
    /// An endpoint without credentials. `jitter` is the source of chance for all its waits.
    #[must_use]
    pub fn new(jitter: Box<dyn Jitter + Send>) -> Self {
        Self {
            jitter,
            admission: Admission::default(),
            names: HashMap::new(),
            credentials: FxHashMap::default(),
            pools: Pools::default(),
            timers: BTreeSet::new(),
            calls_due: Mono::NEVER,
            in_service: 0,
            run_active: false,
            shut: false,
        }
    }

    /// Handles one input. What is to be done is appended to `outputs`.
    pub fn handle(&mut self, now: Now, input: Input, outputs: &mut Vec<Output>) {
        match input {
            Input::Added(id, new) => self.add(now, id, *new, outputs),
            Input::ViewOpened(id, policy) => self.open_view(now, id, policy, outputs),
            Input::ViewClosed(id, policy) => self.close_view(id, &policy),
            Input::Removed(id) => self.remove(id),
            Input::Wanted(id, floor) => self.drive(now, id, Event::Wanted(floor), outputs),
            Input::Read(id, generation) => self.drive(now, id, Event::Read(generation), outputs),
            Input::Answered(request, outcome) => self.answered(now, request, outcome, outputs),
            Input::Store(request, answer) => self.store_answered(now, request, answer, outputs),
            Input::StoreChanged(id, newer) => self.drive(now, id, Event::StoreChanged(newer), outputs),
            Input::Accepted(id, generation, sent) => {
                self.observe_in_pool(now, id, generation, true, outputs);
                self.drive(now, id, Event::Accepted(generation, sent), outputs);
            }
            Input::Rejected(id, generation, sent) => {
                self.observe_in_pool(now, id, generation, false, outputs);
                self.drive(now, id, Event::Rejected(generation, sent), outputs);
            }
            Input::SendsLeft(id, left) => self.drive(now, id, Event::SendsLeft(left), outputs),
            Input::RefreshTokenFound(id, secret) => {
                self.drive(now, id, Event::RefreshTokenFound(secret), outputs);
            }
            Input::RefreshTokenTaken(request, secret) => {
                if let Some(id) = self.requester(request) {
                    self.drive(now, id, Event::RefreshTokenTaken(request, secret), outputs);
                }
            }
            Input::GrantRenewed(id) => self.drive(now, id, Event::Reconfigured, outputs),
            Input::ClientRenewed(id) => self.renew_client(now, id, outputs),
            Input::Timeout => self.fire_timers(now, outputs),
            Input::PoolRenewed(pool) => self.renew_pool(now, pool, outputs),
            Input::RunStarted => self.start_run(now, outputs),
            Input::RunEnded => {
                self.run_active = false;
                self.drive_all(now, || Event::RunEnded, outputs);
            }
            Input::ShutDown => {
                self.shut = true;
                self.drive_all(now, || Event::ShutDown, outputs);
            }
        }
        self.call_waiting(now, outputs);
    }

    /// When [`Input::Timeout`] is due next.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Mono> {
        let timer = self.timers.first().map(|(due, _)| *due);
        let calls = Some(self.calls_due).filter(|due| *due < Mono::NEVER);
        let lost = self.admission.places.next_lost();
        timer.into_iter().chain(calls.into_iter().chain(lost).filter(|_| !self.shut)).min()
    }

    /// The credential that the next timeout concerns first.
    #[must_use]
    pub fn next_due(&self) -> Option<CredentialId> {
        let timer = self.timers.first().filter(|(due, _)| *due <= self.calls_due);
        timer.map(|(_, id)| *id).or_else(|| self.admission.lines.first())
    }

    /// The state of a credential.
    #[must_use]
    pub fn credential(&self, id: CredentialId) -> Option<&Credential> {
        self.credentials.get(&id).map(Box::as_ref)
    }

    /// What readers of a credential have to know where it has no token for them.
    #[must_use]
    pub fn availability(&self, id: CredentialId) -> Availability {
        self.credential(id).map(Availability::of).unwrap_or_default()
    }

    /// Until when no request of a credential is sent: its gates are closed or its client is refused. A time that has
    /// passed if nothing is in the way.
    #[must_use]
    pub fn opens(&self, now: Mono, id: CredentialId) -> Mono {
        self.credentials.get(&id).map_or(Mono::ZERO, |credential| self.admission.opens(now, credential))
    }

    /// How many requests the mint budget of a credential's client has left, and when one more will be, if none is.
    #[must_use]
    pub fn budget_left(&self, now: Mono, id: CredentialId) -> Option<(u32, Option<Mono>)> {
        let client = self.credentials.get(&id)?.client;
        self.admission.clients[client as usize].budget_left(now)
    }

    /// How a credential presents its client.
    #[must_use]
    pub fn presented(&self, id: CredentialId) -> Option<ClientPresented> {
        self.credential(id).map(|credential| self.admission.presented(credential))
    }

    /// Whether a thread that needs a token is in the right place with this credential.
    #[must_use]
    pub fn can_serve(&self, now: Mono, id: CredentialId) -> bool {
        self.credentials.get(&id).is_some_and(|credential| credential.can_serve(now, self.opens(now, id)))
    }

    /// The credential whose request that is, while it is in flight.
    #[must_use]
    pub fn requester(&self, request: RequestId) -> Option<CredentialId> {
        self.admission.places.requester(request)
    }

    /// Puts a credential back in order after a fault in deciding: its token is withdrawn, and the next is requested when a
    /// reader wants it. Gates, budgets and requests in flight stay as they are.
    pub fn recover(&mut self, id: CredentialId, outputs: &mut Vec<Output>) {
        let Some(credential) = self.credentials.get_mut(&id) else { return };
        credential.reset(self.admission.places.request_of(id));
        self.admission.lines.forget(id);
        self.timers.retain(|(_, other)| *other != id);
        self.in_service = self.credentials.values().filter(|other| other.is_in_service()).count();
        outputs.extend([
            Output::ReleaseSends(id),
            Output::Withdraw(id),
            Output::Explain(id),
            Output::Wake(id),
        ]);
    }

    /// How many credentials have a token in service.
    #[must_use]
    pub fn in_service(&self) -> usize {
        self.in_service
    }

    fn client_of(&mut self, id: CredentialId) -> Option<&mut Client> {
        let client = self.credentials.get(&id)?.client;
        Some(self.admission.client(client))
    }

    fn start_run(&mut self, now: Now, outputs: &mut Vec<Output>) {
        self.run_active = true;
        self.admission.clients.iter_mut().for_each(Client::run_started);
        self.drive_all(now, || Event::RunStarted, outputs);
    }

    /// The secret of a client is another one: its refusals are over, for all credentials that present it.
    fn renew_client(&mut self, now: Now, id: CredentialId, outputs: &mut Vec<Output>) {
        let Some(credential) = self.credentials.get(&id) else { return };
        let (client, presented) = (credential.client, self.admission.presented(credential));
        self.admission.client(client).renew_secret(presented);
        let authentication = |one: &Credential| self.admission.presented(one).authentication;
        for id in self.ids(|one| one.client == client && authentication(one) == presented.authentication) {
            self.drive(now, id, Event::Reconfigured, outputs);
        }
    }

    fn drive_all(&mut self, now: Now, event: impl Fn() -> Event, outputs: &mut Vec<Output>) {
        for id in self.ids(|_| true) {
            self.drive(now, id, event(), outputs);
        }
    }

    /// The ids of some credentials, in the order in which they were added, so that a run can be replayed.
    fn ids(&self, which: impl Fn(&Credential) -> bool) -> Vec<CredentialId> {
        let which = self.credentials.iter().filter(|(_, credential)| which(credential));
        let mut ids: Vec<_> = which.map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids
    }

    fn fire_timers(&mut self, now: Now, outputs: &mut Vec<Output>) {
        for _ in 0..TIMERS_AT_A_TIME {
            if self.timers.first().is_none_or(|(due, _)| *due > now.mono) {
                break;
            }
            let Some((_, id)) = self.timers.pop_first() else { break };
            if let Some(credential) = self.credentials.get_mut(&id) {
                credential.listed = Mono::NEVER;
            }
            self.drive(now, id, Event::Timer, outputs);
        }
        while let Some(request) = self.admission.places.lost(now.mono) {
            self.answered(now, request, Err(Refusal::given_up()), outputs);
        }
    }

    fn answered(
        &mut self,
        now: Now,
        request: RequestId,
        outcome: Result<Minted, Refusal>,
        outputs: &mut Vec<Output>,
    ) {
        let Some(in_flight) = self.admission.places.leave(request) else { return };
        let (id, sent) = (in_flight.credential, in_flight.sent);
        let unit = in_flight.policy.reset_unit;
        let outcome = outcome
            .map_err(|refusal| self.admission.client(in_flight.client).read_wait(now.mono, refusal, unit));
        let result = match self.credentials.get_mut(&id) {
            Some(credential) => {
                credential.neighbours = u32::try_from(self.in_service).unwrap_or(u32::MAX);
                credential.assess(now.mono, sent, outcome)
            }
            None => outcome.map_err(Arc::new),
        };
        let result = result.map(|mut minted| {
            self.admission.client(in_flight.client).keep_news(&mut minted.peculiarities);
            minted
        });
        let mut ctx = Context { now, jitter: &mut *self.jitter };
        self.admission.settle(&mut ctx, request, &in_flight, result.as_ref().err());
        let client_refusal = match &result {
            // A removed credential tells nobody why its client was refused: the next request shows it again.
            Err(refusal) if self.credentials.contains_key(&id) => {
                let until = now.mono.after(in_flight.policy.permanent_cooldown);
                self.admission.refuse_client(now.mono, &in_flight, refusal, until)
            }
            _ => None,
        };
        self.drive(now, id, Event::Answered(Outcome { request, sent, result, client_refusal }), outputs);
    }

    /// Calls credentials in the waiting lines: those that nothing holds back, and those that are recalled.
    fn call_waiting(&mut self, now: Now, outputs: &mut Vec<Output>) {
        let mut calls = Calls::default();
        for _ in 0..CALLS_AT_A_TIME {
            let Some(id) = self.admission.next_call(now.mono, &mut calls) else {
                self.calls_due = calls.due;
                return;
            };
            self.drive(now, id, Event::Called, outputs);
        }
        self.calls_due = Mono::ZERO;
    }

    /// Lets one credential handle an event, and does what follows from it at the endpoint.
    fn drive(&mut self, now: Now, id: CredentialId, event: Event, outputs: &mut Vec<Output>) {
        let begun = outputs.len();
        let Self { credentials, admission, pools, jitter, timers, in_service, .. } = self;
        let Some(credential) = credentials.get_mut(&id) else { return };
        let mut ctx = Context { now, jitter: &mut **jitter };
        let stood = credential.turn.map(|turn| (credential.line(), turn));
        let (resided, known) = (credential.is_in_service(), Availability::digest(credential));
        let client = &mut admission.client(credential.client).rejections;
        let actions = credential.handle(&mut ctx, client, event);
        let mut performed = Performed { id, credential, admission, pools, outputs };
        for action in actions {
            performed.perform(now.mono, action);
        }
        let Performed { credential, admission, .. } = performed;
        *in_service = *in_service + usize::from(credential.is_in_service()) - usize::from(resided);
        let stands = credential.keeps_turn().map(|turn| (credential.line(), turn));
        if stands != stood {
            if let Some((line, turn)) = stood {
                admission.lines.leave(&line, turn);
            }
            if let Some((line, turn)) = stands {
                admission.lines.enter(line, turn, id);
            }
        }
        let due = credential.next_timeout().unwrap_or(Mono::NEVER);
        let listed = std::mem::replace(&mut credential.listed, due);
        if listed != due {
            timers.remove(&(listed, id));
            if due < Mono::NEVER {
                timers.insert((due, id));
            }
        }
        if known != Availability::digest(credential) {
            // Before waiters are woken: one that looks again must find the news.
            let wakes = |output: &Output| matches!(output, Output::Wake(woken) if *woken == id);
            let news = outputs[begun..].iter().position(wakes).map_or(outputs.len(), |at| begun + at);
            outputs.insert(news, Output::Explain(id));
        }
    }
}
