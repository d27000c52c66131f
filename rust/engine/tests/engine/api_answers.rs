//! What APIs say in ways of their own: the token is replaced, or the gate closed, and nothing is taken for the other.

use std::time::Duration;

use tollgate_engine::{Engine, Event, Finding, Handle, Moment, Pace, Report};

use crate::server::{Server, token};
use crate::{open, read};

const API: Option<&str> = Some("https://api.example.com:443");

/// An engine with a token in service that is read as these settings say.
fn with(settings: &[(&str, &str)]) -> (Server, Engine, Handle, String) {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let url = server.url();
    let handle = open(&engine, "answers", &[&[("token_url", url.as_str())], settings].concat());
    let (_, token) = read(&engine, handle).unwrap();
    (server, engine, handle, token)
}

/// The generation in service once the driver has heard of all reports.
fn settled(engine: &Engine, handle: Handle) -> u64 {
    crate::status(engine, handle);
    read(engine, handle).unwrap().0
}

fn plain(status: u16, sent: &str) -> Report<'_> {
    Report { status, origin: API, authorization: Some(sent), ago: Duration::ZERO, ..Report::default() }
}

#[test]
fn a_rejection_in_any_form_replaces_the_token() {
    let challenge = [("WWW-Authenticate".to_owned(), r#"Bearer error="invalid_token""#.to_owned())];
    let body = r#"{"success":false,"errors":[{"code":"602","message":"Access token expired"}]}"#;
    let settings = [("rejection_statuses", "440, 498"), ("rejection_text", "Access token expired")];
    for (report, replaced) in [
        (plain(498, ""), true),
        (plain(440, ""), true),
        (plain(419, ""), false),
        (plain(403, ""), false),
        (Report { headers: &challenge, ..plain(403, "") }, true),
        (Report { body, ..plain(200, "") }, true),
        (Report { body: "Access token renewed", ..plain(200, "") }, false),
        (Report { finding: Some(Finding::Rejection), ..plain(200, "") }, true),
    ] {
        let (_server, engine, handle, token) = with(&settings);
        let status = report.status;
        engine.report(handle, Report { authorization: Some(&token), ..report }).unwrap();
        assert_eq!(settled(&engine, handle), 1 + u64::from(replaced), "{status} {:?}", report.body);
    }
}

#[test]
fn a_limit_under_403_closes_the_gate_and_is_no_missing_permission() {
    let headers = [("Retry-After".to_owned(), "600".to_owned())];
    let (_server, engine, handle, token) = with(&[]);
    for _ in 0..20 {
        engine.report(handle, Report { headers: &headers, ..plain(403, &token) }).unwrap();
    }
    assert!(engine.pause(handle, API, false).unwrap() > Duration::from_secs(590));
    let status = crate::status(&engine, handle);
    assert!(status.contains(r#""forbidden":0,"#) && status.contains(r#""api_throttled":20,"#), "{status}");
    let events: Vec<_> = engine
        .await_events(Duration::ZERO)
        .into_iter()
        .filter_map(|event| if let Event::Warn(text) = event { Some(text) } else { None })
        .collect();
    assert_eq!(events.len(), 1, "{events:?}");
    assert!(
        events[0].contains("status 403 that a limit was met, not that a permission is missing"),
        "{events:?}"
    );
    assert!(!events[0].contains(&token));
}

#[test]
fn a_wait_of_centuries_is_told_and_ends_with_the_run() {
    let headers = [("Retry-After".to_owned(), "9999999999".to_owned())];
    let (_server, engine, handle, token) = with(&[]);
    engine.report(handle, Report { headers: &headers, ..plain(429, &token) }).unwrap();
    assert!(engine.pause(handle, API, false).unwrap() > Duration::from_secs(365 * 86_400));
    crate::status(&engine, handle);
    let events = engine.await_events(Duration::ZERO);
    let is_told = |event: &Event| matches!(event, Event::Warn(text) if text.contains("more than a year"));
    assert!(events.iter().any(is_told));
    engine.run_started(7);
    assert_eq!(engine.pause(handle, API, false).unwrap(), Duration::ZERO);
}

#[test]
fn a_token_is_known_by_what_the_profile_puts_before_it() {
    for (settings, sent) in [
        (&[("token_scheme", "Token")][..], "Token token-1"),
        (&[("token_name", "X-Auth-Token")], "token-1"),
        (&[("token_scheme", "Token token=")], "Token token=token-1"),
        (&[("token_place", "cookie"), ("token_name", "session")], "token-1"),
    ] {
        let (_server, engine, handle, _) = with(settings);
        engine.report(handle, plain(401, sent)).unwrap();
        assert_eq!(settled(&engine, handle), 2, "{sent}");
        engine.report(handle, plain(401, "Token of-another")).unwrap();
        assert_eq!(settled(&engine, handle), 2);
    }
}

#[test]
fn where_threads_are_paced_answers_with_quotas_are_wanted() {
    let quota = |left: u32| {
        [("X-RateLimit-Remaining", left.to_string()), ("X-RateLimit-Reset", "280".to_owned())]
            .map(|(name, value)| (name.to_owned(), value))
    };
    let (_server, engine, handle, token) = with(&[]);
    let report =
        |left| engine.report(handle, Report { headers: &quota(left), ..plain(200, &token) }).unwrap();
    assert!(!report(9), "nobody asks for a pace");
    let first_answer = Moment::now().after(Duration::from_secs(1)); // others wait for it no longer
    assert_eq!(engine.pace(handle, API, Duration::ZERO).unwrap(), Pace::After(Duration::ZERO));
    let next = engine.pace(handle, API, Duration::ZERO).unwrap();
    assert!(matches!(next, Pace::AskAgain(_)) || !first_answer.is_ahead(), "{next:?}");
    assert!(report(9));
    let waits: Vec<_> = (0..4).map(|_| engine.pace(handle, API, Duration::ZERO).unwrap()).collect();
    for pair in waits.windows(2) {
        let [Pace::After(first), Pace::After(second)] = pair else { panic!("{pair:?}") };
        // Half a minute apart, less what passes between the two calls.
        assert!(second.saturating_sub(*first) > Duration::from_secs(5), "{pair:?}");
    }
    for _ in 0..100 {
        engine.pace(handle, API, Duration::ZERO).unwrap();
    }
    assert!(matches!(engine.pace(handle, API, Duration::ZERO).unwrap(), Pace::AskAgain(_)));
    let waited = Duration::from_secs(299);
    assert_eq!(engine.pace(handle, API, waited).unwrap(), Pace::After(Duration::from_secs(1)), "max_pause");
}
