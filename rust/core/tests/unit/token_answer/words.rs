//! The server's own words, whatever the shape of its error; and what they mean where the status lies.

use super::*;

#[test]
fn code_and_message_are_found_in_every_shape() {
    for (status, body, words, id) in [
        (
            401,
            r#"{"errorCode":"invalid_client","errorSummary":"A client_id is missing.","errorId":"oae1"}"#,
            "invalid_client: A client_id is missing.",
            Some("oae1"),
        ),
        (
            400,
            r#"{"errorCode":"BX0415E","errorMessage":"No such key.","context":{"requestId":"r1"}}"#,
            "BX0415E: No such key.",
            Some("r1"),
        ),
        (200, r#"{"errcode":40013,"errmsg":"invalid appid"}"#, "40013: invalid appid", None),
        (200, r#"{"ok":false,"error":"invalid_refresh_token"}"#, "invalid_refresh_token", None),
        (
            403,
            r#"{"type":"about:blank","title":"Forbidden","detail":"Locked","status":403}"#,
            "Forbidden: Locked",
            None,
        ),
        (
            401,
            r#"{"fault":{"faultstring":"Bad id","detail":{"errorcode":"oauth.v2.Bad"}}}"#,
            "oauth.v2.Bad: Bad id",
            None,
        ),
        (
            400,
            r#"[{"message":"Session expired","errorCode":"INVALID_SESSION_ID"}]"#,
            "INVALID_SESSION_ID: Session expired",
            None,
        ),
        (
            400,
            r#"{"errors":[{"code":3001,"detail":"no such app"}],"request_id":"q"}"#,
            "3001: no such app",
            Some("q"),
        ),
        (400, r#"{"errors":["no such app"]}"#, "no such app", None),
        (
            400,
            r#"{"__type":"a.b#NotAuthorizedException","message":"no"}"#,
            "a.b#NotAuthorizedException: no",
            None,
        ),
        (
            500,
            "<e:Envelope xmlns:e='x'><e:Body><e:Fault><faultcode>e:Server</faultcode><faultstring>It is \
               closed &amp; dark</faultstring></e:Fault></e:Body></e:Envelope>",
            "e:Server: It is closed & dark",
            None,
        ),
        (
            400,
            "<?xml version='1.0'?><Error><Code>Denied</Code><Message><![CDATA[a < b]]></Message></Error>",
            "Denied: a < b",
            None,
        ),
        (500, "<?xml version='1.0'?><nothing/>", "an XML document", None),
        (500, "<a><message>it broke o", "an HTML page", None),
        (403, "<html><head><title>Access denied</title>", "an HTML page titled 'Access denied'", None),
        (403, "Your client is locked.", "Your client is locked.", None),
    ] {
        let refusal = refused(status, body);
        assert_eq!((&*refusal.message, refusal.correlation.as_deref()), (words, id), "{body}");
    }
    let by_header = answer(400, &[("x-amzn-ErrorType", "ThrottlingException")], "{}").expect_err("a failure");
    assert_eq!((&*by_header.message, by_header.class), ("ThrottlingException", Class::Throttled));
    let challenge =
        [("www-authenticate", r#"Basic realm="x", error="invalid_client", error_description="who?""#)];
    let empty = answer(401, &challenge, "").expect_err("a failure");
    assert_eq!((&*empty.message, empty.error.as_deref()), ("invalid_client: who?", Some("invalid_client")));
}

#[test]
fn a_refusal_in_a_200_is_a_refusal() {
    for body in [
        r#"{"errcode":40013,"errmsg":"invalid appid"}"#,
        r#"{"ok":false,"error":"bad_thing"}"#,
        r#"{"success":false,"message":"no"}"#,
        r#"{"status":"error","message":"no"}"#,
        r#"{"code":1001,"msg":"wrong password"}"#,
        r#"{"code":"AUTH_FAILED","message":"no"}"#,
        r#"{"error":{"message":"no"}}"#,
        r#"{"errors":[{"message":"no"}]}"#,
        r#"{"access_token":"error: wrong user or password","error":"error: wrong user or password"}"#,
        r#"{"access_token":"token is expired by 23m58s","expires_in":0}"#,
        "<e:Envelope xmlns:e='x'><e:Body><e:Fault><faultstring>no</faultstring></e:Fault></e:Body></e:Envelope>",
    ] {
        let refusal = refused(200, body);
        assert_eq!((refusal.class, refusal.code), (Class::Permanent, Code::CredentialRejected), "{body}");
    }
    for body in [
        r#"{"code":200,"msg":"fine"}"#,
        r#"{"success":true}"#,
        r#"{"errcode":0,"errmsg":"ok"}"#,
        r#"{"message":"hello"}"#,
    ] {
        assert_eq!(refused(200, body).class, Class::Garbled, "{body}");
    }
    let reason = refused(
        200,
        r#"{"access_token":"error: wrong user or password","error":"error: wrong user or password"}"#,
    );
    assert_eq!(reason.message, "error: wrong user or password");
    let reason = refused(200, r#"{"access_token":"error: token is expired by 23m58s","expires_in":0}"#);
    assert_eq!(reason.message, "error: token is expired by 23m58s");
}

#[test]
fn words_say_what_the_status_does_not() {
    use Class::{Permanent, Throttled, Unavailable};
    for (status, body, class, error) in [
        (400, r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#, Throttled, None),
        (400, r#"{"__type":"com.amazon.coral#TooManyRequestsException"}"#, Throttled, None),
        (
            400,
            r#"{"error":"invalid_grant","error_description":"login rate exceeded"}"#,
            Throttled,
            Some("invalid_grant"),
        ),
        (403, r#"{"message":"You have exceeded a secondary rate limit"}"#, Throttled, None),
        (403, "<title>Too Many Requests</title>", Throttled, None),
        (400, "Too many requests, wait.", Throttled, None),
        (200, r#"{"errcode":45009,"errmsg":"reach max api daily quota limit"}"#, Throttled, None),
        (200, r#"{"ok":false,"error":"ratelimited"}"#, Throttled, Some("ratelimited")),
        (200, r#"{"ok":false,"error":"invalid_refresh_token"}"#, Permanent, Some("invalid_grant")),
        (401, r#"{"error":"incorrect_client_credentials"}"#, Permanent, Some("invalid_client")),
        (401, r#"{"errorCode":"invalid_client","errorSummary":"x"}"#, Permanent, Some("invalid_client")),
        (
            400,
            r#"{"error":"invalid_grant","error_description":"user is locked"}"#,
            Permanent,
            Some("invalid_grant"),
        ),
        (503, "Server error: client is unknown", Unavailable, None),
        (500, "<title>Too many requests</title>", Unavailable, None),
    ] {
        let refusal = refused(status, body);
        assert_eq!((refusal.class, refusal.error.as_deref()), (class, error), "{body}");
        assert_eq!(refusal.may_be_client, body.contains("client is unknown"), "{body}");
    }
}

#[test]
fn the_rows_of_the_preset_come_first() {
    const ROWS: &[KnownError] = &[
        KnownError::code("AADSTS1", Meaning::Client),
        KnownError::phrase("rate limit", Meaning::Refused),
        KnownError::phrase("is asleep", Meaning::Unavailable),
        KnownError::phrase("who are you", Meaning::Client),
    ];
    let preset = AnswerFormat { errors: ROWS, ..AnswerFormat::default() };
    let read = |status, body: &str| {
        let refusal = answer_in(&preset, status, &[], body).expect_err("a failure");
        (refusal.class, refusal.error.clone())
    };
    let client = Some("invalid_client".into());
    assert_eq!(read(400, r#"{"error_code":"aadsts1"}"#), (Class::Permanent, client.clone()));
    assert_eq!(read(400, r#"{"message":"no rate limit"}"#), (Class::Permanent, None));
    assert_eq!(read(404, r#"{"message":"It IS asleep"}"#), (Class::Unavailable, None));
    assert_eq!(
        read(500, "Who are you?"),
        (Class::Permanent, client),
        "a preset knows which failure is a refusal"
    );
    assert_eq!(read(429, "Who are you?"), (Class::Throttled, None));
}

#[test]
fn what_looks_like_a_token_is_hidden_in_any_words() {
    let long = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH";
    for (words, shown) in [
        (format!("no: {long}!"), "no: [hidden]!"),
        ("bad eyJhbGciOiJub25lIn0.e30.c2ln.".trim_end_matches('.').into(), "bad [hidden]"),
        ("trace 00000000-1111-2222-3333-444444444444".into(), "trace 00000000-1111-2222-3333-444444444444"),
        (
            "see https://login.example.com/a/b/c/d/e/f/0123456789".into(),
            "see https://login.example.com/a/b/c/d/e/f/0123456789",
        ),
    ] {
        let body = serde_json::json!({ "message": words, "error_id": words }).to_string();
        assert_eq!(refused(400, &body).message, shown);
        assert_eq!(refused(400, &words).message, shown);
    }
}

#[test]
fn a_limit_is_known_in_every_spelling() {
    for (status, body) in [
        (400, r#"{"error":"RateLimitExceeded"}"#),
        (403, r#"{"error":{"code":403,"message":"Quota","status":"RESOURCE_EXHAUSTED"}}"#),
        (400, r#"{"Code":"Throttling.User","Message":"Request was denied"}"#),
        (403, r#"{"errorCode":"dailyLimitExceeded","errorMessage":"come back tomorrow"}"#),
        (400, "<Error><Code>SlowDown</Code><Message>Please reduce</Message></Error>"),
    ] {
        assert_eq!(refused(status, body).class, Class::Throttled, "{body}");
    }
    let other =
        refused(403, r#"{"error":"access_denied","error_description":"beyond your corporate limits"}"#);
    assert_eq!(other.class, Class::Permanent);
}
