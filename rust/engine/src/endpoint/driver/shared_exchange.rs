//! The token requests of a credential that shares its token by a store: each waits for the store's leave, and tells it how it
//! ended.
//!
//! Invariants: readers here have the token, and gate and refusals here hold, before the store is told; an answer's refresh token
//! goes to the store and not to the machine, which has none for such a credential; a fault of ours is an answer as others are.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;
use tollgate_core::fleet::node::Outcome;
use tollgate_core::fleet::protocol::{ClientRefused, RefreshId};
use tollgate_core::machine::rejection::Replacement;
use tollgate_core::machine::{CredentialId, Input, RequestId, SharedLimits, StoreAnswer};
use tollgate_core::oauth::token_answer::{Class, Minted, Refusal};
use tollgate_core::time::clock::Mono;

use super::Driver;
use crate::endpoint::Endpoint;
use crate::http::exchange::{self, Exchange};
use crate::http::transport_errors::fault;
use crate::shared_state::member::{Asked, Ended, HeldLease, SharedMember};

/// A request that may be sent, and whose it is.
pub(super) struct SharedExchange {
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) id: CredentialId,
    pub(super) request: RequestId,
    pub(super) member: Arc<SharedMember>,
    pub(super) lease: Box<HeldLease>,
}

impl Driver {
    /// Asks the store for leave to send a request.
    pub(super) fn admit(
        &mut self,
        id: CredentialId,
        request: RequestId,
        rejected: bool,
        limits: SharedLimits,
    ) {
        let Some(endpoint) = self.endpoint.upgrade() else { return };
        let member = self.members.get(&id).zip(self.machine.presented(id));
        let shared = member.and_then(|(member, presented)| {
            let shared = member.cell.shared().cloned()?;
            let profile = self.with_newest_secret(&member.requests_with, presented.authentication);
            Some((shared.presented(&profile), shared))
        });
        let Some((presented, shared)) = shared else {
            // A trial of it, which is of this process alone.
            let granted = StoreAnswer::Granted { refresh_token: None, store_is_silent: false };
            return endpoint.post(Input::Store(request, granted));
        };
        self.context.runtime.spawn(async move {
            let asking = AssertUnwindSafe(shared.ask(presented, rejected, limits)).catch_unwind();
            match asking.await {
                Ok(Asked::Leave(lease)) => {
                    endpoint.enqueue(move |driver| driver.admitted(request, shared, lease));
                }
                Ok(Asked::Wait(answer)) => endpoint.post(Input::Store(request, answer)),
                Err(_) => {
                    endpoint.post(Input::Answered(request, Err(fault("while asking the store"))));
                }
            }
        });
    }

    /// The store grants it, or is silent.
    fn admitted(&mut self, request: RequestId, shared: Arc<SharedMember>, lease: Box<HeldLease>) {
        let (refresh_token, store_is_silent) = (lease.refresh_token.clone(), !lease.is_of_store());
        self.leases.insert(request, lease);
        self.handle(Input::Store(request, StoreAnswer::Granted { refresh_token, store_is_silent }));
        // The machine may have nobody left to send it for.
        if let Some(lease) = self.leases.remove(&request) {
            let ended = Ended::without_token(Outcome::Unread(false));
            self.context.runtime.spawn(async move { shared.end(lease, ended).await });
        }
    }
}

impl SharedExchange {
    /// Sends it, has the machine take the answer, and tells the store.
    pub(super) async fn send(self, exchange: Exchange) {
        let Self { endpoint, id, request, member, lease } = self;
        let refreshes = lease.refresh_token.is_some();
        let presented = Some(member.presented(&exchange.profile));
        let sending = async {
            if member.has_run_out(&lease) {
                return Err(Refusal::unsent("the lease of the store ran out before the request was sent"));
            }
            member.keep(&lease, exchange::send(exchange)).await
        };
        let outcome = Box::pin(AssertUnwindSafe(sending).catch_unwind()).await;
        let mut outcome = outcome.unwrap_or_else(|_| Err(fault("while sending the request")));
        let refresh_token = outcome.as_mut().ok().and_then(|minted| minted.refresh_token.take());
        let minted = outcome.as_ref().ok().map(|minted| minted.secret.clone());
        let ended = outcome_for_store(&outcome, refreshes);
        let refused = outcome.as_ref().err().and_then(ClientRefused::of);
        let Some(taken) = take(&endpoint, id, request, outcome).await else { return };
        let Taken { token, replacement, gate_opens, refused_until } = taken;
        let refused = refused.zip(refused_until);
        let token = token.filter(|(secret, _)| {
            minted.is_some_and(|minted| minted.expose_secret() == secret.expose_secret())
        });
        let outcome = match ended {
            // One that is of no use: the server may have taken the refresh token for it.
            Outcome::Token(_) if token.is_none() => Outcome::Unknown(false),
            // Of a secret that is another one by now, for example.
            Outcome::ClientRefused(waits) if refused.is_none() => Outcome::Unread(waits),
            Outcome::Token(_) => Outcome::Token(refresh_token.as_ref().map(|_| RefreshId(0))),
            other => other,
        };
        let ended = Ended { outcome, token, replacement, refresh_token, gate_opens, presented, refused };
        member.end(lease, ended).await;
    }
}

/// What holds after the machine took an answer.
struct Taken {
    /// The token in service, and when it ends.
    token: Option<(SecretString, Mono)>,
    /// It replaced one that the API refused.
    replacement: Option<Replacement>,
    gate_opens: Mono,
    /// Until when a refusal of the client is believed, if one is.
    refused_until: Option<Mono>,
}

/// The machine takes the answer.
async fn take(
    endpoint: &Arc<Endpoint>,
    id: CredentialId,
    request: RequestId,
    outcome: Result<Minted, Refusal>,
) -> Option<Taken> {
    let (reply, replied) = oneshot::channel();
    endpoint.enqueue(move |driver| {
        driver.handle(Input::Answered(request, outcome));
        let now = driver.now().mono;
        let credential = driver.machine.credential(id);
        let token = credential.and_then(|credential| credential.token(now));
        let token = token.map(|token| (token.secret.clone(), token.deadline));
        // The task that asked ends only with the runtime.
        drop(reply.send(Taken {
            token,
            replacement: credential.and_then(|credential| credential.replacement()),
            gate_opens: driver.machine.gates_open(id),
            refused_until: driver.machine.client_refusal(now, id).map(|(_, until)| until),
        }));
    });
    replied.await.ok()
}

fn outcome_for_store(outcome: &Result<Minted, Refusal>, refreshes: bool) -> Outcome {
    match outcome {
        Ok(_) => Outcome::Token(None),
        Err(refusal) if refreshes && refusal.is_about_grant() => Outcome::RefreshRefused,
        Err(refusal) => {
            // A backoff after an outage is of this process: the next one to ask tries the server too.
            let waits = refusal.class == Class::Throttled || refusal.retry_after.is_some();
            let processed = refusal.maybe_processed && refusal.class != Class::Challenged;
            match processed {
                true if refreshes => Outcome::Unknown(waits),
                _ if refusal.refuses_client() => Outcome::ClientRefused(waits),
                true => Outcome::Unknown(waits),
                false => Outcome::Unread(waits),
            }
        }
    }
}
