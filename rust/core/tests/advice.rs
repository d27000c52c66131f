//! What to check next: each refusal sends its reader to the settings that can be at fault, and to no others.

#![allow(clippy::unwrap_used)] // a panic is a failed test

use std::time::Duration;

use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, Source, ValueSource};
use tollgate_core::failure::Code;
use tollgate_core::oauth::assertion::Algorithm;
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::oauth::token_answer::{AnswerFormat, Class, Refusal, Reply, read};
use tollgate_core::time::budget::Budget;
use tollgate_core::time::clock::Wall;

struct Machine;

impl ValueSource for Machine {
    fn env(&self, _: &str) -> Option<String> {
        None
    }

    fn file(&self, _: &str) -> Result<String, String> {
        Ok("-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n".into())
    }

    fn is_missing(&self, _: &str) -> bool {
        false
    }

    fn algorithm_of(&self, _: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
        Ok(wanted.unwrap_or(Algorithm::Rs256))
    }
}

const SECRET: (&str, &str) = ("client_secret", "s3cr3t");

fn profile(pairs: &[(&str, &str)]) -> Profile {
    let good = [("token_url", "https://login.example.com/token"), ("client_id", "me")];
    let good =
        good.iter().filter(|(key, _)| *key != "token_url" || pairs.iter().all(|(key, _)| *key != "issuer"));
    let setting = |(key, value): &(&str, &str)| Setting {
        key: (*key).into(),
        value: (*value).into(),
        source: Source::Property,
    };
    let given: Vec<_> = good.chain(pairs).map(setting).collect();
    Profile::validate("demo", &given, &Machine).unwrap()
}

