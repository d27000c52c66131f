//! What an API answer means: a rejection of the token, a limit, or neither.

use std::time::Duration;

use tollgate_core::config::answer_rules::AnswerRules;
use tollgate_core::config::preset::Preset;
use tollgate_core::http::rate_headers::quotas;
use tollgate_core::http::retry_after::RetryAfter;
use tollgate_core::machine::api_answer::{ApiAnswer, Finding};
use tollgate_core::machine::api_gate::Signal;
use tollgate_core::time::clock::Wall;

struct Case<'a> {
    status: u16,
    headers: &'a [(&'a str, &'a str)],
    body: &'a str,
    finding: Option<Finding>,
}

const PLAIN: Case<'_> = Case { status: 200, headers: &[], body: "", finding: None };

/// Whether it is a rejection, and what it says of limits.
fn read(rules: &AnswerRules, case: &Case<'_>) -> (bool, Option<Signal>) {
    let headers: Vec<_> = case.headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let received = Wall(1_795_168_800_000);
    let answer = ApiAnswer {
        status: case.status,
        headers: &headers,
        body: case.body,
        finding: case.finding,
        quotas: &quotas(&headers, received),
        received,
    };
    (answer.is_rejection(rules), answer.signal(rules, None))
}

fn rules() -> AnswerRules {
    AnswerRules { rate_headers: true, ..AnswerRules::default() }
}

fn named(seconds: u64) -> RetryAfter {
    RetryAfter { wait: Duration::from_secs(seconds), dated: false }
}

