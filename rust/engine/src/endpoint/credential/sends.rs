//! The sends under way of a credential with `refresh=drain`, which waits for them before it refreshes.
//!
//! A thread begins a send in the same step in which it takes the token, so that the driver finds it counted or the token
//! hidden. Invariants: no send begins while sends are held; a send that was cut off is not waited for again.

use std::collections::BTreeSet;

use parking_lot::Mutex;

/// Names one send: the caller chooses it.
pub(crate) type SendId = u64;

/// The sends. Boxed: most credentials never drain.
#[derive(Default)]
#[allow(clippy::box_collection)]
pub(crate) struct Sends(Mutex<Option<Box<State>>>);

#[derive(Default)]
struct State {
    under_way: BTreeSet<SendId>,
    held: bool,
}

impl Sends {
    /// Begins a send with what `take` gives, if sends are not held. A thread that sends again has ended the send before.
    /// The second value: whether that was the last send that a drain waits for.
    pub(crate) fn begin<T>(&self, send: SendId, take: impl FnOnce() -> Option<T>) -> (Option<T>, bool) {
        let mut sends = self.0.lock();
        let state = sends.get_or_insert_default();
        let ended = state.under_way.remove(&send);
        let taken = if state.held { None } else { take() };
        if taken.is_some() {
            state.under_way.insert(send);
        }
        (taken, ended && state.held && state.under_way.is_empty())
    }

    /// A send ended. Whether it was the last that a drain waits for.
    pub(crate) fn end(&self, send: SendId) -> bool {
        let mut sends = self.0.lock();
        let Some(state) = sends.as_mut() else { return false };
        state.under_way.remove(&send) && state.held && state.under_way.is_empty()
    }

    /// Holds new sends. How many are under way.
    pub(crate) fn hold(&self) -> usize {
        let mut sends = self.0.lock();
        let state = sends.get_or_insert_default();
        state.held = true;
        state.under_way.len()
    }

    /// Waits for the sends under way no longer. How many those are.
    pub(crate) fn cut_off(&self) -> usize {
        self.0.lock().as_mut().map_or(0, |state| std::mem::take(&mut state.under_way).len())
    }

    /// Sends may begin again.
    pub(crate) fn release(&self) {
        if let Some(state) = self.0.lock().as_mut() {
            state.held = false;
        }
    }
}
