//! Many clients of one profile, each with its own id and secret.

use std::hash::RandomState;

use secrecy::ExposeSecret;
use tollgate_core::config::profile::Profile;
use tollgate_core::failure::Code;
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::time::clock::Wall;

use crate::{SECRET, only as profile, with};

fn body(profile: &Profile) -> String {
    profile.request(&RequestGrant::Primary).body().expose_secret().to_owned()
}

#[test]
fn each_client_has_its_own_request_limits_and_title() {
    let keys = [RandomState::new(), RandomState::new()];
    let shared = profile(&[("client_auth", "client_secret_post"), ("scope", "r")]);
    let lack = shared.lack().unwrap();
    assert!(lack.message.contains("client_id is missing"), "{lack}");
    let one = shared.for_client("c1", SECRET.into()).unwrap();
    let other = shared.for_client("c2", SECRET.into()).unwrap();
    assert!(one.lack().is_none());
    assert_eq!(
        body(&one),
        "grant_type=client_credentials&scope=r&client_id=c1&client_secret=very-s3cr3t-value"
    );
    assert_eq!((one.account(), other.account()), ("c1", "c2"));
    assert_eq!(one.title(), "profile 'demo', client 'c1'");
    assert_ne!(one.cache_key(&keys), other.cache_key(&keys));
    assert_eq!(one.cache_key(&keys), shared.for_client("c1", SECRET.into()).unwrap().cache_key(&keys));
    assert!(!format!("{one:?}").contains(SECRET));
    let user = one.for_user("ann", "pw".into());
    assert_eq!((user.account(), &*user.title()), ("c1", "profile 'demo', client 'c1', user 'ann'"));
}

#[test]
fn a_client_gets_neither_the_refresh_token_nor_the_pool_of_its_profile() {
    let own = with(&[("refresh_token", "file:/secrets/refresh")]).unwrap();
    let client = own.for_client("c1", "s".into()).unwrap();
    assert!(client.refresh_token.token.is_none() && client.refresh_token.file.is_none());
    let pool = with(&[("pool", "4"), ("client_id.2", "b"), ("client_secret.2", "s")]).unwrap();
    let client = pool.for_client("c1", "s".into()).unwrap();
    assert!(!client.lanes_of().several() && client.policy.limits.per_client.is_none());
}

#[test]
fn assertions_and_templates_name_the_client() {
    let jwt = profile(&[("client_auth", "client_secret_jwt")]).for_client("c1", "s".into()).unwrap();
    let assertion = jwt.client.assertion.as_ref().unwrap();
    let claims = assertion.signing_input(Wall(0), "n");
    assert!(!claims.is_empty() && assertion.claims["iss"] == "c1" && assertion.claims["sub"] == "c1");
    assert_eq!(assertion.key.text.expose_secret(), "s");
    let key = profile(&[("private_key", "k")]).for_client("c1", "".into()).unwrap();
    assert_eq!(key.client.assertion.as_ref().unwrap().claims["sub"], "c1");
    let login = profile(&[("grant", "login"), ("token_body", r#"["{{client_id}}","{{client_secret}}"]"#)]);
    assert!(login.lack().is_some());
    assert_eq!(body(&login.for_client("c1", "a\"b".into()).unwrap()), r#"["c1","a\"b"]"#);
}

#[test]
fn clients_that_cannot_be_are_errors() {
    for (pairs, id, secret, part) in [
        (&[("scope", "r")][..], "", SECRET, "has no id: forClient(id, secret) needs one"),
        (&[("scope", "r")], "c", "", "has no secret, and client_auth=client_secret_basic needs one"),
        (&[("client_auth", "none")], "c", SECRET, "has a secret, and client_auth=none uses none"),
        (
            &[("private_key", "k")],
            "c",
            SECRET,
            "private_key_jwt uses none: all clients sign with the profile's private_key; define a profile for",
        ),
        (
            &[("grant", "jwt_bearer"), ("private_key", "k"), ("assertion_issuer", "me")],
            "c",
            SECRET,
            "make a profile for each client",
        ),
        (
            &[("grant", "login"), ("token_body", r#"{"n":{{client_id}}}"#)],
            "not a number",
            "",
            "token_body is no JSON",
        ),
    ] {
        let failure = profile(pairs).for_client(id, secret.into()).unwrap_err();
        assert_eq!(failure.code, Code::Config);
        assert!(failure.message.contains(part) && !failure.message.contains(SECRET), "{failure}");
    }
}

#[test]
fn a_keyring_may_have_a_thousand_clients() {
    let numbered =
        |n: u32| [(format!("client_id.{n}"), format!("c{n}")), (format!("client_secret.{n}"), "s".into())];
    let given: Vec<_> = (2..=1000).flat_map(numbered).collect();
    let mut pairs: Vec<_> = given.iter().map(|(key, value)| (&**key, &**value)).collect();
    assert_eq!(with(&pairs).unwrap().lanes().len(), 1000);
    pairs.push(("pool", "5"));
    let message = with(&pairs).unwrap_err().message;
    assert!(
        message.contains("pool (from property) is 5 for each of 1000 clients: more than 4096 tokens"),
        "{message}"
    );
}
