//! Token requests that are not those of RFC 6749, as the server sees them.

use tollgate_engine::{Engine, Source};

use crate::server::{Answer, Server, http, token};
use crate::{read, said};

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
    assert!(!said(&engine).contains("-key"));
}
