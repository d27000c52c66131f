//! From a thread's wish for a token to the request at the server: through the engine's queue and driver, and by the same
//! HTTP client, to which the thread gives the request itself. The difference is the price of the queue.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tollgate_engine::Engine;

use crate::bare_client::BareClient;
use crate::endpoint::Endpoint;
use crate::users::{open, read, users};

/// Wishes each way. They alternate, so that other load on the machine affects both alike.
const WISHES: usize = 1_000;

/// Between two of them, so that each finds everybody asleep, as the first thread after an expiry does.
const PAUSE: Duration = Duration::from_millis(2);

/// Microseconds until the request that `wish` brings about was read by the server.
fn until_arrival(server: &Endpoint, wish: impl FnOnce()) -> f64 {
    let before = server.minted();
    let start = Instant::now();
    wish();
    while server.minted() == before {
        thread::yield_now();
    }
    let (_, arrived) = server.arrivals().pop().unwrap();
    thread::sleep(PAUSE);
    arrived.duration_since(start).as_secs_f64() * 1e6
}

pub(crate) fn to_the_wire() -> Value {
    println!("from a thread's wish to the request at the server, {WISHES} times each way");
    let server = Endpoint::remembering(Duration::from_secs(3600), true);
    let engine = Engine::start().unwrap();
    let profile = open(&engine, &server.url(), &[]);
    let client = BareClient::new(&server.url());
    let post = client.post();
    let (mut by_engine, mut by_client) = (Vec::new(), Vec::new());
    for (n, user) in users(&engine, profile, WISHES).into_iter().enumerate() {
        by_engine.push(until_arrival(&server, || assert!(!read(&engine, user))));
        by_client.push(until_arrival(&server, || drop(client.runtime.spawn(post(n)))));
        drop(engine.await_events(Duration::ZERO));
    }
    let shares = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        [0.5, 0.99].map(|share| times[((times.len() - 1) as f64 * share) as usize])
    };
    let ([engine, engine_most], [client, client_most]) = (shares(by_engine), shares(by_client));
    println!(
        "  by the engine {engine:.0} µs (99 %: {engine_most:.0}), by the client {client:.0} µs (99 %: {client_most:.0})"
    );
    json!({
        "wishes": WISHES,
        "engine_us_p50": engine,
        "engine_us_p99": engine_most,
        "client_us_p50": client,
        "client_us_p99": client_most,
    })
}
