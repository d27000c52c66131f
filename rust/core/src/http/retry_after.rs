//! `Retry-After` (RFC 9110 section 10.2.3): delta-seconds or an HTTP date, and nothing else.
//!
//! A sign, a decimal point, a unit or any other junk makes the value unreadable, and an unreadable value is
//! treated as absent: guessing short is how clients get suspended, guessing long is how runs are lost.

use std::time::Duration;

use crate::http::http_date;
use crate::time::clock::{Context, Wall};

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

    /// Parses the header's values. The longest of several valid ones counts, to be safe.
    ///
    /// Dates are read against `date`, the answer's own `Date` header, so that a wrong local clock does not
    /// matter; without one against `received`. A wait of zero, or a date that has passed, names no wait.
    #[must_use]
    pub fn read<'a>(
        values: impl IntoIterator<Item = &'a str>,
        date: Option<&str>,
        received: Wall,
    ) -> Option<Self> {
        let server_now = date.and_then(|date| http_date::parse(date, received)).unwrap_or(received);
        values
            .into_iter()
            .filter_map(|value| Self::read_one(value.trim_matches([' ', '\t']), server_now))
            .filter(|read| !read.wait.is_zero())
            .max_by_key(|read| read.wait)
    }

    fn read_one(value: &str, server_now: Wall) -> Option<Self> {
        if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
            let seconds = value.parse().unwrap_or(u64::MAX);
            return Some(Self { wait: Duration::from_secs(seconds), dated: false });
        }
        let ahead = http_date::parse(value, server_now)?.0.saturating_sub(server_now.0);
        Some(Self { wait: Duration::from_millis(u64::try_from(ahead).unwrap_or(0)), dated: true })
    }

    /// The wait to obey: the named wait plus a random slack up to min(10 %, 5 s), plus one second for dates.
    pub fn observed(&self, ctx: &mut Context<'_>) -> Duration {
        let slack = ctx.between(Duration::ZERO, (self.wait / 10).min(Self::MAX_SLACK));
        let dated = if self.dated { Self::DATE_SLACK } else { Duration::ZERO };
        self.wait.saturating_add(slack).saturating_add(dated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Sun, 06 Nov 1994 08:49:00 GMT";

    fn read(value: &str) -> Option<(u64, bool)> {
        RetryAfter::read([value], Some(DATE), Wall(0)).map(|r| (r.wait.as_secs(), r.dated))
    }

    #[test]
    fn delta_seconds_and_the_three_date_forms_are_read() {
        assert_eq!(read("120"), Some((120, false)));
        assert_eq!(read(" 7\t"), Some((7, false)));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some((37, true)));
        assert_eq!(read("Sunday, 06-Nov-94 08:49:37 GMT"), Some((37, true)));
        assert_eq!(read("Sun Nov  6 08:49:37 1994"), Some((37, true)));
    }

    #[test]
    fn nothing_lax_is_read() {
        for junk in [
            "",
            "soon",
            "-1",
            "+5",
            "1.5",
            "1e3",
            "10s",
            "10 20",
            "0x10",
            "5,6",
            "5;",
            "\"5\"",
            "1_0",
            "٣",
            "Sun, 06 Nov",
            "\n5",
            "5\n",
            "\u{a0}5",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Mon, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(read(junk), None, "{junk:?}");
        }
    }

    #[test]
    fn zero_and_the_past_name_no_wait_and_overflow_saturates() {
        assert_eq!(read("0"), None);
        assert_eq!(read("000"), None);
        assert_eq!(read("Sun, 06 Nov 1994 08:49:00 GMT"), None);
        assert_eq!(read("Sun, 06 Nov 1994 08:48:00 GMT"), None);
        assert_eq!(read("99999999999999999999999999"), Some((u64::MAX, false)));
        assert_eq!(read("Fri, 31 Dec 9999 23:59:59 GMT"), Some((252_618_189_059, true)));
        assert_eq!(read("Sat, 01 Jan 0000 00:00:00 GMT"), None);
        let early = RetryAfter::read(["Fri, 31 Dec 9999 23:59:59 GMT"], None, Wall(i64::MIN));
        assert!(early.is_some_and(|read| read.wait > Duration::from_secs(252_618_189_059)));
    }

    #[test]
    fn of_several_the_longest_counts() {
        let both = RetryAfter::read(["3", "junk", "30"], None, Wall(0));
        assert_eq!(both, Some(RetryAfter { wait: Duration::from_secs(30), dated: false }));
        let other = RetryAfter::read(["Sun, 06 Nov 1994 08:50:00 GMT", "59"], Some(DATE), Wall(0));
        assert_eq!(other, Some(RetryAfter { wait: Duration::from_secs(60), dated: true }));
    }

    #[test]
    fn a_year_of_two_digits_is_read_against_the_servers_date() {
        let read = |date| {
            RetryAfter::read(["Sunday, 06-Nov-94 08:49:37 GMT"], Some(date), Wall(0))
                .map(|r| r.wait.as_secs())
        };
        assert_eq!(read(DATE), Some(37));
        assert_eq!(read("Sun, 22 Nov 2026 00:00:00 GMT"), None, "1994, not 2094");
        let new_year = RetryAfter::read(
            ["Wednesday, 01-Jan-70 00:00:00 GMT"],
            Some("Tue, 31 Dec 2069 23:59:00 GMT"),
            Wall(0),
        );
        assert_eq!(new_year.map(|r| r.wait.as_secs()), Some(60), "2070, not 1970");
    }

    #[test]
    fn without_a_date_header_a_date_is_read_against_the_local_clock() {
        let read = RetryAfter::read(["Thu, 01 Jan 1970 00:01:00 GMT"], None, Wall(50_000));
        assert_eq!(read, Some(RetryAfter { wait: Duration::from_secs(10), dated: true }));
    }
}
