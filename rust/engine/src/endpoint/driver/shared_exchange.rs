//! The token requests of a credential that shares its token by a store: each waits for the store's leave, and tells it how it
//! ended.
//!
//! Invariants: readers here have the token, and the gate here is closed, before the store is told; an answer's refresh token
//! goes to the store and not to the machine, which has none for such a credential; a fault of ours is an answer as others are.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;
use tollgate_core::fleet::node::Outcome;
use tollgate_core::fleet::protocol::RefreshId;
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
        let Some(shared) = self.members.get(&id).and_then(|member| member.cell.shared()).cloned() else {
            // A trial of it, which is of this process alone.
            let granted = StoreAnswer::Granted { refresh_token: None, store_is_silent: false };
            return endpoint.post(Input::Store(request, granted));
        };
        self.context.runtime.spawn(async move {
            let asking = AssertUnwindSafe(shared.ask(rejected, limits)).catch_unwind();
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
        let Some((token, gate_opens)) = take(&endpoint, id, request, outcome).await else { return };
        let token = token.filter(|(secret, _)| {
            minted.is_some_and(|minted| minted.expose_secret() == secret.expose_secret())
        });
        let outcome = match ended {
            // One that is of no use: the server may have taken the refresh token for it.
            Outcome::Token(_) if token.is_none() => Outcome::Unknown(false),
            Outcome::Token(_) => Outcome::Token(refresh_token.as_ref().map(|_| RefreshId(0))),
            other => other,
        };
        member.end(lease, Ended { outcome, token, refresh_token, gate_opens }).await;
    }
}

type Taken = (Option<(SecretString, Mono)>, Mono);

/// The machine takes the answer. The token in service after it, when that ends, and when the gate opens.
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
        let token = driver.machine.credential(id).and_then(|credential| credential.token(now));
        let token = token.map(|token| (token.secret.clone(), token.deadline));
        // The task that asked ends only with the runtime.
        drop(reply.send((token, driver.machine.gates_open(id))));
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
            if processed { Outcome::Unknown(waits) } else { Outcome::Unread(waits) }
        }
    }
}
