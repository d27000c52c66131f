//! What the engine has to say to Java: log lines and wake-ups, in a bounded box.
//!
//! Invariants: posting never blocks on a slow reader; a wake-up is never lost (they coalesce by handle); when
//! log lines overflow, the oldest go and their number is told.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use crate::handle::Handle;
use crate::sync::{Condvar, Mutex};

/// One message to Java.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Waiters of this handle should look again.
    Wake(Handle),
    /// For the log.
    Info(String),
    /// For the log.
    Warn(String),
    /// For the log.
    Error(String),
}

/// More lines than a person reads; a reader that is alive never lets it come to that.
pub(crate) const MOST_LINES: usize = 1024;

#[derive(Default)]
struct Contents {
    wakes: BTreeSet<Handle>,
    lines: VecDeque<Event>,
    lost: u64,
}

/// The box.
#[derive(Default)]
pub(crate) struct Outbox {
    contents: Mutex<Contents>,
    filled: Condvar,
}

impl Outbox {
    pub(crate) fn post(&self, event: Event) {
        let mut contents = self.contents.lock();
        if let Event::Wake(handle) = event {
            contents.wakes.insert(handle);
        } else {
            if contents.lines.len() == MOST_LINES {
                contents.lines.pop_front();
                contents.lost += 1;
            }
            contents.lines.push_back(event);
        }
        self.filled.notify_all();
    }

    /// Everything there is, wake-ups first; waits for at most `timeout` while there is nothing.
    pub(crate) fn take(&self, timeout: Duration) -> Vec<Event> {
        let mut contents = self.contents.lock();
        if contents.wakes.is_empty() && contents.lines.is_empty() {
            self.filled.wait_for(&mut contents, timeout);
        }
        let Contents { wakes, lines, lost } = std::mem::take(&mut *contents);
        let lost = (lost > 0).then(|| Event::Warn(format!("{lost} log lines of Tollgate were dropped")));
        wakes.into_iter().map(Event::Wake).chain(lost).chain(lines).collect()
    }
}
