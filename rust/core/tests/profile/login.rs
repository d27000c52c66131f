//! Logins that are no OAuth, and refreshes that are other requests than that of RFC 6749 section 6.

use secrecy::ExposeSecret;
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::Source;
use tollgate_core::failure::{Code, Failure};
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::oauth::token_answer::{Reply, read};
use tollgate_core::oauth::token_request::{Method, TokenRequest};
use tollgate_core::time::clock::Wall;

use crate::{Machine, SECRET, setting};

const URL: &str = "https://shop.example.com/api/login";
const ANN: [(&str, &str); 3] = [("grant", "login"), ("username", "ann \"a\""), ("password", SECRET)];
const JSON: (&str, &str) = ("token_body", r#"{"user":"{{username}}","pass":"{{password}}"}"#);

fn validated(pairs: &[(&str, &str)]) -> Result<Profile, Failure> {
    let url = [("token_url", URL)];
    let url = url.iter().filter(|_| !pairs.iter().any(|(key, _)| ["issuer", "token_url"].contains(key)));
    let given: Vec<_> = url.chain(pairs).map(|(key, value)| setting(key, value, Source::Property)).collect();
    Profile::validate("demo", &given, &Machine)
}

fn profile(pairs: &[(&str, &str)]) -> Profile {
    validated(pairs).unwrap_or_else(|failure| panic!("{failure}"))
}

fn of_ann(more: &[(&str, &str)]) -> Profile {
    profile(&[&ANN[..], more].concat())
}

/// Method, URL, headers and body as they go over the wire.
fn wire(request: &TokenRequest) -> String {
    let headers = request.headers.iter();
    let headers: String =
        headers.map(|(name, value)| format!("{name}: {}\n", value.expose_secret())).collect();
    format!("{} {}\n{headers}\n{}", request.method.name(), request.target(), request.body().expose_secret())
}

fn sent(profile: &Profile) -> String {
    wire(&profile.request(&RequestGrant::Primary))
}

fn refreshed(profile: &Profile) -> String {
    wire(&profile.request(&RequestGrant::Refresh("r\"1".into())))
}

#[test]
fn a_login_posts_json_with_the_values_of_the_profile() {
    assert_eq!(
        sent(&of_ann(&[JSON])),
        format!(
            "POST {URL}\naccept: application/json\ncontent-type: application/json\n\n{}",
            r#"{"user":"ann \"a\"","pass":"very-s3cr3t-value"}"#
        )
    );
}

#[test]
fn a_login_posts_a_form_of_templates() {
    let form = of_ann(&[("token_param.u", "{{username}}"), ("token_param.p", "{{password}}&")]);
    assert_eq!(
        sent(&form),
        format!(
            "POST {URL}\naccept: application/json\ncontent-type: application/x-www-form-urlencoded\n\n\
             p=very-s3cr3t-value%26&u=ann+%22a%22"
        )
    );
}

#[test]
fn a_login_by_get_has_its_parameters_in_the_query() {
    let get = profile(&[
        ("grant", "login"),
        ("token_method", "GET"),
        ("client_secret", SECRET),
        ("token_param.apikey", "{{client_secret}}"),
        ("token_url", "https://shop.example.com/token?v=2"),
    ]);
    assert_eq!(
        sent(&get),
        "GET https://shop.example.com/token?v=2&apikey=very-s3cr3t-value\naccept: application/json\n\n"
    );
    assert_eq!(get.endpoint(), "https://shop.example.com/token", "messages have no query");
}

#[test]
fn oauth_by_get_or_put_works_too() {
    let id = [("client_id", "me"), ("client_secret", "s"), ("client_auth", "client_secret_post")];
    let get = profile(&[&id[..], &[("token_method", "GET")]].concat());
    assert!(
        sent(&get)
            .starts_with(&format!("GET {URL}?grant_type=client_credentials&client_id=me&client_secret=s\n"))
    );
    let put = profile(&[&id[..], &[("token_method", "PUT")]].concat());
    assert_eq!(put.request(&RequestGrant::Primary).method, Method::Put);
}

#[test]
fn headers_are_templates_and_replace_those_of_tollgate() {
    let own = of_ann(&[
        ("token_body", "<u>{{username}}</u>"),
        ("token_header.Content-Type", "application/soap+xml; charset=utf-8"),
        ("token_header.Accept", "*/*"),
        ("token_header.Authorization", "ApiKey {{client_secret}}"),
        ("client_secret", "k3y"),
        ("tenant_header", "X-Tenant: acme"),
    ]);
    assert_eq!(
        sent(&own),
        format!(
            "POST {URL}\nx-tenant: acme\naccept: */*\nauthorization: ApiKey k3y\n\
             content-type: application/soap+xml; charset=utf-8\n\n<u>ann &quot;a&quot;</u>"
        )
    );
}

#[test]
fn a_login_authenticates_its_client_where_that_is_set() {
    let basic =
        of_ann(&[JSON, ("client_id", "me"), ("client_secret", "s"), ("client_auth", "client_secret_basic")]);
    assert!(sent(&basic).contains("authorization: Basic bWU6cw==\n"), "{}", sent(&basic));
    let alone = of_ann(&[("token_param.app", "{{client_id}}"), ("client_id", "me")]);
    assert!(sent(&alone).ends_with("\n\napp=me"), "{}", sent(&alone));
}

#[test]
fn parameters_are_values_of_a_body() {
    let own = of_ann(&[
        ("token_body", r#"{"u":"{{username}}","p":"{{password}}","otp":{{otp}},"key":"{{ key }}"}"#),
        ("token_param.otp", "123456"),
        ("token_param.key", "env:GENESYS_SECRET"),
    ]);
    assert!(sent(&own).ends_with(r#""otp":123456,"key":"very-s3cr3t-value"}"#), "{}", sent(&own));
}

#[test]
fn users_of_a_login_sign_in_with_it() {
    let shop = profile(&[("grant", "login"), JSON]);
    let lack = shop.lacks_user.clone().unwrap();
    assert_eq!(lack.code, Code::Config);
    assert!(lack.message.contains("username (or forUser(name, password)) is missing"), "{lack}");
    let bob = shop.for_user("bob", "p\"w".into());
    assert!(bob.lacks_user.is_none() && bob.check_filled_in().is_ok());
    assert!(sent(&bob).ends_with(r#"{"user":"bob","pass":"p\"w"}"#), "{}", sent(&bob));
    assert_eq!(bob.user(), Some("bob"));
}

#[test]
fn a_login_refreshes_by_the_request_that_is_described() {
    let plain = of_ann(&[JSON]);
    assert!(!plain.can_refresh(), "nobody said how");
    let json = of_ann(&[
        JSON,
        ("refresh_url", "https://shop.example.com/api/refresh"),
        ("refresh_body", r#"{"refresh":"{{refresh_token}}","user":"{{username}}"}"#),
        ("token_header.X-Key", "{{client_secret}}"),
        ("client_secret", "k3y"),
    ]);
    assert!(json.can_refresh());
    assert_eq!(
        refreshed(&json),
        format!(
            "POST https://shop.example.com/api/refresh\naccept: application/json\n\
             content-type: application/json\nx-key: k3y\n\n{}",
            r#"{"refresh":"r\"1","user":"ann \"a\""}"#
        )
    );
    let header = of_ann(&[
        JSON,
        ("refresh_method", "GET"),
        ("refresh_header.Authorization", "Bearer {{refresh_token}}"),
    ]);
    let request = header.request(&RequestGrant::Refresh("r1".into()));
    assert_eq!(wire(&request), format!("GET {URL}\naccept: application/json\nauthorization: Bearer r1\n\n"));
}

#[test]
fn a_refresh_url_without_an_endpoint_says_nothing_of_the_token_url() {
    let profile = of_ann(&[
        JSON,
        ("refresh_url", "https://shop.example.com/api/refresh"),
        ("refresh_body", r#"{"refresh":"{{refresh_token}}"}"#),
    ]);
    for (using, of_token_url) in [(RequestGrant::Primary, true), (RequestGrant::Refresh("r1".into()), false)]
    {
        let reply = Reply { status: 404, headers: &[], body: b"" };
        let request = profile.request(&using);
        let refusal =
            read(reply, Wall(0), &profile.client, &request, None, &profile.answer_format).unwrap_err();
        assert_eq!(refusal.of_token_url, of_token_url, "{}", request.url);
    }
}

#[test]
fn an_oauth_refresh_can_be_another_request() {
    let id = [("client_id", "me"), ("client_secret", "s")];
    let url = profile(&[&id[..], &[("refresh_url", "https://shop.example.com/refresh")]].concat());
    let request = url.request(&RequestGrant::Refresh("r1".into()));
    assert_eq!(request.url.as_str(), "https://shop.example.com/refresh");
    assert_eq!(request.body().expose_secret(), "grant_type=refresh_token&refresh_token=r1");
    assert_eq!(url.request(&RequestGrant::Primary).url.as_str(), URL);
    let body = profile(&[&id[..], &[("refresh_body", r#"["{{refresh_token}}"]"#)]].concat());
    assert!(
        refreshed(&body).ends_with("content-type: application/json\n\n[\"r\\\"1\"]"),
        "{}",
        refreshed(&body)
    );
}

#[test]
fn mistakes_name_setting_place_and_remedy() {
    let body = |text: &'static str| [JSON.0, text];
    for (pairs, parts) in [
        (
            &[(body(r#"{"u":"{{usrname}}"}"#)[0], body(r#"{"u":"{{usrname}}"}"#)[1])][..],
            &["token_body (from property)", "at character 7", "did you mean {{username}}?"][..],
        ),
        (
            &[("token_body", r#"{"u":"{{very-s3cr3t-value}}"}"#)],
            &["token_body", "at character 7", "name one of username, password"],
        ),
        (&[("token_body", "{{refresh_token}}")], &["token_body", "at character 1"]),
        (&[("token_body", r#"{"u":"{{username"}"#)], &["token_body", "{{ at character 7 and no }}"]),
        (
            &[("token_body", r#"{"u":{{username}},"p":"{{password}}"}"#)],
            &["token_body is no JSON once its values are filled in (line 1, column 6)", "in quotes"],
        ),
        (
            &[JSON, ("token_header.X-Key", "{{username}}"), ("username", "\u{e4}")],
            &["token_header.x-key has a value that no header can have once"],
        ),
        (&[JSON, ("token_header.Host", "x")], &["token_header.Host", "Tollgate sets itself"]),
        (&[JSON, ("token_header.X-Key", "\u{e4}{{username}}")], &["token_header.X-Key", "printable ASCII"]),
        (&[JSON, ("token_method", "GET")], &["token_body", "a GET has no body"]),
        (&[JSON, ("token_method", "DELETE")], &["token_method", "POST, PUT, GET"]),
        (&[JSON, ("client_secret", "s")], &["client_secret", "client_auth=none uses none"]),
        (&[JSON, ("token_param.pin", "1")], &["token_param.pin", "no template names {{pin}}", "remove it"]),
        (&[JSON, ("token_header.X", "{{scope}}")], &["scope is missing"]),
        (&[JSON, ("refresh_token", "r")], &["refresh_token", "set refresh_url, refresh_body"]),
        (
            &[JSON, ("client_id", "c"), ("client_secret", "s"), ("client_auth", "client_secret_post")],
            &["client_auth", "token_body is the body", "name {{client_id}}"],
        ),
        (&[JSON, ("issuer", "https://a.example")], &["issuer", "grant=login is no OAuth"]),
        (&[("grant", "password"), JSON], &["token_body", "set grant=login"]),
        (&[JSON, ("refresh_url", "http://a.example")], &["refresh_url", "plain http"]),
    ] {
        let all: Vec<_> = ANN
            .iter()
            .filter(|(key, _)| !pairs.iter().any(|(other, _)| other == key))
            .chain(pairs)
            .copied()
            .collect();
        let failure = validated(&all).expect_err("wrong");
        assert_eq!(failure.code, Code::Config, "{failure}");
        for part in parts {
            assert!(failure.message.contains(part), "{failure} lacks {part}");
        }
        assert!(!failure.message.contains("s3cr3t") && !failure.message.contains("ann"), "{failure}");
    }
}

#[test]
fn what_a_user_makes_of_a_body_is_checked() {
    let number = [("grant", "login"), ("token_body", r#"{"id":{{username}},"p":"{{password}}"}"#)];
    let number = profile(&number);
    assert!(number.for_user("12", "p".into()).check_filled_in().is_ok());
    let failure = number.for_user("ann", SECRET.into()).check_filled_in().unwrap_err();
    assert_eq!(failure.code, Code::Config);
    assert!(failure.message.contains("user 'ann': token_body is no JSON"), "{failure}");
    assert!(!failure.message.contains(SECRET), "{failure}");
}

/// Whatever of the body a server repeats: values that were filled in, and secrets that stand in the template.
#[test]
fn an_echo_of_a_body_is_redacted() {
    for body in [
        r#"{"user":"{{username}}","pass":"{{password}}","key":"lit3ral-key"}"#,
        "user={{username}}&pass={{password}}&key=lit3ral-key",
        "<l><user>{{username}}</user><p key='lit3ral-key'>{{password}}</p></l>",
        "{{username}} {{password}} lit3ral-key",
    ] {
        let profile = of_ann(&[("token_body", body), ("token_header.X-Key", "lit3ral-key-2")]);
        let request = profile.request(&RequestGrant::Primary);
        for echo in ["very-s3cr3t-value lit3ral-key lit3ral-key-2", request.body().expose_secret()] {
            if body.starts_with("{{") && echo.starts_with("very") {
                continue; // of plain text it is not known which word is secret
            }
            let reply = Reply { status: 401, headers: &[], body: echo.as_bytes() };
            let refusal =
                read(reply, Wall(0), &profile.client, &request, None, &profile.answer_format).unwrap_err();
            assert!(!format!("{refusal:?}").contains("s3cr3t"), "{refusal:?}");
            assert!(!format!("{refusal:?}").contains("lit3ral"), "{refusal:?}");
        }
        assert!(!format!("{profile:?}").contains("lit3ral"), "{profile:?}");
        assert!(!format!("{request:?}").contains("s3cr3t"), "{request:?}");
    }
}
