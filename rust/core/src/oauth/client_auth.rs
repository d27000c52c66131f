//! Client authentication at the token endpoint (RFC 6749 section 2.3, RFC 7523 section 2.2, RFC 8705).

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use crate::oauth::assertion::Assertion;
use crate::oauth::token_request::TokenRequest;

/// Method of client authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// `Authorization: Basic`, id and secret form-encoded first (RFC 6749 section 2.3.1).
    SecretBasic,
    /// `Authorization: Basic` of the bare id and secret, as Genesys Cloud reads it.
    SecretBasicRaw,
    /// Id and secret in the form body.
    SecretPost,
    /// An assertion signed with the secret (RFC 7523 section 2.2).
    SecretJwt,
    /// An assertion signed with a private key (RFC 7523 section 2.2).
    PrivateKeyJwt,
    /// An assertion made elsewhere (RFC 7523 section 2.2), which is then the client's secret.
    GivenJwt,
    /// The certificate of the connection (RFC 8705 section 2).
    Tls,
    /// None: the client is public, or the grant's assertion authenticates it.
    None,
}

impl ClientAuth {
    /// The methods by their names in settings.
    pub(crate) const NAMES: [(&'static str, Self); 8] = [
        ("client_secret_basic", Self::SecretBasic),
        ("client_secret_basic_raw", Self::SecretBasicRaw),
        ("client_secret_post", Self::SecretPost),
        ("client_secret_jwt", Self::SecretJwt),
        ("private_key_jwt", Self::PrivateKeyJwt),
        ("client_assertion", Self::GivenJwt),
        ("tls_client_auth", Self::Tls),
        ("none", Self::None),
    ];

    /// Its name in settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, value)| *value == self).map_or("none", |(name, _)| name)
    }

    /// Whether a request shows the client's id and nothing else of it.
    #[must_use]
    pub const fn sends_id_alone(self) -> bool {
        matches!(self, Self::Tls | Self::None)
    }

    /// Whether it needs the client secret.
    #[must_use]
    pub const fn wants_secret(self) -> bool {
        matches!(self, Self::SecretBasic | Self::SecretBasicRaw | Self::SecretPost | Self::SecretJwt)
    }
}

/// RFC 7523 section 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A client and its means of authentication.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its id; public. Empty if the grant's assertion names the client.
    pub id: String,
    /// Its secret, or an assertion made elsewhere, or empty. Zeroed when dropped; `Debug` hides it.
    pub secret: SecretString,
    /// Its method of authentication.
    pub auth: ClientAuth,
    /// The assertion to sign, if the method needs one.
    pub assertion: Option<Assertion>,
}

impl Client {
    /// What tells this client's proof from another: secret or key, and how it is sent.
    #[must_use]
    pub fn identity(&self) -> SecretString {
        let assertion = self.assertion.as_ref().map(Assertion::identity);
        let assertion = assertion.as_ref().map_or("", |identity| identity.expose_secret());
        format!("{}\n{}\n{}\n{assertion}", self.id, self.auth.name(), self.secret.expose_secret()).into()
    }

    /// Replaces the secret.
    pub fn replace_secret(&mut self, secret: SecretString) {
        if let (ClientAuth::SecretJwt, Some(assertion)) = (self.auth, &mut self.assertion) {
            assertion.key.text = secret.clone();
        }
        self.secret = secret;
    }

    /// Another client that authenticates in the same way.
    ///
    /// # Errors
    /// What is wrong, in words that follow the client's name.
    pub fn another(&self, id: &str, secret: SecretString, names_secret: bool) -> Result<Self, String> {
        let wants_secret = self.auth.wants_secret() || self.auth == ClientAuth::GivenJwt;
        let has_secret = !secret.expose_secret().is_empty();
        if id.is_empty() {
            return Err("has no id: forClient(id, secret) needs one".into());
        }
        if wants_secret && !has_secret {
            return Err(format!("has no secret, and client_auth={} needs one", self.auth.name()));
        }
        if has_secret && !wants_secret && !names_secret {
            let keys = match self.auth {
                ClientAuth::PrivateKeyJwt => {
                    ": all clients sign with the profile's private_key; define a profile for a client with \
                     a key of its own"
                }
                _ => "",
            };
            return Err(format!("has a secret, and client_auth={} uses none{keys}", self.auth.name()));
        }
        let mut client = Self { id: id.to_owned(), ..self.clone() };
        if let Some(assertion) = &mut client.assertion {
            for claim in ["iss", "sub"] {
                assertion.claims.insert(claim.into(), id.into());
            }
        }
        client.replace_secret(secret);
        Ok(client)
    }

    /// Adds the authentication to a token request: one `Authorization` header, form fields, or an assertion to sign.
    pub(crate) fn authenticate(&self, request: &mut TokenRequest) {
        let TokenRequest { headers, form, assertions, .. } = request;
        let secret = self.secret.expose_secret();
        let push_id = |form: &mut Vec<(Cow<'static, str>, SecretString)>| {
            if !self.id.is_empty() {
                form.push(("client_id".into(), self.id.clone().into()));
            }
        };
        match self.auth {
            ClientAuth::SecretBasic => {
                headers.push(("authorization".into(), basic(&form_encoded(&self.id), &form_encoded(secret))));
            }
            ClientAuth::SecretBasicRaw => headers.push(("authorization".into(), basic(&self.id, secret))),
            ClientAuth::SecretPost => {
                push_id(form);
                form.push(("client_secret".into(), secret.to_owned().into()));
            }
            // The id is optional (RFC 7521 section 4.2), but some servers require it.
            ClientAuth::SecretJwt | ClientAuth::PrivateKeyJwt => {
                push_id(form);
                form.push(("client_assertion_type".into(), ASSERTION_TYPE.into()));
                assertions.extend(self.assertion.clone());
            }
            ClientAuth::GivenJwt => {
                push_id(form);
                form.push(("client_assertion_type".into(), ASSERTION_TYPE.into()));
                form.push(("client_assertion".into(), self.secret.clone()));
            }
            ClientAuth::Tls | ClientAuth::None => push_id(form),
        }
    }
}

fn basic(id: &str, secret: &str) -> SecretString {
    ["Basic ", &credentials(id, secret)].concat().into()
}

/// The credentials of `Basic` (RFC 7617 section 2). Zeroed when dropped, like every copy of the secret.
pub(crate) fn credentials(id: &str, secret: &str) -> Zeroizing<String> {
    let pair = Zeroizing::new([id, ":", secret].concat());
    Zeroizing::new(STANDARD.encode(pair.as_bytes()))
}

/// `text` as a value of `application/x-www-form-urlencoded`.
pub(crate) fn form_encoded(text: &str) -> Zeroizing<String> {
    // Capacity for every byte as %XX: a string that reallocates leaves copies of the secret in memory.
    let mut encoded = Zeroizing::new(String::with_capacity(3 * text.len()));
    encoded.extend(byte_serialize(text.as_bytes()));
    encoded
}
