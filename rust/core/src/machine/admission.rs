//! The machine of one token endpoint: may a request be sent now?
//!
//! What a server says about its limits closes a gate, and the gate outlives the request that heard it. A 429
//! closes the gate of `(endpoint, client)`, because servers count per client; a 5xx or silence closes the gate
//! of the whole endpoint. Invariants:
//!
//! - Nothing is granted while a gate is closed: from hearing a `Retry-After` to its end plus slack, or for a
//!   backoff when none was named.
//! - Failures belong to the outage, not to callers: answers to requests that were under way when the gate
//!   closed do not count again, so the number of attempts depends on elapsed slots and never on threads.
//! - After a gate reopens, one request at a time tries the server until one succeeds.
//! - The profile's own limits hold too: requests under way at once, at the endpoint and of one client with a pool, time
//!   between two requests of one client, and the mint budget, which counts every request granted.
//! - A place that comes free goes to the next in the `line`, and stands empty for nobody.
//! - What the API says never reaches this machine.

mod line;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::config::limits::Limits;
use crate::machine::client_rejections::ClientRejections;
use crate::machine::credential::Credential;
use crate::oauth::token_answer::{Class, Refusal};
use crate::time::backoff::{Backoff, Cause};
use crate::time::budget::{Budget, Spent};
use crate::time::clock::{Context, Mono};
use line::Line;
pub use line::Turn;

/// The answer to "may I send a token request?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes, now. Its outcome must be told to [`Admission::settle`].
    Granted(Ticket),
    /// Ask again then, not earlier.
    NotBefore(Mono, Arc<Refusal>),
    /// All places are taken: ask again when this turn is called, and at the latest then.
    InLine(Turn, Mono, Arc<Refusal>),
}

/// Who asks, for what, and under which limits of its own.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The id of the client.
    pub client: &'a str,
    /// A valid token serves meanwhile: this request can wait.
    pub voluntary: bool,
    /// How long the request can take.
    pub worst_exchange: Duration,
    /// The limits of its profile.
    pub limits: &'a Limits,
    /// Its turn in the line, if it stood there.
    pub turn: Option<Turn>,
}

/// Names one granted request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(u64);

/// When what holds a request back will be over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    /// When one of the requests under way has ended and its place is free.
    PlaceFree,
    /// When one of its client's has.
    SlotFree,
    /// When the request that tries the server has ended.
    ProbeEnds,
    At(Mono),
}

/// Holds back everyone that the same limit concerns.
#[derive(Debug, Default)]
struct Gate {
    closed_until: Mono,
    /// Failed attempts of the outage so far.
    failures: u32,
    /// The newest request when the last failure was counted: it and older ones were under way, and their failing
    /// is the same news again.
    under_way: Ticket,
    last: Option<Arc<Refusal>>,
    /// The one request that tries a server in an outage, and when it must be over.
    probe: Option<(Ticket, Mono)>,
}

/// A failed request, as a gate hears of it.
struct Failed<'a> {
    ticket: Ticket,
    /// The last ticket given out so far.
    newest: Ticket,
    refusal: &'a Arc<Refusal>,
}

impl Gate {
    /// When a request may be sent, if not now, and why.
    fn holds(&self, now: Mono) -> Option<(When, Arc<Refusal>)> {
        let why = self.last.as_ref()?;
        if now < self.closed_until {
            return Some((When::At(self.closed_until), Arc::clone(why)));
        }
        self.probe.filter(|(_, over)| now < *over).map(|_| (When::ProbeEnds, Arc::clone(why)))
    }

    fn enter(&mut self, ticket: Ticket, over: Mono) {
        if self.failures > 0 {
            self.probe = Some((ticket, over));
        }
    }

    fn leave(&mut self, ticket: Ticket) {
        self.probe = self.probe.filter(|(holder, _)| *holder != ticket);
    }

    /// The server answered as it should: the outage is over. A wait that it named still stands.
    fn heal(&mut self) {
        self.failures = 0;
    }

    fn fail(&mut self, ctx: &mut Context<'_>, failed: &Failed<'_>, cause: Cause, backoff: &Backoff) {
        let old_news = failed.ticket <= self.under_way;
        if !old_news {
            self.failures = self.failures.saturating_add(1);
            self.under_way = failed.newest;
        }
        if failed.refusal.retry_after.is_some() {
            self.observe(ctx, failed);
        } else if !old_news {
            let wait = backoff.wait(cause, self.failures, ctx);
            self.close(ctx.now.mono.after(wait), failed);
        }
    }

    /// Keeps the wait that the server named, whatever else its answer means.
    fn observe(&mut self, ctx: &mut Context<'_>, failed: &Failed<'_>) {
        if let Some(named) = &failed.refusal.retry_after {
            let wait = named.observed(ctx);
            self.close(ctx.now.mono.after(wait), failed);
        }
    }

