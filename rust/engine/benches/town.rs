//! What the credentials of a town cost: `cargo bench -p tollgate-engine --bench town`. Prints, and writes
//! `build/bench/town.json`.

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

use cap::Cap;
use serde_json::json;

#[global_allocator]
static ALLOCATED: Cap<System> = Cap::new(System, usize::MAX);

fn main() {
    let (rate, lateness) = (rate::compared(), lateness::of_refreshes());
    let towns = [1_000, 10_000, 100_000].map(room::of);
    let result = json!({ "towns": towns, "rate": rate, "lateness": lateness });
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../build/bench/town.json");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, serde_json::to_string_pretty(&result).unwrap() + "\n").unwrap();
}
