//! Assertions that are made here: what they state, what signs them, and what tells two of them apart.

use std::hash::RandomState;

use secrecy::ExposeSecret;
use serde_json::json;
use tollgate_core::oauth::assertion::Algorithm;

use crate::grants::{URL, authorization, body, profile, statement};

#[test]
fn a_jwt_made_here_has_issuer_subject_and_audience() {
    let pairs = [
        ("grant", "jwt_bearer"),
        ("private_key", "file:/keys/client"),
        ("private_key_id", "k1"),
        ("assertion_issuer", "app"),
        ("assertion_subject", "ann@example.com"),
        ("assertion_lifetime", "2m"),
        ("assertion_claim.tid", "t-1"),
        ("scope", "read write"),
    ];
    let (header, claims, signer) = statement(&pairs, "assertion");
    assert_eq!(header, json!({ "typ": "JWT", "alg": "RS256", "kid": "k1" }));
    assert_eq!(
        claims,
        json!({
            "iss": "app", "sub": "ann@example.com", "aud": URL, "tid": "t-1",
            "iat": 1_000_000, "exp": 1_000_120, "jti": "n-0",
        })
    );
    assert_eq!(signer, "RS256");
    assert!(body(&pairs).starts_with("grant_type=urn:grant-type%3Ajwt-bearer&scope=read+write&assertion="));
    assert_eq!(authorization(&pairs), None, "the statement says who asks");
    assert_eq!(profile(&pairs).account(), "app");
}

#[test]
fn two_assertions_of_one_request_have_different_ids() {
    let pairs = [
        ("grant", "jwt_bearer"),
        ("private_key", "k"),
        ("client_id", "me"),
        ("client_auth", "private_key_jwt"),
        ("assertion_subject", "ann"),
    ];
    let other = [&pairs[..], &[("assertion_issuer", "app")]].concat();
    assert_eq!(profile(&other).account(), "me", "limits are the client's, whoever issues");
    let names = ["assertion", "client_assertion"].map(|field| statement(&pairs, field).1["jti"].clone());
    assert_ne!(names[0], names[1]);
}

#[test]
fn a_jwk_contains_its_id_and_a_service_account_its_owner() {
    let jwk = r#"{"kty":"EC","kid":"from the key"}"#;
    let pairs = [("client_id", "me"), ("private_key", jwk)];
    assert_eq!(statement(&pairs, "client_assertion").0["kid"], "from the key");
    let account = r#"{"type":"service_account","private_key":"PEM","private_key_id":"k7","client_email":"bot@p.example"}"#;
    let pairs = [("preset", "google"), ("private_key", account), ("scope", "a  b")];
    let (header, claims, _) = statement(&pairs, "assertion");
    assert_eq!(header["kid"], "k7");
    assert_eq!(claims["iss"], "bot@p.example");
    assert_eq!(claims["scope"], "a b");
    assert_eq!(claims["aud"], "https://oauth2.googleapis.com/token");
    assert!(claims.get("sub").is_none(), "a subject would be a user to act for");
    assert!(!body(&pairs).contains("scope="), "{}", body(&pairs));
    assert_eq!(profile(&pairs).account(), "bot@p.example");
}

/// Two profiles share a token only if the server can't tell their statements apart, but for the times in them.
#[test]
fn the_cache_key_depends_on_the_assertion() {
    let keys = [RandomState::new(), RandomState::new()];
    let key = |more: &[(&str, &str)]| {
        let base = [("grant", "jwt_bearer"), ("client_id", "me")];
        let profile = profile(&[&base[..], more].concat());
        profile.identity().cache_key(&profile.route(), &keys)
    };
    let signed = [("private_key", "k")];
    let base = key(&signed);
    assert_eq!(key(&signed), base);
    for other in [
        &[("private_key", "other")][..],
        &[("private_key", "k"), ("private_key_id", "1")],
        &[("private_key", "k"), ("private_key_algorithm", "PS256")],
        &[("private_key", "k"), ("assertion_subject", "ann")],
        &[("private_key", "k"), ("assertion_issuer", "app")],
        &[("private_key", "k"), ("assertion_audience", "https://a.example")],
        &[("private_key", "k"), ("assertion_lifetime", "2m")],
        &[("private_key", "k"), ("assertion_claim.x", "y")],
        &[("private_key", "k"), ("client_auth", "private_key_jwt")],
        &[("assertion", "k")],
    ] {
        assert_ne!(key(other), base, "{other:?}");
    }
    let route = |more: &[(&str, &str)]| profile(&[&[("client_id", "me")], more].concat()).route();
    assert_ne!(route(&[("tls_client_cert", "file:/keys/both.pem")]), route(&[("client_auth", "none")]));
}

#[test]
fn a_reread_secret_signs_assertions() {
    let mut client =
        profile(&[("client_id", "me"), ("client_secret", "old"), ("client_auth", "client_secret_jwt")])
            .client
            .clone();
    client.replace_secret("new".into());
    let key = client.assertion.unwrap().key;
    assert_eq!((key.text.expose_secret(), key.algorithm), ("new", Algorithm::Hs256));
}
