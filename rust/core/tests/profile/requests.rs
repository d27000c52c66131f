//! The token request that comes of settings.

use secrecy::ExposeSecret;
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::Source;
use tollgate_core::oauth::grant::RequestGrant;

use crate::{Machine, setting, with};

#[test]
fn a_region_is_enough_for_genesys_cloud() {
    let given = [
        setting("region", "ap_southeast_2", Source::Property),
        setting("client_id", "id", Source::Property),
        setting("client_secret", "a/b", Source::Property),
    ];
    let profile = Profile::validate("genesys", &given, &Machine).unwrap();
    assert_eq!(profile.token_url.as_str(), "https://login.mypurecloud.com.au/oauth/token");
    assert_eq!(profile.genesys_domain, Some("mypurecloud.com.au"));
    let request = profile.request(&RequestGrant::Primary);
    let header = request.headers.iter().find(|(name, _)| *name == "authorization").unwrap();
    assert_eq!(header.1.expose_secret(), "Basic aWQ6YS9i", "base64 of the bare id:a/b");
}

#[test]
fn the_request_uses_the_configured_client_auth() {
    let request = |changes: &[(&str, &str)]| {
        let given = [("client_id", "my id"), ("client_secret", "a/b"), ("scope", "r w")];
        with(&[&given[..], changes].concat()).unwrap().request(&RequestGrant::Primary)
    };
    let header = |request: &tollgate_core::oauth::token_request::TokenRequest| {
        request
            .headers
            .iter()
            .find(|(name, _)| *name == "authorization")
            .map(|(_, value)| value.expose_secret().to_owned())
    };
    let basic = request(&[]);
    // my+id:a%2Fb
    assert_eq!(header(&basic).as_deref(), Some("Basic bXkraWQ6YSUyRmI="));
    assert_eq!(basic.body().expose_secret(), "grant_type=client_credentials&scope=r+w");
    let post = request(&[("client_auth", "client_secret_post")]);
    assert_eq!(header(&post), None);
    assert_eq!(
        post.body().expose_secret(),
        "grant_type=client_credentials&scope=r+w&client_id=my+id&client_secret=a%2Fb"
    );
    for request in [basic, post] {
        let debug = format!("{request:?}");
        assert!(!debug.contains("a/b") && !debug.contains("a%2Fb") && !debug.contains("bXkraWQ6"), "{debug}");
    }
}

#[test]
fn a_user_shares_the_client_and_not_the_refresh_token() {
    let profile = with(&[("refresh_token", "r"), ("token_param.team", "api")]).unwrap();
    let ann = profile.for_user("ann", "p w".into());
    assert_eq!(ann.title(), "profile 'demo', user 'ann'");
    assert!(ann.grant_sources().refresh_token.is_none() && ann.grant_sources().primary);
    assert_eq!(
        ann.request(&RequestGrant::Primary).body().expose_secret(),
        "grant_type=password&username=ann&password=p+w&team=api"
    );
    assert_eq!(
        ann.request(&RequestGrant::Refresh("r2".into())).body().expose_secret(),
        "grant_type=refresh_token&refresh_token=r2&team=api"
    );
    assert!(!format!("{ann:?}").contains("p w"), "a password shows");
}

#[test]
fn the_dpop_key_is_part_of_the_identity() {
    let keys = [std::hash::RandomState::new(), std::hash::RandomState::new()];
    let key = |changes: &[(&str, &str)]| {
        let profile = with(changes).unwrap();
        assert_eq!(profile.request(&RequestGrant::Primary).bound, profile.dpop.is_some());
        let sent = profile.request(&RequestGrant::Primary).body();
        assert!(!sent.expose_secret().contains("dpop"), "the key is not sent");
        profile.identity().cache_key(&profile.route(), &keys)
    };
    let one = key(&[("dpop", "true"), ("dpop_key", "literal:one")]);
    assert_eq!(one, key(&[("dpop", "true"), ("dpop_key", "literal:one")]));
    assert_ne!(one, key(&[("dpop", "true"), ("dpop_key", "literal:other")]));
    let made = key(&[("dpop", "true")]);
    assert_eq!(made, key(&[("dpop", "true")]), "equal profiles share the key that is made for them");
    assert!(made != one && made != key(&[]) && one != key(&[]));
    let profile = with(&[("dpop", "true"), ("dpop_key", "literal:s3cr3t-key")]).unwrap();
    assert!(!format!("{profile:?}").contains("s3cr3t-key"), "a key shows");
}
