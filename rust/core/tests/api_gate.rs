//! The gate between the load and the API.

use std::time::Duration;

use tollgate_core::config::answer_rules::AnswerRules;
use tollgate_core::http::rate_headers::quotas;
use tollgate_core::http::retry_after::RetryAfter;
use tollgate_core::machine::api_answer::ApiAnswer;
use tollgate_core::machine::api_gate::{ApiGate, Signal};
use tollgate_core::time::backoff::Backoff;
use tollgate_core::time::clock::{Context, Jitter, Mono, Now, Wall};

const BACKOFF: Backoff = Backoff {
    base: Duration::from_millis(500),
    throttle_base: Duration::from_secs(1),
    cap: Duration::from_secs(60),
};

const API: &str = "https://api.example.com:443";

struct Always(f64);

impl Jitter for Always {
    fn unit(&mut self) -> f64 {
        self.0
    }
}

/// A gate and the luck it has.
struct World {
    gate: ApiGate,
    luck: Always,
}

impl World {
    fn with_luck(unit: f64) -> Self {
        Self { gate: ApiGate::default(), luck: Always(unit) }
    }

    fn on_answer(&mut self, ms: u64, origin: &str, signal: Signal) -> bool {
        self.gate.on_answer(
            &mut Context { now: at(ms), jitter: &mut self.luck },
            Some(origin),
            signal,
            &BACKOFF,
        )
    }

    /// Of whichever origin opens last.
    fn remaining(&self, ms: u64) -> u128 {
        self.gate.remaining(at(ms).mono, None).as_millis()
    }

    fn remaining_of(&self, ms: u64, origin: &str) -> u128 {
        self.gate.remaining(at(ms).mono, Some(origin)).as_millis()
    }

    fn pause(&mut self, ms: u64, longest: Duration) -> u128 {
        self.gate.pause(&mut Context { now: at(ms), jitter: &mut self.luck }, None, longest).as_millis()
    }

    fn pause_of(&mut self, ms: u64, origin: &str) -> u128 {
        let ctx = &mut Context { now: at(ms), jitter: &mut self.luck };
        self.gate.pause(ctx, Some(origin), LONG).as_millis()
    }
}

fn at(ms: u64) -> Now {
    Now { mono: Mono::from_nanos(ms * 1_000_000), wall: Wall(0) }
}

fn named(seconds: u64) -> RetryAfter {
    RetryAfter { wait: Duration::from_secs(seconds), dated: false }
}

const LONG: Duration = Duration::from_secs(300);

#[test]
fn a_429_closes_the_gate_for_the_time_it_names_and_its_slack() {
    let mut world = World::with_luck(0.5);
    assert_eq!(world.remaining(0), 0);
    assert!(world.on_answer(0, API, Signal::Throttled(Some(named(10)))), "it was open");
    assert_eq!(world.remaining(0), 10_500);
    assert_eq!(world.remaining(10_499), 1);
    assert_eq!(world.remaining(10_500), 0);
}

#[test]
fn a_wave_lengthens_a_wait_and_never_multiplies_it() {
    let mut world = World::with_luck(1.0);
    assert!(world.on_answer(0, API, Signal::Throttled(None)));
    assert_eq!(world.remaining(0), 1000);
    for ms in 1..500 {
        assert!(!world.on_answer(ms, API, Signal::Throttled(None)), "it was closed");
    }
    assert_eq!(world.remaining(500), 500, "five hundred answers of one wave");
    assert!(!world.on_answer(500, API, Signal::Throttled(Some(named(10)))));
    assert_eq!(world.remaining(500), 11_000, "a named wait counts at any time");
    assert!(!world.on_answer(600, API, Signal::Unavailable(named(1))));
    assert_eq!(world.remaining(600), 10_900, "a shorter one shortens nothing");
}

