//! The wait that a server names: `Retry-After` (RFC 9110 section 10.2.3), in seconds or as a date; `retry-after-ms` and
//! `x-ms-retry-after-ms`, in milliseconds.
//!
//! Every form of [`time_value`](crate::http::time_value) is read in each, because servers write them. Invariants: a wait is
//! rounded up, of several the longest counts, only what names no time is no wait, and no wait is longer than [`LONGEST`].

use std::time::Duration;

use crate::http::http_date;
use crate::http::time_value::{Number, TimeValue, values};
use crate::time::clock::{Context, Wall};

/// A year. A longer wait is shortened to it.
pub const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// A wait that a server named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter {
    /// From when the answer was received.
    pub wait: Duration,
    /// Whether it was a date, which is exact to the second only.
    pub dated: bool,
}

impl RetryAfter {
    /// Upper bound of the slack that keeps clients from returning together.
    const MAX_SLACK: Duration = Duration::from_secs(5);
    /// A date is truncated to whole seconds twice: in the header and in the `Date` it is compared with.
    pub(crate) const DATE_SLACK: Duration = Duration::from_secs(1);

    /// The wait that an answer's headers name.
    ///
    /// Dates are read against the answer's own `Date`, so that a wrong local clock does not matter; without one against
    /// `received`. A wait of zero, or a date that has passed, names no wait.
    #[must_use]
    pub fn of(headers: &[(String, String)], received: Wall) -> Option<Self> {
        let named = headers.iter().filter_map(|(name, value)| Some((unit(name)?, value)));
        // Nearly every answer names none: its date is not read.
        let mut server_now = None;
        let named = named.filter_map(|(unit, value)| {
            let now = *server_now.get_or_insert_with(|| server_time(headers, received));
            values(value, now).filter_map(|value| Self::until(value, unit, now)).max_by_key(|read| read.wait)
        });
        named.max_by_key(|read| read.wait)
    }

    /// The wait that a value is, `None` if it is over.
    pub(crate) fn until(value: TimeValue, unit: fn(Number) -> Duration, server_now: Wall) -> Option<Self> {
        let (wait, dated) = match value {
            TimeValue::Number(number) => (unit(number), false),
            TimeValue::Duration(duration) => (duration, false),
            TimeValue::Date(date) => {
                let ahead = u64::try_from(date.0.saturating_sub(server_now.0)).unwrap_or(0);
                (Duration::from_millis(ahead), true)
            }
        };
        (!wait.is_zero()).then(|| Self { dated, ..Self::bounded(wait) })
    }

    /// A wait of a number or a duration.
    pub(crate) fn bounded(wait: Duration) -> Self {
        Self { wait: wait.min(LONGEST), dated: false }
    }

    /// Whether the server named more than a year, of which the year is kept.
    #[must_use]
    pub fn is_bounded(self) -> bool {
        self.wait >= LONGEST
    }

    /// The wait to obey: the named wait plus a random slack up to min(10 %, 5 s), plus one second for dates.
    pub fn observed(&self, ctx: &mut Context<'_>) -> Duration {
        let slack = ctx.between(Duration::ZERO, (self.wait / 10).min(Self::MAX_SLACK));
        let dated = if self.dated { Self::DATE_SLACK } else { Duration::ZERO };
        self.wait.saturating_add(slack).saturating_add(dated)
    }
}

/// The server's time, by its answer's `Date`; without one, the local time of receipt.
pub(crate) fn server_time(headers: &[(String, String)], received: Wall) -> Wall {
    let date = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("date"));
    date.and_then(|(_, date)| http_date::parse(date.trim_matches([' ', '\t']), received)).unwrap_or(received)
}

/// The unit of the numbers in this header, if it names a wait.
fn unit(name: &str) -> Option<fn(Number) -> Duration> {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    if is("retry-after") {
        Some(whole_seconds)
    } else if is("retry-after-ms") || is("x-ms-retry-after-ms") {
        Some(Number::millis)
    } else {
        None
    }
}

/// Delta-seconds are whole: a fraction is a server's way to count, and its end is not to be met to the millisecond.
fn whole_seconds(number: Number) -> Duration {
    Duration::from_secs(number.seconds().as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX))
}
