//! A second, slower opinion of what the machines may do. It watches every event and effect, keeps its own
//! books, and objects as soon as a rule is broken.

#![allow(dead_code)] // each test file uses its part

mod policy;
mod rejection;

use std::collections::BTreeSet;
use std::time::Duration;

use secrecy::ExposeSecret;
use tollgate_core::acquire::{Outlook, Waiter};
use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::{Policy, Refresh};
use tollgate_core::machine::admission::{Admission, Ticket};
use tollgate_core::machine::credential::{Credential, Event};
use tollgate_core::machine::fact::{Fact, Reason};
use tollgate_core::machine::step::{Effect, step};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::oauth::token::Generation;
use tollgate_core::oauth::token_answer::{Class, Minted, Refusal};
use tollgate_core::time::clock::{Context, Mono, Now, SplitMix, Wall};

pub(crate) use policy::POLICY;
use rejection::{Deed, Reports};

/// One credential, and what the model believes of it.
pub(crate) struct Party {
    pub(crate) credential: Credential,
    client: usize,
    pub(crate) in_flight: Option<(Ticket, Mono)>,
    /// The last request that was answered.
    answered: Option<(Ticket, Mono)>,
    /// Generation and deadline of the token that readers must get.
    pub(crate) token: Option<(Generation, Mono)>,
    /// Sends are held: a drain.
    held_since: Option<Mono>,
    wallet: Wallet,
    /// The server asked for a nonce, and no token has come since.
    challenged: bool,
    reports: Reports,
    newest: Generation,
    pub(crate) shut: bool,
    pub(crate) sends: u64,
    pub(crate) mints: u64,
}

/// What the model believes of a refresh token.
#[derive(Default)]
struct Wallet {
    primary: bool,
    token: Option<String>,
    doubtful: bool,
    /// The request in flight relies on it.
    sent: bool,
    /// Replaced or dropped: never to be sent again.
    gone: BTreeSet<String>,
}

impl Wallet {
    fn drop_token(&mut self) {
        self.gone.extend(self.token.take());
        self.doubtful = false;
    }

    fn send(&mut self, using: &RequestGrant, serving: bool) {
        match using {
            RequestGrant::Primary => {
                assert!(
                    self.primary && self.token.is_none(),
                    "the primary grant, with a refresh token at hand"
                );
                self.sent = false;
            }
            RequestGrant::Refresh(secret) => {
                assert!(!self.gone.contains(secret.expose_secret()), "a refresh token that is gone was sent");
                assert_eq!(self.token.as_deref(), Some(secret.expose_secret()));
                assert!(
                    !(self.doubtful && serving),
                    "a doubtful refresh token was sent while a token serves"
                );
                self.sent = true;
            }
        }
    }

    fn hear(&mut self, outcome: &Result<Minted, Refusal>) {
        let sent = std::mem::take(&mut self.sent);
        match outcome {
            Ok(minted) => {
                let came = minted.refresh_token.as_ref().map(|token| token.expose_secret().to_owned());
                if let Some(came) = came.filter(|came| self.token.as_ref() != Some(came)) {
                    self.drop_token();
                    self.gone.remove(&came); // a server may give out the same text again
                    self.token = Some(came);
                }
                self.doubtful = false;
            }
            Err(refusal) if sent => {
                let refused = refusal.error.as_deref() == Some("invalid_grant");
                if self.primary && (refused || refusal.maybe_processed) {
                    self.drop_token();
                } else if !refused && refusal.maybe_processed {
                    self.doubtful = true;
                }
            }
            Err(_) => {}
        }
    }
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
    /// When its tokens were replaced for 401s.
    replaced: Vec<Mono>,
    /// Every request, and how many of them since the run began.
    sent: Vec<Mono>,
    in_run: u32,
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

impl World {
    /// `clients[i]` is the client of the i-th credential.
    pub(crate) fn new(clients: &[usize], policy: Policy, seed: u64) -> Self {
        Self::with_means(clients, policy, seed, &GrantSources::PRIMARY)
    }

