//! What the credentials of a town cost: `cargo bench -p tollgate-engine --bench town`. Prints, and writes
//! `build/bench/town.json`, anew after each part: whoever cuts it short keeps what was measured. Takes a minute and a half
//! on a quiet machine of two cores.
//!
//! With `-- rate`, `-- lateness`, `-- 10000` and the like it measures those parts only.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::cast_possible_truncation)] // it measures only

#[path = "../tests/town/endpoint.rs"]
mod endpoint;
#[path = "town/lateness.rs"]
mod lateness;
#[path = "town/people.rs"]
mod people;
#[path = "town/rate.rs"]
mod rate;
#[path = "town/room.rs"]
mod room;

use std::alloc::System;
use std::path::Path;
use std::time::Instant;

use cap::Cap;
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATED: Cap<System> = Cap::new(System, usize::MAX);

/// As many users as a test, a large test and a town have.
const TOWNS: [usize; 3] = [1_000, 10_000, 100_000];

fn main() {
    let asked: Vec<_> = std::env::args().skip(1).filter(|part| !part.starts_with('-')).collect();
    let is_asked = |part: &str| asked.is_empty() || asked.iter().any(|one| one == part);
    let (start, mut results, mut towns) = (Instant::now(), json!({}), Vec::new());
    let mut keep = |name: &str, result: Value| {
        results[name] = result;
        write(&results);
        println!("  ({:.0} s so far)", start.elapsed().as_secs_f64());
    };
    for number in TOWNS.into_iter().filter(|number| is_asked(&number.to_string())) {
        towns.push(room::of(number));
        keep("towns", json!(towns));
    }
    if is_asked("rate") {
        keep("rate", rate::compared());
    }
    if is_asked("lateness") {
        keep("lateness", lateness::of_refreshes());
    }
}

fn write(results: &Value) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../build/bench/town.json");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    // Renamed into place: half a file is no result.
    let part = file.with_extension("part");
    std::fs::write(&part, serde_json::to_string_pretty(results).unwrap() + "\n").unwrap();
    std::fs::rename(part, file).unwrap();
}
