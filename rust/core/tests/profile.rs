//! Settings that are wrong, and settings that are right: what the user is told, and what they become.

#![allow(clippy::unwrap_used)] // a panic is a failed test

use std::time::Duration;

use secrecy::ExposeSecret;
use tollgate_core::client_auth::ClientAuth;
use tollgate_core::failure::{Code, Failure};
use tollgate_core::grant::Using;
use tollgate_core::policy::Refresh;
use tollgate_core::profile::{KEYS, OnTokenFailure, Profile, Proxy};
use tollgate_core::settings::{Outside, Setting, Source};

const SECRET: &str = "very-s3cr3t-value";

/// A machine with two variables and a few files.
struct Machine;

impl Outside for Machine {
    fn env(&self, name: &str) -> Option<String> {
        match name {
            "GENESYS_SECRET" => Some(SECRET.into()),
            "EMPTY" => Some(String::new()),
            _ => None,
        }
    }

    fn is_missing(&self, path: &str) -> bool {
        self.file(path).is_err_and(|error| error.starts_with("No such file"))
    }

    fn file(&self, path: &str) -> Result<String, String> {
        match path {
            "/secrets/unix" => Ok(format!("{SECRET}\n")),
            "/secrets/windows" => Ok(format!("{SECRET}\r\n")),
            "/secrets/spaced" => Ok(format!(" {SECRET} \n\n")),
            "/ca.pem" => Ok("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".into()),
            "/secrets/refresh" => Ok("r3fresh-s3cr3t\n".into()),
            "/unreadable" => Err("Permission denied (os error 13)".into()),
            "/etc/hosts" => Ok("127.0.0.1 localhost\n".into()),
            _ => Err("No such file or directory (os error 2)".into()),
        }
    }
}

fn setting(key: &str, value: &str, source: Source) -> Setting {
    Setting { key: key.into(), value: value.into(), source }
}

/// A good profile, except for these properties.
fn with(changes: &[(&str, &str)]) -> Result<Profile, Failure> {
    let good = [
        ("token_url", "https://login.example.com/oauth/token"),
        ("client_id", "demo"),
        ("client_secret", SECRET),
    ];
    let given: Vec<_> = good
        .iter()
        .filter(|(key, _)| !changes.iter().any(|(changed, _)| changed == key))
        .chain(changes)
        .map(|(key, value)| setting(key, value, Source::Property))
        .collect();
    Profile::validate("demo", &given, &Machine)
}

fn told(changes: &[(&str, &str)]) -> String {
    let failure = with(changes).expect_err("these settings are wrong");
    assert_eq!(failure.code, Code::Config, "{failure}");
    assert!(failure.message.contains("'demo'"), "names no profile: {failure}");
    assert!(!failure.message.contains(SECRET), "tells the secret: {failure}");
    failure.message
}

