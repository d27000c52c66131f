//! The way to the token endpoint: the HTTP client and its connections, where it leads through, and what was learned on the
//! way.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Url};
use tollgate_core::config::profile::Profile;
use tollgate_core::oauth::discovery::Issuer;
use tollgate_core::oauth::token_answer::Refusal;

use crate::http::discovery::{SharedDiscovery, look_up, within};
use crate::http::proving::Nonces;
use crate::jvm_environment::Environment;
use crate::time::clock::Clock;

/// Shared by the credentials of profiles that trust and reach the same servers.
pub(crate) struct HttpTransport {
    pub(crate) client: Client,
    /// What servers want to see in proofs.
    pub(crate) nonces: Arc<Nonces>,
    pub(crate) environment: Arc<Environment>,
    pub(crate) discovery: Arc<SharedDiscovery>,
}

impl HttpTransport {
    pub(crate) fn new(
        client: Client,
        environment: Arc<Environment>,
        discovery: Arc<SharedDiscovery>,
    ) -> Self {
        Self { client, nonces: Arc::default(), environment, discovery }
    }

    /// The token endpoint of `issuer`, and how much is left then of the time that the whole exchange may take.
    pub(crate) async fn token_endpoint(
        &self,
        issuer: &Issuer,
        profile: &Arc<Profile>,
        clock: Clock,
    ) -> Result<(Url, Duration), Refusal> {
        let (begun, most) = (clock.now().mono, profile.transport.request_timeout);
        let asking = look_up(self.client.clone(), Arc::clone(profile), issuer.clone(), clock);
        let url = within(most, self.discovery.token_endpoint(clock, asking)).await?;
        Ok((url, most.saturating_sub(clock.now().mono.since(begun))))
    }
}
