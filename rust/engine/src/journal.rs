//! The journal: what the engine did, with true times, for those who look later.
//!
//! A bounded ring beside the log: the log tells people what to look at, the journal tells programs what happened (token
//! samples, the Monitor, the report). Facts reach it where they reach the counts, through one [`JournalWriter`] a credential.
//!
//! Invariants: numbers are given once, in order and without gaps, so that each reader keeps its own place and knows how
//! many it lost; the ring never holds more than [`MOST`] entries; a thousand reports of one thing are one entry with a
//! count, which grows for at most [`GROWS`], so that a reader that comes back later misses nothing; no entry holds a
//! secret. The lock is taken last, and nothing else is locked while it is held.

mod entry;
mod store_latency;
mod writer;

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::Mutex;
use tollgate_core::config::profile::Profile;
use tollgate_core::time::clock::Now;

use entry::Whose;
pub(crate) use entry::{Entry, How, Spell, What};
use store_latency::StoreLatency;
pub(crate) use writer::{JournalContext, JournalWriter};

/// A day of one credential whose tokens live a minute, and less than two megabytes.
pub(crate) const MOST: usize = 4096;

/// How long an entry may grow. Longer, and a 401 that goes on for an hour would be one mark in a timeline.
pub(crate) const GROWS: Duration = Duration::from_mins(1);

/// The ring.
#[derive(Default)]
pub(crate) struct Journal {
    ring: Mutex<Ring>,
    pub(crate) store_latency: StoreLatency,
}

#[derive(Default)]
struct Ring {
    entries: VecDeque<Entry>,
    /// The number of the newest entry, 0 before the first.
    last: u64,
}

impl Ring {
    fn first(&self) -> u64 {
        self.last + 1 - self.entries.len() as u64
    }

    fn find(&mut self, number: u64) -> Option<&mut Entry> {
        let index = usize::try_from(number.checked_sub(self.first())?).ok()?;
        self.entries.get_mut(index)
    }
}

impl Journal {
    /// Adds an entry, of the credential with this number if it is one of a credential, and gives its number.
    pub(crate) fn add(&self, now: Now, whose: Option<(u32, &Profile)>, what: What) -> u64 {
        let mut ring = self.ring.lock();
        let last = ring.entries.back().and_then(|last| last.whose.as_ref());
        let whose = whose.map(|(credential, profile)| Whose::new(credential, profile, last));
        if ring.entries.len() == MOST {
            ring.entries.pop_front();
        }
        ring.last += 1;
        let number = ring.last;
        ring.entries.push_back(Entry { number, now, whose, what });
        number
    }

    /// Lets the entry of that number grow; `false` if it is gone or too old, or if `more` does not belong to it.
    pub(crate) fn grow(&self, number: u64, now: Now, more: impl FnOnce(&mut What) -> bool) -> bool {
        let mut ring = self.ring.lock();
        let Some(entry) = ring.find(number) else { return false };
        now.mono.since(entry.now.mono) < GROWS && more(&mut entry.what)
    }

    /// What came after the entry of that number, oldest first, at most so many, as lines of `key=value` with tabs
    /// between. Before them a line of the ring itself: how many entries this reader lost, the number of the newest, and how
    /// long stores took to answer.
    pub(crate) fn read(&self, after: u64, most: usize, now: Now) -> Vec<String> {
        let (head, entries) = {
            let ring = self.ring.lock();
            let (first, last) = (ring.first(), ring.last);
            let lost = first.saturating_sub(after.saturating_add(1));
            let skipped =
                usize::try_from(after.saturating_add(1).saturating_sub(first)).unwrap_or(usize::MAX);
            let entries: Vec<_> = ring.entries.iter().skip(skipped).take(most).cloned().collect();
            let stores = self.store_latency.fields();
            (
                format!("lost={lost}\tlast={last}\tat={}\tgrows={}{stores}", now.wall.0, GROWS.as_millis()),
                entries,
            )
        };
        std::iter::once(head).chain(entries.iter().map(Entry::line)).collect()
    }
}

#[cfg(test)]
#[path = "../tests/unit/journal.rs"]
mod tests;
