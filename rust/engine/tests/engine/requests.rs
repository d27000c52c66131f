//! Token requests that are not those of RFC 6749, as the server sees them.

use tollgate_engine::{Engine, Source};

use crate::server::{Answer, Server, http, token};
use crate::{eventually, failure_of_one_request, log_text, read};

/// Opens a profile of these settings and no others.
fn open(engine: &Engine, name: &str, pairs: &[(&str, &str)]) -> tollgate_engine::Handle {
    let given: Vec<_> = pairs
        .iter()
        .map(|(key, value)| tollgate_engine::Setting {
            key: (*key).into(),
            value: (*value).into(),
            source: Source::Property,
        })
        .collect();
    engine.open(name, &given, false).unwrap()
}

#[test]
fn a_grant_of_the_servers_own_brings_a_token_without_a_client() {
    let server = Server::start(|number, _| token(number, 3600));
    let engine = Engine::start().unwrap();
    let pairs = [
        ("token_url", &*server.url()),
        ("grant_type", "urn:ibm:params:oauth:grant-type:apikey"),
        ("token_param.apikey", "s3cret-key"),
    ];
    let profile = open(&engine, "ibm", &pairs);
    assert_eq!(read(&engine, profile).unwrap(), (1, "token-1".into()));
    let request = server.requests().remove(0);
    assert!(!request.to_ascii_lowercase().contains("authorization:"), "{request}");
    let body = "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=s3cret-key";
    assert!(request.ends_with(body), "{request}");
}

