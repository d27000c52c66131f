//! Every class of answer a token endpoint can give, as tables.

use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::client_auth::ClientAuth;
use crate::clock::Mono;
use crate::grant::{Grant, Primary, Using};

const SECRET: &str = "s3cr3t/with+odd chars";
const REFRESH: &str = "r3fresh/with+odd chars";
const HEADER: &str = "h3ader/with+odd chars";
const PARAM: &str = "p4ram/with+odd chars";

fn client() -> Client {
    Client { id: "my client".into(), secret: SECRET.into(), auth: ClientAuth::SecretBasic, assertion: None }
}

/// The request that `client` sent: with a refresh token and whatever a profile adds.
fn request(client: &Client) -> TokenRequest {
    let grant = Grant {
        primary: Primary::ClientCredentials,
        scope: None,
        audience: vec![],
        resource: vec![],
        headers: vec![("x-key".into(), HEADER.into())],
        params: vec![("pin".into(), PARAM.into()), ("n".into(), "as".into())],
    };
    let url = url::Url::parse("https://login.example.com/oauth/token").unwrap();
    TokenRequest::new(&url, client, &grant, &Using::Refresh(REFRESH.into()))
}

fn headers_of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Result<Minted, Refusal> {
    let headers = headers_of(headers);
    let reply = Reply { status, headers: &headers, body: body.as_bytes() };
    read(reply, Wall(0), &client(), &request(&client()), Some("read write"))
}

fn refused(status: u16, body: &str) -> Refusal {
    answer(status, &[], body).expect_err("this answer holds no token")
}

fn minted(body: &str) -> Minted {
    answer(200, &[], body).expect("this answer holds a token")
}