#[test]
fn without_a_named_wait_each_new_wave_doubles_it_until_an_answer_is_fine() {
    let mut world = World::with_luck(1.0);
    let mut now = 0;
    let mut waits = Vec::new();
    for _ in 0..8 {
        world.on_answer(now, API, Signal::Throttled(None));
        waits.push(world.remaining(now));
        world.on_answer(now, API, Signal::Fine);
        now += u64::try_from(world.remaining(now)).unwrap_or(0);
    }
    assert_eq!(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    assert!(!world.on_answer(now, API, Signal::Fine));
    world.on_answer(now, API, Signal::Throttled(None));
    assert_eq!(world.remaining(now), 1000, "an answer through the open gate ends the series");
}

#[test]
fn a_fine_answer_opens_no_closed_gate() {
    let mut world = World::with_luck(0.0);
    world.on_answer(0, API, Signal::Throttled(Some(named(10))));
    world.on_answer(1, API, Signal::Fine);
    assert_eq!(world.remaining(1), 9999);
}

#[test]
fn threads_that_waited_together_return_apart() {
    let mut world = World::with_luck(0.0);
    world.on_answer(0, API, Signal::Throttled(Some(named(10))));
    assert_eq!(world.pause(0, LONG), 10_000);
    world.luck = Always(0.999);
    assert_eq!(world.pause(0, LONG), 10_999, "a tenth of the wait");
    world.on_answer(0, API, Signal::Throttled(Some(named(1))));
    assert_eq!(world.pause(0, Duration::from_secs(2)), 2000, "never longer than asked");
    assert_eq!(world.pause(10_000, LONG), 0, "open: no spread for those who never waited");
}

#[test]
fn the_spread_is_half_a_second_to_ten_seconds_wide() {
    for (wait, spread) in [(1, 500), (20, 2000), (250, 10_000)] {
        let mut world = World::with_luck(0.0);
        world.on_answer(0, API, Signal::Throttled(Some(named(wait))));
        let earliest = world.pause(0, LONG);
        world.luck = Always(1.0);
        assert_eq!(world.pause(0, LONG) - earliest, spread, "{wait} s");
    }
}

#[test]
fn a_limit_of_one_origin_pauses_nobody_who_calls_another() {
    let mut world = World::with_luck(0.0);
    assert!(world.on_answer(0, "https://a", Signal::Throttled(Some(named(5)))));
    assert!(world.on_answer(0, "https://b", Signal::Throttled(Some(named(9)))), "b was open");
    world.on_answer(0, "https://c", Signal::Fine);
    for (origin, wait) in [("https://a", 5000), ("https://b", 9000), ("https://c", 0)] {
        assert_eq!(world.remaining_of(0, origin), wait, "{origin}");
        assert_eq!(world.pause_of(0, origin), wait, "{origin}");
    }
    assert_eq!(
        (world.remaining(0), world.pause(0, LONG)),
        (9000, 9000),
        "the longest, if nobody says whom it calls"
    );
    assert!(!world.gate.is_calm(at(5000).mono, Some("https://b")));
    assert!(world.gate.is_calm(at(5000).mono, Some("https://a")));
    assert!(!world.gate.is_calm(at(5000).mono, None));
    assert!(world.gate.is_calm(at(9000).mono, None));
}

#[test]
fn a_limit_of_an_unknown_origin_pauses_everybody() {
    let mut world = World::with_luck(0.0);
    let ctx = &mut Context { now: at(0), jitter: &mut world.luck };
    assert!(world.gate.on_answer(ctx, None, Signal::Throttled(Some(named(5))), &BACKOFF));
    assert_eq!(world.pause_of(0, "https://a"), 5000);
    world.on_answer(1000, "https://a", Signal::Throttled(Some(named(7))));
    assert_eq!(world.pause_of(1000, "https://a"), 7000, "the later of the two");
    assert_eq!(world.pause_of(1000, "https://b"), 4000);
}

#[test]
fn endless_origins_share_one_gate() {
    let mut world = World::with_luck(0.0);
    for index in 0..10_000 {
        world.on_answer(0, &format!("https://h{index}"), Signal::Throttled(Some(named(5))));
    }
    assert!(
        !world.on_answer(1, "https://h9999", Signal::Throttled(Some(named(5)))),
        "closed with the others"
    );
    assert!(world.remaining_of(1, "https://h9999") > 0);
    assert!(format!("{:?}", world.gate).matches("https://").count() <= 256);
    world.on_answer(60_000, "https://late", Signal::Throttled(Some(named(5))));
    assert_eq!(
        world.remaining_of(60_000, "https://h9999"),
        0,
        "those that opened have given up their places"
    );
}

#[test]
fn a_wait_without_end_does_not_overflow() {
    let mut world = World::with_luck(1.0);
    world.on_answer(5, API, Signal::Throttled(Some(named(u64::MAX))));
    assert!(world.remaining(5) > 0);
    assert_eq!(world.pause(5, LONG), LONG.as_millis());
}

fn signal(status: u16, headers: &[(String, String)], received: Wall, rate_headers: bool) -> Option<Signal> {
    let quotas = quotas(headers, received);
    let rules = AnswerRules { rate_headers, ..AnswerRules::default() };
    ApiAnswer { status, headers, body: "", finding: None, quotas: &quotas, received }.signal(&rules, None)
}

#[test]
fn only_429_and_a_refusal_that_names_a_wait_close_it() {
    let read = |status, headers: &[(&str, &str)]| {
        let headers: Vec<_> = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        signal(status, &headers, Wall(0), true)
    };
    let dated = RetryAfter { wait: Duration::from_secs(9), dated: true };
    let date = ("Date", "Sun, 06 Nov 1994 08:49:28 GMT");
    let until = ("RETRY-AFTER", "Sun, 06 Nov 1994 08:49:37 GMT");
    for (status, headers, read_as) in [
        (200, &[("Retry-After", "9")][..], Some(Signal::Fine)),
        (302, &[], Some(Signal::Fine)),
        (399, &[], Some(Signal::Fine)),
        (400, &[], None),
        (401, &[("Retry-After", "9")], None),
        (403, &[], None),
        (403, &[("Retry-After", "9")], Some(Signal::Throttled(Some(named(9))))),
        (400, &[("Retry-After", "9")], Some(Signal::Throttled(Some(named(9))))),
        (404, &[], None),
        (500, &[("Retry-After", "9")], None),
        (429, &[], Some(Signal::Throttled(None))),
        (429, &[("Retry-After", "junk")], Some(Signal::Throttled(None))),
        (429, &[("retry-after", "9")], Some(Signal::Throttled(Some(named(9))))),
        (429, &[until, date], Some(Signal::Throttled(Some(dated)))),
        (429, &[("inin-ratelimit-reset", "9")], Some(Signal::Throttled(Some(named(9))))),
        (
            429,
            &[("ININ-RateLimit-Reset", "9"), ("Retry-After", "3")],
            Some(Signal::Throttled(Some(named(3)))),
        ),
        (
            429,
            &[("inin-ratelimit-reset", "Sun, 06 Nov 1994 08:49:37 GMT"), date],
            Some(Signal::Throttled(Some(dated))),
        ),
        (503, &[], None),
        (503, &[("Retry-After", "0")], None),
        (503, &[("Retry-After", "9")], Some(Signal::Unavailable(named(9)))),
        (503, &[("inin-ratelimit-reset", "9")], None),
        (429, &[("X-RateLimit-Reset", "9")], Some(Signal::Throttled(Some(named(9))))),
        (429, &[("X-RateLimit-Reset", "9"), ("X-RateLimit-Remaining", "5")], Some(Signal::Throttled(None))),
        (0, &[], None),
    ] {
        assert_eq!(read(status, headers), read_as, "{status} {headers:?}");
    }
}

#[test]
fn rate_headers_close_it_before_the_429_comes() {
    let read = |status, headers: &[(&str, &str)], heeded| {
        let headers: Vec<_> = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        signal(status, &headers, Wall(0), heeded)
    };
    let spent = [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "9")];
    let left = [("X-RateLimit-Remaining", "1"), ("X-RateLimit-Reset", "9")];
    for (status, otherwise) in
        [(200, Some(Signal::Fine)), (302, Some(Signal::Fine)), (404, None), (500, None), (503, None)]
    {
        assert_eq!(read(status, &spent, true), Some(Signal::Spent(named(9))), "{status}");
        assert_eq!(read(status, &spent, false), otherwise, "{status}");
        assert_eq!(read(status, &left, true), otherwise, "{status}");
    }
    assert_eq!(read(0, &spent, true), None);
    for heeded in [true, false] {
        assert_eq!(read(429, &spent, heeded), Some(Signal::Throttled(Some(named(9)))));
    }
    let both = [&spent[..], &[("Retry-After", "3")]].concat();
    assert_eq!(
        read(429, &both, true),
        Some(Signal::Throttled(Some(named(3)))),
        "what a refusal names counts"
    );
    assert_eq!(read(503, &both, true), Some(Signal::Unavailable(named(3))));
}

