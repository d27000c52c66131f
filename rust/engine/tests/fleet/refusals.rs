//! A server that refuses the client is asked once by the fleet: every attempt with a wrong secret counts for the lockout.

use std::sync::{Arc, Barrier};
use std::thread;

use tollgate_engine::Failure;

use crate::fleet::{Injector, requests_alone};
use crate::redis::RealStore;
use crate::server::{Answer, Server, http, token};

const WRONG: &str = r#"{"error":"invalid_client","error_description":"nobody here"}"#;
const KEY: (&str, &str) = ("store_key", "a key that all injectors have, and nobody else");

/// Accepts the secret "right" alone.
fn server() -> Server {
    Server::start(|number, request| {
        if request.contains("client_secret=right") {
            token(number, 3600)
        } else {
            Answer::Say(http(401, "", WRONG))
        }
    })
}

fn is_told_by_another(failure: &Failure) -> bool {
    assert_eq!(failure.code.name(), "CREDENTIAL_REJECTED", "{failure:?}");
    for words in ["profile 'shared'", "401 invalid_client: nobody here", "client_secret"] {
        assert!(failure.message.contains(words), "no {words} in {failure:?}");
    }
    failure.message.contains("another injector of the fleet asked")
}

#[test]
fn a_wrong_secret_is_asked_once_by_the_fleet() {
    let (store, server) = (RealStore::start(), server());
    let url = server.url();
    let settings = [
        ("token_url", &*url),
        ("store", &*store.url()),
        ("client_auth", "client_secret_post"),
        ("client_secret", "wrong"),
    ];
    let fleet: Vec<_> = (0..4).map(|_| Injector::start(&settings)).collect();
    let gate = Arc::new(Barrier::new(fleet.len()));
    let readers: Vec<_> = fleet
        .iter()
        .cloned()
        .map(|injector| {
            let gate = Arc::clone(&gate);
            thread::spawn(move || {
                gate.wait();
                injector.read().unwrap_err()
            })
        })
        .collect();
    let failures: Vec<_> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
    let alone = requests_alone(&fleet);
    assert!(server.count() <= 1 + alone, "{} requests", server.count());
    let asked = failures.iter().filter(|failure| !is_told_by_another(failure)).count();
    assert!(asked <= 1 + alone, "{failures:#?}");
    // Nor does a user of the same client on another injector, or one that starts later.
    let later = Injector::start(&[&settings[..], &[("scope", "other")]].concat());
    is_told_by_another(&later.read().unwrap_err());
    assert!(server.count() <= 1 + alone + later.requests_alone(), "{} requests", server.count());
    let log = later.log();
    assert!(log.contains("nobody here") || later.requests_alone() > 0, "{log}");
}

#[test]
fn another_secret_is_not_refused_and_a_file_is_read_again_where_the_store_says_so() {
    let (store, server) = (RealStore::start(), server());
    let url = server.url();
    let file = |name: &str, secret: &str| {
        let path = store.folder().join(name);
        std::fs::write(&path, secret).unwrap();
        (format!("file:{}", path.display()), path)
    };
    let [(old, _), (rotated, path), (new, _)] =
        [file("old", "wrong"), file("rotated", "wrong"), file("new", "right")];
    let with = |secret: &str| {
        let settings = [
            ("token_url", &*url),
            ("store", &*store.url()),
            KEY,
            ("client_auth", "client_secret_post"),
            ("client_secret", secret),
        ];
        Injector::start(&settings)
    };
    let fleet = [with(&old), with(&rotated), with(&new)];
    fleet[0].read().unwrap_err();
    // It began with the old one; its file has the new one by now.
    std::fs::write(path, "right").unwrap();
    fleet[1..].iter().for_each(|injector| drop(injector.token()));
    let requests = server.requests();
    let wrong = requests.iter().filter(|request| request.contains("client_secret=wrong")).count();
    assert!(wrong <= 1 + requests_alone(&fleet), "{requests:#?}");
}

#[test]
fn a_store_that_loses_its_memory_costs_one_more_request() {
    let (store, server) = (RealStore::start(), server());
    let url = server.url();
    let settings = [
        ("token_url", &*url),
        ("store", &*store.url()),
        ("client_auth", "client_secret_post"),
        ("client_secret", "wrong"),
    ];
    let first = Injector::start(&settings);
    first.read().unwrap_err();
    store.command(&["FLUSHALL"]);
    let fleet = [first, Injector::start(&settings), Injector::start(&settings)];
    fleet
        .iter()
        .for_each(|injector| assert_eq!(injector.read().unwrap_err().code.name(), "CREDENTIAL_REJECTED"));
    assert!(server.count() <= 2 + requests_alone(&fleet), "{} requests", server.count());
}
