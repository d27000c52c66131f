//! Opening profiles: equal, different, in and out of runs.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use tollgate_engine::{Code, Engine, Report};

use crate::server::{Answer, Server, http, token};
use crate::{PATIENCE, eventually, log_text, open, read, settings};

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
    assert!(crate::summary(&engine, handle, 0).contains("tokens minted 0, token requests 0,"));
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
    let handle = open(&engine, "status", &[("token_url", &server.url()), ("scope", "orders:read")]);
    read(&engine, handle).unwrap();
    let status = crate::status(&engine, handle);
    for part in [
        r#""state":"valid""#,
        r#""generation":1"#,
        r#""client_secret":"property""#,
        r#""first":1"#,
        r#""scope":"orders:read""#,
    ] {
        assert!(status.contains(part), "{part} in {status}");
    }
    assert!(!status.contains("s3cret") && !status.contains("token-1"), "{status}");
}

#[test]
fn nobody_is_served_the_old_clients_token_once_a_profile_is_defined_anew() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let pairs = [("token_url", &*server.url()), ("request_timeout", "19s")];
    let (old, kept) = (open(&engine, "p", &pairs), open(&engine, "kept", &[("token_url", &server.url())]));
    let user = engine.for_user(old, "ann", "pw".to_owned().into()).unwrap();
    let read = |handle| read(&engine, handle).unwrap().1;
    assert_eq!((read(old), read(user), read(kept)), ("token-1".into(), "token-2".into(), "token-1".into()));
    let changed = [("token_url", &*server.url()), ("request_timeout", "18s"), ("scope", "other")];
    let new = engine.open("p", &settings(&changed), true).unwrap();
    assert_eq!((engine.generation(old), engine.generation(user)), (0, 0), "what was read is over at once");
    assert_eq!(read(new), "token-3");
    // Whoever waits with an old handle is not left alone, and gets what took its place; no second request for it.
    assert_eq!((read(old), read(user)), ("token-3".into(), "token-4".into()));
    let asked = &server.requests()[3];
    assert!(asked.contains("username=ann") && asked.contains("scope=other"), "{asked}");
    assert_eq!(engine.generation(old), 0, "generations of two clients have the same numbers");
    assert_eq!(read(engine.for_user(new, "ann", "pw".to_owned().into()).unwrap()), "token-4");
    // A third definition reaches the handles of the first.
    let third = [("token_url", &*server.url()), ("scope", "third")];
    let newest = engine.open("p", &settings(&third), true).unwrap();
    assert_eq!((read(old), read(new), read(newest)), ("token-5".into(), "token-5".into(), "token-5".into()));
    engine.run_ended();
    engine.run_started(2);
    for handle in [old, user, new] {
        assert_eq!(engine.generation(handle), 0);
        assert_eq!(crate::read(&engine, handle).unwrap_err().code, Code::Internal);
        assert!(engine.status(handle).is_err() && engine.ended(handle, 1).is_err());
        assert!(engine.for_user(handle, "bob", "pw".to_owned().into()).is_err());
    }
    assert_eq!((engine.generation(newest), engine.generation(kept)), (1, 1), "what is in use stays");
    // Nor is an old handle given to anyone else.
    let again = open(&engine, "p", &pairs);
    assert!(![old, user, new, newest, kept].contains(&again));
    assert_eq!(read(again), "token-1", "'kept' asks for the same token");
}

#[test]
fn a_thread_that_waits_while_its_profile_is_defined_anew_gets_the_new_clients_token() {
    let (asked, was_asked) = channel();
    let [(answer_old, may_answer_old), (answer, may_answer)] = [channel(), channel()];
    let [may_answer_old, may_answer] = [may_answer_old, may_answer].map(Mutex::new);
    let server = Server::start(move |n, request| {
        asked.send(()).unwrap();
        if request.contains("scope=new") {
            may_answer.lock().unwrap().recv().unwrap();
        } else {
            may_answer_old.lock().unwrap().recv().unwrap();
        }
        token(n, 3600)
    });
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let with = |scope| [("token_url", server.url()), ("scope", scope)];
    let define = |scope: &str| {
        let pairs = with(scope.to_owned());
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
        engine.open("p", &settings(&pairs), true).unwrap()
    };
    let old = define("old");
    thread::scope(|scope| {
        let waits = scope.spawn(|| read(&engine, old).unwrap().1);
        was_asked.recv_timeout(PATIENCE).unwrap();
        define("new");
        was_asked.recv_timeout(PATIENCE).unwrap();
        // The old client's token comes after all, and nobody is to have it.
        answer_old.send(()).unwrap();
        log_text(&engine);
        answer.send(()).unwrap();
        let wake = format!("Wake(Handle({}))", u64::from(old));
        eventually("whoever waits with the old handle is woken", || log_text(&engine).contains(&wake));
        assert_eq!(waits.join().unwrap(), "token-2");
    });
    assert_eq!((engine.generation(old), server.count()), (0, 2));
}

