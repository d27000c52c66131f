//! One token and one gate for all: what a fleet costs the token server.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use crate::fleet::{Injector, eventually, requests_alone};
use crate::redis::RealStore;
use crate::server::{Answer, Server, http, token};

#[test]
fn injectors_that_start_together_have_one_token() {
    let (store, server) = (RealStore::start(), Server::start(|number, _| token(number, 3600)));
    let settings = [("token_url", &*server.url()), ("store", &*store.url())];
    let fleet: Vec<_> = (0..8).map(|_| Injector::start(&settings)).collect();
    let gate = Arc::new(Barrier::new(fleet.len() * 25));
    let readers: Vec<_> = fleet
        .iter()
        .flat_map(|injector| (0..25).map(move |_| injector.clone()))
        .map(|injector| {
            let gate = Arc::clone(&gate);
            thread::spawn(move || {
                gate.wait();
                injector.token()
            })
        })
        .collect();
    let seen: BTreeSet<_> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
    let alone = requests_alone(&fleet);
    assert!(seen.len() <= 1 + alone, "{seen:?}, {alone} requests without the store's leave");
    assert!(server.count() <= 1 + alone, "{} requests", server.count());
}

#[test]
fn each_lifetime_costs_the_fleet_one_request() {
    let (store, server) = (RealStore::start(), Server::start(|number, _| token(number, 3600)));
    // Every injector refreshes after some seconds of its own: the first does it for all.
    const INTERVAL: Duration = Duration::from_secs(2);
    let settings = [("token_url", &*server.url()), ("store", &*store.url()), ("refresh_interval", "2s")];
    let begun = Instant::now();
    let fleet: Vec<_> = (0..4).map(|_| Injector::start(&settings)).collect();
    eventually("the fifth token is in service everywhere", || {
        let tokens: Vec<_> = fleet.iter().map(Injector::token).collect();
        server.count() >= 5 && tokens.iter().all(|token| *token == format!("token-{}", server.count()))
    });
    // No two are sent within an interval, whenever a busy server comes to read them; a little less, for the spread.
    let (requests, took) = (server.count(), begun.elapsed());
    let lifetimes = usize::try_from(took.as_millis() / (INTERVAL * 9 / 10).as_millis()).unwrap();
    let alone = requests_alone(&fleet);
    assert!(requests <= 1 + lifetimes + alone, "{requests} requests in {took:?}, {alone} without leave");
}

#[test]
fn a_wait_that_one_hears_closes_the_gate_of_all() {
    let store = RealStore::start();
    let server = Server::start(|_, _| Answer::Say(http(429, "Retry-After: 300\r\n", "{}")));
    let url = server.url();
    let settings = [("token_url", &*url), ("store", &*store.url()), ("max_retry_after", "60s")];
    let fleet: Vec<_> = (0..4).map(|_| Injector::start(&settings)).collect();
    for injector in &fleet {
        let failure = injector.read().unwrap_err();
        assert_eq!(failure.code.name(), "THROTTLED_UNTIL", "{failure:?}");
    }
    assert!(server.count() <= 1 + requests_alone(&fleet), "each of the others was told by the store");
    // And of another user of the client, on another injector.
    let another = Injector::named("other-scope", &[&settings[..], &[("scope", "other")]].concat());
    assert_eq!(another.read().unwrap_err().code.name(), "THROTTLED_UNTIL");
    assert!(server.count() <= 1 + requests_alone(&fleet) + another.requests_alone());
}

#[test]
fn a_token_that_the_api_refused_to_one_is_replaced_for_all() {
    let (store, server) = (RealStore::start(), Server::start(|number, _| token(number, 3600)));
    let settings = [("token_url", &*server.url()), ("store", &*store.url())];
    let fleet = [Injector::start(&settings), Injector::start(&settings)];
    let first = fleet.each_ref().map(Injector::token);
    let [one, two] = &fleet;
    one.report(200, &first[0]);
    two.report(200, &first[1]);
    one.report(401, &first[0]);
    eventually("the one that was refused has another", || one.token() != first[0]);
    // The other hears of it, without a 401 of its own.
    eventually("so has the other", || two.token() == one.token());
    two.report(401, &first[1]); // of a sample that was on its way
    assert_eq!(two.token(), one.token());
    assert!(server.count() <= 2 + requests_alone(&fleet), "{} requests", server.count());
}

#[test]
fn a_refresh_token_is_sent_once_whoever_sends_it() {
    let store = RealStore::start();
    let server = Server::start(|number, request| {
        if request.contains("grant_type=refresh_token")
            && !request.contains(&format!("refresh_token=r{}", number - 1))
        {
            return Answer::Say(http(400, "", r#"{"error":"invalid_grant"}"#));
        }
        let body =
            format!(r#"{{"access_token":"token-{number}","expires_in":3600,"refresh_token":"r{number}"}}"#);
        Answer::Say(http(200, "", &body))
    });
    let settings = [
        ("token_url", &*server.url()),
        ("store", &*store.url()),
        ("grant", "password"),
        ("username", "ann"),
        ("password", "pw"),
        ("refresh_interval", "1s"),
    ];
    let fleet: Vec<_> = (0..4).map(|_| Injector::start(&settings)).collect();
    eventually("the sixth token is in service everywhere", || {
        let tokens: Vec<_> = fleet.iter().map(Injector::token).collect();
        server.count() >= 6 && tokens.iter().all(|token| *token == format!("token-{}", server.count()))
    });
    let requests = server.requests();
    let sign_ins = requests.iter().filter(|request| request.contains("grant_type=password")).count();
    assert!(sign_ins <= 1 + requests_alone(&fleet), "{requests:#?}");
}

#[test]
fn a_budget_is_of_the_client_and_not_of_each_injector() {
    let (store, server) = (RealStore::start(), Server::start(|number, _| token(number, 3600)));
    let url = server.url();
    let settings = |scope: &'static str| {
        [
            ("token_url".to_owned(), url.clone()),
            ("store".to_owned(), store.url()),
            ("mint_budget".to_owned(), "2/1h".to_owned()),
            ("scope".to_owned(), scope.to_owned()),
        ]
    };
    let start = |scope| {
        let settings = settings(scope);
        let pairs: Vec<_> = settings.iter().map(|(key, value)| (&**key, &**value)).collect();
        Injector::start(&pairs)
    };
    let fleet = [start("a"), start("b"), start("c")];
    fleet[..2].iter().for_each(|injector| drop(injector.token()));
    let third = fleet[2].read();
    let alone = requests_alone(&fleet);
    let refused = third.err().map(|failure| failure.code.name());
    assert!(refused == Some("BUDGET_EXHAUSTED") || alone > 0, "{refused:?}");
    assert!(server.count() <= 2 + alone, "{} requests", server.count());
    let again = start("a");
    let read = again.read();
    let is_shared = || read.as_ref().is_ok_and(|token| *token == fleet[0].token());
    assert!(
        is_shared() || alone + again.requests_alone() > 0,
        "what another requested costs nothing: {read:?}"
    );
}
