//! What tests of one part of the engine have in common: settings, patience, and a token endpoint that is a few lines long.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use tollgate_core::config::settings::{Setting, Source};

use crate::{Engine, Handle};

/// Twenty seconds, in looks of five milliseconds: far more than anything here takes on a machine that is busy.
const LOOKS: usize = 4000;

/// Looks until `is_so`.
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..LOOKS {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("never came true: {what}");
}

/// A number of the status, once the driver has told it: a status that comes too late on a busy machine lacks it.
pub(crate) fn status_number(engine: &Engine, handle: Handle, key: &str) -> u64 {
    let mut number = None;
    eventually("a status of the driver", || {
        let status: serde_json::Value = serde_json::from_str(&engine.status(handle).unwrap()).unwrap();
        number = status[key].as_u64();
        number.is_some()
    });
    number.unwrap()
}

pub(crate) fn setting(key: &str, value: &str) -> Setting {
    Setting { key: key.into(), value: value.into(), source: Source::Property }
}

/// The body of the next request; `None` if the client has gone.
pub(crate) fn request(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let (mut line, mut length) = (String::new(), 0);
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(body)
}

/// Answers it, and keeps the connection.
pub(crate) fn answer(stream: &mut TcpStream, body: &str) -> Option<()> {
    write_answer(stream, "", body)
}

/// Answers it, and says that this was the last on this connection.
pub(crate) fn answer_last(stream: &mut TcpStream, body: &str) -> Option<()> {
    write_answer(stream, "Connection: close\r\n", body)
}

fn write_answer(stream: &mut TcpStream, header: &str, body: &str) -> Option<()> {
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{header}\r\n{body}", body.len()).ok()
}
