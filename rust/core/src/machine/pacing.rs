//! Pacing: threads spread what remains of an API's quotas over the time to the reset (`pacing=rate_headers`).
//!
//! Each request gets a slot, as in the generic cell rate algorithm (ITU-T I.371), whose interval is not fixed but the time
//! to the reset by what remains. Of a window that nothing was heard of yet, the next after one that was, the length and the
//! limit of the last are assumed. Invariants: in a window there are no more slots than requests remain; an API that reports
//! no quota delays nobody but at its first request, and then for [`FIRST_ANSWER`] at most.

use std::collections::VecDeque;
use std::time::Duration;

use crate::http::rate_headers::{Quota, Unit};
use crate::time::clock::Mono;

/// How long other threads wait for the first answer, which tells of quotas or of none.
pub const FIRST_ANSWER: Duration = Duration::from_secs(1);
/// How soon they look again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// A reset is told in whole seconds, cut off by many servers.
const WHOLE_SECONDS: Duration = Duration::from_secs(1);
/// Ends of a window that are no further apart are one.
const SAME_END: Duration = Duration::from_millis(1500);
/// Most quotas of an origin.
const MOST_QUOTAS: usize = 8;

/// When a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// After this time.
    After(Duration),
    /// Not known yet: ask again after this time.
    AskAgain(Duration),
}

/// The slots of one origin.
#[derive(Debug, Default)]
pub(super) struct Pacer {
    windows: Vec<Window>,
    /// Slots that lie ahead.
    slots: VecDeque<Mono>,
    /// When the first request was let through.
    first: Option<Mono>,
    answered: bool,
}

impl Pacer {
    pub(super) fn is_in_use(&self) -> bool {
        self.first.is_some()
    }

    /// Gives the next slot, no earlier than `from`.
    pub(super) fn take(&mut self, now: Mono, from: Mono) -> Pace {
        self.pass(now);
        if self.windows.is_empty() && !self.answered {
            match self.first {
                None => self.first = Some(now),
                Some(first) if now < first.after(FIRST_ANSWER) => return Pace::AskAgain(LOOK_AGAIN),
                Some(_) => self.answered = true,
            }
            return Pace::After(from.since(now));
        }
        self.first.get_or_insert(now);
        let mut slot = from.max(now);
        // The slot of one window may lie where another has none: twice round is enough, since each only moves it later.
        for _ in 0..2 {
            slot = self.windows.iter().map(|window| window.earliest(slot)).max().unwrap_or(slot);
        }
        for window in &mut self.windows {
            window.take(slot);
        }
        if !self.windows.is_empty() {
            self.slots.push_back(slot);
        }
        Pace::After(slot.since(now))
    }

    /// Takes note of the quotas of an answer.
    pub(super) fn observe(&mut self, now: Mono, quotas: &[Quota], unit: Option<Unit>) {
        self.answered = true;
        self.pass(now);
        let ahead = u64::try_from(self.slots.len()).unwrap_or(u64::MAX);
        for quota in quotas {
            let Some(remaining) = quota.remaining else { continue };
            let wait = quota.reset.wait(unit);
            let is_cut_off = wait.dated || wait.wait.subsec_nanos() == 0;
            let length = wait.wait.saturating_add(if is_cut_off { WHOLE_SECONDS } else { Duration::ZERO });
            let report =
                Report { end: now.after(length), length, left: remaining.floor(), limit: quota.limit, ahead };
            let known = self.windows.iter().position(|window| window.name == quota.name);
            if let Some(window) = known.and_then(|at| self.windows.get_mut(at)) {
                window.observe(now, &report);
            } else if self.windows.len() < MOST_QUOTAS {
                self.windows.push(Window::new(quota.name.clone(), now, &report));
            }
        }
    }

    /// Forgets slots that have passed, and windows that nothing was heard of for long.
    fn pass(&mut self, now: Mono) {
        while self.slots.front().is_some_and(|slot| *slot <= now) {
            self.slots.pop_front();
        }
        self.windows.retain(|window| now < window.heard.after(window.length.saturating_mul(3)));
    }
}

/// What an answer says of a window.
struct Report {
    end: Mono,
    length: Duration,
    left: u64,
    limit: Option<u64>,
    /// Slots that were given and lie ahead.
    ahead: u64,
}

/// The window of a quota in which slots are given: the present one, or a later one if this has none left.
#[derive(Debug)]
struct Window {
    name: Box<str>,
    end: Mono,
    /// The longest time to a reset so far.
    length: Duration,
    /// Requests in a window: as reported, or the most that were seen to remain, and the one that was answered.
    limit: u64,
    left: u64,
    last: Option<Mono>,
    next: Mono,
    heard: Mono,
}

impl Window {
    fn new(name: Box<str>, now: Mono, report: &Report) -> Self {
        let left = report.left.saturating_sub(report.ahead);
        let limit = report.limit.unwrap_or(report.left + 1).max(1);
        let mut window = Self {
            name,
            end: report.end,
            length: report.length,
            limit,
            left,
            last: None,
            next: now,
            heard: now,
        };
        window.next = now.after(window.interval(now));
        window
    }

    /// The first slot from `at` on.
    fn earliest(&self, at: Mono) -> Mono {
        let slot = at.max(self.next);
        if self.left == 0 { slot.max(self.end) } else { slot }
    }

    fn take(&mut self, slot: Mono) {
        if slot >= self.end {
            let length = self.length.max(Duration::from_millis(1));
            let over = slot.since(self.end).as_nanos() / length.as_nanos() + 1;
            self.end = self.end.after(length.saturating_mul(u32::try_from(over).unwrap_or(u32::MAX)));
            self.left = self.limit;
        }
        self.next = slot.after(self.interval(slot));
        self.left = self.left.saturating_sub(1);
        self.last = Some(slot);
    }

    fn observe(&mut self, now: Mono, report: &Report) {
        self.heard = now;
        self.length = self.length.max(report.length);
        self.limit = report.limit.unwrap_or(self.limit.max(report.left + 1)).max(1);
        let same = SAME_END.min(self.length / 2);
        if report.end.after(same) < self.end {
            return; // of a window that has no slots left to give
        }
        let left = report.left.saturating_sub(report.ahead);
        if report.end > self.end.after(same) {
            self.end = report.end;
            self.left = left;
        } else {
            self.left = self.left.min(left);
        }
        let last = self.last.unwrap_or(now);
        self.next = last.after(self.interval(last.max(now)));
    }

    /// The time between two slots from `at` to the end.
    fn interval(&self, at: Mono) -> Duration {
        let left = u32::try_from(self.left.max(1)).unwrap_or(u32::MAX);
        self.end.since(at) / left
    }
}
