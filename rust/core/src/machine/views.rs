//! Credentials of an endpoint and the profile views that have them open: they come and go.
//!
//! Invariants: a client keeps the limits of all its open views; a credential that is removed leaves timers, line and pool,
//! and its request in flight keeps its place.

use std::sync::Arc;

use super::client::Client;
use super::credential::Event;
use super::fact::Fact;
use super::{Credential, CredentialId, Endpoint, NewCredential, Output};
use crate::config::policy::Policy;
use crate::time::clock::Now;

impl Endpoint {
    pub(super) fn add(&mut self, now: Now, id: CredentialId, new: NewCredential, outputs: &mut Vec<Output>) {
        let client = self.client_named(&new.client);
        if let Some(settings) = self.admission.client(client).open_view(&new.policy) {
            outputs.push(Output::Note(id, Fact::LimitsDiffer { settings }));
        }
        let presented = self.admission.number(new.presented);
        let retired = new.seat.is_some_and(|seat| self.pools.join(seat, id));
        self.credentials.insert(id, Box::new(Credential::new((client, presented), new, self.run_active)));
        if retired {
            self.drive(now, id, Event::Retired, outputs);
        }
        if self.shut {
            self.drive(now, id, Event::ShutDown, outputs);
        }
    }

    /// The number of the client with this id, which is added if it is new.
    pub(super) fn client_named(&mut self, id: &Arc<str>) -> u32 {
        let clients = &mut self.admission.clients;
        *self.names.entry(Arc::clone(id)).or_insert_with(|| {
            clients.push(Client::default());
            u32::try_from(clients.len() - 1).unwrap_or(u32::MAX)
        })
    }

    pub(super) fn open_view(
        &mut self,
        now: Now,
        id: CredentialId,
        policy: Arc<Policy>,
        outputs: &mut Vec<Output>,
    ) {
        let Some(client) = self.client_of(id) else { return };
        if let Some(settings) = client.open_view(&policy) {
            outputs.push(Output::Note(id, Fact::LimitsDiffer { settings }));
        }
        self.drive(now, id, Event::Configured(policy), outputs);
    }

    pub(super) fn close_view(&mut self, id: CredentialId, policy: &Arc<Policy>) {
        if let Some(client) = self.client_of(id) {
            client.close_view(policy);
        }
    }

    pub(super) fn remove(&mut self, id: CredentialId) {
        let Some(credential) = self.credentials.remove(&id) else { return };
        self.timers.remove(&(credential.listed, id));
        self.in_service -= usize::from(credential.is_in_service());
        if let Some(seat) = &credential.seat {
            self.pools.leave(seat, id);
        }
        if let Some(turn) = credential.turn {
            self.admission.lines.leave(&credential.line(), turn);
        }
    }
}
