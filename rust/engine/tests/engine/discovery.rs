//! Token endpoints that an issuer names.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;

use tollgate_engine::{Code, Engine, Handle};

use crate::server::{Answer, Server, http, token};
use crate::{PATIENCE, eventually, failure_of_one_request, log_text, open, read};

/// The path of a request.
fn path(request: &str) -> &str {
    request.split(' ').nth(1).unwrap()
}

/// Metadata in which the server names itself, at the address it was asked under, with this token endpoint.
fn metadata(request: &str, issuer: &str, endpoint: &str) -> Answer {
    let host = request.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let body = format!(r#"{{"issuer":"http://{host}{issuer}","token_endpoint":"http://{host}{endpoint}"}}"#);
    Answer::Say(http(200, "Content-Type: application/json\r\n", &body))
}

fn issuer(server: &Server, path: &str) -> String {
    format!("http://{}{path}", server.address)
}

/// The paths asked for, in order.
fn asked(server: &Server) -> Vec<String> {
    server.requests().iter().map(|request| path(request).to_owned()).collect()
}

#[test]
fn an_issuer_is_asked_once_for_all_its_credentials() {
    let server = Server::start(|n, request| match path(request) {
        "/realms/load/.well-known/openid-configuration" => metadata(request, "/realms/load", "/t"),
        "/t" => token(n, 3600),
        other => panic!("{other}"),
    });
    let engine = Engine::start().unwrap();
    let issuer = issuer(&server, "/realms/load");
    let handle = open(&engine, "found", &[("issuer", &issuer)]);
    assert_eq!(engine.token_endpoint(handle).unwrap(), None, "the issuer was not asked yet");
    read(&engine, handle).unwrap();
    assert_eq!(engine.token_endpoint(handle).unwrap(), Some(format!("http://{}/t", server.address)));
    for user in ["ann", "bob"] {
        let handle = engine.for_user(handle, user, "pw".into()).unwrap();
        read(&engine, handle).unwrap();
    }
    assert_eq!(asked(&server), ["/realms/load/.well-known/openid-configuration", "/t", "/t", "/t"]);
    assert!(!server.requests()[0].contains("authorization"), "no secret is sent to find the endpoint");
}

#[test]
fn a_server_of_rfc_8414_is_found_too() {
    let server = Server::start(|n, request| match path(request) {
        "/.well-known/oauth-authorization-server/a" => metadata(request, "/a", "/t"),
        "/t" => token(n, 3600),
        _ => Answer::Say(http(404, "", "")),
    });
    let engine = Engine::start().unwrap();
    read(&engine, open(&engine, "rfc", &[("issuer", &issuer(&server, "/a"))])).unwrap();
    assert_eq!(
        asked(&server),
        ["/a/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/a", "/t"]
    );
}

#[test]
fn metadata_of_another_issuer_is_refused_in_words_and_nothing_is_sent_where_it_points() {
    let server = Server::start(|_, request| metadata(request, "/other", "/t"));
    let engine = Engine::start().unwrap();
    let failure = read(&engine, open(&engine, "other", &[("issuer", &issuer(&server, ""))])).unwrap_err();
    assert_eq!(failure.code, Code::Protocol);
    for part in ["is of the issuer", "/other'", "set issuer exactly so", "Check issuer."] {
        assert!(failure.message.contains(part), "{failure} lacks {part}");
    }
    assert_eq!(server.count(), 1);
    assert!(!log_text(&engine).contains("s3cret"));
}

/// Metadata at another place, such as that of a proxy or of a path with a slash at its end.
#[test]
fn metadata_are_followed_to_where_they_are() {
    let server = Server::start(|n, request| match path(request) {
        "/.well-known/openid-configuration" => Answer::Say(http(301, "Location: /meta\r\n", "")),
        "/meta" => metadata(request, "", "/t"),
        _ => token(n, 3600),
    });
    let engine = Engine::start().unwrap();
    read(&engine, open(&engine, "moved", &[("issuer", &issuer(&server, ""))])).unwrap();
    assert_eq!(asked(&server), ["/.well-known/openid-configuration", "/meta", "/t"]);
}

#[test]
fn metadata_that_are_always_elsewhere_are_given_up() {
    let server = Server::start(|_, _| Answer::Say(http(302, "Location: /again\r\n", "")));
    let engine = Engine::start().unwrap();
    let failure = read(&engine, open(&engine, "loop", &[("issuer", &issuer(&server, ""))])).unwrap_err();
    assert_eq!((failure.code, server.count()), (Code::Protocol, 4), "{failure}");
}

/// One look-up for the requests in flight, and one refusal for all users of the client.
#[test]
fn an_issuer_without_metadata_is_not_asked_for_each_user() {
    let server = Server::start(|_, _| Answer::Say(http(404, "", "")));
    let engine = Engine::start().unwrap();
    let pairs =
        [("issuer", &*issuer(&server, "")), ("grant", "password"), ("username", "all"), ("password", "pw")];
    let profile = open(&engine, "users", &pairs);
    let users: Vec<_> =
        (0..100).map(|n| engine.for_user(profile, &format!("user-{n}"), "pw".into()).unwrap()).collect();
    for user in &users {
        drop(engine.read(*user, Duration::ZERO, Duration::ZERO, None, None));
    }
    assert_eq!(read(&engine, users[99]).unwrap_err().code, Code::Protocol);
    // Each look-up asks at two places, and the first eight users need one each at most.
    assert!(server.count() <= 16, "{} requests", server.count());
}

#[test]
fn an_issuer_in_trouble_is_treated_as_its_token_endpoint_would_be() {
    let server = Server::start(|_, _| Answer::Say(http(429, "Retry-After: 30\r\n", "")));
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "busy", &[("issuer", &issuer(&server, ""))]);
    let failure = failure_of_one_request(&engine, handle);
    assert_eq!((failure.code, server.count()), (Code::ThrottledUntil, 1));
    assert!(failure.message.contains("Retry-After 30 s"), "{failure}");
}