    fn close(&mut self, until: Mono, failed: &Failed<'_>) {
        if until >= self.closed_until {
            self.closed_until = until;
            self.last = Some(Arc::clone(failed.refusal));
        }
    }
}

/// What is known of one client at the endpoint.
#[derive(Debug, Default)]
struct Account {
    gate: Gate,
    spent: Spent,
    last_granted: Option<Mono>,
    /// Its requests under way, as [`Admission::under_way`] has those of all.
    under_way: HashMap<Ticket, Mono>,
    rejections: ClientRejections,
}

/// Those who can do nothing but look again take turns: a hundred thousand users of a dead server must not look ten times
/// a second each.
#[derive(Debug, Default)]
struct Turns {
    /// The last that was given out.
    last: Mono,
}

impl Turns {
    /// How long a few wait.
    const RECHECK: Duration = Duration::from_millis(100);
    /// How long whoever stands in the line waits for its call. It comes sooner unless we made a mistake.
    const UNCALLED: Duration = Duration::from_secs(1);
    /// From one turn to the next. A look takes microseconds, so all of them together a few hundredths of a processor.
    const APART: Duration = Duration::from_micros(100);

    /// When the next to look again does so; not before `soon` is over.
    fn take(&mut self, now: Mono, soon: Duration) -> Mono {
        self.last = self.last.max(now).after(Self::APART);
        self.last.max(now.after(soon))
    }
}

/// The machine. One for each token endpoint, whoever its clients are.
#[derive(Debug, Default)]
pub struct Admission {
    endpoint: Gate,
    clients: HashMap<Arc<str>, Account>,
    newest: Ticket,
    /// Requests under way, and when each must be over: one that is never settled (a bug) must not take a place
    /// for ever.
    under_way: HashMap<Ticket, Mono>,
    turns: Turns,
    line: Line,
    /// What those in the line are told, one for all of them, and how many places it is about.
    crowd: Option<(u32, Arc<Refusal>)>,
    /// Credentials with a token in service.
    residents: usize,
}

impl Admission {
    /// Asks for leave to send one request.
    pub fn ask(&mut self, ctx: &mut Context<'_>, asked: &Asked<'_>) -> Answer {
        match self.obstacle(ctx.now.mono, asked) {
            Some((When::PlaceFree, why)) => {
                let turn = self.line.stand(asked.turn, asked.voluntary);
                let look = ctx.between(Turns::UNCALLED / 2, Turns::UNCALLED * 3 / 2);
                return Answer::InLine(turn, self.turns.take(ctx.now.mono, look), why);
            }
            Some((when, why)) => return Answer::NotBefore(self.until(ctx, when), why),
            None => {}
        }
        let now = ctx.now.mono;
        let ticket = Ticket(self.newest.0 + 1);
        self.newest = ticket;
        // A request that is never settled (a bug) must not keep a gate shut: its probe runs out.
        let over = now.after(asked.worst_exchange.saturating_mul(2));
        self.under_way.insert(ticket, over);
        self.endpoint.enter(ticket, over);
        let account = account(&mut self.clients, asked.client);
        account.gate.enter(ticket, over);
        account.last_granted = Some(now);
        account.under_way.insert(ticket, over);
        account.spent.add(now);
        Answer::Granted(ticket)
    }

    /// What holds a request back, and how long. Takes nothing but a turn to look again.
    pub(crate) fn stands_in_the_way(
        &mut self,
        ctx: &mut Context<'_>,
        asked: &Asked<'_>,
    ) -> Option<(Mono, Arc<Refusal>)> {
        let (when, why) = self.obstacle(ctx.now.mono, asked)?;
        Some((self.until(ctx, when), why))
    }

    /// When to look again.
    fn until(&mut self, ctx: &mut Context<'_>, when: When) -> Mono {
        match when {
            When::At(until) => until,
            When::ProbeEnds => self.turns.take(ctx.now.mono, Turns::RECHECK),
            // There is one place for many: they don't come back together.
            When::PlaceFree | When::SlotFree => {
                let look = ctx.between(Turns::RECHECK / 2, Turns::RECHECK * 3 / 2);
                self.turns.take(ctx.now.mono, look)
            }
        }
    }

