//! What a failed sample says: the cause in the server's words, and the next thing to check.

#![allow(clippy::unwrap_used)] // a panic is a failed test

use std::time::Duration;

use tollgate_core::acquire::{Outlook, Waiter};
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, Source, ValueSource};
use tollgate_core::failure::{Code, Failure, in_words};
use tollgate_core::machine::admission::Admission;
use tollgate_core::machine::credential::{Credential, Event};
use tollgate_core::machine::step::{Effect, step};
use tollgate_core::oauth::assertion::Algorithm;
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::oauth::token_answer::{Refusal, Reply, read};
use tollgate_core::time::clock::{Context, Jitter, Mono, Now, Wall};

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

struct Zero;

impl Jitter for Zero {
    fn unit(&mut self) -> f64 {
        0.0
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
    read(reply, Wall(0), &plain().client, &plain().request(&RequestGrant::Primary), None).unwrap_err()
}

const AT: fn(u64) -> Now =
    |s| Now { mono: Mono::from_nanos(s * 1_000_000_000), wall: Wall(i64::try_from(s * 1000).unwrap()) };

/// What a thread is told after `waited` seconds of 30, if its first request ended like this at once.
fn told(profile: &Profile, outcome: Option<Refusal>, waited: u64) -> Failure {
    let mut credential = Credential::new("demo", *profile.policy, profile.grant_sources());
    let mut admission = Admission::default();
    let mut event = |s, event| {
        step(&mut credential, &mut admission, &mut Context { now: AT(s), jitter: &mut Zero }, event)
    };
    let effects = event(0, Event::Wanted);
    let ticket = effects.iter().find_map(|effect| match effect {
        Effect::Send(ticket, ..) => Some(*ticket),
        _ => None,
    });
    if let Some(refusal) = outcome {
        event(0, Event::Answered { ticket: ticket.unwrap(), sent: Mono::ZERO, outcome: Err(refusal) });
        event(0, Event::Wanted);
    }
    let waiter =
        Waiter { waited: Duration::from_secs(waited), limit: Duration::from_secs(30), floor: Duration::ZERO };
    match credential.outlook(AT(waited).mono, &waiter) {
        Outlook::Deny(denial) => {
            let failure = denial.tell(profile, AT(waited).wall);
            assert_eq!(failure.code, denial.code());
            assert!(!failure.message.contains("s3cr3t"), "{failure}");
            assert!(failure.message.starts_with("profile 'demo': "), "{failure}");
            failure
        }
        other => panic!("{other:?}"),
    }
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
        &told(&genesys, Some(refusal(401, &id, INVALID_CLIENT)), 1),
        Code::CredentialRejected,
        &[
            "https://login.mypurecloud.de/oauth/token refused the client: 401 invalid_client: authentication failed",
            "(correlation id abc-1)",
            "Check client_id, client_secret and region",
            "mypurecloud.de refuses a client of another region",
        ],
    );
    let other = told(&plain(), Some(refusal(401, &[], INVALID_CLIENT)), 1);
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
    let failure = told(&scoped, Some(refusal(400, &[], body)), 1);
    let parts =
        ["refused the scope: 400 invalid_scope: unknown scope", "Check scope ('read everything')", "expiry"];
    assert_tells(&failure, Code::CredentialRejected, &parts);
    assert!(!failure.message.contains("client_secret"), "{failure}");
    let unset = told(&plain(), Some(refusal(400, &[], body)), 1);
    assert_tells(&unset, Code::CredentialRejected, &["Set scope"]);
}

#[test]
fn a_throttle_is_no_refusal() {
    let failure = told(&plain(), Some(refusal(429, &[("Retry-After", "600")], "slow down")), 1);
    assert_tells(
        &failure,
        Code::ThrottledUntil,
        &[
            "limits this client's token requests: 429 slow down, Retry-After 600 s",
            "No request before 10 min from now, and of token_timeout (30 s) ",
            "Lower the number of token requests of this client",
        ],
    );
    assert!(!failure.message.contains("client_secret"), "{failure}");
}

