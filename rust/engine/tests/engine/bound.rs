//! Tokens bound to a key: what the token endpoint and the API see, and how often they are asked.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Value, json};
use tollgate_engine::{Code, Engine, Handle, Report};

use crate::server::{Answer, Server, http};
use crate::{eventually, failure_of_one_request, log_text, open, read, revoke, settings};

const KEY: &str = include_str!("../unit/keys/p256.pem");
const OTHER: &str = include_str!("../unit/keys/p256.jwk");

/// The `DPoP` header of a request as it went over the wire.
fn proof(request: &str) -> Option<&str> {
    request.lines().find_map(|line| line.strip_prefix("dpop: "))
}

/// Header and claims of a proof whose signature verifies with the P-256 key in it.
fn verified(proof: &str) -> (Value, Value) {
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let (input, signature) = proof.rsplit_once('.').unwrap();
    let (header, claims) = input.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    let part = |name: &str| decoded(header["jwk"][name].as_str().unwrap());
    let key = [&[4][..], &part("x"), &part("y")].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key);
    key.verify(input.as_bytes(), &decoded(signature)).unwrap();
    (header, serde_json::from_slice(&decoded(claims)).unwrap())
}

fn claims(request: &str) -> Value {
    verified(proof(request).unwrap()).1
}

/// A bound token of this number.
fn bound(n: usize, headers: &str) -> Answer {
    let body = format!(
        r#"{{"access_token":"token-{n}","token_type":"DPoP","expires_in":3600,"refresh_token":"r{n}"}}"#
    );
    Answer::Say(http(200, headers, &body))
}

/// Wants this nonce.
fn challenge(nonce: &str) -> Answer {
    let body = format!(r#"{{"error":"use_dpop_nonce","error_description":"use {nonce}"}}"#);
    Answer::Say(http(400, &format!("DPoP-Nonce: {nonce}\r\n"), &body))
}

fn report(engine: &Engine, handle: Handle, status: u16, headers: &[(&str, &str)], token: &str) {
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let authorization = format!("DPoP {token}");
    let report = Report {
        status,
        origin: Some("https://api.example:443"),
        headers: &headers,
        authorization: Some(&authorization),
        stamp: None,
        ago: Duration::ZERO,
        ..Report::default()
    };
    engine.report(handle, report).unwrap();
}

#[test]
fn a_token_request_goes_with_a_proof_of_its_own() {
    let server = Server::start(|n, _| bound(n, ""));
    let engine = Engine::start().unwrap();
    let url = format!("{}?tenant=a", server.url());
    let handle = open(&engine, "bound", &[("token_url", &*url), ("dpop", "true")]);
    let (generation, token) = read(&engine, handle).unwrap();
    assert_eq!(
        (token.as_str(), engine.traits(handle).unwrap().placement.before.as_str()),
        ("token-1", "DPoP ")
    );
    let (header, of_token) = verified(proof(&server.requests()[0]).unwrap());
    assert_eq!((&header["typ"], &header["alg"]), (&json!("dpop+jwt"), &json!("ES256")));
    assert_eq!((&of_token["htm"], &of_token["htu"]), (&json!("POST"), &json!(server.url())));
    assert!(of_token.get("ath").is_none() && of_token.get("nonce").is_none());

    let of_api = engine.proof(handle, generation, "GET", "https://api.example/v2/x?y=z#p").unwrap();
    let (api_header, of_api) = verified(&of_api);
    assert_eq!(api_header["jwk"], header["jwk"], "one key for the token and its uses");
    assert_eq!((&of_api["htm"], &of_api["htu"]), (&json!("GET"), &json!("https://api.example/v2/x")));
    assert_eq!(of_api["ath"], json!(URL_SAFE_NO_PAD.encode(digest(&SHA256, b"token-1"))));
    assert!(of_api["iat"].as_i64().unwrap() > 1_600_000_000 && of_api["jti"] != of_token["jti"]);
    let plain = open(&engine, "plain", &[("token_url", &*server.url())]);
    assert_eq!(engine.traits(plain).unwrap().placement.before, "Bearer ");
    assert_eq!(engine.proof(plain, 1, "GET", "https://a").unwrap_err().code, Code::Config);
}

#[test]
fn a_nonce_costs_one_request_and_not_one_a_mint() {
    let server = Server::start(|n, request| match claims(request)["nonce"].as_str() {
        None => challenge("n1"),
        Some("n1") if n == 2 => bound(n, "DPoP-Nonce: n2\r\n"),
        Some("n2") => bound(n, ""),
        other => panic!("{other:?}"),
    });
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "nonces", &[("token_url", &*server.url()), ("dpop", "true")]);
    assert_eq!(read(&engine, handle).unwrap(), (1, "token-2".into()));
    assert_eq!(server.count(), 2);
    for n in 3..6 {
        let (_, token) = read(&engine, handle).unwrap();
        report(&engine, handle, 200, &[], &token);
        revoke(&engine, handle, || report(&engine, handle, 401, &[], &token));
        assert_eq!(read(&engine, handle).unwrap().1, format!("token-{n}"));
    }
    assert_eq!(server.count(), 5, "each further mint took one request");
    let requests = server.requests();
    let keys: Vec<_> = requests.iter().map(|one| verified(proof(one).unwrap()).0["jwk"].clone()).collect();
    assert!(keys.windows(2).all(|two| two[0] == two[1]), "a refresh keeps the key");
    assert!(requests[2].contains("refresh_token=r2") && requests[4].contains("refresh_token=r4"));
    // A profile that travels alike knows the nonce before it is asked for it.
    let other = [("token_url", &*server.url()), ("dpop", "true"), ("scope", "other")];
    read(&engine, open(&engine, "next", &other)).unwrap();
    assert_eq!(server.count(), 6);
    let log = log_text(&engine) + &crate::status(&engine, handle);
    assert!(log.contains("wants a nonce") && !log.contains("n1") && !log.contains("n2"), "{log}");
}

