//! Signing statements (RFC 7515) with what `ring` offers: the library that TLS uses here anyway.
//!
//! A key that signs statements is read anew for each signature. That takes less than a millisecond, once in a token's
//! life, and keeps no second copy of it in memory. One that proves every request ([`crate::http::proving`]) is read once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPairComponents, PublicKeyComponents};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use ring::{hmac, rand};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use secrecy::ExposeSecret;
use serde_json::{Map, Value};
use tollgate_core::oauth::assertion::{Algorithm, SigningKey};
use zeroize::Zeroizing;

/// A private key that was understood.
pub(crate) enum PrivateKey {
    Rsa(Box<RsaKeyPair>),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// How a private key signs: as `wanted`, if it can.
///
/// # Errors
/// What is wrong with it, without a word of it.
pub(crate) fn algorithm_of(text: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
    let (kind, can) = match read(text)? {
        PrivateKey::Rsa(_) => ("an RSA key", &[Algorithm::Rs256, Algorithm::Ps256][..]),
        PrivateKey::P256(_) => ("a P-256 key", &[Algorithm::Es256][..]),
        PrivateKey::Ed25519(_) => ("an Ed25519 key", &[Algorithm::EdDsa][..]),
    };
    match wanted {
        None => Ok(can[0]),
        Some(wanted) if can.contains(&wanted) => Ok(wanted),
        Some(wanted) => Err(format!("is {kind}, which can't sign with {}", wanted.name())),
    }
}

/// Signs `input`.
///
/// # Errors
/// What is wrong with the key, without a word of it.
pub(crate) fn sign(key: &SigningKey, input: &[u8]) -> Result<Vec<u8>, String> {
    let text = key.text.expose_secret();
    if key.algorithm == Algorithm::Hs256 {
        return Ok(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes()), input).as_ref().to_vec());
    }
    read(text)?.sign(key.algorithm, input)
}

impl PrivateKey {
    /// The one of a setting.
    ///
    /// # Errors
    /// What is wrong with it, without a word of it.
    pub(crate) fn of(key: &SigningKey) -> Result<Self, String> {
        read(key.text.expose_secret())
    }

