//! Thousands who wait for the same: nobody looks again by itself, whatever ends the wait calls those that can be granted.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::Policy;
use tollgate_core::machine::{CredentialId, Input};
use tollgate_core::time::budget::Budget;
use tollgate_core::time::clock::Mono;
use virtual_time::{HOUR, MINUTE, SECOND, Step, VirtualTime, silence, throttled, token};

/// Readers of so many users of one client want a token.
fn users(number: u64, limits: Limits) -> VirtualTime {
    let mut time = VirtualTime::seeded(3);
    let policy = Arc::new(Policy { limits, ..POLICY });
    for user in 0..number {
        let id = time.add(user, "client", &policy);
        time.happen(Input::Wanted(id, Duration::ZERO));
    }
    time
}

/// Lets the timer fire as long as it is due now. How often it fired.
fn fire_now(time: &mut VirtualTime) -> usize {
    let mut fired = 0;
    while time.endpoint.next_timeout().is_some_and(|due| due <= time.now) {
        time.happen(Input::Timeout);
        assert!(time.outputs.len() <= MOST_OUTPUTS, "{} outputs of one timeout", time.outputs.len());
        fired += 1;
        assert!(fired < 1000, "it fires for ever");
    }
    fired
}

/// Of one input: 64 credentials called, and a few outputs of each that is granted.
const MOST_OUTPUTS: usize = 64 * 2;

/// Until when the credential is held, as its readers are told.
fn held_until(time: &VirtualTime, id: u64) -> Option<Mono> {
    time.endpoint.availability(CredentialId(id)).held.map(|held| held.until)
}

/// A thousand users in an outage, one of whom tries the server.
fn outage() -> VirtualTime {
    let mut time = users(1000, POLICY.limits);
    let requests: Vec<_> = time.in_flight.keys().copied().collect();
    requests.into_iter().for_each(|request| time.answer(request, silence()));
    while time.in_flight.is_empty() {
        let due = time.endpoint.next_timeout().unwrap();
        time.wait_until(due);
    }
    time
}

#[test]
fn a_probe_that_succeeds_calls_all_who_wait_at_once_and_a_few_at_a_time() {
    let mut time = outage();
    time.wait(SECOND / 20);
    let probe = *time.in_flight.first_key_value().unwrap().0;
    let explained = time.explained;
    time.answer(probe, token(HOUR));
    assert_eq!(time.in_flight.len(), POLICY.limits.concurrent as usize, "the first go at once");
    assert!(time.outputs.len() <= MOST_OUTPUTS, "{} outputs of one input", time.outputs.len());
    assert!(fire_now(&mut time) >= 1000 / 64, "the others are called right after it");
    // But for the nine that failed or tried.
    assert_eq!(time.explained - explained, 1000 - 9, "all are told that they wait for a place now");
}

#[test]
fn a_probe_that_is_refused_tells_all_who_wait_of_the_new_wait_at_once() {
    let mut time = outage();
    time.wait(SECOND / 20);
    let probe = *time.in_flight.first_key_value().unwrap().0;
    time.answer(probe, throttled(HOUR));
    fire_now(&mut time);
    let opens = time.now.after(HOUR);
    assert!((0..1000).filter_map(|id| held_until(&time, id)).all(|until| until >= opens));
    assert_eq!(fire_now(&mut time), 0);
    assert!(time.endpoint.next_timeout().unwrap() >= opens, "and nobody looks before");
}

/// A server of one answer in 10 ms, which `limits` keep from being the bottleneck. How often the timer fired and readers were
/// told something, until each has a token.
fn work_of_waiting(number: u64, limits: Limits) -> (u64, u64) {
    let mut time = users(number, limits);
    let mut fired = 0;
    let end = time.now.after(HOUR * 24);
    time.serve_until(end, SECOND / 100, |time, step| match step {
        Step::Answer(request, _) => time.answer(request, token(HOUR * 24 * 30)),
        Step::Timeout => fired += 1,
    });
    assert_eq!(time.endpoint.in_service() as u64, number, "all are served");
    (fired, time.explained)
}

#[test]
fn spacing_wakes_one_at_a_time() {
    const USERS: u64 = 2000;
    let limits = Limits { spacing: SECOND / 10, ..POLICY.limits };
    let (fired, explained) = work_of_waiting(USERS, limits);
    println!("{fired} timeouts, {explained} explained");
    assert!(fired <= 2 * USERS, "{fired} timeouts");
    assert!(explained <= 4 * USERS, "{explained} times a reader is told something");
}

#[test]
fn a_budget_wakes_as_many_as_it_grants() {
    const USERS: u64 = 2000;
    let budget = Budget { most: 30, window: Some(MINUTE) };
    let limits = Limits { budget: Some(budget), ..POLICY.limits };
    let (fired, explained) = work_of_waiting(USERS, limits);
    println!("{fired} timeouts, {explained} explained");
    // Each minute 30 are granted, and the others are told of the next minute.
    let minutes = USERS / 30 + 1;
    assert!(explained <= USERS * minutes / 2 + 4 * USERS, "{explained} times a reader is told something");
    assert!(fired <= explained / 60 + 4 * USERS, "{fired} timeouts");
}

/// A reader that can't wait for the next window is told so within a second, however long the line is.
#[test]
fn those_who_wait_for_a_budget_are_told_of_each_new_window() {
    let limits = Limits { budget: Some(Budget { most: 30, window: Some(HOUR) }), ..POLICY.limits };
    let mut time = users(1000, limits);
    time.serve_until(time.now.after(HOUR + MINUTE), SECOND / 100, |time, step| {
        if let Step::Answer(request, _) = step {
            time.answer(request, token(HOUR * 24));
        }
    });
    assert_eq!(time.endpoint.in_service(), 60);
    let waiting: Vec<_> = (0..1000).filter_map(|id| held_until(&time, id)).collect();
    assert_eq!(waiting.len(), 1000 - 60);
    assert!(waiting.iter().all(|until| until.since(time.now) > MINUTE * 58), "{:?}", waiting.iter().min());
}

#[test]
fn the_next_is_called_in_time_when_the_first_of_the_line_is_removed() {
    let mut time = users(3, Limits { spacing: SECOND * 2, ..POLICY.limits });
    time.wait(SECOND);
    time.happen(Input::Removed(CredentialId(1)));
    time.wait(SECOND);
    assert!(time.request_of(CredentialId(2)).is_some());
}

#[test]
fn a_secret_that_is_refused_holds_back_only_those_who_present_it() {
    let mut time = VirtualTime::seeded(3);
    let policy = Arc::new(Policy { permanent_cooldown: MINUTE, ..POLICY });
    for (number, authentication) in [(1, 7), (2, 7), (3, 8)] {
        let mut new = virtual_time::with_primary_grant("client", &policy);
        new.presented.authentication = authentication;
        time.happen(Input::Added(CredentialId(number), Box::new(new)));
    }
    let request = time.want(CredentialId(1)).unwrap();
    time.answer(request, virtual_time::refused("invalid_client"));
    assert_eq!(time.want(CredentialId(2)), None);
    time.wait(MINUTE);
    assert!(time.request_of(CredentialId(2)).is_some(), "it tries again for both");
    assert_eq!(time.want(CredentialId(1)), None, "which waits for the outcome");
    assert!(time.want(CredentialId(3)).is_some(), "the first in another line goes on");
}
