//! What a failed sample says: the cause in the server's words, and the next thing to check.

#![allow(clippy::unwrap_used)] // a panic is a failed test

mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use tollgate_core::acquire::{AcquireOutcome, Waiter, acquire};
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, Source, ValueSource};
use tollgate_core::failure::{Code, Failure, in_words};
use tollgate_core::machine::{CredentialId, Input};
use tollgate_core::oauth::assertion::Algorithm;
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::oauth::token_answer::{AnswerFormat, Refusal, Reply, read};
use tollgate_core::time::clock::{Mono, Wall};
use virtual_time::{Always, VirtualTime};

struct Nothing;

impl ValueSource for Nothing {
    fn env(&self, _: &str) -> Option<String> {
        None
    }
    fn is_missing(&self, path: &str) -> bool {
        self.file(path).is_err()
    }

    fn file(&self, path: &str) -> Result<String, String> {
        Err(path.to_owned())
    }

    fn algorithm_of(&self, _: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
        wanted.ok_or_else(|| "is no key".into())
    }
}

fn profile(changes: &[(&str, &str)]) -> Profile {
    let given: Vec<_> = [("client_id", "demo"), ("client_secret", "s3cr3t-s3cr3t")]
        .iter()
        .chain(changes)
        .map(|(key, value)| Setting {
            key: (*key).to_owned(),
            value: (*value).to_owned(),
            source: Source::Property,
        })
        .collect();
    Profile::validate("demo", &given, &Nothing).unwrap()
}

fn plain() -> Profile {
    profile(&[("token_url", "https://login.example.com/oauth/token")])
}

fn refusal(status: u16, headers: &[(&str, &str)], body: &str) -> Refusal {
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let reply = Reply { status, headers: &headers, body: body.as_bytes() };
    read(
        reply,
        Wall(0),
        &plain().client,
        &plain().request(&RequestGrant::Primary),
        None,
        &AnswerFormat::default(),
    )
    .unwrap_err()
}

const ID: CredentialId = CredentialId(1);

fn first_request(profile: &Profile) -> VirtualTime {
    let mut time = VirtualTime::new(Box::new(Always(0.0)));
    time.now = Mono::ZERO;
    time.add(ID.0, "demo", &profile.policy);
    time.want(ID).unwrap();
    time
}

/// Why a thread gets no token.
fn unavailable(time: &VirtualTime, profile: &Profile, waiter: Waiter) -> Failure {
    let token =
        time.endpoint.credential(ID).and_then(|credential| credential.token(time.now)).map(Arc::clone);
    match acquire(token.as_deref(), &time.endpoint.availability(ID), time.now, &waiter) {
        AcquireOutcome::Unavailable(unavailable) => {
            let wall = Wall(i64::try_from(time.now.since(Mono::ZERO).as_millis()).unwrap());
            let failure = unavailable.failure(profile, wall);
            assert_eq!(failure.code, unavailable.code());
            failure
        }
        other => panic!("{other:?}"),
    }
}

/// What a thread is told after `waited` seconds of 30, if its first request ended like this at once.
fn failure_of(profile: &Profile, outcome: Option<Refusal>, waited: u64) -> Failure {
    let mut time = first_request(profile);
    if let Some(refusal) = outcome {
        let request = time.request_of(ID).unwrap();
        time.answer(request, Err(refusal));
        time.want(ID);
    }
    let waited = Duration::from_secs(waited);
    time.now = Mono::ZERO.after(waited);
    let limit = Duration::from_secs(30);
    let max_retry_after = profile.policy.max_retry_after;
    let waiter = Waiter { waited, limit, floor: Duration::ZERO, max_retry_after };
    let failure = unavailable(&time, profile, waiter);
    assert!(!failure.message.contains("s3cr3t"), "{failure}");
    assert!(failure.message.starts_with("profile 'demo': "), "{failure}");
    failure
}

fn assert_tells(failure: &Failure, code: Code, parts: &[&str]) {
    assert_eq!(failure.code, code, "{failure}");
    for part in parts {
        assert!(failure.message.contains(part), "should tell {part:?}: {failure}");
    }
}

const INVALID_CLIENT: &str = r#"{"error":"invalid_client","error_description":"authentication failed"}"#;

