//! Settings that are wrong.

use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::Source;
use tollgate_core::failure::Code;

use crate::{Machine, SECRET, mistake_in, setting};

#[test]
fn every_mistake_names_setting_source_and_remedy() {
    for (changes, parts) in [
        (
            &[("client_secert", SECRET)][..],
            &["client_secert (from property)", "did you mean client_secret?"][..],
        ),
        (&[("clientid", "x")], &["clientid", "did you mean client_id?"]),
        (&[("scopes", "x")], &["did you mean scope?"]),
        (&[("refreshMargin", "x")], &["did you mean refresh_margin?"]),
        (&[("wholly_unheard_of", "x")], &["known settings are preset, token_url, issuer"]),
        (&[("client_id", " ")], &["client_id is missing", "set tollgate.profile.demo.client_id"]),
        (&[("client_secret", "")], &["client_secret is missing"]),
        (&[("token_url", "")], &["token_url (or region, or issuer) is missing"]),
        (
            &[("refresh_margin", "5")],
            &["refresh_margin (from property)", "'5', a number without a unit", "5m"],
        ),
        (&[("token_timeout", "five")], &["'five', which is not a duration", "300ms"]),
        (&[("token_timeout", "-5s")], &["is not a duration"]),
        (&[("token_timeout", "2h")], &["out of bounds", "choose from 1ms to 1h"]),
        (&[("default_lifetime", "10ms")], &["out of bounds"]),
        (&[("rate_headers", "off")], &["rate_headers (from property) is 'off'", "true, false"]),
        (&[("max_retry_after", "180")], &["max_retry_after (from property)", "a number without a unit"]),
        (&[("max_retry_after", "0s")], &["max_retry_after", "out of bounds", "choose from 1s to"]),
        (&[("max_retry_after", "9000h")], &["max_retry_after", "out of bounds"]),
        (
            &[("request_timeout", "2s"), ("connect_timeout", "3s")],
            &["connect_timeout", "longer than request_timeout"],
        ),
        (&[("token_url", "login.example.com/oauth/token")], &["is not a URL", "write it like https://"]),
        (&[("token_url", "${url}")], &["'${url}' is not a URL"]),
        (&[("token_url", "ftp://example.com/")], &["the scheme 'ftp'"]),
        (&[("token_url", "file:/etc/hosts")], &["token_url (from property) 'file:/etc/hosts' is not a URL"]),
        (&[("token_url", "https://a:b@example.com/t")], &["contains a user or password", "client_id"]),
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
                "username (from property) is set, but grant=client_credentials does not use it",
                "grant=password",
            ],
        ),
        (
            &[("password", SECRET), ("grant", "refresh_token"), ("refresh_token", "r")],
            &["password", "does not use it"],
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
        (
            &[("allowed_hosts", "a.example https://b.example")],
            &[
                "allowed_hosts (from property) contains 'https://b.example', which is no host",
                "localhost:8443",
            ],
        ),
        (&[("tenant_header", "acme")], &["tenant_header (from property) is 'acme'", "X-Tenant: acme"]),
        (&[("tenant_header", "X Tenant: acme")], &["tenant_header", "a name that no header can have"]),
        (&[("tenant_header", "X-Tenant: \u{e4}")], &["tenant_header", "a value that no header can have"]),
        (&[("tenant_header", "Authorization: x")], &["tenant_header", "Tollgate sets itself"]),
        (
            &[("tenant_header", "X-Tenant: a"), ("token_header.x-tenant", "b")],
            &["tenant_header", "token_header sets too"],
        ),
        (&[("pacing", "on")], &["pacing (from property) is 'on'", "off, rate_headers"]),
        (&[("rate_reset_unit", "ms")], &["rate_reset_unit (from property) is 'ms'", "seconds, milliseconds"]),
        (
            &[("rejection_statuses", "403, 200")],
            &[
                "rejection_statuses (from property) contains '200'",
                "no status of a failed request",
                "403, 419, 498",
            ],
        ),
        (&[("token_place", "body")], &["token_place (from property) is 'body'", "header, cookie, query"]),
        (&[("token_place", "cookie")], &["token_name is missing", "tollgate.profile.demo.token_name"]),
        (&[("token_name", "X Token")], &["token_name", "a name that no header can have"]),
        (&[("token_name", "Host")], &["token_name", "Tollgate sets itself"]),
        (&[("token_place", "query"), ("token_name", "a=b")], &["token_name", "no name of a parameter"]),
        (
            &[("token_place", "query"), ("token_scheme", "Token")],
            &["token_scheme (from property) is 'Token'", "in a query", "token_place=header"],
        ),
        (&[("token_scheme", "T\u{f6}ken")], &["token_scheme", "characters that no header can have"]),
        (
            &[("dpop", "true"), ("token_scheme", "Token")],
            &["token_scheme", "Authorization: DPoP", "remove it, or dpop"],
        ),
        (
            &[("api_header.X-Key", "very-s3cr3t-value\n")],
            &["api_header.X-Key", "a value that no header can have"],
        ),
        (&[("api_header.authorization", SECRET)], &["api_header.authorization", "token_name sets too"]),
        (
            &[("api_header.x-tenant", SECRET), ("tenant_header", "X-Tenant: a")],
            &["api_header.x-tenant", "tenant_header sets too"],
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
        (&[("client_auth", "basic")], &["client_secret_basic, client_secret_basic_raw, client_secret_post"]),
        (&[("tls_verify", "no")], &["is 'no'", "true, false"]),
        (&[("dpop", "yes")], &["dpop (from property) is 'yes'", "true, false"]),
        (&[("dpop_key", SECRET)], &["dpop_key (from property)", "no token is bound to it", "set dpop=true"]),
        (
            &[("dpop", "true"), ("dpop_key", "broken")],
            &["dpop_key (from property) is of no use", "dpop_key=file:PATH"],
        ),
        (&[("token_header.DPoP", "x")], &["token_header.DPoP"]),
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
        let message = mistake_in(changes);
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
fn a_misplaced_secret_is_not_shown() {
    for key in ["refresh_margin", "client_auth", "region", "token_url", "tls_verify", "proxy", "ca_file"] {
        for value in ["env:GENESYS_SECRET", "file:/secrets/unix"] {
            let message = match key {
                "region" => mistake_in(&[("token_url", ""), (key, value)]),
                _ => mistake_in(&[(key, value)]),
            };
            assert!(message.contains(key), "{message}");
        }
    }
    for url in [
        format!("https://demo:{SECRET}@:80/t"),
        format!("https://demo:{SECRET}@login.example.com/t"),
        format!("login.example.com/t?secret={SECRET}"),
    ] {
        mistake_in(&[("token_url", &url)]);
    }
    mistake_in(&[("proxy", &format!("ftp://u:{SECRET}@proxy"))]);
}

#[test]
fn an_undefined_profile_says_how_to_define_it() {
    let failure = Profile::validate("ghost", &[], &Machine).unwrap_err();
    assert_eq!(failure.code, Code::Config);
    for part in ["'ghost' is not defined", "tollgate.profile.ghost.token_url", "Tollgate.define('ghost'"] {
        assert!(failure.message.contains(part), "{failure}");
    }
}

#[test]
fn an_invalid_profile_name_is_shown_shortened() {
    for bad in ["", "a b", "a.b", "ünï", "a/b", "a\nb", &"x y".repeat(1000)] {
        let failure = Profile::validate(bad, &[], &Machine).unwrap_err();
        assert_eq!(failure.code, Code::Config);
        assert!(failure.message.contains("can't name a profile"), "{failure}");
        assert!(failure.message.len() < 200 && !failure.message.contains('\n'), "{failure}");
    }
}

#[test]
fn a_mistake_in_a_form_is_told_by_the_label_of_its_field() {
    let of = |key: &str, value: &str| setting(key, value, Source::Element);
    let message = |given: &[_]| Profile::validate("demo", given, &Machine).map(|_| ()).unwrap_err().message;
    let url = of("token_url", "https://login.example.com/token");
    let missing = message(&[url.clone(), of("client_id", "demo")]);
    assert_eq!(
        missing,
        "profile 'demo': client_secret is missing; fill in 'Client secret', or set \
         tollgate.profile.demo.client_secret in user.properties"
    );
    let account = message(&[of("preset", "zoom")]);
    assert!(account.contains("fill in 'Account ID'"), "{account}");
    let header = message(&[url.clone(), of("token_header.Host", "x")]);
    assert!(
        header.contains("token_header.Host (from 'Token request header Host' of the element)"),
        "{header}"
    );
    let wrong = message(&[url, of("refresh_margin", "5")]);
    assert!(
        wrong.starts_with("profile 'demo': refresh_margin (from 'Refresh margin' of the element) is '5'"),
        "{wrong}"
    );
}