#[test]
fn a_server_that_wants_another_nonce_for_ever_is_not_asked_for_ever() {
    let server = Server::start(|n, _| challenge(&format!("nonce-{n}")));
    let engine = Engine::start().unwrap();
    let pairs = [
        ("token_url", &*server.url()),
        ("dpop", "true"),
        ("backoff_base", "1h"),
        ("backoff_cap", "1h"),
        ("mint_budget", "50/1h"),
    ];
    let handle = open(&engine, "forever", &pairs);
    let failure = failure_of_one_request(&engine, handle);
    assert_eq!((failure.code, server.count()), (Code::Protocol, 2), "{failure}");
    assert!(failure.message.contains("use_dpop_nonce") && failure.message.contains("its own nonces"));
    assert!(!failure.message.contains("nonce-"), "{failure}");
    let status = crate::status(&engine, handle);
    assert!(status.contains(r#""left":48"#), "both count: {status}");
}

#[test]
fn a_token_of_the_wrong_kind_is_refused_once_and_with_its_remedy() {
    for (kind, dpop, remedy) in
        [("Bearer", "true", "register the client for DPoP"), ("DPoP", "false", "set dpop=true")]
    {
        let body = format!(r#"{{"access_token":"t0ken-t0ken","token_type":"{kind}","expires_in":60}}"#);
        let server = Server::start(move |_, _| Answer::Say(http(200, "", &body)));
        let engine = Engine::start().unwrap();
        let handle = open(&engine, "kind", &[("token_url", &*server.url()), ("dpop", dpop)]);
        for _ in 0..2 {
            let failure = read(&engine, handle).unwrap_err();
            assert_eq!((failure.code, server.count()), (Code::Protocol, 1), "{failure}");
            assert!(failure.message.contains(remedy) && !failure.message.contains("t0ken-"), "{failure}");
        }
    }
}

#[test]
fn a_token_is_shared_by_those_who_prove_with_one_key() {
    let server = Server::start(|n, _| bound(n, ""));
    let engine = Engine::start().unwrap();
    let url = server.url();
    for (name, key, requests) in
        [("one", KEY, 1), ("same", KEY, 1), ("other", OTHER, 2), ("made", "", 3), ("made-too", "", 3)]
    {
        let pairs = [("token_url", &*url), ("dpop", "true"), ("dpop_key", key)];
        read(&engine, open(&engine, name, &pairs)).unwrap();
        assert_eq!(server.count(), requests, "{name}");
    }
    let failure = engine.open(
        "broken",
        &settings(&[("token_url", &*url), ("dpop", "true"), ("dpop_key", "s3cret")]),
        false,
    );
    let failure = failure.unwrap_err();
    assert!(failure.code == Code::Config && failure.message.contains("dpop_key"), "{failure}");
    assert!(!failure.message.contains("s3cret"), "{failure}");
}

#[test]
fn what_the_api_says_of_a_proof_is_no_word_of_the_token() {
    let server = Server::start(|n, _| bound(n, ""));
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "api", &[("token_url", &*server.url()), ("dpop", "true")]);
    let (generation, token) = read(&engine, handle).unwrap();
    let nonce = || {
        let proof = engine.proof(handle, generation, "GET", "https://api.example/x").unwrap();
        verified(&proof).1.get("nonce").cloned()
    };
    assert_eq!(nonce(), None);
    let wanted = ("www-authenticate", r#"DPoP error="use_dpop_nonce""#);
    for n in ["a", "b"] {
        report(&engine, handle, 401, &[wanted, ("dpop-nonce", n)], &token);
        assert_eq!(nonce(), Some(json!(n)));
    }
    report(&engine, handle, 200, &[("DPoP-Nonce", "c")], &token);
    assert_eq!(nonce(), Some(json!("c")));
    report(&engine, handle, 200, &[("DPoP-Nonce", "d")], "somebody-elses");
    assert_eq!(nonce(), Some(json!("c")), "an answer to a request without our token");
    for _ in 0..3 {
        let invalid = ("WWW-Authenticate", r#"DPoP error="invalid_dpop_proof""#);
        report(&engine, handle, 401, &[invalid], &token);
    }
    assert_eq!((engine.generation(handle), server.count()), (1, 1), "nothing was invalidated or refreshed");
    let status = crate::status(&engine, handle);
    assert!(status.contains(r#""proofs":{"nonces_asked":2,"refused":3}"#), "{status}");
    assert!(status.contains(r#""rejected":0"#), "{status}");
    eventually("word of it", {
        let mut log = String::new();
        let engine = &engine;
        move || {
            log += &log_text(engine);
            log.matches("does not believe the proof").count() == 1
        }
    });
    report(&engine, handle, 401, &[("WWW-Authenticate", r#"DPoP error="invalid_token""#)], &token);
    assert_eq!(read(&engine, handle).unwrap().0, 2, "this one is about the token");
    assert_eq!(
        engine
            .await_events(Duration::ZERO)
            .iter()
            .filter(|one| format!("{one:?}").contains("believe"))
            .count(),
        0
    );
}

#[test]
fn each_user_has_a_key_or_that_of_the_profile() {
    let server = Server::start(|n, _| bound(n, ""));
    let engine = Engine::start().unwrap();
    for (name, key, keys) in [("made", "", 3), ("given", KEY, 1)] {
        let profile =
            open(&engine, name, &[("token_url", &*server.url()), ("dpop", "true"), ("dpop_key", key)]);
        let users = ["ann", "bob"].map(|user| engine.for_user(profile, user, "pw".into()).unwrap());
        let header = |handle: Handle| {
            let (generation, _) = read(&engine, handle).unwrap();
            verified(&engine.proof(handle, generation, "GET", "https://a/x").unwrap()).0["jwk"]["x"]
                .to_string()
        };
        let found: std::collections::BTreeSet<_> = [profile].into_iter().chain(users).map(header).collect();
        assert_eq!(found.len(), keys, "{name}");
    }
    assert!(server.requests().iter().all(|one| proof(one).is_some()));
}
