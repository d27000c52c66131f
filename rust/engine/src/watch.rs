//! Notices that the machine was suspended, for as long as there is anything that ages.
//!
//! Invariants: while a credential waits for time to pass, the clocks are compared every second; while none does, no thread
//! wakes for it, and what was missed meanwhile is noticed as soon as one does again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tollgate_core::clock::Drift;

use crate::clock::Clock;

/// How soon a suspended machine is noticed after it wakes.
const PERIOD: Duration = Duration::from_secs(1);

/// Who waits for time to pass.
#[derive(Default)]
pub(crate) struct Watch {
    waiting: AtomicUsize,
    roused: Notify,
}

impl Watch {
    /// One more credential has a token that ages, or is to be woken some time.
    pub(crate) fn begin(&self) {
        if self.waiting.fetch_add(1, Ordering::AcqRel) == 0 {
            self.roused.notify_one();
        }
    }

    /// One less.
    pub(crate) fn end(&self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }

    /// The next time to compare the clocks.
    async fn due(&self) {
        if self.waiting.load(Ordering::Acquire) == 0 {
            self.roused.notified().await;
        } else {
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Tells how much time passed unseen, whenever some did, until it is not wanted any more.
    pub(crate) async fn keep(&self, clock: Clock, mut tell: impl FnMut(Option<Duration>) -> bool) {
        let mut drift = Drift::from(clock.now());
        loop {
            self.due().await;
            if !tell(drift.observe(clock.now())) {
                return;
            }
        }
    }
}
