//! A token endpoint that is quick and never says no, and the engine in front of it.

// Each bench is a crate of its own and uses its part of this.
#![allow(dead_code, clippy::disallowed_methods)]

use std::alloc::System;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use secrecy::ExposeSecret;
use tollgate_engine::{Engine, Event, Handle, Report, Setting, Source};
use zeroizing_alloc::ZeroAlloc;

/// As in the native library.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// As long as a JWT.
const TOKEN_BYTES: usize = 900;
/// Nothing on loopback takes as long.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts an endpoint on loopback, and tells its URL. Each token differs from the one before.
pub(crate) fn endpoint(token_type: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            stream.set_nodelay(true).unwrap();
            thread::spawn(move || converse(stream, token_type));
        }
    });
    url
}

fn converse(stream: TcpStream, token_type: &str) {
    let mut stream = BufReader::new(stream);
    let padding = "t".repeat(TOKEN_BYTES - 20); // once: it is counted with the rest
    for number in 0_u64.. {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if line == "\r\n" {
                break;
            }
            let lower = line.to_ascii_lowercase();
            length = lower.strip_prefix("content-length:").map_or(length, |n| n.trim().parse().unwrap());
        }
        stream.read_exact(&mut vec![0; length]).unwrap();
        let token = format!("{padding}{number:020}");
        let body = format!(r#"{{"access_token":"{token}","token_type":"{token_type}","expires_in":86400}}"#);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        if stream.get_mut().write_all([head, body].concat().as_bytes()).is_err() {
            return;
        }
    }
}

/// Opens a profile at an endpoint, with settings on top of those that each needs.
pub(crate) fn open(engine: &Engine, name: &str, url: &str, settings: &[(&str, &str)]) -> Handle {
    let needed = [("token_url", url), ("client_id", name), ("client_secret", "secret")];
    let settings: Vec<_> = needed
        .iter()
        .chain(settings)
        .map(|(key, value)| Setting { key: (*key).into(), value: (*value).into(), source: Source::Define })
        .collect();
    engine.open(name, &settings, false).unwrap()
}

/// Waits for a token as the Java side does: for a wake-up, and then looks.
pub(crate) fn token(engine: &Engine, handle: Handle) -> String {
    let start = Instant::now();
    loop {
        let waited = start.elapsed();
        assert!(waited < PATIENCE, "no token: {}", engine.status(handle).unwrap());
        if let Some(served) = engine.read(handle, Duration::ZERO, waited, None, None).unwrap() {
            if !waited.is_zero() {
                engine.waited(handle, waited).unwrap();
            }
            return served.token.expose_secret().to_owned();
        }
        let woken = |event: &Event| matches!(event, Event::Wake(_));
        while !engine.await_events(PATIENCE).iter().any(woken) && start.elapsed() < PATIENCE {}
    }
}

/// Tells how the API answered a request with this token.
pub(crate) fn report(engine: &Engine, handle: Handle, status: u16, token: &str) {
    let origin = Some("https://api.example.com");
    let sent = Some(token);
    engine
        .report(
            handle,
            Report {
                status,
                origin,
                headers: &[],
                authorization: sent,
                stamp: None,
                ago: Duration::ZERO,
                ..Report::default()
            },
        )
        .unwrap();
}

/// The API accepts a token, then refuses it; the engine fetches the next and wakes who waits for it. In a run of its own,
/// whose first 401 is believed.
pub(crate) fn refresh(engine: &Engine, handle: Handle, token: &str) -> String {
    static RUNS: AtomicU64 = AtomicU64::new(1);
    engine.run_started(RUNS.fetch_add(1, Ordering::Relaxed));
    report(engine, handle, 200, token);
    report(engine, handle, 401, token);
    self::token(engine, handle)
}
