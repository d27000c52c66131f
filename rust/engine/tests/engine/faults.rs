//! The fault matrix: each row of `docs/faults.md`, played on real sockets.
//!
//! A row says what a sample gets, how many requests the server sees in three backoff slots whoever waits, and what
//! becomes of a token in service. The page is the expectation: a new fault is one entry here and one row there.

mod answers;
mod connection;
mod floods;
mod http2;
mod keep_alive;
mod proxy;
mod refusals;
mod site;
mod tls;

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use tollgate_engine::{Engine, Failure, Handle};

use self::site::Site;
use crate::{PATIENCE, eventually, log_text, open, read};

/// A fault and where it happens.
struct Fault {
    /// As in the first column of the page.
    name: &'static str,
    site: fn() -> Site,
}

fn faults() -> impl Iterator<Item = &'static Fault> {
    [connection::FAULTS, tls::FAULTS, answers::FAULTS, floods::FAULTS, http2::FAULTS, proxy::FAULTS]
        .into_iter()
        .flatten()
}

const PAGE: &str = include_str!("../../../../docs/faults.md");

/// What the page says of a fault.
struct Documented {
    code: &'static str,
    /// `…` stands for anything.
    says: &'static str,
    /// In three backoff slots.
    requests: usize,
    in_service: &'static str,
}

fn documented() -> Vec<(&'static str, Documented)> {
    let of_endpoint = PAGE.split("\n## A crash").next().unwrap_or_default();
    let rows = of_endpoint.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.map(|row| row.split(" | ").collect::<Vec<_>>())
        .filter_map(|cells| {
            let [name, code, says, requests, in_service] = cells[..] else { panic!("{cells:?}") };
            let (code, requests) = (code.trim_matches('`'), requests.parse().ok()?);
            Some((name, Documented { code, says, requests, in_service }))
        })
        .collect()
}

#[test]
fn the_guide_lists_the_faults_in_their_order() {
    let listed: Vec<_> = documented().into_iter().map(|(name, _)| name).collect();
    let played: Vec<_> = faults().map(|fault| fault.name).collect();
    assert_eq!(listed, played);
}

/// Plays every fault at once and tells all that went otherwise than documented.
fn each(play: fn(&Fault, &Documented)) {
    let expected: BTreeMap<_, _> = documented().into_iter().collect();
    let players: Vec<_> =
        faults().filter_map(|fault| expected.get(fault.name).map(|row| (fault, row))).collect();
    let failed: Vec<_> = thread::scope(|scope| {
        let played: Vec<_> =
            players.iter().map(|(fault, row)| (fault.name, scope.spawn(|| play(fault, row)))).collect();
        played.into_iter().filter_map(|(name, played)| played.join().is_err().then_some(name)).collect()
    });
    assert!(failed.is_empty(), "not as documented: {failed:?}");
}

