//! Thousands of users of one client, each with a credential of its own, and a server that does not work: the load on it
//! is that of one user, and waiting is no work.

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

/// They are told once that they wait, and once whenever the gate closes anew.
#[test]
fn users_who_wait_do_nothing_but_hear_of_each_attempt() {
    for users in [10, 20_000] {
        let time = outage(users, SECOND * 15, SECOND * 30);
        let most = (users + 8) * (time.sent.len() as u64 + 2);
        assert!(time.explained <= most, "{users} users: {} of {most}", time.explained);
    }
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
