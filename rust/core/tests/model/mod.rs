//! A second, slower opinion of what the machines may do. It watches every event and effect, keeps its own
//! books, and objects as soon as a rule is broken.

#![allow(dead_code)] // each test file uses its part

use std::collections::BTreeSet;
use std::time::Duration;

use tollgate_core::admission::{Admission, Ticket};
use tollgate_core::backoff::Backoff;
use tollgate_core::clock::{Context, Mono, Now, SplitMix, Wall};
use tollgate_core::credential::{Credential, Event, Means, Policy, Refresh};
use tollgate_core::fact::Fact;
use tollgate_core::limits::Limits;
use tollgate_core::outlook::{Outlook, Waiter};
use tollgate_core::response::{Class, Minted, Refusal};
use tollgate_core::step::{Effect, step};
use tollgate_core::token::Generation;

/// One credential, and what the model believes of it.
pub(crate) struct Party {
    pub(crate) credential: Credential,
    client: usize,
    pub(crate) in_flight: Option<(Ticket, Mono)>,
    /// The last request that was answered.
    answered: Option<(Ticket, Mono)>,
    /// Time asleep since the request in flight was sent.
    asleep: Duration,
    /// Generation and deadline of the token that readers must get.
    pub(crate) token: Option<(Generation, Mono)>,
    doubt_until: Mono,
    doubted: BTreeSet<Generation>,
    newest: Generation,
    pub(crate) shut: bool,
    pub(crate) sends: u64,
    pub(crate) mints: u64,
}

/// Who is held back by what was heard.
#[derive(Clone, Default)]
struct Window {
    /// End of the longest wait that the server named.
    named_until: Mono,
    /// Failures are going on.
    outage: bool,
    /// The newest request when this window last closed.
    under_way: Option<Ticket>,
    /// Requests let through since then.
    tries: Vec<(Ticket, Mono)>,
}

/// Several credentials of a few clients at one endpoint, with clocks and luck.
pub(crate) struct World {
    pub(crate) parties: Vec<Party>,
    admission: Admission,
    pub(crate) now: Now,
    dice: SplitMix,
    endpoint: Window,
    clients: Vec<Window>,
    policy: Policy,
    newest: Option<Ticket>,
}

pub(crate) const POLICY: Policy = Policy {
    margin: Duration::from_secs(300),
    interval: None,
    worst_exchange: Duration::from_secs(15),
    default_lifetime: Duration::from_secs(300),
    rejection_backoff: Duration::from_secs(30),
    permanent_cooldown: Duration::from_secs(300),
    refresh: Refresh::Ahead { learns: true },
    drain_timeout: Duration::from_secs(5),
    limits: Limits { concurrent: Limits::CONCURRENT, spacing: Duration::ZERO, budget: None },
    backoff: Backoff {
        base: Duration::from_millis(500),
        throttle_base: Duration::from_secs(1),
        cap: Duration::from_secs(60),
    },
};

impl World {
    /// `clients[i]` is the client of the i-th credential.
    pub(crate) fn new(clients: &[usize], policy: Policy, seed: u64) -> Self {
        let party = |&client: &usize| Party {
            credential: Credential::new(format!("client-{client}"), policy, Means::PRIMARY),
            client,
            in_flight: None,
            answered: None,
            asleep: Duration::ZERO,
            token: None,
            doubt_until: Mono::ZERO,
            doubted: BTreeSet::new(),
            newest: 0,
            shut: false,
            sends: 0,
            mints: 0,
        };
        Self {
            parties: clients.iter().map(party).collect(),
            admission: Admission::default(),
            now: Now { mono: Mono::ZERO, wall: Wall(1_700_000_000_000) },
            dice: SplitMix::seeded(seed),
            endpoint: Window::default(),
            clients: vec![Window::default(); 1 + clients.iter().max().copied().unwrap_or(0)],
            policy,
            newest: None,
        }
    }

    /// One event of one credential, then every check.
    pub(crate) fn happen(&mut self, who: usize, event: Event) {
        let wakes = matches!(event, Event::ShutDown) && !self.parties[who].shut;
        let woken = self.handle(who, event);
        assert!(woken || !wakes, "waiters sleep on after the end");
    }

