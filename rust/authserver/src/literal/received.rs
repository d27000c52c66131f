//! What a case received: the last requests, whole.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use axum::http::request::Parts;
use serde_json::{Map, Value, json};

use crate::clock::{Moment, Reading};

/// Requests of a case that are kept.
const KEPT: usize = 1000;

/// A request.
#[derive(Debug)]
pub(super) struct Received {
    at: Moment,
    wall: SystemTime,
    method: String,
    target: String,
    headers: Map<String, Value>,
    body: String,
}

impl Received {
    pub(super) fn new(now: &Reading, head: &Parts, body: &[u8]) -> Self {
        let mut headers = Map::new();
        for (name, value) in &head.headers {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            match headers.get_mut(name.as_str()) {
                // As RFC 9110 section 5.3 joins the lines of one field.
                Some(Value::String(earlier)) => *earlier = format!("{earlier}, {value}"),
                _ => {
                    headers.insert(name.as_str().to_owned(), Value::from(value));
                }
            }
        }
        Self {
            at: now.mono,
            wall: now.wall,
            method: head.method.to_string(),
            target: head.uri.to_string(),
            headers,
            body: String::from_utf8_lossy(body).into_owned(),
        }
    }

    fn to_json(&self) -> Value {
        let since = self.wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        json!({
            "at_ms": u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
            "method": self.method,
            "target": self.target,
            "headers": self.headers,
            "body": self.body,
        })
    }
}

/// The requests of a case.
#[derive(Debug, Default)]
pub(super) struct ReceivedLog {
    first: Option<Moment>,
    count: usize,
    kept: VecDeque<Received>,
}

impl ReceivedLog {
    /// Takes a request; answers the time since the first, and its number.
    pub(super) fn add(&mut self, received: Received) -> (Duration, usize) {
        let first = *self.first.get_or_insert(received.at);
        let elapsed = received.at.saturating_sub(first);
        self.count += 1;
        if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(received);
        (elapsed, self.count)
    }

    pub(super) fn to_json(&self) -> Value {
        json!({ "count": self.count, "requests": self.kept.iter().map(Received::to_json).collect::<Vec<_>>() })
    }
}
