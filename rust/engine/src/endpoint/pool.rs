//! The pool of one client's slots, as threads see it: whether one slot serves alone.

use std::sync::atomic::{AtomicUsize, Ordering};

use tollgate_core::config::lanes::Lanes;
use tollgate_core::config::profile::Profile;
use tollgate_core::machine::{PoolId, Seat};

/// No slot serves alone.
const NONE: usize = usize::MAX;

/// The slots of one client.
pub(crate) struct PoolCell {
    pub(crate) id: PoolId,
    alone: AtomicUsize,
    slots: usize,
}

impl PoolCell {
    pub(crate) fn new(id: PoolId, slots: usize) -> Self {
        Self { id, alone: AtomicUsize::new(NONE), slots }
    }

    /// The slot that serves alone, if it was decided so. Never blocks.
    pub(crate) fn alone(&self) -> Option<usize> {
        Some(self.alone.load(Ordering::Acquire)).filter(|alone| *alone != NONE)
    }

    /// The driver publishes what was decided.
    pub(crate) fn serve_alone(&self, slot: Option<usize>) {
        self.alone.store(slot.unwrap_or(NONE), Ordering::Release);
    }

    /// A slot as the machine knows it.
    pub(crate) fn seat(&self, slot: usize) -> Seat {
        Seat { pool: self.id, slot, slots: self.slots }
    }
}

/// The log line when a slot serves alone: a client's tokens cannot live side by side. `profile`: of that slot.
pub(crate) fn serves_alone(profile: &Profile) -> String {
    let title = profile.title();
    let (number, of) = profile
        .position
        .map_or((1, Lanes { clients: 1, slots: 1 }), |position| (position.number, position.of));
    let clients = if of.clients > 1 { format!(" of client {number}") } else { String::new() };
    let slots = of.slots;
    format!(
        "{title}: the API refused tokens of other slots before their time, each after the next slot's token had come, \
         and accepts the newest: the server lets this client have fewer than {slots} tokens at a time. From now on this \
         slot{clients} serves all threads, until the profile is defined otherwise. Check the server's limit of tokens \
         per client; set pool to what it allows, or give the profile more clients (client_id.2)"
    )
}
