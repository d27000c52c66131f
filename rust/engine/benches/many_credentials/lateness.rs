//! The lateness of refreshes, as the server sees it. `refresh=late` with an interval refreshes at an exact point, so any
//! longer distance between two requests of a user is lateness.

use std::collections::HashMap;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tollgate_engine::Engine;

use crate::endpoint::Endpoint;
use crate::users::{open, read, sign_in, users};

/// With this lifetime these users make 500 requests a second. They sign in at that rate: the benchmark measures lateness
/// while the server keeps up, not the length of a wave.
const USERS: usize = 2_000;
const LIFE: Duration = Duration::from_secs(4);
const LENGTH: Duration = Duration::from_secs(20);

pub(crate) fn of_refreshes() -> Value {
    println!("how late refreshes are: {LENGTH:?} and {LIFE:?} to sign in");
    let server = Endpoint::remembering(LIFE * 2, true);
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let profile = open(&engine, &server.url(), &[("refresh", "late"), ("refresh_interval", "4s")]);
    let users = users(&engine, profile, USERS);
    const AT_A_TIME: usize = 10;
    for some in users.chunks(AT_A_TIME) {
        let next = Instant::now() + LIFE * AT_A_TIME as u32 / USERS as u32;
        assert!(sign_in(&engine, some, LIFE), "the server answers");
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    let (start, mut last_read) = (Instant::now(), vec![0; USERS]);
    while start.elapsed() < LENGTH {
        for (user, last) in users.iter().zip(&mut last_read) {
            let generation = engine.generation(*user);
            if generation != *last && read(&engine, *user) {
                *last = generation;
            }
        }
        drop(engine.await_events(Duration::ZERO));
        thread::sleep(Duration::from_millis(20));
    }
    let mut last: HashMap<u32, Instant> = HashMap::new();
    let mut late = Vec::new();
    for (user, at) in server.arrivals() {
        if let Some(before) = last.insert(user, at) {
            late.push(at.duration_since(before).saturating_sub(LIFE).as_secs_f64() * 1000.0);
        }
    }
    late.sort_by(f64::total_cmp);
    let at = |share: f64| late[((late.len() - 1) as f64 * share) as usize];
    let of_a_life = at(1.0) / LIFE.as_secs_f64() / 10.0;
    println!(
        "{} refreshes: late by {:.1} ms (half), {:.1} ms (99 %), {:.1} ms (all): {of_a_life:.2} % of a life of {LIFE:?}",
        late.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
    json!({
        "refreshes": late.len(),
        "life_ms": LIFE.as_millis() as u64,
        "late_ms_p50": at(0.5),
        "late_ms_p99": at(0.99),
        "late_ms_max": at(1.0),
        "late_percent_of_a_life_max": of_a_life,
    })
}
