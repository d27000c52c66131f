//! Tens of thousands of users of one profile in virtual time: when they refresh, and what those cost whom nobody reads.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::policy::{Policy, Refresh};
use tollgate_core::machine::admission::{Admission, Ticket, Turn};
use tollgate_core::machine::credential::{Credential, Event};
use tollgate_core::machine::step::{Effect, step};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::token_answer::Minted;
use tollgate_core::time::clock::{Context, Mono, Now, SplitMix, Wall};

const HOUR: Duration = Duration::from_secs(3600);

/// What happens next, and to whom.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Timer,
    Answer(Ticket, Mono),
}

/// One request, when it was sent, and how long after it was due.
struct Sent {
    at: Mono,
    late: Duration,
}

/// Everybody signs in at once; whoever is `read` reads each token as it comes. The server takes `exchange` for an answer,
/// for as many at a time as the policy lets through.
struct Town {
    credentials: Vec<Credential>,
    admission: Admission,
    dice: SplitMix,
    due: BinaryHeap<Reverse<(Mono, usize, Next)>>,
    /// When each wanted to be woken last.
    wakes: Vec<Option<Mono>>,
    standing: std::collections::HashMap<Turn, usize>,
    sent: Vec<Sent>,
    timers: usize,
    vacated: usize,
    life: Duration,
    exchange: Duration,
    is_read: bool,
}

impl Town {
    fn of(users: usize, policy: Policy, (life, exchange): (Duration, Duration), is_read: bool) -> Self {
        let terms = std::sync::Arc::new(policy);
        let user = |_| Credential::new("client", std::sync::Arc::clone(&terms), GrantSources::PRIMARY);
        Self {
            credentials: (0..users).map(user).collect(),
            admission: Admission::default(),
            dice: SplitMix::seeded(7),
            due: BinaryHeap::new(),
            wakes: vec![None; users],
            standing: Default::default(),
            sent: Vec::new(),
            timers: 0,
            vacated: 0,
            life,
            exchange,
            is_read,
        }
    }

    fn happen(&mut self, at: Mono, who: usize, event: Event) {
        let was_due = self.credentials[who].next_wake();
        let mut ctx = Context { now: Now { mono: at, wall: Wall(0) }, jitter: &mut self.dice };
        let effects = step(&mut self.credentials[who], &mut self.admission, &mut ctx, event);
        let mut called = None;
        for effect in effects {
            match effect {
                Effect::Send(ticket, ..) => {
                    // A place in the line is waited for; the wait began when it was first wanted.
                    let wanted = self.wakes[who].or(was_due).unwrap_or(at);
                    self.sent.push(Sent { at, late: at.since(wanted) });
                    self.due.push(Reverse((at.after(self.exchange), who, Next::Answer(ticket, at))));
                }
                Effect::Stand(turn) => {
                    self.standing.insert(turn, who);
                }
                Effect::Leave(turn) => {
                    self.standing.remove(&turn);
                }
                Effect::Call(turn) => called = self.standing.get(&turn).copied(),
                Effect::Vacate => self.vacated += 1,
                _ => {}
            }
        }
        if self.credentials[who].turn().is_none() {
            self.wakes[who] = self.credentials[who].next_wake();
        }
        if let Some(wake) = self.credentials[who].next_wake()
            && Some(wake) != was_due
        {
            self.due.push(Reverse((wake, who, Next::Timer)));
        }
        if let Some(next) = called {
            self.happen(at, next, Event::Called);
        }
    }

    /// Lets it live for so long.
    fn live(&mut self, length: Duration) {
        for who in 0..self.credentials.len() {
            self.happen(Mono::ZERO, who, Event::RunStarted);
            self.happen(Mono::ZERO, who, Event::Wanted);
        }
        while let Some(Reverse((at, who, next))) = self.due.pop() {
            if at > Mono::ZERO.after(length) {
                return;
            }
            match next {
                Next::Timer if self.credentials[who].next_wake() != Some(at) => {}
                Next::Timer => {
                    self.timers += 1;
                    self.happen(at, who, Event::Timer);
                }
                Next::Answer(ticket, sent) => {
                    let outcome = Ok(Minted {
                        secret: "token".to_owned().into(),
                        lifetime: Some(self.life),
                        refresh_token: None,
                        scope: None,
                        missing_scopes: Vec::new(),
                    });
                    self.happen(at, who, Event::Answered { ticket, sent, outcome });
                    if self.is_read {
                        let generation = self.credentials[who].generation();
                        self.happen(at, who, Event::Read(generation));
                    }
                }
            }
        }
    }

