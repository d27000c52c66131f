//! What was signed verifies with the public half of the key, whatever form the key came in.

#![allow(clippy::unwrap_used)] // in a test an unwrap is an assertion

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};

use p521::ecdsa::signature::Verifier as _;
use secrecy::ExposeSecret as _;

use super::*;
use crate::http::certificate;
use crate::http::private_key::decrypted;

const RSA: &str = include_str!("keys/rsa.pem");
const RSA_PKCS1: &str = include_str!("keys/rsa-pkcs1.pem");
const RSA_JWK: &str = include_str!("keys/rsa.jwk");
const P256: &str = include_str!("keys/p256.pem");
const P256_SEC1: &str = include_str!("keys/p256-sec1.pem");
const P256_JWK: &str = include_str!("keys/p256.jwk");
const ED25519_PEM: &str = include_str!("keys/ed25519.pem");
const ED25519_JWK: &str = include_str!("keys/ed25519.jwk");
const ENCRYPTED: &str = include_str!("keys/encrypted.pem");
const P384: &str = include_str!("keys/p384.pem");
const P384_SEC1: &str = include_str!("keys/p384-sec1.pem");
const P384_ENCRYPTED: &str = include_str!("keys/p384-encrypted.pem");
const P384_CERTIFICATE: &str = include_str!("keys/p384-certificate.pem");
const P521: &str = include_str!("keys/p521.pem");
const P521_SEC1: &str = include_str!("keys/p521-sec1.pem");
const RSA_3DES: &str = include_str!("keys/rsa-encrypted-3des.pem");
const RSA_OLD: &str = include_str!("keys/rsa-old-encryption.pem");
const RSA_CERTIFICATE: &str = include_str!("keys/rsa-certificate.pem");

fn public(text: &str) -> Vec<u8> {
    PrivateKey::read(text).unwrap().public_bytes()
}

fn signed(text: &str, algorithm: Algorithm) -> Vec<u8> {
    sign(&SigningKey::new(text.into(), algorithm), b"header.claims").unwrap()
}

