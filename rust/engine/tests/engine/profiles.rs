//! Opening profiles: equal, different, in and out of runs.

use tollgate_engine::{Code, Engine};

use crate::server::{Answer, Server, http, token};
use crate::{open, read, settings};

#[test]
fn equal_settings_are_the_same_profile_and_equal_requests_the_same_token() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let first = open(&engine, "one", &[("token_url", &server.url())]);
    assert_eq!(open(&engine, "one", &[("token_url", &server.url())]), first);
    let other = open(&engine, "other", &[("token_url", &server.url())]);
    assert_ne!(other, first);
    read(&engine, first).unwrap();
    assert_eq!(read(&engine, other).unwrap().1, "token-1");
    let scoped = open(&engine, "scoped", &[("token_url", &server.url()), ("scope", "read")]);
    assert_eq!(read(&engine, scoped).unwrap().1, "token-2");
    assert_eq!(server.count(), 2);
}

#[test]
fn a_second_definition_conflicts_in_a_run_unless_it_replaces() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    engine.run_started(5);
    let first = open(&engine, "p", &[("token_url", &server.url())]);
    let changed = settings(&[("token_url", &server.url()), ("client_secret", "other-s3cret")]);
    let conflict = engine.open("p", &changed, false).unwrap_err();
    assert_eq!(conflict.code, Code::ProfileConflict);
    assert!(
        conflict.message.contains("(client_secret)") && !conflict.message.contains("other-s3cret"),
        "{conflict}"
    );
    let replaced = engine.open("p", &changed, true).unwrap();
    assert_ne!(replaced, first);
    assert_eq!(engine.open("p", &changed, false), Ok(replaced));
    engine.run_ended();
    engine.run_started(6);
    assert_ne!(open(&engine, "p", &[("token_url", &server.url())]), replaced, "a new run may differ");
}

#[test]
fn a_new_run_forgets_permanent_errors_and_counts_but_not_the_token() {
    let server = Server::start(|n, _| match n {
        1 => Answer::Say(http(401, "", r#"{"error":"invalid_client"}"#)),
        _ => token(n, 3600),
    });
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let handle = open(&engine, "again", &[("token_url", &server.url())]);
    assert_eq!(read(&engine, handle).unwrap_err().code, Code::CredentialRejected);
    assert_eq!(server.count(), 1);
    engine.run_started(2);
    assert_eq!(read(&engine, handle).unwrap().1, "token-2");
    engine.run_started(3);
    assert_eq!(read(&engine, handle).unwrap().1, "token-2");
    assert!(engine.summary(handle, 0).unwrap().contains("tokens minted 0, token requests 0,"));
    assert_eq!(server.count(), 2);
}

#[test]
fn a_secret_changed_in_its_file_is_read_again_when_the_old_one_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "old\n").unwrap();
    let path = file.path().to_owned();
    let server = Server::start(move |n, request| {
        if request.contains("client_secret=new&") || request.ends_with("client_secret=new") {
            return token(n, 3600);
        }
        std::fs::write(&path, "new\n").unwrap();
        Answer::Say(http(401, "", r#"{"error":"invalid_client"}"#))
    });
    let engine = Engine::start().unwrap();
    let secret = format!("file:{}", file.path().display());
    let pairs =
        [("token_url", &*server.url()), ("client_secret", &secret), ("client_auth", "client_secret_post")];
    let handle = open(&engine, "rotated", &pairs);
    assert_eq!(read(&engine, handle).unwrap().1, "token-2");
    assert_eq!(server.count(), 2);
}

#[test]
fn status_tells_the_source_of_each_setting_and_no_secret() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "status", &[("token_url", &server.url())]);
    read(&engine, handle).unwrap();
    let status = engine.status(handle).unwrap();
    for part in [r#""state":"valid""#, r#""generation":1"#, r#""client_secret":"property""#, r#""first":1"#] {
        assert!(status.contains(part), "{part} in {status}");
    }
    assert!(!status.contains("s3cret") && !status.contains("token-1"), "{status}");
}
