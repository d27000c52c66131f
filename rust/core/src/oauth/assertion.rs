//! JWT assertions for client authentication and as a grant (RFC 7521, RFC 7523). This module makes the claims; the sender
//! of the request signs them.
//!
//! Each request has a new assertion: servers accept each one once (`jti`) and for minutes (`exp`).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use crate::time::clock::Wall;

/// Signature algorithm (RFC 7518 section 3.1, RFC 8037).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// HMAC with SHA-256, keyed with the client secret.
    Hs256,
    /// RSA PKCS#1 v1.5 with SHA-256.
    Rs256,
    /// RSA PKCS#1 v1.5 with SHA-384.
    Rs384,
    /// RSA PKCS#1 v1.5 with SHA-512.
    Rs512,
    /// RSA PSS with SHA-256.
    Ps256,
    /// RSA PSS with SHA-384.
    Ps384,
    /// RSA PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// The algorithms of private keys, by their names in settings.
    pub(crate) const PRIVATE: [(&'static str, Self); 10] = [
        ("RS256", Self::Rs256),
        ("RS384", Self::Rs384),
        ("RS512", Self::Rs512),
        ("PS256", Self::Ps256),
        ("PS384", Self::Ps384),
        ("PS512", Self::Ps512),
        ("ES256", Self::Es256),
        ("ES384", Self::Es384),
        ("ES512", Self::Es512),
        ("EdDSA", Self::EdDsa),
    ];

    /// The value of `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::PRIVATE.iter().find(|(_, value)| *value == self).map_or("HS256", |(name, _)| name)
    }
}

/// The key of an assertion.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// PEM or JWK of a private key, or a client secret. Zeroed when dropped; `Debug` hides it.
    pub text: SecretString,
    /// The signature algorithm.
    pub algorithm: Algorithm,
    /// The `kid` of the key at the server.
    pub id: Option<String>,
    /// Its certificate, if the server knows the key by that.
    pub certificate: Option<CertificateHeader>,
}

impl SigningKey {
    /// A key that no certificate and no id names.
    #[must_use]
    pub const fn new(text: SecretString, algorithm: Algorithm) -> Self {
        Self { text, algorithm, id: None, certificate: None }
    }
}

/// What the header of an assertion says of the certificate of its key (RFC 7515 sections 4.1.6 to 4.1.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateHeader {
    /// `x5t`: its SHA-1, in base64url.
    pub sha1: String,
    /// `x5t#S256`: its SHA-256, in base64url.
    pub sha256: String,
    /// `x5c`: the chain from it upwards, in base64; empty if it is not sent.
    pub chain: Vec<String>,
}

/// An assertion to be signed when the request is sent.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// Its form field.
    pub field: &'static str,
    /// The key that signs it.
    pub key: SigningKey,
    /// The claims without `iat`, `exp` and `jti`.
    pub claims: Map<String, Value>,
    /// Time from `iat` to `exp`.
    pub lifetime: Duration,
}

impl Assertion {
    /// Header and claims to sign (RFC 7515 section 5.1), issued at `now` with `jti` = `id`.
    #[must_use]
    pub fn signing_input(&self, now: Wall, id: &str) -> String {
        let mut header = json!({ "typ": "JWT", "alg": self.key.algorithm.name() });
        if let Some(id) = &self.key.id {
            header["kid"] = json!(id);
        }
        if let Some(CertificateHeader { sha1, sha256, chain }) = &self.key.certificate {
            header["x5t"] = json!(sha1);
            header["x5t#S256"] = json!(sha256);
            if !chain.is_empty() {
                header["x5c"] = json!(chain);
            }
        }
        let issued = now.0 / 1000;
        let lifetime = i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX);
        let mut claims = self.claims.clone();
        claims.insert("iat".into(), json!(issued));
        claims.insert("exp".into(), json!(issued.saturating_add(lifetime)));
        claims.insert("jti".into(), json!(id));
        format!("{}.{}", encoded(&header), encoded(&Value::Object(claims)))
    }

    /// Key and claims as text, for the cache key. Contains the key.
    pub(crate) fn identity(&self) -> SecretString {
        let SigningKey { text, algorithm, id, certificate } = &self.key;
        let claims = Value::Object(self.claims.clone());
        let identity = format!(
            "{}\n{}\n{id:?}\n{certificate:?}\n{claims}\n{:?}\n{}",
            self.field,
            algorithm.name(),
            self.lifetime,
            text.expose_secret()
        );
        identity.into()
    }
}

fn encoded(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_has_a_new_assertion() {
        let claims = Map::from_iter([("iss".to_owned(), json!("me"))]);
        let key = SigningKey { id: Some("key-1".into()), ..SigningKey::new("k".into(), Algorithm::Es256) };
        let assertion = Assertion { field: "assertion", key, claims, lifetime: Duration::from_secs(60) };
        let input = assertion.signing_input(Wall(1_000_999), "once");
        let parts: Vec<Value> = input
            .split('.')
            .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
            .collect();
        assert_eq!(parts[0], json!({ "typ": "JWT", "alg": "ES256", "kid": "key-1" }));
        assert_eq!(parts[1], json!({ "iss": "me", "iat": 1000, "exp": 1060, "jti": "once" }));
    }
}
