//! Pacing in virtual time, against a server that counts, and the unit that is learned from its numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use tollgate_core::http::rate_headers::{Quota, Unit, quotas, spent};
use tollgate_core::machine::api_gate::{ApiGate, Signal};
use tollgate_core::machine::pacing::{FIRST_ANSWER, Pace};
use tollgate_core::time::backoff::Backoff;
use tollgate_core::time::clock::{Context, Jitter, Mono, Now, Wall};

const BACKOFF: Backoff = Backoff {
    base: Duration::from_millis(500),
    throttle_base: Duration::from_secs(1),
    cap: Duration::from_secs(60),
};
const API: Option<&str> = Some("https://api.example.com:443");

struct Luck(f64);

impl Jitter for Luck {
    fn unit(&mut self) -> f64 {
        self.0
    }
}

fn at(ms: u64) -> Mono {
    Mono::from_nanos(ms * 1_000_000)
}

fn reported(pairs: &[(&str, String)]) -> Vec<Quota> {
    let headers: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    quotas(&headers, Wall(1_795_168_800_000))
}

/// How a server tells the time to the reset.
#[derive(Clone, Copy, Debug)]
enum Told {
    /// In whole seconds, cut off, and never as zero.
    CutOff,
    /// In whole seconds, rounded up.
    RoundedUp,
    /// With its fraction.
    Exactly,
}

/// A server that allows so many requests in each window of the clock.
#[derive(Debug)]
struct Server {
    limit: u64,
    window_ms: u64,
    /// How old its first window is when the run starts.
    age_ms: u64,
    told: Told,
    names_limit: bool,
    served: BTreeMap<u64, u64>,
    refused: u64,
}

impl Server {
    fn answer(&mut self, ms: u64) -> Answer {
        let ms = ms + self.age_ms;
        let served = self.served.entry(ms / self.window_ms).or_default();
        let refuses = *served >= self.limit;
        *served += u64::from(!refuses);
        self.refused += u64::from(refuses);
        let left_ms = self.window_ms - ms % self.window_ms;
        let reset = match self.told {
            Told::CutOff => (left_ms / 1000).max(1).to_string(),
            Told::RoundedUp => left_ms.div_ceil(1000).to_string(),
            Told::Exactly => format!("{}.{:03}", left_ms / 1000, left_ms % 1000),
        };
        let mut headers =
            vec![("X-RateLimit-Remaining", (self.limit - *served).to_string()), ("X-RateLimit-Reset", reset)];
        if self.names_limit {
            headers.push(("X-RateLimit-Limit", self.limit.to_string()));
        }
        (reported(&headers), refuses)
    }
}

/// The quotas that an answer reports, and whether it is a refusal.
type Answer = (Vec<Quota>, bool);

/// Runs threads that send as soon as they may, to the end of the window they start in and for five more. Returns how many
/// requests the server served in each window.
fn run(server: &mut Server, threads: usize, paced: bool, longest_exchange_ms: u64) -> Vec<u64> {
    let for_ms = 6 * server.window_ms - server.age_ms;
    let mut gate = ApiGate::default();
    let mut luck = Luck(0.5);
    // What happens, in order: a thread asks (0), sends (1), has its answer (2).
    let mut due: BTreeMap<(u64, u8, usize), Option<Answer>> =
        (0..threads).map(|thread| ((0, 0, thread), None)).collect();
    while let Some(((ms, step, thread), answer)) = due.pop_first() {
        if ms >= for_ms {
            break;
        }
        let now = at(ms);
        match step {
            0 => {
                let wait = gate.remaining(now, API);
                let pace = if !wait.is_zero() {
                    Pace::AskAgain(wait)
                } else if paced {
                    gate.pace(now, API)
                } else {
                    Pace::After(Duration::ZERO)
                };
                let (wait, step) = match pace {
                    Pace::After(wait) => (wait, 1),
                    Pace::AskAgain(wait) => (wait, 0),
                };
                let wait = u64::try_from(wait.as_micros().div_ceil(1000)).unwrap_or(u64::MAX / 2);
                due.insert((ms + wait, step, thread), None);
            }
            1 => {
                let answer = server.answer(ms);
                let exchange_ms = 1 + (ms * 2_654_435_761 + thread as u64 * 40_503) % longest_exchange_ms;
                due.insert((ms + exchange_ms, 2, thread), Some(answer));
            }
            _ => {
                let (quotas, refused) = answer.unwrap_or_default();
                let ctx = &mut Context { now: Now { mono: now, wall: Wall(0) }, jitter: &mut luck };
                let unit = gate.observe(ctx, API, &quotas, None);
                let wait = spent(&quotas, unit);
                let signal = match wait {
                    wait if refused => Signal::Throttled(wait),
                    Some(wait) => Signal::Spent(wait),
                    None => Signal::Fine,
                };
                gate.on_answer(ctx, API, signal, &BACKOFF);
                due.insert((ms + 1, 0, thread), None);
            }
        }
    }
    (0..6).map(|window| server.served.get(&window).copied().unwrap_or(0)).collect()
}

