//! The token requests, one by one: the last of them in memory, all of them in a file if one is given.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::Serialize;

/// Requests kept in memory.
const KEPT: usize = 100_000;

/// A token request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Entry {
    /// When it arrived: milliseconds since 1970.
    pub(crate) at_ms: u64,
    /// The client it claimed to be from.
    pub(crate) client: String,
    /// Its grant, if it could be read.
    pub(crate) grant: Option<&'static str>,
    /// The user who signs in.
    pub(crate) user: Option<String>,
    /// Status of its answer; 0 while there is none, and for ever if none came.
    pub(crate) status: u16,
    /// Whether it ignored a `Retry-After`.
    pub(crate) inside_retry_after: bool,
    /// Number of its connection.
    pub(crate) connection: u64,
}

/// All requests, in the order they were judged.
#[derive(Debug)]
pub(crate) struct RequestLog {
    recent: Mutex<Recent>,
    file: Option<Mutex<File>>,
}

#[derive(Debug, Default)]
struct Recent {
    entries: VecDeque<Entry>,
    /// Number of the first entry.
    first: u64,
}

impl RequestLog {
    pub(crate) fn new(file: Option<File>) -> Self {
        Self { recent: Mutex::default(), file: file.map(Mutex::new) }
    }

    /// Takes up a request that has no answer yet.
    pub(crate) fn open(self: &Arc<Self>, entry: Entry) -> OpenEntry {
        let mut recent = self.recent.lock();
        if recent.entries.len() >= KEPT {
            recent.entries.pop_front();
            recent.first += 1;
        }
        let number = recent.first + recent.entries.len() as u64;
        recent.entries.push_back(entry.clone());
        OpenEntry { log: Arc::clone(self), number, entry }
    }

    /// Forgets the requests so far; those without an answer still reach the file.
    pub(crate) fn clear(&self) {
        let mut recent = self.recent.lock();
        recent.first += recent.entries.len() as u64;
        recent.entries.clear();
    }

    /// The requests in memory, as a JSON array.
    pub(crate) fn to_json(&self) -> String {
        let entries = self.recent.lock().entries.clone();
        serde_json::to_string(&entries).unwrap_or_else(|_| "[]".into())
    }

    fn close(&self, number: u64, entry: &Entry) {
        let mut recent = self.recent.lock();
        let index = number.checked_sub(recent.first).and_then(|index| usize::try_from(index).ok());
        if let Some(kept) = index.and_then(|index| recent.entries.get_mut(index)) {
            kept.status = entry.status;
        }
        drop(recent);
        if let (Some(file), Ok(mut line)) = (&self.file, serde_json::to_vec(entry)) {
            line.push(b'\n');
            // A full disk costs the log, not the server.
            let _ = file.lock().write_all(&line);
        }
    }
}

/// A request without an answer. It goes to the file when it has one, or when it is dropped: then it never will.
#[derive(Debug)]
pub(crate) struct OpenEntry {
    log: Arc<RequestLog>,
    number: u64,
    entry: Entry,
}

impl OpenEntry {
    /// Takes note of the answer.
    pub(crate) fn answered(mut self, status: u16) {
        self.entry.status = status;
    }
}

impl Drop for OpenEntry {
    fn drop(&mut self) {
        self.log.close(self.number, &self.entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(connection: u64) -> Entry {
        Entry {
            at_ms: 1,
            client: "demo".into(),
            grant: None,
            user: None,
            status: 0,
            inside_retry_after: false,
            connection,
        }
    }

    #[test]
    fn an_answer_finds_its_request_also_after_the_log_moved_on() {
        let log = Arc::new(RequestLog::new(None));
        let forgotten = log.open(entry(1));
        log.clear();
        let first = log.open(entry(2));
        let second = log.open(entry(3));
        forgotten.answered(500);
        second.answered(200);
        drop(first);
        let statuses: Vec<(u64, u16)> =
            log.recent.lock().entries.iter().map(|entry| (entry.connection, entry.status)).collect();
        assert_eq!(statuses, [(2, 0), (3, 200)]);
    }

    #[test]
    fn memory_is_bounded() {
        let log = Arc::new(RequestLog::new(None));
        for number in 0..=KEPT as u64 {
            log.open(entry(number)).answered(200);
        }
        let recent = log.recent.lock();
        assert_eq!((recent.entries.len(), recent.first), (KEPT, 1));
        assert_eq!(recent.entries.back().map(|entry| entry.status), Some(200));
    }
}
