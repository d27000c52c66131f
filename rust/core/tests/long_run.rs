//! Days of load in milliseconds: mints within the bound, and never a moment without a token.

mod model;

use std::time::Duration;

use model::{Credential, POLICY, World, patient, token};
use tollgate_core::config::policy::Policy;
use tollgate_core::machine::Input;
use tollgate_core::oauth::token_answer::Refusal;
use tollgate_core::time::clock::{Jitter, SplitMix};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// A run under load against a server that takes up to `slowest` for an answer.
struct Run {
    length: Duration,
    lifetime: Duration,
    /// How often a reader reads.
    reads: Duration,
    slowest: Duration,
    policy: Policy,
    /// From when and for how long the server is down.
    outages: Vec<(Duration, Duration)>,
    /// When the API kills the token.
    revocations: Vec<Duration>,
}

impl Run {
    fn of(length: Duration, lifetime: Duration, reads: Duration) -> Self {
        let slowest = 2 * SECOND;
        Self { length, lifetime, reads, slowest, policy: POLICY, outages: vec![], revocations: vec![] }
    }

    /// Runs it; asserts that every read but the first ones and those just after a revocation is served.
    fn go(&self, seed: u64) -> Credential {
        let mut world = World::new(&[0], self.policy, seed);
        let mut dice = SplitMix::seeded(seed ^ 0x5eed);
        let start = world.now.mono;
        let mut revocations = self.revocations.iter().peekable();
        let mut next_read = start;
        let mut answer_at = None;
        let mut unserved_since = Some(start);
        world.happen(Input::RunStarted);
        while world.now.mono < start.after(self.length) {
            let revoked = revocations.peek().map(|at| start.after(**at));
            let next =
                [Some(next_read), answer_at, revoked, world.next_timeout()].into_iter().flatten().min();
            let now = next.unwrap_or(next_read);
            world.skip(now.since(world.now.mono));
            world.fire();
            if answer_at == Some(now) {
                answer_at = None;
                let elapsed = now.since(start);
                let down = self.outages.iter().any(|(from, long)| (*from..*from + *long).contains(&elapsed));
                let outcome = if down { Err(Refusal::not_sent("down")) } else { token(Some(self.lifetime)) };
                world.answer(0, outcome);
            }
            if revoked == Some(now) {
                revocations.next();
                let serving = world.serving(0).unwrap_or(0);
                world.happen(Input::Accepted(world.id(0), serving, now));
                world.happen(Input::Rejected(world.id(0), serving, now));
                unserved_since = Some(now);
            }
            // Waiters look again when something happens.
            if world.look(0, &patient()).is_some() {
                unserved_since = None;
            } else {
                let since = unserved_since.unwrap_or(now);
                assert!(
                    unserved_since.is_some() && now.since(since) <= self.slowest,
                    "no reader was served at {:?}",
                    now.since(start)
                );
            }
            if now >= next_read {
                next_read = now.after(self.reads);
            }
            if answer_at.is_none() && world.credentials[0].in_flight.is_some() {
                answer_at = Some(now.after(self.slowest.mul_f64(dice.unit())));
            }
        }
        world.credentials.remove(0)
    }

    /// `ceil(run / (L − 1.1·m)) + 1 + revocations`.
    fn bound(&self) -> u64 {
        let kept = self.lifetime - self.policy.margin_of(self.lifetime).mul_f64(1.1);
        let mints = self.length.as_secs_f64() / kept.as_secs_f64();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a small positive number
        let mints = mints.ceil() as u64;
        mints + 1 + self.revocations.len() as u64
    }

    fn check(&self) -> u64 {
        for seed in 0..3 {
            let credential = self.go(seed);
            let fewest = self.length.as_secs() / self.lifetime.as_secs();
            assert!(credential.mints >= fewest, "{} mints can't serve this run", credential.mints);
            assert!(credential.mints <= self.bound(), "{} mints, bound {}", credential.mints, self.bound());
            if self.outages.is_empty() {
                assert!(
                    credential.sends - credential.mints <= 1,
                    "but for one in flight, every request minted a token"
                );
            }
        }
        self.bound()
    }
}

#[test]
fn a_day_with_tokens_of_a_day_takes_two() {
    let bound = Run::of(24 * HOUR, 24 * HOUR, SECOND * 30).check();
    assert_eq!(bound, 3);
}

#[test]
fn a_month_with_tokens_of_a_day_takes_one_a_day() {
    let bound = Run::of(30 * 24 * HOUR, 24 * HOUR, 10 * MINUTE).check();
    assert_eq!(bound, 32);
}

#[test]
fn a_day_with_tokens_of_twenty_seconds() {
    let bound = Run::of(24 * HOUR, 20 * SECOND, SECOND).check();
    assert_eq!(bound, 9601);
}

#[test]
fn an_hour_with_tokens_of_two_seconds_and_a_fast_server() {
    let mut run = Run::of(HOUR, 2 * SECOND, SECOND / 10);
    run.slowest = Duration::from_millis(300);
    run.check();
}

#[test]
fn every_revocation_costs_one_mint_and_no_more() {
    let mut run = Run::of(24 * HOUR, HOUR, 10 * SECOND);
    run.revocations = (1..40_u32).map(|number| 35 * MINUTE * number + SECOND).collect();
    run.check();
}

#[test]
fn a_server_that_is_down_four_minutes_of_every_ten_leaves_no_gap() {
    let mut run = Run::of(24 * HOUR, 2 * HOUR, 10 * SECOND);
    run.outages = (1..144_u32).map(|number| (10 * MINUTE * number, 4 * MINUTE)).collect();
    run.policy.backoff.cap = 10 * SECOND;
    run.check();
}

#[test]
fn a_day_of_idling_costs_nothing() {
    let mut world = World::new(&[0], POLICY, 7);
    world.happen(Input::RunStarted);
    world.look(0, &patient());
    world.answer(0, token(Some(10 * MINUTE)));
    world.pass(24 * HOUR);
    assert_eq!(world.credentials[0].sends, 1);
    assert_eq!(world.next_timeout(), None, "not even a timer");
}