fn server(limit: u64, window_ms: u64, age_ms: u64, told: Told, names_limit: bool) -> Server {
    Server { limit, window_ms, age_ms, told, names_limit, served: BTreeMap::new(), refused: 0 }
}

#[test]
fn with_pacing_nothing_is_refused_and_nearly_all_that_is_allowed_is_used() {
    for told in [Told::CutOff, Told::RoundedUp, Told::Exactly] {
        for age_ms in [0, 4700, 9900] {
            for threads in [1, 7, 50, 300] {
                let mut server = server(100, 10_000, age_ms, told, true);
                let served = run(&mut server, threads, true, 40);
                assert_eq!(server.refused, 0, "{threads} threads, {age_ms} ms: {served:?}");
                let used: u64 = served[1..].iter().sum();
                assert!(used >= 90 * 5, "{threads} threads, {age_ms} ms: {served:?}");
            }
        }
    }
    let mut unpaced = server(100, 10_000, 0, Told::CutOff, true);
    run(&mut unpaced, 50, false, 40);
    assert!(unpaced.refused > 0, "without pacing threads run into the limit");
}

#[test]
fn of_short_windows_two_thirds_are_used_although_the_reset_is_told_in_seconds() {
    for (told, age_ms) in
        [(Told::CutOff, 0), (Told::RoundedUp, 0), (Told::CutOff, 1400), (Told::RoundedUp, 1400)]
    {
        let mut server = server(95, 3000, age_ms, told, true);
        let served = run(&mut server, 47, true, 99);
        assert_eq!(server.refused, 0, "{told:?}, {age_ms} ms: {served:?}");
        let used: u64 = served[1..].iter().sum();
        assert!(used >= 64 * 5, "{told:?}, {age_ms} ms: {served:?}");
    }
}

