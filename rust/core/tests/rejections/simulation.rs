//! A load test against an API that refuses tokens, in virtual time: requests, their answers and their reports go through
//! the machines as the engine sends them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::ops::Range;
use std::time::Duration;

use tollgate_core::acquire::{Outlook, Waiter};
use tollgate_core::config::policy::Policy;
use tollgate_core::machine::admission::{Admission, Ticket};
use tollgate_core::machine::credential::{Credential, Event};
use tollgate_core::machine::step::{Effect, step};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::token::Generation;
use tollgate_core::oauth::token_answer::Minted;
use tollgate_core::time::clock::{Context, Jitter, Mono, Now, SplitMix, Wall};

use crate::policy::POLICY;

/// Between a thread's read of the token and the API's look at it.
const ON_THE_WAY: Duration = Duration::from_millis(2);
/// A 401 needs no work.
const REFUSING: Duration = Duration::from_millis(5);

/// Who sends requests.
#[derive(Clone, Copy)]
pub(crate) enum Senders {
    /// Requests a second, at random times.
    Rate(f64),
    /// Threads that pause between half and one and a half times this after each answer.
    Threads(usize, Duration),
}

/// What happens in one run.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) length: Duration,
    pub(crate) senders: Senders,
    /// Each has a token of its own; all are of one client. Threads belong to them in turn.
    pub(crate) users: usize,
    /// The share of requests that the API answers with 401 whatever the token.
    pub(crate) stray: f64,
    /// Those are always of the same threads.
    pub(crate) pinned: bool,
    pub(crate) token_latency: Duration,
    /// Shortest and longest time for a 200.
    pub(crate) answers: Range<Duration>,
    /// When all tokens in service die.
    pub(crate) revoked: Vec<Duration>,
    /// While it answers 401 to everything.
    pub(crate) outage: Range<Duration>,
    pub(crate) failures_only: bool,
    /// Each token request kills the token before.
    pub(crate) revokes_previous: bool,
    pub(crate) policy: Policy,
}

impl Default for Load {
    /// 400 requests a second for a minute, tokens of an hour in 300 ms.
    fn default() -> Self {
        let millis = Duration::from_millis;
        Self {
            length: Duration::from_secs(60),
            senders: Senders::Rate(400.0),
            users: 1,
            stray: 0.0,
            pinned: false,
            token_latency: millis(300),
            answers: millis(5)..millis(30),
            revoked: Vec::new(),
            outage: Duration::ZERO..Duration::ZERO,
            failures_only: false,
            revokes_previous: false,
            policy: POLICY,
        }
    }
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Outcome {
    /// When token requests were sent, but for the first of each user.
    pub(crate) mints: Vec<Duration>,
    pub(crate) reads: u64,
    /// Reads that had to wait.
    pub(crate) waits: u64,
    pub(crate) rejections: u64,
    /// For each revocation: from the first 401 to the token request; `None` if there was none.
    pub(crate) detected: Vec<Option<Duration>>,
    /// Users for whom it was learned that the server revokes the previous token.
    pub(crate) learned: usize,
    /// When each user was last refused for a dead token.
    pub(crate) last_dead: Duration,
}

impl Outcome {
    /// The most token requests in any minute.
    pub(crate) fn most_a_minute(&self) -> usize {
        let minute = Duration::from_secs(60);
        let in_minute =
            |from: &Duration| self.mints.iter().filter(|at| (*from..*from + minute).contains(at)).count();
        self.mints.iter().map(in_minute).max().unwrap_or(0)
    }

    /// The share of reads that got a token at once.
    #[allow(clippy::cast_precision_loss)] // small counts
    pub(crate) fn served(&self) -> f64 {
        1.0 - self.waits as f64 / self.reads.max(1) as f64
    }
}

/// A request of a thread; thread and user are one number where requests come at a rate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Request {
    user: usize,
    thread: usize,
    generation: Generation,
    sent: Mono,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Arrival,
    Thread(usize),
    Revocation,
    Served(Request),
    Reported { request: Request, refused: bool, dead: bool },
    Killed(usize, Generation),
    Token(usize, Ticket, Mono),
    Timer(usize),
}

struct User {
    credential: Credential,
    /// Threads that wait for a token.
    waiting: Vec<usize>,
    wake: Option<Mono>,
}

