//! A token endpoint: its machine, and the credentials that stand in the line for one of its places.
//!
//! Invariants: a turn that is called is heard by whoever holds it, or passed on; nobody is kept alive by standing in
//! line; the lock of the machine and that of the line are never held together.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use parking_lot::{Mutex, MutexGuard};
use tollgate_core::admission::{Admission, Turn};
use tollgate_core::credential::Event;

use crate::vault::Vault;

/// Shared by all credentials of one token endpoint.
#[derive(Default)]
pub(crate) struct Endpoint {
    admission: Mutex<Admission>,
    standing: Mutex<HashMap<Turn, Weak<Vault>>>,
}

impl Endpoint {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Admission> {
        self.admission.lock()
    }

    pub(crate) fn stand(&self, turn: Turn, vault: &Arc<Vault>) {
        self.standing.lock().insert(turn, Arc::downgrade(vault));
    }

    pub(crate) fn leave(&self, turn: Turn) {
        let mut standing = self.standing.lock();
        standing.remove(&turn);
        if standing.is_empty() {
            *standing = HashMap::new(); // the room of a line that was long goes with it
        }
    }

    /// Lets whoever holds this turn ask again. Locks that credential: to be called with none locked.
    pub(crate) fn call(&self, turn: Turn) {
        let mut called = Some(turn);
        while let Some(turn) = called {
            let holder = self.standing.lock().get(&turn).and_then(Weak::upgrade);
            called = match holder {
                Some(vault) => vault.hear(Event::Called),
                None => self.lock().call(),
            };
        }
    }
}
