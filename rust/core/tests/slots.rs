//! What a slot of a pool does that a credential alone never has to: leave, come back, and wait its turn.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;

use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::Policy;
use tollgate_core::machine::admission::{Admission, Answer, Asked};
use tollgate_core::machine::credential::{Credential, Event};
use tollgate_core::machine::fact::Fact;
use tollgate_core::machine::step::{Effect, step};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::token_answer::{Minted, Refusal};
use tollgate_core::time::clock::{Context, Jitter, Mono, Now, Wall};

struct Half;

impl Jitter for Half {
    fn unit(&mut self) -> f64 {
        0.5
    }
}

const LIMITS: Limits = Limits { concurrent: 64, per_client: Some(5), ..POLICY.limits };

/// One slot and its endpoint.
struct World {
    slot: Credential,
    admission: Admission,
    now: Mono,
}

impl World {
    fn new() -> Self {
        let slot = Credential::new("me", Policy { limits: LIMITS, ..POLICY }, GrantSources::PRIMARY);
        let mut world = Self { slot, admission: Admission::default(), now: Mono::from_nanos(1) };
        world.tell(Event::RunStarted);
        world
    }

    fn tell(&mut self, event: Event) -> Vec<Effect> {
        let mut half = Half;
        let now = Now { mono: self.now, wall: Wall(0) };
        step(&mut self.slot, &mut self.admission, &mut Context { now, jitter: &mut half }, event)
    }

    /// The API answers 401 to this generation.
    fn rejects(&mut self, generation: u64) -> Vec<Effect> {
        self.tell(Event::Rejected { generation, sent: self.now })
    }

    /// Asks for a token; whether a request was sent.
    fn asks(&mut self) -> Option<tollgate_core::machine::admission::Ticket> {
        sent(&self.tell(Event::Wanted))
    }

    fn answer(&mut self, ticket: tollgate_core::machine::admission::Ticket, life: u64) -> Vec<Effect> {
        let minted = Minted {
            secret: "t".to_owned().into(),
            lifetime: Some(Duration::from_secs(life)),
            missing_scopes: Vec::new(),
            scope: None,
            refresh_token: None,
        };
        self.tell(Event::Answered { ticket, sent: self.now, outcome: Ok(minted) })
    }

    fn pass(&mut self, seconds: u64) {
        self.now = self.now.after(Duration::from_secs(seconds));
    }
}

fn sent(effects: &[Effect]) -> Option<tollgate_core::machine::admission::Ticket> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(ticket, ..) => Some(*ticket),
        _ => None,
    })
}

fn withdraws(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Withdraw))
}

fn wakes(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Wake))
}

fn publishes(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Publish))
}

#[test]
fn a_retired_slot_hands_nothing_out_and_asks_for_nothing_until_it_is_recalled() {
    let mut world = World::new();
    let ticket = world.asks().unwrap();
    world.answer(ticket, 100);
    world.tell(Event::Read(1));
    let effects = world.tell(Event::Retired);
    assert!(withdraws(&effects) && wakes(&effects), "{effects:?}");
    assert!(world.slot.is_retired() && world.slot.token(world.now).is_none());
    assert_eq!(world.asks(), None);
    assert_eq!(world.slot.next_wake(), None);
    world.pass(90);
    assert_eq!(sent(&world.tell(Event::Timer)), None, "the refresh ahead would have been due");
    assert_eq!(sent(&world.rejects(1)), None);
    assert_eq!(sent(&world.tell(Event::RunStarted)), None);
    assert_eq!(sent(&world.tell(Event::Recalled)), None, "nobody wants one yet");
    assert!(world.asks().is_some());
}

#[test]
fn a_token_that_comes_for_a_retired_slot_is_counted_and_not_used() {
    let mut world = World::new();
    let ticket = world.asks().unwrap();
    world.tell(Event::Retired);
    let effects = world.answer(ticket, 100);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Note(Fact::Minted { generation: 1, .. }))));
    assert!(!publishes(&effects), "{effects:?}");
    assert!(world.slot.token(world.now).is_none());
    world.tell(Event::Recalled);
    let ticket = world.asks().unwrap();
    assert!(publishes(&world.answer(ticket, 100)));
    assert_eq!(world.slot.generation(), 2);
}

