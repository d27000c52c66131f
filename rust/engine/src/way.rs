//! How the requests of profiles travel that travel alike: the client with its connections, and what was learned on the
//! way, where the token endpoint of an issuer is.

use std::sync::Arc;

use reqwest::{Client, Url};
use secrecy::zeroize::Zeroizing;
use tokio::sync::Mutex;
use tollgate_core::config::profile::Profile;
use tollgate_core::oauth::discovery::Issuer;
use tollgate_core::oauth::token_answer::{Refusal, Reply};

use crate::body;
use crate::broken::told;
use crate::clock::Clock;
use crate::environment::Environment;
use crate::proving::Nonces;

/// Shared by the credentials of profiles that trust and reach the same servers.
pub(crate) struct Way {
    pub(crate) client: Client,
    /// What servers want to see in proofs.
    pub(crate) nonces: Arc<Nonces>,
    pub(crate) environment: Arc<Environment>,
    found: Mutex<Option<Url>>,
}

impl Way {
    pub(crate) fn new(client: Client, environment: Arc<Environment>) -> Self {
        Self { client, nonces: Arc::default(), environment, found: Mutex::default() }
    }

    /// The token endpoint of `issuer`: asked for once, by whoever comes first, and known to all from then on.
    pub(crate) async fn token_endpoint(
        &self,
        issuer: &Issuer,
        profile: &Profile,
        clock: &Clock,
    ) -> Result<Url, Refusal> {
        let mut found = self.found.lock().await;
        if let Some(url) = &*found {
            return Ok(url.clone());
        }
        let [first, second] = issuer.metadata_urls();
        let url = match self.ask(issuer, first, profile, clock).await {
            Err(Refusal { status: Some(404), .. }) => self.ask(issuer, second, profile, clock).await,
            other => other,
        }?;
        *found = Some(url.clone());
        Ok(url)
    }

    /// The server says that there is no token endpoint where one was: ask the issuer again next time.
    pub(crate) async fn forget(&self) {
        *self.found.lock().await = None;
    }

    async fn ask(
        &self,
        issuer: &Issuer,
        place: Url,
        profile: &Profile,
        clock: &Clock,
    ) -> Result<Url, Refusal> {
        let broke = |error: reqwest::Error| Refusal::not_sent(told(&error, profile));
        let request = self.client.get(place.clone()).header("accept", "application/json");
        let mut answer = request.send().await.map_err(broke)?;
        let (status, headers) = body::head(&answer);
        let (body, unread) = match body::read(&mut answer).await {
            Ok(body) => (body, None),
            Err(unread) => (Zeroizing::default(), Some(unread)),
        };
        let reply = Reply { status, headers: &headers, body: &body };
        let found = issuer.token_endpoint(&place, &reply, clock.now().wall);
        match unread {
            Some(unread) => found.map_err(|refusal| Refusal {
                maybe_processed: false,
                ..unread.refusal(refusal, |error| told(error, profile))
            }),
            None => found,
        }
    }
}
