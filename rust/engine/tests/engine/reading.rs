//! Reading, refreshing and reporting.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use tollgate_engine::{Code, Engine, Handle, Moment, Report};

use crate::server::{Answer, Server, http, token};
use crate::{eventually, log_text, open, read};

fn report(engine: &Engine, handle: Handle, status: u16, headers: &[(String, String)], sent: &str) {
    let origin = Some("http://api");
    engine
        .report(
            handle,
            Report {
                status,
                origin,
                headers,
                authorization: Some(sent),
                stamp: None,
                ago: Duration::ZERO,
                ..Report::default()
            },
        )
        .unwrap();
}

#[test]
fn two_hundred_threads_on_an_empty_cache_make_one_request() {
    let gate = Arc::new(Barrier::new(200));
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Arc::new(Engine::start().unwrap());
    let handle = open(&engine, "herd", &[("token_url", &server.url())]);
    let threads: Vec<_> = (0..200)
        .map(|_| {
            let (engine, gate) = (Arc::clone(&engine), Arc::clone(&gate));
            thread::spawn(move || {
                gate.wait();
                read(&engine, handle)
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), Ok((1, "token-1".into())));
    }
    assert_eq!(server.count(), 1);
    assert_eq!(engine.generation(handle), 1);
}

#[test]
fn a_hundred_reports_of_one_token_bring_one_new_one_over_the_same_connection() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "revoked", &[("token_url", &server.url())]);
    assert_eq!(read(&engine, handle).unwrap().1, "token-1");
    for _ in 0..100 {
        report(&engine, handle, 401, &[], "Bearer token-1");
    }
    assert_eq!(read(&engine, handle).unwrap().1, "token-2");
    report(&engine, handle, 401, &[], "Bearer token-1");
    report(&engine, handle, 401, &[], "Bearer somebody-else's");
    assert_eq!(read(&engine, handle).unwrap().1, "token-2");
    assert_eq!(server.count(), 2);
    let summary = crate::summary(&engine, handle, 7);
    assert!(
        summary.contains("tokens minted 2 (first 1, rejected 1), token requests 2, reads 7;"),
        "{summary}"
    );
    assert!(summary.contains("401s 101 (and 1 to tokens of others), refreshes they caused 1,"), "{summary}");
    // On a busy machine one more is dialled while another comes free, and then kept; without sharing there are ten.
    for scope in ["1", "2", "3", "4", "5", "6", "7", "8"] {
        read(&engine, open(&engine, scope, &[("token_url", &server.url()), ("scope", scope)])).unwrap();
    }
    assert_eq!(server.count(), 10);
    assert!(server.connections() <= 4, "{} connections", server.connections());
}

#[test]
fn during_a_run_a_token_that_is_read_is_refreshed_ahead_and_no_reader_waits() {
    let server = Server::start(|n, request| token(n, if request.contains("scope=short") { 2 } else { 3600 }));
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let settings = [("token_url", &*server.url()), ("refresh_interval", "100ms")];
    let handle = open(&engine, "ahead", &settings);
    assert_eq!(read(&engine, handle).unwrap().0, 1);
    // Nobody reads this one during the run.
    eventually("the second token", || engine.generation(handle) == 2);
    engine.run_ended();
    assert_eq!(read(&engine, handle).unwrap().0, 2);
    let remaining = || {
        let status: serde_json::Value = serde_json::from_str(&crate::status(&engine, handle)).unwrap();
        status["remaining_ms"].as_u64().unwrap()
    };
    eventually("its refresh point", || remaining() < 3_600_000 - 200);
    assert_eq!((engine.generation(handle), server.count()), (2, 2), "no refresh without a run");
    let short = open(&engine, "short", &[("token_url", &server.url()), ("scope", "short")]);
    read(&engine, short).unwrap();
    let count = server.count();
    eventually("its end", || engine.generation(short) == 0);
    crate::status(&engine, short); // once the driver has done what follows from that
    assert_eq!(server.count(), count, "no token without a reader");
}

