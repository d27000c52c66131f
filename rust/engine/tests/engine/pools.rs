//! Several tokens of one client in one profile. The server counts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use secrecy::ExposeSecret;
use tollgate_engine::{Code, Engine, Failure, Handle, Report, Stamp};

use crate::server::{Answer, Server, http, token};
use crate::{PATIENCE, eventually, log_text, open, settings};

/// Waits for the token of a thread as the Java side does: it is steered anew at each look.
pub(crate) fn read_as(engine: &Engine, profile: Handle, thread: u64) -> Result<(Handle, String), Failure> {
    let mut waited = Duration::ZERO;
    loop {
        let lane = engine.steer(profile, thread)?;
        if let Some(served) = engine.read(lane, Duration::ZERO, waited, None, None)? {
            return Ok((lane, served.token.expose_secret().to_owned()));
        }
        thread::sleep(Duration::from_millis(2));
        waited += Duration::from_millis(2);
    }
}

fn report(engine: &Engine, lane: Handle, status: u16, authorization: Option<&str>, stamp: Option<Stamp>) {
    report_with_headers(engine, lane, status, &[], authorization, stamp);
}

pub(crate) fn report_with_headers(
    engine: &Engine,
    lane: Handle,
    status: u16,
    headers: &[(String, String)],
    authorization: Option<&str>,
    stamp: Option<Stamp>,
) {
    let origin = Some("https://api.example.com:443");
    engine
        .report(
            lane,
            Report {
                status,
                origin,
                headers,
                authorization,
                stamp,
                ago: Duration::ZERO,
                ..Report::default()
            },
        )
        .unwrap();
    crate::status(engine, lane); // which waits until the machine has heard it
}

pub(crate) fn status(engine: &Engine, profile: Handle) -> serde_json::Value {
    serde_json::from_str(&crate::status(engine, profile)).unwrap()
}

/// One field of each lane, as text.
pub(crate) fn lanes(engine: &Engine, profile: Handle, field: &str) -> Vec<String> {
    let status = status(engine, profile);
    status["lanes"].as_array().unwrap().iter().map(|lane| lane[field].to_string()).collect()
}