    /// The same; says whether waiters were woken.
    fn handle(&mut self, who: usize, event: Event) -> bool {
        let at = self.now.mono;
        let rejected = match &event {
            Event::Rejected(generation) => Some(*generation),
            _ => None,
        };
        match &event {
            Event::Answered { ticket, outcome, sent } => self.hear(who, *ticket, *sent, outcome),
            Event::Accepted(generation) if self.serving(who) == Some(*generation) => {
                self.parties[who].doubt_until = Mono::ZERO;
            }
            Event::RunStarted => self.parties[who].doubt_until = Mono::ZERO,
            Event::Suspended(unseen) => {
                let party = &mut self.parties[who];
                party.asleep += *unseen;
                party.token =
                    party.token.map(|(generation, deadline)| (generation, deadline.before(*unseen)));
            }
            Event::ShutDown => self.parties[who].shut = true,
            _ => {}
        }
        let before = self.serving(who);
        let mut ctx = Context { now: self.now, jitter: &mut self.dice };
        let effects = step(&mut self.parties[who].credential, &mut self.admission, &mut ctx, event);
        let (mut ignored, mut woken) = (false, false);
        for effect in effects {
            match effect {
                Effect::Send(ticket, _, _) => self.send(who, ticket),
                Effect::Keep(_) => {}
                Effect::Publish => self.publish(who),
                Effect::Withdraw => {
                    let party = &mut self.parties[who];
                    let expired = party.token.is_none_or(|(_, deadline)| at >= deadline);
                    let refused = party.token.map(|(generation, _)| generation) == rejected;
                    assert!(
                        expired || refused || party.shut,
                        "a valid token was withdrawn: {:?}",
                        party.token
                    );
                    party.token = None;
                }
                Effect::Note(Fact::NotTheToken { generation, wait }) => {
                    let party = &mut self.parties[who];
                    party.doubted.insert(generation);
                    party.doubt_until = at.after(wait);
                }
                Effect::Note(Fact::RejectionIgnored { .. }) => ignored = true,
                Effect::Wake => woken = true,
                Effect::Note(_) => {}
            }
        }
        if rejected.is_some() && rejected == before {
            let party = &self.parties[who];
            let kept = party.token.is_some();
            let doubt = rejected.is_some_and(|generation| party.doubted.contains(&generation));
            assert!(
                !kept || doubt || (ignored && at < party.doubt_until),
                "a rejected token stays in service"
            );
        }
        self.check();
        woken
    }

    fn hear(&mut self, who: usize, ticket: Ticket, sent: Mono, outcome: &Result<Minted, Refusal>) {
        let at = self.now.mono;
        let newest = self.newest;
        let party = &self.parties[who];
        let stillborn = outcome.as_ref().is_ok_and(|minted| {
            let life = minted.lifetime.unwrap_or(self.policy.default_lifetime);
            at >= sent.after(life).before(party.asleep)
        });
        let (named, class) = match outcome {
            Ok(_) if stillborn => (None, Some(Class::Garbled)),
            Ok(_) => (None, None),
            Err(refusal) => (refusal.retry_after, Some(refusal.class)),
        };
        let client = party.client;
        for window in [&mut self.endpoint, &mut self.clients[client]] {
            window.tries.retain(|(tried, _)| *tried != ticket);
        }
        if matches!(class, None | Some(Class::Throttled | Class::Permanent)) {
            self.endpoint.outage = false;
        }
        if matches!(class, None | Some(Class::Permanent)) {
            self.clients[client].outage = false;
        }
        let Some(class) = class else { return };
        let window = if class == Class::Unavailable { &mut self.endpoint } else { &mut self.clients[client] };
        if let Some(named) = named {
            window.named_until = window.named_until.max(at.after(named.wait));
        }
        if class != Class::Permanent && window.under_way.is_none_or(|last| ticket > last) {
            window.outage = true;
            window.under_way = newest;
            window.tries.clear();
        }
    }

    fn send(&mut self, who: usize, ticket: Ticket) {
        let at = self.now.mono;
        let party = &mut self.parties[who];
        assert!(party.in_flight.is_none(), "a second request in flight");
        assert!(!party.shut, "a request after the end");
        assert!(self.newest.is_none_or(|newest| ticket > newest), "a ticket was given out twice");
        self.newest = Some(ticket);
        party.in_flight = Some((ticket, at));
        party.asleep = Duration::ZERO;
        party.sends += 1;
        let long_over = self.policy.worst_exchange * 2;
        for window in [&mut self.endpoint, &mut self.clients[party.client]] {
            assert!(at >= window.named_until, "a request inside Retry-After");
            if window.outage {
                window.tries.retain(|(_, sent)| at < sent.after(long_over));
                assert!(window.tries.is_empty(), "two requests try a server in an outage");
                window.tries.push((ticket, at));
            }
        }
    }

