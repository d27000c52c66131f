//! The token request as data, and the key under which its token is shared.

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

use crate::oauth::assertion::{Assertion, SigningKey};
use crate::oauth::client_auth::Client;
use crate::oauth::grant::{Grant, Primary, RequestGrant};
use crate::oauth::own_request::Values;
use crate::oauth::template::Escape;
use crate::time::clock::Wall;

/// Names and values; header names are in lower case.
type Fields = Vec<(Cow<'static, str>, SecretString)>;

/// The media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The method of a token request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Method {
    /// Its parameters are the body (RFC 6749 section 3.2).
    #[default]
    Post,
    /// The same.
    Put,
    /// Its parameters are the query of the URL.
    Get,
}

impl Method {
    /// The methods by their names in settings, which are those on the wire.
    pub(crate) const NAMES: [(&'static str, Self); 3] =
        [("POST", Self::Post), ("PUT", Self::Put), ("GET", Self::Get)];

    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, method)| *method == self).map_or("POST", |(name, _)| name)
    }
}

/// A request to the token endpoint, with assertions still to be signed. `Debug` hides secrets.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// The token endpoint.
    pub url: Url,
    /// Whether that is another URL than the token URL.
    pub(crate) elsewhere: bool,
    /// Its method.
    pub method: Method,
    /// Header names in lower case with their values.
    pub headers: Fields,
    /// The form fields in order; with GET, those of the query.
    pub form: Fields,
    /// The body, if it is no form.
    pub text: Option<SecretString>,
    /// Secrets that were filled into templates.
    pub(crate) filled: Vec<SecretString>,
    /// Assertions to sign when the request is sent.
    pub assertions: Vec<Assertion>,
    /// Whether it relies on a refresh token.
    pub(crate) refresh: bool,
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
            elsewhere: false,
            method: grant.method,
            headers: vec![("accept".into(), "application/json".into()), ("content-type".into(), FORM.into())],
            form: Vec::new(),
            text: None,
            filled: Vec::new(),
            assertions: Vec::new(),
            refresh: matches!(using, RequestGrant::Refresh(_)),
            bound: false,
        };
        let (own, refresh_token) = match (primary, using) {
            (_, RequestGrant::Refresh(token)) => (grant.refresh_request.as_ref(), Some(token)),
            (Primary::Login(login), RequestGrant::Primary) => (Some(&login.request), None),
            (_, RequestGrant::Primary) => (None, None),
        };
        let is_oauth = !matches!(primary, Primary::Login(_));
        match using {
            _ if !is_oauth => {}
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
        if is_oauth || !client.auth.sends_id_alone() {
            client.authenticate(&mut request);
        }
        let copy = |(name, value): &(String, SecretString)| (Cow::Owned(name.clone()), value.clone());
        request.headers.extend(grant.headers.iter().map(copy));
        // Those of a grant that the server defines are of no use with another: a code, an API key.
        let is_refresh_of_own = matches!((primary, using), (Primary::Own(_), RequestGrant::Refresh(_)));
        request.form.extend(grant.params.iter().filter(|_| is_oauth && !is_refresh_of_own).map(copy));
        if let Some(own) = own {
            own.apply(&mut request, &Values { client, grant, primary, refresh_token });
        }
        if request.method == Method::Get {
            request.headers.retain(|(name, _)| name != "content-type");
        }
        request
    }

    /// Sets a header in place of any of that name.
    pub(crate) fn set_header(&mut self, name: &str, value: SecretString) {
        self.headers.retain(|(other, _)| other != name);
        self.headers.push((name.to_owned().into(), value));
    }

    /// Where it is sent: with GET, the parameters are its query.
    #[must_use]
    pub fn target(&self) -> Url {
        let mut url = self.url.clone();
        if self.method == Method::Get && !self.form.is_empty() {
            let pairs = self.form.iter().map(|(name, value)| (name.as_ref(), value.expose_secret()));
            url.query_pairs_mut().extend_pairs(pairs);
        }
        url
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

    /// The body: its text, or the form as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn body(&self) -> SecretString {
        if let Some(text) = &self.text {
            return text.clone();
        }
        if self.method == Method::Get {
            return SecretString::default();
        }
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
            "content-type",
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
        ];
        let hidden = |(name, _): &&(Cow<'static, str>, SecretString)| !PUBLIC.contains(&name.as_ref());
        let fields =
            self.headers.iter().chain(&self.form).filter(hidden).map(|(name, value)| match &**name {
                // The scheme is public.
                "authorization" => value.expose_secret().split(' ').next_back().unwrap_or_default().into(),
                _ => value.clone(),
            });
        let literals = self.text.iter().flat_map(|text| literals(text.expose_secret(), &PUBLIC));
        let mut secrets: Vec<SecretString> =
            fields.chain(self.filled.iter().cloned()).chain(literals).collect();
        // Values of up to three characters are no secrets, and removing them would destroy the text.
        secrets.retain(|secret| secret.expose_secret().len() > 3);
        // A secret may contain another: what is left of it would not be found.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
        secrets.into_iter().flat_map(|secret| {
            let raw = secret.expose_secret();
            [Escape::None, Escape::Form, Escape::Json, Escape::Xml].map(|escape| escape.apply(raw))
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
            self.method.hash(&mut hasher);
            self.text.as_ref().map(|text| text.expose_secret()).hash(&mut hasher);
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

/// The values in a body that are not public by their names: strings of JSON, fields of a form, text of XML.
fn literals(text: &str, public: &[&str]) -> Vec<SecretString> {
    fn strings(name: &str, value: &Value, public: &[&str], found: &mut Vec<SecretString>) {
        match value {
            Value::String(text) if !public.contains(&name) => found.push(text.clone().into()),
            Value::Array(values) => values.iter().for_each(|value| strings(name, value, public, found)),
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| strings(name, value, public, found))
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Ok(json) = serde_json::from_str(text) {
        strings("", &json, public, &mut found);
    } else if text.trim_start().starts_with('<') {
        for (tag, between) in text.split('<').filter_map(|part| part.split_once('>')) {
            let attributes = tag.split(['"', '\'']).skip(1).step_by(2);
            found.extend(attributes.chain([between.trim()]).map(SecretString::from));
        }
    } else if text.contains('=') {
        let fields = url::form_urlencoded::parse(text.as_bytes());
        found.extend(
            fields.filter(|(name, _)| !public.contains(&&**name)).map(|(_, value)| value.into_owned().into()),
        );
    } else {
        found.push(text.trim().into());
    }
    found
}

/// Identifies a credential within one process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CacheKey([u64; 2]);

impl CacheKey {
    /// Its hashes as bytes.
    #[must_use]
    pub fn bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        let parts = self.0.iter().flat_map(|part| part.to_be_bytes());
        bytes.iter_mut().zip(parts).for_each(|(byte, part)| *byte = part);
        bytes
    }
}

impl fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0[0], self.0[1])
    }
}
