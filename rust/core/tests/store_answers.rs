//! A credential whose token is shared by a store: what the machine makes of each of the store's answers.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::Policy;
use tollgate_core::failure::Code;
use tollgate_core::machine::fact::Fact;
use tollgate_core::machine::{
    CredentialId, Input, Output, RequestId, SharedLimits, SharedToken, StoreAnswer,
};
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::oauth::token_answer::{Class, Refusal};
use tollgate_core::time::budget::Budget;
use virtual_time::{HOUR, MINUTE, SECOND, VirtualTime, throttled, token};

const SHARED: Policy = Policy { shared: true, ..POLICY };

/// An endpoint with one credential that a reader wants.
struct Asking {
    time: VirtualTime,
    id: CredentialId,
}

impl Asking {
    fn new(policy: Policy) -> Self {
        let mut time = VirtualTime::seeded(1);
        let id = time.add(0, "client", &Arc::new(policy));
        time.want(id);
        Self { time, id }
    }

    /// The request for which the last input asks the store.
    fn asked(&self) -> Option<(RequestId, bool, &SharedLimits)> {
        self.time.outputs.iter().find_map(|output| match output {
            Output::Admit { request, rejected, limits, .. } => Some((*request, *rejected, limits)),
            _ => None,
        })
    }

    fn store(&mut self, answer: StoreAnswer) {
        let request = self.asked().expect("the store is asked").0;
        self.time.happen(Input::Store(request, answer));
    }

    fn grant(&mut self) -> RequestId {
        self.store(StoreAnswer::Granted { refresh_token: None, store_is_silent: false });
        self.time.request_of(self.id).expect("it is sent")
    }

    /// Lets time pass until the store is asked again. How long that was.
    fn waits(&mut self) -> Duration {
        let begun = self.time.now;
        for _ in 0..1000 {
            self.time.now = self.time.endpoint.next_timeout().expect("it asks again").max(self.time.now);
            self.time.happen(Input::Timeout);
            if self.asked().is_some() {
                return self.time.now.since(begun);
            }
        }
        panic!("it never asks again");
    }
}

fn shared(secret: &str, ends: tollgate_core::time::clock::Mono) -> StoreAnswer {
    StoreAnswer::Token(SharedToken { secret: secret.into(), ends, scope: None, replacement: None })
}

#[test]
fn nothing_is_sent_before_the_store_grants_it_and_the_life_of_the_token_counts_from_then() {
    let mut asking = Asking::new(SHARED);
    let question = asking.asked().unwrap().0;
    asking.time.want(asking.id);
    assert!(asking.asked().is_none(), "one question at a time");
    assert!(asking.time.sent.is_empty());
    asking.time.now = asking.time.now.after(SECOND);
    let sent = asking.time.now;
    let granted = StoreAnswer::Granted { refresh_token: None, store_is_silent: false };
    asking.time.happen(Input::Store(question, granted));
    assert!(asking.time.noted(|fact| matches!(fact, Fact::Sent { .. })));
    let request = asking.time.request_of(asking.id).unwrap();
    asking.time.answer(request, token(HOUR));
    let token = asking.time.endpoint.credential(asking.id).unwrap().token(sent).unwrap();
    assert_eq!((token.sent, token.deadline), (sent, sent.after(HOUR)));
}

#[test]
fn a_token_of_another_process_serves_until_its_end() {
    let mut asking = Asking::new(SHARED);
    let ends = asking.time.now.after(MINUTE);
    asking.store(shared("of another", ends));
    assert!(asking.time.has_token(asking.id));
    assert!(asking.time.noted(|fact| *fact == Fact::Shared { generation: 1, lifetime: MINUTE }));
    assert!(asking.time.outputs.iter().any(|output| matches!(output, Output::Wake(_))), "readers wait on");
    asking.time.wait(MINUTE - Duration::from_millis(1));
    assert!(asking.time.endpoint.credential(asking.id).unwrap().token(asking.time.now).is_some());
    asking.time.wait(SECOND);
    assert!(!asking.time.has_token(asking.id));
    assert!(asking.time.sent.is_empty(), "it cost no request");
}

#[test]
fn one_that_ended_on_its_way_is_none() {
    let mut asking = Asking::new(SHARED);
    let now = asking.time.now;
    asking.store(shared("too late", now));
    assert!(!asking.time.has_token(asking.id));
    assert!(asking.asked().is_some(), "the store is asked again");
}

#[test]
fn while_another_requests_it_the_store_is_asked_again_then_or_when_something_changes() {
    let mut asking = Asking::new(SHARED);
    let until = asking.time.now.after(SECOND);
    asking.store(StoreAnswer::Held(until));
    assert!(asking.asked().is_none());
    let why = asking.time.endpoint.availability(asking.id).held.unwrap().why;
    assert!(why.message.contains("another injector"), "{why:?}");
    assert_eq!(asking.waits(), SECOND);
    let until = asking.time.now.after(SECOND);
    asking.store(StoreAnswer::Held(until));
    asking.time.happen(Input::StoreChanged(asking.id, false));
    assert!(asking.asked().is_some());
}

#[test]
fn a_wait_that_another_heard_closes_the_gate_of_all_credentials_of_the_client() {
    let mut asking = Asking::new(SHARED);
    let other = asking.time.add(1, "client", &Arc::new(SHARED));
    let stranger = asking.time.add(2, "another client", &Arc::new(SHARED));
    asking.time.want(other);
    let opens = asking.time.now.after(MINUTE);
    asking.store(StoreAnswer::Gated(opens));
    assert!(asking.asked().is_none());
    assert_eq!(asking.time.endpoint.gates_open(asking.id), opens);
    let third = asking.time.add(3, "client", &Arc::new(SHARED));
    asking.time.want(third);
    assert!(asking.asked().is_none(), "the store need not be asked");
    let code = asking.time.endpoint.availability(third).held.unwrap().why.code;
    assert_eq!(code, Code::ThrottledUntil);
    asking.time.want(stranger);
    assert!(asking.asked().is_some(), "it is not that client's");
}