    fn publish(&mut self, who: usize) {
        let party = &mut self.parties[who];
        let token = party.credential.token(self.now.mono).expect("a published token is valid");
        assert_eq!(token.generation, party.newest + 1, "generations count up");
        let deadline = token.sent.after(token.lifetime).before(party.asleep);
        party.newest = token.generation;
        party.token = Some((token.generation, deadline));
        party.mints += 1;
    }

    /// The generation that readers must get now.
    pub(crate) fn serving(&self, who: usize) -> Option<Generation> {
        let party = &self.parties[who];
        party.token.filter(|(_, deadline)| self.now.mono < *deadline && !party.shut).map(|(number, _)| number)
    }

    fn check(&self) {
        for (who, party) in self.parties.iter().enumerate() {
            if !party.shut {
                assert_eq!(party.in_flight.is_some(), party.credential.in_flight());
            }
            let get = |at| match party.credential.outlook(at, &patient()) {
                Outlook::Serve(token) => Some(token.generation),
                _ => None,
            };
            assert_eq!(get(self.now.mono), self.serving(who), "what readers get");
            if let Some((generation, deadline)) =
                party.token.filter(|(_, d)| *d > self.now.mono && !party.shut)
            {
                assert_eq!(get(deadline.before(Duration::from_nanos(1))), Some(generation));
                assert_eq!(get(deadline), None, "served at its deadline");
            }
        }
    }

    /// Fires every due timer at the present time.
    pub(crate) fn fire(&mut self) {
        for who in 0..self.parties.len() {
            let mut fired = 0;
            while self.parties[who].credential.next_wake().is_some_and(|due| due <= self.now.mono) {
                self.happen(who, Event::Timer);
                fired += 1;
                assert!(fired < 8, "the same timer again and again");
            }
        }
    }

    /// When the next timer is due.
    pub(crate) fn next_wake(&self) -> Option<Mono> {
        self.parties.iter().filter_map(|party| party.credential.next_wake()).min()
    }

    /// Lets time pass without firing anything, as on a machine that stood still.
    pub(crate) fn skip(&mut self, by: Duration) {
        self.now.mono = self.now.mono.after(by);
        self.now.wall.0 += i64::try_from(by.as_millis()).unwrap_or(i64::MAX / 4);
    }

    /// Lets time pass, firing timers when they are due.
    pub(crate) fn pass(&mut self, by: Duration) {
        let end = self.now.mono.after(by);
        let mut fired = 0;
        while let Some(due) = self.next_wake().filter(|due| *due <= end) {
            self.skip(due.since(self.now.mono));
            self.fire();
            fired += 1;
            assert!(fired < 100_000, "timers fire for ever");
        }
        self.skip(end.since(self.now.mono));
    }

    /// A reader looks and does what readers do.
    pub(crate) fn look(&mut self, who: usize, waiter: &Waiter) -> Option<Generation> {
        match self.parties[who].credential.outlook(self.now.mono, waiter) {
            Outlook::Serve(token) => {
                let generation = token.generation;
                self.happen(who, Event::Read(generation));
                Some(generation)
            }
            Outlook::Wait => {
                self.happen(who, Event::Wanted);
                None
            }
            Outlook::Deny(_) => None,
        }
    }

    /// Answers the request in flight, if there is one.
    pub(crate) fn answer(&mut self, who: usize, outcome: Result<Minted, Refusal>) {
        if let Some((ticket, sent)) = self.parties[who].in_flight.take() {
            self.parties[who].answered = Some((ticket, sent));
            let woken = self.handle(who, Event::Answered { ticket, sent, outcome });
            assert!(woken || self.parties[who].shut, "waiters sleep on after an answer");
        }
    }

    /// Answers a request that was answered before.
    pub(crate) fn answer_again(&mut self, who: usize, outcome: Result<Minted, Refusal>) {
        if let Some((ticket, sent)) = self.parties[who].answered {
            let mints = self.parties[who].mints;
            self.handle(who, Event::Answered { ticket, sent, outcome });
            assert_eq!(self.parties[who].mints, mints, "a token that nobody waited for was published");
        }
    }
}

/// A waiter with all the time in the world.
pub(crate) fn patient() -> Waiter {
    Waiter { waited: Duration::ZERO, limit: Duration::MAX, floor: Duration::ZERO }
}

/// A good answer.
pub(crate) fn token(lifetime: Option<Duration>) -> Result<Minted, Refusal> {
    Ok(Minted { secret: "t0ken".into(), lifetime, missing_scopes: Vec::new(), refresh_token: None })
}
