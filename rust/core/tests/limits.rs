//! The limits that profiles put on their own token requests: what counts, for whom, and from when.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::Policy;
use tollgate_core::machine::fact::Fact;
use tollgate_core::machine::{CredentialId, Input};
use tollgate_core::time::budget::Budget;
use virtual_time::{HOUR, MINUTE, SECOND, VirtualTime, token};

const MANY: Limits = Limits { concurrent: 64, ..POLICY.limits };
const THIRTY_A_MINUTE: Budget = Budget { most: 30, window: Some(Duration::from_secs(60)) };

fn with(limits: Limits) -> Arc<Policy> {
    Arc::new(Policy { limits, ..POLICY })
}

#[test]
fn requests_sent_before_there_was_a_budget_count_against_it() {
    let mut time = VirtualTime::seeded(1);
    let unlimited = with(MANY);
    let start = time.now;
    for number in 0..40 {
        let id = time.add(number, "client", &unlimited);
        let request = time.want(id).unwrap();
        time.answer(request, token(HOUR));
    }
    let last = time.add(40, "client", &unlimited);
    time.happen(Input::ViewOpened(last, with(Limits { budget: Some(THIRTY_A_MINUTE), ..MANY })));
    assert_eq!(time.want(last), None);
    time.wait_until(start.after(MINUTE - Duration::from_millis(1)));
    assert_eq!(time.request_of(last), None, "no further request inside the minute");
    time.wait(SECOND);
    assert!(time.request_of(last).is_some());
}

#[test]
fn of_two_views_of_one_client_the_stricter_limit_is_in_force_and_that_is_told_once() {
    let mut time = VirtualTime::seeded(1);
    let budget = |most| with(Limits { budget: Some(Budget { most, window: None }), ..MANY });
    let differ =
        |time: &VirtualTime| time.noted(|fact| *fact == Fact::LimitsDiffer { settings: vec!["mint_budget"] });
    let (two, five) = (budget(2), budget(5));
    let ids: Vec<_> = [(0, &two), (1, &five), (2, &five)]
        .into_iter()
        .map(|(number, policy)| (time.add(number, "client", policy), differ(&time)))
        .collect();
    assert_eq!(ids.iter().map(|(_, told)| *told).collect::<Vec<_>>(), [false, true, false]);
    let sent = ids.iter().filter(|(id, _)| time.want(*id).is_some()).count();
    assert_eq!(sent, 2);
    let elsewhere = time.add(9, "another client", &two);
    assert!(!differ(&time));
    assert!(time.want(elsewhere).is_some(), "another client has a budget of its own");
}

#[test]
fn a_limit_that_no_view_wants_any_more_holds_no_credential_of_the_client() {
    let mut time = VirtualTime::seeded(1);
    let strict = with(Limits { budget: Some(Budget { most: 1, window: None }), ..MANY });
    let (first, second) = (time.add(1, "client", &strict), time.add(2, "client", &strict));
    let request = time.want(first).unwrap();
    time.answer(request, token(HOUR));
    assert_eq!(time.want(second), None, "the budget of the run is used up");
    let loose = with(MANY);
    for id in [first, second] {
        time.happen(Input::ViewOpened(id, Arc::clone(&loose)));
    }
    time.happen(Input::ViewClosed(second, Arc::clone(&strict)));
    assert_eq!(time.request_of(second), None, "the other view still wants it");
    time.happen(Input::ViewClosed(first, Arc::clone(&strict)));
    assert!(time.request_of(second).is_some());
}

#[test]
fn a_view_that_closes_is_no_reason_to_repeat_a_refused_request() {
    let mut time = VirtualTime::seeded(1);
    let (one, other) = (with(Limits { concurrent: 32, ..MANY }), with(MANY));
    let id = time.add(1, "client", &one);
    time.happen(Input::ViewOpened(id, Arc::clone(&other)));
    let request = time.want(id).unwrap();
    time.answer(request, virtual_time::refused("invalid_grant"));
    time.happen(Input::ViewClosed(id, one));
    assert_eq!(time.want(id), None);
}

