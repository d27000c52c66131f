//! Tokens a second: the engine against the same HTTP client in a bare loop, with the same number of requests in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tollgate_engine::Engine;

use crate::bare_client::BareClient;
use crate::endpoint::Endpoint;
use crate::users::{open, read, users};

/// The engine's default, `max_concurrent_token_requests`.
const AT_ONCE: usize = 8;

/// Requests of one round.
const REQUESTS: usize = 20_000;

/// Both alternate, so that other load on the machine affects both alike.
const ROUNDS: usize = 5;

fn a_second(took: Duration) -> f64 {
    REQUESTS as f64 / took.as_secs_f64()
}

/// Eight loops that send one token request after the other.
fn bare(url: &str) -> f64 {
    let client = BareClient::new(url);
    let left = Arc::new(AtomicUsize::new(REQUESTS));
    let start = Instant::now();
    client.runtime.block_on(async {
        let ask = || {
            let (post, left) = (client.post(), Arc::clone(&left));
            tokio::spawn(async move {
                let (next, mut tokens) = (|n: usize| n.checked_sub(1), Vec::new());
                while let Ok(n) = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next) {
                    tokens.push(post(n).await);
                }
                tokens.len()
            })
        };
        for one in (0..AT_ONCE).map(|_| ask()).collect::<Vec<_>>() {
            assert!(one.await.unwrap() > 0);
        }
    });
    a_second(start.elapsed())
}

/// The same number of users sign in, all in the waiting line when the server starts to answer.
fn engine(server: &Endpoint) -> f64 {
    let engine = Engine::start().unwrap();
    let profile = open(&engine, &server.url(), &[]);
    let users = users(&engine, profile, REQUESTS);
    let (held, before) = (server.hold(), server.minted());
    for user in &users {
        read(&engine, *user);
    }
    let start = Instant::now();
    drop(held);
    while server.minted() < before + REQUESTS {
        thread::sleep(Duration::from_millis(1));
    }
    a_second(start.elapsed())
}

pub(crate) fn compared() -> Value {
    let server = Endpoint::start(Duration::from_secs(3600));
    println!("{ROUNDS} rounds of {REQUESTS} token requests each way");
    let round = |n| {
        let (bare, engine) = (bare(&server.url()), engine(&server));
        println!("  round {}: {engine:.0} a second, {bare:.0} by a bare loop", n + 1);
        (engine / bare, bare, engine)
    };
    let mut rounds: Vec<_> = (0..ROUNDS).map(round).collect();
    rounds.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (ratio, bare, engine) = rounds[ROUNDS / 2];
    println!("{engine:.0} tokens a second, {bare:.0} by a bare loop: {ratio:.2}");
    let ratios: Vec<_> = rounds.iter().map(|round| round.0).collect();
    json!({ "at_once": AT_ONCE, "bare_a_second": bare, "engine_a_second": engine, "ratio": ratio, "ratios": ratios })
}
