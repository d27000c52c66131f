//! A load test against an API that refuses tokens, in virtual time: requests, their answers and their reports go through
//! the machines as the engine sends them.

use secrecy::SecretString;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tollgate_core::config::policy::Policy;
use tollgate_core::machine::{
    ClientPresented, CredentialId, Endpoint, Input, NewCredential, Output, RequestId,
};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::token::Generation;
use tollgate_core::oauth::token_answer::Minted;
use tollgate_core::time::clock::{Jitter, Mono, Now, SplitMix, Wall};

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
    Token(usize, RequestId),
    Timer,
}

/// Threads of a user that wait for a token.
type Waiting = Vec<usize>;

struct World<'l> {
    load: &'l Load,
    now: Mono,
    users: Vec<Waiting>,
    endpoint: Endpoint,
    timer: Option<Mono>,
    dice: SplitMix,
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
    let mut world = World {
        load,
        now: Mono::ZERO,
        users: vec![Waiting::new(); load.users],
        // With chance of its own, so that its draws change nothing in the load.
        endpoint: Endpoint::new(Box::new(SplitMix::seeded(!seed))),
        timer: None,
        dice: SplitMix::seeded(seed),
        queue: BinaryHeap::new(),
        scheduled: 0,
        dead: BTreeSet::new(),
        revoked: BTreeMap::new(),
        sent: Vec::new(),
        outcome: Outcome::default(),
    };
    for user in 0..load.users {
        let new = NewCredential {
            client: "client".into(),
            policy: std::sync::Arc::clone(&policy),
            presented: ClientPresented { grant: "password", authentication: 0 },
            sources: GrantSources::PRIMARY,
            seat: None,
        };
        world.happen(Input::Added(id(user), Box::new(new)));
    }
    world.begin();
    world.run();
    world.end()
}

fn id(user: usize) -> CredentialId {
    CredentialId(user as u64)
}

impl World<'_> {
    /// Everybody has a token before the load begins.
    fn begin(&mut self) {
        self.happen(Input::RunStarted);
        for user in 0..self.users.len() {
            self.happen(Input::Wanted(id(user), Duration::ZERO));
        }
        while let Some(Reverse((.., next))) = self.queue.pop() {
            if let Next::Token(user, request) = next {
                self.token(user, request); // at once: the clock stands still
            }
        }
        self.timer = None;
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
                Next::Token(user, request) => self.token(user, request),
                Next::Timer => {
                    self.timer = None;
                    self.happen(Input::Timeout);
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
        self.outcome.learned =
            (0..self.users.len()).filter(|user| self.credential(*user).has_learned()).count();
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
            self.users[user].push(thread);
            self.happen(Input::Wanted(id(user), Duration::ZERO));
        }
    }

    fn send(&mut self, thread: usize) -> bool {
        let user = thread % self.users.len();
        let Some(token) = self.credential(user).token(self.now) else { return false };
        let generation = token.generation;
        self.happen(Input::Read(id(user), generation));
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
            self.happen(Input::Rejected(id(user), generation, sent));
        } else if !self.load.failures_only && self.credential(user).verdict().0 != Some(generation) {
            self.happen(Input::Accepted(id(user), generation, sent));
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
            let generation = self.credential(user).generation();
            self.dead.insert((user, generation));
            self.revoked.insert((user, generation), (index, None));
        }
    }

    fn token(&mut self, user: usize, request: RequestId) {
        let minted = Minted {
            secret: another_secret(),
            lifetime: Some(Duration::from_secs(3600)),
            missing_scopes: Vec::new(),
            scope: None,
            refresh_token: None,
            peculiarities: Vec::new(),
        };
        self.happen(Input::Answered(request, Ok(minted)));
        for thread in std::mem::take(&mut self.users[user]) {
            if !self.send(thread) {
                self.users[user].push(thread);
            }
        }
    }

    fn credential(&self, user: usize) -> &tollgate_core::machine::Credential {
        self.endpoint.credential(id(user)).unwrap()
    }

    fn happen(&mut self, input: Input) {
        let mut outputs = Vec::new();
        self.endpoint.handle(Now { mono: self.now, wall: Wall(0) }, input, &mut outputs);
        for output in outputs {
            if let Output::Send { credential, request, .. } = output {
                let user = usize::try_from(credential.0).unwrap();
                self.sent.push((user, self.now));
                if self.load.revokes_previous {
                    let newest = self.credential(user).generation();
                    self.after(self.load.token_latency / 2, Next::Killed(user, newest));
                }
                self.after(self.load.token_latency, Next::Token(user, request));
            }
        }
        let timer = self.endpoint.next_timeout();
        if timer.is_some() && timer != self.timer {
            self.timer = timer;
            let due = timer.unwrap_or(Mono::NEVER).since(self.now);
            self.after(due, Next::Timer);
        }
    }
}

/// A token's text: no two are alike, because the same token is the same token.
fn another_secret() -> SecretString {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("t0ken-{}", NEXT.fetch_add(1, Ordering::Relaxed)).into()
}
