//! Tokens bound to a key (RFC 9449): the claims of a proof, and what servers answer about proofs. The sender of the
//! request signs.
//!
//! Invariants: a proof is valid for one request, because it contains its method, its URL, the hash of its token and a unique
//! id; the URL in a proof has no query, no fragment and no password; an answer about a proof says nothing about the token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use url::Url;

use crate::http::challenge::{challenges, parameter};
use crate::oauth::assertion::{Algorithm, SigningKey};
use crate::time::clock::Wall;

/// The scheme of a bound token in `Authorization`, and its `token_type`.
pub const SCHEME: &str = "DPoP";

/// The `error` of a server that requires a nonce in the proof (section 8).
pub const USE_NONCE: &str = "use_dpop_nonce";

/// The `error` of a server that refuses a proof (section 5).
pub const INVALID_PROOF: &str = "invalid_dpop_proof";

/// Longer nonces are ignored.
const LONGEST_NONCE: usize = 1024;

/// The key binding of a profile with `dpop=true`.
#[derive(Clone, Debug)]
pub struct Binding {
    /// `dpop_key`; without it the engine makes a key when the profile is opened.
    pub key: Option<SigningKey>,
}

/// The claims of a proof (section 4.2) without `iat` and `jti`.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// Its URL, as [`Target::url`].
    pub target: &'a str,
    /// The SHA-256 of the token in the same request, in base64url.
    pub token_hash: Option<&'a str>,
    /// The server's nonce.
    pub nonce: Option<&'a str>,
}

/// The encoded JWS header of all proofs of one key. `public` is the public key as a JWK.
#[must_use]
pub fn header(algorithm: Algorithm, public: &Map<String, Value>) -> String {
    encoded(&json!({ "typ": "dpop+jwt", "alg": algorithm.name(), "jwk": public }))
}

impl Proof<'_> {
    /// Header and claims to sign, issued at `now` with `jti` = `id`.
    #[must_use]
    pub fn signing_input(&self, header: &str, now: Wall, id: &str) -> String {
        let mut claims = json!({ "jti": id, "htm": self.method, "htu": self.target, "iat": now.0 / 1000 });
        if let Some(hash) = self.token_hash {
            claims["ath"] = json!(hash);
        }
        if let Some(nonce) = self.nonce {
            claims["nonce"] = json!(nonce);
        }
        format!("{header}.{}", encoded(&claims))
    }
}

fn encoded(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// The target of a request, in the two forms that proofs need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The URL without query and fragment (section 4.2).
    pub url: String,
    /// The server: a nonce is valid for one server only (section 8).
    pub origin: String,
}

/// Parses the URL of a request; `None` if it is no HTTP URL.
#[must_use]
pub fn target(url: &str) -> Option<Target> {
    Url::parse(url.trim()).ok().and_then(|url| target_of(&url))
}

/// The same for a parsed URL.
#[must_use]
pub fn target_of(url: &Url) -> Option<Target> {
    let mut bare = url.clone();
    let cut = matches!(bare.scheme(), "http" | "https")
        && bare.set_username("").is_ok()
        && bare.set_password(None).is_ok();
    bare.set_query(None);
    bare.set_fragment(None);
    let port = url.port_or_known_default()?;
    let origin = format!("{}://{}:{port}", url.scheme(), url.host_str()?);
    cut.then(|| Target { url: bare.into(), origin })
}

/// The nonce of an answer, if it has a valid one (section 8.2).
#[must_use]
pub fn nonce(headers: &[(String, String)]) -> Option<&str> {
    let fits = |nonce: &&str| {
        (1..=LONGEST_NONCE).contains(&nonce.len())
            && nonce.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
    };
    let mut named = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("dpop-nonce"));
    named.find_map(|(_, value)| Some(value.trim()).filter(fits))
}

/// What a 401 of an API says about the proof. It says nothing about the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// The next proof needs the nonce (section 9).
    Nonce,
    /// The proof is refused.
    InvalidProof,
}

/// The challenge about the proof in a 401, if there is one.
#[must_use]
pub fn challenge(headers: &[(String, String)]) -> Option<Challenge> {
    challenges(headers).filter(|challenge| challenge.scheme.eq_ignore_ascii_case(SCHEME)).find_map(|ours| {
        match parameter(&ours, "error")?.as_str() {
            USE_NONCE => Some(Challenge::Nonce),
            INVALID_PROOF => Some(Challenge::InvalidProof),
            _ => None,
        }
    })
}

impl Binding {
    /// The key as text, for the cache key. May contain the private key.
    pub(crate) fn identity(&self) -> SecretString {
        self.key.as_ref().map_or_else(|| "a key of its own".into(), |key| key.text.clone())
    }
}

#[cfg(test)]
#[path = "../../tests/unit/dpop.rs"]
mod tests;
