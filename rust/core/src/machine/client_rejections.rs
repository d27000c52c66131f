//! How many tokens one client may replace because of 401s.
//!
//! A client can have thousands of users with a token each. To each of them a stray 401 may be the first for a while, and
//! together they would replace tokens all the time. And when the API refuses everything, each of them sees a run of 401s.
//! Invariants:
//!
//! - A single 401 replaces a token only if fewer than [`PER_MINUTE`] were replaced within the last minute. Beyond that a
//!   credential needs a run of 401s.
//! - Beyond that, too, replacements wait for the successors of earlier ones to work: one at first, then two for each one
//!   that worked, so that a mass revocation is over in a few rounds and an API that refuses everything costs one.
//! - Where no successor works, or none is used, one more is tried at a distance that doubles.

use std::time::Duration;

use crate::time::clock::Mono;

/// A single credential reaches two by single 401s, and a few revocations of a few users stay within it.
const PER_MINUTE: usize = 4;
const MINUTE: Duration = Duration::from_secs(60);

/// A successor that was used for so long and not refused works.
const PROVING: Duration = Duration::from_secs(1);

/// What worked longer ago says nothing about now.
const CURRENT: Duration = Duration::from_secs(30);

const DISTANCE: Duration = Duration::from_secs(10);
const LONGEST_DISTANCE: Duration = Duration::from_secs(600);

/// The state.
#[derive(Debug)]
pub struct ClientRejections {
    /// When the last tokens were replaced.
    last: [Option<Mono>; PER_MINUTE],
    /// Replaced tokens whose successors have not worked yet.
    unproven: u32,
    /// How many of those there may be.
    most_unproven: u32,
    /// When a successor worked last.
    proven: Option<Mono>,
    /// When a successor was used first, since one worked or was refused.
    used: Option<Mono>,
    /// When one more is tried although none works.
    retry: Mono,
    distance: Duration,
}

impl Default for ClientRejections {
    fn default() -> Self {
        Self {
            last: [None; PER_MINUTE],
            unproven: 0,
            most_unproven: 1,
            proven: None,
            used: None,
            retry: Mono::ZERO,
            distance: DISTANCE,
        }
    }
}

impl ClientRejections {
    /// Whether a single 401 may replace a token.
    #[must_use]
    pub(crate) fn allows_single(&self, now: Mono) -> bool {
        self.last[0].is_none_or(|last| now.since(last) >= MINUTE)
    }

    /// Whether a run of 401s may.
    pub(crate) fn allows_run(&mut self, now: Mono) -> bool {
        if self.used.is_some_and(|used| now.since(used) >= PROVING) {
            self.on_all_accepted(now);
        }
        if self.proven.is_none_or(|proven| now.since(proven) >= CURRENT) {
            self.most_unproven = 1;
        }
        if self.allows_single(now) || self.unproven < self.most_unproven {
            return true;
        }
        if now < self.retry {
            return false;
        }
        (self.unproven, self.most_unproven) = (0, 1);
        self.distance = (self.distance * 2).min(LONGEST_DISTANCE);
        true
    }

    /// A token is replaced.
    pub(crate) fn on_replaced(&mut self, now: Mono) {
        self.last.rotate_left(1);
        self.last[PER_MINUTE - 1] = Some(now);
        self.unproven = self.unproven.saturating_add(1);
        self.retry = now.after(self.distance);
    }

    /// A successor was handed out for the first time.
    pub(crate) fn on_successor_used(&mut self, now: Mono) {
        self.used.get_or_insert(now);
    }

    /// A successor works.
    pub(crate) fn on_successor_accepted(&mut self, now: Mono) {
        self.unproven = self.unproven.saturating_sub(1);
        self.most_unproven = self.most_unproven.saturating_add(1);
        self.proven = Some(now);
        self.distance = DISTANCE;
    }

    /// Where failures alone are reported: those that were used and not refused.
    fn on_all_accepted(&mut self, now: Mono) {
        self.used = None;
        self.most_unproven = self.most_unproven.saturating_mul(2);
        self.unproven = 0;
        self.proven = Some(now);
        self.distance = DISTANCE;
    }

    /// The API refused a successor before it worked.
    pub(crate) fn on_successor_rejected(&mut self) {
        (self.used, self.most_unproven) = (None, 1);
    }
}