struct World<'l> {
    load: &'l Load,
    now: Mono,
    users: Vec<User>,
    admission: Admission,
    dice: SplitMix,
    /// For the machines, so that their draws change nothing in the load.
    jitter: SplitMix,
    queue: BinaryHeap<Reverse<(Mono, u64, Next)>>,
    scheduled: u64,
    dead: BTreeSet<(usize, Generation)>,
    /// Of each revoked token: which revocation, and when its first 401 was reported.
    revoked: BTreeMap<(usize, Generation), (usize, Option<Mono>)>,
    sent: Vec<(usize, Mono)>,
    outcome: Outcome,
}

/// Plays a load.
pub(crate) fn play(load: &Load, seed: u64) -> Outcome {
    let policy = std::sync::Arc::new(load.policy);
    let user = |_| User {
        credential: Credential::new("client", std::sync::Arc::clone(&policy), GrantSources::PRIMARY),
        waiting: Vec::new(),
        wake: None,
    };
    let mut world = World {
        load,
        now: Mono::ZERO,
        users: (0..load.users).map(user).collect(),
        admission: Admission::default(),
        dice: SplitMix::seeded(seed),
        jitter: SplitMix::seeded(!seed),
        queue: BinaryHeap::new(),
        scheduled: 0,
        dead: BTreeSet::new(),
        revoked: BTreeMap::new(),
        sent: Vec::new(),
        outcome: Outcome::default(),
    };
    world.begin();
    world.run();
    world.end()
}