/// Token requests that were sent and not answered, of all lanes, retired ones too.
fn tokens_on_their_way(engine: &Engine, profile: Handle) -> u64 {
    let status = status(engine, profile);
    let answered = status["mints"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>();
    status["token_requests"].as_u64().unwrap() - answered
}

#[test]
fn a_pool_of_four_takes_four_requests_whatever_the_threads() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let profile = open(&engine, "pooled", &[("token_url", &server.url()), ("pool", "4")]);
    assert!(engine.traits(profile).unwrap().lanes);
    let load = Mutex::new(BTreeMap::<String, usize>::new());
    thread::scope(|scope| {
        for number in 0..100 {
            let (engine, load) = (&engine, &load);
            scope.spawn(move || {
                let first = read_as(engine, profile, number).unwrap();
                assert_eq!(read_as(engine, profile, number).unwrap(), first, "sticky");
                *load.lock().unwrap().entry(first.1).or_default() += 1;
            });
        }
    });
    let load = load.into_inner().unwrap();
    assert_eq!(load.values().collect::<Vec<_>>(), [&25; 4], "{load:?}");
    assert_eq!(server.count(), 4);
    assert_eq!(lanes(&engine, profile, "state"), [r#""valid""#; 4]);
    assert_eq!(lanes(&engine, profile, "slot"), ["1", "2", "3", "4"]);
    assert_eq!(status(&engine, profile)["token_requests"], 4, "the counts add up");
    let summary = crate::summary(&engine, profile, 0);
    assert!(summary.contains("tokens minted 4 (first 4)") && summary.contains("; 4 slots"), "{summary}");
    // Another profile that asks for the same has its own token, and so has a user.
    let plain = open(&engine, "plain", &[("token_url", &server.url())]);
    assert!(!engine.traits(plain).unwrap().lanes);
    assert_eq!(engine.steer(plain, 7), Ok(plain));
    assert_eq!(crate::read(&engine, plain).unwrap().1, "token-5");
    let user = engine.for_user(profile, "ann", "pw".to_owned().into()).unwrap();
    assert_eq!((engine.steer(user, 7), crate::read(&engine, user).unwrap().1), (Ok(user), "token-6".into()));
}

#[test]
fn a_large_pool_is_filled_a_few_requests_at_a_time() {
    let gate = Arc::new(Mutex::new(()));
    let opens = Arc::clone(&gate);
    let server = Server::start(move |n, _| {
        drop(opens.lock().unwrap());
        token(n, 3600)
    });
    let engine = Engine::start().unwrap();
    let pairs = [("token_url", &*server.url()), ("pool", "16"), ("max_concurrent_token_requests", "64")];
    let profile = open(&engine, "large", &pairs);
    let closed = gate.lock().unwrap();
    for number in 0..64 {
        let lane = engine.steer(profile, number).unwrap();
        let looked = engine.read(lane, Duration::ZERO, Duration::ZERO, None, None).unwrap();
        assert!(looked.is_none());
    }
    // Every slot is wanted by now, and whoever may send has sent.
    let fetching = lanes(&engine, profile, "state").iter().filter(|state| *state == r#""fetching""#).count();
    assert_eq!(fetching, 5);
    drop(closed);
    (0..64).for_each(|number| drop(read_as(&engine, profile, number).unwrap()));
    assert_eq!(server.count(), 16);
}

#[test]
fn a_401_of_one_slot_refreshes_that_slot_and_reaches_it_by_whatever_way() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let profile = open(&engine, "slots", &[("token_url", &server.url()), ("pool", "3")]);
    let of: Vec<_> = (0..3).map(|thread| read_as(&engine, profile, thread).unwrap()).collect();
    let stamp = |lane| engine.read(lane, Duration::ZERO, Duration::ZERO, None, None).unwrap().unwrap().stamp;
    let reads = || (0..3).map(|thread| read_as(&engine, profile, thread).unwrap().1).collect::<Vec<_>>();
    for (_, token) in &of {
        report(&engine, profile, 200, Some(token), None);
    }
    // By the fingerprint, though it was reported with the handle of another lane and a stamp that is wrong.
    report(&engine, of[2].0, 401, Some(&format!("Bearer {}", of[0].1)), Some(stamp(of[2].0)));
    eventually("the slot's next token", || server.count() == 4);
    assert_eq!(reads(), ["token-4", &of[1].1, &of[2].1]);
    // By the stamp.
    report(&engine, of[1].0, 401, None, Some(stamp(of[1].0)));
    eventually("the slot's next token", || server.count() == 5);
    assert_eq!(reads(), ["token-4", "token-5", &of[2].1]);
    // Not at all: a token of a stranger, and no stamp.
    report(&engine, profile, 401, Some("Bearer not-ours"), None);
    assert_eq!(reads(), ["token-4", "token-5", &of[2].1]);
    assert_eq!(status(&engine, profile)["rejected_unattributed"], 1);
    assert_eq!(status(&engine, profile)["rejected"], 2);
    assert_eq!(server.count(), 5);
}

/// An API for tokens that a server minted, until told otherwise.
struct Api {
    living: Arc<Mutex<BTreeSet<String>>>,
}

impl Api {
    /// A server whose mints kill all tokens but the newest `keeps`.
    fn with_server(keeps: usize) -> (Self, Server) {
        let living = Arc::<Mutex<BTreeSet<String>>>::default();
        let minted = Arc::clone(&living);
        let server = Server::start(move |n, _| {
            let mut living = minted.lock().unwrap();
            living.insert(format!("token-{n:04}"));
            while living.len() > keeps {
                living.pop_first();
            }
            let body = format!(r#"{{"access_token":"token-{n:04}","expires_in":3600}}"#);
            Answer::Say(http(200, "", &body))
        });
        (Self { living }, server)
    }

    /// Each thread sends one request with its token; says how many were refused.
    fn round(&self, engine: &Engine, profile: Handle, threads: u64) -> usize {
        let mut refused = 0;
        for thread in 0..threads {
            let (lane, token) = read_as(engine, profile, thread).unwrap();
            let good = self.living.lock().unwrap().contains(&token);
            refused += usize::from(!good);
            report(engine, lane, if good { 200 } else { 401 }, Some(&token), None);
        }
        refused
    }
}

#[test]
fn slots_that_kill_each_other_fall_back_to_one() {
    for keeps in [1, 2] {
        let (api, server) = Api::with_server(keeps);
        let engine = Engine::start().unwrap();
        engine.run_started(1);
        let profile = open(&engine, "killers", &[("token_url", &server.url()), ("pool", "4")]);
        eventually("one slot", || {
            api.round(&engine, profile, 8);
            lanes(&engine, profile, "state").iter().filter(|state| *state == r#""retired""#).count() == 3
        });
        let said = log_text(&engine);
        assert_eq!(said.matches("fewer than 4 tokens at a time").count(), 1, "{said}");
        assert!(said.contains("Check the server's limit of tokens per client; set pool"), "{said}");
        assert!(server.count() <= 12, "{} mints", server.count());
        // What is on its way may cost the one that serves its token, once. From then on nothing dies.
        eventually("nothing on its way", || {
            // In this order: what arrives after a round kills a token that this round found alive.
            tokens_on_their_way(&engine, profile) == 0 && api.round(&engine, profile, 8) == 0
        });
        let mints = server.count();
        let refused: usize = (0..50).map(|_| api.round(&engine, profile, 8)).sum();
        assert_eq!((refused, server.count()), (0, mints), "with {keeps} kept");
        let summary = crate::summary(&engine, profile, 0);
        assert!(summary.contains("; 4 slots, fell back to one slot"), "{summary}");
        // It is a fact about the server: the next run knows it.
        engine.run_ended();
        engine.run_started(2);
        assert_eq!(open(&engine, "killers", &[("token_url", &server.url()), ("pool", "4")]), profile);
        assert_eq!((api.round(&engine, profile, 8), server.count()), (0, mints));
        // Whoever changes the definition may have changed the server too.
        let changed = settings(&[("token_url", &server.url()), ("pool", "4"), ("token_timeout", "29s")]);
        let again = engine.open("killers", &changed, true).unwrap();
        assert!(!lanes(&engine, again, "state").contains(&r#""retired""#.into()));
        let served: BTreeSet<_> = (0..4).map(|thread| engine.steer(again, thread).unwrap()).collect();
        assert_eq!(served.len(), 4);
    }
}

/// A request that was under way when its slot was retired kills a token of the slot that serves, however fresh.
#[test]
fn what_a_retired_slot_had_under_way_brings_no_doubt() {
    let (release, held) = channel::<()>();
    let held = Mutex::new(held);
    let server = Server::start(move |n, _| {
        if n == 6 {
            held.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        }
        token(n, 3600)
    });
    let engine = Engine::start().unwrap();
    let profile = open(&engine, "late", &[("token_url", &server.url()), ("pool", "3")]);
    let first: Vec<_> = (0..3).map(|thread| read_as(&engine, profile, thread).unwrap()).collect();
    let refused = |token: &str| report(&engine, profile, 401, Some(token), None);
    refused(&first[0].1);
    let (_, again) = read_as(&engine, profile, 0).unwrap();
    refused(&first[1].1);
    let (alone, newest) = read_as(&engine, profile, 1).unwrap();
    report(&engine, profile, 200, Some(&newest), None);
    refused(&first[2].1);
    eventually("the third slot's request", || server.count() == 6);
    refused(&again);
    assert_eq!(
        (0..3).map(|thread| engine.steer(profile, thread)).collect::<Vec<_>>(),
        [Ok(alone), Ok(alone), Ok(alone)]
    );
    refused(&newest);
    let (_, fresh) = read_as(&engine, profile, 0).unwrap();
    assert_eq!(fresh, "token-7");
    release.send(()).unwrap();
    refused(&fresh);
    assert_eq!(read_as(&engine, profile, 0).unwrap(), (alone, "token-8".into()));
    assert_eq!(server.count(), 8);
}

#[test]
fn a_server_that_lost_all_tokens_at_once_costs_one_mint_a_slot() {
    let (api, server) = Api::with_server(1000);
    let engine = Engine::start().unwrap();
    let profile = open(&engine, "restarted", &[("token_url", &server.url()), ("pool", "4")]);
    assert_eq!(api.round(&engine, profile, 8), 0);
    api.living.lock().unwrap().clear();
    eventually("all slots anew", || {
        api.round(&engine, profile, 8);
        server.count() == 8
    });
    assert_eq!((0..20).map(|_| api.round(&engine, profile, 8)).sum::<usize>(), 0);
    assert_eq!(lanes(&engine, profile, "state"), [r#""valid""#; 4]);
    assert_eq!(server.count(), 8);
}

#[test]
fn lanes_are_freed_with_their_profile() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let profile = open(&engine, "p", &[("token_url", &server.url()), ("pool", "2")]);
    let lanes: Vec<_> = (0..2).map(|thread| read_as(&engine, profile, thread).unwrap().0).collect();
    let changed = settings(&[("token_url", &server.url()), ("pool", "3")]);
    let new = engine.open("p", &changed, true).unwrap();
    assert_eq!(read_as(&engine, new, 0).unwrap().1, "token-3", "three slots are not those two");
    assert!(read_as(&engine, profile, 0).is_ok(), "to the end of its run");
    engine.run_started(2);
    for handle in lanes.into_iter().chain([profile]) {
        assert_eq!(engine.steer(handle, 0).unwrap_err().code, Code::Internal);
        assert_eq!(engine.generation(handle), 0);
    }
    assert!(read_as(&engine, new, 0).is_ok());
}