#[test]
fn the_load_is_even_within_a_window() {
    let mut gate = ApiGate::default();
    let report = |left: u64| {
        reported(&[
            ("X-RateLimit-Remaining", left.to_string()),
            ("RateLimit", format!(r#""a";r={left};t=59.5"#)),
        ])
    };
    let ctx = &mut Context { now: Now::default(), jitter: &mut Luck(0.0) };
    assert_eq!(gate.pace(at(0), API), Pace::After(Duration::ZERO));
    gate.observe(ctx, API, &report(119), None);
    let slots: Vec<_> = (0..119)
        .map(|_| match gate.pace(at(0), API) {
            Pace::After(wait) => wait,
            Pace::AskAgain(_) => panic!("quotas are known"),
        })
        .collect();
    for pair in slots.windows(2) {
        let apart = pair[1].saturating_sub(pair[0]);
        assert!(apart.abs_diff(Duration::from_millis(500)) < Duration::from_millis(5), "{pair:?}");
    }
    assert!(slots[118] <= Duration::from_millis(59_600));
}

#[test]
fn an_api_without_rate_headers_delays_only_the_first() {
    let mut gate = ApiGate::default();
    assert_eq!(gate.pace(at(0), API), Pace::After(Duration::ZERO));
    assert!(matches!(gate.pace(at(1), API), Pace::AskAgain(_)), "the first answer may tell");
    let ctx = &mut Context { now: Now { mono: at(5), wall: Wall(0) }, jitter: &mut Luck(0.0) };
    gate.observe(ctx, API, &[], None);
    for ms in [5, 6, 7] {
        assert_eq!(gate.pace(at(ms), API), Pace::After(Duration::ZERO));
    }
    let mut unheard = ApiGate::default();
    assert_eq!(unheard.pace(at(0), API), Pace::After(Duration::ZERO));
    let later = u64::try_from(FIRST_ANSWER.as_millis()).unwrap_or(0);
    assert!(matches!(unheard.pace(at(later - 1), API), Pace::AskAgain(_)));
    for ms in [later, later + 1] {
        assert_eq!(unheard.pace(at(ms), API), Pace::After(Duration::ZERO), "nobody reports answers");
    }
}

#[test]
fn of_two_quotas_the_tighter_sets_the_pace() {
    let mut gate = ApiGate::default();
    let tell = |gate: &mut ApiGate, ms: u64, fields: &str| {
        let both = reported(&[("RateLimit", fields.to_owned())]);
        let ctx = &mut Context { now: Now { mono: at(ms), wall: Wall(0) }, jitter: &mut Luck(0.0) };
        gate.observe(ctx, API, &both, None);
    };
    gate.pace(at(0), API);
    tell(&mut gate, 0, r#""burst";r=100;t=59.5, "day";r=4;t=99.5"#);
    let (Pace::After(first), Pace::After(second)) = (gate.pace(at(0), API), gate.pace(at(0), API)) else {
        panic!("known")
    };
    assert!(second.saturating_sub(first) >= Duration::from_secs(18), "{first:?} {second:?}");
    let burst = Duration::from_millis(59_500);
    assert_eq!(gate.pace(at(0), API), Pace::AskAgain(burst), "nothing is known of the next burst");
    assert!(matches!(gate.pace(at(59_600), API), Pace::After(wait) if wait < Duration::from_millis(200)));
    assert!(matches!(gate.pace(at(59_600), API), Pace::AskAgain(_)), "until its answer");
    tell(&mut gate, 75_000, r#""burst";r=99;t=44.5, "day";r=1;t=24.5"#);
    assert_eq!(gate.pace(at(75_000), API), Pace::After(Duration::ZERO));
}

#[test]
fn at_the_end_of_a_window_one_request_goes_first() {
    let mut gate = ApiGate::default();
    let tell = |gate: &mut ApiGate, ms: u64, pairs: &[(&str, String)]| {
        let ctx = &mut Context { now: Now { mono: at(ms), wall: Wall(0) }, jitter: &mut Luck(0.0) };
        gate.observe(ctx, API, &reported(pairs), None);
    };
    let quota = |left: u64, reset: &str| {
        [("X-RateLimit-Remaining", left.to_string()), ("X-RateLimit-Reset", reset.to_owned())]
    };
    gate.pace(at(0), API);
    tell(&mut gate, 10, &quota(0, "4.5"));
    assert_eq!(gate.pace(at(10), API), Pace::AskAgain(Duration::from_millis(4500)));
    assert_eq!(gate.pace(at(4510), API), Pace::After(Duration::ZERO), "the first");
    assert!(matches!(gate.pace(at(4511), API), Pace::AskAgain(_)));
    tell(&mut gate, 4520, &quota(0, "0.5"));
    assert_eq!(gate.pace(at(4521), API), Pace::After(Duration::ZERO), "that answer was of the window before");
    for ms in [4530, 4540] {
        assert!(matches!(gate.pace(at(ms), API), Pace::AskAgain(_)));
        tell(&mut gate, ms, &[]);
        assert_eq!(gate.pace(at(ms), API), Pace::After(Duration::ZERO), "an error may name no quota");
    }
    assert!(matches!(gate.pace(at(5539), API), Pace::AskAgain(_)));
    assert_eq!(
        gate.pace(at(5540), API),
        Pace::After(Duration::ZERO),
        "after a second without an answer another"
    );
    assert!(matches!(gate.pace(at(5541), API), Pace::AskAgain(_)));
    tell(&mut gate, 5550, &[]);
    for _ in 0..3 {
        assert_eq!(gate.pace(at(5550), API), Pace::After(Duration::ZERO), "three answers name none");
    }
}

#[test]
fn a_request_without_an_answer_is_one_that_the_server_may_not_have_counted() {
    let quota =
        |left: u64| [("X-RateLimit-Remaining", left.to_string()), ("X-RateLimit-Reset", "9.5".to_owned())];
    let pace_after = |answered: bool| {
        let mut gate = ApiGate::default();
        let tell = |gate: &mut ApiGate, ms: u64, pairs: &[(&str, String)]| {
            let ctx = &mut Context { now: Now { mono: at(ms), wall: Wall(0) }, jitter: &mut Luck(0.0) };
            gate.observe(ctx, API, &reported(pairs), None);
        };
        gate.pace(at(0), API);
        tell(&mut gate, 0, &quota(2));
        for slot in [1, 2] {
            let third = Duration::from_secs(3) * slot;
            assert!(matches!(gate.pace(at(0), API), Pace::After(wait) if wait > third));
        }
        if answered {
            tell(&mut gate, 9600, &[]);
        }
        tell(&mut gate, 9700, &quota(1)); // the answer to one of the two
        gate.pace(at(9700), API)
    };
    assert!(matches!(pace_after(true), Pace::After(_)));
    assert!(matches!(pace_after(false), Pace::AskAgain(_)));
}

/// What the gate reads for a reset of this number, after answers with these numbers at these milliseconds.
fn learned(seen: &[(u64, u64)]) -> Option<Unit> {
    let mut gate = ApiGate::default();
    let mut unit = None;
    for (ms, number) in seen {
        let ctx = &mut Context { now: Now { mono: at(*ms), wall: Wall(0) }, jitter: &mut Luck(0.0) };
        let quotas =
            reported(&[("X-RateLimit-Remaining", "5".into()), ("X-RateLimit-Reset", number.to_string())]);
        unit = gate.observe(ctx, API, &quotas, None);
    }
    unit
}

#[test]
fn the_unit_is_learned_from_how_the_server_counts_down() {
    assert_eq!(learned(&[(0, 45_000)]), None);
    assert_eq!(learned(&[(0, 45_000), (1000, 44_000)]), None, "once may be chance");
    assert_eq!(learned(&[(0, 45_000), (1000, 44_020), (2000, 43_010)]), Some(Unit::Millis));
    assert_eq!(learned(&[(0, 45_000), (10_500, 34_400)]), Some(Unit::Millis), "over long it is none");
    assert_eq!(learned(&[(0, 45_000), (60_000, 44_940)]), Some(Unit::Seconds));
    assert_eq!(learned(&[(0, 45_000), (2000, 44_998), (4000, 44_996)]), Some(Unit::Seconds));
    assert_eq!(learned(&[(0, 45_000), (60_000, 45_000), (120_000, 45_000)]), None, "it stands still");
    assert_eq!(
        learned(&[(0, 45_000), (60_000, 59_000), (61_000, 58_000), (62_000, 57_000)]),
        Some(Unit::Millis)
    );
    assert_eq!(
        learned(&[(0, 45_000), (1000, 44_000), (2100, 20_000), (3000, 19_500)]),
        None,
        "other numbers"
    );
    assert_eq!(
        learned(&[(0, 45_000), (1000, 44_000), (3000, 43_998), (4000, 42_998)]),
        None,
        "they disagree"
    );
}

#[test]
fn a_gate_that_was_closed_by_a_number_in_doubt_is_set_right_by_what_was_learned() {
    let mut gate = ApiGate::default();
    let mut luck = Luck(0.0);
    let mut observe = |ms: u64, number: u64| {
        let ctx = &mut Context { now: Now { mono: at(ms), wall: Wall(0) }, jitter: &mut luck };
        let quotas =
            reported(&[("X-RateLimit-Remaining", "0".into()), ("X-RateLimit-Reset", number.to_string())]);
        let unit = gate.observe(ctx, API, &quotas, None);
        gate.on_answer(ctx, API, Signal::Throttled(spent(&quotas, unit)), &BACKOFF);
        gate.remaining(at(ms), API).as_millis()
    };
    assert_eq!(observe(0, 45_000), 60_000, "not 12.5 h");
    assert_eq!(observe(1000, 44_000), 60_000);
    assert_eq!(observe(2000, 43_000), 43_000, "milliseconds");
    let mut gate = ApiGate::default();
    let mut luck = Luck(0.0);
    let mut observe = |ms: u64, number: u64| {
        let ctx = &mut Context { now: Now { mono: at(ms), wall: Wall(0) }, jitter: &mut luck };
        let quotas =
            reported(&[("X-RateLimit-Remaining", "0".into()), ("X-RateLimit-Reset", number.to_string())]);
        let unit = gate.observe(ctx, API, &quotas, None);
        gate.on_answer(ctx, API, Signal::Throttled(spent(&quotas, unit)), &BACKOFF);
        gate.remaining(at(ms), API).as_secs()
    };
    assert_eq!(observe(0, 45_000), 60);
    assert_eq!(observe(60_000, 44_940), 44_940, "a minute later it is known to be seconds");
}

#[test]
fn a_wait_beyond_a_year_ends_with_the_run() {
    let mut gate = ApiGate::default();
    let ctx = &mut Context { now: Now::default(), jitter: &mut Luck(0.0) };
    let headers = [("Retry-After".to_owned(), "9999999999".to_owned())];
    let named = tollgate_core::http::retry_after::RetryAfter::of(&headers, Wall(1_795_168_800_000));
    gate.on_answer(ctx, API, Signal::Throttled(named), &BACKOFF);
    assert!(gate.remaining(at(0), API) > Duration::from_secs(365 * 86_400));
    gate.run_started(at(5));
    assert_eq!(gate.remaining(at(5), API), Duration::ZERO);
    let named = named
        .map(|named| tollgate_core::http::retry_after::RetryAfter { wait: Duration::from_secs(60), ..named });
    gate.on_answer(ctx, API, Signal::Throttled(named), &BACKOFF);
    gate.run_started(at(6));
    assert!(!gate.remaining(at(6), API).is_zero(), "another is kept");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_server_of_fixed_windows_refuses_a_paced_request(
        limit in 1..200_u64, window_ms in 3000..30_000_u64, age in 0..100_u64, threads in 1..60_usize, exchange_ms in 1..300_u64,
        told in prop_oneof![Just(Told::CutOff), Just(Told::RoundedUp), Just(Told::Exactly)], names_limit in any::<bool>(),
    ) {
        let mut server = server(limit, window_ms, window_ms * age / 100, told, names_limit);
        let served = run(&mut server, threads, true, exchange_ms);
        prop_assert_eq!(server.refused, 0, "{:?}", served);
    }
}
