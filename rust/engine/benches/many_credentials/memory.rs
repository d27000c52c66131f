//! The bytes of a credential, and the processor time of a token lifetime without its request: the timer at the deadline,
//! the withdrawal of the token, the next timer.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tollgate_engine::{Engine, Handle};

use crate::ALLOCATED;
use crate::endpoint::{Endpoint, TOKEN};
use crate::users::{open, sign_in, users};

/// Lifetimes to try: all users must have a token before the first expires. 100,000 users take five seconds on a quiet
/// machine. Then the benchmark waits until all tokens have expired.
const LIVES: [Duration; 3] = [Duration::from_secs(10), Duration::from_secs(40), Duration::from_secs(160)];

/// Processor time of the engine's threads, in nanoseconds.
fn used() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let ours = tasks.filter(|task| {
        std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name.starts_with("tollgate"))
    });
    let used = |stat: String| stat.split(' ').next().and_then(|used| used.parse::<u64>().ok());
    ours.filter_map(|task| used(std::fs::read_to_string(task.join("schedstat")).ok()?)).sum()
}

pub(crate) fn of(number: usize) -> Value {
    println!("{number} credentials");
    LIVES
        .into_iter()
        .find_map(|life| living(number, life))
        .expect("a machine that signs all users in within a lifetime")
}

/// `None` if tokens expired before the last one came.
fn living(number: usize, life: Duration) -> Option<Value> {
    let server = Endpoint::start(life);
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let profile = open(&engine, &server.url(), &[]);
    let (before, start) = (ALLOCATED.allocated(), Instant::now());
    let users = users(&engine, profile, number);
    let opened = start.elapsed();
    let own = users.capacity() * size_of::<Handle>();
    let each = || (ALLOCATED.allocated() - before - own) / number;
    let idle = each();
    let start = Instant::now();
    let signed_in = sign_in(&engine, &users, life).then(|| start.elapsed());
    let Some(signed_in) = signed_in.filter(|_| users.iter().all(|user| engine.generation(*user) > 0)) else {
        println!("  not all of them had a token within {life:?}: repeated with a longer lifetime");
        return None;
    };
    let bytes = each() - TOKEN;
    let start = used();
    while users.iter().any(|user| engine.generation(*user) > 0) {
        drop(engine.await_events(Duration::ZERO));
        thread::sleep(Duration::from_millis(500));
    }
    let spent = used() - start;
    assert!(server.minted() == number, "one request a user");
    let micros = spent as f64 / 1000.0 / number as f64;
    println!(
        "  {bytes} bytes each beside the token, {idle} without one; opened in {opened:?}, signed in in {signed_in:?}; \
         {micros:.2} µs of processor time a lifetime"
    );
    Some(json!({
        "credentials": number,
        "bytes": bytes,
        "bytes_without_token": idle,
        "opened_ms": opened.as_millis() as u64,
        "signed_in_ms": signed_in.as_millis() as u64,
        "processor_us_a_life": micros,
    }))
}
