//! Answers that stop, crawl, lie about their length, or are no token.

use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use super::Fault;
use super::site::{Seen, Site, read_request, serve_well, wait_for_its_end};
use crate::answers::gzip;

/// After the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Closes,
    StaysOpen,
}

/// A token answer that names this length, whatever it has.
fn token_of_length(named: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {named}\r\n\r\n{}",
        r#"{"access_token":"never","token_type":"bearer","expires_in":3600}"#
    )
}

fn plain(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

pub(super) const FAULTS: &[Fault] = &[
    Fault { name: "no answer", site: || until_the_timeout(String::new()) },
    Fault { name: "closed without an answer", site: || answers(String::new(), Then::Closes) },
    Fault { name: "one byte at a time", site: drips },
    Fault {
        name: "half a body",
        site: || {
            let whole = token_of_length("64");
            answers(whole[..whole.len() - 30].to_owned(), Then::Closes)
        },
    },
    Fault { name: "Content-Length too long", site: || until_the_timeout(token_of_length("99")) },
    Fault { name: "Content-Length too short", site: || answers(token_of_length("20"), Then::StaysOpen) },
    Fault { name: "Content-Length no number", site: || answers(token_of_length("many"), Then::StaysOpen) },
    Fault { name: "not HTTP", site: || answers("220 mail.example ESMTP\r\n", Then::StaysOpen) },
    Fault {
        name: "an answer without end",
        site: || {
            let flood = "x".repeat((1 << 20) + 1);
            answers(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{flood}"), Then::Closes)
        },
    },
    Fault {
        name: "a mebibyte of spaces, compressed unasked",
        site: || {
            let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\n\r\n";
            answers([head.as_bytes(), &gzip(&vec![b' '; 1 << 20])].concat(), Then::Closes)
        },
    },
    Fault {
        name: "a redirect to another scheme",
        site: || answers(plain("302 Found\r\nLocation: file:///etc/passwd", ""), Then::Closes),
    },
    Fault {
        name: "redirects without end",
        site: || answers(plain("307 X\r\nLocation: /oauth/token", ""), Then::Closes),
    },
    Fault {
        name: "a page of a gateway, 200",
        site: || answers(plain("200 OK", "<html><title>Sign in</title></html>"), Then::Closes),
    },
    Fault { name: "500", site: || answers(plain("500 X", "oops"), Then::Closes) },
    Fault {
        name: "502 of a gateway",
        site: || answers(plain("502 X", "<html><title>Bad Gateway</title>"), Then::Closes),
    },
    Fault { name: "404", site: || answers(plain("404 X", "no such path"), Then::Closes) },
];

fn answers(bytes: impl Into<Vec<u8>>, then: Then) -> Site {
    let bytes = bytes.into();
    Site::met_by(move |mut stream, seen| {
        if !seen.is_broken() {
            return serve_well(&mut stream, seen);
        }
        if read_request(&mut stream).is_none() {
            return;
        }
        seen.request();
        // A client that has seen enough may have gone.
        if stream.write_all(&bytes).is_ok() && then == Then::StaysOpen {
            wait_for_its_end(&mut stream);
        }
    })
}

/// Requests that end by the clock: it leaves a busy machine the time to send them.
pub(super) const TIMEOUT: &str = "5s";

/// A site whose answer does not come, or not whole.
fn until_the_timeout(bytes: String) -> Site {
    answers(bytes, Then::StaysOpen).set("request_timeout", TIMEOUT)
}

/// A good answer, but each byte comes alone and the last after the patience of any client.
fn drips() -> Site {
    Site::met_by(drip).set("request_timeout", TIMEOUT)
}

fn drip(mut stream: TcpStream, seen: &Seen) {
    if !seen.is_broken() {
        return serve_well(&mut stream, seen);
    }
    if read_request(&mut stream).is_none() {
        return;
    }
    seen.request();
    for byte in token_of_length("64").bytes() {
        if stream.write_all(&[byte]).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(100)); // a hundred bytes in ten seconds
    }
}