fn visit(engine: &Engine, site: &Site, more: &[(&'static str, &str)]) -> Handle {
    let own = site.settings.iter().map(|(key, value)| (*key, value.as_str()));
    open(engine, "faulty", &own.chain(more.iter().copied()).collect::<Vec<_>>())
}

fn count(engine: &Engine, handle: Handle, what: &str) -> u64 {
    let status: serde_json::Value = serde_json::from_str(&crate::status(engine, handle)).unwrap();
    status[what].as_u64().unwrap()
}

/// Asserts that the site sees so many requests. It may read one after the client has given it up.
fn assert_reached(site: &Site, requests: usize, fault: &Fault) {
    eventually(fault.name, || site.requests() >= requests);
    assert_eq!(site.requests(), requests, "{}", fault.name);
}

/// The answer will not change by itself.
fn is_asked_once(row: &Documented) -> bool {
    row.requests == 1
}

/// Whether `text` has all that stands between the `…` of `pattern`, in that order.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut rest = Some(text);
    for part in pattern.split('…') {
        rest = rest.and_then(|rest| rest.split_once(part)).map(|(_, rest)| rest);
    }
    rest.is_some()
}

#[test]
fn a_sample_says_what_happened_and_what_to_check() {
    each(|fault, row| {
        let site = (fault.site)();
        site.break_now();
        let engine = Engine::start().unwrap();
        let handle = visit(&engine, &site, &[("backoff_base", "1h"), ("backoff_cap", "1h")]);
        let press = || drop(engine.read(handle, Duration::ZERO, Duration::ZERO, None, None));
        eventually("a failed request", || {
            press();
            count(&engine, handle, "failed") > 0
        });
        // The patience of this one is over.
        let failure = engine.read(handle, Duration::ZERO, PATIENCE, Some(PATIENCE), None).err().unwrap();
        let Failure { code, message } = failure;
        assert_eq!(code.name(), row.code, "{}: {message}", fault.name);
        assert!(message.starts_with("profile 'faulty': "), "{message}");
        assert!(is_like(&message, row.says), "{}: {}\n  is not like {}", fault.name, message, row.says);
        assert!(message.contains("Check "), "what to check next: {message}");
        let log = message + &log_text(&engine) + &crate::status(&engine, handle);
        assert!(!log.contains("s3cret") && !log.contains("token-"), "{log}");
        // One slot, one request. Of the slots of an hour one in 60 is too short to look into on a busy machine.
        let slot = count(&engine, handle, "token_gate_ms");
        assert!(slot > 0 || is_asked_once(row), "{}: no slot at all", fault.name);
        if slot > 60_000 || is_asked_once(row) {
            (0..1000).for_each(|_| press());
            assert_eq!(count(&engine, handle, "token_requests"), 1, "{}", fault.name);
            assert_reached(&site, row.requests.min(1), fault);
        }
    });
}

#[test]
fn three_backoff_slots_bring_the_server_so_many_requests_whoever_waits() {
    each(|fault, row| {
        let site = (fault.site)();
        site.break_now();
        let engine = Engine::start().unwrap();
        let handle = visit(&engine, &site, &[("mint_budget", "3/run"), ("backoff_base", "1ms")]);
        for _ in 0..100 {
            drop(engine.read(handle, Duration::ZERO, Duration::ZERO, None, None));
        }
        // Whoever waits goes on until no more is sent: three attempts are over, or the first was enough.
        read(&engine, handle).unwrap_err();
        let attempts = count(&engine, handle, "token_requests");
        assert_eq!(attempts, if is_asked_once(row) { 1 } else { 3 }, "{}", fault.name);
        assert_reached(&site, row.requests, fault);
    });
}

#[test]
fn a_token_in_service_outlives_the_fault_and_the_next_comes_after_it() {
    each(|fault, row| {
        assert_eq!(row.in_service, "stays");
        let site = (fault.site)();
        if !site.works {
            return;
        }
        let engine = Engine::start().unwrap();
        engine.run_started(1);
        let quick = [("refresh_interval", "200ms"), ("backoff_base", "20ms")];
        let handle = visit(&engine, &site, &quick);
        let first = read(&engine, handle).unwrap();
        assert_eq!(first.0, 1);
        site.break_now();
        let (mut log, before) = (String::new(), engine.generation(handle));
        eventually("a failed refresh", || {
            // Nobody may have read the token in service, if it came just before the site broke; then it is not refreshed.
            drop(engine.read(handle, Duration::ZERO, Duration::ZERO, None, None));
            log += &log_text(&engine);
            log.contains("The token in service lives")
        });
        // A refresh may have been on its way as it broke.
        let served = read(&engine, handle).unwrap();
        assert!(served.0 >= before && engine.generation(handle) == served.0, "{}: {log}", fault.name);
        assert!(!log.contains("s3cret") && !log.contains("token-1"), "{log}");
        site.mend();
        engine.run_started(2); // which forgets refusals that would not change
        eventually("the next token", || engine.generation(handle) > served.0);
    });
}