#[test]
fn limits_are_told_to_the_store_and_count_here_what_was_sent_alone() {
    let budget = Budget { most: 20, window: Some(MINUTE) };
    let limits = Limits { budget: Some(budget), spacing: SECOND, ..POLICY.limits };
    let mut asking = Asking::new(Policy { limits, ..SHARED });
    let (_, _, told) = asking.asked().unwrap();
    assert_eq!(*told, SharedLimits { spacing: SECOND, budgets: vec![budget] });
    for _ in 0..30 {
        let until = asking.time.now.after(Duration::from_millis(10));
        asking.store(StoreAnswer::Held(until));
        assert_eq!(asking.waits(), Duration::from_millis(10), "what was not sent is not counted");
    }
    assert_eq!(asking.time.endpoint.budget_left(asking.time.now, asking.id).unwrap().0, 20);
    let until = asking.time.now.after(MINUTE);
    asking.store(StoreAnswer::OverBudget(until));
    assert_eq!(asking.time.endpoint.availability(asking.id).held.unwrap().why.code, Code::BudgetExhausted);
    assert_eq!(asking.waits(), MINUTE);
    let request = asking.grant();
    assert_eq!(asking.time.endpoint.budget_left(asking.time.now, asking.id).unwrap().0, 19);
    asking.time.answer(request, token(HOUR));
    // A request that can wait leaves a tenth alone.
    asking.time.happen(Input::Read(asking.id, 1));
    asking.time.wait_until(asking.time.now.after(HOUR - MINUTE * 5));
    let ahead = asking.asked().map(|(_, _, told)| told.budgets[0].most);
    assert_eq!(ahead, Some(18));
}

#[test]
fn a_refused_refresh_token_of_the_fleet_is_followed_by_the_primary_grant() {
    let mut asking = Asking::new(SHARED);
    let refresh_token = Some("of the fleet".into());
    asking.store(StoreAnswer::Granted { refresh_token, store_is_silent: false });
    let using = asking.time.outputs.iter().find_map(|output| match output {
        Output::Send { using, .. } => Some(matches!(using, RequestGrant::Refresh(_))),
        _ => None,
    });
    assert_eq!(using, Some(true));
    let request = asking.time.request_of(asking.id).unwrap();
    let refusal = Refusal {
        class: Class::Permanent,
        status: Some(400),
        error: Some("invalid_grant".into()),
        ..Refusal::not_sent("it was revoked")
    };
    asking.time.answer(request, Err(refusal));
    assert!(asking.time.noted(|fact| *fact == Fact::FellBack { stolen: false }));
    assert!(asking.time.endpoint.credential(asking.id).unwrap().permanent(asking.time.now).is_none());
    let request = asking.grant();
    asking.time.answer(request, token(HOUR));
    assert!(asking.time.has_token(asking.id));
}

#[test]
fn the_api_s_401_is_told_to_the_store() {
    let mut asking = Asking::new(SHARED);
    let request = asking.grant();
    asking.time.answer(request, token(HOUR));
    let (id, now) = (asking.id, asking.time.now);
    asking.time.happen(Input::Read(id, 1));
    asking.time.happen(Input::Accepted(id, 1, now));
    asking.time.happen(Input::Rejected(id, 1, now));
    assert_eq!(asking.asked().map(|(_, rejected, _)| rejected), Some(true));
}

#[test]
fn news_of_a_newer_token_are_looked_at_by_who_uses_the_last_one() {
    let mut asking = Asking::new(SHARED);
    let request = asking.grant();
    asking.time.answer(request, token(HOUR));
    asking.time.happen(Input::StoreChanged(asking.id, true));
    assert!(asking.asked().is_none(), "nobody uses it");
    asking.time.happen(Input::Read(asking.id, 1));
    asking.time.happen(Input::StoreChanged(asking.id, true));
    let ends = asking.time.now.after(HOUR);
    asking.store(shared("newer", ends));
    assert_eq!(asking.time.generation(asking.id), 2);
}

#[test]
fn a_silent_store_is_counted_and_the_request_sent_all_the_same() {
    let mut asking = Asking::new(SHARED);
    asking.store(StoreAnswer::Granted { refresh_token: None, store_is_silent: true });
    assert!(asking.time.noted(|fact| *fact == Fact::StoreSilent));
    let request = asking.time.request_of(asking.id).unwrap();
    asking.time.answer(request, throttled(MINUTE));
    assert!(asking.asked().is_none(), "its own gate holds it");
}

#[test]
fn a_grant_for_a_credential_that_is_gone_sends_nothing_and_frees_its_place() {
    let mut asking = Asking::new(Policy { limits: Limits { concurrent: 1, ..POLICY.limits }, ..SHARED });
    let (request, ..) = asking.asked().unwrap();
    asking.time.happen(Input::Removed(asking.id));
    let granted = StoreAnswer::Granted { refresh_token: None, store_is_silent: false };
    asking.time.happen(Input::Store(request, granted));
    assert!(asking.time.sent.is_empty());
    let other = asking.time.add(1, "client", &Arc::new(SHARED));
    asking.time.want(other);
    assert!(asking.asked().is_some(), "its place is taken");
}
