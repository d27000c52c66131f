//! Connections that are kept, and closed under us. A refresh token that rotates must not be sent twice for that: the
//! server may have taken it before it closed, and would then take the second for theft (RFC 9700 section 4.14.2).

use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tollgate_engine::{Code, Engine, Handle, Report};

use super::site::{Seen, Site, read_request, reset, wait_for_its_end};
use super::{http2, tls};
use crate::{eventually, log_text, open, read, revoke};

/// How the server ends a connection that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Right after an answer, without having said so.
    Idle,
    /// Once it has read the next request, and has acted on it.
    Taken,
    /// The same, with a reset.
    Reset,
    /// In the middle of its answer.
    Half,
}

/// What the server saw: the bodies of token requests, in their order.
type Bodies = Arc<Mutex<Vec<String>>>;

/// Answers with a token and a refresh token of its number, and takes each refresh token back with the next.
fn take(bodies: &Bodies, request: &str) -> String {
    let mut bodies = bodies.lock().unwrap();
    let body = request.rsplit("\r\n\r\n").next().unwrap_or_default();
    bodies.push(body.to_owned());
    let n = bodies.len();
    format!(r#"{{"access_token":"token-{n}","expires_in":3600,"refresh_token":"r{n}"}}"#)
}

fn converse(mut stream: TcpStream, bodies: &Bodies, end: End) {
    let mut kept = false;
    while let Some(request) = read_request(&mut stream) {
        let body = take(bodies, &request);
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        match end {
            End::Taken if kept => return,
            End::Reset if kept => return reset(stream),
            End::Half if kept => return stream.write_all(&answer.as_bytes()[..answer.len() / 2]).unwrap(),
            _ => stream.write_all(answer.as_bytes()).unwrap(),
        }
        if end == End::Idle {
            return;
        }
        kept = true;
    }
}

fn rotating(end: End) -> (Site, Bodies) {
    let bodies = Bodies::default();
    let seen = Arc::clone(&bodies);
    (Site::met_by(move |stream, _| converse(stream, &seen, end)), bodies)
}

fn api_answers(engine: &Engine, handle: Handle, status: u16, token: &str) {
    let (origin, authorization) = (Some("http://api"), Some(token));
    engine
        .report(
            handle,
            Report {
                status,
                origin,
                headers: &[],
                authorization,
                stamp: None,
                ago: Duration::ZERO,
                ..Report::default()
            },
        )
        .unwrap();
}

fn start(site: &Site, more: &[(&str, &str)]) -> (Engine, Handle) {
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let own = site.settings.iter().map(|(key, value)| (*key, value.as_str()));
    let quick = [("backoff_base", "1ms")];
    let handle = open(&engine, "kept", &own.chain(more.iter().copied()).chain(quick).collect::<Vec<_>>());
    (engine, handle)
}

/// Signs in, and refreshes so many times because the API has had enough of a token.
fn refresh(site: &Site, more: &[(&str, &str)], times: usize) -> (Engine, Handle, String) {
    let (engine, handle) = start(site, more);
    for _ in 0..times {
        let (_, token) = read(&engine, handle).unwrap();
        api_answers(&engine, handle, 200, &token);
        revoke(&engine, handle, || api_answers(&engine, handle, 401, &token));
    }
    let (_, token) = read(&engine, handle).unwrap();
    (engine, handle, token)
}

/// How often each refresh token was sent.
fn sent(bodies: &Bodies) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for body in bodies.lock().unwrap().iter() {
        if let Some((_, token)) = body.split_once("refresh_token=") {
            *times.entry(token.split('&').next().unwrap_or_default().to_owned()).or_default() += 1;
        }
    }
    times
}

const PASSWORD: [(&str, &str); 3] = [("grant", "password"), ("username", "ann"), ("password", "pw")];

#[test]
fn no_refresh_token_is_sent_twice_over_connections_that_close() {
    for end in [End::Idle, End::Taken, End::Reset, End::Half] {
        let (site, bodies) = rotating(end);
        let (engine, _, token) = refresh(&site, &PASSWORD, 6);
        let times = sent(&bodies);
        assert!(times.values().all(|times| *times == 1), "{end:?}: {times:?}");
        let requests = bodies.lock().unwrap().clone();
        // The token in hand is the last one minted, so none was minted for nothing after it.
        assert_eq!(token, format!("token-{}", requests.len()), "{end:?}");
        let log = log_text(&engine);
        if end == End::Idle {
            // A connection that was seen to close is not used; one in the act of closing may be.
            assert!(times.len() + log.matches("is not known").count() >= 6, "{times:?}, {log}");
        } else {
            assert!(log.contains("whether the server used the refresh token up is not known"), "{log}");
            // Which of them was lost: the first that found the connection of another free.
            let again = requests[1..].iter().any(|request| request.contains("grant_type=password"));
            assert!(again, "{end:?}: {requests:?}");
        }
    }
}

#[test]
fn without_another_grant_a_doubtful_refresh_token_waits_while_a_token_serves() {
    let (site, bodies) = rotating(End::Taken);
    let more = [("grant", "refresh_token"), ("refresh_token", "r0"), ("refresh_interval", "200ms")];
    let (engine, handle) = start(&site, &more);
    read(&engine, handle).unwrap();
    let mut log = String::new();
    eventually("the lost answer", || {
        log += &log_text(&engine);
        log.contains("sent again once the token in service has run out")
    });
    for _ in 0..100 {
        assert_eq!(read(&engine, handle).unwrap().1, "token-1");
    }
    assert_eq!(sent(&bodies), BTreeMap::from([("r0".into(), 1), ("r1".into(), 1)]));
}

