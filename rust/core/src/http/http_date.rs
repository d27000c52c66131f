//! HTTP dates (RFC 9110 section 5.6.7): its three forms, and nothing else.
//!
//! ```text
//! Sun, 06 Nov 1994 08:49:37 GMT     IMF-fixdate, the one that servers must send
//! Sunday, 06-Nov-94 08:49:37 GMT    RFC 850, obsolete
//! Sun Nov  6 08:49:37 1994          asctime, obsolete
//! ```
//!
//! Invariants: names are read in this case only, the zone is `GMT`, and nothing may stand before or after; the day
//! must be in the calendar and fall on the weekday named; a year of two digits is the one that lies at most 50 years
//! ahead of now. What is not such a date is no date at all: a wait that was guessed is worse than none.

use crate::time::calendar::Civil;
use crate::time::clock::Wall;

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A date that more years than this seem to lie ahead of is one of the past century (RFC 9110 section 5.6.7).
const FARTHEST: i64 = 50;

/// Reads an HTTP date. `now` tells the century of a year that has two digits.
#[must_use]
pub fn parse(text: &str, now: Wall) -> Option<Wall> {
    let (weekday, date) = imf_fixdate(text).or_else(|| rfc_850(text, now)).or_else(|| asctime(text))?;
    (date.exists() && date.weekday() == weekday).then(|| date.wall())
}

/// A weekday and a date that have yet to prove that they belong together.
type Claimed = (i64, Civil);

fn imf_fixdate(text: &str) -> Option<Claimed> {
    let mut rest = Rest(text);
    let weekday = rest.weekday(3)?;
    rest.literal(", ")?;
    let day = rest.digits(2)?;
    rest.literal(" ")?;
    let month = rest.month()?;
    rest.literal(" ")?;
    let year = rest.digits(4)?;
    rest.literal(" ")?;
    let (hour, minute, second) = rest.time()?;
    rest.literal(" GMT")?;
    rest.end()?;
    Some((weekday, Civil { year, month, day, hour, minute, second }))
}

fn rfc_850(text: &str, now: Wall) -> Option<Claimed> {
    let mut rest = Rest(text);
    let weekday = rest.weekday(usize::MAX)?;
    rest.literal(", ")?;
    let day = rest.digits(2)?;
    rest.literal("-")?;
    let month = rest.month()?;
    rest.literal("-")?;
    let year = rest.digits(2)?;
    rest.literal(" ")?;
    let (hour, minute, second) = rest.time()?;
    rest.literal(" GMT")?;
    rest.end()?;
    let now = Civil::of(now);
    let farthest = Civil { year: now.year + FARTHEST, ..now };
    let mut date =
        Civil { year: farthest.year - farthest.year % 100 + year, month, day, hour, minute, second };
    if date > farthest {
        date.year -= 100;
    }
    Some((weekday, date))
}

fn asctime(text: &str) -> Option<Claimed> {
    let mut rest = Rest(text);
    let weekday = rest.weekday(3)?;
    rest.literal(" ")?;
    let month = rest.month()?;
    rest.literal(" ")?;
    let day = if rest.literal(" ").is_some() { rest.digits(1)? } else { rest.digits(2)? };
    rest.literal(" ")?;
    let (hour, minute, second) = rest.time()?;
    rest.literal(" ")?;
    let year = rest.digits(4)?;
    rest.end()?;
    Some((weekday, Civil { year, month, day, hour, minute, second }))
}

/// What of a text is still to be read.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn literal(&mut self, text: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    /// A weekday's name cut to `length`: 0 for Monday.
    fn weekday(&mut self, length: usize) -> Option<i64> {
        let index = WEEKDAYS.iter().position(|name| self.literal(&name[..length.min(name.len())]).is_some());
        i64::try_from(index?).ok()
    }

    fn month(&mut self) -> Option<i64> {
        let index = MONTHS.iter().position(|name| self.literal(name).is_some());
        Some(i64::try_from(index?).ok()? + 1)
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?;
        self.0 = rest;
        number
    }

    fn time(&mut self) -> Option<(i64, i64, i64)> {
        let hour = self.digits(2)?;
        self.literal(":")?;
        let minute = self.digits(2)?;
        self.literal(":")?;
        Some((hour, minute, self.digits(2)?))
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}