#[test]
fn every_mistake_is_told_with_setting_source_and_remedy() {
    for (changes, parts) in [
        (
            &[("client_secert", SECRET)][..],
            &["client_secert (from property)", "did you mean client_secret?"][..],
        ),
        (&[("clientid", "x")], &["clientid", "did you mean client_id?"]),
        (&[("scopes", "x")], &["did you mean scope?"]),
        (&[("refreshMargin", "x")], &["did you mean refresh_margin?"]),
        (&[("wholly_unheard_of", "x")], &["known settings are region, token_url"]),
        (&[("client_id", " ")], &["client_id is missing", "set tollgate.profile.demo.client_id"]),
        (&[("client_secret", "")], &["client_secret is missing"]),
        (&[("token_url", "")], &["token_url (or region) is missing"]),
        (
            &[("refresh_margin", "5")],
            &["refresh_margin (from property)", "'5', a number without a unit", "5m"],
        ),
        (&[("token_timeout", "five")], &["'five', which is not a duration", "300ms"]),
        (&[("token_timeout", "-5s")], &["is not a duration"]),
        (&[("token_timeout", "2h")], &["out of bounds", "choose from 1ms to 3600s"]),
        (&[("default_lifetime", "10ms")], &["out of bounds"]),
        (
            &[("request_timeout", "2s"), ("connect_timeout", "3s")],
            &["connect_timeout", "longer than request_timeout"],
        ),
        (&[("token_url", "login.example.com/oauth/token")], &["is not a URL", "write it like https://"]),
        (&[("token_url", "${url}")], &["'${url}' is not a URL"]),
        (&[("token_url", "ftp://example.com/")], &["the scheme 'ftp'"]),
        (&[("token_url", "file:/etc/hosts")], &["token_url (from property) 'file:/etc/hosts' is not a URL"]),
        (&[("token_url", "https://a:b@example.com/t")], &["holds a user or password", "client_id"]),
        (&[("token_url", "https://example.com/t#x")], &["has a fragment"]),
        (&[("token_url", "http://login.example.com/t")], &["plain http", "allow_http=true"]),
        (&[("token_url", "http://10.0.0.1/t")], &["plain http"]),
        (&[("token_url", "http://localhost.evil.example/t")], &["plain http"]),
        (&[("region", "ap-southeast-2")], &["token_url (from property) and region are both set", "keep one"]),
        (&[("grant", "implicit")], &["grant (from property) is 'implicit'", "client_credentials, password"]),
        (&[("grant", "password")], &["username is missing", "set tollgate.profile.demo.username"]),
        (&[("grant", "password"), ("username", "ann")], &["password is missing"]),
        (
            &[("username", "ann")],
            &[
                "username (from property) is set, but grant=client_credentials asks for no user",
                "grant=password",
            ],
        ),
        (
            &[("password", SECRET), ("grant", "refresh_token"), ("refresh_token", "r")],
            &["password", "no user"],
        ),
        (&[("grant", "refresh_token")], &["refresh_token is missing"]),
        (
            &[("grant", "refresh_token"), ("refresh_token", "file:/no/token")],
            &["refresh_token", "empty or not there", "put a refresh token into it"],
        ),
        (&[("refresh_token", "file:/unreadable")], &["/unreadable, which can't be read: Permission denied"]),
        (&[("refresh", "sometimes")], &["refresh (from property) is 'sometimes'", "ahead, late, drain"]),
        (&[("drain_timeout", "5")], &["drain_timeout", "a number without a unit"]),
        (&[("drain_timeout", "1h")], &["drain_timeout", "out of bounds"]),
        (&[("max_concurrent_token_requests", "0")], &["is '0'", "a whole number from 1 to 1000"]),
        (&[("max_concurrent_token_requests", "many")], &["is 'many'", "a whole number from 1 to 1000"]),
        (&[("token_request_spacing", "fast")], &["token_request_spacing", "not a duration"]),
        (&[("mint_budget", "30")], &["mint_budget (from property) is '30'", "30/1m or 200/run"]),
        (&[("mint_budget", "0/1m")], &["is '0/1m'", "30/1m or 200/run"]),
        (&[("mint_budget", "5/10")], &["is '5/10'", "30/1m or 200/run"]),
        (&[("mint_budget", "5/1ms")], &["is '5/1ms'", "30/1m or 200/run"]),
        (&[("tenant_header", "acme")], &["tenant_header (from property) is 'acme'", "X-Tenant: acme"]),
        (&[("tenant_header", "X Tenant: acme")], &["tenant_header", "a name that no header can have"]),
        (&[("tenant_header", "X-Tenant: \u{e4}")], &["tenant_header", "a value that no header can have"]),
        (&[("tenant_header", "Authorization: x")], &["tenant_header", "Tollgate sets itself"]),
        (
            &[("tenant_header", "X-Tenant: a"), ("token_header.x-tenant", "b")],
            &["tenant_header", "token_header sets too"],
        ),
        (
            &[("token_header.Content-Type", "text/plain")],
            &["token_header.Content-Type", "Tollgate sets itself"],
        ),
        (
            &[("token_header.X", "very-s3cr3t-value\n")],
            &["token_header.X", "a value that no header can have"],
        ),
        (&[("token_param.scope", "x")], &["token_param.scope", "set scope instead"]),
        (&[("token_param.grant_type", "x")], &["token_param.grant_type", "set grant instead"]),
        (&[("token_parm.audience", "x")], &["token_parm.audience"]),
        (&[("token_param.", "x")], &["there is no setting token_param."]),
        (&[("client_auth", "basic")], &["client_secret_basic, client_secret_post"]),
        (&[("tls_verify", "no")], &["is 'no'", "true, false"]),
        (&[("on_token_failure", "ignore")], &["fail_sample, send_without, stop_thread, stop_test"]),
        (
            &[("proxy", "proxy:3128")],
            &["proxy (from property) is not a proxy URL", "http://proxy:3128, or none"],
        ),
        (&[("client_secret", "env:NOT_SET")], &["variable NOT_SET, which is not set", "export it"]),
        (&[("client_secret", "env:EMPTY")], &["client_secret is missing"]),
        (
            &[("client_secret", "file:/nowhere")],
            &["/nowhere, which can't be read: No such file", "permissions"],
        ),
        (&[("ca_file", "/nowhere")], &["ca_file", "/nowhere, which can't be read"]),
        (&[("ca_file", "/etc/hosts")], &["holds no PEM certificate"]),
    ] {
        let message = told(changes);
        for part in parts {
            assert!(message.contains(part), "{changes:?} should tell {part:?}: {message}");
        }
    }
    let unknown_region = {
        let given =
            [setting("region", "atlantis", Source::Define), setting("client_id", "x", Source::Define)];
        Profile::validate("demo", &given, &Machine).expect_err("no such region").message
    };
    for part in ["region (from define) 'atlantis'", "ap-southeast-2 (mypurecloud.com.au)", "or set token_url"]
    {
        assert!(unknown_region.contains(part), "{unknown_region}");
    }
}

