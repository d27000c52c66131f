//! 401s in a fleet: what its processes replace together, and how soon they find a token revoked.
//!
//! Processes with a machine each, one store in between, and an API that refuses a share of all requests or all of one token.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::policy::Policy;
use tollgate_core::machine::rejection::Replacement;
use tollgate_core::machine::{CredentialId, Input, Output, RequestId, SharedToken, StoreAnswer};
use tollgate_core::oauth::token_answer::Minted;
use tollgate_core::time::clock::{Jitter, Mono, SplitMix};
use virtual_time::{HOUR, MINUTE, SECOND, VirtualTime, token};

const SHARED: Policy = Policy { shared: true, ..POLICY };
const ID: CredentialId = CredentialId(0);

/// How long the token server takes.
const EXCHANGE: Duration = Duration::from_millis(50);

/// One process.
struct Node {
    time: VirtualTime,
    /// The number of its token.
    known: u64,
    next_request: Mono,
}

/// What the processes share of 401s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sharing {
    Nothing,
    /// That a token was replaced for them, and how long distances and runs are.
    Replacements,
    /// The same, and none replaces another before the distance to the last replacement of any has passed.
    Distance,
}

/// A fleet, its store and its API.
struct Fleet {
    nodes: Vec<Node>,
    now: Mono,
    /// Between two requests of a node.
    pause: Duration,
    /// The share of requests that the API refuses without a reason.
    stray: f64,
    chance: SplitMix,
    sharing: Sharing,
    newest: u64,
    is_dead: bool,
    replacement: Option<Replacement>,
    in_flight: Option<(Mono, usize, RequestId)>,
    /// Tokens up to this one are revoked.
    revoked: u64,
    /// When token requests were sent.
    sent: Vec<Mono>,
    /// When the API refused a revoked token first.
    refused: Option<Mono>,
}

impl Fleet {
    /// So many nodes that send so many requests a second together.
    fn new(nodes: u32, rate: u32, stray: f64, sharing: Sharing, seed: u64) -> Self {
        let pause = SECOND * nodes / rate;
        let nodes = (0..nodes).map(|at| {
            let mut time = VirtualTime::seeded(seed);
            time.add(ID.0, "client", &Arc::new(SHARED));
            Node { time, known: 0, next_request: Mono::from_nanos(1).after(pause * at / nodes) }
        });
        Self {
            nodes: nodes.collect(),
            now: Mono::from_nanos(1),
            pause,
            stray,
            chance: SplitMix::seeded(seed),
            sharing,
            newest: 0,
            is_dead: false,
            replacement: None,
            in_flight: None,
            revoked: 0,
            sent: Vec::new(),
            refused: None,
        }
    }

    fn happen(&mut self, at: usize, input: Input) {
        let node = &mut self.nodes[at];
        node.time.now = self.now;
        node.time.happen(input);
        let asked = node.time.outputs.iter().find_map(|output| match output {
            Output::Admit { request, rejected, .. } => Some((*request, *rejected)),
            _ => None,
        });
        if let Some((request, rejected)) = asked {
            self.admit(at, request, rejected);
        }
    }

    /// What the script of the store does.
    fn admit(&mut self, at: usize, request: RequestId, rejected: bool) {
        if let Some(Replacement { asked, distance, .. }) = self.replacement
            && self.sharing == Sharing::Distance
            && rejected
            && self.nodes[at].time.has_token(ID)
            // It was doubled for the next.
            && self.now < asked.after(distance / 2)
        {
            // It asks again and again, until its token is withdrawn for a run that chance can't explain.
            let soon = self.now.after(Duration::from_millis(10));
            return self.happen(at, Input::Store(request, StoreAnswer::Held(soon)));
        }
        let known = self.nodes[at].known;
        self.is_dead |= rejected && known == self.newest;
        let answer = if self.newest > known && !self.is_dead {
            self.nodes[at].known = self.newest;
            let secret = format!("token {}", self.newest).into();
            let replacement = self.replacement.filter(|_| self.sharing != Sharing::Nothing);
            StoreAnswer::Token(SharedToken { secret, ends: self.now.after(HOUR), scope: None, replacement })
        } else if self.in_flight.is_some() {
            StoreAnswer::Held(self.now.after(SECOND))
        } else {
            self.in_flight = Some((self.now.after(EXCHANGE), at, request));
            self.sent.push(self.now);
            StoreAnswer::Granted { refresh_token: None, store_is_silent: false }
        };
        self.happen(at, Input::Store(request, answer));
    }

    /// The token server answers, and the store tells the others.
    fn mint(&mut self, at: usize, request: RequestId) {
        self.newest += 1;
        self.is_dead = false;
        self.nodes[at].known = self.newest;
        let secret = format!("token {}", self.newest).into();
        self.in_flight = None;
        self.happen(at, Input::Answered(request, token(HOUR).map(|minted| Minted { secret, ..minted })));
        self.replacement = self.nodes[at].time.endpoint.credential(ID).unwrap().replacement();
        for other in (0..self.nodes.len()).filter(|other| *other != at) {
            self.happen(other, Input::StoreChanged(ID, true));
        }
    }

