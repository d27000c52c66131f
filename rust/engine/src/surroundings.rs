//! What a credential shares with the rest of the engine.

use std::sync::Arc;

use crate::clock::Clock;
#[cfg(test)]
use crate::mishap::Mishap;
use crate::outbox::Outbox;
use crate::watch::Watch;

/// Time, threads, and a way to say something.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) clock: Clock,
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) watch: Arc<Watch>,
    #[cfg(test)]
    pub(crate) mishap: Mishap,
}

impl Surroundings {
    /// With clocks that start now.
    pub(crate) fn on(runtime: tokio::runtime::Handle) -> Self {
        let entered = runtime.enter();
        let clock = Clock::start();
        drop(entered);
        Self {
            clock,
            runtime,
            outbox: Arc::default(),
            watch: Arc::default(),
            #[cfg(test)]
            mishap: Mishap::default(),
        }
    }
}
