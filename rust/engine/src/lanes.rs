//! The lanes of a profile that has several tokens at work: which one serves a thread, which one a report is about, and
//! what it means for the others.
//!
//! Each lane is an ordinary credential with a handle of its own. Invariants: a report reaches the lane whose token was
//! sent, or none; a lane that was retired is never chosen; no two vaults are locked at once.

use std::sync::{Arc, OnceLock};

use tollgate_core::config::lanes::{Lane, Lanes};
use tollgate_core::config::profile::Profile;
use tollgate_core::machine::credential::Event;

use crate::handle::Handle;
use crate::outbox::Event as Message;
use crate::pool::SharedPool;
use crate::report::{Report, Verdict};
use crate::vault::Vault;

/// The lanes of one profile.
pub(crate) struct LaneSet {
    pub(crate) of: Lanes,
    pub(crate) vaults: Vec<Arc<Vault>>,
    /// One for each client, if clients have several slots.
    pools: Vec<Arc<SharedPool>>,
    /// In the order of the vaults; given out after the set was made.
    handles: OnceLock<Vec<Handle>>,
}

impl LaneSet {
    pub(crate) fn new(of: Lanes, vaults: Vec<Arc<Vault>>, pools: Vec<Arc<SharedPool>>) -> Self {
        for lane in of.all() {
            if let (Some(pool), Some(vault)) = (pools.get(lane.client), vaults.get(of.position(lane))) {
                vault.join(Arc::clone(pool), lane.slot);
            }
        }
        Self { of, vaults, pools, handles: OnceLock::new() }
    }

    /// The profile was defined otherwise: all slots serve again, until it shows once more that they can't.
    pub(crate) fn renew(&self) {
        self.pools.iter().for_each(|pool| pool.renew());
        self.vaults.iter().for_each(|vault| vault.drive(Event::Recalled));
    }

    pub(crate) fn hand_out(&self, handles: Vec<Handle>) {
        // There is one who makes the set, and that one calls once.
        drop(self.handles.set(handles));
    }

    pub(crate) fn handles(&self) -> &[Handle] {
        self.handles.get().map_or(&[], Vec::as_slice)
    }

    /// The lane that serves this thread now; `None` before handles were given out.
    pub(crate) fn steer(&self, thread: u64) -> Option<Handle> {
        let serves = |lane| self.vault(self.in_use(lane)).is_some_and(|vault| vault.can_serve());
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

    fn vault(&self, lane: Lane) -> Option<&Arc<Vault>> {
        self.vaults.get(self.of.position(lane))
    }

    /// The vault that `report` is about: `own`, unless it does not know the token that was sent and another does.
    pub(crate) fn addressee<'a>(&'a self, own: &'a Arc<Vault>, report: &Report<'_>) -> &'a Arc<Vault> {
        let knows = |vault: &&Arc<Vault>| report.is_known_to(vault);
        [own].into_iter().chain(&self.vaults).find(knows).unwrap_or(own)
    }

    /// Lets the machine of the client's slots hear what `report` says of a token of `vault`; before the credential does,
    /// which would ask for another token at once.
    pub(crate) fn hear(&self, vault: &Arc<Vault>, report: &Report<'_>) {
        let Some((pool, slot)) = vault.seat() else { return };
        let Some(generation) = report.in_service(vault) else { return };
        let now = vault.now().mono;
        let decided = match report.verdict(vault) {
            Verdict::Refused if pool.hear(|machine| machine.excuses(slot, generation)) => {
                vault.drive(Event::Alone);
                None
            }
            Verdict::Refused => pool.hear(|machine| machine.rejected(now, slot, generation)),
            Verdict::Accepted => pool.hear(|machine| machine.accepted(now, slot, generation)),
            _ => None,
        };
        if let Some(alone) = decided {
            self.leave_alone(pool, alone);
        }
    }

    /// One slot serves alone from now on.
    fn leave_alone(&self, pool: &Arc<SharedPool>, alone: usize) {
        let Some(client) = self.pools.iter().position(|other| Arc::ptr_eq(other, pool)) else { return };
        for slot in (0..self.of.slots).filter(|slot| *slot != alone) {
            if let Some(vault) = self.vault(Lane { client, slot }) {
                vault.drive(Event::Retired);
            }
        }
        if let Some(vault) = self.vault(Lane { client, slot: alone }) {
            vault.drive(Event::Alone);
            vault.post(Message::Warn(told(&vault.profile, self.of)));
        }
    }
}

/// That a client's tokens can't live side by side.
fn told(profile: &Profile, of: Lanes) -> String {
    let title = profile.title();
    let number = profile.position.map_or(1, |position| position.number);
    let clients = if of.clients > 1 { format!(" of client {number}") } else { String::new() };
    let slots = of.slots;
    format!(
        "{title}: the API refused tokens of other slots before their time, each after the next slot's token had come, \
         and accepts the newest: the server lets this client have fewer than {slots} tokens at a time. From now on this \
         slot{clients} serves all threads, until the profile is defined otherwise. Check the server's limit of tokens \
         per client; set pool to what it allows, or give the profile more clients (client_id.2)"
    )
}
