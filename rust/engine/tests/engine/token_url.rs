//! A token URL at which there is no token endpoint.

use std::time::Duration;

use tollgate_engine::{Code, Engine, Handle};

use crate::server::{Answer, Server, http};
use crate::{eventually, log_text, open, read};

const USERS: usize = 60;

/// An engine whose users all want a token from `server`. It sends one request at a time.
fn wanted(server: &Server) -> (Engine, Vec<Handle>) {
    let engine = Engine::start().unwrap();
    let pairs = [
        ("token_url", &*server.url()),
        ("grant", "password"),
        ("username", "all"),
        ("password", "pw"),
        ("max_concurrent_token_requests", "1"),
    ];
    let profile = open(&engine, "users", &pairs);
    let users: Vec<_> = (0..USERS)
        .map(|number| engine.for_user(profile, &format!("user-{number}"), "pw".into()).unwrap())
        .collect();
    for user in &users {
        drop(engine.read(*user, Duration::ZERO, Duration::ZERO, None, None));
    }
    (engine, users)
}

#[test]
fn a_url_without_a_token_endpoint_is_asked_once_for_all_users() {
    const JSON: &str = "Content-Type: application/json\r\n";
    for (status, headers, body) in [
        (404, "", "<html><title>404 Not Found</title></html>"),
        (405, JSON, r#"{"status":405,"error":"Method Not Allowed","path":"/t"}"#),
        (308, "Location: /elsewhere\r\n", ""),
    ] {
        let server = Server::start(move |_, _| Answer::Say(http(status, headers, body)));
        let (engine, users) = wanted(&server);
        for user in [users[0], users[USERS - 1]] {
            let failure = read(&engine, user).unwrap_err();
            assert_eq!(failure.code, Code::Protocol, "{failure}");
            assert!(failure.message.contains("Check token_url."), "{failure}");
        }
        assert_eq!(server.count(), 1, "{status}");
        let said = log_text(&engine);
        assert_eq!(said.matches("does not look like a token endpoint").count(), 1, "{said}");
    }
}

/// What the server says of a user says nothing of the others.
#[test]
fn a_404_for_a_user_concerns_that_user_only() {
    let server = Server::start(|_, _| Answer::Say(http(404, "", r#"{"message":"User not found"}"#)));
    let (engine, users) = wanted(&server);
    eventually("each user is asked for", || server.count() == USERS);
    assert_eq!(read(&engine, users[0]).unwrap_err().code, Code::Protocol);
}
