//! What is left of secrets in the memory of a process after a run: all of its memory is searched for them.
//!
//! The process that is searched talks to a server in another, so that what is found is the engine's.

#![allow(clippy::unwrap_used)] // in a test an unwrap is an assertion
#![cfg(target_os = "linux")] // it reads /proc

use std::alloc::System;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, thread};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;
use tollgate_engine::{Engine, Handle, Setting, Source};
use zeroize::Zeroize;
use zeroizing_alloc::ZeroAlloc;

/// As in the native library that is shipped.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// Set in the process that is searched: the URL of its server, and a directory of secrets.
const SEARCHED: [&str; 2] = ["TOLLGATE_TEST_SEARCHED_URL", "TOLLGATE_TEST_SEARCHED_FILES"];

/// So that what is searched for is not found in the list of what is searched for.
const MASK: u8 = 0x5a;

/// After so many answers the server closes a connection: some are open at the end, the buffers of others are freed.
const ANSWERS: usize = 2;

/// Read at once.
const CHUNK: usize = 1 << 20;

/// Longer than all that is searched for.
const LONGEST: u64 = 256;

/// A text that must not be found.
struct Needle {
    name: &'static str,
    masked: Vec<u8>,
}

impl Needle {
    fn new(name: &'static str, text: &str) -> Self {
        Self { name, masked: text.bytes().map(|byte| byte ^ MASK).collect() }
    }

    fn of_file(name: &'static str, path: &Path) -> Self {
        let mut text = fs::read_to_string(path).unwrap();
        let needle = Self::new(name, &text);
        text.zeroize();
        needle
    }

    /// As RFC 7617 encodes user and password.
    fn basic(name: &'static str, user: &str, path: &Path) -> Self {
        let mut text = fs::read_to_string(path).unwrap();
        let mut pair = format!("{user}:{text}");
        let mut encoded = STANDARD.encode(&pair);
        let needle = Self::new(name, &encoded[..encoded.len() - 4]); // without the filling at the end
        [&mut text, &mut pair, &mut encoded].into_iter().for_each(Zeroize::zeroize);
        needle
    }

    fn is_at(&self, memory: &[u8]) -> bool {
        memory.len() >= self.masked.len()
            && memory.iter().zip(&self.masked).all(|(byte, masked)| byte ^ MASK == *masked)
    }
}

/// The names of the needles that are in the writable memory of this process, with what is around them.
fn search(needles: &[Needle]) -> Vec<String> {
    let memory = File::open("/proc/self/mem").unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut begins = [false; 256];
    needles.iter().for_each(|needle| begins[usize::from(needle.masked[0])] = true);
    let mut found = Vec::new();
    let mut buffer = Vec::with_capacity(CHUNK);
    let own = (buffer.as_ptr() as u64, CHUNK as u64);
    for map in maps.lines().filter(|map| map.contains(" rw")) {
        let (from, to) = map.split(' ').next().unwrap().split_once('-').unwrap();
        let [from, to] = [from, to].map(|end| u64::from_str_radix(end, 16).unwrap());
        let mut at = from;
        while at < to {
            let length = usize::try_from(to - at).unwrap().min(CHUNK);
            buffer.resize(length, 0);
            if memory.read_exact_at(&mut buffer, at).is_err() {
                break; // guard pages, or what was unmapped since
            }
            for (offset, _) in buffer.iter().enumerate().filter(|(_, byte)| begins[usize::from(*byte ^ MASK)])
            {
                let place = at + offset as u64;
                let is_copy = place + LONGEST > own.0 && place < own.0 + own.1;
                let before = &buffer[offset.saturating_sub(80)..offset];
                // The buffer of a connection that is open, which is the HTTP client's.
                let is_answer = before.windows(8).any(|text| text == b"HTTP/1.1");
                let matching = needles.iter().filter(|needle| needle.is_at(&buffer[offset..]));
                for needle in matching.filter(|_| !is_copy && !is_answer) {
                    found.push(format!("{} after {:?}", needle.name, String::from_utf8_lossy(before)));
                }
            }
            // A needle may lie across the end.
            at += if length < CHUNK { length as u64 } else { length as u64 - LONGEST };
        }
    }
    buffer.zeroize();
    found
}

