//! Trials of settings: the server counts them and may limit the client for them, and so does the machine. Nothing else.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::Policy;
use tollgate_core::machine::Input;
use tollgate_core::oauth::token_answer::Refusal;
use tollgate_core::time::budget::Budget;
use tollgate_core::time::clock::{Now, Wall};
use virtual_time::{HOUR, MINUTE, SECOND, VirtualTime, silence, throttled, token};

/// A trial of this client is sent, and fails like this.
fn tried(time: &mut VirtualTime, client: &str, refusal: Refusal) {
    let client: Arc<str> = client.into();
    time.endpoint.trial_sent(time.now, &client);
    let now = Now { mono: time.now, wall: Wall(0) };
    time.endpoint.trial_failed(now, &client, &Arc::new(refusal));
}

fn held(time: &VirtualTime, client: &str) -> Option<Duration> {
    time.endpoint.holds_trial(time.now, client, None).map(|(_, closed)| closed)
}

#[test]
fn a_wait_that_a_trial_is_named_holds_back_the_requests_of_its_client() {
    let mut time = VirtualTime::seeded(1);
    tried(&mut time, "client", throttled(MINUTE).unwrap_err());
    let policy = Arc::new(POLICY);
    let [own, other] = [(1, "client"), (2, "another")].map(|(n, client)| time.add(n, client, &policy));
    assert_eq!(time.want(own), None);
    assert!(time.want(other).is_some(), "another client is not limited");
    time.wait(MINUTE - SECOND);
    assert_eq!(time.request_of(own), None);
    time.wait(SECOND * 10);
    assert!(time.request_of(own).is_some(), "and the wait ends");
}

#[test]
fn a_trial_that_found_no_server_closes_no_gate_and_is_no_outage() {
    let mut time = VirtualTime::seeded(1);
    tried(&mut time, "client", silence().unwrap_err());
    let policy = Arc::new(POLICY);
    let ids = [1, 2].map(|number| time.add(number, "client", &policy));
    assert!(ids.into_iter().all(|id| time.want(id).is_some()), "not one at a time, as in an outage");
}

#[test]
fn a_backoff_holds_no_trial_back_and_a_named_wait_does_even_where_a_backoff_is_longer() {
    let mut time = VirtualTime::seeded(1);
    let id = time.add(1, "client", &Arc::new(POLICY));
    let request = time.want(id).unwrap();
    time.answer(request, silence());
    assert!(time.endpoint.opens(time.now, id) > time.now, "the breaker is closed");
    assert_eq!(held(&time, "client"), None);
    assert_eq!(held(&time, "never seen"), None);
    tried(&mut time, "client", throttled(SECOND).unwrap_err());
    assert!(held(&time, "client").unwrap() >= SECOND);
    assert_eq!(held(&time, "another"), None);
    time.wait(SECOND * 2);
    assert_eq!(held(&time, "client"), None);
}

#[test]
fn trials_count_against_the_mint_budget_and_keep_to_it() {
    let mut time = VirtualTime::seeded(1);
    let three_a_minute = Budget { most: 3, window: Some(MINUTE) };
    let client: Arc<str> = "client".into();
    let holds = |time: &VirtualTime| time.endpoint.holds_trial(time.now, &client, Some(three_a_minute));
    for _ in 0..3 {
        assert_eq!(holds(&time), None);
        time.endpoint.trial_sent(time.now, &client);
    }
    let (why, closed) = holds(&time).unwrap();
    assert!(why.is_local_limit() && closed == MINUTE, "{why:?} {closed:?}");
    let limits = Limits { budget: Some(three_a_minute), ..POLICY.limits };
    let id = time.add(1, "client", &Arc::new(Policy { limits, ..POLICY }));
    assert_eq!(time.want(id), None, "of the run too");
}

#[test]
fn the_budget_of_a_run_is_whole_between_two() {
    let mut time = VirtualTime::seeded(1);
    let one = Some(Budget { most: 1, window: None });
    let limits = Limits { budget: one, ..POLICY.limits };
    let id = time.add(1, "client", &Arc::new(Policy { limits, ..POLICY }));
    let request = time.want(id).unwrap();
    time.answer(request, token(HOUR));
    assert!(time.endpoint.holds_trial(time.now, "client", one).is_some());
    time.happen(Input::RunEnded);
    assert_eq!(time.endpoint.holds_trial(time.now, "client", one), None);
}
