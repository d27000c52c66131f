//! The forms in which an answer announces a wait.

use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, HeaderValue, header};

use crate::clock::{Moment, Reading};
use crate::settings::RetryAfterForm;

/// The last second that a date in a header can name: the end of the year 9999.
const LAST_DATE: u64 = 253_402_300_799;

/// A wait as an answer's headers announce it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Announcement {
    /// Value of `Retry-After`, if the form has one.
    header: Option<String>,
    /// Value of `Date`, for a form that is read against it.
    date: Option<String>,
    /// The wait of a form that clients can read: whole seconds, and the moment they end.
    pub(crate) wait: Option<(u64, Moment)>,
}

impl Announcement {
    /// Announces a wait of `remaining` from `now`, rounded up to whole seconds, at least one; a date is the first whole
    /// second at or after the end.
    pub(crate) fn new(form: RetryAfterForm, now: &Reading, remaining: Duration) -> Self {
        let seconds = whole_seconds(remaining).max(1);
        match form {
            RetryAfterForm::Seconds => Self {
                header: Some(seconds.to_string()),
                date: None,
                wait: Some((seconds, now.mono + Duration::from_secs(seconds))),
            },
            RetryAfterForm::Date => {
                let since_epoch = now.wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                let end = since_epoch.saturating_add(remaining.max(Duration::from_nanos(1)));
                let end = Duration::from_secs(whole_seconds(end).min(LAST_DATE));
                Self {
                    header: Some(httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + end)),
                    date: Some(httpdate::fmt_http_date(now.wall)),
                    wait: Some((seconds, now.mono + end.saturating_sub(since_epoch))),
                }
            }
            RetryAfterForm::Absent => Self { header: None, date: None, wait: None },
            RetryAfterForm::Garbage => Self { header: Some("soon".into()), date: None, wait: None },
        }
    }

    /// Puts the announcement into an answer's headers.
    pub(crate) fn write_to(&self, headers: &mut HeaderMap) {
        for (name, text) in [(header::RETRY_AFTER, &self.header), (header::DATE, &self.date)] {
            if let Some(value) = text.as_ref().and_then(|text| HeaderValue::from_str(text).ok()) {
                headers.insert(name, value);
            }
        }
    }
}

/// Rounds up.
pub(crate) fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1994-11-06T08:49:37.25Z
    fn now() -> Reading {
        let wall = SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_250);
        Reading { mono: Duration::from_secs(100), wall }
    }

    fn announce(form: RetryAfterForm, millis: u64) -> Announcement {
        Announcement::new(form, &now(), Duration::from_millis(millis))
    }

    #[test]
    fn seconds_are_rounded_up_and_never_zero() {
        for (millis, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2)] {
            let announcement = announce(RetryAfterForm::Seconds, millis);
            assert_eq!(announcement.header, Some(seconds.to_string()));
            assert_eq!(announcement.wait, Some((seconds, Duration::from_secs(100 + seconds))));
        }
    }

    #[test]
    fn a_date_is_the_whole_second_after_the_end_and_comes_with_the_servers_own() {
        let announcement = announce(RetryAfterForm::Date, 2_000);
        assert_eq!(announcement.header.as_deref(), Some("Sun, 06 Nov 1994 08:49:40 GMT"));
        assert_eq!(announcement.date.as_deref(), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
        assert_eq!(
            announcement.wait,
            Some((2, Duration::from_millis(102_750))),
            "the date itself, not the rest"
        );
        let soonest = announce(RetryAfterForm::Date, 0);
        assert_eq!(soonest.header.as_deref(), Some("Sun, 06 Nov 1994 08:49:38 GMT"));
        let latest = announce(RetryAfterForm::Date, u64::MAX);
        assert_eq!(latest.header.as_deref(), Some("Fri, 31 Dec 9999 23:59:59 GMT"));
    }

    #[test]
    fn absent_and_garbage_announce_nothing() {
        for (form, header) in [(RetryAfterForm::Absent, None), (RetryAfterForm::Garbage, Some("soon"))] {
            let announcement = announce(form, 5_000);
            assert_eq!(announcement.header.as_deref(), header);
            assert_eq!(announcement.wait, None);
        }
    }
}