    /// What holds a request back; of several what lasts longest.
    fn obstacle(&mut self, now: Mono, asked: &Asked<'_>) -> Option<(When, Arc<Refusal>)> {
        let Limits { concurrent, per_client, spacing, budget } = *asked.limits;
        self.under_way.retain(|_, over| now < *over);
        let crowded = self.under_way.len() >= concurrent as usize;
        let endpoint = self.endpoint.holds(now);
        let account = account(&mut self.clients, asked.client);
        account.under_way.retain(|_, over| now < *over);
        let filling = per_client.filter(|most| account.under_way.len() >= *most as usize);
        let spaced = account.last_granted.map(|last| last.after(spacing)).filter(|until| now < *until);
        let spent = budget.and_then(|budget| {
            let until = account.spent.refuses(now, budget, asked.voluntary)?;
            Some((When::At(until), Refusal::budget(budget)))
        });
        let mut waits = vec![endpoint, account.gate.holds(now)];
        waits.push(spent.map(|(until, why)| (until, Arc::new(why))));
        waits.push(spaced.map(|until| (When::At(until), Arc::new(Refusal::spacing(spacing)))));
        waits.push(filling.map(|most| (When::SlotFree, Arc::new(Refusal::no_place_in_pool(most)))));
        waits.push(crowded.then(|| (When::PlaceFree, self.crowd(concurrent))));
        waits.into_iter().flatten().max_by_key(|(when, _)| *when)
    }

    fn crowd(&mut self, concurrent: u32) -> Arc<Refusal> {
        match &self.crowd {
            Some((places, told)) if *places == concurrent => Arc::clone(told),
            _ => {
                let told = Arc::new(Refusal::no_place(concurrent));
                self.crowd = Some((concurrent, Arc::clone(&told)));
                told
            }
        }
    }

    /// Whose turn it is to ask, now that a place is free or was not taken. Whoever is called must ask or pass it on.
    pub fn call(&mut self) -> Option<Turn> {
        self.line.call()
    }

    /// Whoever held this turn waits no longer.
    pub(crate) fn leave(&mut self, turn: Turn) {
        self.line.leave(turn);
    }

    /// How many credentials have a token of this endpoint in service.
    #[must_use]
    pub fn residents(&self) -> usize {
        self.residents
    }

    /// A token came into service or went out of it.
    pub(crate) fn resides(&mut self, had: bool, has: bool) {
        self.residents = (self.residents + usize::from(has)).saturating_sub(usize::from(had));
    }

    /// A credential is no more.
    pub fn bury(&mut self, credential: &Credential) {
        self.resides(credential.is_in_service(), false);
        credential.turn().into_iter().for_each(|turn| self.leave(turn));
    }

    /// The name of a client, one for all its credentials.
    pub fn name_of(&mut self, client: &str) -> Arc<str> {
        account(&mut self.clients, client);
        self.clients.get_key_value(client).map_or_else(|| client.into(), |(name, _)| Arc::clone(name))
    }

    /// What 401s the tokens of a client met.
    pub(crate) fn rejections(&mut self, client: &str) -> &mut ClientRejections {
        &mut account(&mut self.clients, client).rejections
    }

    /// A run began: budgets of a run are whole again.
    pub fn run_started(&mut self) {
        self.clients.values_mut().for_each(|account| account.spent.run_started());
    }

    /// How many requests `client` has left of `budget`, and when one more will be if none is.
    #[must_use]
    pub fn left(&self, now: Mono, client: &str, budget: Budget) -> (u32, Option<Mono>) {
        self.clients.get(client).map_or((budget.most, None), |account| account.spent.left(now, budget))
    }

    /// Takes the outcome of a granted request.
    pub fn settle(
        &mut self,
        ctx: &mut Context<'_>,
        client: &str,
        ticket: Ticket,
        backoff: &Backoff,
        refusal: Option<&Arc<Refusal>>,
    ) {
        let endpoint = &mut self.endpoint;
        self.under_way.remove(&ticket);
        let account = account(&mut self.clients, client);
        account.under_way.remove(&ticket);
        let gate = &mut account.gate;
        endpoint.leave(ticket);
        gate.leave(ticket);
        let Some(refusal) = refusal else {
            endpoint.heal();
            gate.heal();
            return;
        };
        let failed = Failed { ticket, newest: self.newest, refusal };
        match refusal.class {
            Class::Unavailable => endpoint.fail(ctx, &failed, Cause::Faulty, backoff),
            Class::Throttled => {
                endpoint.heal();
                gate.fail(ctx, &failed, Cause::Throttled, backoff);
            }
            Class::Garbled => gate.fail(ctx, &failed, Cause::Faulty, backoff),
            // Challenged or refused, it was read and answered as it should be.
            Class::Permanent | Class::Challenged => {
                endpoint.heal();
                gate.heal();
                gate.observe(ctx, &failed);
            }
        }
    }

    /// When the gates that concern `client` open; a time that has passed if they are open.
    #[must_use]
    pub fn opens(&self, client: &str) -> Mono {
        let own = self.clients.get(client).map_or(Mono::ZERO, |account| account.gate.closed_until);
        self.endpoint.closed_until.max(own)
    }
}

/// The account of a client, opened if there is none.
fn account<'a>(clients: &'a mut HashMap<Arc<str>, Account>, client: &str) -> &'a mut Account {
    let name = clients.get_key_value(client).map_or_else(|| client.into(), |(name, _)| Arc::clone(name));
    clients.entry(name).or_default()
}
