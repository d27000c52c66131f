//! Servers that answer, and say no.

use std::time::Duration;

use tollgate_engine::{Code, Engine, Failure};

use crate::server::{Answer, Server, http};
use crate::{eventually, log_text, open, read};

/// What a reader of a fresh profile gets from a server that always answers so, and how many requests that took.
fn met_by(script: impl Fn() -> Answer + Send + Sync + 'static) -> (Failure, usize) {
    let server = Server::start(move |_, _| script());
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "faulty", &[("token_url", &server.url())]);
    let failure = read(&engine, handle).unwrap_err();
    assert!(failure.message.contains("profile 'faulty'"), "{failure}");
    assert!(!log_text(&engine).contains("s3cret"));
    (failure, server.count())
}

#[test]
fn a_redirect_is_not_followed_and_not_retried() {
    let (failure, count) =
        met_by(|| Answer::Say(http(302, "Location: https://login.example/?next=s3cret\r\n", "")));
    assert_eq!((failure.code, count), (Code::Protocol, 1));
    assert!(failure.message.contains("a redirect to https://login.example/;"), "{failure}");
}

#[test]
fn a_wrong_secret_is_told_in_the_servers_words_and_asked_once() {
    let body = r#"{"error":"invalid_client","description":"authentication failed"}"#;
    let (failure, count) = met_by(|| Answer::Say(http(401, "ININ-Correlation-Id: abc-1\r\n", body)));
    assert_eq!((failure.code, count), (Code::CredentialRejected, 1));
    assert!(failure.message.contains("401 invalid_client: authentication failed. "), "{failure}");
    assert!(failure.message.contains("Check client_id and client_secret"), "{failure}");
}

#[test]
fn a_dead_server_is_asked_once_a_slot_however_many_wait() {
    let server = Server::start(|_, _| Answer::Say(http(503, "Retry-After: 30\r\n", "")));
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "dead", &[("token_url", &server.url()), ("token_timeout", "1s")]);
    for _ in 0..50 {
        // Two looks of each reader: one that waits and one whose time is over.
        drop(engine.read(handle, Duration::ZERO, Duration::ZERO, None, None));
    }
    eventually("the answer", || crate::status(&engine, handle).contains(r#""state":"held""#));
    let denied = engine
        .read(handle, Duration::ZERO, Duration::from_secs(1), None, None)
        .err()
        .map(|failure| failure.code);
    assert_eq!((denied, server.count()), (Some(Code::ThrottledUntil), 1));
}
