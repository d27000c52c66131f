//! The token request as data, and the key under which its token is shared.

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

use crate::oauth::assertion::{Assertion, SigningKey};
use crate::oauth::client_auth::{Client, form_encoded};
use crate::oauth::grant::{Grant, Primary, RequestGrant};
use crate::time::clock::Wall;

/// Names and values; header names are in lower case.
type Fields = Vec<(Cow<'static, str>, SecretString)>;

/// A POST to the token endpoint, with assertions still to be signed. `Debug` hides secrets.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// The token endpoint.
    pub url: Url,
    /// Header names in lower case with their values.
    pub headers: Fields,
    /// The form fields in order.
    pub form: Fields,
    /// Assertions to sign when the request is sent.
    pub assertions: Vec<Assertion>,
    /// Whether it needs a proof and requests a token bound to the proof's key (RFC 9449 section 5).
    pub bound: bool,
}

impl TokenRequest {
    /// The request of `client`: with `primary` or the refresh token of `using`, and with the scopes, headers and parameters
    /// of `grant`.
    #[must_use]
    pub fn new(url: &Url, client: &Client, grant: &Grant, primary: &Primary, using: &RequestGrant) -> Self {
        let mut request = Self {
            url: url.clone(),
            headers: vec![("accept".into(), "application/json".into())],
            form: Vec::new(),
            assertions: Vec::new(),
            bound: false,
        };
        match using {
            RequestGrant::Refresh(token) => {
                request.form.push(("grant_type".into(), "refresh_token".into()));
                request.form.push(("refresh_token".into(), token.clone()));
            }
            // Without scope: that of the first grant (RFC 6749 section 6).
            RequestGrant::Primary => {
                request.form.push(("grant_type".into(), primary.grant_type().into_owned().into()));
                primary.add_to(&mut request);
                let has_scope = |one: &Assertion| one.claims.contains_key("scope");
                let scope = grant.scope.iter().filter(|_| !request.assertions.iter().any(has_scope));
                let scope = scope.map(|scope| ("scope", scope));
                let audience = grant.audience.iter().map(|name| ("audience", name));
                let resource = grant.resource.iter().map(|uri| ("resource", uri));
                for (name, value) in scope.chain(audience).chain(resource) {
                    request.form.push((name.into(), value.clone().into()));
                }
            }
        }
        client.authenticate(&mut request);
        let own = |(name, value): &(String, SecretString)| (Cow::Owned(name.clone()), value.clone());
        request.headers.extend(grant.headers.iter().map(own));
        // Those of a grant that the server defines are of no use with another: a code, an API key.
        let is_refresh_of_own = matches!((primary, using), (Primary::Own(_), RequestGrant::Refresh(_)));
        request.form.extend(grant.params.iter().filter(|_| !is_refresh_of_own).map(own));
        request
    }

    /// The request with its assertions made at `now` and signed by `sign`. `nonce` must be new for each request: servers
    /// refuse an assertion they have seen.
    ///
    /// # Errors
    /// That of `sign`.
    pub fn signed<E>(
        mut self,
        now: Wall,
        nonce: &str,
        sign: impl Fn(&SigningKey, &[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Self, E> {
        for (number, assertion) in std::mem::take(&mut self.assertions).into_iter().enumerate() {
            let input = assertion.signing_input(now, &format!("{nonce}-{number}"));
            let signature = URL_SAFE_NO_PAD.encode(sign(&assertion.key, input.as_bytes())?);
            self.form.push((assertion.field.into(), format!("{input}.{signature}").into()));
        }
        Ok(self)
    }

    /// The body as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn body(&self) -> SecretString {
        let pairs = self.form.iter().map(|(name, value)| (name.as_ref(), value.expose_secret()));
        // Capacity for every byte as %XX: a string that reallocates leaves copies of the secret in memory.
        let room = pairs.clone().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
        let mut body = Zeroizing::new(String::with_capacity(room));
        Serializer::new(&mut *body).extend_pairs(pairs).finish();
        SecretString::from(body.as_str())
    }

    /// The secrets of the request, raw and form-encoded, to remove them from an answer that echoes them: the values of all
    /// fields that are not public.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = Zeroizing<String>> {
        const PUBLIC: [&str; 12] = [
            "accept",
            "grant_type",
            "scope",
            "audience",
            "resource",
            "client_id",
            "client_assertion_type",
            "subject_token_type",
            "actor_token_type",
            "requested_token_type",
            "username",
            "authorization",
        ];
        // Values of up to three characters are no secrets, and removing them would destroy the text.
        let hidden = |(name, value): &&(Cow<'static, str>, SecretString)| {
            !PUBLIC.contains(&name.as_ref()) && value.expose_secret().len() > 3
        };
        self.headers.iter().chain(&self.form).filter(hidden).flat_map(|(_, value)| {
            let raw = value.expose_secret();
            [Zeroizing::new(raw.to_owned()), form_encoded(raw)]
        })
    }

    /// The cache key: two requests have equal keys only if the server can't distinguish them and their `route` (proxy and
    /// TLS settings as text) is equal. `keys` are two independently keyed hashers of this process, so a cache key reveals no
    /// secret.
    #[must_use]
    pub fn cache_key(&self, route: &str, keys: &[impl BuildHasher; 2]) -> CacheKey {
        CacheKey(keys.each_ref().map(|key| {
            let mut hasher = key.build_hasher();
            self.url.as_str().hash(&mut hasher);
            for part in [&self.headers, &self.form] {
                part.len().hash(&mut hasher);
                for (name, value) in part {
                    name.hash(&mut hasher);
                    value.expose_secret().hash(&mut hasher);
                }
            }
            self.assertions.len().hash(&mut hasher);
            self.assertions.iter().for_each(|one| one.identity().expose_secret().hash(&mut hasher));
            route.hash(&mut hasher);
            hasher.finish()
        }))
    }
}

/// Identifies a credential within one process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CacheKey([u64; 2]);

impl fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0[0], self.0[1])
    }
}
