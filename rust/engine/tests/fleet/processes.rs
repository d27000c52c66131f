//! Injectors that are killed or stopped while they have the leave of all to request a token: processes of their own.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::{env, thread};

use crate::fleet::{Injector, PATIENCE, eventually};
use crate::redis::RealStore;
use crate::server::{Answer, Server, token};

/// Token URL and store of a process that a test starts: itself, once more.
const CHILD: [&str; 2] = ["TOLLGATE_TEST_FLEET_URL", "TOLLGATE_TEST_FLEET_STORE"];

/// A lease lasts 2 × 5 s and 5 s. In less a busy machine does not answer every request.
const REQUEST_TIMEOUT: (&str, &str) = ("request_timeout", "5s");

/// In the process that a test started: reads a token and prints it.
fn is_child() -> bool {
    let [Ok(url), Ok(store)] = CHILD.map(env::var) else { return false };
    let settings = [("token_url", &*url), ("store", &*store), ("token_timeout", "1m"), REQUEST_TIMEOUT];
    let injector = Injector::start(&settings);
    let token = injector.token();
    println!("got {token} alone {}", injector.requests_alone());
    true
}

/// A process that ends with the test.
struct Process(Child);

impl Process {
    fn start(server: &Server, store: &RealStore) -> Self {
        let name = thread::current().name().expect("a test's thread has its name").to_owned();
        let mut process = Command::new(env::current_exe().unwrap());
        process
            .args(["--exact", "--nocapture", &name])
            .env(CHILD[0], server.url())
            .env(CHILD[1], store.url());
        Self(process.stdout(Stdio::piped()).spawn().unwrap())
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
        assert!(status.success(), "{signal}");
    }

    /// The token that it read, and how many requests it sent without the store's leave.
    fn token(&mut self) -> (String, usize) {
        let output: ChildStdout = self.0.stdout.take().expect("once");
        // To its end: a process whose output nobody takes fails.
        let lines: Vec<_> = BufReader::new(output).lines().map_while(Result::ok).collect();
        let line = lines.iter().find_map(|line| line.split_once("got ")).expect("it reads a token").1;
        let (token, alone) = line.split_once(" alone ").expect("as it prints it");
        (token.to_owned(), alone.parse().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A server that answers the first request when it is told to, and others at once.
fn holding() -> (Server, Sender<()>) {
    let (answer, told): (Sender<()>, Receiver<()>) = channel();
    let told = Arc::new(Mutex::new(told));
    let server = Server::start(move |number, _| {
        if number == 1 && told.lock().unwrap().recv_timeout(PATIENCE).is_err() {
            return Answer::Last(String::new());
        }
        token(number, 3600)
    });
    (server, answer)
}

fn second(server: &Server, store: &RealStore) -> Injector {
    let (url, at) = (server.url(), store.url());
    Injector::start(&[("token_url", &url), ("store", &at), ("token_timeout", "1m"), REQUEST_TIMEOUT])
}

#[test]
fn an_injector_that_is_killed_between_leave_and_token_costs_one_lease() {
    if is_child() {
        return;
    }
    let (store, (server, _answer)) = (RealStore::start(), holding());
    let killed = Process::start(&server, &store);
    eventually("it requests the token", || server.count() == 1);
    drop(killed);
    let injector = second(&server, &store);
    assert_eq!(injector.token(), "token-2");
    assert!(server.count() <= 2 + injector.requests_alone(), "{} requests", server.count());
}

#[test]
fn an_injector_that_stands_still_for_longer_than_its_lease_spoils_nothing() {
    if is_child() {
        return;
    }
    let (store, (server, answer)) = (RealStore::start(), holding());
    let mut stopped = Process::start(&server, &store);
    eventually("it requests the token", || server.count() == 1);
    stopped.signal("-STOP");
    let injector = second(&server, &store);
    let newest = injector.token();
    answer.send(()).unwrap();
    stopped.signal("-CONT");
    let (token, alone) = stopped.token();
    // What it got late is good for itself, if it took it at all. The fleet keeps the newer one.
    assert!(alone > 0 || token == newest || token == "token-1", "{token}, {newest} is the fleet's");
    let third = second(&server, &store);
    let token = third.token();
    assert!(third.requests_alone() > 0 || token == newest, "{token}, {newest} is the fleet's");
    let most = 2 + alone + injector.requests_alone() + third.requests_alone();
    assert!(server.count() <= most, "{} requests, at most {most}", server.count());
}