#[test]
fn a_secret_in_the_wrong_place_is_not_told() {
    for key in ["refresh_margin", "client_auth", "region", "token_url", "tls_verify", "proxy", "ca_file"] {
        for value in ["env:GENESYS_SECRET", "file:/secrets/unix"] {
            let message = match key {
                "region" => told(&[("token_url", ""), (key, value)]),
                _ => told(&[(key, value)]),
            };
            assert!(message.contains(key), "{message}");
        }
    }
    for url in [
        format!("https://demo:{SECRET}@:80/t"),
        format!("https://demo:{SECRET}@login.example.com/t"),
        format!("login.example.com/t?secret={SECRET}"),
    ] {
        told(&[("token_url", &url)]);
    }
    told(&[("proxy", &format!("ftp://u:{SECRET}@proxy"))]);
}

#[test]
fn a_profile_that_is_not_there_says_how_to_make_it() {
    let failure = Profile::validate("ghost", &[], &Machine).unwrap_err();
    assert_eq!(failure.code, Code::Config);
    for part in ["'ghost' is not defined", "tollgate.profile.ghost.token_url", "Tollgate.define('ghost'"] {
        assert!(failure.message.contains(part), "{failure}");
    }
}

#[test]
fn a_name_that_can_not_be_one_is_told_in_full_but_briefly() {
    for bad in ["", "a b", "a.b", "ünï", "a/b", "a\nb", &"x y".repeat(1000)] {
        let failure = Profile::validate(bad, &[], &Machine).unwrap_err();
        assert_eq!(failure.code, Code::Config);
        assert!(failure.message.contains("can't name a profile"), "{failure}");
        assert!(failure.message.len() < 200 && !failure.message.contains('\n'), "{failure}");
    }
}