    /// The same, with what they ask with.
    pub(crate) fn with_means(clients: &[usize], policy: Policy, seed: u64, means: &GrantSources) -> Self {
        let party = |&client: &usize| Party {
            held_since: None,
            wallet: Wallet {
                primary: means.primary,
                token: means.refresh_token.as_ref().map(|token| token.expose_secret().to_owned()),
                ..Wallet::default()
            },
            credential: Credential::new(format!("client-{client}"), policy, means.clone()),
            client,
            in_flight: None,
            answered: None,
            token: None,
            challenged: false,
            reports: Reports::default(),
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
            Event::Rejected { generation, .. } => Some(*generation),
            _ => None,
        };
        match &event {
            Event::Answered { ticket, outcome, sent } => self.hear(who, *ticket, *sent, outcome),
            Event::Accepted { generation, sent } if self.in_service(who) == Some(*generation) => {
                self.parties[who].reports.accepted(*sent);
            }
            Event::RunStarted => {
                self.parties[who].reports.forget();
                self.admission.run_started();
                self.clients.iter_mut().for_each(|window| window.in_run = 0);
            }
            Event::RefreshToken(secret) => {
                let wallet = &mut self.parties[who].wallet;
                wallet.drop_token();
                wallet.gone.remove(secret.expose_secret());
                wallet.token = Some(secret.expose_secret().to_owned());
                // What is on its way relies on the one before.
                wallet.sent = false;
            }
            Event::ShutDown => self.parties[who].shut = true,
            _ => {}
        }
        let before = self.in_service(who);
        let in_flight = self.parties[who].in_flight.is_some();
        let mut ctx = Context { now: self.now, jitter: &mut self.dice };
        let effects = step(&mut self.parties[who].credential, &mut self.admission, &mut ctx, event);
        let (mut woken, mut shown, mut deed) = (false, false, Deed::Nothing);
        let mut called = None;
        for effect in effects {
            match effect {
                Effect::Send(ticket, reason, using) => self.send(who, ticket, reason, &using),
                Effect::Keep(kept) => {
                    assert_eq!(self.parties[who].wallet.token.as_deref(), Some(kept.0.expose_secret()));
                }
                Effect::Publish => {
                    shown = true;
                    self.publish(who);
                }
                Effect::Withdraw => {
                    let party = &mut self.parties[who];
                    // A drain that ended may be followed by the next in the same breath.
                    if party.credential.is_draining() && (shown || party.held_since.is_none()) {
                        assert_eq!(self.policy.refresh, Refresh::Drain, "a drain that nobody asked for");
                        party.held_since = Some(at);
                        continue;
                    }
                    party.held_since = None;
                    let expired = party.token.is_none_or(|(_, deadline)| at >= deadline);
                    let refused = party.token.map(|(generation, _)| generation) == rejected;
                    assert!(
                        expired || refused || party.shut,
                        "a valid token was withdrawn: {:?}",
                        party.token
                    );
                    party.token = None;
                }
                Effect::Note(Fact::Suspected { .. }) => deed = Deed::Replaced,
                Effect::Note(Fact::Rejected { .. }) => deed = Deed::Withdrew,
                Effect::Wake => woken = true,
                Effect::Call(turn) => called = Some(turn),
                Effect::Note(_) | Effect::Stand(_) | Effect::Leave(_) | Effect::Vacate => {}
            }
        }
        if rejected.is_some() {
            self.judge(who, rejected == before, deed, in_flight);
        }
        self.check();
        if let Some(turn) = called {
            let next = self.parties.iter().position(|party| party.credential.turn() == Some(turn));
            self.handle(next.expect("whoever is called is there"), Event::Called);
        }
        woken
    }

    /// A 401 was reported: does what was done about it agree with what was reported so far?
    fn judge(&mut self, who: usize, of_the_token_in_service: bool, deed: Deed, in_flight: bool) {
        let (party, at) = (&mut self.parties[who], self.now.mono);
        if party.shut {
            return;
        }
        if !of_the_token_in_service {
            assert_eq!(deed, Deed::Nothing, "a 401 to another token changed something");
            return party.reports.rejected_late(at);
        }
        let others = &mut self.clients[party.client].replaced;
        if party.reports.rejected(at, deed, in_flight, others) {
            others.push(at);
        }
    }

    /// The generation that is in service, shown to readers or held back by a drain.
    fn in_service(&self, who: usize) -> Option<Generation> {
        let party = &self.parties[who];
        party.token.filter(|(_, deadline)| self.now.mono < *deadline && !party.shut).map(|(number, _)| number)
    }

    /// Whether a token that came had run out on its way.
    fn is_stillborn(&self, sent: Mono, outcome: &Result<Minted, Refusal>) -> bool {
        outcome.as_ref().is_ok_and(|minted| {
            let life = minted.lifetime.unwrap_or(self.policy.default_lifetime);
            self.now.mono >= sent.after(life)
        })
    }