impl World<'_> {
    /// Everybody has a token before the load begins.
    fn begin(&mut self) {
        for user in 0..self.users.len() {
            self.happen(user, Event::RunStarted);
            self.happen(user, Event::Wanted);
        }
        while let Some(Reverse((.., next))) = self.queue.pop() {
            if let Next::Token(user, ticket, sent) = next {
                self.token(user, ticket, sent); // at once: the clock stands still
            }
        }
        self.users.iter_mut().for_each(|user| user.wake = None);
        self.sent.clear();
        for at in self.load.revoked.clone() {
            self.after(at, Next::Revocation);
        }
        match self.load.senders {
            Senders::Rate(_) => self.after(Duration::ZERO, Next::Arrival),
            Senders::Threads(threads, think) => {
                for thread in 0..threads {
                    let start = think.mul_f64(self.dice.unit());
                    self.after(start, Next::Thread(thread));
                }
            }
        }
    }

    fn run(&mut self) {
        let end = Mono::ZERO.after(self.load.length);
        while let Some(Reverse((at, _, next))) = self.queue.pop() {
            if at > end {
                return;
            }
            self.now = at;
            match next {
                Next::Arrival => {
                    let Senders::Rate(rate) = self.load.senders else { continue };
                    let gap = Duration::from_secs_f64(-(1.0 - self.dice.unit()).ln() / rate);
                    self.after(gap, Next::Arrival);
                    #[allow(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        clippy::cast_precision_loss
                    )]
                    let user = (self.dice.unit() * self.users.len() as f64) as usize;
                    self.read(user);
                }
                Next::Thread(thread) => self.read(thread),
                Next::Revocation => self.revoke(),
                Next::Served(request) => self.serve(request),
                Next::Reported { request, refused, dead } => self.report(request, refused, dead),
                Next::Killed(user, generation) => {
                    self.dead.insert((user, generation));
                }
                Next::Token(user, ticket, sent) => self.token(user, ticket, sent),
                Next::Timer(user) => {
                    self.users[user].wake = None;
                    self.happen(user, Event::Timer);
                }
            }
        }
    }

    fn end(mut self) -> Outcome {
        for index in 0..self.load.revoked.len() {
            let firsts = self.revoked.iter().filter(|(_, (revocation, _))| *revocation == index);
            let mut slowest = Some(Duration::ZERO);
            for ((user, _), (_, first)) in firsts {
                let Some(first) = first else { continue };
                let early = first.before(self.load.token_latency); // one under way will do
                let request = self.sent.iter().find(|(who, at)| who == user && *at >= early);
                slowest = request.and_then(|(_, at)| Some(slowest?.max(at.since(*first))));
            }
            self.outcome.detected.push(slowest);
        }
        self.outcome.mints = self.sent.iter().map(|(_, at)| at.since(Mono::ZERO)).collect();
        self.outcome.learned = self.users.iter().filter(|user| user.credential.has_learned()).count();
        self.outcome
    }

    fn after(&mut self, by: Duration, next: Next) {
        self.scheduled += 1;
        self.queue.push(Reverse((self.now.after(by), self.scheduled, next)));
    }

    /// A thread wants to send; of users who send at a rate, thread and user are the same.
    fn read(&mut self, thread: usize) {
        self.outcome.reads += 1;
        if !self.send(thread) {
            self.outcome.waits += 1;
            let user = thread % self.users.len();
            self.users[user].waiting.push(thread);
            self.happen(user, Event::Wanted);
        }
    }

    fn send(&mut self, thread: usize) -> bool {
        let user = thread % self.users.len();
        let waiter = Waiter { waited: Duration::ZERO, limit: Duration::MAX, floor: Duration::ZERO };
        let Outlook::Serve(token) = self.users[user].credential.outlook(self.now, &waiter) else {
            return false;
        };
        let generation = token.generation;
        self.happen(user, Event::Read(generation));
        self.after(ON_THE_WAY, Next::Served(Request { user, thread, generation, sent: self.now }));
        true
    }

    fn serve(&mut self, request: Request) {
        let dead = self.dead.contains(&(request.user, request.generation));
        let chance = self.dice.unit();
        #[allow(clippy::cast_precision_loss)]
        let stray = match self.load.senders {
            Senders::Threads(threads, _) if self.load.pinned => {
                (request.thread as f64) < threads as f64 * self.load.stray
            }
            _ => chance < self.load.stray,
        };
        let refused = dead || stray || self.load.outage.contains(&self.now.since(Mono::ZERO));
        let Range { start, end } = self.load.answers;
        let answer = start + (end - start).mul_f64(self.dice.unit());
        let latency = if refused { REFUSING } else { answer };
        self.after(latency, Next::Reported { request, refused, dead });
    }

    fn report(&mut self, request: Request, refused: bool, dead: bool) {
        let Request { user, thread, generation, sent } = request;
        if refused {
            self.outcome.rejections += 1;
            if let Some((_, first)) = self.revoked.get_mut(&(user, generation)).filter(|_| dead) {
                first.get_or_insert(self.now);
                self.outcome.last_dead = self.now.since(Mono::ZERO);
            }
            self.happen(user, Event::Rejected { generation, sent });
        } else if !self.load.failures_only && !self.users[user].credential.knows_accepted(generation) {
            self.happen(user, Event::Accepted { generation, sent });
        }
        if let Senders::Threads(_, think) = self.load.senders {
            let pause = think.mul_f64(0.5 + self.dice.unit());
            self.after(pause, Next::Thread(thread));
        }
    }

    /// All tokens in service die.
    fn revoke(&mut self) {
        let index = self.load.revoked.iter().position(|at| Mono::ZERO.after(*at) == self.now).unwrap();
        for user in 0..self.users.len() {
            let generation = self.users[user].credential.generation();
            self.dead.insert((user, generation));
            self.revoked.insert((user, generation), (index, None));
        }
    }

    fn token(&mut self, user: usize, ticket: Ticket, sent: Mono) {
        let minted = Minted {
            secret: "t0ken".into(),
            lifetime: Some(Duration::from_secs(3600)),
            missing_scopes: Vec::new(),
            scope: None,
            refresh_token: None,
        };
        self.happen(user, Event::Answered { ticket, sent, outcome: Ok(minted) });
        for thread in std::mem::take(&mut self.users[user].waiting) {
            if !self.send(thread) {
                self.users[user].waiting.push(thread);
            }
        }
    }

    fn happen(&mut self, user: usize, event: Event) {
        let now = Now { mono: self.now, wall: Wall(0) };
        let mut ctx = Context { now, jitter: &mut self.jitter };
        let effects = step(&mut self.users[user].credential, &mut self.admission, &mut ctx, event);
        let mut called = None;
        for effect in effects {
            match effect {
                Effect::Send(ticket, ..) => {
                    self.sent.push((user, self.now));
                    if self.load.revokes_previous {
                        let newest = self.users[user].credential.generation();
                        self.after(self.load.token_latency / 2, Next::Killed(user, newest));
                    }
                    self.after(self.load.token_latency, Next::Token(user, ticket, self.now));
                }
                Effect::Call(turn) => {
                    let called_user = |user: &User| user.credential.turn() == Some(turn);
                    called = self.users.iter().position(called_user);
                }
                _ => {}
            }
        }
        let wake = self.users[user].credential.next_wake();
        if wake.is_some() && wake != self.users[user].wake {
            self.users[user].wake = wake;
            let due = wake.unwrap_or(Mono::NEVER).since(self.now);
            self.after(due, Next::Timer(user));
        }
        if let Some(next) = called {
            self.happen(next, Event::Called);
        }
    }
}
