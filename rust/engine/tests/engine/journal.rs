//! The journal of an engine at work: what happened, once each, and no secret in it.

use std::thread;
use std::time::Duration;

use tollgate_engine::{Engine, Handle, Report};

use crate::server::{Answer, Server, http, token};
use crate::{eventually, open, read};

const ALL: usize = usize::MAX;

fn value<'a>(line: &'a str, key: &str) -> &'a str {
    line.split('\t').find_map(|field| field.strip_prefix(&format!("{key}="))).unwrap_or("")
}

fn number(line: &str, key: &str) -> u64 {
    value(line, key).parse().unwrap_or_else(|_| panic!("{key} in {line}"))
}

/// The lines of one kind.
fn of_kind(engine: &Engine, kind: &str) -> Vec<String> {
    engine.journal(0, ALL).into_iter().filter(|line| value(line, "kind") == kind).collect()
}

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
fn a_revoked_token_is_one_entry_with_a_count_and_its_age() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let handle = open(&engine, "revoked", &[("token_url", &server.url())]);
    read(&engine, handle).unwrap();
    thread::sleep(Duration::from_millis(30));
    for _ in 0..700 {
        report(&engine, handle, 401, &[], "Bearer token-1");
    }
    assert_eq!(read(&engine, handle).unwrap().0, 2);
    for _ in 0..300 {
        report(&engine, handle, 401, &[], "Bearer token-1");
    }
    report(&engine, handle, 401, &[], "Bearer a stranger's");
    engine.run_ended();
    let kinds: Vec<_> =
        engine.journal(0, ALL)[1..].iter().map(|line| value(line, "kind").to_owned()).collect();
    assert_eq!(
        kinds,
        ["run_started", "sent", "minted", "rejected", "sent", "minted", "unattributed", "run_ended"]
    );
    let rejected = &of_kind(&engine, "rejected")[0];
    assert_eq!((number(rejected, "generation"), number(rejected, "count")), (1, 1000));
    assert!((300..1000).contains(&number(rejected, "late")), "{rejected}");
    assert!((30..20_000).contains(&number(rejected, "age")), "{rejected}");
    let minted = of_kind(&engine, "minted");
    assert_eq!((value(&minted[0], "reason"), value(&minted[1], "reason")), ("first", "rejected"));
    assert_eq!(number(&minted[1], "lifetime"), 3_600_000);
    assert!(minted.iter().all(|line| number(line, "elapsed_ns") > 0), "{minted:?}");
    assert!(number(&minted[1], "started") >= number(rejected, "at"));
    // By the log of what it did, too, one can tell how long the token had lived.
    assert!(number(rejected, "at") >= number(&minted[0], "at"));
}

#[test]
fn each_request_ends_once_and_nothing_that_a_server_echoes_is_written_down() {
    let server = Server::start(|n, request| match n {
        1 => Answer::Say(http(
            429,
            "Retry-After: 1\r\n",
            &format!(
                r#"{{"error":"slow_down","error_description":{:?}}}"#,
                request.to_owned() + " s3cret-s3cret"
            ),
        )),
        2 => Answer::Last(String::new()),
        _ => token(n, 3600),
    });
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let url = server.url();
    let settings = [
        ("token_url", url.as_str()),
        ("backoff_base", "1ms"),
        ("backoff_cap", "1ms"),
        ("refresh_interval", "100ms"),
    ];
    let handle = open(&engine, "echoing", &settings);
    read(&engine, handle).unwrap();
    eventually("a refresh ahead", || engine.generation(handle) == 2);
    engine.run_ended();
    let (refused, minted) = (of_kind(&engine, "refused"), of_kind(&engine, "minted"));
    assert_eq!(refused.len() + minted.len(), server.count(), "{refused:?} {minted:?}");
    assert_eq!((value(&refused[0], "status"), value(&refused[0], "cause")), ("429", "THROTTLED_UNTIL"));
    assert_eq!((value(&refused[1], "status"), value(&refused[1], "cause")), ("", "UNREACHABLE"));
    assert!(of_kind(&engine, "sent").iter().any(|line| value(line, "reason") == "ahead"));
    let gate = &of_kind(&engine, "token_gate")[0];
    assert!(number(gate, "until") >= number(gate, "at") + 900, "{gate}");
    let all = engine.journal(0, ALL).join("\n");
    assert!(value(&refused[0], "words").contains("429"), "{all}");
    // The secret as it was given, and the credentials as they travel: me:s3cret-s3cret in base64.
    for secret in ["s3cret", "bWU6czNjcmV0LXMzY3JldA", "token-3", "token-4"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

#[test]
fn gates_waits_and_pauses_are_told_with_their_numbers() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "slow", &[("token_url", &server.url())]);
    read(&engine, handle).unwrap();
    let after = [("Retry-After".to_owned(), "7".to_owned())];
    for _ in 0..50 {
        report(&engine, handle, 429, &after, "Bearer token-1");
        engine.waited(handle, Duration::from_millis(40)).unwrap();
        engine.paused(handle, Duration::from_millis(3)).unwrap();
    }
    engine.waited(handle, Duration::from_millis(900)).unwrap();
    let gates = of_kind(&engine, "api_gate");
    assert_eq!((gates.len(), number(&gates[0], "count"), value(&gates[0], "origin")), (1, 50, "http://api"));
    assert!(number(&gates[0], "until") >= number(&gates[0], "at") + 7000, "{gates:?}");
    let waited = of_kind(&engine, "waited");
    assert_eq!((waited.len(), number(&waited[0], "count"), number(&waited[0], "longest")), (1, 51, 900));
    let paused = of_kind(&engine, "paused");
    assert_eq!((paused.len(), number(&paused[0], "count"), number(&paused[0], "total")), (1, 50, 150));
}