fn setting(key: &str, value: String) -> Setting {
    Setting { key: key.into(), value, source: Source::Define }
}

fn next(engine: &Engine, handle: Handle, after: u64) -> (u64, Needle) {
    for _ in 0..4000 {
        if let Some(served) = engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).unwrap()
            && served.generation > after
        {
            return (served.generation, Needle::new("an expired token", served.token.expose_secret()));
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("no token after {after}");
}

/// A run: a secret that was given as text, one of a file, tokens that are replaced.
fn run_and_search(url: &str, directory: &Path) {
    let (given, file) = (directory.join("given"), directory.join("file"));
    let engine = Engine::start().unwrap();
    engine.run_started(1);
    let mut needles = vec![
        Needle::of_file("a client secret that was given", &given),
        Needle::of_file("a client secret of a file", &file),
        Needle::basic("a client secret of a file, encoded", "file", &file),
    ];
    let mut serving = None;
    for (name, auth, secret) in [
        ("given", "client_secret_post", fs::read_to_string(&given).unwrap()),
        ("file", "client_secret_basic", format!("file:{}", file.display())),
    ] {
        let settings = [
            setting("token_url", url.to_owned()),
            setting("client_id", name.to_owned()),
            setting("client_auth", auth.to_owned()),
            setting("client_secret", secret),
            setting("refresh_interval", "100ms".to_owned()),
        ];
        let handle = engine.open(name, &settings, false).unwrap();
        drop(settings);
        let mut generation = 0;
        for _ in 0..3 {
            let (newer, token) = next(&engine, handle, generation);
            generation = newer;
            needles.push(token);
        }
        // Another definition takes its place, and the next run frees the old one.
        let settings = [
            setting("token_url", url.to_owned()),
            setting("client_id", name.to_owned()),
            setting("client_secret", "a new secret".to_owned()),
        ];
        serving = Some(next(&engine, engine.open(name, &settings, true).unwrap(), 0).1);
    }
    engine.run_ended();
    engine.run_started(2);
    assert!(!search(&[serving.unwrap()]).is_empty(), "the search finds what is there");
    // What its driver still has to do with the old credentials is done within moments, once a busy machine lets it.
    let mut found = search(&needles);
    for _ in 0..400 {
        if found.is_empty() {
            break;
        }
        thread::sleep(Duration::from_millis(50));
        found = search(&needles);
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Answers each request with another token, on a connection of its own.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let stream = stream.unwrap();
            thread::spawn(move || answer(stream, number));
        }
    });
    url
}

fn answer(stream: TcpStream, number: usize) {
    let mut stream = BufReader::new(stream);
    for n in 1..=ANSWERS {
        let (mut line, mut length) = (String::new(), 0);
        while line != "\r\n" {
            line.clear();
            if stream.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        let body =
            format!(r#"{{"access_token":"an-access-token-{number}-{n}-of-some-length","expires_in":3600}}"#);
        let connection = if n == ANSWERS { "close" } else { "keep-alive" };
        write!(
            stream.get_mut(),
            "HTTP/1.1 200 OK\r\nConnection: {connection}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
    }
}

#[test]
fn no_secret_and_no_expired_token_is_left_in_memory() {
    if let [Ok(url), Ok(directory)] = SEARCHED.map(env::var) {
        return run_and_search(&url, Path::new(&directory));
    }
    let directory = tempfile::tempdir().unwrap();
    for name in ["given", "file"] {
        fs::write(directory.path().join(name), format!("an-old-secret-that-is-{name}-and-long-enough"))
            .unwrap();
    }
    let name = thread::current().name().expect("a test's thread has its name").to_owned();
    let mut searched = Command::new(env::current_exe().unwrap());
    searched.args(["--exact", &name]).env(SEARCHED[0], serve()).env(SEARCHED[1], directory.path());
    let output = searched.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
