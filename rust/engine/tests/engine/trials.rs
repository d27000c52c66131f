//! Trials: what the server sees of them, and what the engine keeps.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;

use tollgate_engine::{Code, Engine, Failure};

use crate::server::{Answer, Server, http, token};
use crate::{PATIENCE, open, read, settings};

/// What a trial gave in the end, and the kinds of all that it did.
fn outcome(engine: &Engine, trial: u64) -> (Result<String, Failure>, Vec<String>) {
    let mut kinds = Vec::new();
    let mut after = 0;
    for _ in 0..PATIENCE.as_millis() / 100 {
        match engine.trial_news(trial, after, Duration::from_millis(100)) {
            Ok(news) => {
                let entries = &news.journal[1..];
                kinds.extend(entries.iter().map(|entry| field(entry, "kind")));
                after = entries.last().map_or(after, |entry| field(entry, "number").parse().unwrap());
                if let Some(status) = news.outcome {
                    return (Ok(status), kinds);
                }
            }
            Err(failure) => return (Err(failure), kinds),
        }
    }
    panic!("no outcome, after {kinds:?}");
}

fn field(entry: &str, key: &str) -> String {
    let fields = entry.split('\t').filter_map(|field| field.split_once('='));
    fields.filter(|(name, _)| *name == key).map(|(_, value)| value.to_owned()).next().unwrap_or_default()
}

fn tried(engine: &Engine, pairs: &[(&str, &str)]) -> Result<String, Failure> {
    let trial = engine.try_out("tried", &settings(pairs))?;
    let (outcome, kinds) = outcome(engine, trial);
    engine.forget_trial(trial);
    assert!(outcome.is_err() || kinds == ["sent", "minted"], "{kinds:?}");
    outcome
}

fn refused() -> Answer {
    Answer::Say(http(401, "", r#"{"error":"invalid_client"}"#))
}

#[test]
fn a_trial_leaves_no_token_no_entry_and_no_name() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let url = server.url();
    let status = tried(&engine, &[("token_url", &url)]).unwrap();
    assert!(status.contains("\"state\":\"valid\"") && !status.contains("token-1"), "{status}");
    assert_eq!(engine.journal(0, 100).len(), 1, "the head alone");
    assert!(engine.try_out("tried", &settings(&[("token_url", "nowhere")])).is_err());
    engine.run_started(1);
    let handle = open(&engine, "tried", &[("token_url", &url)]);
    assert_eq!(server.count(), 1, "a run does not begin with what was tried");
    assert_eq!(read(&engine, handle).unwrap().0, 1);
    assert!(tried(&engine, &[("token_url", &url), ("scope", "other")]).is_ok(), "no conflict in a run");
    assert_eq!(read(&engine, handle).unwrap().0, 1);
    assert_eq!(server.count(), 3);
}

#[test]
fn a_trial_asks_once_and_shows_it() {
    // A limit without a wait: a run would back off for 30 s at least.
    let server = Server::start(|_, _| Answer::Say(http(429, "", "")));
    let engine = Engine::start().unwrap();
    let url = server.url();
    let given = [("token_url", url.as_str()), ("backoff_throttle_base", "60s"), ("token_timeout", "20s")];
    for number in 1..=3 {
        let trial = engine.try_out("tried", &settings(&given)).unwrap();
        let (outcome, kinds) = outcome(&engine, trial);
        assert_eq!(outcome.unwrap_err().code, Code::ThrottledUntil);
        assert_eq!(kinds[..2], ["sent", "refused"], "{kinds:?}");
        assert_eq!(server.count(), number);
    }
    let handle = open(&engine, "run", &given);
    assert_eq!(read(&engine, handle).unwrap_err().code, Code::ThrottledUntil);
    assert_eq!(server.count(), 4, "the failures of the trials closed no gate");
    tried(&engine, &given).unwrap_err();
    assert_eq!(server.count(), 5, "that of the run holds no trial back, and no trial is repeated");
}

#[test]
fn a_refused_client_is_forgotten() {
    let server = Server::start(|n, request| if request.contains("bad") { refused() } else { token(n, 3600) });
    let engine = Engine::start().unwrap();
    let url = server.url();
    let bad = [("token_url", url.as_str()), ("client_secret", "bad"), ("client_auth", "client_secret_post")];
    for _ in 0..2 {
        assert_eq!(tried(&engine, &bad).unwrap_err().code, Code::CredentialRejected);
    }
    assert_eq!(server.count(), 2, "each trial asks");
    engine.run_started(1);
    let good =
        [("token_url", url.as_str()), ("client_secret", "good"), ("client_auth", "client_secret_post")];
    let handle = open(&engine, "tried", &good);
    read(&engine, handle).unwrap();
    let bad = server.requests().iter().filter(|request| request.contains("bad")).count();
    assert_eq!((bad, server.count()), (2, 3), "the run sends the corrected secret alone");
}

#[test]
fn a_wait_that_the_server_names_is_kept_in_both_directions() {
    let limit = || Answer::Say(http(429, "Retry-After: 600\r\n", ""));
    let server = Server::start(move |n, _| if n == 1 { limit() } else { token(n, 3600) });
    let engine = Engine::start().unwrap();
    let url = server.url();
    let failure = tried(&engine, &[("token_url", &url)]).unwrap_err();
    assert_eq!(failure.code, Code::ThrottledUntil, "{}", failure.message);
    engine.run_started(1);
    let handle = open(&engine, "run", &[("token_url", &url), ("token_timeout", "20s")]);
    assert_eq!(read(&engine, handle).unwrap_err().code, Code::ThrottledUntil);
    let again = tried(&engine, &[("token_url", &url)]).unwrap_err();
    assert_eq!(again.code, Code::ThrottledUntil);
    assert!(again.message.contains("nothing was sent"), "{}", again.message);
    assert_eq!(server.count(), 1);
    assert!(tried(&engine, &[("token_url", &url), ("client_id", "another")]).is_ok());
}

#[test]
fn a_trial_that_is_forgotten_on_its_way_ends_and_its_refresh_token_is_kept() {
    let (release, released) = channel::<()>();
    let released = Mutex::new(released);
    let server = Server::start(move |n, _| {
        released.lock().unwrap().recv().unwrap_or_default();
        let body = format!(r#"{{"access_token":"token-{n}","expires_in":60,"refresh_token":"r{n}"}}"#);
        Answer::Say(http(200, "", &body))
    });
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token");
    std::fs::write(&path, "r0\n").unwrap();
    let (url, file) = (server.url(), format!("file:{}", path.display()));
    let given = [("token_url", url.as_str()), ("grant", "refresh_token"), ("refresh_token", &file)];
    let engine = Engine::start().unwrap();
    let trial = engine.try_out("tried", &settings(&given)).unwrap();
    crate::eventually("it asks", || server.count() == 1);
    engine.forget_trial(trial);
    assert_eq!(engine.trial_news(trial, 0, Duration::ZERO).err().unwrap().code, Code::Internal);
    release.send(()).unwrap();
    crate::eventually("it is written", || std::fs::read_to_string(&path).unwrap().trim() == "r1");
}