#[test]
fn a_quota_says_until_when() {
    let capped =
        profile(&[("token_url", "https://login.example.com/oauth/token"), ("max_retry_after", "3m")]);
    let day = [("Retry-After", "86400")];
    let failure = told(&capped, Some(refusal(429, &day, "daily limit")), 0);
    assert_tells(
        &failure,
        Code::ThrottledUntil,
        &[
            "profile 'demo': quota exhausted until 1970-01-02T00:00:00Z (24 h from now, and max_retry_after is 3 min): ",
            "limits this client's token requests: 429 daily limit, Retry-After 86400 s. Lower the number",
        ],
    );
    assert!(!failure.message.contains("token_timeout"), "{failure}");
    let later = told(&capped, Some(refusal(429, &day, "daily limit")), 20);
    assert_tells(
        &later,
        Code::ThrottledUntil,
        &["quota exhausted until 1970-01-02T00:00:00Z (24 h from now"],
    );
    let down = told(&capped, Some(refusal(503, &day, "")), 0);
    assert_tells(
        &down,
        Code::ThrottledUntil,
        &["no token request until 1970-01-02T00:00:00Z", "503 an empty body"],
    );
    let for_ever = told(&capped, Some(refusal(429, &[("Retry-After", "99999999999999999999")], "")), 0);
    assert_tells(&for_ever, Code::ThrottledUntil, &["quota exhausted until 2554-07-21T23:34:34Z"]);
    let refused = told(&capped, Some(refusal(401, &day, INVALID_CLIENT)), 1);
    assert_tells(&refused, Code::CredentialRejected, &["refused the client"]);
    let uncapped = told(&plain(), Some(refusal(429, &day, "daily limit")), 1);
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
                "can't serve token requests now: 503 an empty body, Retry-After 3600 s",
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
        assert_tells(&told(&plain(), Some(outcome), waited), code, parts);
    }
}

#[test]
fn an_unreachable_server_names_the_proxy_in_the_way() {
    let url = ("token_url", "https://login.example.com/t");
    for (proxy, part) in [("none", "proxy=none"), ("http://u:p4ss@proxy:1", "the proxy of this profile")] {
        let failure = told(&profile(&[url, ("proxy", proxy)]), Some(Refusal::not_sent("timed out")), 30);
        assert_tells(&failure, Code::Unreachable, &[part]);
        assert!(!failure.message.contains("p4ss"), "{failure}");
    }
}

#[test]
fn no_answer_until_the_deadline_is_a_deadline_error() {
    let failure = told(&plain(), None, 30);
    assert_tells(
        &failure,
        Code::Deadline,
        &["no token after 30 s", "has not answered yet", "raise token_timeout (30 s)"],
    );
}

#[test]
fn a_stop_and_too_high_a_floor_have_their_own_errors() {
    let profile = plain();
    let mut credential = Credential::new("demo", *profile.policy, profile.grant_sources());
    let mut admission = Admission::default();
    let mut ctx = Context { now: AT(0), jitter: &mut Zero };
    let effects = step(&mut credential, &mut admission, &mut ctx, Event::Wanted);
    let Effect::Send(ticket, ..) = effects[0] else { panic!("{effects:?}") };
    let body = br#"{"access_token":"t0ken","expires_in":20}"#;
    let minted = read(
        Reply { status: 200, headers: &[], body },
        Wall(0),
        &profile.client,
        &profile.request(&RequestGrant::Primary),
        None,
    );
    let answered = Event::Answered { ticket, sent: Mono::ZERO, outcome: minted };
    step(&mut credential, &mut admission, &mut ctx, answered);
    let waiter = |floor| Waiter { waited: Duration::ZERO, limit: Duration::from_secs(1), floor };
    let deny = |credential: &Credential, floor| match credential.outlook(Mono::ZERO, &waiter(floor)) {
        Outlook::Deny(denial) => denial.tell(&profile, Wall(0)),
        other => panic!("{other:?}"),
    };
    let high = deny(&credential, Duration::from_secs(19));
    assert_tells(&high, Code::Config, &["more remaining life", "(18 s)"]);
    step(&mut credential, &mut admission, &mut ctx, Event::ShutDown);
    assert_tells(&deny(&credential, Duration::ZERO), Code::Stopped, &["the test is being stopped"]);
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
