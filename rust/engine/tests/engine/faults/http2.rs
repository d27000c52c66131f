//! HTTP/2 connections that end or refuse, frame by frame (RFC 9113).

use std::io::{Read, Write};
use std::net::Shutdown;

use super::Fault;
use super::site::{Seen, Site, wait_for_its_end};
use super::tls::{Secured, accept, behind_tls, config, issued, ours};

pub(super) const FAULTS: &[Fault] = &[
    Fault { name: "HTTP/2: GOAWAY, request not processed", site: || speaks(&[goaway(0, NO_ERROR)]) },
    Fault { name: "HTTP/2: GOAWAY, request taken, no answer", site: || speaks(&[goaway(1, NO_ERROR)]) },
    Fault { name: "HTTP/2: GOAWAY, enhance your calm", site: || speaks(&[goaway(0, ENHANCE_YOUR_CALM)]) },
    Fault { name: "HTTP/2: stream refused", site: || speaks(&[reset_stream(REFUSED_STREAM)]) },
    Fault { name: "HTTP/2: stream reset", site: || speaks(&[reset_stream(INTERNAL_ERROR)]) },
    Fault { name: "HTTP/2: closed without an answer", site: || speaks(&[]) },
];

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PUSH_PROMISE: u8 = 5;
pub(super) const PING: u8 = 6;
const GOAWAY: u8 = 7;
pub(super) const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

pub(super) const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
pub(super) const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

/// `:status: 200`, from HPACK's static table (RFC 7541 appendix A).
pub(super) const STATUS_200: [u8; 1] = [0x88];

pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The last stream that the server takes is this one.
pub(super) fn goaway(last: u32, code: u32) -> Vec<u8> {
    frame(GOAWAY, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat())
}

pub(super) fn reset_stream(code: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, 1, &code.to_be_bytes())
}

/// A token answer on the first stream.
pub(super) fn answer(body: &str) -> Vec<u8> {
    [frame(HEADERS, END_HEADERS, 1, &STATUS_200), frame(DATA, END_STREAM, 1, body.as_bytes())].concat()
}

pub(super) fn settings() -> Vec<u8> {
    frame(SETTINGS, 0, 0, &[])
}

/// A site that speaks HTTP/2 and, broken, answers each request with these frames and closes.
fn speaks(frames: &[Vec<u8>]) -> Site {
    let config = config(&issued(ours(), "localhost"), &["h2"]);
    let frames = frames.concat();
    behind_tls(move |stream, seen| converse(&mut accept(stream, &config), seen, &frames))
}

fn converse(stream: &mut Secured, seen: &Seen, broken: &[u8]) {
    if stream.write_all(&settings()).is_err() || read_request(stream).is_none() {
        return;
    }
    seen.request();
    let bytes = if seen.is_broken() { broken.to_vec() } else { answer(&seen.mint()) };
    end(stream, &bytes);
}

/// Sends these last bytes and closes. Reads what comes until the client has closed too: to close with something unread
/// is to reset, and what was sent could be lost.
pub(super) fn end(stream: &mut Secured, bytes: &[u8]) {
    stream.conn.writer().write_all(bytes).unwrap();
    stream.conn.send_close_notify();
    if stream.flush().is_ok() && stream.sock.shutdown(Shutdown::Write).is_ok() {
        wait_for_its_end(&mut stream.sock);
    }
}

/// Reads the preface and all frames up to the end of the first request, and gives its body.
pub(super) fn read_request(stream: &mut impl ReadWrite) -> Option<String> {
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).ok()?;
    assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    let mut body = Vec::new();
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut payload).ok()?;
        match (head[3], head[4]) {
            (SETTINGS, 0) => stream.write_all(&frame(SETTINGS, ACK, 0, &[])).ok()?,
            (DATA, flags) => {
                body.extend(payload);
                if flags & END_STREAM != 0 {
                    return Some(String::from_utf8_lossy(&body).into_owned());
                }
            }
            _ => {}
        }
    }
}

pub(super) trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}
