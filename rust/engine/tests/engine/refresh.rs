//! Refresh tokens, users and limits over the wire.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use tollgate_engine::{Engine, Handle, Report};

use crate::server::{Answer, Server, http, token};
use crate::{eventually, log_text, open, read};

/// Answers each request with a token and a refresh token of its number; refuses refresh tokens that are not the last.
fn rotating() -> Server {
    Server::start(|n, request| {
        let expected = format!("refresh_token=r{}", n - 1);
        if request.contains("grant_type=refresh_token") && !request.contains(&expected) {
            return Answer::Say(http(400, "", r#"{"error":"invalid_grant","error_description":"revoked"}"#));
        }
        Answer::Say(http(
            200,
            "",
            &format!(r#"{{"access_token":"token-{n}","expires_in":3600,"refresh_token":"r{n}"}}"#),
        ))
    })
}

/// The API says that the token works, so that its 401 later is news.
fn accept(engine: &Engine, handle: Handle, token: &str) {
    let (origin, authorization) = (Some("http://api"), Some(token));
    let report = Report {
        status: 200,
        origin,
        headers: &[],
        authorization,
        stamp: None,
        ago: Duration::ZERO,
        ..Report::default()
    };
    engine.report(handle, report).unwrap();
}

fn reject(engine: &Engine, handle: Handle, token: &str) {
    let report = Report {
        status: 401,
        origin: Some("http://api"),
        headers: &[],
        authorization: Some(token),
        stamp: None,
        ago: Duration::ZERO,
        ..Report::default()
    };
    engine.report(handle, report).unwrap();
}

#[test]
fn two_hundred_threads_and_as_many_401s_send_each_refresh_token_once() {
    let server = rotating();
    let engine = Arc::new(Engine::start().unwrap());
    let settings =
        [("token_url", &*server.url()), ("grant", "password"), ("username", "ann"), ("password", "pw")];
    let handle = open(&engine, "rotating", &settings);
    for round in 1..=5 {
        let (_, token) = read(&engine, handle).unwrap();
        accept(&engine, handle, &token);
        let gate = Arc::new(Barrier::new(200));
        let threads: Vec<_> = (0..200)
            .map(|_| {
                let (engine, gate, revoked) = (Arc::clone(&engine), Arc::clone(&gate), token.clone());
                thread::spawn(move || {
                    gate.wait();
                    let token = read(&engine, handle).unwrap().1;
                    if token == revoked {
                        reject(&engine, handle, &token);
                    }
                    token
                })
            })
            .collect();
        let seen: BTreeSet<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(seen.len() <= 2, "round {round}: {seen:?}");
        read(&engine, handle).unwrap();
    }
    let requests = server.requests();
    let passwords = requests.iter().filter(|request| request.contains("grant_type=password")).count();
    assert_eq!(passwords, 1, "one sign-in, and no refresh token was refused");
    let refreshed: Vec<_> =
        requests.iter().filter_map(|request| request.split("refresh_token=r").nth(1)).collect();
    let distinct: BTreeSet<_> = refreshed.iter().collect();
    assert_eq!(refreshed.len(), distinct.len(), "a refresh token was sent twice");
    assert_eq!(refreshed.len(), 5, "{refreshed:?}");
}

#[test]
fn the_next_run_begins_with_the_refresh_token_of_the_last() {
    let server = rotating();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("refresh-token");
    let kept = format!("file:{}", path.display());
    let settings = [
        ("token_url", &*server.url()),
        ("grant", "password"),
        ("username", "ann"),
        ("password", "pw"),
        ("refresh_token", &kept),
    ];
    let first = Engine::start().unwrap();
    let handle = open(&first, "first", &settings);
    assert_eq!(read(&first, handle).unwrap().1, "token-1");
    reject(&first, handle, "token-1");
    assert_eq!(read(&first, handle).unwrap().1, "token-2");
    crate::eventually("the file has the second", || {
        std::fs::read_to_string(&path).is_ok_and(|text| text == "r2\n")
    });
    let second = Engine::start().unwrap();
    let handle = open(&second, "second", &settings);
    assert_eq!(read(&second, handle).unwrap().1, "token-3");
    let requests = server.requests();
    assert!(requests[2].contains("grant_type=refresh_token&refresh_token=r2"), "{}", requests[2]);
}

#[test]
fn a_file_that_can_not_be_written_is_told_and_costs_nothing() {
    let server = rotating();
    let directory = tempfile::tempdir().unwrap();
    let file = format!("file:{}", directory.path().join("missing/token").display());
    let settings = [
        ("token_url", &*server.url()),
        ("grant", "password"),
        ("username", "ann"),
        ("password", "pw"),
        ("refresh_token", &*file),
    ];
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let handle = open(&engine, "unwritable", &settings);
    assert_eq!(read(&engine, handle).unwrap().1, "token-1");
    let mut log = String::new();
    crate::eventually("it is told", || {
        log += &log_text(&engine);
        log.contains("could not be written to") && log.contains("missing/token")
    });
    reject(&engine, handle, "token-1");
    assert_eq!(read(&engine, handle).unwrap().1, "token-2");
    assert!(server.requests()[1].contains("refresh_token=r1"), "it goes on in memory");
    assert!(!log_text(&engine).contains("could not be written"), "told once");
    engine.run_ended();
    assert!(log_text(&engine).contains("is in memory only"), "and again at the end");
}

#[test]
fn users_have_tokens_of_their_own_and_share_a_connection_and_a_cap() {
    let under_way = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (busy, peak) = (Arc::clone(&under_way), Arc::clone(&most));
    let server = Server::start(move |_, request| {
        peak.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(2));
        busy.fetch_sub(1, Ordering::SeqCst);
        let user = request.split("username=").nth(1).unwrap().split('&').next().unwrap();
        Answer::Say(http(200, "", &format!(r#"{{"access_token":"token-of-{user}","expires_in":3600}}"#)))
    });
    let engine = Arc::new(Engine::start().unwrap());
    let settings = [("token_url", &*server.url()), ("max_concurrent_token_requests", "4")];
    let profile = open(&engine, "users", &settings);
    let users: Vec<_> = (0..300)
        .map(|n| engine.for_user(profile, &format!("user{n}"), "pw".to_owned().into()).unwrap())
        .collect();
    assert_eq!(engine.for_user(profile, "user7", "pw".to_owned().into()), Ok(users[7]));
    let threads: Vec<_> = users
        .into_iter()
        .enumerate()
        .map(|(n, user)| {
            let engine = Arc::clone(&engine);
            thread::spawn(move || assert_eq!(read(&engine, user).unwrap().1, format!("token-of-user{n}")))
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(server.count(), 300);
    assert!((2..=4).contains(&most.load(Ordering::SeqCst)), "{most:?} at once");
    // On a busy machine one more is dialled while another comes free, and then kept; without sharing there are 300.
    assert!(server.connections() <= 30, "{} connections", server.connections());
    let summary = crate::summary(&engine, profile, 300);
    assert!(summary.contains("tokens minted 300 (first 300)") && summary.contains("users 300"), "{summary}");
}

#[test]
fn a_lost_answer_is_told_from_a_request_that_never_left() {
    let server = Server::start(|n, _| match n {
        1 => {
            Answer::Say(http(200, "", r#"{"access_token":"token-1","expires_in":3600,"refresh_token":"r1"}"#))
        }
        2 => Answer::Last(String::new()),
        _ => Answer::Say(http(200, "", &format!(r#"{{"access_token":"token-{n}","expires_in":3600}}"#))),
    });
    let engine = Engine::start().unwrap();
    let settings = [
        ("token_url", &*server.url()),
        ("grant", "password"),
        ("username", "ann"),
        ("password", "pw"),
        ("backoff_base", "1ms"),
    ];
    let handle = open(&engine, "lost", &settings);
    assert_eq!(read(&engine, handle).unwrap().1, "token-1");
    reject(&engine, handle, "token-1");
    read(&engine, handle).unwrap();
    let log = log_text(&engine);
    assert!(log.contains("whether the server used the refresh token up is not known"), "{log}");
    let requests = server.requests();
    assert!(requests[1].contains("refresh_token=r1"), "{}", requests[1]);
    assert!(requests[2].contains("grant_type=password"), "not sent again: {}", requests[2]);
}

fn remaining_millis(engine: &Engine, handle: Handle) -> u64 {
    let status: serde_json::Value = serde_json::from_str(&crate::status(engine, handle)).unwrap();
    status["remaining_ms"].as_u64().unwrap()
}

#[test]
fn a_first_read_after_the_refresh_point_drains_with_its_own_send_under_way() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let settings = [("token_url", &*server.url()), ("refresh", "drain"), ("refresh_interval", "100ms")];
    let handle = open(&engine, "late", &settings);
    let look = |flight| engine.read(handle, Duration::ZERO, Duration::ZERO, None, flight).unwrap();
    assert!(look(None).is_none());
    eventually("a token that nobody reads", || engine.generation(handle) == 1);
    eventually("its refresh point", || remaining_millis(&engine, handle) < 3_600_000 - 200);
    assert_eq!(look(Some(7)).unwrap().generation, 1);
    let status = crate::status(&engine, handle);
    assert!(
        status.contains(r#""state":"draining""#) && status.contains(r#""token_requests":1,"#),
        "{status}"
    );
    assert!(look(Some(8)).is_none(), "held");
    assert_eq!(server.count(), 1, "the token that is being sent would be revoked");
    engine.ended(handle, 7).unwrap();
    eventually("the next token", || engine.generation(handle) == 2);
    assert_eq!(server.count(), 2);
}
