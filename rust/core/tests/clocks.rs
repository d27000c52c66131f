//! Clocks that jump: a machine that was suspended, a wall clock that is set, a machine that starts in 1970.
//!
//! What a reader gets at each moment, and when a request may be sent, is checked by the model of `properties.rs`, in which
//! time also passes without a timer. Here is what a clock must not change.

#![allow(clippy::unwrap_used)] // a panic is a failed test

mod dates;
#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use dates::forms;
use policy::POLICY;
use proptest::prelude::*;
use tollgate_core::http::rate_headers::{quotas, refused as reset_of};
use tollgate_core::http::retry_after::RetryAfter;
use tollgate_core::machine::{CredentialId, Endpoint, Input, Output, RequestId};
use tollgate_core::time::clock::{Mono, Now, SplitMix, Wall};
use virtual_time::{SECOND, VirtualTime, refused, silence, throttled, token, with_primary_grant};

/// 20 November 2026, 10:00:00, in seconds since 1970.
const TODAY: u64 = 1_795_168_800;

/// In 2070, in milliseconds.
const LATEST: i64 = 3_155_760_000_000;

/// A wall clock before or after somebody set it: in 1970, hours wrong, right.
fn wall() -> impl Strategy<Value = Wall> {
    let today = i64::try_from(TODAY).unwrap() * 1000;
    let hours = (-48..48_i64).prop_map(move |hours| Wall(today + hours * 3_600_000));
    let seconds = (0..400_000_000_i64).prop_map(Wall);
    prop_oneof![1 => Just(Wall(0)), 1 => seconds, 3 => hours, 1 => any::<i64>().prop_map(Wall)]
}

#[derive(Clone, Debug)]
enum Act {
    Want,
    Read,
    Reject,
    Mint(u64),
    Throttle(u64),
    Refuse,
    Silence,
    RunStarted,
    RunEnded,
    /// Timers fire in time.
    Pass(u64),
    /// No timer fires before the machine resumes.
    Suspend(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let seconds = || prop_oneof![0..90_u64, 0..100_000_u64];
    prop_oneof![
        4 => Just(Act::Want),
        3 => Just(Act::Read),
        1 => Just(Act::Reject),
        3 => seconds().prop_map(Act::Mint),
        2 => seconds().prop_map(Act::Throttle),
        1 => Just(Act::Refuse),
        1 => Just(Act::Silence),
        1 => Just(Act::RunStarted),
        1 => Just(Act::RunEnded),
        3 => seconds().prop_map(Act::Pass),
        2 => seconds().prop_map(Act::Suspend),
    ]
}

/// A machine of one credential, and a wall clock that somebody sets.
struct Machine {
    endpoint: Endpoint,
    id: CredentialId,
    now: Now,
    in_flight: Option<RequestId>,
    /// What it did, in words.
    did: Vec<String>,
}

impl Machine {
    fn new(seed: u64, wall: Wall) -> Self {
        let mut machine = Self {
            endpoint: Endpoint::new(Box::new(SplitMix::seeded(seed))),
            id: CredentialId(1),
            now: Now { mono: Mono::from_nanos(1), wall },
            in_flight: None,
            did: Vec::new(),
        };
        let added = with_primary_grant("client", &Arc::new(POLICY));
        machine.happen(Input::Added(machine.id, Box::new(added)));
        machine.happen(Input::RunStarted);
        machine
    }

    fn happen(&mut self, input: Input) {
        let mut outputs = Vec::new();
        self.endpoint.handle(self.now, input, &mut outputs);
        for output in &outputs {
            if let Output::Send { request, .. } = output {
                self.in_flight = Some(*request);
            }
        }
        let availability = self.endpoint.availability(self.id);
        let due = self.endpoint.next_timeout();
        self.did.push(format!("{:?} {outputs:?} {availability:?} {due:?}", self.now.mono));
    }

    fn answer(&mut self, act: &Act) {
        let Some(request) = self.in_flight.take() else { return };
        let outcome = match act {
            Act::Mint(life) => token(Duration::from_secs(*life)),
            Act::Throttle(wait) => throttled(Duration::from_secs(1 + wait)),
            Act::Refuse => refused("invalid_grant"),
            _ => silence(),
        };
        self.happen(Input::Answered(request, outcome));
    }

