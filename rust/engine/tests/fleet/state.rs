//! What people see of a fleet: the store's state as the engine reads it, and what it says of a store that is of no use.

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tollgate_engine::Engine;

use crate::access::{granted, rules};
use crate::fleet::{Injector, eventually, settings};
use crate::redis::{RealStore, free_port};
use crate::server::{Answer, Server, http, token};

const SECRET: &str = "s3cret-s3cret-s3cret";

pub(crate) fn look_with(pairs: &[(&str, &str)], tries_rights: bool) -> Value {
    let state = Engine::start().unwrap().fleet_state("shared", &settings(pairs), tries_rights).unwrap();
    assert!(!state.contains(SECRET) && !state.contains("token-"), "a secret: {state}");
    serde_json::from_str(&state).unwrap()
}

fn look(pairs: &[(&str, &str)]) -> Value {
    look_with(pairs, false)
}

/// The only problem.
pub(crate) fn problem(state: &Value) -> &str {
    let problems = state["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{state:#}");
    problems[0].as_str().unwrap()
}

pub(crate) fn assert_fine(state: &Value) {
    assert_eq!(state["problems"], serde_json::json!([]), "{state:#}");
}

/// Each record as the store has it, without what time changes.
fn records(store: &RealStore) -> Vec<(String, redis::Value)> {
    let mut keys = store.keys("*");
    keys.sort();
    keys.into_iter().map(|key| (key.clone(), store.command(&["DUMP", &key]))).collect()
}

/// An injector with a token of the store's. On a machine that is busy enough it may give the store up once.
fn with_token(settings: &[(&str, &str)]) -> Injector {
    let mut with_token = None;
    eventually("an injector has a token by the store's leave", || {
        let injector = Injector::start(settings);
        injector.token();
        let is_so = injector.requests_alone() == 0;
        with_token = Some(injector);
        is_so
    });
    with_token.unwrap()
}

#[test]
fn a_token_is_shown_by_its_times_and_nothing_is_changed() {
    let (store, server) = (RealStore::start(), Server::start(|number, _| token(number, 3600)));
    let settings = [("token_url", &*server.url()), ("store", &*store.url()), ("mint_budget", "100/1h")];
    let before = look(&settings);
    assert_fine(&before);
    assert!(store.keys("*").is_empty(), "it reads only: {:?}", store.keys("*"));
    assert_eq!((&before["empty"], &before["other_clients"]), (&Value::from(true), &Value::from(0)));
    let _injector = with_token(&settings);
    // The end of a lease is told after its token is served.
    eventually("the lease has ended", || store.keys("tollgate:v1:*:lease:*").is_empty());
    let (stored, sent) = (records(&store), server.count());
    let state = look(&settings);
    assert_fine(&state);
    assert_eq!((records(&store), server.count()), (stored, sent), "it reads only");
    assert!(state["took_micros"].as_u64().unwrap() < 5_000_000, "{state:#}");
    assert!(state["clock_ahead_ms"].as_i64().unwrap().abs() < 5_000, "one machine has one clock: {state:#}");
    let client = &state["clients"][0];
    assert_eq!(
        (&client["client"], &client["gate"], &state["empty"]),
        (&"me".into(), &Value::Null, &false.into())
    );
    assert_eq!(client["budget"]["most"], 100);
    assert_eq!(client["budget"]["window_ms"], 3_600_000);
    let attempts = store.keys("tollgate:v1:*:attempts").remove(0);
    assert_eq!(
        store.command(&["ZCARD", &attempts]),
        redis::Value::Int(client["budget"]["used"].as_i64().unwrap())
    );
    assert!(client["budget"]["used"].as_u64().unwrap() > 0, "{state:#}");
    let credential = &client["credentials"][0];
    assert_eq!((&credential["title"], &credential["lease"]), (&"profile 'shared'".into(), &Value::Null));
    assert_eq!(
        (&credential["token"]["state"], &credential["refresh_token"]),
        (&"valid".into(), &"none".into())
    );
    assert_eq!(credential["token"]["replaced_refused"], Value::Null);
    let ends = credential["token"]["ends_in_ms"].as_i64().unwrap();
    assert!(ends > 3_000_000 && ends <= 3_600_000, "{state:#}");
    assert!(credential["token"]["requested_ms_ago"].as_u64().unwrap() < 600_000, "{state:#}");
    let at = credential["token"]["generation"].as_str().unwrap();
    assert!(records(&store).iter().any(|(key, _)| key.contains(":fence")) && at.len() > 12, "{state:#}");
}