#[test]
fn what_follows_an_answer_is_never_taken_for_the_next_one() {
    let forged = r#"{"access_token":"forged","expires_in":3600}"#;
    let forged = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{forged}", forged.len());
    let bodies = Bodies::default();
    let seen = Arc::clone(&bodies);
    let site = Site::met_by(move |mut stream, _: &Seen| {
        while let Some(request) = read_request(&mut stream) {
            let body = take(&seen, &request);
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            if stream.write_all((answer + &forged).as_bytes()).is_err() {
                return;
            }
        }
    });
    let (_, _, token) = refresh(&site, &PASSWORD, 4);
    assert_eq!(token, format!("token-{}", bodies.lock().unwrap().len()));
}

/// Acts on every token request, and ends each that has a refresh token with these frames instead of an answer.
fn speaks(frames: Vec<u8>) -> (Site, Bodies) {
    let config = tls::config(&tls::issued(tls::ours(), "localhost"), &["h2"]);
    let bodies = Bodies::default();
    let seen = Arc::clone(&bodies);
    let site = tls::behind_tls(move |stream, _| {
        let mut stream = tls::accept(stream, &config);
        if stream.write_all(&http2::settings()).is_err() {
            return;
        }
        let Some(request) = http2::read_request(&mut stream) else { return };
        let answer = http2::answer(&take(&seen, &request));
        let ends = request.contains("grant_type=refresh_token");
        http2::end(&mut stream, if ends { &frames } else { &answer });
    });
    (site, bodies)
}

#[test]
fn a_goaway_after_the_request_was_taken_brings_no_refresh_token_a_second_time() {
    let (site, bodies) = speaks(http2::goaway(1, http2::NO_ERROR));
    let (_, _, token) = refresh(&site, &PASSWORD, 2);
    let times = sent(&bodies);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    assert_eq!(token, format!("token-{}", bodies.lock().unwrap().len()));
}

#[test]
fn a_refresh_token_that_the_server_did_not_look_at_is_kept_for_the_next_slot() {
    for frames in [http2::goaway(0, http2::NO_ERROR), http2::reset_stream(http2::REFUSED_STREAM)] {
        let (site, bodies) = speaks(frames);
        let more: Vec<_> = PASSWORD.into_iter().chain([("mint_budget", "4/run")]).collect();
        let (engine, handle) = start(&site, &more);
        let (_, token) = read(&engine, handle).unwrap();
        api_answers(&engine, handle, 401, &token);
        assert_eq!(read(&engine, handle).unwrap_err().code, Code::BudgetExhausted);
        // One request a slot, and none that gives up the refresh token.
        assert_eq!(sent(&bodies), BTreeMap::from([("r1".into(), 3)]));
        assert_eq!(bodies.lock().unwrap().len(), 4);
    }
}

#[test]
fn a_goodbye_after_an_answer_costs_nothing() {
    let config = tls::config(&tls::issued(tls::ours(), "localhost"), &["h2"]);
    let bodies = Bodies::default();
    let seen = Arc::clone(&bodies);
    let site = tls::behind_tls(move |stream, _| {
        let mut stream = tls::accept(stream, &config);
        if stream.write_all(&http2::settings()).is_err() {
            return;
        }
        let Some(request) = http2::read_request(&mut stream) else { return };
        let farewell = [http2::answer(&take(&seen, &request)), http2::goaway(1, http2::NO_ERROR)].concat();
        // As balancers do with connections that have served enough, and it is the client who closes.
        if stream.write_all(&farewell).is_ok() {
            wait_for_its_end(&mut stream);
        }
    });
    let (engine, _, token) = refresh(&site, &PASSWORD, 6);
    let bodies = bodies.lock().unwrap().clone();
    assert_eq!((token, bodies.len()), ("token-7".into(), 7));
    let sign_ins = bodies.iter().filter(|body| body.contains("grant_type=password")).count();
    assert_eq!(sign_ins, 1, "{}", log_text(&engine));
}

#[test]
fn a_connection_whose_server_hangs_is_left_for_another() {
    let config = tls::config(&tls::issued(tls::ours(), "localhost"), &["h2"]);
    let site = tls::behind_tls(move |stream, seen| {
        let mut stream = tls::accept(stream, &config);
        if stream.write_all(&http2::settings()).is_err() || http2::read_request(&mut stream).is_none() {
            return;
        }
        seen.request();
        if seen.is_broken() {
            // It takes everything, and says nothing to a PING.
            return wait_for_its_end(&mut stream.sock);
        }
        http2::end(&mut stream, &http2::answer(&seen.mint()));
    });
    site.break_now();
    let engine = Engine::start().unwrap();
    let settings = site.settings.iter().map(|(key, value)| (*key, value.as_str()));
    let quick = [("request_timeout", "500ms"), ("backoff_base", "1ms")];
    let handle = open(&engine, "hung", &settings.chain(quick).collect::<Vec<_>>());
    eventually("two requests, of which one was made with another connection", || {
        drop(engine.read(handle, Duration::ZERO, Duration::ZERO, None, None));
        site.requests() > 1
    });
    site.mend();
    eventually("a token", || {
        matches!(engine.read(handle, Duration::ZERO, Duration::ZERO, None, None), Ok(Some(_)))
    });
}
