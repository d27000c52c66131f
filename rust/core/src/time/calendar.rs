//! The Gregorian calendar in UTC: a point of wall-clock time as year, month and day, and back.
//!
//! Dates are read from servers ([`crate::http::http_date`]) and shown to people; nothing is decided by them. Invariant:
//! [`Civil::wall`] and [`Civil::of`] undo each other for every second of the years 0 to 9999.

use std::fmt;

use crate::time::clock::Wall;

/// A second in UTC, as a calendar shows it. In the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// The year, from 0.
    pub year: i64,
    /// 1 for January.
    pub month: i64,
    /// From 1.
    pub day: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
    /// 0 to 59, or 60 in a leap second.
    pub second: i64,
}

const DAY: i64 = 86_400;
/// Days in 400 years, after which the calendar repeats, weekdays included.
const ERA: i64 = 146_097;
/// From 1 March of the year 0 to 1 January 1970.
const EPOCH: i64 = 719_468;

impl Civil {
    /// The first second that [`Civil`] tells apart from those before it: 0000-01-01T00:00:00Z.
    const FIRST: i64 = -62_167_219_200;
    /// The last: 9999-12-31T23:59:59Z. Four digits are all that HTTP and RFC 3339 have for a year.
    const LAST: i64 = 253_402_300_799;

    /// The second that `wall` lies in; the first or last there is if it lies beyond.
    #[must_use]
    pub fn of(wall: Wall) -> Self {
        let seconds = wall.0.div_euclid(1000).clamp(Self::FIRST, Self::LAST);
        // Years that begin in March end with the leap day, so that months have lengths of their own.
        let days = seconds.div_euclid(DAY) + EPOCH;
        let (era, day_of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / (ERA - 1)) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let of_day = seconds.rem_euclid(DAY);
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * from_march + 2) / 5 + 1,
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
        }
    }

    /// When it is. A leap second is the second after it.
    #[must_use]
    pub fn wall(&self) -> Wall {
        Wall(((self.days() * DAY) + self.hour * 3600 + self.minute * 60 + self.second) * 1000)
    }

    /// The weekday: 0 for Monday.
    #[must_use]
    pub fn weekday(&self) -> i64 {
        (self.days() + 3).rem_euclid(7) // 1 January 1970 was a Thursday
    }

    /// Whether the calendar has such a second: no 30 February, and a leap second only where they are put in, at the
    /// end of a day.
    #[must_use]
    pub fn exists(&self) -> bool {
        let time = self.hour < 24 && self.minute < 60 && self.second < 60
            || (self.hour, self.minute, self.second) == (23, 59, 60);
        time && (1..=12).contains(&self.month) && (1..=self.days_of_month()).contains(&self.day)
    }

    fn days_of_month(&self) -> i64 {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        match self.month {
            4 | 6 | 9 | 11 => 30,
            2 => 28 + i64::from(leap),
            _ => 31,
        }
    }

    /// Days since the Unix epoch.
    fn days(&self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let from_march = if self.month > 2 { self.month - 3 } else { self.month + 9 };
        let day_of_year = (153 * from_march + 2) / 5 + self.day - 1;
        era * ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH
    }
}

/// As RFC 3339 writes it: `2026-11-20T10:02:17Z`.
impl fmt::Display for Civil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_years_are_where_they_should_be() {
        for (seconds, shown) in [
            (0, "1970-01-01T00:00:00Z"),
            (784_111_777, "1994-11-06T08:49:37Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_795_168_937, "2026-11-20T10:02:17Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (Civil::FIRST, "0000-01-01T00:00:00Z"),
            (Civil::LAST, "9999-12-31T23:59:59Z"),
        ] {
            let civil = Civil::of(Wall(seconds * 1000));
            assert_eq!((civil.to_string().as_str(), civil.wall().0), (shown, seconds * 1000));
            assert!(civil.exists());
        }
        assert_eq!(Civil::of(Wall(i64::MAX)).year, 9999);
        assert_eq!(Civil::of(Wall(i64::MIN)).year, 0);
        assert_eq!(Civil::of(Wall(1_999)).second, 1, "cut, not rounded");
    }

    #[test]
    fn four_hundred_years_of_days_follow_one_another() {
        let mut before = Civil::of(Wall(-86_400_000));
        for day in 0..ERA {
            let civil = Civil::of(Wall(day * 86_400_000));
            assert_eq!(civil.wall().0, day * 86_400_000);
            assert!(civil > before && civil.exists(), "{civil}");
            assert_eq!(civil.weekday(), (before.weekday() + 1) % 7, "{civil}");
            before = civil;
        }
        assert_eq!(before.year, 2369);
    }

    #[test]
    fn what_no_calendar_has_does_not_exist() {
        let day = |year, month, day| Civil { year, month, day, hour: 0, minute: 0, second: 0 }.exists();
        assert!(day(2000, 2, 29) && day(2024, 2, 29) && !day(1900, 2, 29) && !day(2026, 2, 29));
        assert!(!day(2026, 2, 31) && !day(2026, 4, 31) && !day(2026, 1, 32) && !day(2026, 1, 0));
        assert!(!day(2026, 0, 1) && !day(2026, 13, 1));
        let time =
            |hour, minute, second| Civil { year: 2016, month: 12, day: 31, hour, minute, second }.exists();
        assert!(time(23, 59, 60) && time(23, 59, 59));
        assert!(!time(23, 58, 60) && !time(22, 59, 60) && !time(23, 60, 0) && !time(24, 0, 0));
    }
}
