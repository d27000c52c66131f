//! A day in which users come and go: what is kept of them at its end.
//!
//! The machine's day has thousands of users, and 100,000 in `make test-long`. The engine's has hundreds, because each of its
//! tokens is a request on a real socket.

#[path = "../../../core/tests/model/policy.rs"]
mod policy;
#[path = "../../../core/tests/virtual_time/mod.rs"]
mod virtual_time;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::env;
use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::policy::Policy;
use tollgate_core::machine::{CredentialId, Input};
use tollgate_core::time::clock::{Jitter, Mono, SplitMix};
use virtual_time::{HOUR, MINUTE, Step, VirtualTime, refused, silence, throttled, token};

use super::{ALLOCATED, LIFE, Paused, below, one_at_a_time, report};

/// How many users the machine's day has; `make test-long` sets more.
const USERS: &str = "TOLLGATE_TEST_USERS";

/// What a user asks for next: another token, so many times.
type Visit = Reverse<(Mono, u64, u32)>;

/// Users of one client, of whom each comes in every third hour or so.
struct Day {
    time: VirtualTime,
    policy: Arc<Policy>,
    users: u64,
    /// By user. Some are removed as they go, and are others when they come again.
    credentials: Vec<Option<CredentialId>>,
    newest: u64,
    visits: BinaryHeap<Visit>,
    dice: SplitMix,
    tokens: u64,
    failures: u64,
}

impl Day {
    fn of(users: u64) -> Self {
        let mut day = Self {
            users,
            time: VirtualTime::seeded(7),
            policy: Arc::new(POLICY),
            credentials: Vec::new(),
            newest: 0,
            visits: BinaryHeap::new(),
            dice: SplitMix::seeded(11),
            tokens: 0,
            failures: 0,
        };
        day.credentials = vec![None; index(users)];
        day
    }

    /// Until all that the last hour brought is over: the longest refusal, the last token. Everybody is there then; says how
    /// many bytes the machine has.
    fn end(&mut self) -> usize {
        self.serve_until(self.time.now.after(HOUR));
        for user in 0..self.users {
            self.credentials[index(user)] = self.credentials[index(user)].or_else(|| Some(self.add()));
        }
        assert_eq!(self.time.endpoint.next_timeout(), None, "timers");
        assert_eq!(self.time.endpoint.next_due(), None, "waiting lines");
        assert_eq!(self.time.endpoint.in_service(), 0, "tokens");
        assert!(self.time.in_flight.is_empty(), "requests");
        self.bytes()
    }

    fn add(&mut self) -> CredentialId {
        self.newest += 1;
        self.time.add(self.newest, "client", &self.policy)
    }

    fn remove(&mut self, user: u64) {
        if let Some(id) = self.credentials[index(user)].take() {
            self.time.happen(Input::ViewClosed(id, Arc::clone(&self.policy)));
            self.time.happen(Input::Removed(id));
        }
    }

    fn pass_hour(&mut self, hour: u32) {
        let begin = self.time.now;
        if hour.is_multiple_of(6) {
            self.time.happen(Input::RunEnded);
            self.time.happen(Input::RunStarted);
        }
        for user in 0..self.users {
            if self.dice.unit() < 0.33 {
                let comes = begin.after(MINUTE.mul_f64(40.0 * self.dice.unit()));
                self.visits.push(Reverse((comes, user, 1)));
            }
        }
        while let Some(Reverse((at, user, number))) = self.visits.pop() {
            self.serve_until(at);
            self.visit(user, number);
        }
        self.serve_until(begin.after(HOUR).max(self.time.now));
    }

    fn visit(&mut self, user: u64, number: u32) {
        let id = self.credentials[index(user)].unwrap_or_else(|| self.add());
        self.credentials[index(user)] = Some(id);
        if self.time.has_token(id) {
            let generation = self.time.generation(id);
            self.time.happen(Input::Read(id, generation));
            if self.dice.unit() < 0.01 {
                self.time.happen(Input::Rejected(id, generation, self.time.now));
            }
        } else {
            self.time.happen(Input::Wanted(id, Duration::ZERO));
        }
        if number < 4 {
            let again = self.time.now.after(MINUTE.mul_f64(4.0 * self.dice.unit()));
            self.visits.push(Reverse((again, user, number + 1)));
        } else if self.dice.unit() < 0.25 {
            self.remove(user);
        }
    }

