//! Pacing: threads spread what remains of an API's quotas over the time to the reset (`pacing=rate_headers`).
//!
//! Each request gets a slot, as in the generic cell rate algorithm (ITU-T I.371), whose interval is not fixed but the time
//! to the reset by what remains. Slots are given in windows that an answer told of, and in no other: how long the next
//! window is and how much it allows is not known before an answer of it. So at the end of a window one request goes first,
//! and the others wait for its answer. Invariants: in a window there are no more slots than requests remain; an API that
//! reports no quota delays nobody but at its first request, and then for [`FIRST_ANSWER`] at most.

use std::collections::VecDeque;
use std::time::Duration;

use crate::http::rate_headers::{Quota, Unit};
use crate::time::clock::Mono;

/// How long other threads wait for the first answer of a window, before another is sent.
pub const FIRST_ANSWER: Duration = Duration::from_secs(1);
/// How soon they look again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// A reset is told in whole seconds, cut off by many servers.
const WHOLE_SECONDS: Duration = Duration::from_secs(1);
/// An answer that names an end so much later is of the next window: a reset is told up to 2 s late, in whole seconds and
/// never as zero.
const LATER_END: Duration = Duration::from_millis(2500);
/// So many answers after its end that do not name a quota end it. One may be an error of a gateway, which names none.
const UNNAMED: u8 = 3;
/// A request without an answer for so long will have none that is told.
const LOST: Duration = Duration::from_secs(10);
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
    /// Slots that lie ahead or have no answer yet: the server may not have counted them.
    slots: VecDeque<Mono>,
    /// When the request was sent whose answer is to tell of a window.
    first: Option<Mono>,
    answered: bool,
}

impl Pacer {
    pub(super) fn is_in_use(&self) -> bool {
        self.answered || self.first.is_some()
    }

    /// Gives the next slot, no earlier than `from`.
    pub(super) fn take(&mut self, now: Mono, from: Mono) -> Pace {
        while self.slots.front().is_some_and(|slot| slot.after(LOST) <= now) {
            self.slots.pop_front();
        }
        let mut slot = from.max(now);
        // The slot of one window may lie where another has none: twice round is enough, since each only moves it later.
        for _ in 0..2 {
            slot = self.windows.iter().map(|window| window.earliest(now, slot)).max().unwrap_or(slot);
        }
        if let Some(end) = self.windows.iter().map(|window| window.end).filter(|end| *end > now).min()
            && slot >= end
        {
            return Pace::AskAgain(end.since(now));
        }
        if self.windows.iter().any(|window| window.end <= now) || !self.answered {
            match self.first {
                Some(first) if now < first.after(FIRST_ANSWER) => {
                    return Pace::AskAgain(first.since(now).max(LOOK_AGAIN));
                }
                Some(_) if self.windows.is_empty() => self.answered = true, // nobody tells answers
                _ => self.first = Some(slot),
            }
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
        if self.slots.front().is_some_and(|slot| *slot <= now) {
            self.slots.pop_front();
        }
        let mut heard = [false; MOST_QUOTAS];
        for quota in quotas {
            let Some(remaining) = quota.remaining else { continue };
            let wait = quota.reset.wait(unit);
            let is_cut_off = wait.dated || wait.wait.subsec_nanos() == 0;
            let length = wait.wait.saturating_add(if is_cut_off { WHOLE_SECONDS } else { Duration::ZERO });
            let end = now.after(length);
            let given = self.slots.iter().filter(|slot| **slot < end).count();
            let left = remaining.floor().saturating_sub(u64::try_from(given).unwrap_or(u64::MAX));
            let known = self.windows.iter().position(|window| window.name == quota.name);
            let at = known.unwrap_or(self.windows.len());
            if let Some(window) = self.windows.get_mut(at) {
                window.observe(now, end, left);
            } else if at < MOST_QUOTAS {
                self.windows.push(Window::new(quota.name.clone(), now, end, left));
            }
            if let Some(heard) = heard.get_mut(at) {
                *heard = true;
            }
        }
        for (window, heard) in self.windows.iter_mut().zip(heard) {
            let is_missing = window.end <= now && !heard;
            window.unnamed = if is_missing { window.unnamed.saturating_add(1) } else { 0 };
        }
        self.windows.retain(|window| window.unnamed < UNNAMED);
        self.first = None;
    }
}

/// The window of a quota that an answer told of last.
#[derive(Debug)]
struct Window {
    name: Box<str>,
    /// No earlier than its end at the server.
    end: Mono,
    /// When an answer told of it first.
    begin: Mono,
    /// Slots that may still be given.
    left: u64,
    /// The last slot that was given.
    last: Mono,
    /// The earliest that comes next.
    next: Mono,
    /// Answers after its end, one after the other, that did not name the quota.
    unnamed: u8,
}

impl Window {
    fn new(name: Box<str>, now: Mono, end: Mono, left: u64) -> Self {
        let mut window = Self { name, end, begin: now, left, last: now, next: now, unnamed: 0 };
        window.next = now.after(window.interval(now));
        window
    }

    /// The first slot from `at` on.
    fn earliest(&self, now: Mono, at: Mono) -> Mono {
        if self.end <= now {
            return at;
        }
        let slot = at.max(self.next);
        if self.left == 0 { slot.max(self.end) } else { slot }
    }

    fn take(&mut self, slot: Mono) {
        self.left = self.left.saturating_sub(1);
        self.last = slot;
        self.next = slot.after(self.interval(slot));
    }

    fn observe(&mut self, now: Mono, end: Mono, left: u64) {
        let length = self.end.since(self.begin);
        if end > self.end.after(LATER_END.min(length / 2)) {
            (self.begin, self.end, self.left) = (now, end, left);
        } else if end.after(length / 2) > self.end {
            self.end = self.end.min(end);
            self.left = self.left.min(left);
        } // else of the window before
        self.next = self.last.after(self.interval(self.last.max(now)));
    }

    /// The time between two slots, if what is left is spread from `at` to the end: the last is as far from the end.
    fn interval(&self, at: Mono) -> Duration {
        self.end.since(at) / u32::try_from(self.left.saturating_add(1)).unwrap_or(u32::MAX)
    }
}
