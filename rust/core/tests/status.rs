//! What the machines say of themselves to whoever asks: status lines, summaries and the engine's own decisions rest on it.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;

use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::{Policy, Refresh};
use tollgate_core::machine::admission::{Admission, Ticket};
use tollgate_core::machine::credential::{Credential, Event};
use tollgate_core::machine::step::{Effect, step};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::token_answer::{Minted, Refusal};
use tollgate_core::time::budget::Budget;
use tollgate_core::time::clock::{Context, Mono, Now, SplitMix, Wall};

const SECOND: Duration = Duration::from_secs(1);
const BUDGET: Budget = Budget { most: 3, window: Some(Duration::from_secs(60)) };
const LIMITS: Limits = Limits { budget: Some(BUDGET), ..POLICY.limits };

struct One {
    credential: Credential,
    admission: Admission,
    at: Mono,
    sent: Option<Ticket>,
}

impl One {
    fn with(means: GrantSources) -> Self {
        let credential = Credential::new("client", Policy { limits: LIMITS, ..POLICY }, means);
        let mut one = Self { credential, admission: Admission::default(), at: Mono::ZERO, sent: None };
        one.happen(Event::RunStarted);
        one
    }

    fn happen(&mut self, event: Event) {
        let mut jitter = SplitMix::seeded(1);
        let now = Now { mono: self.at, wall: Wall(0) };
        let mut ctx = Context { now, jitter: &mut jitter };
        for effect in step(&mut self.credential, &mut self.admission, &mut ctx, event) {
            if let Effect::Send(ticket, ..) = effect {
                self.sent = Some(ticket);
            }
        }
    }

    fn rejects(&mut self, generation: u64) {
        self.happen(Event::Rejected { generation, sent: self.at });
    }

    fn accepts(&mut self, generation: u64) {
        self.happen(Event::Accepted { generation, sent: self.at });
    }

    fn answer(&mut self, outcome: Result<Minted, Refusal>) {
        let ticket = self.sent.take().unwrap();
        self.happen(Event::Answered { ticket, sent: self.at, outcome });
    }

    /// A token of ten minutes.
    fn mint(&mut self, refresh_token: Option<&str>) {
        self.happen(Event::Wanted);
        let (secret, lifetime) = ("token".into(), Some(600 * SECOND));
        let refresh_token = refresh_token.map(Into::into);
        self.answer(Ok(Minted { secret, lifetime, missing_scopes: Vec::new(), scope: None, refresh_token }));
        self.happen(Event::Read(self.credential.generation()));
    }

    fn left(&self) -> (u32, Option<Mono>) {
        self.admission.left(self.at, "client", BUDGET)
    }
}

#[test]
fn generations_count_the_tokens() {
    let mut one = One::with(GrantSources::PRIMARY);
    assert_eq!(one.credential.generation(), 0);
    one.mint(None);
    assert_eq!(one.credential.generation(), 1);
    one.rejects(1);
    assert_eq!(one.credential.generation(), 1, "it names the last one minted, in service or not");
    one.mint(None);
    assert_eq!(one.credential.generation(), 2);
}

#[test]
fn the_refresh_token_at_hand_is_known() {
    let mut one = One::with(GrantSources::PRIMARY);
    assert!(!one.credential.holds_refresh_token() && !one.credential.is_refresh_token("r1"));
    one.mint(Some("r1"));
    assert!(one.credential.holds_refresh_token());
    assert!(one.credential.is_refresh_token("r1") && !one.credential.is_refresh_token("r2"));
}

#[test]
fn what_was_learned_of_the_server_is_told() {
    let mut one = One::with(GrantSources::PRIMARY);
    one.mint(None);
    assert_eq!((one.credential.has_learned(), one.credential.refresh().name()), (false, "ahead"));
    one.at = one.credential.next_wake().unwrap();
    one.happen(Event::Timer);
    one.mint(None);
    one.accepts(2);
    one.rejects(1);
    assert_eq!((one.credential.has_learned(), one.credential.refresh().name()), (true, "late"));
}

#[test]
fn it_is_told_that_the_api_refuses_the_token_in_service_until_it_accepts_it() {
    let mut one = One::with(GrantSources::PRIMARY);
    one.mint(None);
    one.rejects(1);
    one.mint(None);
    one.rejects(2);
    one.rejects(2);
    assert!(!one.credential.keeps_refused_token(one.at), "two in a row may be chance");
    one.rejects(2);
    assert!(one.credential.keeps_refused_token(one.at));
    one.at = one.at.after(SECOND);
    one.accepts(2);
    assert!(!one.credential.keeps_refused_token(one.at));
}

#[test]
fn what_is_left_of_a_budget_is_told_with_the_time_of_the_next() {
    let mut one = One::with(GrantSources::PRIMARY);
    assert_eq!(one.left(), (3, None));
    one.mint(None);
    assert_eq!(one.left(), (2, None));
    for at in [10, 20] {
        one.at = Mono::ZERO.after(at * SECOND);
        for _ in 0..3 {
            one.rejects(one.credential.generation());
        }
        one.mint(None);
        one.accepts(one.credential.generation());
    }
    assert_eq!(one.left(), (0, Some(Mono::ZERO.after(60 * SECOND))), "the first leaves the window first");
    one.at = Mono::ZERO.after(60 * SECOND);
    assert_eq!(one.left(), (1, None), "the window is over for it at that very moment");
    assert_eq!(one.admission.left(one.at, "nobody", BUDGET), (3, None));
}

#[test]
fn modes_have_the_words_of_the_setting() {
    let words = [Refresh::Ahead { learns: false }, Refresh::Late, Refresh::Drain].map(Refresh::name);
    assert_eq!(words, ["ahead", "late", "drain"]);
}