#[test]
fn a_client_that_may_send_fewer_leaves_no_place_empty_for_another() {
    let mut time = VirtualTime::seeded(1);
    let (one, four) = (with(Limits { concurrent: 1, ..MANY }), with(Limits { concurrent: 4, ..MANY }));
    let requests: Vec<_> = (0..4)
        .map(|number| {
            let id = time.add(number, "large", &four);
            time.want(id).unwrap()
        })
        .collect();
    let small = time.add(10, "small", &one);
    assert_eq!(time.want(small), None, "it waits at the head of the line");
    let next = time.add(4, "large", &four);
    assert_eq!(time.want(next), None, "and this one behind it");
    time.answer(requests[0], token(HOUR));
    assert!(time.request_of(next).is_some(), "a place is free for it");
    assert_eq!(time.request_of(small), None);
    for request in &requests[1..] {
        time.answer(*request, token(HOUR));
    }
    let request = time.request_of(next).unwrap();
    time.answer(request, token(HOUR));
    assert!(time.request_of(small).is_some(), "it is called when no other is in flight");
}

#[test]
fn a_removed_credential_leaves_its_place_in_the_line_and_its_request_counts_to_the_end() {
    let mut time = VirtualTime::seeded(1);
    let one = with(Limits { concurrent: 1, ..MANY });
    let ids = [1, 2, 3].map(|number| time.add(number, "client", &one));
    let request = time.want(ids[0]).unwrap();
    ids[1..].iter().for_each(|id| time.happen(Input::Wanted(*id, Duration::ZERO)));
    time.happen(Input::Removed(ids[0]));
    time.happen(Input::Removed(ids[1]));
    assert_eq!(time.sent.len(), 1, "the server is still busy with the first");
    time.answer(request, token(HOUR));
    assert!(time.request_of(ids[2]).is_some());
    assert_eq!(time.endpoint.in_service(), 0);
    assert!(
        time.outputs.iter().all(|output| !format!("{output:?}").contains(&format!("{:?}", CredentialId(1))))
    );
}

#[test]
fn a_reader_without_a_token_comes_before_a_refresh_and_otherwise_the_first_comes_first() {
    let mut time = VirtualTime::seeded(1);
    let one = with(Limits { concurrent: 1, ..MANY });
    let ids = [0, 1, 2, 3, 4].map(|number| time.add(number, "client", &one));
    let [first, refreshed, early, late, in_flight] = ids;
    for id in [first, refreshed] {
        let request = time.want(id).unwrap();
        time.answer(request, token(HOUR));
    }
    let mut request = time.want(in_flight).unwrap();
    // A reader that needs more life than the token has wants the next, too.
    time.happen(Input::Wanted(refreshed, HOUR));
    for id in [early, late] {
        assert_eq!(time.want(id), None);
    }
    time.happen(Input::Rejected(first, 1, time.now));
    for next in [early, late, first, refreshed] {
        time.answer(request, token(HOUR));
        request = time.request_of(next).expect("its turn has come");
        assert_eq!(time.in_flight.len(), 1);
    }
}

/// A driver has other things to do between.
#[test]
fn one_call_of_the_timer_handles_a_bounded_number_of_credentials() {
    let mut time = VirtualTime::seeded(1);
    let policy = with(MANY);
    for number in 0..300 {
        let id = time.add(number, "client", &policy);
        let request = time.want(id).unwrap();
        time.answer(request, token(MINUTE));
    }
    time.now = time.now.after(MINUTE);
    let mut calls = 0;
    while time.endpoint.next_timeout().is_some_and(|due| due <= time.now) {
        let before = time.endpoint.in_service();
        time.happen(Input::Timeout);
        calls += 1;
        assert!((1..=64).contains(&(before - time.endpoint.in_service())), "call {calls}");
    }
    assert_eq!(time.endpoint.in_service(), 0);
}