#[test]
fn a_request_in_flight_is_shown_as_a_lease_and_a_wait_as_a_closed_gate() {
    eventually("an injector was granted its request", shows_a_lease_and_a_gate);
}

/// `false`: the injector gave the store up, for this machine is busy.
fn shows_a_lease_and_a_gate() -> bool {
    let store = RealStore::start();
    let (release, held) = channel::<()>();
    let held = Arc::new(Mutex::new(held));
    let server = Server::start(move |_, _| {
        held.lock().unwrap().recv().unwrap();
        Answer::Say(http(429, "Retry-After: 300\r\n", "{}"))
    });
    let settings = [("token_url", &*server.url()), ("store", &*store.url()), ("max_retry_after", "60s")];
    let injector = Injector::start(&settings);
    let reading = injector.clone();
    let reader = std::thread::spawn(move || reading.read());
    eventually("the request is at the server", || server.count() == 1);
    if injector.requests_alone() > 0 {
        return false;
    }
    let state = look(&settings);
    assert_fine(&state);
    let lease = &state["clients"][0]["credentials"][0]["lease"];
    let owner = lease["owner"].as_str().unwrap();
    assert!(owner.len() == 6 && owner.chars().all(|digit| digit.is_ascii_hexdigit()), "{state:#}");
    let [kept, left] = ["held_ms", "left_ms"].map(|key| lease[key].as_u64().unwrap());
    assert!(kept < 600_000 && left > 0, "{state:#}");
    release.send(()).unwrap();
    drop(release); // no request after that one is answered
    let failure = reader.join().unwrap().unwrap_err();
    assert_eq!(failure.code.name(), "THROTTLED_UNTIL", "{failure:?}");
    // What it heard may come too late to the store of a busy machine, and then nobody waits for it.
    eventually("the lease has ended", || store.keys("tollgate:v1:*:lease:*").is_empty());
    let state = look(&settings);
    assert_fine(&state);
    let gate = &state["clients"][0]["gate"];
    let [heard, left] = ["heard_ms_ago", "left_ms"].map(|key| gate[key].as_u64().unwrap());
    assert!(heard < 600_000 && left > 100_000 && left < 400_000, "{state:#}");
    true
}

#[test]
fn a_refused_token_and_one_that_ended_are_called_so() {
    let store = RealStore::start();
    let is_gone = Arc::new(AtomicBool::new(false));
    let gone = Arc::clone(&is_gone);
    let server = Server::start(move |number, _| match gone.load(Ordering::SeqCst) {
        false => token(number, 3600),
        true => Answer::Last(String::new()),
    });
    let settings = [("token_url", &*server.url()), ("store", &*store.url())];
    let injector = with_token(&settings);
    let shown = |state: &Value| state["clients"][0]["credentials"][0]["token"]["state"].clone();
    let refused = injector.token();
    is_gone.store(true, Ordering::SeqCst);
    injector.report(401, &refused);
    eventually("all know that it is refused", || shown(&look(&settings)) == "refused");
    // The end is authenticated: another one makes another record.
    let key = store.keys("tollgate:v1:*:token:*").remove(0);
    store.command(&["HSET", &key, "ends", "4102444800000"]);
    let forged = look(&settings);
    assert_eq!(shown(&forged), "foreign");
    assert!(problem(&forged).contains(&key) && problem(&forged).contains("store_key"), "{forged:#}");
}

#[test]
fn a_token_says_that_it_replaced_a_refused_one() {
    eventually("an injector replaced a token by the store's leave", || {
        let (store, server) = (RealStore::start(), Server::start(|number, _| token(number, 3600)));
        let settings = [("token_url", &*server.url()), ("store", &*store.url())];
        let injector = with_token(&settings);
        let first = injector.token();
        injector.report(200, &first);
        injector.report(401, &first);
        eventually("it has another token", || injector.token() != first);
        eventually("the lease has ended", || store.keys("tollgate:v1:*:lease:*").is_empty());
        let state = look(&settings);
        assert_fine(&state);
        let replaced = &state["clients"][0]["credentials"][0]["token"]["replaced_refused"];
        let is_so = injector.requests_alone() == 0;
        assert!(!is_so || replaced["distance_ms"].as_u64() > Some(0), "{state:#}");
        assert!(!is_so || replaced["certain_401s"].as_u64() > Some(0), "{state:#}");
        is_so
    });
}

