//! What threads do with a credential in passing: take the token that is shown, and tell what nobody waits for.
//!
//! Hundreds of threads come in the millisecond in which a token was replaced. One that is not running may hold the lock
//! then, and for longer than a refresh takes. Invariants: whoever takes the token that is shown waits for nobody; what is
//! told in passing is heard, by the machine as by the counts, if a little later; whoever looks at the counts finds what
//! was told before; what its teller must find changed afterwards is not told in passing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tollgate_core::machine::credential::Event;
use tollgate_core::oauth::token::{Generation, Token};
use tollgate_core::time::clock::Mono;

use crate::surroundings::Surroundings;
use crate::vault::{State, Vault};

/// What the machines have heard already, so that they need not be told again. Nothing else is read on the strength of it,
/// so no order is asked for.
#[derive(Default)]
pub(crate) struct Known {
    /// The newest generation that was read.
    read: AtomicU64,
}

impl Known {
    /// Whether this is the first to read this generation.
    fn is_news(&self, generation: Generation) -> bool {
        self.read.load(Ordering::Relaxed) < generation
            && self.read.fetch_max(generation, Ordering::Relaxed) < generation
    }
}

/// How long whoever looks at the counts waits for them. It takes as long as a thread that isn't running keeps a lock, and
/// counts that lack the last few are better than a run that does not end.
const LAG: Duration = Duration::from_secs(1);

impl Surroundings {
    /// Waits until all that was told is heard. Not to be called by the engine's own threads.
    pub(crate) fn catch_up(&self) {
        if !self.told.is_empty() {
            let heard = async { tokio::time::timeout(LAG, self.told.wait()).await };
            let _late = self.runtime.block_on(heard);
        }
    }
}

impl Vault {
    /// The token that is shown, for a caller who needs `floor` of remaining life. Never blocks.
    pub(crate) fn take(self: &Arc<Self>, now: Mono, floor: Duration) -> Option<Arc<Token>> {
        let token = self.shown.thing().filter(|token| token.is_for(now, floor))?;
        let generation = token.generation;
        if self.known.is_news(generation) {
            self.in_passing(move |vault, state| {
                let hear = || vault.drive_locked(state, Event::Read(generation));
                if catch_unwind(AssertUnwindSafe(hear)).is_err() {
                    vault.known.read.store(0, Ordering::Relaxed); // the next reader says it again
                }
            });
        }
        Some(token)
    }

    /// Does it now if nobody holds the lock, and otherwise lets the engine's own threads do it.
    pub(crate) fn in_passing(self: &Arc<Self>, act: impl FnOnce(&Arc<Self>, &mut State) + Send + 'static) {
        if let Some(mut state) = self.shown.try_lock() {
            return act(self, &mut state);
        }
        let vault = Arc::clone(self);
        let Surroundings { runtime, told, .. } = &*self.surroundings;
        told.spawn_on(async move { act(&vault, &mut vault.lock()) }, runtime);
    }
}
