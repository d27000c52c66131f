//! What the credentials of many users cost: bytes, tasks and requests. All that is allocated in this process is counted, so
//! the tests take turns.

#![allow(clippy::unwrap_used)] // in a test an unwrap is an assertion

mod endpoint;
mod turnover;

use std::alloc::System;
use std::sync::mpsc::channel;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use cap::Cap;
use tokio::runtime::{Builder, Runtime};
use tollgate_engine::{Engine, Event, Handle, Moment, Report, Setting, Source, Stamp};

use self::endpoint::{Endpoint, TOKEN};

#[global_allocator]
static ALLOCATED: Cap<System> = Cap::new(System, usize::MAX);

/// More entries than the journal holds.
const JOURNAL: u64 = 5000;

/// Beside its token. On a machine of 64 bits a user is made of the machine's credential (190), its cell (170) and what the
/// driver keeps beside them (100), a name and a password (100), its token's place (130), and the tables and timers that
/// find it (250): 940 were seen, and 961 on a busy machine, since how far tables grow depends on the order of the answers.
const MOST_BYTES: usize = 1010;

/// What seldom happens takes its room when it happens: the counts of it (200), what 401s say of the token (140), and the
/// journal's writer with three fingerprints more (100): 442 were seen.
const COUNTS: usize = 460;

/// The connections of the HTTP client, and what is being answered.
const TASKS_OF_OTHERS: usize = 64;

/// Looks until so many bytes are below `most`: what is being answered takes some and gives them back.
fn below(most: usize, what: &str, bytes: impl Fn() -> usize) -> usize {
    let end = Moment::now().after(GIVEN_BACK);
    loop {
        let seen = bytes();
        if seen < most {
            println!("{what}: {seen} bytes a user");
            return seen;
        }
        assert!(end.is_ahead(), "{what}: {seen} bytes a user, and not below {most}");
        thread::sleep(LOOK);
    }
}

fn one_at_a_time() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open(engine: &Engine, url: &str) -> Handle {
    let given =
        [("token_url", url), ("client_id", "me"), ("client_secret", "secret"), ("scope", "read write")];
    let setting =
        |(key, value): (&str, &str)| Setting { key: key.into(), value: value.into(), source: Source::Define };
    engine.open("users", &given.map(setting), false).unwrap()
}

fn open_users(engine: &Engine, profile: Handle, number: usize) -> Vec<Handle> {
    let user = |n| engine.for_user(profile, &format!("user-{n:06}"), format!("password-{n}").into()).unwrap();
    (0..number).map(user).collect()
}

/// Between two looks.
const LOOK: Duration = Duration::from_millis(2);
/// A bound that is not met by then is exceeded: nothing has been under way for long.
const GIVEN_BACK: Duration = Duration::from_secs(20);
/// Of real time, whatever clock a test moves: ten times what the slowest part takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// Waits until each has a token of at least this generation. It asks for one, and does not read it.
///
/// Says how many lines of the log told of a new token.
async fn have(engine: &Engine, users: &[Handle], generation: u64, look: Duration) -> usize {
    let (end, mut count) = (Moment::now().after(PATIENCE), 0);
    let mut listen = || count += lines_of_new_tokens(engine);
    for user in users.iter().filter(|user| engine.generation(**user) == 0) {
        drop(engine.read(*user, Duration::ZERO, Duration::ZERO, None, None).unwrap());
    }
    for user in users {
        while engine.generation(*user) < generation {
            listen();
            assert!(end.is_ahead(), "no token {generation} for a user");
            tokio::time::sleep(look).await;
        }
    }
    listen();
    count
}

/// Of what was not taken before.
fn lines_of_new_tokens(engine: &Engine) -> usize {
    let said = engine.await_events(Duration::ZERO); // as Java does
    said.iter().filter(|event| matches!(event, Event::Info(line) if line.contains(" minted "))).count()
}

/// As many 401s in a row are a revocation, whatever came before.
const A_REVOCATION: usize = 64;

fn report(engine: &Engine, user: Handle, status: u16, stamp: Stamp) {
    let (origin, stamp) = (Some("http://api"), Some(stamp));
    let report = Report {
        status,
        origin,
        headers: &[],
        authorization: None,
        stamp,
        ago: Duration::ZERO,
        ..Report::default()
    };
    engine.report(user, report).unwrap();
}

/// The API accepts the token of each and later revokes it, until all have another. They are of one client, so the more
/// new tokens were accepted the more are asked for at a time.
async fn replace_all(engine: &Engine, users: &[Handle], generation: u64) {
    let end = Moment::now().after(PATIENCE);
    while end.is_ahead() {
        let mut left = 0;
        for user in users {
            let read = engine.read(*user, Duration::ZERO, Duration::ZERO, None, None).unwrap();
            left += usize::from(read.as_ref().is_none_or(|read| read.generation == generation));
            let Some(read) = read else { continue };
            report(engine, *user, 200, read.stamp);
            if read.generation == generation {
                (0..A_REVOCATION).for_each(|_| report(engine, *user, 401, read.stamp));
            }
        }
        if left == 0 {
            return;
        }
        if let Some(user) = users.first() {
            engine.status(*user).unwrap(); // which waits until the machine has heard all that
        }
        tokio::time::sleep(LOOK).await;
    }
    panic!("tokens {generation} are not replaced");
}

