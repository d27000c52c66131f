//! What a preset fills in.

use tollgate_core::oauth::client_auth::ClientAuth;

use crate::grants::{profile, statement};

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
