//! Tokens a second: the engine against the same HTTP client in a bare loop, with the same number of requests in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tollgate_engine::Engine;

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

/// The fields of a token answer.
#[derive(serde::Deserialize)]
struct Answer {
    access_token: String,
    expires_in: u64,
}

/// Eight loops that do what any client must: build a form, post it with the engine's timeouts, parse the answer and keep
/// the token.
fn bare(url: &str) -> f64 {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    drop(rustls::crypto::ring::default_provider().install_default());
    let limit = Duration::from_secs(10);
    let client = reqwest::Client::builder().no_proxy().connect_timeout(limit).timeout(limit);
    let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let left = Arc::new(AtomicUsize::new(REQUESTS));
    let url = reqwest::Url::parse(url).unwrap();
    let start = Instant::now();
    runtime.block_on(async {
        let ask = || {
            let (client, left, url) = (client.clone(), Arc::clone(&left), url.clone());
            tokio::spawn(async move {
                let (next, mut tokens) = (|n: usize| n.checked_sub(1), Vec::new());
                while let Ok(n) = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next) {
                    let (user, password) = (format!("user-{n:06}"), format!("password-{n}"));
                    let form = [
                        ("grant_type", "password"),
                        ("username", user.as_str()),
                        ("password", password.as_str()),
                        ("scope", "read write"),
                    ];
                    let form =
                        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
                    let post = client.post(url.clone()).basic_auth("me", Some("secret")).body(form);
                    let post = post.header("accept", "application/json");
                    let post = post.header("content-type", "application/x-www-form-urlencoded");
                    let body = post.send().await.unwrap().bytes().await.unwrap();
                    let answer: Answer = serde_json::from_slice(&body).unwrap();
                    assert!(answer.expires_in > 0);
                    tokens.push(answer.access_token);
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
