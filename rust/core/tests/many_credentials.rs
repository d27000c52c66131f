//! Tens of thousands of users of one profile in virtual time: when they refresh, and what those cost that nobody reads.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::policy::{Policy, Refresh};
use tollgate_core::machine::{Input, Output};
use tollgate_core::time::clock::Mono;
use virtual_time::{HOUR, MINUTE, SECOND, Step, VirtualTime, token};

/// All sign in at once. The server takes `exchange` for an answer, for as many at a time as the policy lets through.
struct Users {
    time: VirtualTime,
    start: Mono,
    life: Duration,
    exchange: Duration,
    /// Readers take each token as it comes.
    are_read: bool,
    vacated: usize,
}

impl Users {
    fn of(users: u64, policy: Policy, (life, exchange): (Duration, Duration), are_read: bool) -> Self {
        let mut time = VirtualTime::seeded(7);
        let policy = Arc::new(policy);
        for number in 0..users {
            let id = time.add(number, "client", &policy);
            time.happen(Input::Wanted(id, Duration::ZERO));
        }
        Self { start: time.now, time, life, exchange, are_read, vacated: 0 }
    }

    /// Lets them live for so long.
    fn live(&mut self, length: Duration) {
        let Self { time, life, exchange, are_read, vacated, .. } = self;
        time.serve_until(self.start.after(length), *exchange, |time, step| match step {
            Step::Answer(request, id) => {
                time.answer(request, token(*life));
                if *are_read {
                    time.happen(Input::Read(id, time.generation(id)));
                }
            }
            Step::Timeout => {
                *vacated += time.outputs.iter().filter(|one| matches!(one, Output::Vacate(_))).count();
            }
        });
    }

    /// Most requests in one second, of those sent between these.
    fn peak(&self, from: Duration, to: Duration) -> usize {
        let between = self.start.after(from)..self.start.after(to);
        let mut seconds = BTreeMap::<u64, usize>::new();
        for sent in self.time.sent.iter().filter(|sent| between.contains(&sent.at)) {
            *seconds.entry(sent.at.since(self.start).as_secs()).or_default() += 1;
        }
        seconds.into_values().max().unwrap_or(0)
    }

    /// When the first request was sent that replaced a token.
    fn earliest_refresh(&self, users: usize) -> Duration {
        self.time.sent[users..].iter().map(|sent| sent.at.since(self.start)).min().unwrap()
    }
}

/// The first wave comes at 8000 a second, as fast as eight places let it.
const QUICK: Duration = Duration::from_millis(1);

#[test]
fn a_wave_of_users_does_not_come_back_as_a_wave() {
    let users = 40_000;
    let mut all = Users::of(40_000, POLICY, (HOUR, QUICK), true);
    all.live(HOUR * 2);
    let (first, second) = (all.peak(Duration::ZERO, MINUTE * 30), all.peak(MINUTE * 30, MINUTE * 80));
    let third = all.peak(MINUTE * 90, MINUTE * 120);
    println!("peaks: {first}/s, {second}/s, {third}/s; {} requests", all.time.sent.len());
    assert!(first > 7_000, "{first} a second, as fast as the server allows");
    assert!(
        second < 800,
        "{second} a second: ten times less than the first wave; with a tenth of the margin 1,400"
    );
    assert!(third < 400, "{third} a second: no wave is left");
    assert!(
        all.time.sent.len() <= 3 * users,
        "{}: in two hours no more than without it",
        all.time.sent.len()
    );
}

#[test]
fn a_few_refresh_as_late_as_ever() {
    let mut few = Users::of(100, POLICY, (HOUR, QUICK), true);
    few.live(HOUR);
    // L − 1.1·m with m = 5 min.
    let earliest = few.earliest_refresh(100);
    assert!(earliest >= HOUR - SECOND * 330, "{earliest:?}");
}

#[test]
fn late_means_late_however_many_there_are() {
    let policy = Policy { refresh: Refresh::Late, ..POLICY };
    let mut all = Users::of(5_000, policy, (HOUR, QUICK), true);
    all.live(HOUR);
    let earliest = all.earliest_refresh(5_000);
    assert!(earliest >= HOUR - SECOND, "{earliest:?}");
}

/// 100 ms an answer and eight at a time are 80 a second; 3000 tokens of a minute need 67.
#[test]
fn no_refresh_is_late_while_the_server_keeps_up() {
    let mut all = Users::of(3_000, POLICY, (MINUTE, SECOND / 10), true);
    all.live(MINUTE * 10);
    // The first lives are still of the wave in which all signed in.
    let settled = all.time.sent.iter().filter(|sent| sent.at > all.start.after(MINUTE * 5));
    let latest = settled.map(|sent| sent.waited).max().unwrap();
    println!("latest: {latest:?}");
    assert!(latest <= MINUTE / 100, "{latest:?}");
    assert_eq!(all.time.endpoint.in_service(), 3_000, "no reader is without a token");
}

#[test]
fn a_credential_that_nobody_reads_costs_one_request_and_two_timers_ever() {
    let users = 10_000;
    let mut all = Users::of(10_000, POLICY, (HOUR, QUICK), false);
    all.live(HOUR * 24 * 7);
    assert_eq!(all.time.sent.len(), users, "one request each");
    assert_eq!(all.vacated, users, "nothing is kept for a token that ran out");
    assert_eq!(all.time.endpoint.next_timeout(), None, "and none has a timer again");
    assert!(
        all.time.explained <= 4 * users as u64,
        "{} times readers were told something",
        all.time.explained
    );
}
