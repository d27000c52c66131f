//! The token request as data (RFC 6749 section 4.4), and the key under which its token is shared.

use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};

use secrecy::{ExposeSecret, SecretString};
use url::Url;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

use crate::client_auth::Client;

/// What is asked for. Client credentials today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Space-separated scopes, if any are asked for.
    pub scope: Option<String>,
}

/// A POST to the token endpoint, ready to send. `Debug` hides what is secret.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// The token endpoint.
    pub url: Url,
    /// Header names in lower case with their values.
    pub headers: Vec<(&'static str, SecretString)>,
    /// The form fields in order.
    pub form: Vec<(&'static str, SecretString)>,
}

impl TokenRequest {
    /// Puts the request of `grant` for `client` together.
    #[must_use]
    pub fn new(url: &Url, client: &Client, grant: &Grant) -> Self {
        let mut headers = vec![("accept", SecretString::from("application/json"))];
        let mut form = vec![("grant_type", SecretString::from("client_credentials"))];
        if let Some(scope) = &grant.scope {
            form.push(("scope", scope.clone().into()));
        }
        client.sign(&mut headers, &mut form);
        Self { url: url.clone(), headers, form }
    }

    /// The body as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn body(&self) -> SecretString {
        let pairs = self.form.iter().map(|(name, value)| (*name, value.expose_secret()));
        // Room for every byte as %XX: a string that grows leaves its older copies behind.
        let room = pairs.clone().map(|(name, value)| name.len() + 3 * value.len() + 2).sum();
        let mut body = Zeroizing::new(String::with_capacity(room));
        Serializer::new(&mut *body).extend_pairs(pairs).finish();
        SecretString::from(body.as_str())
    }

    /// The key under which the answer may be shared: two requests have the same key only if the server can't
    /// tell them apart and they travel the same way (`route`: proxy and TLS settings as text). `keys` are two
    /// independently keyed hashers made once a process, so a key says nothing about the secrets in it.
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
            route.hash(&mut hasher);
            hasher.finish()
        }))
    }
}

/// Names a credential inside one process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CacheKey([u64; 2]);

impl fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0[0], self.0[1])
    }
}
