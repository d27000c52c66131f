//! One value of a header that is about time, in any of the forms that servers write.
//!
//! ```text
//! 120   2.0   299.997              a number: the header says of which unit
//! 1795168860   1795168860.85       a date: seconds since the epoch
//! 1795168860000                    the same in milliseconds
//! Sun, 06 Nov 1994 08:49:37 GMT    an HTTP date, or one of RFC 5322
//! 2026-11-20T10:01:00Z             a date of RFC 3339
//! 1m30s   6m0s   PT1M30S   20 ms   a duration
//! 120, 120                         a list of these
//! ```
//!
//! Invariant: fractions are rounded up, so that no wait ends early. Negative numbers and durations are no values.

use std::ops::Range;
use std::time::Duration;

use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::http::http_date;
use crate::time::clock::Wall;

/// Numbers that are dates in seconds since the epoch (2001 to 2286), and those that are dates in milliseconds. Both are
/// longer than any wait.
const EPOCH_SECONDS: Range<u64> = 1_000_000_000..10_000_000_000;
const EPOCH_MILLIS: Range<u64> = 1_000_000_000_000..10_000_000_000_000;

/// Longer texts are no values.
const LONGEST_TEXT: usize = 80;

/// Most members of a list that are looked at.
const MOST_MEMBERS: usize = 16;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A number with three decimals, rounded up. Its unit is the header's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    thousandths: u64,
}

impl Number {
    /// A whole number.
    #[must_use]
    pub const fn whole(number: u64) -> Self {
        Self { thousandths: number.saturating_mul(1000) }
    }

    /// Reads digits with a decimal point, an exponent or neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_of_a_number = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
        if !text.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '+')
            || !text.bytes().all(is_of_a_number)
        {
            return None;
        }
        if let Ok(whole) = text.parse::<u64>() {
            return Some(Self::whole(whole));
        }
        // The error of a double is below a thousandth up to 2^42; readers bound larger numbers.
        let number: f64 = text.parse().ok()?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // casts of floats saturate
        let thousandths = (number * 1000.0 - 1e-6).ceil() as u64;
        Some(Self { thousandths })
    }

    /// As seconds.
    #[must_use]
    pub const fn seconds(self) -> Duration {
        Duration::from_millis(self.thousandths)
    }

    /// As milliseconds, rounded up.
    #[must_use]
    pub const fn millis(self) -> Duration {
        Duration::from_millis(self.thousandths.div_ceil(1000))
    }

    /// Whether less than one is left.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        self.thousandths < 1000
    }

    /// The whole part.
    #[must_use]
    pub const fn floor(self) -> u64 {
        self.thousandths / 1000
    }

    /// The date that the number is, if it is one by its size.
    fn date(self) -> Option<Wall> {
        let number = self.floor();
        let millis = if EPOCH_SECONDS.contains(&number) {
            self.thousandths
        } else if EPOCH_MILLIS.contains(&number) {
            self.thousandths.div_ceil(1000)
        } else {
            return None;
        };
        i64::try_from(millis).ok().map(Wall)
    }
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeValue {
    /// A number that is no date.
    Number(Number),
    /// A date.
    Date(Wall),
    /// A duration that names its unit.
    Duration(Duration),
}

/// The values in a field, one or a list. `now` is the server's time, to which a year of two digits and a month of a
/// duration refer.
pub fn values(field: &str, now: Wall) -> impl Iterator<Item = TimeValue> {
    let whole = value(field, now);
    let members = whole.is_none().then(|| members(field)).into_iter().flatten();
    whole.into_iter().chain(members.filter_map(move |member| value(member, now)))
}

/// The members of a list. A date of HTTP has a comma within.
fn members(field: &str) -> impl Iterator<Item = &str> {
    let mut rest = field;
    let member = move || {
        if rest.is_empty() {
            return None;
        }
        let separators = [',', ';'];
        let mut end = rest.find(separators).unwrap_or(rest.len());
        let is_weekday = |text: &str| WEEKDAYS.iter().any(|day| text.trim().starts_with(day));
        if rest.get(..end).is_some_and(is_weekday) {
            end = rest
                .get(end + 1..)
                .and_then(|more| more.find(separators))
                .map_or(rest.len(), |at| end + 1 + at);
        }
        let (member, more) = rest.split_at(end);
        rest = more.get(1..).unwrap_or_default();
        Some(member)
    };
    std::iter::from_fn(member).take(MOST_MEMBERS)
}

fn value(text: &str, now: Wall) -> Option<TimeValue> {
    let text = text.trim_matches([' ', '\t', '"']);
    if text.is_empty() || text.len() > LONGEST_TEXT {
        return None;
    }
    if let Some(number) = Number::parse(text) {
        return Some(number.date().map_or(TimeValue::Number(number), TimeValue::Date));
    }
    date(text, now).map(TimeValue::Date).or_else(|| duration(text, now).map(TimeValue::Duration))
}

fn date(text: &str, now: Wall) -> Option<Wall> {
    let rfc_3339 = || text.parse::<Timestamp>().ok();
    let rfc_5322 = || rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
    http_date::parse(text, now).or_else(|| {
        let date = rfc_3339().or_else(rfc_5322)?;
        let begun = i64::from(date.subsec_nanosecond().rem_euclid(1_000_000) > 0);
        Some(Wall(date.as_millisecond().saturating_add(begun)))
    })
}

fn duration(text: &str, now: Wall) -> Option<Duration> {
    let span: Span = text.parse().ok()?;
    let from = TimeZone::UTC.to_datetime(Timestamp::from_millisecond(now.0).ok()?);
    let duration = Duration::try_from(span.to_duration(from).ok()?).ok()?;
    let millis = u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
    Some(Duration::from_millis(millis))
}