#[test]
fn what_an_operator_types_beats_the_plan_and_the_plan_beats_a_script() {
    let mut given = vec![
        setting("token_url", "https://login.example.com/t", Source::Define),
        setting("client_secret", "s", Source::Define),
    ];
    let id = |given: &[Setting]| Profile::validate("demo", given, &Machine).unwrap().client.id;
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
    let sources = Profile::validate("demo", &given, &Machine).unwrap().sources;
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
fn every_setting_reaches_its_place() {
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
    assert_eq!(profile.sources.len(), 23, "all but region");
    assert!(profile.sources.keys().all(|key| KEYS.contains(&key.as_str())));
}

#[test]
fn the_connect_timeout_follows_a_short_request_timeout() {
    let profile = with(&[("request_timeout", "2s")]).unwrap();
    assert_eq!(profile.transport.connect_timeout, Duration::from_secs(2));
}

#[test]
fn plain_http_is_for_this_machine_or_by_permission() {
    for url in ["http://127.0.0.1:8080/t", "http://127.9.9.9/t", "http://[::1]/t", "http://LOCALHOST/t"] {
        assert!(with(&[("token_url", url)]).is_ok(), "{url}");
    }
    assert!(with(&[("token_url", "http://10.0.0.1/t"), ("allow_http", "true")]).is_ok());
    assert!(with(&[("token_url", "http://10.0.0.1/t"), ("allow_http", "false")]).is_err());
}

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
    let request = profile.request(&Using::Primary);
    let header = request.headers.iter().find(|(name, _)| *name == "authorization").unwrap();
    assert_eq!(header.1.expose_secret(), "Basic aWQ6YS9i", "base64 of the bare id:a/b");
}

#[test]
fn the_request_proves_the_client_as_asked() {
    let request = |changes: &[(&str, &str)]| {
        let given = [("client_id", "my id"), ("client_secret", "a/b"), ("scope", "r w")];
        with(&[&given[..], changes].concat()).unwrap().request(&Using::Primary)
    };
    let header = |request: &tollgate_core::grant::TokenRequest| {
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
fn debug_text_shows_no_secret() {
    let profile = with(&[("proxy", &format!("http://user:{SECRET}@proxy:3128"))]).unwrap();
    let debug = format!("{profile:?} {:?}", profile.transport.proxy);
    assert!(debug.contains("proxy") && debug.contains("3128"));
    assert!(!debug.contains(SECRET), "{debug}");
    let debug = format!("{:?}", setting("client_secret", SECRET, Source::Define));
    assert!(debug.contains("client_secret") && !debug.contains(SECRET), "{debug}");
}

#[test]
fn sources_have_the_names_of_the_boundary() {
    for source in [Source::Property, Source::Element, Source::Define] {
        assert_eq!(Source::named(source.name()), Some(source));
    }
    assert_eq!(Source::named("dream"), None);
}

#[test]
fn a_refresh_token_from_a_file_is_read_and_its_place_remembered() {
    let kept = |changes: &[(&str, &str)]| with(changes).unwrap().refresh_token;
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
fn a_user_asks_with_the_client_of_the_profile_and_nothing_of_its_own_user() {
    let profile = with(&[("refresh_token", "r"), ("token_param.audience", "api")]).unwrap();
    let ann = profile.for_user("ann", "p w".into());
    assert_eq!(ann.title(), "profile 'demo', user 'ann'");
    assert!(ann.means().refresh_token.is_none() && ann.means().primary);
    assert_eq!(
        ann.request(&Using::Primary).body().expose_secret(),
        "grant_type=password&username=ann&password=p+w&audience=api"
    );
    assert_eq!(
        ann.request(&Using::Refresh("r2".into())).body().expose_secret(),
        "grant_type=refresh_token&refresh_token=r2&audience=api"
    );
    assert!(!format!("{ann:?}").contains("p w"), "a password shows");
}

#[test]
fn limits_and_extras_are_taken_as_written() {
    use tollgate_core::budget::Budget;
    let profile = with(&[
        ("mint_budget", "30/1m"),
        ("max_concurrent_token_requests", "3"),
        ("token_request_spacing", "200ms"),
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
    let request = profile.request(&Using::Primary);
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
fn left_alone_a_profile_refreshes_ahead_and_learns_and_told_to_it_does_not_learn() {
    assert_eq!(with(&[]).unwrap().policy.refresh, Refresh::Ahead { learns: true });
    assert_eq!(with(&[("refresh", "ahead")]).unwrap().policy.refresh, Refresh::Ahead { learns: false });
    assert_eq!(with(&[("refresh", "late")]).unwrap().policy.refresh, Refresh::Late);
}
