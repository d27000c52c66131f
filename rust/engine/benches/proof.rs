//! What a proof for an API request costs (RFC 9449): `cargo bench -p tollgate-engine --bench proof`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // it measures, and nobody is harmed

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use tollgate_engine::{Engine, Setting, Source};

const TIMES: u32 = 20_000;
const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/unit/keys/");

/// A token endpoint for one request of each client.
fn endpoint(clients: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().take(clients) {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut line, mut length) = (String::new(), 0);
            while line != "\r\n" {
                line.clear();
                stream.read_line(&mut line).unwrap();
                let lower = line.to_ascii_lowercase();
                length = lower.strip_prefix("content-length:").map_or(length, |n| n.trim().parse().unwrap());
            }
            stream.read_exact(&mut vec![0; length]).unwrap();
            let token = "t".repeat(86);
            let body = format!(r#"{{"access_token":"{token}","token_type":"DPoP","expires_in":3600}}"#);
            let head =
                format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.get_mut().write_all([head, body].concat().as_bytes()).unwrap();
        }
    });
    url
}

fn main() {
    let keys = [("P-256", None), ("Ed25519", Some("ed25519.pem")), ("RSA 2048", Some("rsa.pem"))];
    let url = endpoint(keys.len());
    let engine = Engine::start().unwrap();
    for (name, file) in keys {
        let mut settings = vec![("token_url", url.clone()), ("client_id", name.replace(' ', "-"))];
        settings.extend([("client_secret", "secret".into()), ("dpop", "true".into())]);
        settings.extend(file.map(|file| ("dpop_key", format!("file:{KEYS}{file}"))));
        let setting =
            |(key, value): (&str, String)| Setting { key: key.into(), value, source: Source::Define };
        let settings: Vec<_> = settings.into_iter().map(setting).collect();
        let handle = engine.open(&name.replace(' ', "-"), &settings, false).unwrap();
        let mut waited = Duration::ZERO;
        while engine.read(handle, Duration::ZERO, waited, None, None).unwrap().is_none() {
            thread::sleep(Duration::from_millis(5));
            waited += Duration::from_millis(5);
        }
        let start = Instant::now();
        for _ in 0..TIMES {
            engine.proof(handle, 1, "GET", "https://api.example.com/v2/users/me").unwrap();
        }
        println!("{name}: {:?} a proof", start.elapsed() / TIMES);
    }
}