/// Begins the run, with a journal that is full: it takes the same room whoever is in it.
fn begin(engine: &Engine) {
    for run in 1..=JOURNAL {
        engine.run_started(run);
    }
}

#[test]
fn a_user_of_ten_thousand_costs_less_than_a_kibibyte_and_no_task() {
    let _turn = one_at_a_time();
    const USERS: usize = 10_000;
    let server = Endpoint::start(Duration::from_secs(3600));
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let engine = Engine::on(runtime.handle().clone());
    begin(&engine);
    let profile = open(&engine, &server.url());
    let first = open_users(&engine, profile, 8);
    let told = runtime.block_on(have(&engine, &first, 1, LOOK));
    drop(engine.journal(0, 0)); // the driver tells of a token after it has published it, and is waited for
    assert_eq!(told + lines_of_new_tokens(&engine), first.len(), "of a few it is told");
    let (before, tasks) = (ALLOCATED.allocated(), runtime.metrics().num_alive_tasks());
    let users = open_users(&engine, profile, USERS);
    let handles = users.capacity() * size_of::<Handle>();
    let each = || (ALLOCATED.allocated() - before - handles) / USERS;
    below(MOST_BYTES, "opened", each);
    runtime.block_on(have(&engine, &users, 1, LOOK));
    let fresh = below(MOST_BYTES + TOKEN, "with a token", each);
    // Four tokens later it has all the fingerprints that it will ever have, and eight no more than four.
    let some = &users[..USERS / 20];
    let start = ALLOCATED.allocated();
    for generation in 1..=8 {
        runtime.block_on(replace_all(&engine, some, generation));
        let count = runtime.block_on(have(&engine, some, generation + 1, LOOK));
        assert_eq!(count, 0, "of many it is not");
    }
    let later = || fresh + ALLOCATED.allocated().saturating_sub(start) / some.len();
    below(MOST_BYTES + COUNTS + TOKEN, "after nine tokens, eight of them refused", later);
    assert_eq!(server.minted(), USERS + 8 * some.len(), "and no request too many");
    let alive = runtime.metrics().num_alive_tasks();
    assert!(alive < tasks + TASKS_OF_OTHERS, "{tasks} tasks with eight users, {alive} with {USERS}");
}

/// Users whose time passes only when the test says so.
struct Paused {
    runtime: Runtime,
    engine: Engine,
    server: Endpoint,
    users: Vec<Handle>,
}

const LIFE: Duration = Duration::from_secs(60);

impl Paused {
    fn of(number: usize) -> Self {
        let server = Endpoint::start(LIFE);
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let engine = Engine::on(runtime.handle().clone());
        begin(&engine);
        let profile = runtime.block_on(async { open(&engine, &server.url()) });
        let users = runtime.block_on(async { open_users(&engine, profile, number) });
        Self { runtime, engine, server, users }
    }

    /// While a task blocks, tokio's paused clock does not run ahead to the next timer: answers come in no time.
    fn have(&self, users: &[Handle], generation: u64) {
        let (done, wait) = channel::<()>();
        self.runtime.block_on(async {
            let held = tokio::task::spawn_blocking(move || wait.recv().is_err());
            have(&self.engine, users, generation, Duration::ZERO).await;
            drop(done);
            assert!(held.await.unwrap());
        });
    }

    fn pass(&self, time: Duration) {
        self.runtime.block_on(async {
            tokio::time::advance(time).await;
            // Whoever is due is woken a few at a time.
            for _ in 0..1000 {
                tokio::task::yield_now().await;
            }
            drop(self.engine.await_events(Duration::ZERO));
        });
    }
}

#[test]
fn whom_nobody_reads_is_asked_for_once_and_gives_its_memory_back() {
    let _turn = one_at_a_time();
    const USERS: usize = 1000;
    let paused = Paused::of(USERS);
    paused.have(&paused.users, 1);
    assert_eq!(paused.server.minted(), USERS);
    let with_tokens = ALLOCATED.allocated();
    // The token runs out, and a minute later nobody asks about it any more.
    paused.pass(LIFE);
    assert!(
        paused.users.iter().all(|user| paused.engine.generation(*user) == 0),
        "no word of a token that ran out"
    );
    paused.pass(LIFE);
    let given_back = with_tokens.saturating_sub(ALLOCATED.allocated()) / USERS;
    println!("{given_back} bytes a user given back, of which {TOKEN} were the token");
    assert!(given_back > TOKEN + 100, "{given_back} bytes");
    for _ in 0..20 {
        paused.pass(LIFE);
    }
    assert_eq!(paused.server.minted(), USERS, "nobody asked, nothing was sent");
    // The handle is what it was: one request, and the numbers go on.
    let one = &paused.users[500..501];
    paused.have(one, 2);
    assert_eq!((paused.engine.generation(one[0]), paused.server.minted()), (2, USERS + 1));
    paused.have(&paused.users, 2);
    assert_eq!(paused.server.minted(), 2 * USERS);
    // Of the server's connections, too, which end when its threads get to run.
    below(150, "as much as before, but for", || ALLOCATED.allocated().abs_diff(with_tokens) / USERS);
}
