//! What a proof for an API request costs (RFC 9449): `cargo bench -p tollgate-engine --bench proof`.

#![allow(missing_docs, clippy::unwrap_used)] // Criterion's macro writes a function; it measures, and nobody is harmed

mod common;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use tollgate_engine::Engine;

const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/unit/keys/");

fn proofs(criterion: &mut Criterion) {
    let url = common::endpoint("DPoP");
    let engine = Engine::start().unwrap();
    for (name, file) in [("P-256", None), ("Ed25519", Some("ed25519.pem")), ("RSA-2048", Some("rsa.pem"))] {
        let key = file.map(|file| format!("file:{KEYS}{file}"));
        let mut settings = vec![("dpop", "true")];
        settings.extend(key.as_deref().map(|key| ("dpop_key", key)));
        let handle = common::open(&engine, name, &url, &settings);
        common::token(&engine, handle);
        criterion.bench_function(&format!("proof by {name}"), |bench| {
            bench.iter(|| engine.proof(handle, 1, "GET", "https://api.example.com/v2/users/me").unwrap());
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(30);
    targets = proofs
}
criterion_main!(benches);