/// Clients of one issuer, which the token endpoint limits one by one.
fn clients(engine: &Engine, issuer: &str) -> Vec<Handle> {
    let open = |n| {
        let id = format!("client-{n}");
        let pairs = [("issuer", issuer), ("client_id", &*id), ("token_timeout", "100ms")];
        open(engine, &id, &pairs)
    };
    (0..8).map(open).collect()
}

fn is_fetching(engine: &Engine, handle: Handle) -> bool {
    crate::status(engine, handle).contains(r#""state":"fetching""#)
}

/// Has each of them ask, and lets the server answer when all wait for the first look-up.
fn ask_together(engine: &Engine, handles: &[Handle], answer: &std::sync::mpsc::Sender<()>) {
    for handle in handles {
        assert!(engine.read(*handle, Duration::ZERO, Duration::ZERO, None, None).unwrap().is_none());
    }
    eventually("all in flight", || handles.iter().all(|handle| is_fetching(engine, *handle)));
    answer.send(()).unwrap();
    eventually("all answered", || !handles.iter().any(|handle| is_fetching(engine, *handle)));
}

#[test]
fn clients_that_wait_for_one_look_up_share_its_refusal_and_none_asks_inside_its_wait() {
    let (answer, waits) = channel::<()>();
    let waits = Mutex::new(waits);
    let server = Server::start(move |n, _| {
        if n == 1 {
            waits.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        }
        Answer::Say(http(429, "Retry-After: 300\r\n", ""))
    });
    let engine = Engine::start().unwrap();
    let handles = clients(&engine, &issuer(&server, ""));
    ask_together(&engine, &handles, &answer);
    for handle in handles {
        assert_eq!(read(&engine, handle).unwrap_err().code, Code::ThrottledUntil);
    }
    assert_eq!(server.count(), 1);
    let late = open(&engine, "late", &[("issuer", &issuer(&server, "")), ("token_timeout", "20s")]);
    let failure = read(&engine, late).unwrap_err();
    assert_eq!((failure.code, server.count()), (Code::ThrottledUntil, 1), "{failure}");
}

#[test]
fn clients_that_wait_for_one_look_up_all_go_where_it_says() {
    let (answer, waits) = channel::<()>();
    let waits = Mutex::new(waits);
    let server = Server::start(move |n, request| match path(request) {
        "/t" => token(n, 3600),
        _ => {
            waits.lock().unwrap().recv_timeout(PATIENCE).unwrap();
            metadata(request, "", "/t")
        }
    });
    let engine = Engine::start().unwrap();
    let handles = clients(&engine, &issuer(&server, ""));
    ask_together(&engine, &handles, &answer);
    for handle in handles {
        read(&engine, handle).unwrap();
    }
    let looked_up = asked(&server).iter().filter(|path| *path != "/t").count();
    assert_eq!((looked_up, server.count()), (1, 9));
}

#[test]
fn an_endpoint_that_moved_is_looked_for_again() {
    let server = Server::start(|n, request| match (path(request), n) {
        ("/old", _) => Answer::Say(http(404, "", "")),
        ("/new", _) => token(n, 3600),
        (_, 1) => metadata(request, "", "/old"),
        (_, _) => metadata(request, "", "/new"),
    });
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "moved", &[("issuer", &issuer(&server, ""))]);
    assert_eq!(read(&engine, handle).unwrap_err().code, Code::Protocol);
    engine.run_started(1); // a permanent refusal is asked again in a new run
    read(&engine, handle).unwrap();
    let places: Vec<_> = asked(&server).iter().map(|path| path.len()).collect();
    assert_eq!(places, [33, 4, 33, 4], "metadata, old, metadata, new");
}
