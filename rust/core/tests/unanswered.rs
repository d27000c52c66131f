//! A request that is never answered: it is given up after ten times `request_timeout`, and its credential asks again.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::machine::fact::Fact;
use tollgate_core::machine::{CredentialId, Input};
use tollgate_core::oauth::token_answer::Refusal;
use virtual_time::{Always, HOUR, SECOND, VirtualTime, silence, token};

const FIRST: CredentialId = CredentialId(0);
const SECOND_ID: CredentialId = CredentialId(1);

fn two() -> VirtualTime {
    let mut time = VirtualTime::new(Box::new(Always(1.0)));
    let policy = Arc::new(POLICY);
    for id in [FIRST, SECOND_ID] {
        time.add(id.0, "client", &policy);
    }
    time
}

fn is_given_up(time: &VirtualTime) -> bool {
    time.noted(|fact| matches!(fact, Fact::Failed { refusal, .. } if **refusal == Refusal::given_up()))
}

#[test]
fn its_credential_asks_again() {
    let mut time = two();
    let request = time.want(FIRST).unwrap();
    let given_up = time.now.after(POLICY.worst_exchange * 10);
    assert_eq!(time.endpoint.next_timeout(), Some(given_up));
    time.wait_until(given_up);
    assert!(is_given_up(&time), "{:?}", time.outputs);
    time.in_flight.clear();
    assert_eq!(time.want(FIRST), None, "it counts as silence of the server: the gate is closed");
    time.wait(SECOND);
    let again = time.request_of(FIRST).unwrap();
    time.answer(request, token(HOUR));
    assert!(!time.has_token(FIRST), "what comes after all is too late");
    time.answer(again, token(HOUR));
    assert!(time.has_token(FIRST));
}

#[test]
fn after_a_machine_slept_there_is_time_for_the_answers_that_waited_with_it() {
    let mut time = two();
    let request = time.want(FIRST).unwrap();
    time.now = time.now.after(HOUR);
    time.happen(Input::Timeout);
    assert!(!is_given_up(&time));
    assert_eq!(time.endpoint.next_timeout(), Some(time.now.after(POLICY.worst_exchange)));
    time.answer(request, token(HOUR * 2));
    assert!(time.has_token(FIRST));
}

#[test]
fn the_one_request_that_tries_a_server_is_waited_for_as_long() {
    let mut time = two();
    let request = time.want(FIRST).unwrap();
    time.answer(request, silence());
    time.happen(Input::Wanted(FIRST, Duration::ZERO));
    time.wait(SECOND);
    let probe = time.request_of(FIRST).unwrap();
    // The machine sleeps, and a reader is quicker than the timer.
    time.now = time.now.after(HOUR);
    assert_eq!(time.want(SECOND_ID), None, "a second request tries the server");
    time.happen(Input::Timeout);
    assert_eq!(time.request_of(SECOND_ID), None);
    time.answer(probe, token(HOUR * 2));
    time.wait(SECOND);
    assert!(time.request_of(SECOND_ID).is_some());
}
