//! A token request of a credential whose refresh token is in a file: the file is claimed before the request, and has the
//! next refresh token before the answer is taken.
//!
//! Another owner of the file may have put a newer one there. It is sent, if the machine has not given it up before.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Weak};

use futures_util::FutureExt as _;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;
use tollgate_core::machine::{Input, RequestId};
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::oauth::token_answer::{Class, Minted, Refusal};

use crate::endpoint::Endpoint;
use crate::endpoint::credential::CredentialCell;
#[cfg(test)]
use crate::fault_injection::Spot;
use crate::http::exchange::{self, Exchange};
use crate::outbox::Event as Message;
use crate::persistence::shared_refresh_token_file::{Outcome, SharedRefreshTokenFile};

/// Whose request it is, and what it relies on.
pub(super) struct RefreshExchange {
    pub(super) endpoint: Weak<Endpoint>,
    pub(super) cell: Arc<CredentialCell>,
    pub(super) request: RequestId,
    pub(super) using: RequestGrant,
    pub(super) file: Arc<SharedRefreshTokenFile>,
}

impl RefreshExchange {
    /// Sends it.
    pub(super) async fn send(self, mut exchange: Exchange) -> Result<Minted, Refusal> {
        let RequestGrant::Refresh(held) = &self.using else {
            let outcome = exchange::send(exchange).await;
            if let Ok(Minted { refresh_token: Some(token), .. }) = &outcome {
                self.kept(self.file.keep(token.clone())).await;
            }
            return outcome;
        };
        let most = exchange.profile.transport.request_timeout;
        let claim = self.file.claim(most).await.map_err(Refusal::unsent)?;
        let (claim, found) = claim.find().await.map_err(Refusal::unsent)?;
        let found = match found {
            Some(found) if self.is_new(&found).await => Some(found),
            _ => None,
        };
        let id = self.cell.id();
        let claim = claim.mark(found.as_ref().unwrap_or(held), id.0).await?;
        let sent = match found {
            Some(found) => {
                exchange.request = exchange.profile.request(&RequestGrant::Refresh(found.clone()));
                self.post(Input::RefreshTokenTaken(self.request, found.clone()));
                found
            }
            None => held.clone(),
        };
        let outcome = exchange::send(exchange).await;
        let became = match &outcome {
            Ok(Minted { refresh_token: Some(next), .. }) if !is_same(next, &sent) => {
                Outcome::Given(next.clone())
            }
            Ok(_) => Outcome::Unused,
            Err(refusal) if refusal.is_about_grant() => Outcome::Refused,
            Err(refusal) if refusal.maybe_processed && refusal.class != Class::Challenged => {
                Outcome::Doubtful(id.0)
            }
            Err(_) => Outcome::Unused,
        };
        self.kept(claim.settle(Some(sent), became)).await;
        outcome
    }

    /// A fault of ours in keeping a refresh token does not cost the token that came with it.
    async fn kept(&self, keeping: impl Future<Output = Option<String>>) {
        #[cfg(test)]
        let keeping = async {
            self.cell.context().faults.strike(Spot::Keep, &self.cell.profile.name);
            keeping.await
        };
        let kept = AssertUnwindSafe(keeping);
        let fault = |_| Some("its file (a fault in Tollgate, please report it)".to_owned());
        if let Some(cause) = kept.catch_unwind().await.unwrap_or_else(fault) {
            let title = self.cell.profile.title();
            self.cell.context().outbox.post(Message::Warn(format!(
                "{title}: the new refresh token could not be written to {cause}. This run goes on with it, but the next \
                 one will not find it: make the file and its directory writable"
            )));
        }
    }

    /// Whether the machine would send it.
    async fn is_new(&self, found: &SecretString) -> bool {
        let Some(endpoint) = self.endpoint.upgrade() else { return false };
        let (reply, replied) = oneshot::channel();
        let (id, found) = (self.cell.id(), found.clone());
        endpoint.enqueue(move |driver| {
            let credential = driver.machine.credential(id);
            let new = credential.is_some_and(|credential| credential.is_new_refresh_token(&found));
            reply.send(new).unwrap_or_default(); // the one that asked may have gone
        });
        replied.await.unwrap_or(false)
    }

    fn post(&self, input: Input) {
        if let Some(endpoint) = self.endpoint.upgrade() {
            endpoint.post(input);
        }
    }
}

fn is_same(one: &SecretString, two: &SecretString) -> bool {
    one.expose_secret() == two.expose_secret()
}
