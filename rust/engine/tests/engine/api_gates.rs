//! The API gates: kept by origin and client, whatever the credential.

use std::time::Duration;

use tollgate_engine::{Engine, Handle, Report};

use crate::server::{Server, token};
use crate::{open, read};

const A: &str = "https://a.example.com:443";
const B: &str = "https://b.example.com:443";

fn report(engine: &Engine, handle: Handle, origin: Option<&str>, status: u16, sent: &str) {
    let headers = if status == 429 { vec![("Retry-After".to_owned(), "600".to_owned())] } else { Vec::new() };
    let report = Report {
        status,
        origin,
        headers: &headers,
        authorization: Some(sent),
        stamp: None,
        ago: Duration::ZERO,
        ..Report::default()
    };
    engine.report(handle, report).unwrap();
}

fn closed(engine: &Engine, handle: Handle, origin: Option<&str>) -> bool {
    let [pause, remaining] = [true, false].map(|spread| engine.pause(handle, origin, spread).unwrap());
    assert_eq!(pause.is_zero(), remaining.is_zero());
    assert!(remaining.is_zero() || remaining > Duration::from_secs(590), "{remaining:?}");
    !remaining.is_zero()
}

#[test]
fn a_gate_closed_by_one_origin_pauses_nobody_who_calls_another() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "two", &[("token_url", &server.url())]);
    let (_, token) = read(&engine, handle).unwrap();
    report(&engine, handle, Some(A), 429, &token);
    report(&engine, handle, Some(B), 200, &token);
    assert_eq!([Some(A), Some(B), None].map(|origin| closed(&engine, handle, origin)), [true, false, true]);
    // Where the answer came from is not known, so it may be anyone's limit.
    report(&engine, handle, None, 429, &token);
    assert!(closed(&engine, handle, Some(B)));
}

#[test]
fn what_one_credential_of_a_client_heard_holds_for_all_of_them_and_for_no_other_client() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let url = server.url();
    let own = open(&engine, "own", &[("token_url", &url)]);
    let scoped = open(&engine, "scoped", &[("token_url", &url), ("scope", "other")]);
    let user = engine.for_user(own, "ann", "pw".to_owned().into()).unwrap();
    let stranger = open(&engine, "stranger", &[("token_url", &url), ("client_id", "you")]);
    let (_, token) = read(&engine, user).unwrap();
    report(&engine, user, Some(A), 429, &token);
    let paused = [own, scoped, user, stranger].map(|handle| closed(&engine, handle, Some(A)));
    assert_eq!(paused, [true, true, true, false]);
}

#[test]
fn slots_of_a_pool_have_gates_of_their_own() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let profile = open(&engine, "slots", &[("token_url", &server.url()), ("pool", "2")]);
    let [first, second] = [0, 1].map(|thread| engine.steer(profile, thread).unwrap());
    let (_, token) = read(&engine, first).unwrap();
    report(&engine, first, Some(A), 429, &token);
    assert_eq!([first, second].map(|slot| closed(&engine, slot, Some(A))), [true, false]);
}

#[test]
fn a_limit_outlives_the_credential_that_heard_it() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let (url, scope) = (server.url(), |scope| ("scope", scope));
    engine.run_started(1);
    let handle = open(&engine, "p", &[("token_url", &url), scope("old")]);
    let (_, token) = read(&engine, handle).unwrap();
    report(&engine, handle, Some(A), 429, &token);
    engine.open("p", &crate::settings(&[("token_url", &url), ("client_id", "you")]), true).unwrap();
    engine.run_started(2); // frees the credential
    let again = engine.open("p", &crate::settings(&[("token_url", &url), scope("new")]), true).unwrap();
    assert!(closed(&engine, again, Some(A)));
}
