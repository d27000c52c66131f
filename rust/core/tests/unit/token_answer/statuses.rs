//! Which status, with which error, is of which class.

use super::*;

#[test]
fn every_status_has_its_class() {
    use Class::{Garbled, Permanent, Throttled, Unavailable};
    use Code::{CredentialRejected, Protocol, ThrottledUntil, Unreachable};
    for (status, body, class, code) in [
        (100, "", Garbled, Protocol),
        (200, "", Garbled, Protocol),
        (204, "", Garbled, Protocol),
        (301, "", Permanent, Protocol),
        (302, "", Permanent, Protocol),
        (307, "", Permanent, Protocol),
        (400, "", Permanent, CredentialRejected),
        (400, "<html>", Permanent, CredentialRejected),
        (400, r#"{"error":"slow_down"}"#, Throttled, ThrottledUntil),
        (400, r#"{"error":"temporarily_unavailable"}"#, Unavailable, Unreachable),
        (400, r#"{"error":"server_error"}"#, Unavailable, Unreachable),
        (400, r#"{"error":"of_our_own"}"#, Permanent, CredentialRejected),
        (400, r#"{"access_token":"t0ken"}"#, Permanent, CredentialRejected),
        (401, "", Permanent, CredentialRejected),
        (401, "<html>", Permanent, CredentialRejected),
        (403, "", Permanent, CredentialRejected),
        (403, "<html>", Permanent, CredentialRejected),
        (403, r#"{"error":"access_denied"}"#, Permanent, CredentialRejected),
        (404, "", Permanent, Protocol),
        (405, "", Permanent, Protocol),
        (407, "", Unavailable, Unreachable),
        (408, "", Unavailable, Unreachable),
        (415, "", Permanent, Protocol),
        (425, "", Unavailable, Unreachable),
        (429, "", Throttled, ThrottledUntil),
        (429, r#"{"error":"invalid_client"}"#, Throttled, ThrottledUntil),
        (429, "<html>", Throttled, ThrottledUntil),
        (500, r#"{"access_token":"t0ken"}"#, Unavailable, Unreachable),
        (500, r#"{"error":"invalid_client"}"#, Unavailable, Unreachable),
        (502, "", Unavailable, Unreachable),
        (503, "", Unavailable, Unreachable),
        (504, "", Unavailable, Unreachable),
        (599, "", Unavailable, Unreachable),
        (200, r#"{"error":"slow_down"}"#, Throttled, ThrottledUntil),
        (200, r#"{"error":"server_error"}"#, Unavailable, Unreachable),
    ] {
        let refusal = refused(status, body);
        assert_eq!((refusal.class, refusal.code), (class, code), "{status} {body}");
        assert_eq!(refusal.status, Some(status));
    }
}

/// What servers answer where there is no token endpoint, and what tells of one user only.
#[test]
fn a_url_without_a_token_endpoint_is_told_from_a_user_who_is_not_found() {
    for (status, body, of_token_url) in [
        (404, "", true),
        (410, "", true),
        (405, "<html><title>405 Not Allowed</title></html>", true),
        (301, "", true),
        (308, "", true),
        (404, "404 page not found", true),
        (404, r#"{"detail":"Not Found"}"#, true),
        (404, r#"{"status":404,"error":"Not Found","path":"/oauth/token"}"#, true),
        (404, r#"{"message":"no Route matched with those values"}"#, true),
        (404, r#"{"error":"Realm does not exist"}"#, true),
        (404, r#"{"message":"User not found"}"#, false),
        (404, r#"{"error":"UNKNOWN_ACCOUNT"}"#, false),
        (404, r#"{"error":"invalid_grant"}"#, false),
        (404, r#"{"error":"invalid_client"}"#, false),
        (302, "", false),
        (400, "", false),
        (401, "", false),
        (403, "<html><title>403 Forbidden</title></html>", false),
        (415, "", false),
        (429, "", false),
        (501, "", false),
    ] {
        assert_eq!(refused(status, body).of_token_url, of_token_url, "{status} {body}");
    }
}

/// RFC 6749 section 5.2: with 400, with 401, and in a 200 as some servers have it.
#[test]
fn every_standard_error_is_permanent_and_shown() {
    for error in [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    ] {
        for status in [400, 401, 403, 200] {
            let body = format!(r#"{{"error":"{error}","error_description":"why","error_uri":"https://x/"}}"#);
            let refusal = refused(status, &body);
            assert_eq!(
                (refusal.class, refusal.code),
                (Class::Permanent, Code::CredentialRejected),
                "{error}"
            );
            assert_eq!(refusal.message, format!("{error}: why"));
            assert_eq!(refusal.error.as_deref(), Some(error));
            assert_eq!(refusal.is_about_grant(), error == "invalid_grant", "{status} {error}");
        }
    }
}

#[test]
fn an_error_beside_a_token() {
    for (body, minted) in [
        (r#"{"access_token":"t0ken","error":null}"#, true),
        (r#"{"access_token":"t0ken","error":""}"#, true),
        (r#"{"access_token":"t0ken","error":"x"}"#, true),
        (r#"{"access_token":null,"error":"x"}"#, false),
        (r#"{"access_token":"","error":"x"}"#, false),
        (r#"{"access_token":7,"error":"x"}"#, false),
    ] {
        match answer(200, &[], body) {
            Ok(_) => assert!(minted, "{body}"),
            Err(refusal) => {
                assert!(!minted, "{body}: {refusal:?}");
                assert_eq!((refusal.class, &*refusal.message), (Class::Permanent, "x"), "{body}");
            }
        }
    }
    assert_eq!(refused(200, r#"{"error":""}"#).class, Class::Garbled, "an empty error is none");
}

#[test]
fn retry_after_is_kept_with_every_failure() {
    let seven = Some(RetryAfter { wait: Duration::from_secs(7), dated: false });
    for (status, body) in [
        (200, ""),
        (200, r#"{"access_token":7}"#),
        (302, ""),
        (400, ""),
        (403, ""),
        (429, ""),
        (500, ""),
        (503, ""),
    ] {
        let refusal = answer(status, &[("retry-AFTER", "7")], body).expect_err("a failure");
        assert_eq!(refusal.retry_after, seven, "{status}");
    }
    let several = answer(429, &[("Retry-After", "3"), ("retry-after", "7"), ("Retry-After", "junk")], "");
    assert_eq!(several.expect_err("a failure").retry_after, seven, "the longest that can be read");
}

#[test]
fn a_request_with_an_incomplete_answer_may_have_been_processed() {
    for (status, maybe_processed) in [
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
        assert_eq!(refused(status, "").maybe_processed, maybe_processed, "{status}");
    }
    assert!(Refusal::unanswered("reset").maybe_processed);
    assert!(!Refusal::not_sent("no such host").maybe_processed);
}
