//! The unit of resets that are bare numbers, learned from how a server counts them down: 2 s later one of seconds is 2
//! smaller, one of milliseconds 2000.
//!
//! Invariants: no unit is learned from a number that stands still or grows; it takes two agreeing observations with none
//! that disagrees between, or one over [`LONG`].

use std::time::Duration;

use crate::http::rate_headers::{Quota, Reset, Unit};
use crate::http::time_value::Number;
use crate::time::clock::Mono;

/// Between two observations of milliseconds; a shorter time says too little.
const SHORT: Duration = Duration::from_millis(500);
/// Between two of seconds, which are whole.
const WHOLE_SECONDS: Duration = Duration::from_secs(2);
/// After so long one observation is enough.
const LONG: Duration = Duration::from_secs(10);
/// Most quotas whose numbers are remembered.
const MOST_QUOTAS: usize = 8;

/// What is known of the unit.
#[derive(Debug, Default)]
pub(super) struct ResetUnit {
    known: Option<Unit>,
    /// The last observation and how many agreed with it.
    candidate: Option<(Unit, u8)>,
    last: Vec<(Box<str>, Number, Mono)>,
}

impl ResetUnit {
    pub(super) fn known(&self) -> Option<Unit> {
        self.known
    }

    /// Whether the next answers are to be looked at, because a number was in doubt.
    pub(super) fn is_wanted(&self) -> bool {
        self.known.is_none() && self.last.iter().any(|(_, number, _)| Reset::is_doubtful(*number))
    }

    /// Takes note of the numbers of an answer. Whether the unit is known since.
    pub(super) fn observe(&mut self, now: Mono, quotas: &[Quota]) -> bool {
        if self.known.is_some() {
            return false;
        }
        for quota in quotas {
            if let Reset::Bare(number) = quota.reset {
                self.observe_one(now, &quota.name, number);
            }
        }
        self.known.is_some()
    }

    fn observe_one(&mut self, now: Mono, name: &str, number: Number) {
        let Some((_, before, at)) = self.last.iter_mut().find(|(known, ..)| **known == *name) else {
            if self.last.len() < MOST_QUOTAS {
                self.last.push((name.into(), number, now));
            }
            return;
        };
        let (passed, was) = (now.since(*at), *before);
        let unit = counted_down(was, number, passed);
        if unit.is_some() || number > was || passed > LONG {
            (*before, *at) = (number, now);
        }
        let Some(unit) = unit else { return };
        let agreeing =
            self.candidate.filter(|(candidate, _)| *candidate == unit).map_or(0, |(_, count)| count) + 1;
        self.candidate = Some((unit, agreeing));
        if agreeing > 1 || passed >= LONG {
            self.known = Some(unit);
            self.last.clear();
        }
    }
}

/// The unit in which a number became that much smaller in that time.
fn counted_down(was: Number, is: Number, passed: Duration) -> Option<Unit> {
    let seconds = was.seconds().checked_sub(is.seconds())?;
    let millis = was.millis().saturating_sub(is.millis());
    let is_near = |counted: Duration, slack: Duration| counted.abs_diff(passed) <= slack + passed / 5;
    if passed >= SHORT && is_near(millis, SHORT / 5) {
        Some(Unit::Millis)
    } else if passed >= WHOLE_SECONDS && is_near(seconds, Duration::from_secs(1)) {
        Some(Unit::Seconds)
    } else {
        None
    }
}