fn refused(profile: &Profile, status: u16, error: &str) -> Refusal {
    let body = if error.is_empty() { String::new() } else { format!(r#"{{"error":"{error}"}}"#) };
    let reply = Reply { status, headers: &[], body: body.as_bytes() };
    read(
        reply,
        Wall(0),
        &profile.client,
        &profile.request(&RequestGrant::Primary),
        None,
        &AnswerFormat::default(),
    )
    .unwrap_err()
}

#[test]
fn advice_on_a_refused_client_names_its_authentication() {
    for (pairs, part) in [
        (&[SECRET][..], "Check client_id and client_secret, and that token_url"),
        (&[("private_key", "k")], "Check client_id, private_key and private_key_id"),
        (&[("tls_client_cert", "file:both.pem")], "the certificate in tls_client_cert"),
        (&[("client_auth", "none")], "may ask without a secret"),
    ] {
        let profile = profile(pairs);
        let refusal = refused(&profile, 401, "invalid_client");
        assert!(refusal.advice(&profile).contains(part), "{}", refusal.advice(&profile));
        assert!(refusal.describe(&profile).contains("refused the client: 401 invalid_client"));
    }
}

#[test]
fn advice_on_a_refused_grant_names_its_settings() {
    for (pairs, part) in [
        (&[SECRET][..], "Check that this client may use the grant client_credentials."),
        (
            &[SECRET, ("grant", "password"), ("username", "u"), ("password", "p")],
            "Check username and password",
        ),
        (&[SECRET, ("grant", "refresh_token"), ("refresh_token", "r")], "Put a new refresh token"),
        (&[("grant", "jwt_bearer"), ("private_key", "k")], "Check assertion_issuer, assertion_subject"),
        (&[("grant", "jwt_bearer"), ("assertion", "a.b.c")], "put a new one where assertion has it"),
        (&[("grant", "saml2_bearer"), ("assertion", "<a/>")], "put a new one where assertion has it"),
        (&[SECRET, ("grant", "token_exchange"), ("subject_token", "t")], "Check subject_token and its type"),
        (&[("grant_type", "apikey")], "Check grant_type, and what token_param.<name>"),
        (&[("grant_type", "authorization_code")], "can be used once"),
    ] {
        let profile = profile(pairs);
        let refusal = refused(&profile, 400, "invalid_grant");
        assert!(refusal.advice(&profile).contains(part), "{}", refusal.advice(&profile));
        assert!(refusal.describe(&profile).contains("refused the grant: 400 invalid_grant"));
        let unauthorized = refused(&profile, 400, "unauthorized_client").advice(&profile);
        let name = profile.primary().name();
        assert_eq!(unauthorized, format!("Check that this client may use the grant {name}."));
        let wrong_secret = refused(&profile, 401, "unauthorized_client");
        assert!(wrong_secret.describe(&profile).contains("refused the client: 401 unauthorized_client"));
        let told = wrong_secret.advice(&profile);
        assert!(told.starts_with("Check client_id") && told.ends_with(&unauthorized), "{told}");
    }
}

#[test]
fn a_refused_refresh_token_is_named() {
    let profile = profile(&[SECRET]);
    for (status, error) in [(400, "invalid_grant"), (401, "")] {
        let described = refused(&profile, status, error).describe_for_refresh_token(&profile);
        assert!(
            described.starts_with("https://login.example.com/token refused the refresh token: "),
            "{described}"
        );
    }
    let described = refused(&profile, 503, "").describe_for_refresh_token(&profile);
    assert!(described.contains("can't serve token requests now"), "{described}");
}

#[test]
fn local_limits_proxies_and_issuers_have_their_own_advice() {
    let plain = profile(&[SECRET]);
    let own = Refusal::budget(Budget { most: 3, window: None });
    assert!(own.advice(&plain).contains("a limit of this profile"), "{}", own.advice(&plain));
    assert!(own.describe(&plain).starts_with("mint_budget allows 3 token requests a run"));
    for (own, setting) in [
        (Refusal::spacing(Duration::from_secs(3)), "token_request_spacing"),
        (Refusal::no_place(8), "max_concurrent_token_requests"),
        (Refusal::no_place_in_pool(5), "pool"),
    ] {
        // Nobody is to think that the server said so, or could not be reached.
        assert_eq!(
            (own.class, own.code, own.is_local_limit()),
            (Class::Throttled, Code::Deadline, true),
            "{setting}"
        );
        assert!(own.describe(&plain).contains(setting), "{}", own.describe(&plain));
    }
    let throttled = refused(&plain, 429, "");
    assert!(throttled.advice(&plain).contains("Lower the number of token requests"));
    let proxy = refused(&plain, 407, "");
    assert!(proxy.describe(&plain).contains("is behind a proxy that wants a user and a password"));
    assert!(proxy.advice(&plain).contains("Check user and password of the proxy"));
    assert_eq!(refused(&plain, 503, "").advice(&plain), "Check the health of the server.");
    assert_eq!(refused(&plain, 404, "").advice(&plain), "Check token_url.");
    let issuer = profile(&[SECRET, ("issuer", "https://sso.example.com")]);
    assert_eq!(refused(&issuer, 404, "").advice(&issuer), "Check issuer.");
    assert!(refused(&issuer, 400, "invalid_scope").advice(&issuer).contains("Set scope"));
}

#[test]
fn a_403_of_the_api_is_about_rights_and_never_about_expiry() {
    let asked = profile(&[SECRET, ("scope", "read")]);
    let described = |challenge: &str| {
        let headers = [("WWW-Authenticate".to_owned(), challenge.to_owned())];
        asked.describe_forbidden(7, if challenge.is_empty() { &[] } else { &headers })
    };
    for (challenge, part) in [
        (
            r#"Bearer error="insufficient_scope", scope="write all""#,
            "it lacks the scope 'write all' (asked for: 'read')",
        ),
        (r#"Bearer scope="write""#, "it lacks the scope 'write'"),
        (r#"Bearer error="insufficient_scope""#, "it lacks a scope (asked for"),
        (r#"Bearer error="insufficient_scope", scope="unclosed"#, "its client may not do this"),
        (r#"Bearer realm="x""#, "its client may not do this"),
        ("", "its client may not do this"),
    ] {
        let described = described(challenge);
        assert!(described.contains(part), "{described} lacks {part}");
        assert!(described.contains("token 7: the token is valid and has not expired"), "{described}");
    }
    let long = format!(r#"Bearer error="insufficient_scope", scope="{}""#, "x".repeat(201));
    assert!(described(&long).contains("it lacks a scope"));
    assert!(described("Bearer scope=\"a\u{7}b\"").contains("its client may not do this"));
}

#[test]
fn advice_on_a_wrong_token_type_names_dpop() {
    let of = |pairs: &[(&str, &str)], kind: &str| {
        let profile = profile(pairs);
        let body = format!(r#"{{"access_token":"t0ken","token_type":"{kind}"}}"#);
        let reply = Reply { status: 200, headers: &[], body: body.as_bytes() };
        let request = profile.request(&RequestGrant::Primary);
        let refusal =
            read(reply, Wall(0), &profile.client, &request, None, &AnswerFormat::default()).unwrap_err();
        format!("{}. {}", refusal.describe(&profile), refusal.advice(&profile))
    };
    let unasked = of(&[SECRET], "DPoP");
    assert!(unasked.contains("of type 'DPoP', not Bearer") && unasked.contains("set dpop=true"), "{unasked}");
    let unbound = of(&[SECRET, ("dpop", "true")], "Bearer");
    assert!(
        unbound.contains("issued a token of another kind: 200 the token is of type 'Bearer'"),
        "{unbound}"
    );
    assert!(unbound.contains("does not bind this client's tokens"), "{unbound}");
}

#[test]
fn advice_on_a_refused_proof_names_clock_and_url() {
    let profile = profile(&[SECRET, ("dpop", "true")]);
    let refusal = refused(&profile, 400, "invalid_dpop_proof");
    assert!(refusal.describe(&profile).contains("refused the proof: 400 invalid_dpop_proof"));
    assert!(refusal.advice(&profile).contains("this machine's clock"), "{}", refusal.advice(&profile));
    assert!(profile.describe_invalid_proof().starts_with("profile 'demo': "));
}

#[test]
fn a_server_that_refuses_its_own_nonces_has_its_own_advice() {
    let profile = profile(&[SECRET, ("dpop", "true")]);
    let mut refusal = refused(&profile, 400, "use_dpop_nonce");
    // As the credential takes a second challenge in a row.
    refusal.class = Class::Garbled;
    assert_eq!(refusal.advice(&profile), "It refuses its own nonces: check that all its nodes share them.");
    refusal.error = None;
    assert!(refusal.advice(&profile).starts_with("Check that token_url is a token endpoint"));
}
