//! What holds for every sequence of events.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "properties/acts.rs"]
mod acts;
mod model;

use std::sync::Arc;
use std::time::Duration;

use acts::{Act, CLIENTS, End, POOL, VIEWS, act, grant_sources, manner, perform};
use model::{POLICY, PRESENTED, World, patient, token};
use proptest::prelude::*;
use tollgate_core::config::policy::Policy;
use tollgate_core::machine::{Input, Seat};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::token_answer::Class;

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    /// The model of `model/mod.rs` objects to nothing, in whatever order things happen; and once the server is well
    /// again, every reader that wants a token gets one: no state is a dead end.
    #[test]
    fn no_sequence_of_events_breaks_a_rule(
        clients in prop::collection::vec(0..CLIENTS, 1..6),
        has_pool in any::<bool>(),
        policies in prop::collection::vec(manner(), VIEWS),
        sources in grant_sources(),
        seed in any::<u64>(),
        acts in prop::collection::vec((0..8_usize, act()), 1..120),
    ) {
        let views: Vec<_> = policies.into_iter().map(Arc::new).collect();
        let mut world = World::empty(seed);
        let slots = clients.iter().filter(|client| **client == 0).count();
        let mut slot = 0;
        for (number, client) in clients.iter().enumerate() {
            let seat = (has_pool && *client == 0).then(|| {
                slot += 1;
                Seat { pool: POOL, slot: slot - 1, slots }
            });
            world.add(*client, &views[number % VIEWS], PRESENTED, sources.clone(), seat);
        }
        for (number, act) in &acts {
            perform(&mut world, &views, *number, act);
        }
        world.happen(Input::PoolRenewed(POOL));
        let all = world.credentials.len();
        let there: Vec<_> = (0..all).filter(|who| world.is_there(*who)).collect();
        for who in there {
            let mut served = false;
            // No window or cool-down of these events is longer than 49 hours.
            for _ in 0..500 {
                if views.iter().any(|view| view.limits.budget.is_some_and(|budget| budget.window.is_none())) {
                    world.happen(Input::RunStarted); // nothing else makes such a budget whole again
                    world.fire();
                }
                world.look(who, &patient());
                world.fire();
                (0..all).for_each(|each| world.answer(each, token(Some(Duration::from_secs(1000)))));
                world.fire();
                served = world.look(who, &patient()).is_some();
                if served {
                    break;
                }
                let later = world.now.mono.after(Duration::from_secs(600));
                let next = world.next_timeout().map_or(later, |due| due.min(later));
                world.pass(next.since(world.now.mono));
            }
            prop_assert!(served, "credential {} never recovered", who);
        }
    }

    /// Once shut down, no credential sends or serves, whatever happens.
    #[test]
    fn after_the_end_nothing_happens(
        seed in any::<u64>(),
        before in prop::collection::vec((0..4_usize, act()), 0..30),
        after in prop::collection::vec((0..4_usize, act()), 1..30),
    ) {
        let views: Vec<_> = (0..VIEWS).map(|_| Arc::new(POLICY)).collect();
        let mut world = World::empty(seed);
        let sources = GrantSources { stored: true, ..GrantSources::PRIMARY };
        world.add(0, &views[0], PRESENTED, sources, None);
        before.iter().for_each(|(number, act)| perform(&mut world, &views, *number, act));
        world.happen(Input::ShutDown);
        after.iter().for_each(|(number, act)| perform(&mut world, &views, *number, act));
        prop_assert_eq!(world.next_timeout(), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// A dead server is asked as often as its outage has slots: the times of the attempts are the same for one
    /// waiter and for five hundred, and more scopes add one attempt each at most.
    #[test]
    fn attempts_belong_to_the_outage(
        seed in any::<u64>(),
        scopes in 1..6_usize,
        waiters in 2..30_usize,
        latency in 1..5_000_u64,
        throttled in any::<bool>(),
    ) {
        let one = attempts(seed, 1, 1, latency, throttled);
        let many = attempts(seed, 1, waiters, latency, throttled);
        prop_assert_eq!(&one, &many, "waiters add attempts");
        let wide = attempts(seed, scopes, waiters.min(5), latency, throttled);
        prop_assert!(wide.len() < one.len() + scopes, "{} scopes: {} attempts, one scope: {}", scopes, wide.len(), one.len());
    }
}

#[test]
fn five_hundred_waiters_on_a_dead_server_make_the_attempts_of_one() {
    for throttled in [false, true] {
        let one = attempts(7, 1, 1, 100, throttled);
        assert_eq!(one, attempts(7, 1, 500, 100, throttled));
        assert!((6..=20).contains(&one.len()), "{} attempts in two minutes", one.len());
    }
}

/// When requests go to a server that fails each after `latency` ms, for two minutes, with so many waiters that
/// look again every 200 ms and whenever they are woken.
fn attempts(seed: u64, scopes: usize, waiters: usize, latency: u64, throttled: bool) -> Vec<u64> {
    let mut world = World::new(&vec![0; scopes], POLICY, seed);
    let class = if throttled { Class::Throttled } else { Class::Unavailable };
    let latency = Duration::from_millis(latency);
    let refusal = End::Refused { class, retry_after: None, maybe_processed: true, error: "" };
    let mut sent = Vec::new();
    let wave = Duration::from_millis(200);
    let mut next_wave = world.now.mono;
    let end = world.now.mono.after(Duration::from_secs(120));
    while world.now.mono < end {
        let answer_at =
            |who: usize, world: &World| world.credentials[who].in_flight.map(|(_, at)| at.after(latency));
        let first_answer = (0..scopes).filter_map(|who| answer_at(who, &world)).min();
        let now = [Some(next_wave), first_answer, world.next_timeout()].into_iter().flatten().min().unwrap();
        world.skip(now.since(world.now.mono));
        let before: u64 = world.credentials.iter().map(|credential| credential.sends).sum();
        world.fire();
        for who in 0..scopes {
            let answered = answer_at(who, &world).is_some_and(|at| at <= now);
            if answered {
                world.answer(who, refusal.outcome());
            }
            if answered || next_wave <= now {
                for _ in 0..waiters {
                    world.look(who, &patient());
                }
            }
        }
        world.fire();
        if next_wave <= now {
            next_wave = now.after(wave);
        }
        let after: u64 = world.credentials.iter().map(|credential| credential.sends).sum();
        sent.extend((before..after).map(|_| now.nanos()));
    }
    sent
}

/// The request that tries a server is that of a credential that was removed; where it is lost, the next one tries at once.
#[test]
fn a_removed_credential_is_followed_by_the_next_when_its_request_is_lost() {
    let exchange = |millis| Policy { worst_exchange: Duration::from_millis(millis), ..POLICY };
    let views = [exchange(900), exchange(109), exchange(109)].map(Arc::new);
    let mut world = World::empty(0);
    for (client, view) in [(0, 1), (1, 2), (1, 0)] {
        let sources = GrantSources { stored: true, ..GrantSources::PRIMARY };
        world.add(client, &views[view], PRESENTED, sources, None);
    }
    let look = || Act::Look { floor: Duration::ZERO, limit: Duration::from_nanos(1), times: 1 };
    let end = End::Refused { class: Class::Throttled, retry_after: None, maybe_processed: false, error: "" };
    let acts = [
        (1, look()),
        (1, Act::Answer(end)),
        (0, Act::Pass(Duration::from_millis(942))),
        (0, look()),
        (2, look()),
        (2, Act::Remove),
        (1, look()),
        (0, Act::Pass(Duration::from_secs(9))),
    ];
    for (number, act) in &acts {
        perform(&mut world, &views, *number, act);
    }
    assert!(world.credentials[1].in_flight.is_some(), "it waited for the one that was lost");
}
