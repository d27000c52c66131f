//! Signing assertions and proofs (RFC 7515).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::{hmac, rand};
use secrecy::ExposeSecret;
use tollgate_core::oauth::assertion::{Algorithm, SigningKey};

use crate::http::private_key::PrivateKey;

/// How a private key signs: as `wanted`, if it can.
///
/// # Errors
/// What is wrong with it, without any part of it.
pub(crate) fn algorithm_of(text: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
    let (kind, can) = PrivateKey::read(text)?.algorithms();
    match wanted {
        None => Ok(can[0]),
        Some(wanted) if can.contains(&wanted) => Ok(wanted),
        Some(wanted) => Err(format!("is {kind}, which can't sign with {}", wanted.name())),
    }
}

/// Signs `input`.
///
/// # Errors
/// What is wrong with the key, without any part of it.
pub(crate) fn sign(key: &SigningKey, input: &[u8]) -> Result<Vec<u8>, String> {
    let text = key.text.expose_secret();
    if key.algorithm == Algorithm::Hs256 {
        return Ok(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes()), input).as_ref().to_vec());
    }
    PrivateKey::read(text)?.sign(key.algorithm, input)
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

#[cfg(test)]
#[path = "../../tests/unit/signing.rs"]
mod tests;
