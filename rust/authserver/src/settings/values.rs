//! The values settings take, as text and back.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

/// As long as the tokens of Genesys Cloud are.
pub(super) const TOKEN_BYTES: usize = 80;
/// Shorter ones could be guessed, longer ones fit no request head.
const TOKEN_BYTES_ALLOWED: RangeInclusive<usize> = 22..=16_384;

/// `N/60s`: so many requests in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests allowed; zero allows none.
    pub count: u32,
    /// Length of the window, more than zero.
    pub per: Duration,
}

/// How an answer tells the client to wait (RFC 9110, 10.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfterForm {
    /// `Retry-After: 12`
    Seconds,
    /// `Retry-After: Sun, 06 Nov 1994 08:49:37 GMT`
    Date,
    /// No header.
    Absent,
    /// `Retry-After: soon`, which no grammar knows.
    Garbage,
}

impl RetryAfterForm {
    /// Whether it tells a client anything.
    #[must_use]
    pub fn names_wait(self) -> bool {
        matches!(self, Self::Seconds | Self::Date)
    }
}

/// What goes wrong with a token request instead of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    /// An error answer with this status.
    Status(u16),
    /// No answer, ever.
    Hang,
    /// TCP reset instead of an answer.
    Reset,
    /// Headers that promise a body, half of it, and the end of the connection.
    Half,
    /// 200 with a login page.
    Html,
    /// 200 with nothing.
    Empty,
}

/// Text for `expires_in` in place of the lifetime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpiresIn {
    /// The field is left out.
    Absent,
    /// This text, put into the answer as it is.
    Raw(String),
}

impl ExpiresIn {
    /// The lifetime it tells a client, if it tells one: a number, or a number in quotes.
    #[must_use]
    pub fn announced(&self) -> Option<Duration> {
        let Self::Raw(text) = self else { return None };
        let seconds: f64 = text.trim().trim_matches('"').trim().parse().ok()?;
        if seconds.is_nan() {
            return None;
        }
        // Beyond a century is "for ever" for a server that will not run that long, and adds to a moment without overflow.
        Some(Duration::from_secs_f64(seconds.clamp(0.0, u32::MAX.into())))
    }
}

/// A duration with its unit: `300ms`, `20s`, `5m`, `24h`; a bare `0` needs none.
///
/// # Errors
/// What is wrong with the text.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let wrong =
        || format!("`{text}` is not a duration: write a number and a unit, as in 300ms, 20s, 5m or 24h");
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let millis = match unit {
        "ms" => Some(number),
        "s" => number.checked_mul(1_000),
        "m" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        _ => None,
    };
    millis.map(Duration::from_millis).ok_or_else(wrong)
}

/// The shortest text [`duration`] reads back.
#[must_use]
pub(super) fn duration_text(value: Duration) -> String {
    let millis = value.as_millis();
    if !millis.is_multiple_of(1_000) || millis == 0 {
        format!("{millis}ms")
    } else {
        format!("{}s", millis / 1_000)
    }
}

/// `true` or `false`.
///
/// # Errors
/// Anything else.
pub(super) fn flag(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| format!("`{text}` is neither true nor false"))
}

/// The length of a token's text.
///
/// # Errors
/// No number, or one that no token should have.
pub(super) fn token_bytes(text: &str) -> Result<usize, String> {
    let (least, most) = TOKEN_BYTES_ALLOWED.into_inner();
    text.parse()
        .ok()
        .filter(|length| TOKEN_BYTES_ALLOWED.contains(length))
        .ok_or_else(|| format!("`{text}` is not a number from {least} to {most}"))
}

/// A rate, or `none`.
///
/// # Errors
/// What is wrong with the text.
pub(super) fn rate(text: &str) -> Result<Option<Rate>, String> {
    if text == "none" {
        return Ok(None);
    }
    let wrong = || format!("`{text}` is not a rate: write requests and window, as in 10/60s, or none");
    let (count, per) = text.split_once('/').ok_or_else(wrong)?;
    let count = count.trim().parse().map_err(|_| wrong())?;
    let per = duration(per).map_err(|_| wrong())?;
    if per.is_zero() { Err(wrong()) } else { Ok(Some(Rate { count, per })) }
}

