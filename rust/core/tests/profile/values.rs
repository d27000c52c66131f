//! What right settings become.

use std::time::Duration;

use secrecy::ExposeSecret;
use tollgate_core::config::placement::Place;
use tollgate_core::config::policy::Refresh;
use tollgate_core::config::profile::{OnTokenFailure, Profile, Proxy};
use tollgate_core::config::settings::{Setting, Source, row};
use tollgate_core::http::rate_headers::Unit;
use tollgate_core::oauth::client_auth::ClientAuth;
use tollgate_core::oauth::grant::RequestGrant;

use crate::{Machine, SECRET, setting, with};

#[test]
fn properties_beat_elements_and_elements_beat_scripts() {
    let mut given = vec![
        setting("token_url", "https://login.example.com/t", Source::Define),
        setting("client_secret", "s", Source::Define),
    ];
    let id = |given: &[Setting]| Profile::validate("demo", given, &Machine).unwrap().client.id.clone();
    given.push(setting("client_id", "script", Source::Define));
    assert_eq!(id(&given), "script");
    given.push(setting("client_id", "plan", Source::Element));
    assert_eq!(id(&given), "plan");
    given.insert(0, setting("client_id", "operator", Source::Property));
    assert_eq!(id(&given), "operator");
    given.push(setting("client_id", "later script", Source::Define));
    assert_eq!(id(&given), "operator");
    given.push(setting("client_id", "later operator", Source::Property));
    assert_eq!(id(&given), "later operator");
    let sources = Profile::validate("demo", &given, &Machine).unwrap().sources.clone();
    assert_eq!(sources["client_id"], Source::Property);
    assert_eq!(sources["token_url"], Source::Define);
    assert_eq!(sources.len(), 3, "defaults have no source");
}

#[test]
fn secrets_come_from_variables_files_or_text() {
    for (value, secret) in [
        ("plain", "plain"),
        ("env:GENESYS_SECRET", SECRET),
        ("file:/secrets/unix", SECRET),
        ("file:/secrets/windows", SECRET),
        ("file:/secrets/spaced", " very-s3cr3t-value \n"),
        ("literal:env:GENESYS_SECRET", "env:GENESYS_SECRET"),
        ("literal:literal:x", "literal:x"),
        (" kept as it is ", " kept as it is "),
    ] {
        let profile = with(&[("client_secret", value)]).unwrap();
        assert_eq!(profile.client.secret.expose_secret(), secret, "{value}");
        assert_eq!(profile.secret_file.as_deref(), value.strip_prefix("file:"), "{value}");
        assert!(!format!("{profile:?}").contains(secret), "Debug tells the secret: {profile:?}");
    }
}

#[test]
fn the_defaults_are_those_of_the_guide() {
    let profile = with(&[]).unwrap();
    let seconds = Duration::from_secs;
    assert_eq!(profile.policy.margin, seconds(300));
    assert_eq!(profile.policy.interval, None);
    assert_eq!(profile.policy.default_lifetime, seconds(300));
    assert_eq!(profile.policy.worst_exchange, seconds(15));
    assert_eq!(profile.policy.rejection_backoff, seconds(30));
    assert_eq!(profile.policy.max_retry_after, None);
    assert!(profile.answers.rate_headers);
    assert_eq!(profile.policy.permanent_cooldown, seconds(300));
    assert_eq!(profile.policy.backoff.base, Duration::from_millis(500));
    assert_eq!(profile.policy.backoff.throttle_base, seconds(1));
    assert_eq!(profile.policy.backoff.cap, seconds(60));
    assert_eq!(profile.transport.connect_timeout, seconds(5));
    assert_eq!(profile.transport.request_timeout, seconds(15));
    assert_eq!(profile.transport.proxy, Proxy::Inherited);
    assert_eq!(profile.transport.ca_pem, None);
    assert!(profile.transport.tls_verify);
    assert_eq!(profile.token_timeout, seconds(30));
    assert_eq!(profile.max_pause, seconds(300));
    assert_eq!(profile.on_token_failure, OnTokenFailure::FailSample);
    assert_eq!(profile.client.auth, ClientAuth::SecretBasic);
    assert_eq!(profile.grant.scope, None);
}

