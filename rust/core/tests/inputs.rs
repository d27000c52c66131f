//! What holds for every answer of a server and every setting of a user.

#![allow(clippy::unwrap_used)] // a panic is a failed test

use std::collections::hash_map::RandomState;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use secrecy::ExposeSecret;
use tollgate_core::config::answer_rules::AnswerRules;
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, Source, TABLE, ValueSource};
use tollgate_core::failure::Code;
use tollgate_core::http::rate_headers::quotas;
use tollgate_core::machine::api_answer::ApiAnswer;
use tollgate_core::machine::api_gate::Signal;
use tollgate_core::oauth::assertion::Algorithm;
use tollgate_core::oauth::client_auth::{Client, ClientAuth};
use tollgate_core::oauth::grant::{Grant, Primary, RequestGrant};
use tollgate_core::oauth::token_answer::{AnswerFormat, Reply, read};
use tollgate_core::oauth::token_request::TokenRequest;
use tollgate_core::time::clock::Wall;
use url::form_urlencoded::byte_serialize;

struct NoOutside;

impl ValueSource for NoOutside {
    fn env(&self, _: &str) -> Option<String> {
        None
    }
    fn is_missing(&self, path: &str) -> bool {
        self.file(path).is_err()
    }

    fn file(&self, path: &str) -> Result<String, String> {
        Ok(format!("-----BEGIN CERTIFICATE-----{path}"))
    }

    fn algorithm_of(&self, _: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
        wanted.ok_or_else(|| "is no key".into())
    }
}

const BASE: [(&str, &str); 4] = [
    ("token_url", "https://login.example.com/oauth/token"),
    ("client_id", "base-id"),
    ("client_secret", "base-secret"),
    ("scope", "base"),
];

fn profile(changes: &[(&str, String)]) -> Profile {
    let given: Vec<_> = BASE
        .iter()
        .filter(|(key, _)| !changes.iter().any(|(changed, _)| changed == key))
        .map(|(key, value)| (*key, (*value).to_owned()))
        .chain(changes.iter().cloned())
        .map(|(key, value)| Setting { key: key.to_owned(), value, source: Source::Define })
        .collect();
    Profile::validate("p", &given, &NoOutside).unwrap()
}

/// A setting that changes what the server sees or how it is reached.
fn request_setting() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        "[a-z]{1,12}".prop_map(|path| ("token_url", format!("https://login.example.com/{path}"))),
        "[a-z]{1,12}"
            .prop_map(|query| ("token_url", format!("https://login.example.com/oauth/token?{query}"))),
        "[!-~]{1,20}".prop_map(|id| ("client_id", format!("literal:{id}"))),
        "[!-~]{1,20}".prop_map(|secret| ("client_secret", format!("literal:{secret}"))),
        "[a-z]{1,8}( [a-z]{1,8}){0,3}".prop_map(|scope| ("scope", scope)),
        Just(("client_auth", "client_secret_post".to_owned())),
        Just(("tls_verify", "false".to_owned())),
        (1..9999_u16).prop_map(|port| ("proxy", format!("http://proxy:{port}"))),
        "[a-z]{1,9}".prop_map(|password| ("proxy", format!("http://user:{password}@proxy:3128"))),
        Just(("proxy", "none".to_owned())),
        "[a-z]{1,9}".prop_map(|path| ("ca_file", path)),
        "[!-~]{1,20}".prop_map(|token| ("refresh_token", format!("literal:{token}"))),
        "[a-z]{1,9}".prop_map(|path| ("refresh_token", format!("file:{path}"))),
        "[a-z]{1,9}".prop_map(|value| ("tenant_header", format!("X-Tenant: {value}"))),
        "[a-z]{1,9}".prop_map(|value| ("token_header.x-key", value)),
        "[a-z]{1,9}".prop_map(|value| ("token_param.team", value)),
        Just(("dpop", "true".to_owned())),
        Just(("token_method", "PUT".to_owned())),
        Just(("refresh_method", "PUT".to_owned())),
        "[a-z]{1,9}".prop_map(|path| ("refresh_url", format!("https://login.example.com/{path}"))),
        "[a-z]{1,9}".prop_map(|text| ("refresh_body", format!("{text} {{{{refresh_token}}}}"))),
        "[a-z]{1,9}".prop_map(|value| ("refresh_header.x-key", value)),
    ]
}

