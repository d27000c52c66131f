//! What becomes of a granted request: it is sent in a task of its own, and its outcome comes back as an input.
//!
//! Invariant: a granted request is always answered, even if its task panics.

use std::panic::AssertUnwindSafe;
#[cfg(test)]
use std::panic::catch_unwind;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tollgate_core::config::profile::Profile;
use tollgate_core::machine::{CredentialId, Input, RequestId};
use tollgate_core::oauth::grant::RequestGrant;

use super::Driver;
use super::refresh_exchange::RefreshExchange;
use super::shared_exchange::SharedExchange;
#[cfg(test)]
use crate::fault_injection::Spot;
use crate::http::exchange::{self, Exchange};
use crate::http::transport_errors::fault;

impl Driver {
    pub(super) fn send(&mut self, id: CredentialId, request: RequestId, using: &RequestGrant) {
        #[cfg(test)]
        self.strike(Spot::Send, Some(id));
        let Some(endpoint) = self.endpoint.upgrade() else { return };
        let (Some(member), Some(presented)) = (self.members.get(&id), self.machine.presented(id)) else {
            return;
        };
        let cell = Arc::clone(&member.cell);
        let profile = self.with_newest_secret(&member.requests_with, presented.authentication);
        let exchange = Exchange {
            transport: cell.transport.load_full(),
            last_responses: Arc::clone(&endpoint.last_responses),
            request: profile.request(using),
            profile,
            proving: cell.proving().cloned(),
            clock: self.context.clock,
        };
        if let (Some(lease), Some(shared)) = (self.leases.remove(&request), cell.shared().cloned()) {
            let shared = SharedExchange { endpoint, id, request, member: shared, lease };
            self.context.runtime.spawn(shared.send(exchange));
            return;
        }
        let in_file = cell.refresh_token_file().map(|file| RefreshExchange {
            endpoint: self.endpoint.clone(),
            cell: Arc::clone(&cell),
            request,
            using: using.clone(),
            file: Arc::clone(file),
        });
        self.context.runtime.spawn(async move {
            #[cfg(test)]
            let struck = Arc::clone(&cell);
            let outcome = AssertUnwindSafe(async move {
                #[cfg(test)]
                struck.context().faults.strike(Spot::Exchange, &struck.profile.name);
                match in_file {
                    Some(in_file) => in_file.send(exchange).await,
                    None => exchange::send(exchange).await,
                }
            });
            // Boxed: a future that is handed on by value is copied, and takes its memory again, in each that holds it.
            let outcome = Box::pin(outcome.catch_unwind()).await;
            let outcome = outcome.unwrap_or_else(|_| Err(fault("while sending the request")));
            #[cfg(test)]
            let outcome = match catch_unwind(AssertUnwindSafe(|| {
                cell.context().faults.strike(Spot::Answer, &cell.profile.name)
            })) {
                Ok(()) => outcome,
                Err(_) => Err(fault("while taking the answer")),
            };
            endpoint.post(Input::Answered(request, outcome));
        });
    }

    /// Answers a request that could not be sent.
    pub(super) fn answer_for(&mut self, request: RequestId) {
        if let Some(endpoint) = self.endpoint.upgrade() {
            endpoint.post(Input::Answered(request, Err(fault("before the request was sent"))));
        }
    }

    /// The profile of a request, with the client's secret as last read.
    pub(super) fn with_newest_secret(&self, profile: &Arc<Profile>, authentication: u64) -> Arc<Profile> {
        let newest = self
            .secrets
            .iter()
            .find(|((client, with), _)| *with == authentication && **client == *profile.account());
        match newest {
            Some((_, secret)) => Arc::new(profile.with(|terms| terms.client.replace_secret(secret.clone()))),
            None => Arc::clone(profile),
        }
    }
}