#[test]
fn a_wrong_secret_hints_at_the_region_of_genesys_cloud() {
    let genesys = profile(&[("region", "mypurecloud.de")]);
    let id = [("ININ-Correlation-Id", "abc-1")];
    assert_tells(
        &failure_of(&genesys, Some(refusal(401, &id, INVALID_CLIENT)), 1),
        Code::CredentialRejected,
        &[
            "https://login.mypurecloud.de/oauth/token refused the client: 401 invalid_client: authentication failed",
            "\nCorrelation id abc-1.",
            "Check client_id, client_secret and region",
            "mypurecloud.de refuses a client of another region",
        ],
    );
    let other = failure_of(&plain(), Some(refusal(401, &[], INVALID_CLIENT)), 1);
    assert_tells(
        &other,
        Code::CredentialRejected,
        &["Check client_id and client_secret, and that token_url"],
    );
    assert!(!other.message.contains("region"), "{other}");
}

#[test]
fn a_scope_error_names_the_scope_and_not_expiry_or_secret() {
    let body = r#"{"error":"invalid_scope","error_description":"unknown scope"}"#;
    let scoped = profile(&[("token_url", "https://login.example.com/t"), ("scope", "read everything")]);
    let failure = failure_of(&scoped, Some(refusal(400, &[], body)), 1);
    let parts =
        ["refused the scope: 400 invalid_scope: unknown scope", "Check scope ('read everything')", "expiry"];
    assert_tells(&failure, Code::CredentialRejected, &parts);
    assert!(!failure.message.contains("client_secret"), "{failure}");
    let unset = failure_of(&plain(), Some(refusal(400, &[], body)), 1);
    assert_tells(&unset, Code::CredentialRejected, &["Set scope"]);
}

#[test]
fn a_throttle_is_no_refusal() {
    let failure = failure_of(&plain(), Some(refusal(429, &[("Retry-After", "600")], "slow down")), 1);
    assert_tells(
        &failure,
        Code::ThrottledUntil,
        &[
            "limits this client's token requests: 429 slow down. Lower",
            "\nNo request before 10 min from now, and of token_timeout (30 s) ",
            "are over. Retry-After 600 s.",
            "Lower the number of token requests of this client",
        ],
    );
    assert!(!failure.message.contains("client_secret"), "{failure}");
}

/// Dashboards group samples by the first line.
#[test]
fn the_first_line_is_the_same_however_long_it_still_takes() {
    let line = |wait: &str, waited| {
        let failure = failure_of(&plain(), Some(refusal(429, &[("Retry-After", wait)], "slow down")), waited);
        failure.message.lines().next().map(str::to_owned)
    };
    assert_eq!(line("600", 1), line("601", 7));
    assert!(line("600", 1).is_some_and(|line| !line.contains("600")));
}

#[test]
fn a_quota_says_until_when() {
    let capped =
        profile(&[("token_url", "https://login.example.com/oauth/token"), ("max_retry_after", "3m")]);
    let day = [("Retry-After", "86400")];
    let failure = failure_of(&capped, Some(refusal(429, &day, "daily limit")), 0);
    assert_tells(
        &failure,
        Code::ThrottledUntil,
        &[
            "profile 'demo': quota exhausted: https",
            "limits this client's token requests: 429 daily limit. Lower the number",
            "\nUntil 1970-01-02T00:00:00Z (24 h from now, and max_retry_after is 3 min). Retry-After 86400 s.",
        ],
    );
    assert!(!failure.message.contains("token_timeout"), "{failure}");
    let later = failure_of(&capped, Some(refusal(429, &day, "daily limit")), 20);
    assert_tells(
        &later,
        Code::ThrottledUntil,
        &["quota exhausted: ", "\nUntil 1970-01-02T00:00:00Z (24 h from now"],
    );
    let down = failure_of(&capped, Some(refusal(503, &day, "")), 0);
    assert_tells(
        &down,
        Code::ThrottledUntil,
        &["no token request: ", "503 an empty body", "\nUntil 1970-01-02T00:00:00Z"],
    );
    let for_ever = failure_of(&capped, Some(refusal(429, &[("Retry-After", "99999999999999999999")], "")), 0);
    assert_tells(&for_ever, Code::ThrottledUntil, &["quota exhausted: ", "\nUntil 1971-01-02T00:00:00Z"]);
    let refused = failure_of(&capped, Some(refusal(401, &day, INVALID_CLIENT)), 1);
    assert_tells(&refused, Code::CredentialRejected, &["refused the client"]);
    let uncapped = failure_of(&plain(), Some(refusal(429, &day, "daily limit")), 1);
    assert_tells(&uncapped, Code::ThrottledUntil, &["No request before 24 h from now"]);
}