/// The mints of other slots killed two of its tokens: the third 401 is about the token again.
#[test]
fn what_the_others_did_is_forgotten_of_the_slot_that_serves_alone() {
    for alone in [true, false] {
        let mut world = World::new();
        let ticket = world.asks().unwrap();
        world.answer(ticket, 3600);
        let ticket = sent(&world.rejects(1)).unwrap();
        world.answer(ticket, 3600);
        assert_eq!(sent(&world.rejects(2)), None, "one of many, perhaps");
        if alone {
            world.tell(Event::Alone);
        }
        assert_eq!(sent(&world.rejects(2)).is_some(), alone);
    }
}

#[test]
fn a_lane_can_serve_with_a_token_or_if_it_may_ask_for_one_soon() {
    let mut world = World::new();
    let (now, later) = (world.now, world.now.after(Duration::from_secs(1)));
    assert!(world.slot.can_serve(now, now), "none yet, and nothing in the way");
    assert!(!world.slot.can_serve(now, later), "a closed gate");
    let ticket = world.asks().unwrap();
    assert!(world.slot.can_serve(now, now), "one is on its way");
    world.answer(ticket, 3600);
    assert!(world.slot.can_serve(now, later), "a token serves whatever the gate");
    world.tell(Event::Retired);
    world.tell(Event::Recalled);
    let ticket = world.asks().unwrap();
    let refusal = Refusal { code: tollgate_core::failure::Code::CredentialRejected, ..refused() };
    world.tell(Event::Answered { ticket, sent: world.now, outcome: Err(refusal) });
    assert!(!world.slot.can_serve(world.now, world.now), "refused for good");
    world.tell(Event::Reconfigured);
    assert!(world.slot.can_serve(world.now, world.now));
}

fn refused() -> Refusal {
    Refusal {
        class: tollgate_core::oauth::token_answer::Class::Permanent,
        error: Some("invalid_client".into()),
        ..Refusal::not_sent("no such client")
    }
}

#[test]
fn a_budget_that_is_used_up_is_no_lane_to_wait_in_and_a_crowd_is() {
    let budget = tollgate_core::time::budget::Budget { most: 1, window: None };
    let policy = Policy { limits: Limits { budget: Some(budget), ..LIMITS }, ..POLICY };
    let mut world = World { slot: Credential::new("me", policy, GrantSources::PRIMARY), ..World::new() };
    let ticket = world.asks().unwrap();
    world.answer(ticket, 10);
    world.pass(11);
    assert_eq!(world.asks(), None);
    assert!(!world.slot.can_serve(world.now, world.now));
    let mut crowded = World::new();
    let mut half = Half;
    let mut ctx = Context { now: Now { mono: crowded.now, wall: Wall(0) }, jitter: &mut half };
    let asked = Asked {
        client: "me",
        voluntary: false,
        worst_exchange: POLICY.worst_exchange,
        limits: &LIMITS,
        turn: None,
    };
    (0..5).for_each(|_| assert!(matches!(crowded.admission.ask(&mut ctx, &asked), Answer::Granted(_))));
    assert_eq!(crowded.asks(), None);
    assert!(crowded.slot.can_serve(crowded.now, crowded.now));
}

#[test]
fn a_pool_is_filled_five_at_a_time_beside_whatever_other_clients_do() {
    let mut admission = Admission::default();
    let mut half = Half;
    let mut ctx = Context { now: Now { mono: Mono::from_nanos(1), wall: Wall(0) }, jitter: &mut half };
    let asked = |client| Asked {
        client,
        voluntary: false,
        worst_exchange: POLICY.worst_exchange,
        limits: &LIMITS,
        turn: None,
    };
    let mut tickets = Vec::new();
    for _ in 0..5 {
        let Answer::Granted(ticket) = admission.ask(&mut ctx, &asked("a")) else {
            panic!("five are granted")
        };
        tickets.push(ticket);
    }
    let Answer::NotBefore(until, why) = admission.ask(&mut ctx, &asked("a")) else {
        panic!("a sixth is not")
    };
    assert!(until > ctx.now.mono && until.since(ctx.now.mono) < Duration::from_millis(200));
    assert!(why.message.contains("5 token requests of this client are in flight"), "{}", why.message);
    assert!(matches!(admission.ask(&mut ctx, &asked("b")), Answer::Granted(_)), "another client");
    admission.settle(&mut ctx, "a", tickets[0], &POLICY.backoff, None);
    assert!(matches!(admission.ask(&mut ctx, &asked("a")), Answer::Granted(_)), "one was answered");
}
