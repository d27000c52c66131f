//! What a credential shares with the rest of the engine.

use std::hash::RandomState;
use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::journal::Journal;
#[cfg(test)]
use crate::mishap::Mishap;
use crate::outbox::Outbox;
use crate::timetable::{self, Timetable};

/// Time, threads, and two ways to say something, now and to whoever looks later: one for all.
pub(crate) struct Surroundings {
    pub(crate) clock: Clock,
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) journal: Arc<Journal>,
    /// The key of all fingerprints.
    pub(crate) prints: RandomState,
    /// Shared with the task that keeps it.
    pub(crate) timetable: Arc<Timetable>,
    /// What was told in passing and is not heard yet.
    pub(crate) told: TaskTracker,
    #[cfg(test)]
    pub(crate) mishap: Mishap,
}

impl Surroundings {
    /// With clocks that start now, and a task that wakes whoever wants to be woken.
    pub(crate) fn on(runtime: tokio::runtime::Handle) -> Self {
        let entered = runtime.enter();
        let clock = Clock::start();
        drop(entered);
        let timetable = Arc::default();
        runtime.spawn(timetable::keep(Arc::downgrade(&timetable), clock));
        let told = TaskTracker::new();
        told.close(); // so that one can wait until there is none; there may be more all the same
        Self {
            clock,
            runtime,
            outbox: Arc::default(),
            journal: Arc::default(),
            prints: RandomState::new(),
            timetable,
            told,
            #[cfg(test)]
            mishap: Mishap::default(),
        }
    }
}
