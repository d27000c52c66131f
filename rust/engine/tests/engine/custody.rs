//! Refresh tokens in files, over the wire: what a server that revokes the whole family at the second use of one sees.

use std::collections::BTreeSet;
use std::fs;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tollgate_engine::{Code, Engine};

use crate::server::{Answer, Server, http};
use crate::{eventually, open, read, said};

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
    drop(engine.status(second).unwrap());
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
    drop((release, said(&next)));
}
