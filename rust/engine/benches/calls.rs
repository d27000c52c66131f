//! What the boundary calls, without the boundary: `cargo bench -p tollgate-engine --bench calls`.

#![allow(missing_docs, clippy::unwrap_used)] // Criterion's macro writes a function; it measures, and nobody is harmed

mod common;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use tollgate_engine::{Engine, Moment};

fn calls(criterion: &mut Criterion) {
    let engine = Engine::start().unwrap();
    let url = common::endpoint("bearer");
    let handle = common::open(&engine, "calls", &url, &[]);
    let token = common::token(&engine, handle);

    criterion.bench_function("hit: one look", |bench| {
        bench.iter(|| engine.look(black_box(handle), Moment::NEVER));
    });
    criterion.bench_function("its look at the clock", |bench| bench.iter(Moment::now));
    criterion.bench_function("read of a live token, by a thread that has none yet", |bench| {
        bench.iter(|| engine.read(black_box(handle), Duration::ZERO, Duration::ZERO, None, None).unwrap());
    });
    criterion.bench_function("report of a 200", |bench| {
        bench.iter(|| common::report(&engine, black_box(handle), 200, &token));
    });
    criterion.bench_function("report of a 401 to somebody else's token", |bench| {
        bench.iter(|| common::report(&engine, black_box(handle), 401, "somebody else's"));
    });
    let mut last = token.clone();
    criterion.bench_function("refresh: 401, token request over loopback, wake-up, read", |bench| {
        bench.iter(|| last = common::refresh(&engine, handle, &last));
    });
}

criterion_group! {
    name = benches;
    // Enough for three figures, and over in half a minute.
    config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .sample_size(50);
    targets = calls
}
criterion_main!(benches);
