//! What the rule of 401s costs and finds, in a simulated load test with an API that refuses good tokens now and then.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "../model/policy.rs"]
mod policy;
mod simulation;

use std::time::Duration;

use policy::POLICY;
use simulation::{Load, Outcome, Senders, play};
use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::Policy;

const SEEDS: std::ops::Range<u64> = 0..4;
const SHARES: [f64; 3] = [0.001, 0.01, 0.05];

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn threads(count: usize, think: Duration) -> Senders {
    Senders::Threads(count, think)
}

/// Plays it with every seed; prints the worst of each figure, which `--nocapture` shows.
fn outcomes(name: &str, load: &Load) -> Vec<Outcome> {
    report(name, SEEDS.map(|seed| play(load, seed)).collect())
}

fn report(name: &str, all: Vec<Outcome>) -> Vec<Outcome> {
    let most = all.iter().map(Outcome::most_a_minute).max().unwrap();
    let served = all.iter().map(Outcome::served).fold(1.0, f64::min);
    let detected: Vec<_> = all.iter().flat_map(|one| &one.detected).collect();
    let missed = detected.iter().filter(|delay| delay.is_none()).count();
    let slowest = detected.iter().filter_map(|delay| **delay).max();
    let learned: usize = all.iter().map(|one| one.learned).sum();
    println!(
        "{name}: at most {most} mints a minute, {:.2} % served at once, detected within {slowest:?}, \
         {missed} missed, learned {learned} times",
        served * 100.0
    );
    all
}

#[test]
fn an_api_that_refuses_a_share_of_good_tokens_costs_a_few_mints_and_no_load() {
    let pauses = threads(40, millis(100));
    for (name, senders) in [("400 requests a second", Senders::Rate(400.0)), ("40 threads", pauses)] {
        for stray in [0.001, 0.01, 0.05, 0.33, 0.5] {
            let load = Load { stray, senders, ..Load::default() };
            for one in outcomes(&format!("{name}, {stray} refused"), &load) {
                assert!(one.most_a_minute() <= 4, "{} mints, {stray} refused", one.most_a_minute());
                // Of half, 16 in a row are chance once in a while.
                let least = if stray < 0.5 { 0.99 } else { 0.98 };
                assert!(one.served() >= least, "{} served, {stray} refused", one.served());
            }
        }
    }
    let pinned = Load { stray: 0.05, pinned: true, senders: pauses, ..Load::default() };
    for one in outcomes("2 of 40 threads refused always", &pinned) {
        assert!(one.most_a_minute() <= 4 && one.served() >= 0.99);
    }
}

/// A revocation is found within this, unless the token was new: then it can't be told from an API that refuses all.
fn finds_within(name: &str, load: &Load, most: Duration) {
    for one in outcomes(name, load) {
        for (revoked, delay) in load.revoked.iter().zip(one.detected) {
            let is_new = |at: &Duration| (*at..*at + load.token_latency + seconds(1)).contains(revoked);
            let found = delay.is_some_and(|delay| delay <= most);
            assert!(found || one.mints.iter().any(is_new), "{name}: {delay:?}, at most {most:?} wanted");
        }
    }
}

#[test]
fn a_revocation_is_found_under_that_noise_whatever_came_before() {
    let five = || (1..=5).map(|n| seconds(10 * n)).collect::<Vec<_>>();
    for stray in [0.0, 0.001, 0.01, 0.05] {
        let once = Load { stray, revoked: vec![seconds(45)], ..Load::default() };
        finds_within(&format!("revoked once, {stray} refused"), &once, millis(250));
        let often = Load { stray, revoked: five(), ..Load::default() };
        finds_within(&format!("revoked five times, {stray} refused"), &often, millis(250));
    }
}

/// By the order of reports alone, a 200 that was sent before the revocation would acquit the token that died.
#[test]
fn slow_answers_do_not_acquit_a_token_that_was_revoked_since() {
    for stray in [0.01, 0.05] {
        let (answers, revoked) = (millis(300)..millis(800), vec![seconds(45)]);
        let slow = Load { stray, answers, revoked, ..Load::default() };
        finds_within(&format!("answers of 300 to 800 ms, {stray} refused"), &slow, millis(250));
    }
}

#[test]
fn the_first_401_of_a_quiet_thread_brings_a_token() {
    let revoked = vec![seconds(20), seconds(60)];
    let quiet = Load { senders: threads(1, seconds(1)), length: seconds(120), revoked, ..Load::default() };
    finds_within("one quiet thread", &quiet, Duration::ZERO);
    let failures_only = Load { failures_only: true, ..quiet };
    finds_within("one quiet thread that reports failures only", &failures_only, Duration::ZERO);
}