#[test]
fn a_403_or_400_is_a_limit_with_a_wait_with_nothing_left_or_with_a_known_code() {
    let limit = r#"[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]"#;
    let left = ("X-RateLimit-Remaining", "14");
    let spent = [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1795168860")];
    let until = RetryAfter { wait: Duration::from_secs(60), dated: true };
    for status in [400, 403] {
        for (headers, body, wait) in [
            (&[("Retry-After", "60"), left][..], "secondary rate limit", Some(named(60))),
            (
                &[("x-ms-retry-after-ms", "1500")],
                "",
                Some(RetryAfter { wait: Duration::from_millis(1500), dated: false }),
            ),
            (&spent, "", Some(until)),
            (&[], limit, None),
            (&[("X-RateLimit-Reset", "9")], limit, Some(named(9))),
        ] {
            let case = Case { status, headers, body, ..PLAIN };
            assert_eq!(
                read(&rules(), &case),
                (false, Some(Signal::Throttled(wait))),
                "{status} {headers:?} {body}"
            );
        }
        for (headers, body) in [
            (&[][..], ""),
            (&[left], ""),
            (&[], r#"{"message":"Forbidden"}"#),
            (&[("WWW-Authenticate", r#"Bearer error="insufficient_scope""#), ("Retry-After", "9")], ""),
        ] {
            let case = Case { status, headers, body, ..PLAIN };
            assert_eq!(read(&rules(), &case), (false, None), "{status} {headers:?} {body}");
        }
    }
    let unheeded = AnswerRules::default();
    assert_eq!(
        read(&unheeded, &Case { status: 403, headers: &spent, ..PLAIN }),
        (false, None),
        "rate_headers=false"
    );
    for status in [404, 409, 500] {
        let case = Case { status, headers: &[("Retry-After", "60")], body: limit, ..PLAIN };
        assert_eq!(read(&rules(), &case), (false, None), "{status}");
    }
    assert_eq!(
        read(&rules(), &Case { body: limit, ..PLAIN }),
        (false, Some(Signal::Fine)),
        "a 200 that quotes one"
    );
}

#[test]
fn a_limit_is_known_in_every_spelling_and_a_missing_permission_is_none() {
    for body in [
        r#"{"message":"You have exceeded a secondary rate limit. Please wait"}"#,
        r#"{"error":{"errors":[{"reason":"userRateLimitExceeded"}],"code":403}}"#,
        r#"{"error":{"errors":[{"reason":"dailyLimitExceeded"}]}}"#,
        r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#,
        r#"{"code":"too.many.requests"}"#,
        r#"{"statusCode":403,"message":"Out of call volume quota. Quota will be replenished in 02:11:12."}"#,
        r#"{"error":{"status":"RESOURCE_EXHAUSTED"}}"#,
        "<Error><Code>SlowDown</Code></Error>",
    ] {
        let case = Case { status: 403, body, ..PLAIN };
        assert_eq!(read(&rules(), &case), (false, Some(Signal::Throttled(None))), "{body}");
    }
    for body in [
        "",
        r#"{"error":"insufficient_scope"}"#,
        r#"{"errorCode":"INSUFFICIENT_ACCESS","message":"no access to this object"}"#,
        r#"{"message":"limited to members of the group"}"#,
        r#"{"message":"beyond your corporate limits"}"#,
    ] {
        let case = Case { status: 403, body, ..PLAIN };
        assert_eq!(read(&rules(), &case), (false, None), "{body}");
    }
}

#[test]
fn the_rows_of_the_preset_come_first() {
    let body = r#"{"fault":{"code":900801,"message":"API limit reached"}}"#;
    let case = Case { status: 403, body, ..PLAIN };
    assert_eq!(read(&rules(), &case), (false, None), "no preset");
    let wso2 = Preset::named("wso2").unwrap();
    let rules = AnswerRules { errors: wso2.errors, ..rules() };
    assert_eq!(read(&rules, &case), (false, Some(Signal::Throttled(None))));
    // A refusal by the preset's row, whatever the common rows say of its words.
    let body = r#"{"error":"invalid_client_id","message":"rate limit of an unknown client"}"#;
    let case = Case { status: 403, body, ..PLAIN };
    let slack = Preset::named("slack").unwrap();
    assert_eq!(read(&AnswerRules { errors: slack.errors, ..rules }, &case), (false, None));
}

#[test]
fn a_text_of_the_profile_means_a_limit_under_any_status() {
    let rules = AnswerRules { limit_texts: AnswerRules::texts("busy | come back later"), ..rules() };
    for status in [200, 401, 403, 500] {
        let case =
            Case { status, body: "<p>Please come back later</p>", headers: &[("Retry-After", "7")], ..PLAIN };
        let (rejected, signal) = read(&rules, &case);
        assert_eq!(signal, Some(Signal::Throttled(Some(named(7)))), "{status}");
        assert_eq!(rejected, status == 401);
    }
    assert_eq!(read(&rules, &Case { body: "Please come back", ..PLAIN }), (false, Some(Signal::Fine)));
}

#[test]
fn a_rejection_is_a_401_or_an_invalid_token_under_any_status() {
    for status in [400, 401, 403, 419, 440, 498, 500] {
        let headers = &[(
            "WWW-Authenticate",
            r#"Bearer realm="x", error="invalid_token", error_description="expired""#,
        )];
        assert!(read(&rules(), &Case { status, headers, ..PLAIN }).0, "{status}");
        let headers = &[headers[0], ("Retry-After", "60")];
        assert!(read(&rules(), &Case { status, headers, ..PLAIN }).0, "{status}: no limit");
        assert_eq!(read(&rules(), &Case { status, ..PLAIN }).0, status == 401, "{status}");
    }
    let headers = &[("WWW-Authenticate", r#"Bearer error="invalid_token""#)];
    assert_eq!(
        read(&rules(), &Case { headers, ..PLAIN }),
        (false, Some(Signal::Fine)),
        "a 200 challenges nobody"
    );
}

#[test]
fn statuses_and_texts_of_the_profile_mean_a_rejection() {
    let rules = AnswerRules {
        rejection_statuses: AnswerRules::statuses("403, 419 440,498").unwrap_or_default(),
        rejection_texts: AnswerRules::texts("Access token expired|SESSION_INVALID"),
        ..rules()
    };
    for status in [401, 403, 419, 440, 498] {
        assert_eq!(read(&rules, &Case { status, ..PLAIN }), (true, None), "{status}");
    }
    let limit = Case { status: 403, headers: &[("Retry-After", "60")], ..PLAIN };
    assert_eq!(read(&rules, &limit), (false, Some(Signal::Throttled(Some(named(60))))), "a limit is none");
    for status in [404, 500] {
        assert!(!read(&rules, &Case { status, ..PLAIN }).0, "{status}");
    }
    let body = r#"{"success":false,"errors":[{"code":"602","message":"Access token expired"}]}"#;
    assert_eq!(read(&rules, &Case { body, ..PLAIN }), (true, None), "told in a 200, which is not fine");
    assert!(read(&rules, &Case { status: 500, body: "SESSION_INVALID", ..PLAIN }).0);
    assert!(!read(&rules, &Case { body: "access token expired", ..PLAIN }).0, "to the letter");
}

#[test]
fn what_an_element_found_counts_for_its_answer() {
    let rejected = Case { status: 200, finding: Some(Finding::Rejection), ..PLAIN };
    assert_eq!(read(&rules(), &rejected), (true, None));
    let limited =
        Case { status: 500, finding: Some(Finding::Limit), headers: &[("Retry-After", "3")], ..PLAIN };
    assert_eq!(read(&rules(), &limited), (false, Some(Signal::Throttled(Some(named(3))))));
}

#[test]
fn statuses_are_those_of_failures() {
    assert_eq!(AnswerRules::statuses(""), Ok(Vec::new()));
    assert_eq!(AnswerRules::statuses("498"), Ok(vec![498]));
    for (text, bad) in
        [("200", "200"), ("403, x", "x"), ("600", "600"), ("-403", "-403"), ("403;419", "403;419")]
    {
        assert_eq!(AnswerRules::statuses(text), Err(bad), "{text}");
    }
}

#[test]
fn a_429_is_a_limit_whatever_its_body_says_of_the_token() {
    let rules = AnswerRules { rejection_texts: AnswerRules::texts("session expired"), ..rules() };
    let case = |status| Case { status, body: "session expired", ..PLAIN };
    assert_eq!(read(&rules, &case(429)), (false, Some(Signal::Throttled(None))));
    assert!(read(&rules, &case(403)).0);
}
