//! How long a store took to answer: counts by upper bounds. Any number of threads add, and none waits.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// In microseconds. A store that takes longer than the last is called silent.
const BOUNDS: [u64; 11] =
    [500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];

/// Of all stores of this process, since it began.
#[derive(Debug, Default)]
pub(crate) struct StoreLatency {
    /// By bound; those above the last at the end.
    counts: [AtomicU64; BOUNDS.len() + 1],
    nanos: AtomicU64,
}

impl StoreLatency {
    /// It answered after so long.
    pub(crate) fn add(&self, took: Duration) {
        let bucket = BOUNDS.partition_point(|bound| Duration::from_micros(*bound) < took);
        self.counts[bucket].fetch_add(1, Ordering::Relaxed);
        self.nanos.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// As fields of a line; empty if no store was asked.
    pub(super) fn fields(&self) -> String {
        let counts = self.counts.each_ref().map(|count| count.load(Ordering::Relaxed));
        if counts.iter().all(|count| *count == 0) {
            return String::new();
        }
        let nanos = self.nanos.load(Ordering::Relaxed);
        format!("\tstore_bounds_us={}\tstore_counts={}\tstore_ns={nanos}", list(&BOUNDS), list(&counts))
    }
}

fn list(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
}