#[test]
fn a_gate_that_no_injector_closed_is_told() {
    let (store, server) = (RealStore::start(), Server::start(|number, _| token(number, 3600)));
    let settings = [("token_url", &*server.url()), ("store", &*store.url())];
    let _injector = with_token(&settings);
    let fence = store.keys("tollgate:v1:*:fence").remove(0);
    let gate = fence.replace(":fence", ":gate");
    store.command(&["SET", &gate, "4102444800000 1 00"]);
    let state = look(&settings);
    assert_eq!(state["clients"][0]["gate"], Value::Null);
    assert!(problem(&state).starts_with(&gate), "{state:#}");
}

#[test]
fn another_secret_is_another_fleet_and_the_state_says_so() {
    let (store, server) = (RealStore::start(), Server::start(|number, _| token(number, 3600)));
    let settings = [("token_url", &*server.url()), ("store", &*store.url())];
    let _injector = with_token(&settings);
    let state = look(&[&settings[..], &[("client_secret", "another-secret-of-it")]].concat());
    assert_fine(&state);
    assert_eq!((&state["empty"], &state["other_clients"]), (&true.into(), &1.into()), "{state:#}");
}

#[test]
fn users_are_listed_by_their_credentials() {
    let (store, server) = (RealStore::start(), Server::start(|number, _| token(number, 3600)));
    let settings = [("token_url", &*server.url()), ("store", &*store.url())];
    let injector = with_token(&settings);
    let tokens = || store.keys("tollgate:v1:*:token:*").len();
    let mut user = 0;
    // One that went alone, for this machine is busy, has no record.
    eventually("two users have tokens", || {
        user += 1;
        let handle = injector.engine.for_user(injector.handle, &format!("user-{user}"), "pw".into()).unwrap();
        Injector { handle, ..injector.clone() }.token();
        eventually("the lease has ended", || store.keys("tollgate:v1:*:lease:*").is_empty());
        tokens() >= 3
    });
    let listed = |settings: &[(&str, &str)]| {
        let state = look(settings);
        assert_fine(&state);
        state["clients"][0]["credentials"].as_array().unwrap().len()
    };
    assert_eq!(listed(&settings), 3);
    // With the page's user for people too, and without the right to list its own alone.
    store.command(&rules("tollgate-look").split_whitespace().collect::<Vec<_>>());
    let user = [("store_user", "tollgate-look"), ("store_password", "pass-of-the-user")];
    assert_eq!(listed(&[&settings[..], &user].concat()), 3);
    store.command(&["ACL", "SETUSER", "tollgate-look", "-scan"]);
    assert_eq!(listed(&[&settings[..], &user].concat()), 1);
}

#[test]
fn a_refused_client_is_told_in_the_servers_words() {
    let store = RealStore::start();
    let refusal = r#"{"error":"invalid_client","error_description":"no such client here"}"#;
    let server = Server::start(move |_, _| Answer::Say(http(401, "", refusal)));
    let settings = [("token_url", &*server.url()), ("store", &*store.url())];
    eventually("an injector that the store let send tells it", || {
        let failure = Injector::start(&settings).read().unwrap_err();
        assert_eq!(failure.code.name(), "CREDENTIAL_REJECTED", "{failure:?}");
        eventually("the lease has ended", || store.keys("tollgate:v1:*:lease:*").is_empty());
        !store.keys("tollgate:v1:*:refusal:*").is_empty()
    });
    let (stored, sent) = (records(&store), server.count());
    let state = look(&settings);
    assert_fine(&state);
    assert_eq!((records(&store), server.count()), (stored, sent), "it reads only");
    let refused = &state["clients"][0]["refusals"][0];
    assert_eq!((&refused["error"], &refused["status"]), (&"invalid_client".into(), &401.into()), "{state:#}");
    assert!(refused["message"].as_str().unwrap().contains("no such client here"), "{state:#}");
    assert!(refused["left_ms"].as_u64().unwrap() > 0, "{state:#}");
    let key = refused["key"].as_str().unwrap();
    assert_eq!(store.keys("tollgate:v1:*:refusal:*"), [key], "what is to be deleted");
    store.command(&["DEL", key]);
    let state = look(&settings);
    assert_eq!((&state["empty"], &state["clients"][0]["refusals"]), (&false.into(), &serde_json::json!([])));
    assert!(state["clients"][0]["last_request_ms_ago"].as_u64().unwrap() < 600_000, "{state:#}");
    store.command(&["SET", key, "4102444800000 no seal"]);
    let state = look(&settings);
    assert_eq!(state["clients"][0]["refusals"], serde_json::json!([]));
    assert!(problem(&state).starts_with(key), "{state:#}");
}

