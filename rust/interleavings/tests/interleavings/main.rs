//! What threads share, in every order in which they can meet. The files with `path` are those of the engine.

#![allow(clippy::unwrap_used)] // in a test an unwrap is an assertion

#[path = "../../../engine/src/handle.rs"]
#[allow(unreachable_pub)]
mod handle;
#[path = "../../../engine/src/outbox.rs"]
#[allow(unreachable_pub, dead_code)]
mod outbox;
#[path = "../../../core/tests/model/policy.rs"]
mod policy;
#[path = "../../../engine/src/published/generation_cell.rs"]
#[allow(unreachable_pub)]
mod published;
mod sync;

mod reading;
mod waiters;
mod waking;

use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs a model in every order and gives their number. Fewer than `least` and it explored nothing worth the name.
fn explore(name: &str, least: usize, model: impl Fn() + Sync + Send + 'static) {
    static GUARD: std::sync::Mutex<()> = std::sync::Mutex::new(());
    static ORDERS: AtomicUsize = AtomicUsize::new(0);
    let _one_at_a_time = GUARD.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    ORDERS.store(0, Ordering::SeqCst);
    let mut builder = loom::model::Builder::new();
    builder.max_branches = 100_000;
    // Threads are preempted so often at most: more finds next to nothing and takes minutes.
    builder.preemption_bound = Some(3);
    builder.check(move || {
        ORDERS.fetch_add(1, Ordering::SeqCst);
        model();
    });
    let orders = ORDERS.load(Ordering::SeqCst);
    println!("{name}: {orders} interleavings");
    assert!(orders >= least, "{name}: only {orders} interleavings");
}
