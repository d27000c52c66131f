//! Files that hang: in place of each there is a pipe that nobody writes into, so a thread that opens it waits.

#![allow(clippy::disallowed_methods)] // what is measured here is real time

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use tollgate_engine::{Code, Engine};

use crate::server::{Server, token};
use crate::{open, read, settings};

/// A thread of JMeter that is to stop does so before this.
const STOP: Duration = Duration::from_secs(3);

/// A time, and for how long ready threads of this machine waited for a processor meanwhile.
struct Measured {
    begun: Instant,
    waited: Duration,
}

impl Measured {
    fn begin() -> Self {
        Self { begun: Instant::now(), waited: cpu_wait() }
    }

    fn check(&self, what: &str, most: Duration) {
        let (took, waited) = (self.begun.elapsed(), cpu_wait() - self.waited);
        assert!(took < most + waited, "{what} took {took:?}, {waited:?} of it without a processor");
    }
}

/// The kernel's total, zero where it keeps none.
fn cpu_wait() -> Duration {
    let text = fs::read_to_string("/proc/pressure/cpu").unwrap_or_default();
    let total = text.lines().next().and_then(|some| some.split("total=").nth(1)?.parse().ok());
    Duration::from_micros(total.unwrap_or(0))
}

fn hung_file(directory: &Path) -> String {
    let path = directory.join("hangs");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path.display().to_string()
}

#[test]
fn each_file_that_hangs_fails_its_own_profile_in_words_and_delays_no_other() {
    let server = Server::start(|n, _| token(n, 3600));
    let url = server.url();
    let directory = tempfile::tempdir().unwrap();
    let path = hung_file(directory.path());
    let file = format!("file:{path}");
    let cases: [(&str, &[(&str, &str)]); 8] = [
        ("client_secret", &[("client_secret", &file)]),
        ("password", &[("grant", "password"), ("username", "ann"), ("password", &file)]),
        ("refresh_token", &[("refresh_token", &file)]),
        ("private_key", &[("client_auth", "private_key_jwt"), ("client_secret", ""), ("private_key", &file)]),
        ("assertion", &[("grant", "jwt_bearer"), ("assertion", &file)]),
        ("ca_file", &[("ca_file", &path)]),
        ("tls_client_cert", &[("tls_client_cert", &file)]),
        ("dpop_key", &[("dpop", "true"), ("dpop_key", &file)]),
    ];
    let engine = Arc::new(Engine::start().unwrap());
    let gate = Arc::new(Barrier::new(cases.len() + 1));
    thread::scope(|scope| {
        for (name, more) in cases {
            let (engine, gate, url) = (Arc::clone(&engine), Arc::clone(&gate), &url);
            scope.spawn(move || {
                let given = settings(&[&[("token_url", url.as_str())], more].concat());
                gate.wait();
                let time = Measured::begin();
                let failure = engine.open(name, &given, false).unwrap_err();
                time.check(name, STOP);
                assert_eq!(failure.code, Code::Config, "{failure}");
                let message = &failure.message;
                assert!(
                    message.contains(name) && message.contains("no answer from its disk or network"),
                    "{message}"
                );
            });
        }
        gate.wait();
        let time = Measured::begin();
        let well = open(&engine, "well", &[("token_url", &url)]);
        read(&engine, well).unwrap();
        time.check("another profile", Duration::from_secs(1));
    });
}

#[test]
fn five_hundred_threads_at_a_file_that_hangs_all_come_back_before_a_stop_gives_them_up() {
    let directory = tempfile::tempdir().unwrap();
    let file = format!("file:{}", hung_file(directory.path()));
    let engine = Arc::new(Engine::start().unwrap());
    let gate = Arc::new(Barrier::new(500));
    let given = Arc::new(settings(&[("token_url", "http://127.0.0.1:1/"), ("client_secret", &file)]));
    let threads: Vec<_> = (0..500)
        .map(|_| {
            let (engine, gate, given) = (Arc::clone(&engine), Arc::clone(&gate), Arc::clone(&given));
            thread::spawn(move || {
                gate.wait();
                let time = Measured::begin();
                assert_eq!(engine.open("hung", &given, false).unwrap_err().code, Code::Config);
                time.check("a thread", STOP);
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

/// A secret file that hangs when it is read again, after the server refused what was in it before.
#[test]
fn a_file_that_hangs_later_delays_no_other_credential_of_its_endpoint() {
    let server = Server::start(|n, request| {
        if request.contains("client_id=refused") || n == 1 {
            return crate::server::Answer::Say(crate::server::http(401, "", r#"{"error":"invalid_client"}"#));
        }
        token(n, 3600)
    });
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("hangs");
    fs::write(&path, "a-secret").unwrap();
    let engine = Engine::start().unwrap();
    let url = server.url();
    let secret = format!("file:{}", path.display());
    let refused = open(
        &engine,
        "refused",
        &[("token_url", &url), ("client_id", "refused"), ("client_secret", &secret)],
    );
    fs::remove_file(&path).unwrap();
    hung_file(directory.path());
    assert_eq!(read(&engine, refused).unwrap_err().code, Code::CredentialRejected);
    let time = Measured::begin();
    let well = open(&engine, "well", &[("token_url", &url), ("client_id", "well")]);
    read(&engine, well).unwrap();
    time.check("another profile", Duration::from_secs(1));
    assert!(engine.status(refused).is_ok());
}