#[test]
fn every_algorithm_signs_what_its_public_key_verifies() {
    let of: [(&str, &str, Algorithm, &'static dyn VerificationAlgorithm); 13] = [
        (RSA, RSA, Algorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256),
        (RSA_PKCS1, RSA, Algorithm::Ps256, &RSA_PSS_2048_8192_SHA256),
        (RSA_JWK, RSA, Algorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256),
        (RSA, RSA, Algorithm::Rs384, &RSA_PKCS1_2048_8192_SHA384),
        (RSA, RSA, Algorithm::Rs512, &RSA_PKCS1_2048_8192_SHA512),
        (RSA, RSA, Algorithm::Ps384, &RSA_PSS_2048_8192_SHA384),
        (RSA, RSA, Algorithm::Ps512, &RSA_PSS_2048_8192_SHA512),
        (P256_SEC1, P256_SEC1, Algorithm::Es256, &ECDSA_P256_SHA256_FIXED),
        (P384_SEC1, P384, Algorithm::Es384, &ECDSA_P384_SHA384_FIXED),
        (P256, P256, Algorithm::Es256, &ECDSA_P256_SHA256_FIXED),
        (P256_JWK, P256, Algorithm::Es256, &ECDSA_P256_SHA256_FIXED),
        (ED25519_PEM, ED25519_PEM, Algorithm::EdDsa, &ED25519),
        (ED25519_JWK, ED25519_PEM, Algorithm::EdDsa, &ED25519),
    ];
    for (key, owner, algorithm, verifier) in of {
        let verifier = UnparsedPublicKey::new(verifier, public(owner));
        assert!(verifier.verify(b"header.claims", &signed(key, algorithm)).is_ok(), "{algorithm:?}");
        assert!(verifier.verify(b"header.claimz", &signed(key, algorithm)).is_err(), "{algorithm:?}");
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"s3cret");
    assert!(hmac::verify(&key, b"header.claims", &signed("s3cret", Algorithm::Hs256)).is_ok());
}

#[test]
fn a_key_tells_how_it_signs() {
    for (key, algorithm) in [
        (RSA, Algorithm::Rs256),
        (RSA_PKCS1, Algorithm::Rs256),
        (P256_JWK, Algorithm::Es256),
        (ED25519_PEM, Algorithm::EdDsa),
        (P384, Algorithm::Es384),
        (P521, Algorithm::Es512),
        (P521_SEC1, Algorithm::Es512),
    ] {
        assert_eq!(algorithm_of(key, None), Ok(algorithm));
    }
    assert_eq!(algorithm_of(RSA, Some(Algorithm::Ps256)), Ok(Algorithm::Ps256));
    assert_eq!(
        algorithm_of(P256, Some(Algorithm::Rs256)),
        Err("is a P-256 key, which can't sign with RS256".into())
    );
}

#[test]
fn a_key_of_no_use_is_told_with_its_remedy_and_without_a_word_of_it() {
    for (text, part) in [
        ("s3cret text", "neither PEM nor JWK"),
        ("{\"kty\":", "neither PEM nor JWK"),
        ("{\"kty\":\"RSA\",\"n\":\"AQAB\",\"d\":\"s3cret\"}", "a JWK without a readable 'e'"),
        ("{\"kty\":\"EC\",\"crv\":\"P-192\",\"d\":\"s3cret\"}", "of a kind that can't be used"),
        ("{\"kty\":\"oct\",\"k\":\"s3cret\"}", "of a kind that can't be used"),
        (ENCRYPTED, "encrypted with a passphrase: set private_key_passphrase"),
        (RSA_OLD, "openssl pkcs8 -topk8"),
        (
            "-----BEGIN EC PRIVATE KEY-----\nczNjcmV0\n-----END EC PRIVATE KEY-----\n",
            "a SEC1 key that can't be read",
        ),
        ("-----BEGIN PRIVATE KEY-----\nczNjcmV0\n-----END PRIVATE KEY-----\n", "RSA of 2048 bits or more"),
        ("-----BEGIN CERTIFICATE-----\nczNjcmV0\n-----END CERTIFICATE-----\n", "neither PEM nor JWK"),
    ] {
        let refusal = algorithm_of(text, None).unwrap_err();
        assert!(refusal.contains(part), "{refusal} lacks {part}");
        assert!(!refusal.contains("s3cret") && !refusal.contains("czNjcmV0"), "{refusal}");
    }
}

#[test]
fn p521_signs_what_its_public_key_verifies() {
    for key in [P521, P521_SEC1] {
        let verifier = p521::ecdsa::VerifyingKey::from_sec1_bytes(&public(P521)).unwrap();
        let signature = p521::ecdsa::Signature::from_slice(&signed(key, Algorithm::Es512)).unwrap();
        assert!(verifier.verify(b"header.claims", &signature).is_ok());
        assert!(verifier.verify(b"header.claimz", &signature).is_err());
    }
    let jwk = PrivateKey::read(P521).unwrap().public();
    assert_eq!((jwk["crv"].as_str(), jwk["x"].as_str().map(str::len)), (Some("P-521"), Some(88)));
}

#[test]
fn an_encrypted_key_is_read_with_its_passphrase() {
    for (encrypted, plain) in [(P384_ENCRYPTED, P384), (RSA_3DES, RSA)] {
        let key = decrypted(encrypted, "pass-phrase").unwrap();
        assert_eq!(public(key.expose_secret()), public(plain));
        assert!(!format!("{key:?}").contains("PRIVATE"));
        let refusal = decrypted(encrypted, "s3cret").unwrap_err();
        assert!(refusal.contains("with this passphrase") && !refusal.contains("s3cret"), "{refusal}");
    }
    assert!(decrypted(RSA, "s3cret").unwrap_err().contains("holds no key that is encrypted"));
    assert!(decrypted(RSA_OLD, "pass-phrase").unwrap_err().contains("openssl pkcs8 -topk8"));
    let damaged = P384_ENCRYPTED.replace('M', "");
    assert!(decrypted(&damaged, "pass-phrase").unwrap_err().contains("can't be read"));
}

/// The thumbprints are those that OpenSSL tells.
#[test]
fn a_certificate_gives_its_thumbprints_and_chain() {
    let chain = [RSA_CERTIFICATE, P384_CERTIFICATE].concat();
    let of_rsa = certificate::header(&chain, RSA).unwrap();
    assert_eq!(of_rsa.sha1, "98oF4jkQDtMuQUXMFuXKZpyC1hg");
    assert_eq!(of_rsa.sha256, "c5iO4Xtps5J-13uOVCaF9rPi5aEH3xnahVjT1HazcNw");
    assert_eq!(of_rsa.chain.len(), 2);
    assert!(of_rsa.chain[0].starts_with("MIIDEzCCAfugAwIBAgIUD8wNMbsa6Eu35m8Oya9F1HTkCGEwDQYJKoZIhvcN"));
    assert!(certificate::header(P384_CERTIFICATE, P384_SEC1).is_ok());
    assert!(certificate::header(&chain, P384).unwrap_err().contains("another key than private_key"));
    assert!(certificate::header(RSA, RSA).unwrap_err().contains("holds no PEM certificate"));
}

#[test]
fn no_nonce_comes_twice() {
    assert_ne!(nonce().unwrap(), nonce().unwrap());
}
