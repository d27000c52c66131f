//! What is remembered of the 401s to the tokens of one credential.
//!
//! Invariants: a run is the 401s to one token since it was last acquitted; a run is certain only if chance can't explain it.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Report, Verdict};
use crate::time::clock::Mono;

/// At first. Where half of the requests are refused, 16 in a row come once in three minutes at 400 a second, and where a
/// third are, once in a day.
pub(super) const CERTAIN: u32 = 16;

/// At most. At 400 requests a second, 64 refused ones are 160 ms.
pub(super) const MOST_CERTAIN: u32 = 64;

/// Where only failures are reported, successes in between are not seen; then so many within [`DENSE`] are a run. Stray
/// 401s are that dense only from 64 a second on.
pub(super) const CERTAIN_UNSEEN: u32 = 32;
pub(super) const DENSE: Duration = Duration::from_millis(500);

/// Between the first two replacements. It doubles.
pub(super) const DISTANCE: Duration = Duration::from_secs(10);

/// What is remembered of 401s.
#[derive(Debug)]
pub(super) struct Memory {
    /// When the last one came, to any token of the credential.
    pub(super) last: Mono,
    pub(super) run: Run,
    /// Rule 2 was met before the token had worked.
    pub(super) tripped: bool,
    /// The token in service was refused before.
    pub(super) refused: bool,
    /// [`Verdict::Keep`] was given for the token in service.
    pub(super) kept: bool,
    /// How long a run must be for rule 2.
    pub(super) certain: u32,
    /// From the next replacement to the one after it, by rule 3.
    pub(super) distance: Duration,
    pub(super) not_before: Mono,
    /// When the last request was sent whose 200 acquitted the token in service.
    pub(super) good_at: Mono,
    /// When the last 401s came, the newest first, while no 200 was told.
    pub(super) recent: VecDeque<Mono>,
}

/// The 401s to the token in service since it was last acquitted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run {
    pub(super) length: u32,
    pub(super) first: Mono,
    /// No 401 had come for a while before the first.
    pub(super) quiet_before: bool,
    /// Those to requests that were sent after the token request in flight.
    pub(super) since_asked: u32,
}

impl Run {
    pub(super) fn add(&mut self, now: Mono, quiet: bool) {
        if self.length == 0 {
            (self.first, self.quiet_before) = (now, quiet);
        }
        self.length = self.length.saturating_add(1);
    }
}

impl Memory {
    pub(super) fn begun(now: Mono) -> Self {
        Self {
            last: now,
            run: Run::default(),
            tripped: false,
            refused: false,
            kept: false,
            certain: CERTAIN,
            distance: DISTANCE,
            not_before: Mono::ZERO,
            good_at: Mono::ZERO,
            recent: VecDeque::new(),
        }
    }

    pub(super) fn count(&mut self, report: Report, quiet: bool, asked: Option<Mono>, saw_200: bool) {
        self.run.add(report.now, quiet);
        self.run.since_asked += u32::from(asked.is_some_and(|asked| report.sent >= asked));
        if !saw_200 {
            self.recent.truncate(MOST_CERTAIN as usize - 1);
            self.recent.push_front(report.now);
        }
    }

    /// Whether chance can't explain the run.
    pub(super) fn is_certain(&self, now: Mono, saw_200: bool) -> bool {
        if saw_200 {
            return self.run.length >= self.certain;
        }
        let nth = self.certain.max(CERTAIN_UNSEEN) as usize - 1;
        self.run.length as usize > nth && self.recent.get(nth).is_some_and(|at| now.since(*at) <= DENSE)
    }

    pub(super) fn keep(&mut self, now: Mono) -> Verdict {
        if std::mem::replace(&mut self.kept, true) {
            return Verdict::Ignore;
        }
        Verdict::Keep { wait: self.not_before.since(now) }
    }
}
