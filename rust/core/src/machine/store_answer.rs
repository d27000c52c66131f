//! What the store of a fleet answers, where a credential shares its token: leave to send, or a wait.
//!
//! Invariants: what the store did not grant was not sent, so it leaves its place without a word on the server, and no budget
//! counts it; a wait that another process heard closes the gate here as its own would, and a refusal of the client is believed.

use std::sync::Arc;

use secrecy::SecretString;

use super::Endpoint;
use super::client::ClientRefusal;
use super::credential::Event;
use super::fact::Fact;
use super::input::{CredentialId, RequestId, StoreAnswer};
use super::output::Output;
use super::places::InFlight;
use crate::oauth::grant::RequestGrant;
use crate::oauth::token_answer::Refusal;
use crate::time::clock::{Mono, Now};

impl Endpoint {
    pub(super) fn store_answered(
        &mut self,
        now: Now,
        request: RequestId,
        answer: StoreAnswer,
        outputs: &mut Vec<Output>,
    ) {
        if let StoreAnswer::Granted { refresh_token, store_is_silent } = answer {
            return self.admitted(now, request, refresh_token, store_is_silent, outputs);
        }
        let Some(in_flight) = self.admission.withdraw(request) else { return };
        let (id, client) = (in_flight.credential, self.admission.client(in_flight.client));
        let mut until = None;
        match answer {
            StoreAnswer::Token(token) => return self.drive(now, id, Event::Shared(request, token), outputs),
            StoreAnswer::Held(other_asks_until) => until = Some(other_asks_until),
            StoreAnswer::Gated(opens) => {
                client.gate.heed(opens, &Arc::new(Refusal::wait_of_fleet()));
                outputs.push(Output::Note(id, Fact::Held { wait: opens.since(now.mono) }));
            }
            StoreAnswer::Refused(refusal, until) => {
                self.refused_elsewhere(now.mono, &in_flight, *refusal, until, outputs);
            }
            StoreAnswer::Spaced(ends) => client.limit_fleet(ends, true),
            StoreAnswer::OverBudget(ends) => client.limit_fleet(ends, false),
            StoreAnswer::Granted { .. } | StoreAnswer::Again => {}
        }
        self.drive(now, id, Event::Deferred(request, until), outputs);
    }

    /// When the gates open that hold a credential's requests back: a time that has passed, if they are open.
    #[must_use]
    pub fn gates_open(&self, id: CredentialId) -> Mono {
        self.credential(id).map_or(Mono::ZERO, |credential| self.admission.gates_open(credential))
    }

    /// The refusal of a credential's client that it believes, and until when.
    #[must_use]
    pub fn client_refusal(&self, now: Mono, id: CredentialId) -> Option<(&Arc<Refusal>, Mono)> {
        let credential = self.credential(id)?;
        self.admission.client_refusal(now, credential)
    }

    /// The server refused the client to another process of the fleet, with the secret that is in use here. Its file may hold
    /// another one by now.
    fn refused_elsewhere(
        &mut self,
        now: Mono,
        in_flight: &InFlight,
        refusal: Refusal,
        until: Mono,
        outputs: &mut Vec<Output>,
    ) {
        let refusal = Arc::new(refusal.of_fleet());
        let told = self.admission.refuse_client(now, in_flight, &refusal, until);
        if told == Some(ClientRefusal::News) {
            let id = in_flight.credential;
            let reads = refusal.may_be_about_secret().then_some(Output::ReadClientSecret(id));
            outputs.push(Output::Note(id, Fact::RefusedElsewhere { refusal }));
            outputs.extend(reads);
        }
    }

    /// The store grants a request: it is sent.
    fn admitted(
        &mut self,
        now: Now,
        request: RequestId,
        refresh_token: Option<SecretString>,
        store_is_silent: bool,
        outputs: &mut Vec<Output>,
    ) {
        let Some(id) = self.admission.admit(now.mono, request) else { return };
        let refreshes = refresh_token.is_some();
        let credential = self.credentials.get_mut(&id);
        let reason = credential.and_then(|credential| credential.send_admitted(now.mono, request, refreshes));
        let Some(reason) = reason else {
            // Nobody has the credential any more.
            self.admission.withdraw(request);
            return;
        };
        if let Some(seat) = self.credentials.get(&id).and_then(|credential| credential.seat.as_deref()) {
            self.pools.asked(seat, reason);
        }
        if store_is_silent {
            outputs.push(Output::Note(id, Fact::StoreSilent));
        }
        let using = refresh_token.map_or(RequestGrant::Primary, RequestGrant::Refresh);
        outputs.push(Output::Send { credential: id, request, reason, using });
        outputs.push(Output::Note(id, Fact::Sent { reason }));
    }
}