#[test]
fn other_refusals_say_what_to_check() {
    let grant = r#"{"error":"unauthorized_client"}"#;
    let html = "<html><title>Sign in</title>";
    for (outcome, waited, code, parts) in [
        (
            refusal(400, &[], grant),
            1,
            Code::CredentialRejected,
            &["refused the grant: 400 unauthorized_client", "grant client_credentials"][..],
        ),
        (
            refusal(404, &[], "no such page"),
            1,
            Code::Protocol,
            &["does not look like a token endpoint: 404 no such page", "Check token_url."],
        ),
        (
            refusal(302, &[("Location", "https://sso.example.com/?a=b")], ""),
            1,
            Code::Protocol,
            &["302 a redirect to https://sso.example.com/; token requests are never redirected"],
        ),
        (
            refusal(503, &[("Retry-After", "3600")], ""),
            1,
            Code::ThrottledUntil,
            &[
                "can't serve token requests now: 503 an empty body. ",
                "Retry-After 3600 s.",
                "health of the server",
            ],
        ),
        (
            refusal(200, &[], html),
            30,
            Code::Protocol,
            &["answered something that is no token: 200 an HTML page titled 'Sign in'", "a page before it"],
        ),
        (
            Refusal::not_sent("connection refused"),
            30,
            Code::Unreachable,
            &[
                "gave no answer: connection refused",
                "name, port, firewall, TLS",
                "the proxy of JMeter and the JVM",
            ],
        ),
    ] {
        assert_tells(&failure_of(&plain(), Some(outcome), waited), code, parts);
    }
}

#[test]
fn an_unreachable_server_names_the_proxy_in_the_way() {
    let url = ("token_url", "https://login.example.com/t");
    for (proxy, part) in [("none", "proxy=none"), ("http://u:p4ss@proxy:1", "the proxy of this profile")] {
        let failure =
            failure_of(&profile(&[url, ("proxy", proxy)]), Some(Refusal::not_sent("timed out")), 30);
        assert_tells(&failure, Code::Unreachable, &[part]);
        assert!(!failure.message.contains("p4ss"), "{failure}");
    }
}

#[test]
fn no_answer_until_the_deadline_is_a_deadline_error() {
    let failure = failure_of(&plain(), None, 30);
    assert_tells(
        &failure,
        Code::Deadline,
        &["no token: ", "has not answered yet", "raise token_timeout (30 s).\nWaited 30 s."],
    );
}

#[test]
fn a_stop_and_too_high_a_floor_have_their_own_errors() {
    let profile = plain();
    let mut time = first_request(&profile);
    let body = br#"{"access_token":"t0ken","expires_in":20}"#;
    let reply = Reply { status: 200, headers: &[], body };
    let minted = read(
        reply,
        Wall(0),
        &profile.client,
        &profile.request(&RequestGrant::Primary),
        None,
        &AnswerFormat::default(),
    );
    let request = time.request_of(ID).unwrap();
    time.answer(request, minted);
    let limit = Duration::from_secs(1);
    let waiter = |floor| Waiter { waited: Duration::ZERO, limit, floor, max_retry_after: None };
    let high = unavailable(&time, &profile, waiter(Duration::from_secs(19)));
    assert_tells(&high, Code::Config, &["more remaining life", "(18 s)"]);
    time.happen(Input::ShutDown);
    let stopped = unavailable(&time, &profile, waiter(Duration::ZERO));
    assert_tells(&stopped, Code::Stopped, &["the test is being stopped"]);
}

#[test]
fn durations_in_words() {
    for (millis, said) in [
        (0, "0 ms"),
        (350, "350 ms"),
        (1000, "1 s"),
        (12_440, "12.4 s"),
        (119_900, "119.9 s"),
        (120_000, "2 min"),
        (900_000, "15 min"),
        (7_200_000, "2 h"),
        (86_400_000, "24 h"),
    ] {
        assert_eq!(in_words(Duration::from_millis(millis)), said);
    }
}

#[test]
fn the_names_of_codes_are_frozen() {
    let names: Vec<_> = Code::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        [
            "CONFIG",
            "PROFILE_CONFLICT",
            "CREDENTIAL_REJECTED",
            "THROTTLED_UNTIL",
            "UNREACHABLE",
            "PROTOCOL",
            "REJECTED_BY_API",
            "BUDGET_EXHAUSTED",
            "DEADLINE",
            "STOPPED",
            "NATIVE_UNAVAILABLE",
            "INTERNAL"
        ]
    );
}
