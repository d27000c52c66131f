//! Thousands of users of one client, each with a credential of its own, and a server that does not work: the load on it
//! is that of one user, and so is nearly the work of waiting.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::limits::Limits;
use tollgate_core::machine::admission::{Admission, Ticket};
use tollgate_core::machine::credential::{Credential, Event};
use tollgate_core::machine::step::{Effect, step};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::token_answer::Refusal;
use tollgate_core::time::clock::{Context, Mono, Now, SplitMix, Wall};

/// What happens next, and to whom.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Timer,
    Answer(Ticket, Mono),
}

struct Outcome {
    requests: u64,
    timers: u64,
}

/// Everybody wants a token from the first moment on, and every request fails after `silence`.
fn outage(users: usize, silence: Duration, length: Duration) -> Outcome {
    let mut admission = Admission::default();
    let mut credentials: Vec<_> =
        (0..users).map(|_| Credential::new("client", POLICY, GrantSources::PRIMARY)).collect();
    let mut dice = SplitMix::seeded(7);
    let mut due: BinaryHeap<Reverse<(Mono, usize, Next)>> = BinaryHeap::new();
    let mut outcome = Outcome { requests: 0, timers: 0 };
    let mut happen = |at: Mono, who: usize, event: Event, due: &mut BinaryHeap<_>| {
        let mut ctx = Context { now: Now { mono: at, wall: Wall(0) }, jitter: &mut dice };
        let credential = &mut credentials[who];
        for effect in step(credential, &mut admission, &mut ctx, event) {
            if let Effect::Send(ticket, ..) = effect {
                outcome.requests += 1;
                due.push(Reverse((at.after(silence), who, Next::Answer(ticket, at))));
            }
        }
        if let Some(wake) = credential.next_wake() {
            due.push(Reverse((wake, who, Next::Timer)));
        }
    };
    for who in 0..users {
        happen(Mono::ZERO, who, Event::RunStarted, &mut due);
        happen(Mono::ZERO, who, Event::Wanted, &mut due);
    }
    let mut timers = 0;
    while let Some(Reverse((at, who, next))) = due.pop() {
        if at > Mono::ZERO.after(length) {
            break;
        }
        match next {
            Next::Timer => {
                timers += 1;
                happen(at, who, Event::Timer, &mut due);
            }
            Next::Answer(ticket, sent) => {
                let outcome = Err(Refusal::not_sent("nothing came"));
                happen(at, who, Event::Answered { ticket, sent, outcome }, &mut due);
                happen(at, who, Event::Wanted, &mut due);
            }
        }
    }
    outcome.timers = timers;
    outcome
}

/// The first moments differ by as many as may be under way at once; from the first failure on all wait for the same.
#[test]
fn users_do_not_multiply_the_load_on_a_dead_server() {
    let half_an_hour = Duration::from_secs(1800);
    for (users, silence) in [(10, 15_000), (500, 15_000), (500, 20), (5_000, 20)] {
        let silence = Duration::from_millis(silence);
        let [one, all] = [1, users].map(|users| outage(users, silence, half_an_hour).requests);
        // Waits are random, so that half an hour has a few slots more or less.
        assert!(all < one + u64::from(Limits::CONCURRENT) + one / 4, "{users} users: {all}, one: {one}");
    }
}

/// A probe of 15 s is waited for by all. Each of a few looks ten times a second; all of many, ten thousand times.
#[test]
fn users_who_wait_take_turns() {
    let timers = |users| outage(users, Duration::from_secs(15), Duration::from_secs(30)).timers;
    let (few, many) = (timers(10), timers(20_000));
    assert!((1_000..3_000).contains(&few), "{few}");
    // And once each whenever the gate opens or closes.
    assert!((100_000..400_000).contains(&many), "{many}");
}