    /// A thread sends a request with the token at hand, or wants one.
    fn request(&mut self, at: usize) {
        self.nodes[at].next_request = self.now.after(self.pause);
        let node = &self.nodes[at];
        if !node.time.has_token(ID) {
            return self.happen(at, Input::Wanted(ID, Duration::ZERO));
        }
        let (generation, known) = (node.time.generation(ID), node.known);
        self.happen(at, Input::Read(ID, generation));
        if known <= self.revoked {
            self.refused.get_or_insert(self.now);
            self.happen(at, Input::Rejected(ID, generation, self.now));
        } else if self.chance.unit() < self.stray {
            self.happen(at, Input::Rejected(ID, generation, self.now));
        } else {
            self.happen(at, Input::Accepted(ID, generation, self.now));
        }
    }

    /// Lets time pass.
    fn run(&mut self, length: Duration) {
        let end = self.now.after(length);
        loop {
            let requests = self.nodes.iter().enumerate().map(|(at, node)| (node.next_request, at));
            let (request, at) = requests.min().unwrap();
            let timers = self.nodes.iter().enumerate();
            let timer = timers.filter_map(|(at, node)| Some((node.time.endpoint.next_timeout()?, at))).min();
            let answer = self.in_flight.map_or(Mono::NEVER, |(due, ..)| due);
            let timer_due = timer.map_or(Mono::NEVER, |(due, _)| due);
            let due = request.min(answer).min(timer_due).max(self.now);
            if due > end {
                self.now = end;
                return;
            }
            self.now = due;
            match (self.in_flight, timer) {
                (Some((due, at, request)), _) if due <= self.now => self.mint(at, request),
                (_, Some((due, at))) if due <= self.now => self.happen(at, Input::Timeout),
                _ => self.request(at),
            }
        }
    }

    /// The API refuses the newest token from now on. From its first 401 to the next token request.
    fn revoke(&mut self) -> Duration {
        (self.revoked, self.refused) = (self.newest, None);
        let sent = self.sent.len();
        for _ in 0..100_000 {
            self.run(Duration::from_millis(1));
            if let Some(next) = self.sent.get(sent) {
                return self.refused.map_or(Duration::ZERO, |refused| next.since(refused));
            }
        }
        panic!("no token is requested");
    }
}

/// Token requests of a fleet in some minutes of 400 requests a second.
fn mints(nodes: u32, stray: f64, sharing: Sharing) -> usize {
    let mut fleet = Fleet::new(nodes, 400, stray, sharing, 1);
    fleet.run(MINUTE * 2);
    fleet.sent.len()
}

/// The longest time from a first 401 to the token request that it causes, where the token was revoked some seconds before too.
fn slowest(nodes: u32, rate: u32, stray: f64, sharing: Sharing) -> Duration {
    let of = |seed| {
        let mut fleet = Fleet::new(nodes, rate, stray, sharing, seed);
        fleet.run(SECOND * 35);
        fleet.revoke();
        fleet.run(SECOND * 5);
        fleet.revoke()
    };
    (0..2).map(of).max().unwrap()
}

#[test]
fn four_processes_under_stray_401s_replace_what_one_replaces() {
    let one = mints(1, 0.01, Sharing::Nothing);
    let alone = mints(4, 0.01, Sharing::Nothing);
    let fleet = mints(4, 0.01, Sharing::Replacements);
    println!("one in a hundred: one process {one}, four {fleet}, four by themselves {alone}");
    assert!(fleet <= one && alone > one, "{fleet}, {one}, {alone}");
}

#[test]
fn many_processes_replace_fewer_together_than_each_for_itself() {
    let (alone, fleet) = (mints(20, 0.5, Sharing::Nothing), mints(20, 0.5, Sharing::Replacements));
    println!("half refused: twenty processes {fleet}, twenty by themselves {alone}");
    assert!(fleet * 2 <= alone, "{fleet}, {alone}");
}

#[test]
fn a_revoked_token_is_replaced_as_soon_as_without_sharing() {
    const SOON: Duration = Duration::from_millis(250);
    let mut by_distance = Duration::ZERO;
    for stray in [0.0, 0.01, 0.05] {
        for (nodes, rate) in [(4, 400), (4, 40)] {
            let shared = slowest(nodes, rate, stray, Sharing::Replacements);
            println!("{nodes} processes, {rate} requests a second, {stray} refused: {shared:?}");
            assert!(
                shared <= SOON,
                "{nodes} processes, {rate} requests a second, {stray} refused: {shared:?}"
            );
            by_distance = by_distance.max(slowest(nodes, rate, stray, Sharing::Distance));
        }
    }
    // Which is why it is not shared: ten requests a second take long to be sixteen in a row.
    println!("with one distance for all: {by_distance:?}");
    assert!(by_distance > SOON * 4, "{by_distance:?}");
}
