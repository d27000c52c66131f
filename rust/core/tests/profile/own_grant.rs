//! Grants with a name of the server's own.

use std::hash::RandomState;

use secrecy::ExposeSecret;
use tollgate_core::config::profile::Profile;
use tollgate_core::oauth::client_auth::ClientAuth;
use tollgate_core::oauth::grant::RequestGrant;

use crate::{SECRET, mistake_in, only as profile};

fn body(profile: &Profile) -> String {
    profile.request(&RequestGrant::Primary).body().expose_secret().to_owned()
}

#[test]
fn a_grant_of_the_servers_own_has_its_parameters_and_the_client() {
    let zoom = profile(&[
        ("grant_type", "account_credentials"),
        ("token_param.account_id", "a 1"),
        ("client_id", "me"),
        ("client_secret", SECRET),
    ]);
    assert_eq!(body(&zoom), "grant_type=account_credentials&account_id=a+1");
    assert_eq!(zoom.client.auth, ClientAuth::SecretBasic);
    assert_eq!(zoom.primary().name(), "account_credentials");
    assert!(zoom.grant_sources().primary);
}

#[test]
fn a_grant_of_the_servers_own_needs_no_client() {
    let ibm = profile(&[
        ("grant_type", "urn:ibm:params:oauth:grant-type:apikey"),
        ("token_param.apikey", SECRET),
        ("scope", "s"),
    ]);
    assert_eq!(
        body(&ibm),
        "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&scope=s&apikey=very-s3cr3t-value"
    );
    assert_eq!(ibm.client.auth, ClientAuth::None);
    assert!(!format!("{ibm:?}").contains(SECRET));
}

#[test]
fn an_authorization_code_is_followed_by_its_refresh_token() {
    let code = profile(&[
        ("grant_type", "authorization_code"),
        ("client_id", "me"),
        ("token_param.code", "c0de"),
        ("token_param.redirect_uri", "http://127.0.0.1/"),
        ("token_param.code_verifier", "v"),
        ("refresh_token", "file:/no/file/yet"),
    ]);
    assert_eq!(
        body(&code),
        "grant_type=authorization_code&client_id=me&code=c0de&code_verifier=v\
         &redirect_uri=http%3A%2F%2F127.0.0.1%2F"
    );
    let refresh = code.request(&RequestGrant::Refresh("r".into()));
    assert_eq!(refresh.body().expose_secret(), "grant_type=refresh_token&refresh_token=r&client_id=me");
}

#[test]
fn the_parameters_of_other_grants_are_free_for_it() {
    let own = profile(&[
        ("grant_type", "urn:example:exchange"),
        ("token_param.assertion", "a"),
        ("token_param.subject_token", "t"),
    ]);
    assert_eq!(body(&own), "grant_type=urn%3Aexample%3Aexchange&assertion=a&subject_token=t");
}

#[test]
fn its_users_sign_in_with_it() {
    let realm = [
        ("grant_type", "http://auth0.com/oauth/grant-type/password-realm"),
        ("client_id", "me"),
        ("token_param.realm", "staff"),
    ];
    let grant = "grant_type=http%3A%2F%2Fauth0.com%2Foauth%2Fgrant-type%2Fpassword-realm";
    let ann = profile(&realm).for_user("ann", "p w".into());
    assert_eq!(body(&ann), format!("{grant}&username=ann&password=p+w&client_id=me&realm=staff"));
    assert_eq!(ann.user(), Some("ann"));
    assert!(!format!("{ann:?}").contains("p w"));
    let bob = profile(&[&realm[..], &[("username", "bob"), ("password", "b")]].concat());
    assert_eq!(body(&bob), format!("{grant}&username=bob&password=b&client_id=me&realm=staff"));
    assert_eq!(bob.user(), None, "it is the profile's own token");
}

/// What RFC 6749 and its companions name is read as by the setting `grant`.
#[test]
fn a_known_grant_type_is_the_grant() {
    for (grant_type, grant, more) in [
        ("client_credentials", "client_credentials", ("client_secret", "s")),
        ("urn:ietf:params:oauth:grant-type:saml2-bearer", "saml2_bearer", ("assertion", "a")),
    ] {
        let of = |key, value| profile(&[("client_id", "me"), (key, value), more]);
        let (own, known) = (of("grant_type", grant_type), of("grant", grant));
        assert_eq!((body(&own), own.primary().name()), (body(&known), known.primary().name()));
    }
}

#[test]
fn a_public_client_needs_no_id() {
    let public = profile(&[("client_auth", "none")]);
    assert_eq!(body(&public), "grant_type=client_credentials");
}

#[test]
fn mistakes_name_setting_and_remedy() {
    for (changes, parts) in [
        (
            &[("grant", "password"), ("grant_type", "x")][..],
            &["grant_type (from property) and grant are both set", "keep one of them"][..],
        ),
        (&[("grant", "account_credentials")], &["grant (from property)", "or set grant_type"]),
        (&[("grant_type", "a b\u{e9}")], &["grant_type", "printable ASCII"]),
        (&[("grant_type", "x"), ("username", "ann")], &["password is missing"]),
        (&[("grant_type", "x"), ("assertion", SECRET)], &["assertion", "grant_type=x does not use it"]),
        (&[("grant_type", "x"), ("token_param.grant_type", "y")], &["token_param.grant_type"]),
    ] {
        let message = mistake_in(changes);
        for part in parts {
            assert!(message.contains(part), "{message} lacks {part}");
        }
    }
}

#[test]
fn the_cache_key_depends_on_the_grant_type() {
    let keys = [RandomState::new(), RandomState::new()];
    let key = |grant_type| {
        let profile = profile(&[("grant_type", grant_type), ("token_param.apikey", "k")]);
        profile.cache_key(&keys)
    };
    assert_eq!(key("one"), key("one"));
    assert_ne!(key("one"), key("other"));
}
