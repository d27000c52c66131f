//! The cost of many credentials: `cargo bench -p tollgate-engine --bench many_credentials`. Prints the results and writes
//! `build/bench/many_credentials.json` after each part, so an aborted run keeps them. Takes a minute and a half on a quiet
//! machine with two cores.
//!
//! With `-- rate`, `-- wish`, `-- lateness`, `-- 10000` and the like it measures those parts only.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::cast_possible_truncation)] // it measures only

#[path = "many_credentials/bare_client.rs"]
mod bare_client;
#[path = "../tests/many_users/endpoint.rs"]
mod endpoint;
#[path = "many_credentials/lateness.rs"]
mod lateness;
#[path = "many_credentials/memory.rs"]
mod memory;
#[path = "many_credentials/rate.rs"]
mod rate;
#[path = "many_credentials/users.rs"]
mod users;
#[path = "many_credentials/wish.rs"]
mod wish;

use std::alloc::System;
use std::path::Path;
use std::time::Instant;

use cap::Cap;
use serde_json::{Value, json};
use zeroizing_alloc::ZeroAlloc;

/// As in the native library, and counted.
#[global_allocator]
static ALLOCATED: Cap<ZeroAlloc<System>> = Cap::new(ZeroAlloc(System), usize::MAX);

/// The numbers of users: those of a test, a large test and a very large one.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

fn main() {
    let parts: Vec<_> = std::env::args().skip(1).filter(|part| !part.starts_with('-')).collect();
    let is_selected = |part: &str| parts.is_empty() || parts.iter().any(|one| one == part);
    let (start, mut results, mut sizes) = (Instant::now(), json!({}), Vec::new());
    let mut keep = |name: &str, result: Value| {
        results[name] = result;
        write(&results);
        println!("  ({:.0} s so far)", start.elapsed().as_secs_f64());
    };
    for number in SIZES.into_iter().filter(|number| is_selected(&number.to_string())) {
        sizes.push(memory::of(number));
        keep("sizes", json!(sizes));
    }
    if is_selected("rate") {
        keep("rate", rate::compared());
    }
    if is_selected("wish") {
        keep("wish", wish::to_the_wire());
    }
    if is_selected("lateness") {
        keep("lateness", lateness::of_refreshes());
    }
}

fn write(results: &Value) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../build/bench/many_credentials.json");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    // Renamed into place, so that an aborted write leaves no half file.
    let part = file.with_extension("part");
    std::fs::write(&part, serde_json::to_string_pretty(results).unwrap() + "\n").unwrap();
    std::fs::rename(part, file).unwrap();
}