#[test]
fn a_large_pool_is_shown_in_part() {
    let store = RealStore::start();
    let (url, second) = (store.url(), [("client_id.2", "other"), ("client_secret.2", "s3cret-of-the-other")]);
    let pool = [("token_url", "http://127.0.0.1:1/"), ("store", &*url), ("pool", "64")];
    let state = look(&[&pool[..], &second].concat());
    assert_fine(&state);
    let told = |client: usize| state["clients"][client]["credentials"].as_array().unwrap();
    assert_eq!((told(0).len(), told(1).len(), &state["more_lanes"]), (64, 36, &28.into()));
    assert_eq!(told(1)[35]["title"], "profile 'shared', client 2, slot 36");
    assert_eq!(look(&pool)["more_lanes"], 0);
}

#[test]
fn each_right_that_is_missing_is_named() {
    let port = free_port();
    let store = RealStore::with(&["--bind", "127.0.0.1", "--port", &port.to_string()]);
    let url = format!("redis://127.0.0.1:{port}/1");
    let user = [
        ("token_url", "http://127.0.0.1:1/"),
        ("store", &*url),
        ("store_user", "tollgate"),
        ("store_password", "pass-of-the-user"),
    ];
    let grant = |rules: &str| {
        store.command(&["ACL", "SETUSER", "tollgate", "reset"]);
        store.command(&rules.split_whitespace().collect::<Vec<_>>());
    };
    let rules = rules("tollgate");
    grant(&rules);
    let state = look_with(&user, true);
    assert_fine(&state);
    assert_eq!(state["missing_rights"], serde_json::json!([]));
    for command in granted(&rules) {
        grant(&rules.replacen(&format!(" +{command}"), "", 1));
        let state = look_with(&user, true);
        let problem = problem(&state);
        assert!(
            problem.contains(&format!("+{command}")) || problem.contains(&format!("'{command}'")),
            "{state:#}"
        );
    }
    grant(&rules.replace("~tollgate:v1:*", "~elsewhere:*"));
    assert!(problem(&look_with(&user, true)).contains("key"), "{:#}", look_with(&user, true));
    grant(&rules.replace("&tollgate:v1:*", ""));
    assert!(problem(&look_with(&user, true)).contains("&tollgate:v1:*"), "{:#}", look_with(&user, true));
    assert!(store.keys("*").is_empty(), "{:?}", store.keys("*"));
}

#[test]
fn a_store_that_takes_no_writes_is_told() {
    let store = RealStore::start();
    let user = [("token_url", "http://127.0.0.1:1/"), ("store", &*store.url())];
    store.command(&["CONFIG", "SET", "maxmemory", "1"]);
    let state = look_with(&user, true);
    assert!(problem(&state).contains("takes no writes") && problem(&state).contains("OOM"), "{state:#}");
}

#[test]
fn a_store_of_no_use_is_told_with_what_to_check() {
    let store = RealStore::with(&["--requirepass", "pass-of-the-store"]);
    let url = store.url();
    let token_url = ("token_url", "http://127.0.0.1:1/");
    let told = |more: &[(&str, &str)]| problem(&look_with(&[&[token_url], more].concat(), true)).to_owned();
    let wrong = told(&[("store", &url), ("store_password", "wr0ng-password-of-it")]);
    assert!(wrong.contains("refuses the login") && wrong.contains("store_password"), "{wrong}");
    assert!(!wrong.contains("wr0ng"), "{wrong}");
    let none = told(&[("store", &url)]);
    assert!(
        none.contains("refuses the login of user 'default'") && none.contains("store_password"),
        "{none}"
    );
    let down = told(&[("store", &format!("redis://127.0.0.1:{}", free_port()))]);
    assert!(down.contains("can't be reached") && down.contains("host and port"), "{down}");
    let without = told(&[]);
    assert!(without.contains("has no store") && without.contains("Set store="), "{without}");
    // It accepts connections and never answers.
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = told(&[("store", &format!("redis://{}", mute.local_addr().unwrap()))]);
    assert!(silent.contains("Check"), "{silent}");
}

#[test]
fn the_look_ends_also_where_the_store_stands_still() {
    let store = RealStore::start();
    let pid = store.pid().to_string();
    let signal = |name: &str| std::process::Command::new("kill").args([name, &pid]).status().unwrap();
    assert!(signal("-STOP").success());
    let state = look(&[("token_url", "http://127.0.0.1:1/"), ("store", &store.url())]);
    assert!(signal("-CONT").success());
    assert!(problem(&state).contains("answer") || problem(&state).contains("reached"), "{state:#}");
}