/// A setting that changes the request of a login.
fn login_request_setting() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        "[ -~]{1,20}".prop_map(|value| ("username", format!("literal:x{value}"))),
        "[ -~]{1,20}".prop_map(|value| ("password", format!("literal:x{value}"))),
        "[ -~]{1,20}".prop_map(|value| ("client_secret", format!("literal:x{value}"))),
        "[ -~]{1,20}".prop_map(|value| ("token_param.pin", format!("literal:x{value}"))),
        "[a-z]{1,9}".prop_map(|value| ("token_header.Content-Type", format!("application/{value}+json"))),
        "[a-z]{1,9}".prop_map(|value| ("token_header.X-Key", format!("{value} {{{{client_secret}}}}"))),
        "[a-z]{1,9}".prop_map(|key| (
            "token_body",
            format!(r#"["{key}","{{{{username}}}}","{{{{password}}}}","{{{{pin}}}}"]"#)
        )),
        "[a-z]{1,9}".prop_map(|path| ("refresh_url", format!("https://login.example.com/{path}"))),
        Just(("token_method", "PUT".to_owned())),
    ]
}

const LOGIN: [(&str, &str); 7] = [
    ("grant", "login"),
    ("username", "ann"),
    ("password", "base-password"),
    ("token_param.pin", "1234"),
    ("token_header.Key", "{{client_secret}}"),
    ("token_body", r#"{"u":"{{username}}","p":"{{password}}","pin":"{{pin}}"}"#),
    ("scope", ""),
];

fn login(changes: &[(&'static str, String)]) -> Profile {
    let base = LOGIN.iter().filter(|(key, _)| !changes.iter().any(|(changed, _)| changed == key));
    let base = base.map(|(key, value)| (*key, (*value).to_owned()));
    profile(&base.chain(changes.iter().cloned()).collect::<Vec<_>>())
}

/// A setting that changes only when requests are sent and who waits for them.
fn silent() -> impl Strategy<Value = (&'static str, String)> {
    let seconds = |key: &'static str| (5..15_u32).prop_map(move |n| (key, format!("{n}s")));
    prop_oneof![
        seconds("refresh_margin"),
        seconds("refresh_interval"),
        seconds("default_lifetime"),
        seconds("token_timeout"),
        seconds("request_timeout"),
        seconds("backoff_base"),
        seconds("backoff_throttle_base"),
        seconds("backoff_cap"),
        seconds("max_retry_after"),
        seconds("rejection_backoff"),
        seconds("permanent_cooldown"),
        seconds("max_pause"),
        seconds("drain_timeout"),
        seconds("token_request_spacing"),
        Just(("refresh", "drain".to_owned())),
        Just(("refresh", "late".to_owned())),
        Just(("max_concurrent_token_requests", "3".to_owned())),
        Just(("mint_budget", "30/1m".to_owned())),
        Just(("connect_timeout", "1s".to_owned())),
        Just(("on_token_failure", "stop_test".to_owned())),
        Just(("allow_http", "true".to_owned())),
        Just(("rate_headers", "false".to_owned())),
        Just(("rate_reset_unit", "milliseconds".to_owned())),
        Just(("pacing", "rate_headers".to_owned())),
        Just(("limit_text", "busy".to_owned())),
        Just(("rejection_text", "expired".to_owned())),
        Just(("rejection_statuses", "403, 498".to_owned())),
        Just(("token_place", "query".to_owned())),
        Just(("token_name", "X-Auth-Token".to_owned())),
        Just(("token_scheme", "none".to_owned())),
        Just(("api_header.X-Api-Key", "k".to_owned())),
        Just(("grant", "client_credentials".to_owned())),
        Just(("client_auth", "client_secret_basic".to_owned())),
        Just(("scope", "  base ".to_owned())),
    ]
}

/// The request of a client that asks for nothing special.
fn plain(client: &Client) -> TokenRequest {
    let grant = Grant::of(Primary::ClientCredentials);
    let url = url::Url::parse("https://login.example.com/token").unwrap();
    TokenRequest::new(&url, client, &grant, &grant.primary, &RequestGrant::Primary)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Two profiles share a token only if the server can't tell their requests apart.
    #[test]
    fn the_cache_key_follows_the_request(one in request_setting(), other in request_setting(), quiet in silent()) {
        let keys = [RandomState::new(), RandomState::new()];
        let key = |changes: &[(&'static str, String)]| {
            let profile = profile(changes);
            profile.identity().cache_key(&profile.route(), &keys)
        };
        let base = key(&[]);
        let same = BASE.iter().any(|(name, value)| (*name, format!("literal:{value}")) == one || (*name, (*value).to_owned()) == one);
        prop_assert_eq!(key(std::slice::from_ref(&one)) == base, same, "{:?}", &one);
        prop_assert_eq!(key(std::slice::from_ref(&quiet)), base, "{:?}", &quiet);
        if one.0 != other.0 {
            let both = key(&[one.clone(), other.clone()]);
            prop_assert!(both != key(std::slice::from_ref(&one)) || both != key(std::slice::from_ref(&other)));
        }
        prop_assert_eq!(key(std::slice::from_ref(&one)) == key(std::slice::from_ref(&other)), one == other || same && key(&[other]) == base);
    }

    /// The same of logins.
    #[test]
    fn the_cache_key_follows_the_login(one in login_request_setting(), other in login_request_setting(), quiet in silent()) {
        prop_assume!(!matches!(quiet.0, "grant" | "client_auth"));
        let keys = [RandomState::new(), RandomState::new()];
        let key = |changes: &[(&'static str, String)]| login(changes).cache_key(&keys);
        prop_assert_ne!(key(std::slice::from_ref(&one)), key(&[]), "{:?}", &one);
        prop_assert_eq!(key(std::slice::from_ref(&quiet)), key(&[]), "{:?}", &quiet);
        prop_assert_eq!(key(std::slice::from_ref(&one)) == key(std::slice::from_ref(&other)), one == other);
    }

    /// Whatever a value is, the body stays JSON, and the value arrives as it is.
    #[test]
    fn a_value_arrives_in_json_as_it_is(password in "\\PC{1,40}|[ -~\n\t]{1,40}") {
        prop_assume!(!password.trim().is_empty());
        let profile = login(&[("password", format!("literal:{password}"))]);
        let body = profile.request(&RequestGrant::Primary).body();
        let json: serde_json::Value = serde_json::from_str(body.expose_secret()).unwrap();
        prop_assert_eq!(json["p"].as_str(), Some(&*password));
    }

    /// However a server echoes what was filled into a body, no text holds it.
    #[test]
    fn no_text_holds_what_was_filled_in(password in "[!-~]{12,40}", pin in "[!-~]{12,40}", form in 0..4_usize) {
        let profile =
            login(&[("password", format!("literal:{password}")), ("token_param.pin", format!("literal:{pin}"))]);
        let request = profile.request(&RequestGrant::Primary);
        let json = |text: &str| serde_json::Value::from(text).to_string().trim_matches('"').to_owned();
        let echo = match form {
            0 => format!("{password} {pin}"),
            1 => format!("{} {}", json(&password), json(&pin)),
            2 => byte_serialize(format!("{password} {pin}").as_bytes()).collect(),
            _ => request.body().expose_secret().to_owned(),
        };
        let reply = Reply { status: 401, headers: &[], body: echo.as_bytes() };
        let refusal = read(reply, Wall(0), &profile.client, &request, None, &AnswerFormat::default()).unwrap_err();
        for secret in [&password, &pin] {
            prop_assert!(!refusal.message.contains(secret.as_str()), "{} in {}", secret, refusal.message);
        }
    }

    /// Whatever a server sends, it is read without a panic, and told in one line of bounded length.
    #[test]
    fn no_answer_breaks_the_reader(
        status in any::<u16>(),
        names in prop::collection::vec(prop_oneof![
            Just("retry-after"), Just("Date"), Just("location"), Just("x-request-id"), Just("inin-ratelimit-reset"),
            Just("content-type"), Just("content-encoding"),
        ], 0..4),
        values in prop::collection::vec(prop_oneof![
            "[0-9]{1,25}", "\\PC{0,30}", Just("Fri, 31 Dec 9999 23:59:59 GMT".to_owned()),
            Just("application/x-www-form-urlencoded".to_owned()),
        ], 4),
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            "\\PC{0,50}<(title|TITLE)>\\PC{0,50}(</title>)?".prop_map(|html| format!("<{html}").into_bytes()),
            ("[!-~]{0,30}", "-?[0-9.e]{1,12}").prop_map(|(token, life)| {
                format!(r#"{{"access_token":"{token}","expires_in":{life}}}"#).into_bytes()
            }),
            "(\u{feff})?((access_token|expires_in|expires|error|token_type)=[%+ -~]{0,12}&?){1,5}".prop_map(String::into_bytes),
            "\\{(\"(access_token|expires_in|error|scope)\":(\"[a-z0-9]{0,4}\"|[0-9]{1,4}|null|true|\\[\\]),?){0,5}\\}"
                .prop_map(String::into_bytes),
            (any::<f64>(), "[A-Za-z0-9_-]{0,40}").prop_map(|(life, claims)| {
                serde_json::json!({"access_token": format!("a.{claims}.b"), "expires_in": life}).to_string().into_bytes()
            }),
        ],
        received in any::<i64>(),
    ) {
        let headers: Vec<_> = names.iter().map(|name| (*name).to_owned()).zip(values).collect();
        let client = Client { id: "id".into(), secret: "s3cr3t".into(), auth: ClientAuth::SecretBasic, assertion: None };
        let reply = Reply { status, headers: &headers, body: &body };
        if let Err(refusal) = read(reply, Wall(received), &client, &plain(&client), Some("a b"), &AnswerFormat::default()) {
            let described = refusal.describe(&profile(&[]));
            prop_assert!(described.chars().count() < 1000 && !described.contains('\n'), "{}", described);
        }
        let (quotas, received) = (quotas(&headers, Wall(received)), Wall(received));
        let body = &String::from_utf8_lossy(&body);
        let answer = ApiAnswer { status, headers: &headers, body, finding: None, quotas: &quotas, received };
        let rules = AnswerRules { rate_headers: true, ..AnswerRules::default() };
        prop_assert!(!answer.is_rejection(&rules) || answer.signal(&rules, None) != Some(Signal::Fine));
    }

    /// Whatever a user writes into a profile, it is read without a panic; what is refused is refused as `CONFIG`.
    #[test]
    fn no_settings_break_the_validation(
        name in "\\PC{0,12}",
        given in prop::collection::vec((0..TABLE.len() + 1, prop_oneof!["\\PC{0,30}", "[0-9]{0,20}(ms|s|m|h)?", Just("env:X".to_owned()), "https?://\\PC{0,12}"]), 0..12),
    ) {
        let given: Vec<_> = given
            .into_iter()
            .map(|(key, value)| Setting {
                key: TABLE.get(key).map_or_else(|| value.clone(), |row| row.key.to_owned()),
                value,
                source: Source::Property,
            })
            .collect();
        for name in [name.as_str(), "p"] {
            if let Err(failure) = Profile::validate(name, &given, &NoOutside) {
                prop_assert_eq!(failure.code, Code::Config);
            }
        }
    }

    /// However a server echoes the client's secret, no text that Tollgate makes of it holds the secret.
    #[test]
    fn no_text_holds_the_secret(
        id in "[!-~]{1,20}",
        secret in "[!-~]{12,60}",
        auth in prop_oneof![Just(ClientAuth::SecretBasic), Just(ClientAuth::SecretBasicRaw), Just(ClientAuth::SecretPost)],
        status in prop_oneof![Just(200_u16), 100..600_u16],
        shape in 0..8_usize,
        form in 0..4_usize,
        (before, after) in ("[ -~\n]{0,400}", "\\PC{0,40}"),
        repeated in 1..30_usize,
    ) {
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let forms = [
            secret.clone(),
            encode(&secret),
            STANDARD.encode(format!("{id}:{secret}")),
            STANDARD.encode(format!("{}:{}", encode(&id), encode(&secret))),
        ];
        let echo = format!("{before}{}{after}", forms[form].repeat(repeated));
        let body = match shape {
            0 => echo.clone(),
            1 => serde_json::json!({"error": echo, "error_description": echo}).to_string(),
            2 => serde_json::json!({"code": "x", "message": echo}).to_string(),
            3 => serde_json::json!({echo.clone(): 1}).to_string(),
            4 => format!("<html><title>{echo}</title>{echo}"),
            5 => serde_json::json!({"access_token": "t", "token_type": echo}).to_string(),
            6 => format!("error={}&error_description={}", encode(&echo), forms[form]),
            _ => serde_json::json!({"access_token": "t", "expires_in": echo}).to_string(),
        };
        let headers = [("Location".to_owned(), echo.clone()), ("X-Request-Id".to_owned(), echo)];
        let client = Client { id, secret: secret.clone().into(), auth, assertion: None };
        let reply = Reply { status, headers: &headers, body: body.as_bytes() };
        let Err(refusal) = read(reply, Wall(0), &client, &plain(&client), None, &AnswerFormat::default()) else { return Ok(()) };
        let profile = profile(&[]);
        let texts = [
            refusal.message.clone(),
            refusal.error.clone().unwrap_or_default().into(),
            refusal.correlation.clone().unwrap_or_default().into(),
            refusal.describe(&profile),
            refusal.advice(&profile),
            format!("{refusal:?}"),
            format!("{client:?}"),
        ];
        for text in &texts {
            for form in &forms {
                prop_assert!(!text.contains(form.as_str()), "{} in {}", form, text);
            }
        }
    }
}