    /// A new one, P-256.
    ///
    /// # Errors
    /// If the operating system has no randomness.
    pub(crate) fn made() -> Result<Self, String> {
        let random = SystemRandom::new();
        let failed = |_| "no key could be made: the operating system gives no random numbers".to_owned();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).map_err(failed)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random);
        pair.map(Self::P256).map_err(|error| format!("the key that was made is of no use: {error}"))
    }

    /// Signs `input`.
    ///
    /// # Errors
    /// If that fails, which no key does that was understood.
    pub(crate) fn sign(&self, algorithm: Algorithm, input: &[u8]) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        let failed = |_| "could not sign".to_owned();
        match self {
            Self::Rsa(pair) => {
                let encoding: &dyn RsaEncoding =
                    if algorithm == Algorithm::Ps256 { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(encoding, &random, input, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            Self::P256(pair) => Ok(pair.sign(&random, input).map_err(failed)?.as_ref().to_vec()),
            Self::Ed25519(pair) => Ok(pair.sign(input).as_ref().to_vec()),
        }
    }

    /// Its public half as a JWK (RFC 7517, RFC 7518 section 6, RFC 8037 section 2), and nothing else of it.
    pub(crate) fn public(&self) -> Map<String, Value> {
        let text = |bytes: &[u8]| Value::String(URL_SAFE_NO_PAD.encode(bytes));
        let word = |word: &str| Value::String(word.to_owned());
        let parts = match self {
            Self::Rsa(pair) => {
                let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(pair.public());
                vec![("kty", word("RSA")), ("n", text(&n)), ("e", text(&e))]
            }
            Self::P256(pair) => {
                // 4, x and y (SEC 1 section 2.3.3).
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                vec![("kty", word("EC")), ("crv", word("P-256")), ("x", text(x)), ("y", text(y))]
            }
            Self::Ed25519(pair) => {
                vec![("kty", word("OKP")), ("crv", word("Ed25519")), ("x", text(pair.public_key().as_ref()))]
            }
        };
        parts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// A text that no other request ever had.
///
/// # Errors
/// If the operating system has no randomness.
pub(crate) fn nonce() -> Result<String, String> {
    let bytes: [u8; 16] = rand::generate(&SystemRandom::new())
        .map_err(|_| "the operating system gives no random numbers".to_owned())?
        .expose();
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn read(text: &str) -> Result<PrivateKey, String> {
    if text.trim_start().starts_with('{') { read_jwk(text) } else { read_pem(text) }
}

fn read_pem(text: &str) -> Result<PrivateKey, String> {
    if text.contains("ENCRYPTED") {
        return Err(
            "is encrypted with a passphrase (openssl pkcs8 -in KEY -out PLAIN.pem takes it off)".into()
        );
    }
    let der =
        PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| "is neither PEM nor JWK".to_owned())?;
    match &der {
        PrivateKeyDer::Pkcs1(rsa) => rsa_key(RsaKeyPair::from_der(rsa.secret_pkcs1_der())),
        PrivateKeyDer::Pkcs8(key) => {
            let der = key.secret_pkcs8_der();
            let random = SystemRandom::new();
            if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &random) {
                return Ok(PrivateKey::P256(pair));
            }
            // OpenSSL writes Ed25519 keys without their public half.
            if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
                return Ok(PrivateKey::Ed25519(pair));
            }
            rsa_key(RsaKeyPair::from_pkcs8(der))
        }
        _ => {
            Err("is in the SEC1 form (openssl pkcs8 -topk8 -nocrypt -in KEY -out PKCS8.pem turns it)".into())
        }
    }
}

/// RFC 7517, RFC 7518 section 6, RFC 8037 section 2.
fn read_jwk(text: &str) -> Result<PrivateKey, String> {
    let json: Value = serde_json::from_str(text).map_err(|_| "is neither PEM nor JWK".to_owned())?;
    let part = |name: &str| -> Result<Zeroizing<Vec<u8>>, String> {
        let text = json.get(name).and_then(Value::as_str).unwrap_or_default();
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok().filter(|bytes| !bytes.is_empty());
        bytes.map(Zeroizing::new).ok_or_else(|| format!("is a JWK without a readable '{name}'"))
    };
    let curve = json.get("crv").and_then(Value::as_str);
    match (json.get("kty").and_then(Value::as_str), curve) {
        (Some("RSA"), _) => {
            let (n, e, d) = (part("n")?, part("e")?, part("d")?);
            let (p, q) = (part("p")?, part("q")?);
            let (dp, dq, qi) = (part("dp")?, part("dq")?, part("qi")?);
            rsa_key(RsaKeyPair::from_components(&KeyPairComponents {
                public_key: PublicKeyComponents { n: &**n, e: &**e },
                d: &**d,
                p: &**p,
                q: &**q,
                dP: &**dp,
                dQ: &**dq,
                qInv: &**qi,
            }))
        }
        (Some("EC"), Some("P-256")) => {
            let public = [&[4][..], &part("x")?, &part("y")?].concat();
            EcdsaKeyPair::from_private_key_and_public_key(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                &part("d")?,
                &public,
                &SystemRandom::new(),
            )
            .map(PrivateKey::P256)
            .map_err(|error| format!("is a P-256 key of no use: {error}"))
        }
        (Some("OKP"), Some("Ed25519")) => Ed25519KeyPair::from_seed_and_public_key(&part("d")?, &part("x")?)
            .map(PrivateKey::Ed25519)
            .map_err(|error| format!("is an Ed25519 key of no use: {error}")),
        _ => {
            Err("is a JWK of a kind that can't be used: RSA, EC with P-256, and OKP with Ed25519 can".into())
        }
    }
}

fn rsa_key(read: Result<RsaKeyPair, ring::error::KeyRejected>) -> Result<PrivateKey, String> {
    read.map(|pair| PrivateKey::Rsa(Box::new(pair))).map_err(|error| {
        format!("is a key of no use: {error} (RSA of 2048 bits or more, P-256 and Ed25519 can be used)")
    })
}

#[cfg(test)]
#[path = "../../tests/unit/signing.rs"]
mod tests;
