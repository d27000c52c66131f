//! Many clients of one profile.

use std::time::Duration;

use tollgate_engine::{Code, Engine, Handle};

use crate::server::{Answer, Server, http, token};
use crate::{eventually, log_text, read};

const CLIENTS: usize = 200;

/// The client of a request with `client_secret_post`.
fn client_of(request: &str) -> &str {
    request.split("client_id=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default()
}

fn open(engine: &Engine, server: &Server, more: &[(&str, &str)]) -> Handle {
    let url = server.url();
    let pairs = [&[("token_url", &*url), ("client_auth", "client_secret_post")][..], more].concat();
    let given: Vec<_> = pairs
        .iter()
        .map(|(key, value)| tollgate_engine::Setting {
            key: (*key).into(),
            value: (*value).into(),
            source: tollgate_engine::Source::Property,
        })
        .collect();
    engine.open("many", &given, true).unwrap()
}

fn of(engine: &Engine, profile: Handle, n: usize) -> Handle {
    engine.for_client(profile, &format!("client-{n}"), format!("s3cret-{n}").into()).unwrap()
}

/// As many tokens as clients, and the 429 of one pauses none of the others.
#[test]
fn each_client_mints_once_and_is_throttled_alone() {
    let server = Server::start(|number, request| match client_of(request) {
        "client-7" => Answer::Say(http(429, "Retry-After: 3600\r\n", "{}")),
        _ => token(number, 3600),
    });
    let engine = Engine::start().unwrap();
    let profile = open(&engine, &server, &[("max_retry_after", "1m")]);
    let lack = read(&engine, profile).unwrap_err();
    assert_eq!(lack.code, Code::Config);
    assert!(lack.message.contains("client_id is missing"), "{lack}");
    let clients: Vec<_> = (0..CLIENTS).map(|n| of(&engine, profile, n)).collect();
    assert_eq!(of(&engine, profile, 3), clients[3], "equal id and secret are the same client");
    let throttled = read(&engine, clients[7]).unwrap_err();
    assert_eq!(throttled.code, Code::ThrottledUntil, "{throttled}");
    assert!(throttled.message.contains("client 'client-7'"), "{throttled}");
    for _ in 0..2 {
        for (n, client) in clients.iter().enumerate().filter(|(n, _)| *n != 7) {
            assert!(read(&engine, *client).is_ok(), "client {n}");
        }
        assert!(read(&engine, clients[7]).is_err());
    }
    assert_eq!(server.count(), CLIENTS, "each has asked once");
    let mut asked: Vec<_> = server.requests().iter().map(|request| client_of(request).to_owned()).collect();
    asked.sort_unstable();
    asked.dedup();
    assert_eq!(asked.len(), CLIENTS);
    assert!(!log_text(&engine).contains("s3cret"));
}

/// A client and its users stay what they are when their profile is redefined.
#[test]
fn a_client_and_its_user_survive_a_redefinition() {
    let server = Server::start(|number, _| token(number, 3600));
    let engine = Engine::start().unwrap();
    let profile = open(&engine, &server, &[]);
    let client = of(&engine, profile, 1);
    let user = engine.for_user(client, "ann", "pw".into()).unwrap();
    read(&engine, client).unwrap();
    read(&engine, user).unwrap();
    let redefined = open(&engine, &server, &[("scope", "new")]);
    assert_ne!(redefined, profile);
    eventually("both have a new token", || {
        read(&engine, client).unwrap().1 != "token-1" && read(&engine, user).unwrap().1 != "token-2"
    });
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    assert!(requests[..2].iter().all(|request| !request.contains("scope=new")));
    assert!(
        requests[2..].iter().all(|request| request.contains("scope=new") && client_of(request) == "client-1")
    );
    assert_eq!(requests[2..].iter().filter(|request| request.contains("username=ann")).count(), 1);
    assert!(crate::summary(&engine, redefined, 0).len() > 1);
    assert!(engine.read(client, Duration::ZERO, Duration::ZERO, None, None).unwrap().is_some());
}