    fn perform(&mut self, act: &Act) {
        let generation = self.endpoint.credential(self.id).unwrap().generation();
        match act {
            Act::Want => self.happen(Input::Wanted(self.id, Duration::ZERO)),
            Act::Read => self.happen(Input::Read(self.id, generation)),
            Act::Reject => self.happen(Input::Rejected(self.id, generation, self.now.mono)),
            Act::Mint(_) | Act::Throttle(_) | Act::Refuse | Act::Silence => self.answer(act),
            Act::RunStarted => self.happen(Input::RunStarted),
            Act::RunEnded => self.happen(Input::RunEnded),
            Act::Pass(seconds) => {
                let end = self.now.mono.after(Duration::from_secs(*seconds));
                for _ in 0..1000 {
                    let Some(due) = self.endpoint.next_timeout().filter(|due| *due <= end) else { break };
                    self.now.mono = due.max(self.now.mono);
                    self.happen(Input::Timeout);
                }
                self.now.mono = end;
            }
            Act::Suspend(seconds) => {
                self.now.mono = self.now.mono.after(Duration::from_secs(*seconds));
                self.happen(Input::Timeout);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Two machines live through the same; the wall clock of one is set between any two events.
    #[test]
    fn what_is_decided_does_not_depend_on_the_wall_clock(
        seed in any::<u64>(),
        first in wall(),
        acts in prop::collection::vec((act(), wall()), 1..60),
    ) {
        let (mut steady, mut set) = (Machine::new(seed, Wall(0)), Machine::new(seed, first));
        for (act, wall) in &acts {
            steady.perform(act);
            set.now.wall = *wall;
            set.perform(act);
            prop_assert_eq!(steady.did.last(), set.did.last(), "{:?}", act);
        }
        prop_assert_eq!(steady.did, set.did);
    }

    /// A server names a wait, and the machine is suspended in it or beyond it.
    #[test]
    fn a_suspend_neither_cuts_a_wait_short_nor_makes_it_longer(
        seed in any::<u64>(),
        wait in 1..5_000_u64,
        begin in 0..5_000_u64,
        suspended in 0..100_000_u64,
    ) {
        let mut time = VirtualTime::seeded(seed);
        let id = time.add(1, "client", &Arc::new(POLICY));
        let request = time.want(id).unwrap();
        let heard = time.now;
        time.answer(request, throttled(Duration::from_secs(wait)));
        time.want(id);
        let wait = Duration::from_secs(wait);
        // Slack of a tenth, 5 s at most.
        let longest = wait + wait.mul_f64(0.1).min(5 * SECOND);
        let awake = Duration::from_secs(begin).min(wait.mul_f64(0.9));
        time.wait(awake);
        time.now = time.now.after(Duration::from_secs(suspended));
        time.happen(Input::Timeout);
        time.wait(longest.saturating_sub(time.now.since(heard)));
        let after: Vec<_> = time.sent[1..].iter().map(|sent| sent.at.since(heard)).collect();
        prop_assert_eq!(after.len(), 1, "{:?}", after);
        let resumed = awake + Duration::from_secs(suspended);
        prop_assert!(after[0] >= wait, "{:?} of {:?}", after[0], wait);
        prop_assert!(after[0] <= longest.max(resumed), "{:?} of {:?}", after[0], longest);
    }

    /// A token of any life, and a suspend at any moment of it.
    #[test]
    fn a_token_survives_a_suspend_that_it_outlives_and_no_other(
        seed in any::<u64>(),
        life in 1..100_000_u64,
        begin in 0.0..0.5_f64,
        suspended in 0..200_000_u64,
    ) {
        let mut time = VirtualTime::seeded(seed);
        let policy = Arc::new(POLICY);
        let id = time.add(1, "client", &policy);
        let life = Duration::from_secs(life);
        let minted = time.now;
        time.mint(id, life);
        time.wait(life.mul_f64(begin));
        let refreshes = time.sent.len();
        time.now = time.now.after(Duration::from_secs(suspended));
        let is_alive = time.now < minted.after(life);
        prop_assert_eq!(time.has_token(id), is_alive, "before any timer fires");
        time.happen(Input::Timeout);
        prop_assert_eq!(time.has_token(id), is_alive, "after it");
        prop_assert!(time.sent.len() <= refreshes + 1, "a resume costs one request at most");
        if !is_alive {
            prop_assert_eq!(time.sent.len(), refreshes, "none for a token that nobody wants any more");
        }
    }

    /// In each form of a date, by a machine whose clock says anything.
    #[test]
    fn a_date_is_read_against_that_of_its_answer_whatever_this_machine_believes(
        local in wall(),
        wait in 1..30_000_000_u64,
        (of_answer, of_wait) in (0..3_usize, 0..3_usize),
    ) {
        // A year of two digits is one within fifty years.
        let local = if of_answer == 1 || of_wait == 1 { Wall(local.0.min(LATEST)) } else { local };
        let date = |seconds: u64, form: usize| forms(TODAY + seconds)[form].clone();
        let named = |name: &str, value: String| vec![("Date".to_owned(), date(0, of_answer)), (name.to_owned(), value)];
        let expected = Duration::from_secs(wait);
        let read = RetryAfter::of(&named("Retry-After", date(wait, of_wait)), local);
        prop_assert_eq!(read, Some(RetryAfter { wait: expected, dated: true }));
        let reset = [named("X-RateLimit-Reset", (TODAY + wait).to_string()), vec![("X-RateLimit-Remaining".into(), "0".into())]];
        let reset = reset_of(&quotas(&reset.concat(), local), None);
        prop_assert_eq!(reset, Some(RetryAfter { wait: expected, dated: true }));
    }
}