#[test]
fn every_setting_is_read_into_its_field() {
    let profile = with(&[
        ("scope", "  read   write "),
        ("refresh_margin", "1m"),
        ("refresh_interval", "540s"),
        ("default_lifetime", "2m"),
        ("token_timeout", "10s"),
        ("connect_timeout", "1s"),
        ("request_timeout", "2s"),
        ("backoff_base", "100ms"),
        ("backoff_throttle_base", "200ms"),
        ("backoff_cap", "3s"),
        ("max_retry_after", "3m"),
        ("rate_headers", "false"),
        ("rejection_backoff", "4s"),
        ("permanent_cooldown", "5s"),
        ("max_pause", "6s"),
        ("proxy", "http://proxy.example.com:3128"),
        ("ca_file", "/ca.pem"),
        ("tls_verify", "false"),
        ("on_token_failure", "stop_test"),
        ("client_auth", "client_secret_post"),
        ("grant", "client_credentials"),
        ("allow_http", "true"),
        ("token_url", "http://login.example.com:8080/oauth/token?x=1"),
    ])
    .unwrap();
    let millis = Duration::from_millis;
    assert_eq!(profile.grant.scope.as_deref(), Some("read write"));
    assert_eq!(profile.policy.margin, millis(60_000));
    assert_eq!(profile.policy.interval, Some(millis(540_000)));
    assert_eq!(profile.policy.default_lifetime, millis(120_000));
    assert_eq!(profile.token_timeout, millis(10_000));
    assert_eq!(profile.transport.connect_timeout, millis(1000));
    assert_eq!(profile.transport.request_timeout, millis(2000));
    assert_eq!(profile.policy.worst_exchange, millis(2000));
    assert_eq!(profile.policy.backoff.base, millis(100));
    assert_eq!(profile.policy.backoff.throttle_base, millis(200));
    assert_eq!(profile.policy.backoff.cap, millis(3000));
    assert_eq!(profile.policy.rejection_backoff, millis(4000));
    assert_eq!(profile.policy.permanent_cooldown, millis(5000));
    assert_eq!(profile.max_pause, millis(6000));
    assert!(matches!(&profile.transport.proxy, Proxy::Through(url) if url.port() == Some(3128)));
    assert!(profile.transport.ca_pem.as_deref().is_some_and(|pem| pem.contains("MIIB")));
    assert!(!profile.transport.tls_verify);
    assert_eq!(profile.on_token_failure, OnTokenFailure::StopTest);
    assert_eq!(profile.on_token_failure.name(), "stop_test");
    assert_eq!(profile.client.auth, ClientAuth::SecretPost);
    assert_eq!(profile.endpoint(), "http://login.example.com:8080/oauth/token", "shown without its query");
    assert_eq!(profile.policy.max_retry_after, Some(millis(180_000)));
    assert!(!profile.answers.rate_headers);
    assert_eq!(profile.sources.len(), 25, "one for each that was given");
    assert!(profile.sources.keys().all(|key| row(key).is_some()));
}

#[test]
fn the_connect_timeout_follows_a_short_request_timeout() {
    let profile = with(&[("request_timeout", "2s")]).unwrap();
    assert_eq!(profile.transport.connect_timeout, Duration::from_secs(2));
}

#[test]
fn plain_http_needs_loopback_or_allow_http() {
    for url in ["http://127.0.0.1:8080/t", "http://127.9.9.9/t", "http://[::1]/t", "http://LOCALHOST/t"] {
        assert!(with(&[("token_url", url)]).is_ok(), "{url}");
    }
    assert!(with(&[("token_url", "http://10.0.0.1/t"), ("allow_http", "true")]).is_ok());
    assert!(with(&[("token_url", "http://10.0.0.1/t"), ("allow_http", "false")]).is_err());
}

#[test]
fn debug_text_shows_no_secret() {
    let profile = with(&[("proxy", &format!("http://user:{SECRET}@proxy:3128"))]).unwrap();
    let debug = format!("{profile:?} {:?}", profile.transport.proxy);
    assert!(debug.contains("proxy") && debug.contains("3128"));
    assert!(!debug.contains(SECRET), "{debug}");
    let debug = format!("{:?}", setting("client_secret", SECRET, Source::Define));
    assert!(debug.contains("client_secret") && !debug.contains(SECRET), "{debug}");
}

#[test]
fn sources_have_their_names_at_the_jni_boundary() {
    for source in [Source::Property, Source::Element, Source::Define] {
        assert_eq!(Source::named(source.name()), Some(source));
    }
    assert_eq!(Source::named("dream"), None);
}

#[test]
fn a_refresh_token_from_a_file_is_read_and_its_path_stored() {
    let kept = |changes: &[(&str, &str)]| with(changes).unwrap().refresh_token.clone();
    let read = kept(&[("refresh_token", "file:/secrets/refresh")]);
    assert_eq!(read.token.unwrap().expose_secret(), "r3fresh-s3cr3t");
    assert_eq!(read.file.as_deref(), Some("/secrets/refresh"));
    let missing = kept(&[("refresh_token", "file:/no/token")]);
    assert!(missing.token.is_none(), "there will be one once the server gives one");
    assert_eq!(missing.file.as_deref(), Some("/no/token"));
    let bare = kept(&[("refresh_token", "r")]);
    assert_eq!((bare.token.unwrap().expose_secret(), bare.file), ("r", None));
}

