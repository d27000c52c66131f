//! Several clients in one profile. The server counts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tollgate_engine::{Engine, Handle};

use crate::pools::{lanes, read_as, report_with_headers, status};
use crate::server::{Answer, Server, http, token};
use crate::{eventually, log_text, open};

fn of_client(request: &str, id: &str) -> bool {
    request.contains(&format!("client_id={id}&")) || request.ends_with(&format!("client_id={id}"))
}

/// Clients `a`, `b` and `c`, the first under the names of a profile with one.
fn keyring(url: &str) -> Vec<(&str, &str)> {
    vec![
        ("token_url", url),
        ("client_auth", "client_secret_post"),
        ("client_id", "a"),
        ("client_id.2", "b"),
        ("client_secret.2", "s3cret-of-b"),
        ("client_id.3", "c"),
        ("client_secret.3", "s3cret-of-c"),
    ]
}

/// Three clients. The server answers the first request of the first one with a 429, for so many seconds.
struct Throttled {
    server: Server,
    /// What the first was asked for.
    asked: Arc<AtomicUsize>,
    engine: Engine,
    profile: Handle,
    homes: Vec<Handle>,
}

impl Throttled {
    fn start(seconds: u64) -> Self {
        let asked = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&asked);
        let server = Server::start(move |n, request| {
            if of_client(request, "a") && counted.fetch_add(1, Ordering::SeqCst) == 0 {
                return Answer::Say(http(429, &format!("Retry-After: {seconds}\r\n"), ""));
            }
            token(n, 3600)
        });
        let engine = Engine::start().unwrap();
        let profile = open(&engine, "keys", &keyring(&server.url()));
        let homes = (0..30).map(|thread| engine.steer(profile, thread).unwrap()).collect();
        Self { server, asked, engine, profile, homes }
    }

    /// The lanes that serve the threads.
    fn read(&self) -> Vec<Handle> {
        (0..30).map(|thread| read_as(&self.engine, self.profile, thread).unwrap().0).collect()
    }
}

#[test]
fn a_client_that_is_throttled_at_the_token_endpoint_lends_its_threads_evenly() {
    let throttled = Throttled::start(600);
    let homes = &throttled.homes;
    assert_eq!(homes.iter().collect::<BTreeSet<_>>().len(), 3);
    // Those of client a wait, and move on while they wait.
    let lent = throttled.read();
    let home_of_a = homes[(0..30).find(|n| homes[*n] != lent[*n]).unwrap()];
    assert_eq!(status(&throttled.engine, throttled.profile)["lanes"][0]["state"], "held");
    for (home, lane) in homes.iter().zip(&lent) {
        assert!(lane == home || *home == home_of_a, "those of other clients stay");
        assert_ne!(*lane, home_of_a);
    }
    let lent_to: BTreeMap<_, usize> = homes.iter().zip(&lent).filter(|(home, _)| **home == home_of_a).fold(
        BTreeMap::new(),
        |mut load, (_, lane)| {
            *load.entry(lane).or_default() += 1;
            load
        },
    );
    assert_eq!(lent_to.values().collect::<Vec<_>>(), [&5, &5], "evenly");
    assert_eq!((throttled.asked.load(Ordering::SeqCst), throttled.server.count()), (1, 3));
    assert!(crate::summary(&throttled.engine, throttled.profile, 0).contains("; 3 clients"));
}

#[test]
fn a_client_whose_wait_at_the_token_endpoint_is_over_gets_its_threads_back() {
    let throttled = Throttled::start(1);
    throttled.read();
    eventually("home again", || throttled.read() == throttled.homes);
    assert_eq!((throttled.asked.load(Ordering::SeqCst), throttled.server.count()), (2, 4));
}

fn wait(seconds: &str) -> [(String, String); 1] {
    [("Retry-After".to_owned(), seconds.to_owned())]
}

#[test]
fn a_client_that_the_api_throttles_lends_its_threads_while_another_is_free() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let profile = open(&engine, "keys", &keyring(&server.url()));
    let home: Vec<_> = (0..6).map(|thread| read_as(&engine, profile, thread).unwrap()).collect();
    report_with_headers(&engine, home[0].0, 429, &wait("600"), Some(&home[0].1), None);
    let lane = engine.steer(profile, 0).unwrap();
    assert_ne!(lane, home[0].0);
    assert_eq!(
        engine.pause(lane, None, true),
        Ok(Duration::ZERO),
        "nobody pauses while another client is free"
    );
    assert_eq!(engine.steer(profile, 1), Ok(home[1].0), "and nobody else moves");
    // With all clients throttled a thread waits at home.
    for (lane, token) in &home[..3] {
        report_with_headers(&engine, *lane, 429, &wait("700"), Some(token), None);
    }
    assert_eq!(engine.steer(profile, 0), Ok(home[0].0));
    assert!(engine.pause(home[0].0, None, false).unwrap() > Duration::from_secs(600));
    assert_eq!(server.count(), 3, "what the API says costs no token");
}

#[test]
fn a_client_whose_gate_opens_gets_its_threads_back() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let profile = open(&engine, "keys", &keyring(&server.url()));
    let home: Vec<_> = (0..3).map(|thread| read_as(&engine, profile, thread).unwrap()).collect();
    for (lane, token) in &home {
        report_with_headers(&engine, *lane, 429, &wait("1"), Some(token), None);
        engine.steer(profile, 0).unwrap();
    }
    eventually("home and free again", || {
        engine.steer(profile, 0) == Ok(home[0].0)
            && engine.pause(home[0].0, None, false) == Ok(Duration::ZERO)
    });
    assert_eq!(server.count(), 3);
}

#[test]
fn a_client_with_a_wrong_secret_does_not_stop_the_others() {
    let server = Server::start(|n, request| match of_client(request, "b") {
        true => Answer::Say(http(401, "", r#"{"error":"invalid_client"}"#)),
        false => token(n, 3600),
    });
    let engine = Engine::start().unwrap();
    let profile = open(&engine, "keys", &keyring(&server.url()));
    let tokens: BTreeSet<_> = (0..30).map(|thread| read_as(&engine, profile, thread).unwrap().1).collect();
    assert_eq!(tokens.len(), 2);
    let asked = server.requests();
    assert_eq!(asked.iter().filter(|request| of_client(request, "b")).count(), 1);
    assert_eq!(asked.len(), 3);
    let said = log_text(&engine);
    assert!(said.contains("profile 'keys', client 2: ") && said.contains("invalid_client"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
    assert_eq!(lanes(&engine, profile, "state"), [r#""valid""#, r#""failed""#, r#""valid""#]);
}
