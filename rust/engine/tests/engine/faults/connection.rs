//! No connection, or one that breaks.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::Fault;
use super::site::{Break, Seen, Site, read_request, reset, serve_well};

pub(super) const FAULTS: &[Fault] = &[
    Fault { name: "nobody listens", site: || Site::breaking(Break::Refuses, healthy) },
    Fault {
        name: "packets are swallowed",
        site: || {
            Site::breaking(Break::Swallows, healthy)
                .set("connect_timeout", "500ms")
                // For a connection that came into the backlog just before it was full. Far enough from the other that a busy
                // machine does not find both over.
                .set("request_timeout", "5s")
        },
    },
    Fault { name: "the name is unknown", site: unknown_name },
    Fault {
        name: "reset before the request is read",
        site: || Site::met_by(|s, seen| resets(s, seen, None)),
    },
    Fault { name: "reset before an answer", site: || Site::met_by(|s, seen| resets(s, seen, Some(""))) },
    Fault {
        name: "reset in the head of the answer",
        site: || Site::met_by(|s, seen| resets(s, seen, Some("HTTP/1.1 200 OK\r\nContent-"))),
    },
    Fault {
        name: "reset in the body of the answer",
        site: || {
            let half = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"access_token\":";
            Site::met_by(move |s, seen| resets(s, seen, Some(half)))
        },
    },
];

pub(super) fn healthy(mut stream: TcpStream, seen: &Seen) {
    serve_well(&mut stream, seen);
}

/// A label has at most 63 letters: this name is unknown without any name server being asked. It can't work first: see
/// `unit/names.rs` for a name that is lost later.
fn unknown_name() -> Site {
    let url = format!("http://{}.invalid/oauth/token", "x".repeat(64));
    Site::met_by(healthy).set("token_url", url).set("allow_http", "true").that_never_worked()
}

/// Resets after the request was read and these bytes were sent; without them, after its first byte.
fn resets(mut stream: TcpStream, seen: &Seen, after: Option<&str>) {
    if !seen.is_broken() {
        return serve_well(&mut stream, seen);
    }
    match after {
        None => drop(stream.read_exact(&mut [0])),
        Some(bytes) => {
            if read_request(&mut stream).is_none() {
                return;
            }
            stream.write_all(bytes.as_bytes()).unwrap();
        }
    }
    seen.request();
    reset(stream);
}
