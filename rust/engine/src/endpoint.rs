//! A token endpoint: its machine, the credentials that stand in the line for one of its places, and what it said last.
//!
//! Invariants: a turn that is called is heard by whoever holds it, or passed on; nobody is kept alive by standing in
//! line; no two of its locks are ever held together.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use parking_lot::{Mutex, MutexGuard};
use tollgate_core::machine::admission::{Admission, Turn};
use tollgate_core::machine::credential::Event;

use crate::heard::Heard;
use crate::vault::Vault;

/// Shared by all credentials of one token endpoint.
#[derive(Default)]
pub(crate) struct Endpoint {
    admission: Mutex<Admission>,
    standing: Mutex<HashMap<Turn, Weak<Vault>>>,
    /// What came along with the last answer to each client. Not to each credential: a client may have 100 000 users.
    heard: Mutex<HashMap<Box<str>, Heard>>,
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

    /// What it answered this client last, if it ever did.
    pub(crate) fn heard(&self, client: &str) -> Option<Heard> {
        self.heard.lock().get(client).cloned()
    }

    /// It answered this client.
    pub(crate) fn note(&self, client: &str, answer: Heard) {
        self.heard.lock().insert(client.into(), answer);
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
