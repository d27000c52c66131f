//! What a proof says, and what of an answer is about proofs.

#![allow(clippy::unwrap_used)] // in a test an unwrap is an assertion

use super::*;

fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_proof_contains_its_request_only() {
    let public = Map::from_iter([("kty".to_owned(), json!("EC"))]);
    let read = |proof: Proof<'_>| -> Vec<Value> {
        let input = proof.signing_input(&header(Algorithm::Es256, &public), Wall(1_000_999), "once");
        let part = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        input.split('.').map(part).collect()
    };
    let bare = Proof { method: "POST", target: "https://a/b", token_hash: None, nonce: None };
    let parts = read(bare);
    assert_eq!(parts[0], json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": { "kty": "EC" } }));
    assert_eq!(parts[1], json!({ "jti": "once", "htm": "POST", "htu": "https://a/b", "iat": 1000 }));
    let full = read(Proof { token_hash: Some("hash"), nonce: Some("n1"), ..bare });
    assert_eq!((&full[1]["ath"], &full[1]["nonce"]), (&json!("hash"), &json!("n1")));
}

#[test]
fn a_target_is_a_url_without_secrets() {
    for (url, target, origin) in [
        ("https://api.example/v2/x?token=1#part", "https://api.example/v2/x", "https://api.example:443"),
        ("http://ann:pw@Api.Example:8080", "http://api.example:8080/", "http://api.example:8080"),
        ("https://api.example:443/a%20b;c", "https://api.example/a%20b;c", "https://api.example:443"),
        ("https://[::1]:8443/?", "https://[::1]:8443/", "https://[::1]:8443"),
    ] {
        let found = super::target(url).unwrap();
        assert_eq!((&*found.url, &*found.origin), (target, origin), "{url}");
    }
    for none in ["", "/v2/x", "wss://api.example/x", "mailto:ann@example.com", "http://"] {
        assert_eq!(super::target(none), None, "{none}");
    }
}

#[test]
fn only_a_valid_nonce_is_read() {
    assert_eq!(nonce(&headers(&[("date", "x"), ("dpop-NONCE", " eyJ7S_zG.9~ ")])), Some("eyJ7S_zG.9~"));
    let long = "n".repeat(LONGEST_NONCE + 1);
    assert_eq!(nonce(&headers(&[("dpop-nonce", &long[1..])])), Some(&long[1..]));
    for none in ["", "a b", "a\"b", "a\\b", "ä", &long] {
        assert_eq!(nonce(&headers(&[("DPoP-Nonce", none)])), None, "{none}");
    }
    assert_eq!(nonce(&[]), None);
}

#[test]
fn a_challenge_needs_the_dpop_scheme_and_error() {
    for (value, says) in [
        (r#"DPoP error="use_dpop_nonce", error_description="nonce""#, Some(Challenge::Nonce)),
        (r#"dpop algs="ES256 PS256", Error = "use_dpop_nonce""#, Some(Challenge::Nonce)),
        (r#"Bearer realm="a", DPoP algs="ES256", error="invalid_dpop_proof""#, Some(Challenge::InvalidProof)),
        ("DPoP error=use_dpop_nonce", Some(Challenge::Nonce)),
        (r#"DPoP error="invalid_token", error_description="use_dpop_nonce""#, None),
        (r#"DPoP error_description="x", error="invalid_token""#, None),
        (r#"Bearer error="use_dpop_nonce""#, None),
        (r#"Bearer realm="dpop error=use_dpop_nonce""#, None),
        (r#"Bearer realm="a, DPoP error=use_dpop_nonce""#, None),
        (r#"DPoP algs="a, error=use_dpop_nonce""#, None),
        (r#"DPoP xerror="use_dpop_nonce""#, None),
        (r#"DPoPx error="use_dpop_nonce""#, None),
        ("DPoP", None),
        ("", None),
    ] {
        assert_eq!(challenge(&headers(&[("WWW-Authenticate", value)])), says, "{value}");
    }
    let two = [("WWW-Authenticate", "Bearer"), ("www-authenticate", r#"DPoP error="use_dpop_nonce""#)];
    assert_eq!(challenge(&headers(&two)), Some(Challenge::Nonce));
    assert_eq!(challenge(&headers(&[("DPoP-Nonce", "n")])), None);
}
