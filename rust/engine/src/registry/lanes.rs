//! The lanes of a profile that has several tokens at work: which one serves a thread, and which one a report is about.
//!
//! Each lane is an ordinary credential with a handle of its own. Invariants: a report reaches the lane whose token was sent,
//! or none; a lane that is retired is never chosen.

use std::sync::{Arc, OnceLock};

use tollgate_core::config::lanes::{Lane, Lanes};

use crate::endpoint::credential::{CredentialCell, OpenCredential};
use crate::endpoint::pool::PoolCell;
use crate::handle::Handle;
use crate::report::Report;

/// The lanes of one profile.
pub(crate) struct LaneSet {
    pub(crate) of: Lanes,
    pub(crate) credentials: Vec<OpenCredential>,
    /// One for each client, if clients have several slots.
    pub(crate) pools: Vec<Arc<PoolCell>>,
    /// In the order of the credentials; given out after the set was made.
    handles: OnceLock<Vec<Handle>>,
}

impl LaneSet {
    pub(crate) fn new(of: Lanes, credentials: Vec<OpenCredential>, pools: Vec<Arc<PoolCell>>) -> Self {
        Self { of, credentials, pools, handles: OnceLock::new() }
    }

    pub(crate) fn hand_out(&self, handles: Vec<Handle>) {
        // The registry makes the set and calls this once.
        drop(self.handles.set(handles));
    }

    pub(crate) fn handles(&self) -> &[Handle] {
        self.handles.get().map_or(&[], Vec::as_slice)
    }

    /// The lane that serves this thread now; `None` before handles were given out.
    pub(crate) fn steer(&self, thread: u64) -> Option<Handle> {
        let serves =
            |lane| self.credential(self.in_use(lane)).is_some_and(|credential| credential.can_serve());
        let lane = self.in_use(self.of.choose(thread, serves));
        self.handles().get(self.of.position(lane)).copied()
    }

    /// The lane that stands in for this one: the slot that serves alone, if one does.
    fn in_use(&self, lane: Lane) -> Lane {
        Lane { slot: self.alone(lane.client).unwrap_or(lane.slot), ..lane }
    }

    /// The slot of this client that serves alone.
    pub(crate) fn alone(&self, client: usize) -> Option<usize> {
        self.pools.get(client)?.alone()
    }

    /// How many there are, as the summary line tells it: `4 slots`, `3 clients with 2 slots each, fell back to one slot`.
    pub(crate) fn in_words(&self) -> String {
        let Lanes { clients, slots } = self.of;
        let alone = (0..clients).filter(|client| self.alone(*client).is_some()).count();
        let count = match (clients, slots) {
            (1, slots) => format!("{slots} slots"),
            (clients, 1) => format!("{clients} clients"),
            (clients, slots) => format!("{clients} clients with {slots} slots each"),
        };
        match alone {
            0 => count,
            _ if alone == clients => format!("{count}, fell back to one slot"),
            some => format!("{count}, {some} of them fell back to one slot"),
        }
    }

    fn credential(&self, lane: Lane) -> Option<&OpenCredential> {
        self.credentials.get(self.of.position(lane))
    }

    /// The credential that `report` is about: `own`, unless it does not know the token that was sent and another does.
    pub(crate) fn addressee<'a>(
        &'a self,
        own: &'a Arc<CredentialCell>,
        report: &Report<'_>,
    ) -> &'a Arc<CredentialCell> {
        let cells = self.credentials.iter().map(|credential| &**credential);
        [own].into_iter().chain(cells).find(|cell| report.is_known_to(cell)).unwrap_or(own)
    }
}
