//! A refusal of the client that another process of the fleet heard: believed as one that was heard here, at the cost of no
//! request.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::acquire::{AcquireOutcome, Waiter, acquire};
use tollgate_core::config::policy::Policy;
use tollgate_core::failure::Code;
use tollgate_core::fleet::protocol::ClientRefused;
use tollgate_core::machine::fact::Fact;
use tollgate_core::machine::{CredentialId, Input, Output, RequestId, StoreAnswer};
use tollgate_core::oauth::token_answer::Refusal;
use tollgate_core::time::clock::Mono;
use virtual_time::{HOUR, MINUTE, SECOND, VirtualTime, refused, token};

const SHARED: Policy = Policy { shared: true, ..POLICY };

/// As it comes through the store.
fn told(error: &str) -> Box<Refusal> {
    let refusal = Refusal { message: "wrong secret".into(), ..refused(error).unwrap_err() };
    Box::new(ClientRefused::of(&refusal).expect("it refuses the client").refusal())
}

/// The request for which the last input asks the store, and whose it is.
fn asked(time: &VirtualTime) -> Option<(CredentialId, RequestId)> {
    time.outputs.iter().find_map(|output| match output {
        Output::Admit { credential, request, .. } => Some((*credential, *request)),
        _ => None,
    })
}

/// Two users of one client, of whom the first asks.
fn users() -> (VirtualTime, [CredentialId; 2], RequestId) {
    let mut time = VirtualTime::seeded(1);
    let ids = [0, 1].map(|user| time.add(user, "client", &Arc::new(SHARED)));
    time.want(ids[0]);
    let (_, request) = asked(&time).expect("the store is asked");
    (time, ids, request)
}

fn refuse(time: &mut VirtualTime, request: RequestId, error: &str) -> Mono {
    let until = time.now.after(MINUTE);
    time.happen(Input::Store(request, StoreAnswer::Refused(told(error), until)));
    until
}

fn is_told(time: &VirtualTime, id: CredentialId) -> Option<Code> {
    let waiter =
        Waiter { waited: SECOND * 2, limit: SECOND * 30, floor: Duration::ZERO, max_retry_after: None };
    match acquire(None, &time.endpoint.availability(id), time.now, &waiter) {
        AcquireOutcome::Unavailable(unavailable) => Some(unavailable.code()),
        _ => None,
    }
}

#[test]
fn readers_of_all_credentials_of_the_client_are_told_at_once_and_nothing_is_sent() {
    let (mut time, [one, two], request) = users();
    refuse(&mut time, request, "invalid_client");
    assert!(time.noted(|fact| matches!(fact, Fact::RefusedElsewhere { .. })));
    assert!(time.outputs.iter().any(|output| matches!(output, Output::ReadClientSecret(_))));
    assert_eq!(is_told(&time, one), Some(Code::CredentialRejected));
    time.want(two);
    assert!(asked(&time).is_none(), "the store need not be asked");
    assert_eq!(is_told(&time, two), Some(Code::CredentialRejected));
    let why = time.endpoint.availability(one).permanent.unwrap().0;
    assert_eq!(why.message, "wrong secret (another injector of the fleet asked)");
    assert!(time.sent.is_empty());
}

#[test]
fn when_it_is_over_the_store_is_asked_again() {
    let (mut time, [one, _], request) = users();
    let until = refuse(&mut time, request, "invalid_client");
    for _ in 0..1000 {
        time.now = time.endpoint.next_timeout().expect("it asks again").max(time.now);
        time.happen(Input::Timeout);
        if asked(&time).is_some() {
            break;
        }
    }
    let (_, request) = asked(&time).expect("it asks again");
    assert!(time.now >= until && time.now <= until.after(SECOND), "{:?}", time.now);
    let granted = StoreAnswer::Granted { refresh_token: None, store_is_silent: false };
    time.happen(Input::Store(request, granted));
    time.answer(request, token(HOUR));
    assert!(time.has_token(one));
}

#[test]
fn another_secret_is_asked_for_at_once() {
    let (mut time, [one, _], request) = users();
    refuse(&mut time, request, "invalid_client");
    time.happen(Input::ClientRenewed(one));
    assert!(asked(&time).is_some());
}

#[test]
fn one_of_a_secret_that_was_replaced_meanwhile_says_nothing() {
    let (mut time, [one, _], request) = users();
    time.happen(Input::ClientRenewed(one));
    refuse(&mut time, request, "invalid_client");
    assert!(asked(&time).is_some(), "it asks with the new one");
    assert_eq!(is_told(&time, one), None);
}

#[test]
fn a_grant_that_the_client_may_not_use_has_no_secret_read_again() {
    let (mut time, [one, _], request) = users();
    let refusal = Refusal { status: Some(400), ..*told("unauthorized_client") };
    let until = time.now.after(MINUTE);
    time.happen(Input::Store(request, StoreAnswer::Refused(Box::new(refusal), until)));
    assert!(!time.outputs.iter().any(|output| matches!(output, Output::ReadClientSecret(_))));
    assert_eq!(is_told(&time, one), Some(Code::CredentialRejected));
}

#[test]
fn a_token_in_service_goes_on_serving() {
    let (mut time, [one, _], request) = users();
    let granted = StoreAnswer::Granted { refresh_token: None, store_is_silent: false };
    time.happen(Input::Store(request, granted));
    time.answer(request, token(HOUR));
    time.happen(Input::Read(one, 1));
    for _ in 0..1000 {
        time.now = time.endpoint.next_timeout().expect("it is refreshed").max(time.now);
        time.happen(Input::Timeout);
        if asked(&time).is_some() {
            break;
        }
    }
    let (_, request) = asked(&time).expect("the store is asked for the next");
    refuse(&mut time, request, "invalid_client");
    assert!(time.has_token(one));
    assert!(asked(&time).is_none());
}

#[test]
fn only_what_the_server_names_a_refusal_of_the_client_is_told_to_others() {
    for error in ["invalid_client", "unauthorized_client"] {
        let refusal = refused(error).unwrap_err();
        assert_eq!(ClientRefused::of(&refusal).unwrap().refusal(), refusal);
    }
    for error in ["invalid_grant", "invalid_scope", "server_error"] {
        assert_eq!(ClientRefused::of(&refused(error).unwrap_err()), None);
    }
    assert_eq!(ClientRefused::of(&Refusal::not_sent("no connection")), None);
}
