//! A store that is slow, full, flushed, gone or does not let this process in: valid tokens serve, each process requests for
//! itself meanwhile, says so once, and is back in the fleet by itself.

use std::time::{Duration, Instant};

use crate::fleet::{Injector, eventually, requests_alone};
use crate::redis::RealStore;
use crate::server::{Server, token};

/// Long before the end of a token, so that a valid one is always at hand.
const INTERVAL: (&str, &str) = ("refresh_interval", "1s");

/// Two injectors, and what they have logged.
struct Pair {
    server: Server,
    fleet: [Injector; 2],
    logs: [String; 2],
}

impl Pair {
    fn start(store: &RealStore, more: &[(&str, &str)]) -> Self {
        let server = Server::start(|number, _| token(number, 3600));
        let (url, at) = (server.url(), store.url());
        let settings = [&[("token_url", &*url), ("store", &*at), INTERVAL], more].concat();
        let fleet = [Injector::start(&settings), Injector::start(&settings)];
        fleet.iter().for_each(|injector| drop(injector.token()));
        Self { server, fleet, logs: [String::new(), String::new()] }
    }

    /// Both read, at once: they have a valid token all the time, and nobody waits for the store with one.
    fn read(&mut self) {
        for (injector, log) in self.fleet.iter().zip(&mut self.logs) {
            let read = injector.engine.read(injector.handle, Duration::ZERO, Duration::ZERO, None, None);
            assert!(read.unwrap().is_some(), "a valid token is withheld");
            log.push_str(&injector.log());
        }
    }

    fn until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) {
        eventually(what, || {
            self.read();
            self.logs.iter().all(|log| is_so(log))
        });
    }

    /// While the store is out of order both request for themselves, and afterwards one for both.
    fn goes_alone_and_comes_back(&mut self, mend: impl FnOnce()) {
        self.until("each requests for itself", |log| {
            log.find("Until it answers").is_some_and(|silent| log[silent..].matches("minted").count() >= 3)
        });
        mend();
        self.until("each hears the store", |log| log.contains("it answers again"));
        self.until("each has a token of the fleet", |log| {
            let back = log.find("it answers again").unwrap_or_default();
            log[back..].contains("minted") || log[back..].contains("came from the store")
        });
        self.is_shared();
        for log in &self.logs {
            let warnings = log.lines().filter(|line| line.starts_with("Warn")).count();
            // One for each silence, and not for each request: on a busy machine there may be another silence.
            let silences = log.matches("it answers again").count();
            assert!(warnings == silences || warnings == silences + 1, "{log}");
        }
    }

    /// From now on one requests for both.
    fn is_shared(&mut self) {
        let shared = |log: &String| log.matches("came from the store").count();
        let had: usize = self.logs.iter().map(shared).sum();
        eventually("one requests for both", || {
            self.read();
            self.logs.iter().map(shared).sum::<usize>() >= had + 3
        });
    }
}

#[test]
fn a_store_that_stops_and_starts() {
    let mut store = RealStore::start();
    let mut pair = Pair::start(&store, &[]);
    store.stop();
    pair.goes_alone_and_comes_back(|| store.begin());
}

#[test]
fn a_store_that_is_full() {
    let store = RealStore::start();
    let mut pair = Pair::start(&store, &[]);
    store.command(&["CONFIG", "SET", "maxmemory", "1"]);
    pair.goes_alone_and_comes_back(|| {
        store.command(&["CONFIG", "SET", "maxmemory", "0"]);
    });
}

#[test]
fn a_store_that_is_slow() {
    let store = RealStore::start();
    let mut pair = Pair::start(&store, &[]);
    // Longer than two injectors take to give up three times.
    store.command(&["CLIENT", "PAUSE", "12000", "ALL"]);
    pair.goes_alone_and_comes_back(|| ());
}

#[test]
fn a_store_that_takes_another_password_until_the_file_has_it() {
    let store = RealStore::with(&["--requirepass", "one"]);
    let file = store.folder().join("password");
    std::fs::write(&file, "one\n").unwrap();
    let setting = format!("file:{}", file.display());
    let mut pair = Pair::start(&store, &[("store_password", &setting)]);
    store.command_as("one", &["CONFIG", "SET", "requirepass", "two"]);
    store.command_as("two", &["CLIENT", "KILL", "SKIPME", "yes"]);
    pair.goes_alone_and_comes_back(|| std::fs::write(&file, "two").unwrap());
    for log in &pair.logs {
        assert!(!log.contains("one\"") && !log.contains("two\""), "a password in the log: {log}");
    }
}

#[test]
fn a_store_that_loses_its_memory() {
    let store = RealStore::start();
    let mut pair = Pair::start(&store, &[]);
    // So that numbers which begin anew would be far behind.
    (0..3).for_each(|_| pair.is_shared());
    for _ in 0..2 {
        let (before, silent) = (pair.server.count(), requests_alone(&pair.fleet));
        let begun = Instant::now();
        store.command(&["FLUSHALL"]);
        pair.is_shared();
        let (requests, took) = (pair.server.count() - before, begun.elapsed());
        let alone = requests_alone(&pair.fleet) - silent;
        // One in each interval, or a little less, and the first may be twice. They go on until a busy machine looks.
        let intervals = usize::try_from(took.as_millis() / 900).unwrap();
        assert!(requests <= 3 + intervals + alone, "{requests} requests in {took:?}");
    }
}

#[test]
fn a_reader_without_a_token_waits_a_second_for_a_store_that_does_not_answer() {
    let mut store = RealStore::start();
    let server = Server::start(|number, _| token(number, 3600));
    let (url, at) = (server.url(), store.url());
    store.stop();
    let begun = Instant::now();
    let injector = Injector::start(&[("token_url", &url), ("store", &at)]);
    assert_eq!(injector.token(), "token-1");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(injector.requests_alone(), 1);
    store.begin();
}