/// An API key stands for the client, so the refusal of one says nothing of another.
#[test]
fn a_refused_api_key_does_not_refuse_another() {
    let server = Server::start(|number, request| {
        if request.ends_with("good-key") {
            token(number, 3600)
        } else {
            Answer::Say(http(401, "", r#"{"error":"invalid_client","error_description":"no bad-key here"}"#))
        }
    });
    let engine = Engine::start().unwrap();
    let with = |name, key| {
        let url = server.url();
        open(&engine, name, &[("token_url", &*url), ("grant_type", "apikey"), ("token_param.apikey", key)])
    };
    let bad = read(&engine, with("bad", "bad-key")).unwrap_err();
    assert!(!bad.message.contains("bad-key"), "{bad}");
    assert!(read(&engine, with("good", "good-key")).is_ok());
    assert!(!log_text(&engine).contains("-key"));
}

/// A workload's identity: its platform writes a new assertion into the file before the old one has expired.
#[test]
fn a_client_assertion_is_read_again_when_it_is_refused() {
    let server = Server::start(|number, request| {
        if request.contains("client_assertion=new.jwt.x") {
            token(number, 3600)
        } else {
            Answer::Say(http(
                401,
                "",
                r#"{"error":"invalid_client","error_description":"old.jwt.x expired"}"#,
            ))
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("assertion");
    std::fs::write(&path, "old.jwt.x\n").unwrap();
    let engine = Engine::start().unwrap();
    let pairs = [
        ("token_url", &*server.url()),
        ("client_id", "me"),
        ("client_assertion", &*format!("file:{}", path.display())),
    ];
    let profile = open(&engine, "workload", &pairs);
    std::fs::write(&path, "new.jwt.x\n").unwrap();
    assert_eq!(read(&engine, profile).unwrap().1, "token-2");
    assert!(!log_text(&engine).contains("jwt.x"));
}

/// Users of a shop that speaks no OAuth, refreshed by a request of another shape.
#[test]
fn a_login_that_is_no_oauth_serves_users_and_is_refreshed_as_described() {
    let server = Server::start(|number, request| {
        let refresh = if request.contains("/api/refresh") { "second" } else { "first" };
        let body = format!(
            r#"{{"access_token":"{refresh}-{number}","expires_in":3600,"refresh_token":"refresh \"{number}\""}}"#
        );
        Answer::Say(http(200, "Content-Type: application/json\r\n", &body))
    });
    let engine = Engine::start().unwrap();
    let base = format!("http://{}/api", server.address);
    let (login, refresh) = (format!("{base}/login"), format!("{base}/refresh"));
    let pairs = [
        ("grant", "login"),
        ("token_url", &*login),
        ("token_body", r#"{"user":"{{username}}","pass":"{{password}}"}"#),
        ("token_header.X-Api-Key", "{{client_secret}}"),
        ("client_secret", "s3cret-key"),
        ("refresh_url", &*refresh),
        ("refresh_method", "PUT"),
        ("refresh_body", r#"{"again":"{{refresh_token}}"}"#),
        ("refresh_interval", "100ms"),
    ];
    engine.run_started(1);
    let shop = open(&engine, "shop", &pairs);
    let lack = read(&engine, shop).unwrap_err();
    assert!(lack.message.contains("username (or forUser(name, password)) is missing"), "{lack}");
    let ann = engine.for_user(shop, "ann", "p\"w".into()).unwrap();
    assert_eq!(read(&engine, ann).unwrap().1, "first-1");
    eventually("it is refreshed", || read(&engine, ann).unwrap().1.starts_with("second"));
    let requests = server.requests();
    assert!(requests[0].starts_with("POST /api/login HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[0].ends_with(r#"{"user":"ann","pass":"p\"w"}"#), "{}", requests[0]);
    assert!(requests[1].starts_with("PUT /api/refresh HTTP/1.1\r\n"), "{}", requests[1]);
    assert!(requests[1].ends_with(r#"{"again":"refresh \"1\""}"#), "{}", requests[1]);
    for request in &requests[..2] {
        let head = request.to_ascii_lowercase();
        assert!(head.contains("content-type: application/json\r\n"), "{head}");
        assert!(head.contains("x-api-key: s3cret-key\r\n"), "{head}");
        assert_eq!(head.matches("content-type:").count(), 1, "{head}");
    }
    let mistake = engine
        .for_user(
            open(
                &engine,
                "number",
                &[
                    ("grant", "login"),
                    ("token_url", &*login),
                    ("token_body", r#"{"user":{{username}},"pass":"{{password}}"}"#),
                ],
            ),
            "ann",
            "s3cret-pw".into(),
        )
        .unwrap_err();
    assert!(
        mistake.message.contains("token_body is no JSON") && !mistake.message.contains("s3cret"),
        "{mistake}"
    );
    assert!(!log_text(&engine).contains("s3cret"));
}

/// Without a word about how it is sent, a refresh token is of no use: the login is repeated.
#[test]
fn a_login_by_get_is_repeated_where_no_refresh_is_described() {
    let server = Server::start(|number, _| {
        let body = format!(r#"{{"access_token":"token-{number}","expires_in":1,"refresh_token":"r"}}"#);
        Answer::Say(http(200, "", &body))
    });
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let url = format!("http://{}/token?v=2", server.address);
    let pairs = [
        ("grant", "login"),
        ("token_url", &*url),
        ("token_method", "GET"),
        ("client_secret", "s3cret&key"),
        ("token_param.key", "{{client_secret}}"),
    ];
    let profile = open(&engine, "get", &pairs);
    read(&engine, profile).unwrap();
    eventually("the login is repeated", || read(&engine, profile).unwrap().1 != "token-1");
    for request in &server.requests()[..2] {
        assert!(request.starts_with("GET /token?v=2&key=s3cret%26key HTTP/1.1\r\n"), "{request}");
        assert!(!request.to_ascii_lowercase().contains("content-"), "{request}");
    }
}

/// The query of a GET holds secrets: nothing that is said of a broken connection shows it.
#[test]
fn a_broken_connection_shows_no_query() {
    let server = Server::start(|_, _| Answer::Last(String::new()));
    let engine = Engine::start().unwrap();
    let pairs = [
        ("grant", "login"),
        ("token_url", &*server.url()),
        ("token_method", "GET"),
        ("token_param.key", "s3cret-key"),
    ];
    let failure = failure_of_one_request(&engine, open(&engine, "broken", &pairs));
    let texts = format!("{failure} {}", log_text(&engine));
    assert!(texts.contains("/oauth/token") && !texts.contains("s3cret"), "{texts}");
}
