//! HTTP dates (RFC 9110 section 5.6.7): the three forms of the standard, read by `httpdate`.
//!
//! ```text
//! Sun, 06 Nov 1994 08:49:37 GMT     IMF-fixdate, the one that servers must send
//! Sunday, 06-Nov-94 08:49:37 GMT    RFC 850, obsolete
//! Sun Nov  6 08:49:37 1994          asctime, obsolete
//! ```
//!
//! The day must be in the calendar and fall on the weekday named; there is none before 1970. Three rules are added here: no
//! white space may surround a date, a leap second is the second after it, and a year of two digits is the one that lies at
//! most 50 years ahead of now.

use std::time::SystemTime;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::time::clock::Wall;

const LEAP_SECOND: &str = "23:59:60";

/// The long names of the weekdays without their last syllable.
const WEEKDAYS: [&str; 7] = ["Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun"];

/// The begin of 2026, in seconds since 1970. A clock before it was never set: machines without a battery start in 1970.
const EARLIEST: i64 = 1_767_225_600;

/// Reads an HTTP date. `now` tells the century of a year that has two digits.
#[must_use]
pub fn parse(text: &str, now: Wall) -> Option<Wall> {
    if text.trim() != text {
        return None;
    }
    if text.contains(LEAP_SECOND) {
        let second_before = parse(&text.replacen(LEAP_SECOND, "23:59:59", 1), now)?;
        return Some(Wall(second_before.0 + 1000));
    }
    match text.split_once("day, ") {
        Some((weekday, rest)) => in_its_century(weekday, rest, now),
        None => read(text),
    }
}

/// Of an RFC 850 date, the IMF-fixdate of the hundred years around now.
fn in_its_century(weekday: &str, rest: &str, now: Wall) -> Option<Wall> {
    let parts: Vec<_> = rest.splitn(3, '-').collect();
    let [day, month, rest] = parts[..] else { return None };
    if !WEEKDAYS.contains(&weekday) || day.len() != 2 || month.len() != 3 {
        return None;
    }
    let now = TimeZone::UTC.to_datetime(Timestamp::from_second(now.0.div_euclid(1000).max(EARLIEST)).ok()?);
    let (before, last) = (now.checked_sub(50.years()).ok()?, now.checked_add(50.years()).ok()?);
    [before, last].into_iter().find_map(|end| {
        let century = end.year() / 100;
        let date = read(&format!("{}, {day} {month} {century:02}{rest}", &weekday[..3]))?;
        (date > wall(before)? && date <= wall(last)?).then_some(date)
    })
}

fn read(text: &str) -> Option<Wall> {
    let since_epoch = httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since_epoch.as_millis()).ok().map(Wall)
}

fn wall(date: DateTime) -> Option<Wall> {
    TimeZone::UTC.to_timestamp(date).ok().map(|time| Wall(time.as_millisecond()))
}
