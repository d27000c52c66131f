//! Tokens bound to a key (RFC 9449): what a proof says, and what servers say of proofs. Signing is the work of whoever
//! sends the request.
//!
//! Invariants: a proof is good for one request, for it names its method, its URL, the token that goes with it and a text
//! that comes once; a URL in a proof holds no query, no fragment and no password; what a server says of a proof is never
//! taken for word of the token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use url::Url;

use crate::oauth::assertion::{Algorithm, SigningKey};
use crate::time::clock::Wall;

/// The word before a bound token in an `Authorization` header, and its `token_type`.
pub const SCHEME: &str = "DPoP";

/// The `error` of a server that wants a nonce in the proof (section 8).
pub const USE_NONCE: &str = "use_dpop_nonce";

/// The `error` of a server that does not believe a proof (section 5).
pub const INVALID_PROOF: &str = "invalid_dpop_proof";

/// A longer nonce is no nonce.
const LONGEST_NONCE: usize = 1024;

/// What a profile with `dpop=true` binds its tokens to.
#[derive(Clone, Debug)]
pub struct Binding {
    /// `dpop_key`; without it a key is made where the profile is opened.
    pub key: Option<SigningKey>,
}

/// What one proof says (section 4.2), but for time and name.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// Its URL, as [`target`] has it.
    pub target: &'a str,
    /// The SHA-256 of the token that goes along, in base64url.
    pub token_hash: Option<&'a str>,
    /// What the server wants to see.
    pub nonce: Option<&'a str>,
}

/// The first part of every proof of one key, encoded: made once. `public` is the public half as a JWK.
#[must_use]
pub fn header(algorithm: Algorithm, public: &Map<String, Value>) -> String {
    encoded(&json!({ "typ": "dpop+jwt", "alg": algorithm.name(), "jwk": public }))
}

impl Proof<'_> {
    /// The two parts that are signed, made at `now` under the one-time name `id`.
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

/// Where a request goes, in the two forms that proofs need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The URL without query and fragment (section 4.2).
    pub url: String,
    /// Who is asked: nonces are for one server and no other (section 8).
    pub origin: String,
}

/// Reads the URL of a request; `None` if it is none of HTTP.
#[must_use]
pub fn target(url: &str) -> Option<Target> {
    Url::parse(url.trim()).ok().and_then(|url| target_of(&url))
}

/// The same of a URL that was read.
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

/// The nonce of an answer, if it brings one (section 8.2) that can stand in a proof.
#[must_use]
pub fn nonce(headers: &[(String, String)]) -> Option<&str> {
    let fits = |nonce: &&str| {
        (1..=LONGEST_NONCE).contains(&nonce.len())
            && nonce.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
    };
    let mut named = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("dpop-nonce"));
    named.find_map(|(_, value)| Some(value.trim()).filter(fits))
}

/// What a 401 of an API says of the proof; the token may be as good as ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// It wants its nonce in the next one (section 9).
    Nonce,
    /// It does not believe it.
    InvalidProof,
}

/// What a 401 says of the proof, if that is what it is about.
#[must_use]
pub fn challenge(headers: &[(String, String)]) -> Option<Challenge> {
    let mut challenges = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
    challenges.find_map(|(_, value)| {
        let value = value.to_ascii_lowercase();
        let ours = value.match_indices("dpop").find(|(at, _)| {
            let before = value[..*at].trim_end_matches([' ', '\t']);
            (before.is_empty() || before.ends_with(',')) && value[at + 4..].starts_with([' ', '\t'])
        })?;
        let params = &value[ours.0 + 4..];
        let said = params.match_indices("error").find_map(|(at, word)| {
            let alone = params[..at].ends_with([' ', '\t', ',']);
            let value = params[at + word.len()..].trim_start().strip_prefix('=')?.trim_start();
            let value = value.strip_prefix('"').unwrap_or(value);
            alone.then(|| value.split(['"', ',', ' ', '\t']).next()).flatten()
        })?;
        match said {
            USE_NONCE => Some(Challenge::Nonce),
            INVALID_PROOF => Some(Challenge::InvalidProof),
            _ => None,
        }
    })
}

impl Binding {
    /// What tells tokens bound to this key from others, as text. May hold the key.
    pub(crate) fn identity(&self) -> SecretString {
        self.key.as_ref().map_or_else(|| "a key of its own".into(), |key| key.text.clone())
    }
}

#[cfg(test)]
#[path = "../../tests/unit/dpop.rs"]
mod tests;