/// The form of `Retry-After`.
///
/// # Errors
/// The forms there are.
pub(super) fn retry_after(text: &str) -> Result<RetryAfterForm, String> {
    match text {
        "seconds" => Ok(RetryAfterForm::Seconds),
        "date" => Ok(RetryAfterForm::Date),
        "absent" => Ok(RetryAfterForm::Absent),
        "garbage" => Ok(RetryAfterForm::Garbage),
        _ => Err(format!("`{text}` is none of seconds, date, absent, garbage")),
    }
}

/// A token fault, or `none`.
///
/// # Errors
/// The faults there are.
pub(super) fn token_fault(text: &str) -> Result<Option<TokenFault>, String> {
    Ok(match text {
        "none" => None,
        "hang" => Some(TokenFault::Hang),
        "reset" => Some(TokenFault::Reset),
        "half" => Some(TokenFault::Half),
        "html" => Some(TokenFault::Html),
        "empty" => Some(TokenFault::Empty),
        _ => {
            let wrong = "none of none, status:500 (any from 400 to 599), hang, reset, half, html, empty";
            Some(TokenFault::Status(status(text).ok_or_else(|| format!("`{text}` is {wrong}"))?))
        }
    })
}

/// An API fault, or `none`: the status of every answer.
///
/// # Errors
/// The faults there are.
pub(super) fn api_fault(text: &str) -> Result<Option<u16>, String> {
    if text == "none" {
        return Ok(None);
    }
    let wrong = || format!("`{text}` is neither none nor status:503 (any from 400 to 599)");
    status(text).map(Some).ok_or_else(wrong)
}

fn status(text: &str) -> Option<u16> {
    let status = text.strip_prefix("status:")?.parse().ok()?;
    (400..=599).contains(&status).then_some(status)
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, duration_text(self.per))
    }
}

impl fmt::Display for RetryAfterForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seconds => "seconds",
            Self::Date => "date",
            Self::Absent => "absent",
            Self::Garbage => "garbage",
        })
    }
}

impl fmt::Display for TokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "status:{status}"),
            Self::Hang => f.write_str("hang"),
            Self::Reset => f.write_str("reset"),
            Self::Half => f.write_str("half"),
            Self::Html => f.write_str("html"),
            Self::Empty => f.write_str("empty"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_carry_a_unit() {
        assert_eq!(duration("300ms"), Ok(Duration::from_millis(300)));
        assert_eq!(duration("20s"), Ok(Duration::from_secs(20)));
        assert_eq!(duration("5m"), Ok(Duration::from_secs(300)));
        assert_eq!(duration("24h"), Ok(Duration::from_secs(86_400)));
        assert_eq!(duration("0"), Ok(Duration::ZERO));
        for wrong in ["", "5", "s", "-1s", "1.5s", "5 s", "99999999999999999999s", "9999999999999999999h"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        for text in ["0ms", "1500ms", "90s"] {
            assert_eq!(duration_text(duration(text).unwrap()), text);
        }
    }

    #[test]
    fn rates_and_faults_read_back_what_they_write() {
        for text in ["10/60s", "0/5s", "3/500ms"] {
            assert_eq!(rate(text).unwrap().unwrap().to_string(), text);
        }
        assert_eq!(rate("none"), Ok(None));
        for wrong in ["10", "10/0s", "10/60", "-1/60s", "x/60s"] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
        for text in ["status:500", "status:502", "status:503", "hang", "reset", "half", "html", "empty"] {
            assert_eq!(token_fault(text).unwrap().unwrap().to_string(), text);
        }
        for wrong in ["status:200", "status:", "status:600", "slow", ""] {
            assert!(token_fault(wrong).is_err() && api_fault(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_overridden_lifetime_tells_what_a_client_could_read_in_it() {
        let announced = |text: &str| ExpiresIn::Raw(text.into()).announced();
        assert_eq!(announced("3600"), Some(Duration::from_secs(3600)));
        assert_eq!(announced("\"3600\""), Some(Duration::from_secs(3600)));
        assert_eq!(announced("-5"), Some(Duration::ZERO));
        assert_eq!(announced("1e19"), announced("1e300"));
        assert!(announced("1e300").is_some_and(|long| long > Duration::from_secs(86_400 * 450)));
        assert_eq!(announced("null"), None);
        assert_eq!(announced("\"soon\""), None);
        assert_eq!(announced("NaN"), None);
        assert_eq!(ExpiresIn::Absent.announced(), None);
    }
}
