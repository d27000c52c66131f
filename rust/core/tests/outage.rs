//! Thousands of users of one client, each with a credential of its own, and a server that does not work: the load on it
//! is that of one user, and so is nearly the work of waiting.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::limits::Limits;
use tollgate_core::machine::Input;
use virtual_time::{Always, HOUR, MINUTE, SECOND, Step, VirtualTime, silence, token};

/// All want a token from the first moment on, and every request fails after `silent`.
fn outage(users: u64, silent: Duration, length: Duration) -> VirtualTime {
    let mut time = VirtualTime::seeded(7);
    let policy = Arc::new(POLICY);
    for number in 0..users {
        let id = time.add(number, "client", &policy);
        time.happen(Input::Wanted(id, Duration::ZERO));
    }
    time.serve_until(time.now.after(length), silent, |time, step| {
        if let Step::Answer(request, id) = step {
            time.answer(request, silence());
            time.happen(Input::Wanted(id, Duration::ZERO));
        }
    });
    time
}

/// The first moments differ by as many as may be in flight at once; from the first failure on all wait for the same.
#[test]
fn users_do_not_multiply_the_load_on_a_dead_server() {
    let half_an_hour = SECOND * 1800;
    for (users, silent) in [(10, 15_000), (500, 15_000), (500, 20), (5_000, 20)] {
        let silent = Duration::from_millis(silent);
        let [one, all] = [1, users].map(|users| outage(users, silent, half_an_hour).sent.len());
        // Waits are random, so that half an hour has a few slots more or less.
        assert!(all < one + Limits::CONCURRENT as usize + one / 4, "{users} users: {all}, one: {one}");
    }
}

/// A probe of 15 s is waited for by all. Each of a few looks ten times a second; all of many, ten thousand times.
#[test]
fn users_who_wait_take_turns() {
    let looks = |users| outage(users, SECOND * 15, SECOND * 30).looks;
    let (few, many) = (looks(10), looks(20_000));
    assert!((1_000..3_000).contains(&few), "{few}");
    // And once each whenever the gate opens or closes.
    assert!((100_000..400_000).contains(&many), "{many}");
}

/// It says how the server was before it failed.
#[test]
fn a_success_that_was_sent_before_an_outage_began_does_not_end_it() {
    let mut time = VirtualTime::new(Box::new(Always(1.0)));
    let policy = Arc::new(POLICY);
    let ids = [0, 1, 2, 3].map(|number| time.add(number, "client", &policy));
    let [failing, stale] = [ids[0], ids[1]].map(|id| time.want(id).unwrap());
    time.answer(failing, silence());
    let first_wait = POLICY.backoff.base;
    time.answer(stale, token(HOUR));
    assert_eq!(time.endpoint.opens(time.now, ids[2]), time.now.after(first_wait), "the wait stays");
    assert_eq!(time.want(ids[2]).or(time.want(ids[3])), None);
    time.wait(first_wait);
    time.wait(SECOND);
    assert_eq!(time.in_flight.len(), 1, "one request tries the server");
    let (probe, sent) = time.in_flight.first_key_value().map(|(request, sent)| (*request, *sent)).unwrap();
    time.answer(probe, silence());
    let opens = time.endpoint.opens(time.now, sent.credential);
    assert_eq!(opens, time.now.after(first_wait * 2), "the second failure of the same outage");
    time.happen(Input::Wanted(sent.credential, Duration::ZERO));
    time.wait(MINUTE / 10);
    let probe = *time.in_flight.first_key_value().unwrap().0;
    time.answer(probe, token(HOUR));
    time.wait(SECOND);
    assert_eq!(time.in_flight.len(), 1, "a success that was sent in it ends it");
}