#[test]
fn a_quota_that_is_spent_closes_the_gate_until_it_is_whole_again() {
    let mut world = World::with_luck(0.5);
    assert!(world.on_answer(0, API, Signal::Spent(named(60))), "it was open");
    assert_eq!(world.remaining(0), 62_500);
    assert!(!world.on_answer(1, API, Signal::Spent(named(60))), "those under way say it again");
    assert!(!world.on_answer(2, API, Signal::Fine));
    assert_eq!(world.remaining(2), 62_499);
    assert_eq!(world.pause(2, LONG), 62_499 + 3_125, "half of the spread, which is a tenth of the wait");
    assert_eq!(world.remaining(62_501), 0);
    let dated = RetryAfter { wait: Duration::from_secs(10), dated: true };
    world.on_answer(70_000, API, Signal::Spent(dated));
    assert_eq!(world.remaining(70_000), 11_500, "a date is exact to the second only");
}

#[test]
fn a_served_request_that_spends_the_quota_ends_a_series_of_refusals() {
    let mut world = World::with_luck(1.0);
    world.on_answer(0, API, Signal::Throttled(None));
    world.on_answer(1000, API, Signal::Throttled(None));
    assert_eq!(world.remaining(1000), 2000);
    world.on_answer(3000, API, Signal::Spent(named(1)));
    assert_eq!(world.remaining(3000), 1100);
    world.on_answer(5000, API, Signal::Throttled(None));
    assert_eq!(world.remaining(5000), 1000, "the first of a new series");
    world.on_answer(5500, API, Signal::Spent(named(1)));
    world.on_answer(8000, API, Signal::Throttled(None));
    assert_eq!(world.remaining(8000), 2000, "one that was under way when the gate closed ends none");
}
