//! Every grant, as it goes over the wire.

use secrecy::ExposeSecret;
use serde_json::Value;
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, Source};
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::oauth::token_request::TokenRequest;
use tollgate_core::time::clock::Wall;

use crate::{Machine, setting};

pub(super) const URL: &str = "https://login.example.com/token";
const NOW: Wall = Wall(1_000_000_000);

/// A profile of these settings and no others.
pub(super) fn profile(pairs: &[(&str, &str)]) -> Profile {
    Profile::validate("demo", &given(pairs), &Machine).unwrap_or_else(|failure| panic!("{failure}"))
}

pub(super) fn given(pairs: &[(&str, &str)]) -> Vec<Setting> {
    let url = [("token_url", URL)];
    let url = url.iter().filter(|_| !pairs.iter().any(|(key, _)| ["preset", "token_url"].contains(key)));
    url.chain(pairs).map(|(key, value)| setting(key, value, Source::Property)).collect()
}

/// The request with every statement signed by its algorithm's name.
fn request(pairs: &[(&str, &str)], using: &RequestGrant) -> TokenRequest {
    let sign = |key: &tollgate_core::oauth::assertion::SigningKey, _: &[u8]| {
        Ok::<_, ()>(key.algorithm.name().as_bytes().to_vec())
    };
    profile(pairs).request(using).signed(NOW, "n", sign).unwrap()
}

pub(super) fn body(pairs: &[(&str, &str)]) -> String {
    let request = request(pairs, &RequestGrant::Primary);
    request.body().expose_secret().replace("urn%3Aietf%3Aparams%3Aoauth%3A", "urn:")
}

pub(super) fn authorization(pairs: &[(&str, &str)]) -> Option<String> {
    let request = request(pairs, &RequestGrant::Primary);
    let header = request.headers.iter().find(|(name, _)| name == "authorization");
    header.map(|(_, value)| value.expose_secret().to_owned())
}

/// Header, claims and signer of the statement in a field.
pub(super) fn statement(pairs: &[(&str, &str)], field: &str) -> (Value, Value, String) {
    let request = request(pairs, &RequestGrant::Primary);
    let jwt = request.form.iter().find(|(name, _)| name == field).unwrap().1.expose_secret().to_owned();
    let parts: Vec<_> = jwt.split('.').map(decoded).collect();
    let json = |part: &[u8]| serde_json::from_slice(part).unwrap();
    (json(&parts[0]), json(&parts[1]), String::from_utf8(parts[2].clone()).unwrap())
}

fn decoded(part: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()
}

#[test]
fn assertions_made_elsewhere_are_sent_unchanged() {
    let jwt = [("grant", "jwt_bearer"), ("assertion", "a.b.c"), ("client_id", "me")];
    assert_eq!(body(&jwt), "grant_type=urn:grant-type%3Ajwt-bearer&assertion=a.b.c&client_id=me");
    let xml = [
        ("grant", "saml2_bearer"),
        ("assertion", "<a>?</a>"),
        ("client_id", "me"),
        ("client_secret", "s"),
        ("token_param.orgName", "acme"),
    ];
    assert_eq!(body(&xml), "grant_type=urn:grant-type%3Asaml2-bearer&assertion=PGE-PzwvYT4&orgName=acme");
    assert!(authorization(&xml).is_some());
    let encoded = [("grant", "saml2_bearer"), ("assertion", "PGE+\nPzwvYT4="), ("client_id", "me")];
    assert!(body(&encoded).contains("assertion=PGE-PzwvYT4&"), "{}", body(&encoded));
}

#[test]
fn a_token_is_exchanged_for_another() {
    let least =
        [("grant", "token_exchange"), ("subject_token", "t"), ("client_id", "me"), ("client_secret", "s")];
    assert_eq!(
        body(&least),
        "grant_type=urn:grant-type%3Atoken-exchange&subject_token=t&subject_token_type=urn:token-type%3Aaccess_token"
    );
    let most = [
        &least[..],
        &[
            ("subject_token_type", "jwt"),
            ("actor_token", "a"),
            ("actor_token_type", "https://example.com/type"),
            ("requested_token_type", "id_token"),
            ("audience", "api other"),
            ("resource", "https://api.example.com/ https://b.example.com/"),
        ],
    ]
    .concat();
    assert_eq!(
        body(&most),
        "grant_type=urn:grant-type%3Atoken-exchange&subject_token=t&subject_token_type=urn:token-type%3Ajwt\
         &actor_token=a&actor_token_type=https%3A%2F%2Fexample.com%2Ftype\
         &requested_token_type=urn:token-type%3Aid_token&audience=api&audience=other\
         &resource=https%3A%2F%2Fapi.example.com%2F&resource=https%3A%2F%2Fb.example.com%2F"
    );
}

#[test]
fn a_refresh_request_has_client_authentication_and_the_refresh_token() {
    let pairs = [("grant", "jwt_bearer"), ("private_key", "k"), ("client_id", "me"), ("audience", "api")];
    let refresh = request(&pairs, &RequestGrant::Refresh("r1".into()));
    assert_eq!(refresh.body().expose_secret(), "grant_type=refresh_token&refresh_token=r1&client_id=me");
}

#[test]
fn an_issuer_is_the_audience_of_assertions_and_no_token_endpoint() {
    let issuer =
        [("preset", "generic"), ("issuer", "https://a.example"), ("client_id", "me"), ("private_key", "k")];
    assert_eq!(statement(&issuer, "client_assertion").1["aud"], "https://a.example");
    let profile = profile(&issuer);
    assert_eq!(profile.issuer.as_ref().unwrap().name, "https://a.example");
    assert_eq!(profile.token_url.as_str(), "https://a.example/");
}

#[test]
fn a_reread_secret_is_used() {
    for (grant, old, new, sent) in [
        ("jwt_bearer", ("assertion", "a.b.c"), "d.e.f", "&assertion=d.e.f"),
        ("saml2_bearer", ("assertion", "<a/>"), "<b/>", "&assertion=PGIvPg"),
        ("token_exchange", ("subject_token", "one"), "two", "&subject_token=two&"),
    ] {
        let pairs = [("grant", grant), old, ("client_id", "me"), ("client_auth", "none")];
        let profile = profile(&pairs);
        assert!(profile.primary().presents(old.1) && !profile.primary().presents(new));
        let profile = profile.with(|shared| shared.grant.primary.replace_secret(new));
        assert!(profile.primary().presents(new) && !profile.primary().presents(old.1));
        let body = profile.request(&RequestGrant::Primary).body();
        assert!(body.expose_secret().contains(sent), "{}", body.expose_secret());
    }
    let plain = profile(&[("client_id", "me"), ("client_auth", "none")]);
    assert!(plain.primary().presents("anything"), "there is nothing to read again");
}