    /// The server is down for two minutes of each hour, limits for another two, and refuses some users.
    fn serve_until(&mut self, end: Mono) {
        let Self { time, dice, tokens, failures, .. } = self;
        time.serve_until(end, Duration::from_millis(20), |time, step| {
            let Step::Answer(request, _) = step else { return };
            let minute = time.now.since(Mono::ZERO).as_secs() / 60 % 60;
            let outcome = match minute {
                20 | 21 => silence(),
                30 | 31 => throttled(Duration::from_secs(5)),
                _ if dice.unit() < 0.005 => refused("invalid_grant"),
                _ => token(10 * MINUTE),
            };
            *(if outcome.is_ok() { &mut *tokens } else { &mut *failures }) += 1;
            time.answer(request, outcome);
        });
    }

    /// Bytes of the machine alone.
    fn bytes(&mut self) -> usize {
        (self.time.sent, self.time.outputs, self.visits) = Default::default();
        ALLOCATED.allocated()
    }
}

fn index(user: u64) -> usize {
    usize::try_from(user).unwrap()
}

#[test]
fn a_day_of_users_who_come_and_go_ends_where_it_began() {
    let _turn = one_at_a_time();
    let users = env::var(USERS).map_or(5_000, |users| users.parse().unwrap());
    let none = ALLOCATED.allocated();
    let mut day = Day::of(users);
    // After half a day tables have the room that they need.
    (0..12).for_each(|hour| day.pass_hour(hour));
    let begin = day.end() - none;
    (day.tokens, day.failures) = (0, 0);
    (0..24).for_each(|hour| day.pass_hour(hour));
    let end = day.end() - none;
    let Day { tokens, failures, .. } = day;
    println!("{users} users, {tokens} tokens, {failures} failures: {begin} bytes before, {end} after");
    assert!(tokens > 8 * users && failures > 1000, "{tokens} tokens and {failures} failures are no day");
    assert!(end <= begin + begin / 50, "{} bytes a user more", (end - begin) / index(users));
    for user in 0..users {
        day.remove(user);
    }
    let left = day.bytes() - none;
    println!("{left} bytes are left when all were removed");
    // The room of two tables and of the test's own list, and the attempts of one client.
    assert!(left < 100 * index(users) + ATTEMPTS, "{left} bytes are left");
}

/// What is remembered of the token requests of one client: when each of 4096 was sent.
const ATTEMPTS: usize = 64 << 10;

/// Users of the engine, all of whom have come and gone once.
const FEW: usize = 600;

#[test]
fn a_day_of_users_who_come_and_go_leaves_the_engine_as_it_was() {
    let _turn = one_at_a_time();
    let paused = Paused::of(FEW);
    let groups: Vec<_> = paused.users.chunks(FEW / 3).collect();
    let mut begin = None;
    for hour in 0..24_u64 {
        if hour.is_multiple_of(6) {
            paused.engine.run_ended();
            paused.engine.run_started(10_000 + hour);
        }
        if hour == 3 {
            begin = Some(ALLOCATED.allocated()); // all have had a token
        }
        let users = groups[usize::try_from(hour).unwrap() % 3];
        paused.have(users, 1 + hour / 3);
        let _entered = paused.runtime.enter();
        for (number, user) in users.iter().enumerate() {
            let read = paused.engine.read(*user, Duration::ZERO, Duration::ZERO, None, None).unwrap();
            let status = [200, 403, 429, 500][number % 4];
            report(&paused.engine, *user, status, read.unwrap().stamp);
        }
        // The tokens expire, and a minute later what was kept for them goes.
        (0..3).for_each(|_| paused.pass(LIFE));
        paused.pass(HOUR);
    }
    let begin = begin.unwrap();
    assert_eq!(paused.server.minted(), 8 * FEW, "each came eight times");
    assert!(paused.users.iter().all(|user| paused.engine.generation(*user) == 0));
    // The connections of the last hour are closed, and the server's threads see that when they get to run.
    below(ATTEMPTS / FEW + 64, "more after a day", || ALLOCATED.allocated().saturating_sub(begin) / FEW);
}

#[test]
fn of_a_client_that_is_gone_only_what_its_server_said_is_kept() {
    const CLIENTS: u64 = 1000;
    let _turn = one_at_a_time();
    let mut time = VirtualTime::seeded(7);
    let policy = Arc::new(POLICY);
    let before = ALLOCATED.allocated();
    for number in 0..CLIENTS {
        let id = time.add(number, &format!("client-{number}"), &policy);
        time.mint(id, MINUTE);
        time.happen(Input::ViewClosed(id, Arc::clone(&policy)));
        time.happen(Input::Removed(id));
    }
    (time.sent, time.outputs) = Default::default();
    let kept = (ALLOCATED.allocated() - before) / index(CLIENTS);
    println!("{kept} bytes of a client that is gone");
    assert!(kept < 1024, "{kept} bytes");
    assert_eq!((time.endpoint.in_service(), time.endpoint.next_timeout()), (0, None));
}
