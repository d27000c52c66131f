//! The bytes of a credential, and the processor time of its life but for the request: to wake it when its token runs out,
//! to withdraw that, and to list it for the next time.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tollgate_engine::{Engine, Handle};

use crate::ALLOCATED;
use crate::endpoint::{Endpoint, TOKEN};
use crate::people::{open, people, sign_in};

/// Longer than the largest town takes to sign in on a busy machine.
const LIFE: Duration = Duration::from_secs(40);

/// What the engine's threads have used of the processor, in nanoseconds.
fn used() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let ours = tasks.filter(|task| {
        std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name.starts_with("tollgate"))
    });
    let used = |stat: String| stat.split(' ').next().and_then(|used| used.parse::<u64>().ok());
    ours.filter_map(|task| used(std::fs::read_to_string(task.join("schedstat")).ok()?)).sum()
}

pub(crate) fn of(number: usize) -> Value {
    let server = Endpoint::start(LIFE);
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let town = open(&engine, &server.url(), &[]);
    let (before, start) = (ALLOCATED.allocated(), Instant::now());
    let users = people(&engine, town, number);
    let opened = start.elapsed();
    let own = users.capacity() * size_of::<Handle>();
    let each = || (ALLOCATED.allocated() - before - own) / number;
    let idle = each();
    let start = Instant::now();
    sign_in(&engine, &users);
    let signed_in = start.elapsed();
    let valid = users.iter().all(|user| engine.generation(*user) > 0);
    let bytes = each() - TOKEN;
    let start = used();
    while users.iter().any(|user| engine.generation(*user) > 0) {
        drop(engine.await_events(Duration::ZERO));
        thread::sleep(Duration::from_millis(500));
    }
    let spent = used() - start;
    assert!(valid && server.minted() == number, "one request a user");
    let micros = spent as f64 / 1000.0 / number as f64;
    println!(
        "{number} credentials: {bytes} bytes each beside the token, {idle} without one; opened in {opened:?}, signed in in \
         {signed_in:?}; {micros:.2} µs of the processor a life"
    );
    json!({
        "credentials": number,
        "bytes": bytes,
        "bytes_without_token": idle,
        "opened_ms": opened.as_millis() as u64,
        "signed_in_ms": signed_in.as_millis() as u64,
        "processor_us_a_life": micros,
    })
}