fn slow_down(seconds: u64) -> Answer {
    let wait = format!("Retry-After: {seconds}\r\n");
    Answer::Say(http(429, &wait, r#"{"message":"slow down, s3cret-s3cret"}"#))
}

#[test]
fn nothing_is_sent_inside_a_retry_after() {
    let server = Server::start(|_, _| slow_down(600));
    let engine = Engine::start().unwrap();
    let patient = open(&engine, "patient", &[("token_url", &server.url())]);
    let hasty = open(&engine, "hasty", &[("token_url", &server.url()), ("scope", "a")]);
    eventually("the 429", || {
        drop(engine.read(patient, Duration::ZERO, Duration::ZERO, None, None));
        server.count() == 1
    });
    eventually("its effect", || crate::status(&engine, patient).contains(r#""state":"held""#));
    let denied = read(&engine, hasty).unwrap_err();
    assert_eq!(denied.code, Code::ThrottledUntil);
    assert!(
        denied.message.contains("profile 'hasty'") && denied.message.contains("429 slow down"),
        "{denied}"
    );
    assert!(!denied.message.contains("s3cret"), "{denied}");
    assert_eq!(server.count(), 1, "another scope of the same client waits too");
    let said = log_text(&engine);
    assert!(said.contains("no token request for 10") && !said.contains("s3cret"), "{said}");
}

#[test]
fn whoever_waits_gets_a_token_once_a_retry_after_is_over() {
    const WAIT: u64 = 1;
    // By the server's clock: what passes before the client hears of the wait makes it longer, and never shorter.
    let named = Mutex::new(None);
    let early = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&early);
    let server = Server::start(move |n, _| {
        let end = Moment::now().after(Duration::from_secs(WAIT));
        match *named.lock().unwrap().get_or_insert(end) {
            _ if n == 1 => slow_down(WAIT),
            end => {
                counted.fetch_add(usize::from(end.is_ahead()), Ordering::SeqCst);
                token(n, 3600)
            }
        }
    });
    let engine = Engine::start().unwrap();
    let patient = open(&engine, "patient", &[("token_url", &server.url())]);
    let other = open(&engine, "other", &[("token_url", &server.url()), ("scope", "a")]);
    drop(engine.read(patient, Duration::ZERO, Duration::ZERO, None, None));
    eventually("word of the 429", || crate::status(&engine, patient).contains(r#""throttled":1,"#));
    for handle in [other, patient] {
        assert_eq!(read(&engine, handle).unwrap().0, 1);
    }
    assert_eq!((server.count(), early.load(Ordering::SeqCst)), (3, 0));
}

#[test]
fn the_apis_limits_close_the_apis_gate_and_never_the_token_endpoints() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "api", &[("token_url", &server.url()), ("max_pause", "20s")]);
    read(&engine, handle).unwrap();
    let wait = [("Retry-After".to_owned(), "600".to_owned())];
    report(&engine, handle, 429, &wait, "a stranger's token");
    assert_eq!(engine.pause(handle, None, false).unwrap(), Duration::ZERO);
    report(&engine, handle, 429, &wait, "token-1");
    assert!(engine.pause(handle, None, false).unwrap() > Duration::from_secs(590));
    assert_eq!(engine.pause(handle, None, true).unwrap(), Duration::from_secs(20));
    report(&engine, handle, 401, &[], "token-1");
    assert_eq!(read(&engine, handle).unwrap().1, "token-2");
}

#[test]
fn an_api_that_refuses_fresh_tokens_too_makes_no_mint_loop_and_shows_in_the_status() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "overloaded", &[("token_url", &server.url())]);
    assert_eq!(read(&engine, handle).unwrap().0, 1);
    report(&engine, handle, 401, &[], "token-1");
    assert_eq!(read(&engine, handle).unwrap().0, 2);
    for _ in 0..100 {
        report(&engine, handle, 401, &[], "token-2");
        assert_eq!(read(&engine, handle).unwrap().0, 2);
    }
    assert!(crate::status(&engine, handle).contains(r#""code":"REJECTED_BY_API""#));
    report(&engine, handle, 200, &[], "token-2");
    assert!(!crate::status(&engine, handle).contains("REJECTED_BY_API"));
    assert_eq!(server.count(), 2);
}
