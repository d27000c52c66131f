//! Which lane serves a thread, in a profile that has several: tokens of one client (slots), several clients (a keyring),
//! or both.
//!
//! A pure function of the thread's key and of who can serve. Invariants:
//!
//! - Sticky: the same thread gets the same lane for as long as nothing changes, and its home lane whenever that can serve.
//! - Even: threads that follow each other in a group are spread over clients first, then over slots; those that are
//!   steered away are spread in the same way over the clients that can serve.
//! - Slots of one client are never steered between: a limit of the server's that holds for one token is what a slot is
//!   there to meet. A thread pauses with its slot.

/// One of the lanes of a profile, both counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lane {
    /// Which client.
    pub client: usize,
    /// Which of its slots.
    pub slot: usize,
}

/// How many lanes there are: each client has as many slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes {
    /// How many clients.
    pub clients: usize,
    /// How many slots each has.
    pub slots: usize,
}

impl Lanes {
    /// Whether there is anything to choose.
    #[must_use]
    pub const fn several(self) -> bool {
        self.clients > 1 || self.slots > 1
    }

    /// Where this lane stands when all are listed, the slots of one client together.
    #[must_use]
    pub const fn position(self, lane: Lane) -> usize {
        lane.client * self.slots + lane.slot
    }

    /// All lanes, in the order of their positions.
    pub fn all(self) -> impl Iterator<Item = Lane> {
        (0..self.clients).flat_map(move |client| (0..self.slots).map(move |slot| Lane { client, slot }))
    }

    /// The home of the thread with this key, and how many threads of its group have the same home and come before it.
    fn home(self, thread: u64) -> (Lane, usize) {
        let (clients, slots) = (self.clients.max(1) as u64, self.slots.max(1) as u64);
        // The upper half is the group's and looks random, the lower half numbers its threads. Groups begin at
        // different lanes, or the first lanes would serve more of them.
        let group = (thread >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let number = group + (thread & 0xffff_ffff);
        let at = |n: u64| usize::try_from(n).unwrap_or(0);
        let lane = Lane { client: at(number % clients), slot: at(number / clients % slots) };
        (lane, at(number / clients / slots))
    }

    /// The lane that serves the thread with this key. `serves` tells whether a lane can serve now.
    #[must_use]
    pub fn choose(self, thread: u64, mut serves: impl FnMut(Lane) -> bool) -> Lane {
        let (home, before) = self.home(thread);
        if self.clients == 1 || serves(home) {
            return home;
        }
        let elsewhere = |client| Lane { client, ..home };
        let open: Vec<_> =
            (0..self.clients).filter(|client| *client != home.client && serves(elsewhere(*client))).collect();
        // Neighbouring slots are sent to neighbouring clients, so that few threads are spread too.
        let turn = (home.slot + before) % open.len().max(1);
        open.get(turn).map_or(home, |client| elsewhere(*client))
    }
}