#[test]
fn the_connections_of_a_superseded_profile_close() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    let (closed, was_closed) = channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        let body = r#"{"access_token":"t","expires_in":3600}"#;
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        closed.send(stream.read(&mut [0; 4096]).unwrap_or(0)).unwrap();
    });
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let old = open(&engine, "p", &[("token_url", &url)]);
    read(&engine, old).unwrap();
    let elsewhere = [("token_url", &*url), ("client_id", "other"), ("request_timeout", "18s")];
    engine.open("p", &settings(&elsewhere), true).unwrap();
    // An idle connection that is kept lives longer than anyone waits here.
    assert_eq!(was_closed.recv_timeout(PATIENCE), Ok(0));
}

#[test]
fn no_task_is_left_of_a_profile_that_was_freed() {
    let server = Server::start(|n, _| token(n, 3600));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let tasks = || runtime.metrics().num_alive_tasks();
    let engine = Engine::on(runtime.handle().clone());
    engine.run_started(1);
    let define = |scope: &str| {
        let given = settings(&[("token_url", &*server.url()), ("scope", scope)]);
        read(&engine, engine.open("p", &given, true).unwrap()).unwrap();
    };
    define("first");
    // The request's own tasks are over soon; what is left is the timer, the connection and the watch.
    let mut one = tasks();
    eventually("rest", || std::mem::replace(&mut one, tasks()) == tasks());
    (0..20).for_each(|n| define(&n.to_string()));
    eventually("as many as with one profile", || tasks() <= one);
}

#[test]
fn what_an_endpoint_said_of_its_limits_outlives_the_profile_it_said_it_to() {
    let server = Server::start(|_, _| Answer::Say(http(429, "Retry-After: 600\r\n", "")));
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let of_scope = |scope| [("token_url", server.url()), ("token_timeout", "20s".into()), ("scope", scope)];
    let opened = |scope: &str| {
        let pairs = of_scope(scope.to_owned());
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
        engine.open("p", &settings(&pairs), true).unwrap()
    };
    let first = opened("a");
    eventually("the 429", || read(&engine, first).is_err_and(|failure| failure.code == Code::ThrottledUntil));
    opened("b");
    engine.run_started(2);
    assert_eq!(engine.generation(first), 0);
    assert_eq!(read(&engine, opened("c")).unwrap_err().code, Code::ThrottledUntil);
    assert_eq!(server.count(), 1);
}

#[test]
fn a_sample_that_was_under_way_when_its_profile_was_redefined_costs_the_new_token_nothing() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let url = server.url();
    let old = open(&engine, "p", &[("token_url", &url)]);
    let look = |handle| engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).unwrap();
    let (generation, sent) = read(&engine, old).unwrap();
    let stamp = look(old).map(|served| served.stamp);
    let new = engine.open("p", &settings(&[("token_url", &url), ("scope", "other")]), true).unwrap();
    assert_eq!(read(&engine, new).unwrap(), (generation, "token-2".into()), "numbers start anew");
    let report = |handle, authorization: Option<&str>, stamp| {
        let report = Report {
            status: 401,
            origin: None,
            headers: &[],
            authorization,
            stamp,
            ago: Duration::ZERO,
            ..Report::default()
        };
        engine.report(handle, report).unwrap();
    };
    let recorded = format!("Bearer {sent}");
    for handle in [old, new] {
        for recorded in [Some(&*recorded), Some("***"), None] {
            report(handle, recorded, stamp);
            assert_eq!(read(&engine, new).unwrap(), (generation, "token-2".into()), "{recorded:?}");
        }
    }
    // The handle of before stands for the new credential, and its stamps do too.
    let of_the_new = look(old).map(|served| served.stamp);
    report(old, Some(&recorded), of_the_new);
    let status: serde_json::Value = serde_json::from_str(&crate::status(&engine, new)).unwrap();
    assert_eq!((&status["rejected"], &status["rejected_unattributed"]), (&0.into(), &7.into()));
    report(old, None, of_the_new);
    assert_eq!(read(&engine, new).unwrap().1, "token-3", "with nothing recorded the stamp counts");
}