    /// Most requests in one second, of those sent between these.
    fn crest(&self, from: Duration, to: Duration) -> usize {
        let (from, to) = (Mono::ZERO.after(from), Mono::ZERO.after(to));
        let mut seconds = std::collections::BTreeMap::<u64, usize>::new();
        for sent in self.sent.iter().filter(|sent| (from..to).contains(&sent.at)) {
            *seconds.entry(sent.at.since(Mono::ZERO).as_secs()).or_default() += 1;
        }
        seconds.into_values().max().unwrap_or(0)
    }
}

/// The first wave comes at 8000 a second, as fast as eight places let it.
const QUICK: Duration = Duration::from_millis(1);

#[test]
fn a_wave_of_users_does_not_come_back_as_a_wave() {
    let users = 40_000;
    let mut town = Town::of(users, POLICY, (HOUR, QUICK), true);
    town.live(HOUR * 2);
    let minutes = |n: u32| Duration::from_secs(60) * n;
    let (first, second) = (town.crest(Duration::ZERO, minutes(30)), town.crest(minutes(30), minutes(80)));
    let third = town.crest(minutes(90), minutes(120));
    println!("crests: {first}/s, {second}/s, {third}/s; {} requests", town.sent.len());
    assert!(first > 7_000, "{first} a second, as fast as the server allows");
    assert!(
        second < 800,
        "{second} a second: ten times less than the first wave; with a tenth of the margin 1,400"
    );
    assert!(third < 400, "{third} a second: no wave is left");
    assert!(town.sent.len() <= 3 * users, "{}: in two hours no more than without it", town.sent.len());
}

#[test]
fn a_few_refresh_as_late_as_ever() {
    let mut town = Town::of(100, POLICY, (HOUR, QUICK), true);
    town.live(HOUR);
    let earliest = town.sent[100..].iter().map(|sent| sent.at).min().unwrap();
    // L − 1.1·m with m = 5 min.
    assert!(earliest >= Mono::ZERO.after(HOUR - Duration::from_secs(330)), "{earliest:?}");
}

#[test]
fn late_means_late_however_many_there_are() {
    let policy = Policy { refresh: Refresh::Late, ..POLICY };
    let mut town = Town::of(5_000, policy, (HOUR, QUICK), true);
    town.live(HOUR);
    let earliest = town.sent[5_000..].iter().map(|sent| sent.at).min().unwrap();
    assert!(earliest >= Mono::ZERO.after(HOUR - Duration::from_secs(1)), "{earliest:?}");
}

/// 100 ms an answer and eight at a time are 80 a second; 3000 tokens of a minute need 67.
#[test]
fn no_refresh_is_late_while_the_server_keeps_up() {
    let life = Duration::from_secs(60);
    let mut town = Town::of(3_000, POLICY, (life, Duration::from_millis(100)), true);
    town.live(life * 10);
    // The first lives are still of the wave in which all signed in.
    let settled = town.sent.iter().filter(|sent| sent.at > Mono::ZERO.after(life * 5));
    let latest = settled.map(|sent| sent.late).max().unwrap();
    println!("latest: {latest:?}");
    assert!(latest <= life / 100, "{latest:?}");
    let expired = town.credentials.iter().filter(|one| one.token(Mono::ZERO.after(life * 10)).is_none());
    assert_eq!(expired.count(), 0, "nobody is without a token");
}

#[test]
fn whom_nobody_reads_costs_one_request_and_two_timers_ever() {
    let users = 10_000;
    let mut town = Town::of(users, POLICY, (HOUR, QUICK), false);
    town.live(HOUR * 24 * 7);
    assert_eq!(town.sent.len(), users, "one request each");
    assert_eq!(town.vacated, users, "nothing is kept for a token that ran out");
    assert!(
        town.credentials.iter().all(|one| one.next_wake().is_none()),
        "and nobody wants to be woken again"
    );
    let looks = town.timers - 2 * users; // while they stood in line
    assert!(looks < users * 3, "{looks}");
}
