//! Every grant and every way to present the client, as they go over the wire.

use std::hash::RandomState;

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Kind, Setting, Source, TABLE};
use tollgate_core::oauth::client_auth::ClientAuth;
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

fn given(pairs: &[(&str, &str)]) -> Vec<Setting> {
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

fn refusal_of(pairs: &[(&str, &str)]) -> String {
    Profile::validate("demo", &given(pairs), &Machine).unwrap_err().message
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

#[test]
fn a_refresh_request_has_client_authentication_and_the_refresh_token() {
    let pairs = [("grant", "jwt_bearer"), ("private_key", "k"), ("client_id", "me"), ("audience", "api")];
    let refresh = request(&pairs, &RequestGrant::Refresh("r1".into()));
    assert_eq!(refresh.body().expose_secret(), "grant_type=refresh_token&refresh_token=r1&client_id=me");
}

#[test]
fn a_preset_knows_the_header_of_its_api() {
    let shop =
        [("preset", "shopify"), ("host", "acme.myshopify.com"), ("client_id", "me"), ("client_secret", "s")];
    let placement = profile(&shop).placement.clone();
    assert_eq!((&*placement.name, &*placement.before), ("X-Shopify-Access-Token", ""));
}

#[test]
fn presets_have_token_endpoints() {
    let secret = [("client_id", "me"), ("client_secret", "s")];
    for (pairs, url, auth) in [
        (
            &[("preset", "keycloak"), ("host", "sso.example.com"), ("tenant", "load")][..],
            "https://sso.example.com/realms/load/protocol/openid-connect/token",
            ClientAuth::SecretBasic,
        ),
        (
            &[("preset", "entra"), ("tenant", "contoso.onmicrosoft.com")],
            "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
            ClientAuth::SecretPost,
        ),
        (
            &[("preset", "okta"), ("host", "acme.okta.com")],
            "https://acme.okta.com/oauth2/default/v1/token",
            ClientAuth::SecretBasic,
        ),
        (
            &[("preset", "auth0"), ("host", "acme.eu.auth0.com"), ("audience", "https://api/")],
            "https://acme.eu.auth0.com/oauth/token",
            ClientAuth::SecretPost,
        ),
        (
            &[("preset", "google"), ("grant", "refresh_token"), ("refresh_token", "r")],
            "https://oauth2.googleapis.com/token",
            ClientAuth::SecretPost,
        ),
        (
            &[("preset", "salesforce"), ("host", "test.salesforce.com")],
            "https://test.salesforce.com/services/oauth2/token",
            ClientAuth::SecretPost,
        ),
        (
            &[("preset", "genesys_cloud"), ("region", "eu-central-1")],
            "https://login.mypurecloud.de/oauth/token",
            ClientAuth::SecretBasicRaw,
        ),
    ] {
        let profile = profile(&[pairs, &secret].concat());
        assert_eq!((profile.token_url.as_str(), profile.client.auth), (url, auth));
    }
    let salesforce = [
        ("preset", "salesforce"),
        ("grant", "jwt_bearer"),
        ("client_id", "me"),
        ("private_key", "k"),
        ("assertion_subject", "ann"),
    ];
    assert_eq!(statement(&salesforce, "assertion").1["aud"], "https://login.salesforce.com");
    let local = [("preset", "genesys_cloud"), ("token_url", "http://127.0.0.1:1/t")];
    assert_eq!(profile(&[&local[..], &secret].concat()).client.auth, ClientAuth::SecretBasicRaw);
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
fn contradicting_settings_are_errors() {
    let id = ("client_id", "me");
    let secret = ("client_secret", "s3cr3t");
    for (pairs, parts) in [
        (&[id][..], &["client_secret is missing"][..]),
        (&[id, ("client_auth", "private_key_jwt")], &["private_key is missing"]),
        (&[id, ("client_auth", "tls_client_auth")], &["tls_client_cert is missing"]),
        (
            &[id, secret, ("client_auth", "none")],
            &["client_secret", "client_auth=none uses none", "remove it"],
        ),
        (
            &[id, secret, ("private_key", "k")],
            &["private_key", "nothing is signed with it", "private_key_jwt"],
        ),
        (&[id, ("private_key", "broken s3cr3t")], &["private_key (from property) is of no use", "PKCS#8"]),
        (&[id, secret, ("private_key_id", "k")], &["private_key_id", "there is no private_key"]),
        (&[id, ("private_key", "k"), ("private_key_algorithm", "none")], &["is 'none'", "RS256, RS384"]),
        (
            &[id, ("private_key", "k"), ("private_key_passphrase", "s3cr3t")],
            &["private_key", "can't be decrypted", "check private_key_passphrase"],
        ),
        (&[id, secret, ("private_key_passphrase", "s3cr3t")], &["private_key_passphrase", "no private_key"]),
        (
            &[id, ("private_key", "k"), ("private_key_certificate", "broken s3cr3t")],
            &["private_key_certificate", "no PEM certificate", "private_key_certificate=file:PATH"],
        ),
        (
            &[id, ("private_key", "k"), ("private_key_x5c", "true")],
            &["private_key_x5c", "no private_key_certificate"],
        ),
        (
            &[id, secret, ("client_assertion", "s3cr3t"), ("client_auth", "client_secret_post")],
            &["client_assertion", "client_auth=client_secret_post uses none", "set client_auth"],
        ),
        (
            &[id, secret, ("client_assertion", "s3cr3t")],
            &["client_secret", "client_auth=client_assertion uses none"],
        ),
        (&[id, ("client_auth", "client_assertion")], &["client_assertion is missing"]),
        (&[id, ("grant", "jwt_bearer")], &["private_key (or assertion) is missing"]),
        (&[("grant", "jwt_bearer"), ("private_key", "k")], &["client_id (or assertion_issuer) is missing"]),
        (&[id, ("grant", "saml2_bearer")], &["assertion is missing"]),
        (&[id, secret, ("grant", "token_exchange")], &["subject_token is missing"]),
        (
            &[
                id,
                secret,
                ("grant", "token_exchange"),
                ("subject_token", "t"),
                ("subject_token_type", "jwtt"),
            ],
            &["subject_token_type", "'jwtt'", "or give a URI"],
        ),
        (&[id, secret, ("assertion", "s3cr3t")], &["assertion", "does not use it", "jwt_bearer"]),
        (&[id, secret, ("subject_token", "s3cr3t")], &["subject_token", "does not use it", "token_exchange"]),
        (
            &[id, ("grant", "jwt_bearer"), ("private_key", "k"), ("assertion_claim.aud", "x")],
            &["assertion_claim.aud", "Tollgate sets itself", "assertion_audience"],
        ),
        (&[id, secret, ("token_param.resource", "x")], &["token_param.resource", "set resource"]),
        (&[id, secret, ("preset", "keycloack")], &["preset", "'keycloack'", "keycloak"]),
        (
            &[id, secret, ("preset", "keycloak"), ("tenant", "r")],
            &["host (the server's name, for preset=keycloak)"],
        ),
        (&[id, secret, ("preset", "keycloak"), ("host", "h")], &["tenant (the realm, for preset=keycloak)"]),
        (&[id, secret, ("preset", "entra")], &["tenant (the directory's id or domain, for preset=entra)"]),
        (
            &[id, secret, ("preset", "auth0"), ("host", "https://acme.auth0.com/")],
            &["host", "no scheme, no slash"],
        ),
        (&[id, secret, ("host", "h")], &["host", "does not need it"]),
        (
            &[id, secret, ("token_url", URL), ("issuer", "https://a.example")],
            &["issuer (from property) and token_url are both set", "keep one"],
        ),
        (&[id, secret, ("preset", "generic"), ("issuer", "http://a.example")], &["issuer", "plain http"]),
        (&[id, secret, ("preset", "generic"), ("issuer", "a.example")], &["issuer", "is not a URL"]),
        (
            &[id, secret, ("preset", "okta"), ("region", "eu-west-1")],
            &["region", "preset=okta has no regions"],
        ),
        (
            &[id, ("preset", "salesforce"), ("grant", "jwt_bearer"), ("private_key", "k")],
            &["assertion_subject is missing"],
        ),
        (
            &[id, ("tls_client_cert", "file:/ca.pem")],
            &["tls_client_cert", "holds no PEM private key", "cat client.crt client.key > client.pem"],
        ),
        (
            &[id, ("tls_client_cert", "file:/keys/both.pem"), ("tls_client_password", "s3cr3t")],
            &["tls_client_cert", "can't be decrypted", "check tls_client_password"],
        ),
        (
            &[id, ("tls_client_cert", "file:/keys/both.pem"), ("tls_client_alias", "ann")],
            &["tls_client_alias", "tls_client_cert is PEM", "remove it"],
        ),
        (
            &[id, ("tls_client_cert", "file:/keys/encrypted.pem")],
            &["tls_client_cert", "encrypted with a passphrase", "set tls_client_password"],
        ),
        (&[id, secret, ("tls_client_password", "s3cr3t")], &["tls_client_password", "no tls_client_cert"]),
    ] {
        let refusal_of = refusal_of(pairs);
        for part in parts {
            assert!(refusal_of.contains(part), "{refusal_of} lacks {part}");
        }
        assert!(!refusal_of.contains("s3cr3t"), "{refusal_of}");
    }
}

/// The words that the table offers are those that the readers know.
#[test]
fn every_option_of_the_table_is_valid() {
    for row in TABLE {
        let Kind::OneOf(words) = row.kind else { continue };
        for word in words {
            let pairs = [("client_id", "me"), ("client_secret", "s"), (row.key, word)];
            if let Err(failure) = Profile::validate("demo", &given(&pairs), &Machine) {
                assert!(!failure.message.contains("choose one of"), "{failure}");
            }
        }
        let mut other = vec![("client_id", "me"), ("client_secret", "s"), (row.key, "no such word")];
        other.extend(row.key.starts_with("private_key").then_some(("private_key", "k")));
        let refusal_of = refusal_of(&other);
        for word in words {
            assert!(refusal_of.contains(word), "{refusal_of} lacks {word}");
        }
    }
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
