//! How the client proves who it is at the token endpoint (RFC 6749 section 2.3).

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

/// Where id and secret go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// `Authorization: Basic`, id and secret form-encoded first (RFC 6749 section 2.3.1).
    SecretBasic,
    /// `Authorization: Basic` of the bare id and secret, as Genesys Cloud reads it.
    SecretBasicRaw,
    /// In the form body.
    SecretPost,
}

/// Client id and secret.
#[derive(Clone, Debug)]
pub struct Client {
    /// Public.
    pub id: String,
    /// Zeroed when dropped; `Debug` hides it.
    pub secret: SecretString,
    /// Where they go.
    pub auth: ClientAuth,
}

impl Client {
    /// Adds the proof to a token request: at most one `Authorization` header, or form fields.
    pub(crate) fn sign(
        &self,
        headers: &mut Vec<(Cow<'static, str>, SecretString)>,
        form: &mut Vec<(Cow<'static, str>, SecretString)>,
    ) {
        let secret = self.secret.expose_secret();
        match self.auth {
            ClientAuth::SecretBasic => {
                headers.push(("authorization".into(), basic(&form_encoded(&self.id), &form_encoded(secret))));
            }
            ClientAuth::SecretBasicRaw => headers.push(("authorization".into(), basic(&self.id, secret))),
            ClientAuth::SecretPost => {
                form.push(("client_id".into(), self.id.clone().into()));
                form.push(("client_secret".into(), secret.to_owned().into()));
            }
        }
    }
}

fn basic(id: &str, secret: &str) -> SecretString {
    ["Basic ", &credentials(id, secret)].concat().into()
}

/// What stands after `Basic ` (RFC 7617 section 2). Wiped when dropped, like every copy of the secret.
pub(crate) fn credentials(id: &str, secret: &str) -> Zeroizing<String> {
    let pair = Zeroizing::new([id, ":", secret].concat());
    Zeroizing::new(STANDARD.encode(pair.as_bytes()))
}

/// `text` as a value of `application/x-www-form-urlencoded`.
pub(crate) fn form_encoded(text: &str) -> Zeroizing<String> {
    // Room for every byte as %XX: a string that grows leaves its older copies behind.
    let mut encoded = Zeroizing::new(String::with_capacity(3 * text.len()));
    encoded.extend(byte_serialize(text.as_bytes()));
    encoded
}