#[test]
fn limits_and_extras_are_taken_as_written() {
    use tollgate_core::time::budget::Budget;
    let profile = with(&[
        ("mint_budget", "30/1m"),
        ("max_concurrent_token_requests", "3"),
        ("token_request_spacing", "200ms"),
        ("allowed_hosts", "api.example.com"),
        ("tenant_header", " X-Tenant :  acme corp "),
        ("token_header.X-Api-Key", "env:GENESYS_SECRET"),
        ("refresh", "drain"),
        ("drain_timeout", "2s"),
    ])
    .unwrap();
    let limits = profile.policy.limits;
    assert_eq!(limits.budget, Some(Budget { most: 30, window: Some(Duration::from_secs(60)) }));
    assert_eq!((limits.concurrent, limits.spacing), (3, Duration::from_millis(200)));
    assert_eq!(profile.policy.refresh, Refresh::Drain);
    assert_eq!(profile.policy.drain_timeout, Duration::from_secs(2));
    assert_eq!(profile.tenant_header, Some(("X-Tenant".into(), "acme corp".into())));
    assert!(!profile.allowed_hosts.permits("https://example.com"));
    let request = profile.request(&RequestGrant::Primary);
    let header = |name| {
        request.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.expose_secret().to_owned())
    };
    assert_eq!(header("x-tenant").as_deref(), Some("acme corp"));
    assert_eq!(header("x-api-key").as_deref(), Some(SECRET));
    assert_eq!(
        with(&[("mint_budget", "7/run")]).unwrap().policy.limits.budget,
        Some(Budget { most: 7, window: None })
    );
}

#[test]
fn only_an_unset_refresh_learns() {
    assert_eq!(with(&[]).unwrap().policy.refresh, Refresh::Ahead { learns: true });
    assert_eq!(with(&[("refresh", "ahead")]).unwrap().policy.refresh, Refresh::Ahead { learns: false });
    assert_eq!(with(&[("refresh", "late")]).unwrap().policy.refresh, Refresh::Late);
}

#[test]
fn a_token_goes_where_the_profile_says() {
    for (settings, place, name, before) in [
        (&[][..], Place::Header, "Authorization", "Bearer "),
        (&[("token_scheme", "Token")], Place::Header, "Authorization", "Token "),
        (&[("token_scheme", "none")], Place::Header, "Authorization", ""),
        (&[("token_scheme", "Token token=")], Place::Header, "Authorization", "Token token="),
        (&[("token_name", "X-Auth-Token")], Place::Header, "X-Auth-Token", ""),
        (&[("token_name", "authorization")], Place::Header, "authorization", "Bearer "),
        (&[("token_name", "X-Auth"), ("token_scheme", "SSWS")], Place::Header, "X-Auth", "SSWS "),
        (&[("token_place", "cookie"), ("token_name", "session")], Place::Cookie, "session", ""),
        (&[("token_place", "query")], Place::Query, "access_token", ""),
        (&[("token_place", "query"), ("token_name", "key")], Place::Query, "key", ""),
        (&[("dpop", "true")], Place::Header, "Authorization", "DPoP "),
    ] {
        let profile = with(settings).unwrap();
        let placement = &profile.placement;
        assert_eq!(
            (placement.place, placement.name.as_str(), placement.before.as_str()),
            (place, name, before)
        );
        assert_eq!(placement.bare(&format!("{before}abc")), "abc", "{settings:?}");
        assert_eq!(placement.bare(" abc "), "abc", "{settings:?}");
    }
    let token = with(&[("token_scheme", "Token")]).unwrap();
    assert_eq!(token.placement.bare("token  abc"), "abc");
    assert_eq!(token.placement.bare("Tokenabc"), "Tokenabc");
    let keys = [
        ("api_header.X-Api-Key", "env:GENESYS_SECRET"),
        ("api_header.Authorization", "Basic x"),
        ("token_name", "X-T"),
    ];
    let profile = with(&keys).unwrap();
    let headers = &profile.placement.headers;
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
    assert_eq!(headers, [("Authorization", "Basic x"), ("X-Api-Key", SECRET)]);
    assert!(!format!("{profile:?}").contains(SECRET));
}

#[test]
fn answers_are_read_as_the_profile_says() {
    let settings = [
        ("pacing", "rate_headers"),
        ("rate_reset_unit", "milliseconds"),
        ("rejection_statuses", "403,498"),
        ("rejection_text", "expired | not logged in"),
        ("limit_text", "busy"),
    ];
    let answers = with(&settings).unwrap().answers.clone();
    assert!(answers.paced);
    assert_eq!(answers.reset_unit, Some(Unit::Millis));
    assert_eq!(answers.rejection_statuses, [403, 498]);
    assert_eq!(answers.rejection_texts, ["expired", "not logged in"]);
    assert_eq!(answers.limit_texts, ["busy"]);
    let plain = with(&[]).unwrap().answers.clone();
    assert!(!plain.paced && plain.rejection_statuses.is_empty() && plain.reset_unit.is_none());
}
