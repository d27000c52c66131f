//! Refresh tokens in files, over the wire: what a server that revokes the whole family at the second use of one sees.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{env, fs, io, thread};

use tollgate_engine::{Code, Engine};

use crate::server::{Answer, Server, http};
use crate::{eventually, log_text, open, read};

/// A token server with rotation and reuse detection. The first refresh token is `r0`; each can be used once.
struct Family {
    server: Server,
    used: Arc<Mutex<BTreeSet<String>>>,
    reused: Arc<Mutex<Vec<String>>>,
}

impl Family {
    fn start() -> Self {
        Self::holding(|_| ())
    }

    /// `hold` is called with the number of each request after the server took it, and before it answers.
    fn holding(hold: impl Fn(usize) + Send + Sync + 'static) -> Self {
        let (used, reused) =
            (Arc::<Mutex<BTreeSet<String>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (seen, caught) = (Arc::clone(&used), Arc::clone(&reused));
        let server = Server::start(move |n, request| {
            if let Some(token) = request.split("refresh_token=").nth(1) {
                let token = token.split('&').next().unwrap().to_owned();
                if !seen.lock().unwrap().insert(token.clone()) {
                    caught.lock().unwrap().push(token);
                    return Answer::Say(http(400, "", r#"{"error":"invalid_grant"}"#));
                }
            }
            hold(n);
            let body = format!(r#"{{"access_token":"token-{n}","expires_in":3600,"refresh_token":"r{n}"}}"#);
            Answer::Say(http(200, "", &body))
        });
        Self { server, used, reused }
    }

    fn check(&self) {
        assert_eq!(*self.reused.lock().unwrap(), Vec::<String>::new(), "sent twice");
    }

    fn used(&self) -> usize {
        self.used.lock().unwrap().len()
    }
}

/// Holds the server's first answer until the test lets go.
fn gate() -> (Sender<()>, impl Fn(usize) + Send + Sync + 'static) {
    let (release, released): (Sender<()>, Receiver<()>) = channel();
    let released = Mutex::new(released);
    let hold = move |n| {
        if n == 1 {
            released.lock().unwrap().recv().unwrap_or_default();
        }
    };
    (release, hold)
}

#[test]
fn two_profiles_with_one_file_send_each_refresh_token_once() {
    let family = Family::start();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token");
    fs::write(&path, "r0\n").unwrap();
    let kept = format!("file:{}", path.display());
    let engine = Engine::start().unwrap();
    let url = family.server.url();
    let settings = |scope| {
        [
            ("token_url", &*url),
            ("grant", "refresh_token"),
            ("refresh_token", &*kept),
            ("scope", scope),
            ("refresh_interval", "100ms"),
        ]
    };
    engine.run_started(1);
    let one = open(&engine, "one", &settings("read"));
    let two = open(&engine, "two", &settings("write"));
    eventually("eight tokens", || {
        [one, two].iter().for_each(|handle| drop(read(&engine, *handle).unwrap()));
        family.used() >= 8
    });
    family.check();
}

#[test]
fn a_redefinition_during_a_request_waits_for_its_refresh_token() {
    let (release, hold) = gate();
    let family = Family::holding(hold);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token");
    fs::write(&path, "r0\n").unwrap();
    let kept = format!("file:{}", path.display());
    let engine = Engine::start().unwrap();
    let url = family.server.url();
    let settings = |scope| {
        crate::settings(&[
            ("token_url", &*url),
            ("grant", "refresh_token"),
            ("refresh_token", &*kept),
            ("scope", scope),
        ])
    };
    let first = engine.open("p", &settings("read"), false).unwrap();
    assert!(engine.read(first, Duration::ZERO, Duration::ZERO, None, None).unwrap().is_none());
    eventually("the first request", || family.server.count() == 1);
    let second = engine.open("p", &settings("write"), true).unwrap();
    assert!(engine.read(second, Duration::ZERO, Duration::ZERO, None, None).unwrap().is_none());
    drop(crate::status(&engine, second));
    release.send(()).unwrap();
    read(&engine, second).unwrap();
    family.check();
    assert_eq!(family.used(), 2);
}

/// An engine that ended while its request was in flight: its process was killed, say.
#[test]
fn what_was_sent_before_a_crash_is_not_sent_again_after_it() {
    let (release, hold) = gate();
    let family = Family::holding(hold);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token");
    fs::write(&path, "r0\n").unwrap();
    let kept = format!("file:{}", path.display());
    let settings =
        [("token_url", &*family.server.url()), ("grant", "refresh_token"), ("refresh_token", &*kept)];
    let killed = Engine::start().unwrap();
    let handle = open(&killed, "p", &settings);
    assert!(killed.read(handle, Duration::ZERO, Duration::ZERO, None, None).unwrap().is_none());
    eventually("its request", || family.server.count() == 1);
    drop(killed);
    let next = Engine::start().unwrap();
    let handle = open(&next, "p", &settings);
    let failure = read(&next, handle).unwrap_err();
    assert_eq!(failure.code, Code::CredentialRejected);
    family.check();
    assert_eq!(family.server.count(), 1);
    drop((release, log_text(&next)));
}

/// Set in the process that is killed: the URL of its server, and the file of its refresh token.
const KILLED: [&str; 2] = ["TOLLGATE_TEST_KILLED_URL", "TOLLGATE_TEST_KILLED_FILE"];

/// Between two requests of a process, the start of the first one included: each waits for a disk that is busy.
const LONGEST_STEP: Duration = Duration::from_secs(120);

/// How often a process is killed; `make test-long` sets more.
const KILLS: &str = "TOLLGATE_TEST_KILLS";

/// What a process refreshes with: a refresh token of a file, or a sign-in where that is of no use.
fn refreshing<'a>(url: &'a str, kept: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("token_url", url),
        ("grant", "password"),
        ("username", "ann"),
        ("password", "pw"),
        ("refresh_token", kept),
        ("refresh_interval", "100ms"),
    ]
}

/// Refreshes as fast as it can, for as long as the process lives that holds the other end of standard input.
fn refresh_until_killed(url: &str, kept: &str) {
    let (lives, parent) = channel::<()>();
    thread::spawn(move || {
        drop(io::stdin().read(&mut [0]));
        drop(lives);
    });
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let handle = open(&engine, "p", &refreshing(url, kept));
    while parent.recv_timeout(Duration::from_millis(5)) == Err(RecvTimeoutError::Timeout) {
        read(&engine, handle).unwrap();
    }
}

#[test]
fn no_process_sends_what_one_that_was_killed_had_sent() {
    if let [Ok(url), Ok(kept)] = KILLED.map(env::var) {
        return refresh_until_killed(&url, &kept);
    }
    let kills: u64 = env::var(KILLS).map_or(12, |kills| kills.parse().unwrap());
    let (taken, requests) = channel();
    let taken = Mutex::new(taken);
    let family = Family::holding(move |_| taken.lock().unwrap().send(()).unwrap_or_default());
    let directory = tempfile::tempdir().unwrap();
    let kept = format!("file:{}", directory.path().join("token").display());
    let name = thread::current().name().expect("a test's thread has its name").to_owned();
    let seed = RandomState::new();
    let (_never, no_word) = channel::<()>();
    for kill in 0..kills {
        let mut process = Command::new(env::current_exe().unwrap());
        process.args(["--exact", &name]).env(KILLED[0], family.server.url()).env(KILLED[1], &kept);
        let mut process = process.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let chance = seed.hash_one(kill);
        // After the first requests of this process, and a moment: before, in or after the answer. How many is no chance, or
        // once in a while hardly any process would come to refresh.
        for _ in 0..1 + kill % 4 {
            requests.recv_timeout(LONGEST_STEP).unwrap_or_else(|_| panic!("no request before kill {kill}"));
        }
        no_word.recv_timeout(Duration::from_micros(chance % 3000)).unwrap_err();
        process.kill().unwrap();
        process.wait().unwrap();
        requests.try_iter().for_each(drop);
    }
    family.check();
    let engine = Engine::start().unwrap();
    let url = family.server.url();
    let handle = open(&engine, "p", &refreshing(&url, &kept));
    read(&engine, handle).unwrap();
    family.check();
    assert!(family.used() as u64 > kills / 3, "{} refreshes", family.used());
}