    fn hear(&mut self, who: usize, ticket: Ticket, sent: Mono, outcome: &Result<Minted, Refusal>) {
        let at = self.now.mono;
        let newest = self.newest;
        let party = &self.parties[who];
        let stillborn = self.is_stillborn(sent, outcome);
        let (named, class) = match outcome {
            Ok(_) if stillborn => (None, Some(Class::Garbled)),
            Ok(_) => (None, None),
            // The second in a row is a failure: a server that always asks must not be asked without end.
            Err(refusal) if refusal.class == Class::Challenged && party.challenged => {
                (refusal.retry_after, Some(Class::Garbled))
            }
            Err(refusal) => (refusal.retry_after, Some(refusal.class)),
        };
        let client = party.client;
        for window in [&mut self.endpoint, &mut self.clients[client]] {
            window.tries.retain(|(tried, _)| *tried != ticket);
        }
        if matches!(class, None | Some(Class::Throttled | Class::Permanent | Class::Challenged)) {
            self.endpoint.outage = false;
        }
        if matches!(class, None | Some(Class::Permanent | Class::Challenged)) {
            self.clients[client].outage = false;
        }
        let Some(class) = class else { return };
        let window = if class == Class::Unavailable { &mut self.endpoint } else { &mut self.clients[client] };
        if let Some(named) = named {
            window.named_until = window.named_until.max(at.after(named.wait));
        }
        if !matches!(class, Class::Permanent | Class::Challenged)
            && window.under_way.is_none_or(|last| ticket > last)
        {
            window.outage = true;
            window.under_way = newest;
            window.tries.clear();
        }
    }

    fn send(&mut self, who: usize, ticket: Ticket, reason: Reason, using: &RequestGrant) {
        let at = self.now.mono;
        self.keep_limits(who, reason);
        let party = &mut self.parties[who];
        party.wallet.send(using, party.token.is_some_and(|(_, deadline)| at < deadline));
        assert!(party.in_flight.is_none(), "a second request in flight");
        assert!(!party.shut, "a request after the end");
        assert!(self.newest.is_none_or(|newest| ticket > newest), "a ticket was given out twice");
        self.newest = Some(ticket);
        party.in_flight = Some((ticket, at));
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

    /// The profile's own limits, by a count that never forgets.
    fn keep_limits(&mut self, who: usize, reason: Reason) {
        let at = self.now.mono;
        let Limits { concurrent, spacing, budget, .. } = self.policy.limits;
        let long_over = self.policy.worst_exchange * 2;
        let under_way = self.parties.iter().filter_map(|party| party.in_flight);
        let crowd = under_way.filter(|(_, sent)| at < sent.after(long_over)).count();
        assert!(crowd < concurrent as usize, "{crowd} requests under way, and one more");
        let window = &mut self.clients[self.parties[who].client];
        let close = window.sent.last().is_some_and(|last| at < last.after(spacing));
        assert!(!close, "a request too soon after the last of its client");
        window.sent.push(at);
        window.in_run += 1;
        if let Some(budget) = budget {
            let spent = match budget.window {
                None => window.in_run as usize,
                Some(length) => window.sent.iter().filter(|sent| at < sent.after(length)).count(),
            };
            let most = budget.most - if reason == Reason::Ahead { budget.reserve() } else { 0 };
            assert!(spent <= most as usize, "{spent} requests, where the budget is {most}");
        }
    }

    fn publish(&mut self, who: usize) {
        let party = &mut self.parties[who];
        if party.credential.is_draining() {
            return; // held back again in the same breath
        }
        let token = party.credential.token(self.now.mono).expect("a published token is valid");
        if party.held_since.take().is_some() && token.generation == party.newest {
            return; // the old one serves again
        }
        assert_eq!(token.generation, party.newest + 1, "generations count up");
        let deadline = token.sent.after(token.lifetime);
        party.newest = token.generation;
        party.reports.published();
        party.token = Some((token.generation, deadline));
        party.mints += 1;
    }

    /// The generation that readers must get now.
    pub(crate) fn serving(&self, who: usize) -> Option<Generation> {
        let party = &self.parties[who];
        let serves = |deadline: Mono| self.now.mono < deadline && !party.shut && party.held_since.is_none();
        party.token.filter(|(_, deadline)| serves(*deadline)).map(|(number, _)| number)
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
                party.token.filter(|(_, d)| *d > self.now.mono && !party.shut && party.held_since.is_none())
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
            let party = &self.parties[who];
            if let Some(since) = party.held_since.filter(|_| party.in_flight.is_none()) {
                assert!(self.now.mono < since.after(self.policy.drain_timeout), "a drain does not end");
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
            let stillborn = self.is_stillborn(sent, &outcome);
            let garbled = Err(Refusal::garbled("stillborn"));
            self.parties[who].wallet.hear(if stillborn { &garbled } else { &outcome });
            let challenged = match &outcome {
                Ok(_) => stillborn && self.parties[who].challenged,
                Err(refusal) => self.parties[who].challenged || refusal.class == Class::Challenged,
            };
            let woken = self.handle(who, Event::Answered { ticket, sent, outcome });
            self.parties[who].challenged = challenged;
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
    Ok(Minted {
        secret: "t0ken".into(),
        lifetime,
        missing_scopes: Vec::new(),
        scope: None,
        refresh_token: None,
    })
}
