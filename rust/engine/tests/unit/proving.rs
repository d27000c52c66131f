//! Proofs verify with the key that they carry, and say what was asked of them.

#![allow(clippy::unwrap_used)] // in a test an unwrap is an assertion

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::{Map, Value, json};
use tollgate_core::oauth::assertion::SigningKey;

use super::*;

fn proving(text: Option<&str>) -> Proving {
    let key = text.map(|text| SigningKey::new(text.into(), signing::algorithm_of(text, None).unwrap()));
    Proving::new(&Binding { key }, Arc::default()).unwrap()
}

/// The two parts of a proof whose signature verifies with the key in it.
fn verified(proof: &str) -> (Value, Map<String, Value>) {
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let parts: Vec<_> = proof.split('.').collect();
    let header: Value = serde_json::from_slice(&decoded(parts[0])).unwrap();
    let part = |name: &str| decoded(header["jwk"][name].as_str().unwrap());
    let (input, signature) = (proof.rsplit_once('.').unwrap().0.as_bytes(), decoded(parts[2]));
    let verdict = match header["alg"].as_str().unwrap() {
        "ES256" => {
            let key = [&[4][..], &part("x"), &part("y")].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key).verify(input, &signature)
        }
        "EdDSA" => UnparsedPublicKey::new(&ED25519, part("x")).verify(input, &signature),
        "RS256" => RsaPublicKeyComponents { n: part("n"), e: part("e") }.verify(
            &RSA_PKCS1_2048_8192_SHA256,
            input,
            &signature,
        ),
        other => panic!("{other}"),
    };
    verdict.unwrap();
    (header, serde_json::from_slice(&decoded(parts[1])).unwrap())
}

fn api(proving: &Proving, generation: Generation, url: &str) -> Result<Map<String, Value>, Failure> {
    let proof = proving.of_api_request("profile 'p'", generation, ("GET", url), Wall(5_000))?;
    Ok(verified(&proof).1)
}

#[test]
fn every_kind_of_key_proves_and_shows_its_public_half_only() {
    const PUBLIC: [&str; 6] = ["kty", "crv", "x", "y", "n", "e"];
    for text in [
        None,
        Some(include_str!("keys/p256.pem")),
        Some(include_str!("keys/p256.jwk")),
        Some(include_str!("keys/ed25519.pem")),
        Some(include_str!("keys/rsa.pem")),
        Some(include_str!("keys/rsa.jwk")),
    ] {
        let url = Url::parse("https://login.example.com/token?a=b#c").unwrap();
        let (header, claims) =
            verified(&proving(text).of_token_request(Method::Post, &url, Wall(1_000_999)).unwrap());
        assert_eq!(header["typ"], "dpop+jwt");
        assert!(header["jwk"].as_object().unwrap().keys().all(|name| PUBLIC.contains(&name.as_str())));
        assert_eq!(
            (&claims["htm"], &claims["htu"]),
            (&json!("POST"), &json!("https://login.example.com/token"))
        );
        assert_eq!((&claims["iat"], claims.contains_key("ath")), (&json!(1000), false));
    }
}

#[test]
fn a_key_that_is_made_is_made_once_for_a_credential_and_never_twice() {
    let key = |proving: &Proving| proving.header.clone();
    let one = proving(None);
    assert_ne!(key(&one), key(&proving(None)));
    one.remember(1, "token");
    let (first, second) = (api(&one, 1, "https://a/x").unwrap(), api(&one, 1, "https://a/x").unwrap());
    assert_ne!(first["jti"], second["jti"]);
}

#[test]
fn a_proof_is_of_the_token_that_goes_along() {
    let proving = proving(None);
    for n in 1..=70 {
        proving.remember(n, &format!("token-{n}"));
    }
    let hash = |token: &str| json!(URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes())));
    assert_eq!(api(&proving, 70, "https://a/x?y").unwrap()["ath"], hash("token-70"));
    assert_eq!(api(&proving, 69, "https://a/x").unwrap()["ath"], hash("token-69"), "of the one before too");
    for (generation, url, code) in
        [(6, "https://a/x", Code::Internal), (71, "https://a/x", Code::Internal), (70, "/x", Code::Config)]
    {
        let failure = api(&proving, generation, url).unwrap_err();
        assert_eq!(failure.code, code, "{failure}");
        assert!(failure.message.starts_with("profile 'p': "), "{failure}");
    }
    assert_eq!(
        proving.of_api_request("t", 70, (" ", "https://a/x"), Wall(0)).unwrap_err().code,
        Code::Config
    );
}

#[test]
fn a_nonce_goes_to_the_server_that_gave_it() {
    let nonce = |text: &str| vec![("DPoP-Nonce".to_owned(), text.to_owned())];
    let proving = proving(None);
    proving.remember(1, "token");
    let of = |url: &str| api(&proving, 1, url).unwrap().get("nonce").cloned();
    proving.observe_api(None, &nonce("nobody's"));
    proving.observe_api(Some("https://A.example/x"), &nonce("a1"));
    proving.observe_api(Some("https://b.example:8443"), &nonce("b1"));
    assert_eq!(of("https://a.example:443/y"), Some(json!("a1")));
    assert_eq!(of("https://b.example:8443/y"), Some(json!("b1")));
    assert_eq!((of("http://a.example/y"), of("https://a.example:444/y")), (None, None));
    of("https://a.example/y");
    proving.observe_api(None, &nonce("a2"));
    proving.observe_api(Some("https://a.example"), &[]);
    assert_eq!(of("https://a.example/y"), Some(json!("a2")), "of whoever was asked last");
    assert_eq!(of("https://b.example:8443/y"), Some(json!("b1")));
    // Behind the name of an API there may be a token endpoint that is another server.
    let endpoint = Url::parse("https://a.example/token?x").unwrap();
    proving.observe_token_endpoint(&endpoint, &nonce("t1"));
    assert_eq!(of("https://a.example/y"), Some(json!("a2")));
    let (_, claims) = verified(&proving.of_token_request(Method::Post, &endpoint, Wall(0)).unwrap());
    assert_eq!(claims["nonce"], json!("t1"));
    for n in 0..REMEMBERED {
        proving.observe_api(Some(&format!("https://c{n}.example")), &nonce("c"));
    }
    assert_eq!(of("https://a.example/y"), None, "forgotten");
}

#[test]
fn a_new_credential_begins_with_what_others_were_told_and_goes_on_with_its_own() {
    let shared = Arc::<Nonces>::default();
    let of = || Proving::new(&Binding { key: None }, Arc::clone(&shared)).unwrap();
    let nonce = |text: &str| vec![("dpop-nonce".to_owned(), text.to_owned())];
    let (one, other) = (of(), of());
    [&one, &other].iter().for_each(|proving| proving.remember(1, "token"));
    let said = |proving: &Proving| api(proving, 1, "https://a/x").unwrap().get("nonce").cloned();
    one.observe_api(Some("https://a"), &nonce("n1"));
    assert_eq!(said(&other), Some(json!("n1")));
    other.observe_api(Some("https://a"), &nonce("n2"));
    assert_eq!((said(&one), said(&other)), (Some(json!("n1")), Some(json!("n2"))));
}
