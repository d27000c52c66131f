//! What a fleet costs its store: `cargo bench -p tollgate-engine --bench fleet_store`. Writes
//! `build/bench/fleet_store.tsv`.
//!
//! A hundred injectors and ten thousand credentials, all of which need a token at the same moment, with the scripts, connections
//! and places of the engine, and a real server; token requests take a tenth of a second. `-- 20 1000` takes twenty injectors and
//! a thousand credentials. The engine is left out there, so that a hundred of them fit on one machine: what is measured is the
//! store. Then eight engines, and how soon each has the token that another requested.

#![cfg(unix)] // the store is at a socket
#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // it measures only
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
#![allow(dead_code)] // what the tests use of these files

#[path = "../tests/fleet/fleet.rs"]
mod fleet;
#[path = "fleet_store/freshness.rs"]
mod freshness;
#[path = "../tests/fleet/redis.rs"]
mod redis;
#[path = "../tests/engine/server.rs"]
mod server;
#[path = "fleet_store/wave.rs"]
mod wave;

use std::path::Path;

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|text| text.parse().ok()).collect();
    let (injectors, credentials) = match sizes[..] {
        [injectors, credentials] => (injectors, credentials),
        _ => (100, 10_000),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut rows = runtime.block_on(wave::wave(injectors, credentials));
    drop(runtime);
    rows.extend(freshness::measure());
    let lines: String = rows.iter().map(|(what, value)| format!("{what}\t{value}\n")).collect();
    print!("{lines}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../build/bench/fleet_store.tsv");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, lines).unwrap();
}
