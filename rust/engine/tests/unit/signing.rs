//! What was signed verifies with the public half of the key, whatever form the key came in.

#![allow(clippy::unwrap_used)] // in a test an unwrap is an assertion

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    UnparsedPublicKey, VerificationAlgorithm,
};

use super::*;

const RSA: &str = include_str!("keys/rsa.pem");
const RSA_PKCS1: &str = include_str!("keys/rsa-pkcs1.pem");
const RSA_JWK: &str = include_str!("keys/rsa.jwk");
const P256: &str = include_str!("keys/p256.pem");
const P256_SEC1: &str = include_str!("keys/p256-sec1.pem");
const P256_JWK: &str = include_str!("keys/p256.jwk");
const ED25519_PEM: &str = include_str!("keys/ed25519.pem");
const ED25519_JWK: &str = include_str!("keys/ed25519.jwk");
const ENCRYPTED: &str = include_str!("keys/encrypted.pem");

fn public(text: &str) -> Vec<u8> {
    match read(text).unwrap() {
        PrivateKey::Rsa(pair) => pair.public_key().as_ref().to_vec(),
        PrivateKey::P256(pair) => pair.public_key().as_ref().to_vec(),
        PrivateKey::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
    }
}

fn signed(text: &str, algorithm: Algorithm) -> Vec<u8> {
    sign(&SigningKey { text: text.into(), algorithm, id: None }, b"header.claims").unwrap()
}

#[test]
fn every_algorithm_signs_what_its_public_key_verifies() {
    let of: [(&str, &str, Algorithm, &'static dyn VerificationAlgorithm); 7] = [
        (RSA, RSA, Algorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256),
        (RSA_PKCS1, RSA, Algorithm::Ps256, &RSA_PSS_2048_8192_SHA256),
        (RSA_JWK, RSA, Algorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256),
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
        ("{\"kty\":\"EC\",\"crv\":\"P-521\",\"d\":\"s3cret\"}", "of a kind that can't be used"),
        ("{\"kty\":\"oct\",\"k\":\"s3cret\"}", "of a kind that can't be used"),
        (P256_SEC1, "openssl pkcs8 -topk8"),
        (ENCRYPTED, "encrypted with a passphrase"),
        ("-----BEGIN PRIVATE KEY-----\nczNjcmV0\n-----END PRIVATE KEY-----\n", "RSA of 2048 bits or more"),
        ("-----BEGIN CERTIFICATE-----\nczNjcmV0\n-----END CERTIFICATE-----\n", "neither PEM nor JWK"),
    ] {
        let told = algorithm_of(text, None).unwrap_err();
        assert!(told.contains(part), "{told} lacks {part}");
        assert!(!told.contains("s3cret") && !told.contains("czNjcmV0"), "{told}");
    }
}

#[test]
fn no_nonce_comes_twice() {
    assert_ne!(nonce().unwrap(), nonce().unwrap());
}