fn lifetime(expires_in: &str) -> Result<Option<Duration>, String> {
    answer(200, &[], &format!(r#"{{"access_token":"t0ken","token_type":"bearer"{expires_in}}}"#))
        .map(|minted| minted.lifetime)
        .map_err(|refusal| refusal.words)
}

#[test]
fn a_plain_answer_is_a_token() {
    let minted =
        minted(r#"{"access_token":"t0ken","token_type":"Bearer","expires_in":86399,"refresh_token":"r"}"#);
    assert_eq!(minted.secret.expose_secret(), "t0ken");
    assert_eq!(minted.lifetime, Some(Duration::from_secs(86_399)));
    assert!(minted.missing_scopes.is_empty());
}

#[test]
fn expires_in_is_read_in_every_form_servers_send() {
    let seconds = |s: f64| Ok(Some(Duration::from_secs_f64(s)));
    for (sent, read) in [
        (r#","expires_in":3600"#, seconds(3600.0)),
        (r#","expires_in":3599.5"#, seconds(3599.5)),
        (r#","expires_in":"3600""#, seconds(3600.0)),
        (r#","expires_in":" 60 ""#, seconds(60.0)),
        (r#","expires_in":0"#, seconds(0.0)),
        (r#","expires_in":-1"#, seconds(0.0)),
        (r#","expires_in":"-1""#, seconds(0.0)),
        (r#","expires_in":38880000"#, seconds(38_880_000.0)),
        (r#","expires_in":1e300"#, Ok(Some(LONGEST_LIFE))),
        (r#","expires_in":10000000000"#, Ok(Some(LONGEST_LIFE))),
        (r#","expires_in":18446744073709551615"#, Ok(Some(LONGEST_LIFE))),
        (r#","expires_in":"inf""#, Ok(Some(LONGEST_LIFE))),
        (r#","expires_in":null"#, Ok(None)),
        ("", Ok(None)),
    ] {
        assert_eq!(lifetime(sent), read, "{sent}");
    }
    for junk in ["\"\"", "\"soon\"", "\"NaN\"", "true", "[]", "{}", "\"1h\""] {
        let refused = lifetime(&format!(r#","expires_in":{junk}"#));
        assert_eq!(refused, Err("expires_in is not a number".into()), "{junk}");
    }
}

#[test]
fn the_longest_life_leaves_room_for_arithmetic() {
    let late = Mono::from_nanos(u64::MAX / 2);
    assert!(late.after(LONGEST_LIFE).after(LONGEST_LIFE) < Mono::NEVER);
}

fn jwt(claims: &str) -> String {
    format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

#[test]
fn without_expires_in_a_jwt_tells_its_end() {
    let life = |token: &str, headers: &[(&str, &str)]| {
        let body = format!(r#"{{"access_token":"{token}"}}"#);
        answer(200, headers, &body).expect("a token").lifetime.map(|life| life.as_secs())
    };
    let date = [("DATE", "Thu, 01 Jan 1970 00:16:40 GMT")];
    assert_eq!(life(&jwt(r#"{"exp":1600}"#), &date), Some(600), "read against the server's clock");
    assert_eq!(life(&jwt(r#"{"exp":1600.5}"#), &date), Some(600));
    assert_eq!(life(&jwt(r#"{"exp":1600}"#), &[]), Some(1600), "without a Date against the local clock");
    assert_eq!(life(&jwt(r#"{"exp":1600}"#), &[("date", "yesterday")]), Some(1600));
    assert_eq!(life(&jwt(r#"{"exp":1}"#), &date), Some(0), "an end that has passed is no life");
    for opaque in [jwt(r#"{"sub":"x"}"#), jwt("junk"), "a.b.c".into(), "opaque".into(), "..".into()] {
        assert_eq!(life(&opaque, &date), None, "{opaque}");
    }
    let both =
        answer(200, &date, &format!(r#"{{"access_token":"{}","expires_in":9}}"#, jwt(r#"{"exp":1600}"#)));
    assert_eq!(both.expect("a token").lifetime, Some(Duration::from_secs(9)), "the answer beats the token");
}

#[test]
fn what_a_success_must_not_hold() {
    for (body, words) in [
        (r#"{"access_token":"a\r\nX: y"}"#, "can't stand in a header"),
        (r#"{"access_token":"tök"}"#, "can't stand in a header"),
        (r#"{"access_token":"a b"}"#, "can't stand in a header"),
        (r#"{"access_token":"t","token_type":"mac"}"#, "of type 'mac', not Bearer"),
        (r#"{"access_token":""}"#, "JSON without access_token or error (fields: access_token)"),
        (r#"{"access_token":7}"#, "JSON without access_token or error (fields: access_token)"),
        (r#"{"token":"t","expires_in":9}"#, "JSON without access_token or error (fields: expires_in, token)"),
        ("", "an empty body"),
        (" \r\n ", "an empty body"),
        ("OK", "a body that is not JSON"),
        (r#"{"access_token":"t0ken","expires_in":36"#, "a body that is not JSON"),
        ("<html><HEAD><Title> Sign in </TITLE></html>", "an HTML page titled 'Sign in'"),
        ("<!doctype html><p>hello", "an HTML page"),
        ("<title>open", "an HTML page"),
        ("\u{fffd}\u{0}\u{1}", "a body that is not JSON"),
    ] {
        let refusal = refused(200, body);
        assert_eq!((refusal.class, refusal.code), (Class::Garbled, Code::Protocol), "{body}");
        assert_eq!(refusal.status, Some(200));
        assert!(refusal.words.contains(words), "{body}: {}", refusal.words);
        assert!(!refusal.words.contains("t0ken"), "half a token was told: {}", refusal.words);
    }
}

#[test]
fn every_status_has_its_class() {
    use Class::{Garbled, Permanent, Throttled, Unavailable};
    use Code::{CredentialRejected, Protocol, ThrottledUntil, Unreachable};
    for (status, body, class, code) in [
        (100, "", Garbled, Protocol),
        (204, "", Garbled, Protocol),
        (301, "", Permanent, Protocol),
        (302, "", Permanent, Protocol),
        (307, "", Permanent, Protocol),
        (400, "", Permanent, CredentialRejected),
        (400, r#"{"error":"invalid_client"}"#, Permanent, CredentialRejected),
        (400, r#"{"error":"invalid_scope"}"#, Permanent, CredentialRejected),
        (400, r#"{"error":"unsupported_grant_type"}"#, Permanent, CredentialRejected),
        (400, r#"{"error":"slow_down"}"#, Throttled, ThrottledUntil),
        (400, r#"{"error":"temporarily_unavailable"}"#, Unavailable, Unreachable),
        (400, r#"{"error":"server_error"}"#, Unavailable, Unreachable),
        (401, "<html>", Permanent, CredentialRejected),
        (403, r#"{"error":"access_denied"}"#, Permanent, CredentialRejected),
        (404, "", Permanent, Protocol),
        (405, "", Permanent, Protocol),
        (407, "", Unavailable, Unreachable),
        (408, "", Unavailable, Unreachable),
        (415, "", Permanent, Protocol),
        (425, "", Unavailable, Unreachable),
        (429, r#"{"error":"invalid_client"}"#, Throttled, ThrottledUntil),
        (429, "<html>", Throttled, ThrottledUntil),
        (500, r#"{"access_token":"t0ken"}"#, Unavailable, Unreachable),
        (500, r#"{"error":"invalid_client"}"#, Unavailable, Unreachable),
        (502, "", Unavailable, Unreachable),
        (503, "", Unavailable, Unreachable),
        (504, "", Unavailable, Unreachable),
        (599, "", Unavailable, Unreachable),
        (200, r#"{"error":"invalid_client"}"#, Permanent, CredentialRejected),
        (200, r#"{"error":"slow_down"}"#, Throttled, ThrottledUntil),
        (200, r#"{"error":"server_error"}"#, Unavailable, Unreachable),
    ] {
        let refusal = refused(status, body);
        assert_eq!((refusal.class, refusal.code), (class, code), "{status} {body}");
        assert_eq!(refusal.status, Some(status));
    }
}

#[test]
fn the_servers_words_are_told() {
    let genesys = r#"{"error":"invalid_client","description":"authentication failed",
                      "error_description":"authentication failed"}"#;
    let too_many = r#"{"message":"Rate limit exceeded the maximum. Retry the request in [3] seconds",
                       "code":"too.many.requests.retry.after","status":429,"details":[],"errors":[]}"#;
    for (status, body, words) in [
        (401, genesys, "invalid_client: authentication failed"),
        (
            400,
            r#"{"error":"invalid_client","description":"client not found"}"#,
            "invalid_client: client not found",
        ),
        (400, "client not found: invalid_client", "client not found: invalid_client"),
        (
            429,
            too_many,
            "too.many.requests.retry.after: Rate limit exceeded the maximum. Retry the request in [3] seconds",
        ),
        (400, r#"{"error":"invalid_scope"}"#, "invalid_scope"),
        (500, r#"{"message":"boom"}"#, "boom"),
        (400, r#"{"error":{"type":"x"}}"#, "JSON without access_token or error (fields: error)"),
        (500, "[1,2]", "[1,2]"),
        (502, "<html><title>502 Bad Gateway</title>", "an HTML page titled '502 Bad Gateway'"),
        (503, "", "an empty body"),
        (400, "two\nlines\u{7}", "two lines "),
    ] {
        assert_eq!(refused(status, body).words, words, "{body}");
    }
    let error = refused(401, genesys).error;
    assert_eq!(error.as_deref(), Some("invalid_client"));
}

#[test]
fn a_redirect_is_told_without_its_query() {
    let told = |headers: &[(&str, &str)]| answer(302, headers, "").expect_err("a redirect").words;
    let to = told(&[("Location", "https://sso.example.com/login?state=abc#x")]);
    assert_eq!(to, "a redirect to https://sso.example.com/login; token requests are never redirected");
    assert_eq!(told(&[]), "a redirect to nowhere; token requests are never redirected");
}

#[test]
fn long_words_are_cut() {
    let words = refused(500, &"é".repeat(5_000)).words;
    assert_eq!(words.chars().count(), LONGEST_WORDS + 1);
    assert!(words.ends_with('…'));
}

#[test]
fn the_correlation_id_is_found_whatever_its_case() {
    let id = |headers: &[(&str, &str)]| answer(500, headers, "").expect_err("a failure").correlation;
    assert_eq!(id(&[("inin-correlation-id", "a1")]).as_deref(), Some("a1"));
    assert_eq!(id(&[("ININ-Correlation-Id", "a1"), ("X-Request-ID", "b2")]).as_deref(), Some("a1"));
    assert_eq!(id(&[("X-Request-ID", "b2")]).as_deref(), Some("b2"));
    assert_eq!(id(&[]), None);
    let of_garbage =
        answer(200, &[("ININ-CORRELATION-ID", "c3")], r#"{"access_token":"t","token_type":"mac"}"#);
    assert_eq!(of_garbage.expect_err("no bearer").correlation.as_deref(), Some("c3"));
}

#[test]
fn retry_after_is_kept_with_every_failure() {
    for status in [302, 400, 403, 429, 500, 503] {
        let refusal = answer(status, &[("retry-AFTER", "7")], "").expect_err("a failure");
        assert_eq!(
            refusal.retry_after,
            Some(RetryAfter { wait: Duration::from_secs(7), dated: false }),
            "{status}"
        );
    }
}

#[test]
fn scopes_that_were_asked_for_and_not_granted_are_named() {
    let missing = |granted: &str| minted(&format!(r#"{{"access_token":"t"{granted}}}"#)).missing_scopes;
    assert_eq!(missing(r#","scope":"read""#), ["write"]);
    assert_eq!(missing(r#","scope":"write extra read""#), [""; 0]);
    assert_eq!(missing(r#","scope":"""#), ["read", "write"]);
    assert_eq!(missing(""), [""; 0], "silence means: as asked (RFC 6749 section 5.1)");
}

#[test]
fn an_echoed_secret_is_cut_out_in_every_form_it_was_sent_in() {
    let form = "s3cr3t%2Fwith%2Bodd+chars";
    let raw = STANDARD.encode(format!("my client:{SECRET}"));
    let encoded = STANDARD.encode(format!("my+client:{form}"));
    for echo in [SECRET, form, &raw, &encoded] {
        let json = serde_json::json!({ "error": echo, "error_description": format!("you sent {echo}!") });
        let html = format!("<title>{echo}</title>");
        let long = format!("{} {echo}", echo.repeat(200));
        for (status, headers, body) in [
            (401, vec![], json.to_string()),
            (200, vec![], json.to_string()),
            (500, vec![], html),
            (500, vec![], format!("bad header: Basic {echo}")),
            (500, vec![], long),
            (302, vec![("location", echo)], String::new()),
            (500, vec![("x-request-id", echo)], String::new()),
            (400, vec![], serde_json::json!({ echo: 1 }).to_string()),
            (200, vec![], serde_json::json!({ "access_token": "t", "token_type": echo }).to_string()),
            (200, vec![("x-request-id", echo)], r#"{"access_token":"t","token_type":"mac"}"#.into()),
        ] {
            let told = format!("{:?}", answer(status, &headers, &body).expect_err("a failure"));
            for part in [SECRET, form, &raw, &encoded] {
                assert!(!told.contains(part), "{status} {body}: {told}");
            }
            assert!(!told.contains("s3cr3t"), "a part was left: {told}");
        }
    }
}

#[test]
fn no_other_secret_of_the_request_is_repeated_either() {
    for secret in [REFRESH, HEADER, PARAM] {
        for echo in [secret.to_owned(), form_encoded(secret).to_string()] {
            let body = serde_json::json!({ "error": "x", "error_description": echo }).to_string();
            assert_eq!(refused(400, &body).words, "x: [redacted]");
        }
    }
}

#[test]
fn a_refresh_token_is_taken_from_the_answer() {
    let token = |body: &str| minted(body).refresh_token.map(|token| token.expose_secret().to_owned());
    assert_eq!(token(r#"{"access_token":"t","refresh_token":"r"}"#).as_deref(), Some("r"));
    for none in [r#""""#, "null", "7", "{}"] {
        assert_eq!(token(&format!(r#"{{"access_token":"t","refresh_token":{none}}}"#)), None);
    }
    assert_eq!(token(r#"{"access_token":"t"}"#), None);
}

#[test]
fn an_answer_that_broke_off_may_have_been_acted_on() {
    for (status, unsure) in [
        (200, true),
        (302, false),
        (400, false),
        (401, false),
        (429, false),
        (500, true),
        (502, true),
        (503, false),
        (504, true),
    ] {
        assert_eq!(refused(status, "").unsure, unsure, "{status}");
    }
    assert!(Refusal::lost("reset").unsure);
    assert!(!Refusal::silence("no such host").unsure);
}

#[test]
fn a_long_echo_is_cleaned_before_it_is_cut() {
    let secret: String = ('!'..='~').cycle().filter(|c| c.is_ascii_alphanumeric()).take(500).collect();
    let client = Client {
        id: "id".into(),
        secret: secret.clone().into(),
        auth: ClientAuth::SecretPost,
        assertion: None,
    };
    let body = secret.repeat(10);
    let reply = Reply { status: 500, headers: &[], body: body.as_bytes() };
    let words = read(reply, Wall(0), &client, &request(&client), None).expect_err("a failure").words;
    assert_eq!(words, "[redacted]".repeat(10));
}

#[test]
fn an_empty_secret_cleans_nothing() {
    let client =
        Client { id: String::new(), secret: "".into(), auth: ClientAuth::SecretPost, assertion: None };
    assert_eq!(clean("as it is", &client, &request(&client)), "as it is");
}

#[test]
fn a_minted_token_hides_itself() {
    let minted = minted(r#"{"access_token":"t0ken-very-secret","expires_in":9}"#);
    assert!(!format!("{minted:?}").contains("very-secret"));
}
