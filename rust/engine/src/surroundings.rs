//! What a credential shares with the rest of the engine.

use std::hash::RandomState;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_util::task::TaskTracker;

use crate::boot_timer::BootTimer;
use crate::clock::Clock;
use crate::journal::Journal;
#[cfg(test)]
use crate::mishap::Mishap;
use crate::outbox::{Event as Message, Outbox};
use crate::timers::{self, TimerQueue};

/// Time, threads, and two ways to say something, now and to whoever looks later: one for all.
pub(crate) struct Surroundings {
    pub(crate) clock: Clock,
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) journal: Arc<Journal>,
    /// The key of all fingerprints.
    pub(crate) prints: RandomState,
    pub(crate) timers: Arc<TimerQueue>,
    /// How many credentials there were.
    credentials: AtomicU32,
    /// What was told in passing and is not heard yet.
    pub(crate) told: TaskTracker,
    #[cfg(test)]
    pub(crate) mishap: Mishap,
}

impl Surroundings {
    /// With clocks that start now, and a task for the timer queue.
    pub(crate) fn on(runtime: tokio::runtime::Handle) -> Self {
        let entered = runtime.enter();
        let (clock, boot_timer) = (Clock::start(), BootTimer::new());
        drop(entered);
        let outbox = Arc::<Outbox>::default();
        let boot_timer = boot_timer.inspect_err(|error| {
            let lost = format!("Tollgate's timers stand still while this machine is suspended: {error}");
            outbox.post(Message::Warn(lost));
        });
        let timers = Arc::default();
        runtime.spawn(timers::run(Arc::downgrade(&timers), clock, boot_timer.ok()));
        let told = TaskTracker::new();
        told.close(); // so that one can wait until there is none; there may be more all the same
        Self {
            clock,
            runtime,
            outbox,
            journal: Arc::default(),
            prints: RandomState::new(),
            timers,
            credentials: AtomicU32::new(0),
            told,
            #[cfg(test)]
            mishap: Mishap::default(),
        }
    }

    /// The number of a new credential, from 1.
    pub(crate) fn next_credential(&self) -> u32 {
        self.credentials.fetch_add(1, Ordering::Relaxed) + 1
    }
}
