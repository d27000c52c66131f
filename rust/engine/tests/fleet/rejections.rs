//! 401s that say nothing of the token: the fleet replaces what one injector replaces.

use std::time::Instant;

use crate::fleet::{Injector, eventually, requests_alone};
use crate::redis::RealStore;
use crate::server::{Server, token};

/// After so many seconds without a 401 a single one is believed.
const QUIET: u64 = 30;

/// Each injector sends a hundred requests, and the API refuses one of them. Returns how many token requests there were.
fn stray(injectors: usize) -> (usize, usize) {
    let (store, server) = (RealStore::start(), Server::start(|number, _| token(number, 3600)));
    let settings = [("token_url", &*server.url()), ("store", &*store.url())];
    let fleet: Vec<_> = (0..injectors).map(|_| Injector::start(&settings)).collect();
    let begun = Instant::now();
    for request in 0..100 {
        for (at, injector) in fleet.iter().enumerate() {
            let token = injector.token();
            if request == 10 + 20 * at {
                injector.report(401, &token);
                eventually("all have the token that is in service", || {
                    let newest = format!("token-{}", server.count());
                    fleet.iter().all(|injector| injector.token() == newest)
                });
            } else {
                injector.report(200, &token);
            }
        }
    }
    // A machine that is so slow is quiet between two.
    let quiet = usize::try_from(begun.elapsed().as_secs() / QUIET).unwrap() * injectors;
    (server.count(), requests_alone(&fleet) + quiet)
}

#[test]
fn four_injectors_under_stray_401s_request_what_one_requests() {
    let (one, excused) = stray(1);
    assert!(one <= 2 + excused, "{one} requests");
    let (four, excused) = stray(4);
    assert!(four <= 2 + excused, "{four} requests");
}

#[test]
fn a_run_of_401s_that_chance_cannot_explain_waits_for_nobody() {
    let (store, server) = (RealStore::start(), Server::start(|number, _| token(number, 3600)));
    let settings = [("token_url", &*server.url()), ("store", &*store.url())];
    let fleet = [Injector::start(&settings), Injector::start(&settings)];
    let [one, two] = &fleet;
    let first = one.token();
    one.report(200, &first);
    one.report(401, &first);
    eventually("both have another", || one.token() != first && two.token() == one.token());
    let second = two.token();
    two.report(200, &second);
    // It hears of the replacement a moment ago, and one 401 says nothing then.
    for _ in 0..100 {
        two.report(401, &second);
    }
    eventually("both have a third", || two.token() != second && two.token() == one.token());
}