#[test]
fn a_second_revocation_is_found_where_failures_alone_are_reported() {
    for (count, think, most) in [(500, 20, 50), (40, 100, 150)] {
        let (senders, revoked) = (threads(count, millis(think)), vec![seconds(20), millis(22_300)]);
        let load = Load { senders, failures_only: true, revoked, length: seconds(40), ..Load::default() };
        finds_within(&format!("{count} threads, failures only"), &load, millis(most));
    }
    for stray in SHARES {
        let noisy = Load { stray, failures_only: true, revoked: vec![seconds(45)], ..Load::default() };
        finds_within(&format!("failures only, {stray} refused"), &noisy, millis(250));
    }
}

#[test]
fn an_api_that_refuses_everything_for_a_while_costs_one_mint() {
    let outage = seconds(20)..seconds(25);
    for (name, senders) in [("400 a second", Senders::Rate(400.0)), ("40 threads", threads(40, millis(100)))]
    {
        for failures_only in [false, true] {
            let load = Load { senders, outage: outage.clone(), failures_only, ..Load::default() };
            for one in outcomes(&format!("401 to everything, {name}, failures only: {failures_only}"), &load)
            {
                let meanwhile = outage.start..outage.end + millis(50);
                assert_eq!(one.mints.iter().filter(|at| meanwhile.contains(at)).count(), 1);
            }
        }
    }
}

#[test]
fn a_plan_slower_than_the_quiet_time_does_not_mint_for_each_401() {
    let ever = Duration::ZERO..seconds(7200);
    for failures_only in [false, true] {
        let (senders, outage) = (threads(1, seconds(40)), ever.clone());
        let load = Load { senders, outage, failures_only, length: ever.end, ..Load::default() };
        for one in outcomes("one request every 40 s, 401 to everything", &load) {
            assert!(one.mints.len() <= 20, "{} mints in two hours", one.mints.len());
        }
    }
}

#[test]
fn a_server_that_revokes_the_previous_token_is_noticed_and_no_other_is_taken_for_one() {
    let policy = Policy { interval: Some(seconds(20)), ..POLICY };
    for stray in [0.0, 0.001, 0.01, 0.05] {
        for revokes_previous in [true, false] {
            let load = Load { stray, revokes_previous, policy, ..Load::default() };
            let all = (0..16).map(|seed| play(&load, seed)).collect();
            for one in report(&format!("revokes the previous: {revokes_previous}, {stray} refused"), all) {
                assert_eq!(one.learned, usize::from(revokes_previous), "{stray} refused");
            }
        }
    }
}

/// A client whose users each have a token of their own.
fn users(users: usize) -> Load {
    Load { users, ..Load::default() }
}

#[test]
fn stray_401s_of_thousands_of_users_do_not_add_up() {
    for stray in SHARES {
        let load = Load { stray, ..users(3000) };
        for one in outcomes(&format!("3000 users, {stray} refused"), &load) {
            // By single 401s; and three in a row are chance for three users a minute where one in twenty is refused.
            let most = if stray < 0.05 { 4 } else { 10 };
            assert!(one.most_a_minute() <= most, "{} mints, {stray} refused", one.most_a_minute());
            assert!(one.served() >= 0.99, "{} served, {stray} refused", one.served());
        }
    }
}

#[test]
fn an_api_that_refuses_all_users_costs_a_few_probes() {
    for failures_only in [false, true] {
        let load = Load { outage: seconds(10)..seconds(60), failures_only, ..users(1000) };
        for one in outcomes(&format!("1000 users, 401 to all, failures only: {failures_only}"), &load) {
            assert!(one.mints.len() <= 8, "{} mints in 50 s", one.mints.len());
        }
    }
}

#[test]
fn a_mass_revocation_is_over_in_a_few_rounds() {
    for (failures_only, most) in [(false, 10), (true, 20)] {
        let (senders, revoked) = (threads(1000, seconds(1)), vec![seconds(10)]);
        let limits = Limits { concurrent: 64, ..POLICY.limits };
        let policy = Policy { limits, ..POLICY };
        let load = Load { senders, revoked, failures_only, policy, ..users(1000) };
        for one in outcomes(&format!("1000 users revoked at once, failures only: {failures_only}"), &load) {
            assert!(one.detected[0].is_some());
            assert!(one.mints.len() <= 1010, "{} mints for 1000 users", one.mints.len());
            assert!(one.last_dead <= seconds(10 + most), "the last 401 at {:?}", one.last_dead);
            println!(
                "    the last 401 at {:?}, {} mints, {} 401s",
                one.last_dead,
                one.mints.len(),
                one.rejections
            );
        }
    }
}
