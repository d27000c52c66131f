//! Every way to present the client, as it goes over the wire.

use std::hash::RandomState;

use secrecy::ExposeSecret;
use serde_json::json;
use tollgate_core::oauth::client_auth::ClientAuth;

use crate::grants::{URL, authorization, body, profile, statement};

#[test]
fn every_client_auth_uses_its_header_or_form_fields() {
    let with = |auth: &'static str, more: &[(&'static str, &'static str)]| {
        [&[("client_id", "my id"), ("client_auth", auth)][..], more].concat()
    };
    let secret = [("client_secret", "a/b")];
    assert_eq!(
        authorization(&with("client_secret_basic", &secret)).as_deref(),
        Some("Basic bXkraWQ6YSUyRmI=")
    );
    assert_eq!(
        authorization(&with("client_secret_basic_raw", &secret)).as_deref(),
        Some("Basic bXkgaWQ6YS9i")
    );
    assert_eq!(
        body(&with("client_secret_post", &secret)),
        "grant_type=client_credentials&client_id=my+id&client_secret=a%2Fb"
    );
    assert_eq!(body(&with("none", &[])), "grant_type=client_credentials&client_id=my+id");
    let certificate = with("tls_client_auth", &[("tls_client_cert", "file:/keys/both.pem")]);
    assert_eq!(body(&certificate), "grant_type=client_credentials&client_id=my+id");
    assert!(profile(&certificate).transport.client_pem.is_some());
    for (auth, more, algorithm) in [
        ("client_secret_jwt", &secret[..], "HS256"),
        ("private_key_jwt", &[("private_key", "k"), ("private_key_algorithm", "ES256")][..], "ES256"),
        ("private_key_jwt", &[("private_key", "k"), ("private_key_algorithm", "PS512")], "PS512"),
    ] {
        let pairs = with(auth, more);
        let (header, claims, signer) = statement(&pairs, "client_assertion");
        assert_eq!((&header["alg"], &*signer), (&json!(algorithm), algorithm));
        assert_eq!(
            claims,
            json!({
                "iss": "my id", "sub": "my id", "aud": URL, "iat": 1_000_000, "exp": 1_000_060, "jti": "n-0",
            })
        );
        assert_eq!(authorization(&pairs), None);
        assert!(body(&pairs).starts_with(
            "grant_type=client_credentials&client_id=my+id\
             &client_assertion_type=urn:client-assertion-type%3Ajwt-bearer&client_assertion="
        ));
    }
}

#[test]
fn a_client_assertion_made_elsewhere_is_sent_unchanged() {
    let given = [("client_id", "me"), ("client_assertion", " a.b.c\n")];
    assert_eq!(
        body(&given),
        "grant_type=client_credentials&client_id=me\
         &client_assertion_type=urn:client-assertion-type%3Ajwt-bearer&client_assertion=a.b.c"
    );
    let from_file = profile(&[("client_id", "me"), ("client_assertion", "file:/secrets/unix")]);
    assert_eq!(
        from_file.secret_file.as_deref(),
        Some("/secrets/unix"),
        "it is read again when it is refused"
    );
    assert!(!format!("{from_file:?}").contains(crate::SECRET));
}

#[test]
fn a_certificate_stands_in_the_header_of_assertions() {
    let key = [("client_id", "me"), ("private_key", "k"), ("private_key_certificate", "PEM")];
    let header = statement(&key, "client_assertion").0;
    assert_eq!(header, json!({ "typ": "JWT", "alg": "RS256", "x5t": "sha1", "x5t#S256": "sha256" }));
    let chain = [&key[..], &[("private_key_x5c", "true")]].concat();
    assert_eq!(statement(&chain, "client_assertion").0["x5c"], json!(["one", "two"]));
    let keys = [RandomState::new(), RandomState::new()];
    assert_ne!(profile(&key).cache_key(&keys), profile(&chain).cache_key(&keys));
}

#[test]
fn an_encrypted_key_is_decrypted_once() {
    let key = [("client_id", "me"), ("private_key", "k"), ("private_key_passphrase", "right")];
    let assertion = profile(&key).client.assertion.clone().unwrap();
    assert_eq!(assertion.key.text.expose_secret(), "k decrypted");
}

#[test]
fn the_key_of_a_certificate_may_be_encrypted() {
    let pairs = [
        ("client_id", "me"),
        ("tls_client_cert", "file:/keys/encrypted.pem"),
        ("tls_client_password", "right"),
    ];
    let pem = profile(&pairs).transport.client_pem.clone().unwrap();
    assert_eq!(
        pem.expose_secret(),
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----"
    );
}

#[test]
fn client_auth_defaults_to_the_given_settings() {
    let id = ("client_id", "me");
    let auth = |more: &[(&str, &str)]| profile(&[&[id], more].concat()).client.auth;
    assert_eq!(auth(&[("client_secret", "s")]), ClientAuth::SecretBasic);
    assert_eq!(auth(&[("private_key", "k")]), ClientAuth::PrivateKeyJwt);
    assert_eq!(auth(&[("tls_client_cert", "file:/keys/both.pem")]), ClientAuth::Tls);
    assert_eq!(auth(&[("grant", "jwt_bearer"), ("private_key", "k")]), ClientAuth::None);
    assert_eq!(auth(&[("grant", "saml2_bearer"), ("assertion", "x")]), ClientAuth::None);
}
