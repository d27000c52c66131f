//! What is shown of a server's words.

use super::*;
use crate::oauth::token_answer::error_text::LONGEST_TEXT;

#[test]
fn the_servers_message_is_shown() {
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
        (
            400,
            r#"{"error":{"message":"Error validating application.","type":"OAuthException","code":101}}"#,
            "OAuthException: Error validating application.",
        ),
        (
            403,
            r#"{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}"#,
            "PERMISSION_DENIED: no",
        ),
        (400, r#"{"error":{"type":""},"message":"outside"}"#, "outside"),
        (400, r#"{"error":{"code":7}}"#, "JSON without access_token or error (fields: error)"),
        (400, r#"{"error":["x"]}"#, "JSON without access_token or error (fields: error)"),
        (500, "[1,2]", "[1,2]"),
        (502, "<html><title>502 Bad Gateway</title>", "an HTML page titled '502 Bad Gateway'"),
        (503, "", "an empty body"),
        (400, "two\nlines\u{7}", "two lines "),
    ] {
        assert_eq!(refused(status, body).message, words, "{body}");
    }
    let error = refused(401, genesys).error;
    assert_eq!(error.as_deref(), Some("invalid_client"));
}

#[test]
fn a_redirect_is_shown_without_its_query() {
    let message_of = |headers: &[(&str, &str)]| answer(302, headers, "").expect_err("a redirect").message;
    let to = message_of(&[("Location", "https://sso.example.com/login?state=abc#x")]);
    assert_eq!(to, "a redirect to https://sso.example.com/login; token requests are never redirected");
    assert_eq!(message_of(&[]), "a redirect to nowhere; token requests are never redirected");
}

#[test]
fn long_messages_are_shortened() {
    let words = refused(500, &"é".repeat(5_000)).message;
    assert_eq!(words.chars().count(), LONGEST_TEXT + 1);
    assert!(words.ends_with('…'));
}

#[test]
fn the_correlation_id_is_found_in_any_case() {
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
fn an_unexpected_content_coding_is_named() {
    let message_of = |coding, body: &[u8]| {
        answer(200, &[("content-encoding", coding)], body).map_err(|refusal| (refusal.class, refusal.message))
    };
    let zstd = message_of("zstd", b"\x28\xb5\x2f\xfd").expect_err("no text");
    assert_eq!(zstd, (Class::Garbled, "a body in the content coding 'zstd', which was not asked for".into()));
    assert_eq!(message_of("Identity", b"x").expect_err("no JSON").1, "a body that is not JSON");
    assert!(message_of("utf-8", br#"{"access_token":"t0ken"}"#).is_ok(), "JSON all the same");
}

#[test]
fn a_body_that_may_contain_a_token_is_not_shown() {
    for body in [
        r#"{"access_token":"t0ken","ex"#,
        r#"{"access_token" : "t0ken""#,
        "{'refresh_token': 't0ken'}",
        r#""{\"id_token\":\"t0ken\"}""#,
        "see access_token=t0ken for more",
    ] {
        for status in [400, 429, 500] {
            assert_eq!(refused(status, body).message, "a body that is not JSON", "{body}");
        }
    }
    assert_eq!(refused(400, "unknown refresh_token, sorry").message, "unknown refresh_token, sorry");
}

#[test]
fn fields_are_named_once_each_and_a_dozen_at_most() {
    let fields: Vec<_> = (10..30).map(|n| format!(r#""f{n}":1,"f{n}":1"#)).collect();
    let names: Vec<_> = (10..22).map(|n| format!("f{n}")).collect();
    let words = refused(400, &format!("{{{}}}", fields.join(","))).message;
    assert_eq!(words, format!("JSON without access_token or error (fields: {})", names.join(", ")));
}
