//! The token request as data (RFC 6749 sections 4.3, 4.4 and 6), and the key under which its token is shared.

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};

use secrecy::{ExposeSecret, SecretString};
use url::Url;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

use crate::client_auth::{Client, form_encoded};

/// On whose behalf a token is asked for, when no refresh token does it.
#[derive(Clone, Debug)]
pub enum Primary {
    /// The client's own (RFC 6749 section 4.4).
    ClientCredentials,
    /// A user's, by name and password (RFC 6749 section 4.3).
    Password {
        /// Public.
        username: String,
        /// Zeroed when dropped; `Debug` hides it.
        password: SecretString,
    },
    /// Nobody's: without a refresh token there is no token.
    None,
}

impl Primary {
    /// The value of `grant_type`, as users write it in the setting `grant`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Password { .. } => "password",
            Self::None => "refresh_token",
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// On whose behalf.
    pub primary: Primary,
    /// Space-separated scopes, if any are asked for.
    pub scope: Option<String>,
    /// Header fields that the request carries beside its own, names in lower case.
    pub headers: Vec<(String, SecretString)>,
    /// Form parameters that the request carries beside its own.
    pub params: Vec<(String, SecretString)>,
}

/// What one request relies on.
#[derive(Clone, Debug)]
pub enum Using {
    /// The primary grant.
    Primary,
    /// This refresh token (RFC 6749 section 6).
    Refresh(SecretString),
}

impl Using {
    /// The value of `grant_type`.
    #[must_use]
    pub const fn name(&self, primary: &Primary) -> &'static str {
        match self {
            Self::Primary => primary.name(),
            Self::Refresh(_) => "refresh_token",
        }
    }
}

impl PartialEq for Using {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Primary, Self::Primary) => true,
            (Self::Refresh(one), Self::Refresh(two)) => one.expose_secret() == two.expose_secret(),
            _ => false,
        }
    }
}

impl Eq for Using {}

/// Names and values; names in lower case where they are header fields.
type Fields = Vec<(Cow<'static, str>, SecretString)>;

/// A POST to the token endpoint, ready to send. `Debug` hides what is secret.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// The token endpoint.
    pub url: Url,
    /// Header names in lower case with their values.
    pub headers: Fields,
    /// The form fields in order.
    pub form: Fields,
}

impl TokenRequest {
    /// Puts the request of `grant` for `client` together.
    #[must_use]
    pub fn new(url: &Url, client: &Client, grant: &Grant, using: &Using) -> Self {
        let mut headers: Fields = vec![("accept".into(), "application/json".into())];
        let mut form: Fields = vec![("grant_type".into(), using.name(&grant.primary).into())];
        match (using, &grant.primary) {
            (Using::Refresh(token), _) => form.push(("refresh_token".into(), token.clone())),
            (Using::Primary, Primary::Password { username, password }) => {
                form.push(("username".into(), username.clone().into()));
                form.push(("password".into(), password.clone()));
            }
            (Using::Primary, Primary::ClientCredentials | Primary::None) => {}
        }
        // A refresh without scope asks for what was granted before (RFC 6749 section 6), which is what is wanted.
        if let (Some(scope), Using::Primary) = (&grant.scope, using) {
            form.push(("scope".into(), scope.clone().into()));
        }
        client.sign(&mut headers, &mut form);
        let own = |(name, value): &(String, SecretString)| (Cow::Owned(name.clone()), value.clone());
        headers.extend(grant.headers.iter().map(own));
        form.extend(grant.params.iter().map(own));
        Self { url: url.clone(), headers, form }
    }

    /// The body as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn body(&self) -> SecretString {
        let pairs = self.form.iter().map(|(name, value)| (name.as_ref(), value.expose_secret()));
        // Room for every byte as %XX: a string that grows leaves its older copies behind.
        let room = pairs.clone().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
        let mut body = Zeroizing::new(String::with_capacity(room));
        Serializer::new(&mut *body).extend_pairs(pairs).finish();
        SecretString::from(body.as_str())
    }

    /// Whatever a server that echoes its request could repeat and nobody may read, in every form it was sent in:
    /// the values of all fields but the public ones.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = Zeroizing<String>> {
        const PUBLIC: [&str; 6] = ["accept", "grant_type", "scope", "client_id", "username", "authorization"];
        // Three characters are no secret, and cutting them out of words would leave no words.
        let hidden = |(name, value): &&(Cow<'static, str>, SecretString)| {
            !PUBLIC.contains(&name.as_ref()) && value.expose_secret().len() > 3
        };
        self.headers.iter().chain(&self.form).filter(hidden).flat_map(|(_, value)| {
            let raw = value.expose_secret();
            [Zeroizing::new(raw.to_owned()), form_encoded(raw)]
        })
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
