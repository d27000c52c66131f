//! Which lane serves a thread, in a profile that has several: tokens of one client (slots), several clients (a keyring),
//! or both.
//!
//! A pure function of the thread's key and of the lanes that can serve. Invariants:
//!
//! - Sticky: a thread keeps its lane while nothing changes, and uses its home lane whenever that can serve.
//! - Even: consecutive threads of a group are spread over clients first, then over slots. Steered threads are spread in
//!   the same way over the clients that can serve.
//! - No thread is steered to another slot of its client: a pool exists because the server limits each token. A thread
//!   pauses with its slot.

/// One lane of a profile. Client and slot count from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lane {
    /// The client.
    pub client: usize,
    /// The slot of that client.
    pub slot: usize,
}

/// The lanes of a profile: each client has the same number of slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes {
    /// Number of clients.
    pub clients: usize,
    /// Number of slots of each client.
    pub slots: usize,
}

impl Lanes {
    /// Whether there is more than one lane.
    #[must_use]
    pub const fn several(self) -> bool {
        self.clients > 1 || self.slots > 1
    }

    /// Index of this lane in [`Self::all`], where the slots of one client are adjacent.
    #[must_use]
    pub const fn position(self, lane: Lane) -> usize {
        lane.client * self.slots + lane.slot
    }

    /// All lanes, in the order of [`Self::position`].
    pub fn all(self) -> impl Iterator<Item = Lane> {
        (0..self.clients).flat_map(move |client| (0..self.slots).map(move |slot| Lane { client, slot }))
    }

    /// The home lane of the thread with this key, and the number of earlier threads of its group with the same home.
    fn home(self, thread: u64) -> (Lane, usize) {
        let (clients, slots) = (self.clients.max(1) as u64, self.slots.max(1) as u64);
        // The upper half identifies the group, the lower half numbers its threads. Groups start at different lanes;
        // otherwise the first lanes would serve more threads.
        let group = (thread >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let number = group + (thread & 0xffff_ffff);
        let at = |n: u64| usize::try_from(n).unwrap_or(0);
        let lane = Lane { client: at(number % clients), slot: at(number / clients % slots) };
        (lane, at(number / clients / slots))
    }

    /// The lane that serves the thread with this key. `serves`: whether a lane can serve now.
    #[must_use]
    pub fn choose(self, thread: u64, mut serves: impl FnMut(Lane) -> bool) -> Lane {
        let (home, before) = self.home(thread);
        if self.clients == 1 || serves(home) {
            return home;
        }
        let elsewhere = |client| Lane { client, ..home };
        let open: Vec<_> =
            (0..self.clients).filter(|client| *client != home.client && serves(elsewhere(*client))).collect();
        // Adjacent slots go to adjacent clients, so a few threads are spread too.
        let turn = (home.slot + before) % open.len().max(1);
        open.get(turn).map_or(home, |client| elsewhere(*client))
    }
}
