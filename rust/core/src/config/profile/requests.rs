//! The token requests of a profile, and what tells its credential from others.

use std::hash::{BuildHasher, Hash, Hasher};

use secrecy::ExposeSecret;

use super::{Profile, Proxy, Transport};
use crate::oauth::grant::{Bearer, GrantSources, Primary, RequestGrant};
use crate::oauth::token_request::{CacheKey, TokenRequest};

impl Profile {
    /// Whether a refresh token that comes with a token can be used.
    #[must_use]
    pub fn can_refresh(&self) -> bool {
        !matches!(self.primary(), Primary::Login(_)) || self.grant.refresh_request.is_some()
    }

    /// The client that the server counts requests of.
    #[must_use]
    pub fn account(&self) -> &str {
        match self.primary() {
            Primary::JwtBearer(Bearer::Signed(assertion)) if self.client.id.is_empty() => {
                assertion.claims.get("iss").and_then(serde_json::Value::as_str).unwrap_or_default()
            }
            _ => &self.client.id,
        }
    }

    /// The token request of this profile with the grant `using`.
    #[must_use]
    pub fn request(&self, using: &RequestGrant) -> TokenRequest {
        let request = TokenRequest::new(&self.token_url, &self.client, &self.grant, self.primary(), using);
        TokenRequest { bound: self.dpop.is_some(), ..request }
    }

    /// The request that identifies a credential: two profiles with equal identities share a token.
    #[must_use]
    pub fn identity(&self) -> TokenRequest {
        let mut request = self.request(&RequestGrant::Primary);
        request.form.extend(self.dpop.iter().map(|binding| ("dpop_key".into(), binding.identity())));
        request.form.extend(self.grant.refresh_request.iter().map(|own| ("refresh".into(), own.identity())));
        if let Some(stored) = self.refresh_token.identity() {
            request.form.push(("refresh_token".into(), stored));
        }
        request
    }

    /// The cache key of its credential. Each slot of a pool has its own. It contains the size of the pool too, because
    /// facts about a pool of four slots do not hold for a pool of two.
    #[must_use]
    pub fn cache_key(&self, keys: &[impl BuildHasher; 2]) -> CacheKey {
        let slot = self.position.filter(|position| position.of.slots > 1);
        let slot = slot.map(|position| format!("slot {} of {}\n", position.lane.slot, position.of.slots));
        self.identity().cache_key(&[slot.unwrap_or_default(), self.route()].concat(), keys)
    }

    /// What its credential can request a token with.
    #[must_use]
    pub fn grant_sources(&self) -> GrantSources {
        GrantSources {
            primary: !matches!(self.primary(), Primary::None),
            refresh_token: self.refresh_token.token.clone(),
            stored: self.refresh_token.file.is_some(),
        }
    }

    /// Proxy and TLS settings as text for [`TokenRequest::cache_key`]. May contain secrets.
    #[must_use]
    pub fn route(&self) -> String {
        let Transport { proxy, ca_pem, client_pem, tls_verify, .. } = &*self.transport;
        let proxy = match proxy {
            Proxy::Through(url) => url.as_str(),
            Proxy::None => "none",
            Proxy::Inherited => "inherited",
        };
        let shown = client_pem.as_ref().map_or("", |pem| pem.expose_secret());
        let answer = self.answer_format.identity();
        let store = self.store.as_ref().map_or_else(String::new, |store| store.identity());
        format!("{proxy}\n{ca_pem:?}\n{tls_verify}\n{shown}\n{answer}\n{store}")
    }

    /// Hashes how it presents its client to the server: secret or key, and how they are sent.
    pub fn hash_authentication(&self, state: &mut impl Hasher) {
        self.client.identity().expose_secret().hash(state);
        // The parameters of a grant that the server defines may stand for the client: an API key.
        if let Primary::Own(own) = self.primary() {
            own.grant_type.hash(state);
            let params = self.grant.params.iter().map(|(name, value)| (name, value.expose_secret()));
            params.for_each(|param| param.hash(state));
        }
    }

    /// The same for the store that injectors share, where only what the server sees of it counts.
    #[must_use]
    pub fn shared_authentication(&self, key: &impl BuildHasher) -> u64 {
        let mut state = key.build_hasher();
        self.hash_authentication(&mut state);
        let certificate = self.transport.client_pem.as_ref().map_or("", |pem| pem.expose_secret());
        certificate.hash(&mut state);
        state.finish()
    }

    /// The key of its credential in the store that injectors share: as [`Profile::cache_key`], but for how a request travels,
    /// which differs from one injector to the next.
    #[must_use]
    pub fn shared_key(&self, keys: &[impl BuildHasher; 2]) -> CacheKey {
        let slot = self.position.filter(|position| position.of.slots > 1);
        let slot = slot.map(|position| format!("slot {} of {}\n", position.lane.slot, position.of.slots));
        let certificate = self.transport.client_pem.as_ref().map_or("", |pem| pem.expose_secret());
        let answer = self.answer_format.identity();
        self.identity().cache_key(&format!("{}{certificate}\n{answer}", slot.unwrap_or_default()), keys)
    }
}
