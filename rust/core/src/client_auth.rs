//! How the client proves who it is at the token endpoint (RFC 6749 section 2.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroize;

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
        headers: &mut Vec<(&'static str, SecretString)>,
        form: &mut Vec<(&'static str, SecretString)>,
    ) {
        let secret = self.secret.expose_secret();
        match self.auth {
            ClientAuth::SecretBasic => {
                let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                headers.push(("authorization", basic(encode(&self.id), &encode(secret))));
            }
            ClientAuth::SecretBasicRaw => headers.push(("authorization", basic(self.id.clone(), secret))),
            ClientAuth::SecretPost => {
                form.push(("client_id", self.id.clone().into()));
                form.push(("client_secret", secret.to_owned().into()));
            }
        }
    }
}

fn basic(id: String, secret: &str) -> SecretString {
    let mut pair = id;
    pair.reserve_exact(1 + secret.len());
    pair.push(':');
    pair.push_str(secret);
    let value = format!("Basic {}", STANDARD.encode(&pair));
    pair.zeroize();
    value.into()
}
