//! What becomes of handles when their name is opened with other settings.
//!
//! Threads wait with them, and copies of the jar in other class loaders hold them without knowing of the change.
//! Invariants: from the moment a name stands for something else, nothing of the old client is handed out through any
//! handle; whoever waits is served by what took its place; the old client, its connections and its timers are freed as
//! soon as its last request has ended.

use std::sync::Arc;

use tollgate_core::time::clock::Mono;

use super::credentials::Place;
use super::{Opened, Registry, Tables};
use crate::endpoint::credential::OpenCredential;
use crate::handle::Handle;
use crate::outbox::Event as Message;

impl Registry {
    /// `successor` takes the place of `former` and of all that stood in for it, of its lanes and of its users.
    pub(super) fn supersede(&self, tables: &mut Tables, former: Handle, successor: Handle) {
        let (Some(old), Some(new)) = (self.get(former), self.get(successor)) else { return };
        let mut gone = tables.users.remove(&former).unwrap_or_default();
        let users_of_clients = gone.iter().filter_map(|client| tables.users.remove(client)).flatten();
        gone.extend(users_of_clients.collect::<Vec<_>>());
        gone.push(former);
        gone.extend(old.lanes.iter().flat_map(|lanes| lanes.handles()));
        let name = &new.profile.name;
        let same = |handle: &&Handle| self.get(**handle).is_some_and(|other| other.profile.name == *name);
        let again: Vec<_> = tables.standing_in.iter().filter(same).copied().collect();
        for handle in gone.iter().copied().chain(again) {
            let stand_in = self.stand_in(tables, handle, &new);
            self.replace(handle, stand_in);
        }
        tables.standing_in.extend(gone);
        drop(old);
        tables.forget_unused(self.context.clock.now().mono);
    }

    /// Frees what the handles of the run before stood in for: the threads that waited with them are gone.
    pub(super) fn free_superseded(&self, tables: &mut Tables) {
        for handle in std::mem::take(&mut tables.standing_in) {
            self.replace(handle, None);
        }
        tables.forget_unused(self.context.clock.now().mono);
    }

    /// What a handle stands for from now on: `new`, or the same user of it. `None` if there can be no such user.
    fn stand_in(&self, tables: &mut Tables, handle: Handle, new: &Opened) -> Option<Opened> {
        let old = self.get(handle)?;
        let client = &old.profile.client;
        let is_client = old.profile.is_for_client && !new.profile.is_for_client;
        let by =
            is_client.then(|| new.profile.for_client(&client.id, client.secret.clone())).transpose().ok()?;
        let member = match (old.profile.user(), old.profile.primary().user()) {
            (Some(user), Some((_, password))) => {
                Some(by.as_ref().unwrap_or(&new.profile).for_user(user, password.clone()))
            }
            _ => by,
        };
        let Some(member) = member else {
            let transport = new.credential.transport.load_full();
            new.credential.open_view(&new.profile, transport);
            let (profile, credential) = (Arc::clone(&new.profile), new.credential.clone());
            return Some(Opened { profile, credential, lanes: new.lanes.clone() });
        };
        member.check_filled_in().ok()?;
        let profile = Arc::new(member);
        let credential =
            self.credential(tables, &profile, profile.cache_key(&self.keys), Place::default()).ok()?;
        Some(Opened { profile, credential, lanes: None })
    }

    fn replace(&self, handle: Handle, by: Option<Opened>) {
        let Some(slot) = self.slot(handle) else { return };
        let old = slot.opened.load_full();
        if let Some(old) = &old {
            old.credential.published.remove_view(handle, slot.generation); // first: both may have the same credential
        }
        if let Some(opened) = &by {
            opened.credential.published.add_view(handle, None);
        }
        slot.opened.store(by.map(Arc::new));
        if let Some(old) = old {
            old.credential.close_view(&old.profile);
            self.context.outbox.post(Message::Wake(handle)); // for what it missed meanwhile
        }
    }
}

impl Tables {
    fn forget_unused(&mut self, now: Mono) {
        self.credentials.retain(|_, cell| OpenCredential::of(cell).is_some());
        self.pools.retain(|_, pool| pool.strong_count() > 0);
        self.transports.retain(|_, transport| transport.strong_count() > 0);
        self.discoveries.retain(|_, discovery| discovery.strong_count() > 0);
        self.api_gates.forget_unused(now);
    }
}
