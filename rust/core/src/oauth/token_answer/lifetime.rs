//! The lifetime of a token: from its answer, or from the token itself (a JWT's `exp`), whichever ends sooner.
//!
//! Invariant: for any number that a server sends, sums of times do not overflow.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::answer_format::LifetimeUnit;
use super::{Reply, headers};
use crate::http::http_date;
use crate::time::clock::Wall;

/// The upper bound of lifetimes.
pub(super) const LONGEST_LIFETIME: Duration = Duration::from_secs(100 * 366 * 24 * 3600);

/// A number of seconds since 1970 that is larger than this is a number of milliseconds: in seconds it is the year 5138.
const EPOCH_IN_MILLISECONDS: f64 = 100_000_000_000.0;

/// What the answer says of the token's lifetime.
pub(super) enum Stated<'a> {
    /// Nothing.
    Nothing,
    /// A value, and what it is written in.
    As(&'a Value, LifetimeUnit),
}

/// The clocks that a lifetime is read against.
pub(super) struct Clocks {
    /// The answer's own `Date`.
    date: Option<Wall>,
    received: Wall,
}

impl Clocks {
    pub(super) fn of(reply: &Reply<'_>, received: Wall) -> Self {
        let date = headers(reply, "date").next().and_then(|date| http_date::parse(date, received));
        Self { date, received }
    }

    /// The server's clock, or without a `Date` this machine's.
    fn server_now(&self) -> Duration {
        since_epoch(self.date.unwrap_or(self.received))
    }
}

fn since_epoch(wall: Wall) -> Duration {
    Duration::from_millis(u64::try_from(wall.0).unwrap_or(0))
}

/// A lifetime, and the one that the answer names if the token itself ends sooner.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Lifetime {
    pub(super) life: Option<Duration>,
    pub(super) named: Option<Duration>,
}

/// The lifetime of `token`.
///
/// # Errors
/// What the value should be, if it is not that.
pub(super) fn lifetime(stated: &Stated<'_>, token: &str, clocks: &Clocks) -> Result<Lifetime, &'static str> {
    let named = match stated {
        Stated::Nothing => None,
        Stated::As(value, unit) => Some(read(value, *unit, clocks)?.min(LONGEST_LIFETIME)),
    };
    let claims = claims(token);
    let Some(named) = named else {
        let own = claims.as_ref().and_then(end_of).map(|end| end.saturating_sub(clocks.server_now()));
        return Ok(Lifetime { life: own.map(|own| own.min(LONGEST_LIFETIME)), named: None });
    };
    // Where the answer names a lifetime, the clock of this machine has no say.
    let own = claims.as_ref().and_then(|claims| {
        let end = end_of(claims)?;
        let from = match clocks.date {
            Some(date) => since_epoch(date),
            None => number(claims.get("iat")?).map(from_seconds)?,
        };
        Some(end.saturating_sub(from))
    });
    match own.filter(|own| *own < named) {
        Some(own) => Ok(Lifetime { life: Some(own), named: Some(named) }),
        None => Ok(Lifetime { life: Some(named), named: None }),
    }
}

/// The lifetime from now that a value states.
fn read(value: &Value, unit: LifetimeUnit, clocks: &Clocks) -> Result<Duration, &'static str> {
    match unit {
        LifetimeUnit::Seconds => number(value).map(from_seconds).ok_or("a number"),
        LifetimeUnit::Milliseconds => {
            number(value).map(|ms| from_seconds(ms / 1000.0)).ok_or("a number of milliseconds")
        }
        LifetimeUnit::Epoch => {
            let at = number(value).ok_or("a number of seconds since 1970")?;
            let seconds = if at > EPOCH_IN_MILLISECONDS { at / 1000.0 } else { at };
            Ok(from_seconds(seconds).saturating_sub(clocks.server_now()))
        }
        LifetimeUnit::Date => {
            let end = value.as_str().and_then(|text| date(text.trim(), clocks)).ok_or("a date")?;
            Ok(since_epoch(end).saturating_sub(clocks.server_now()))
        }
    }
}

/// RFC 3339, the same without a zone (UTC), or an HTTP date.
fn date(text: &str, clocks: &Clocks) -> Option<Wall> {
    let timestamp = text.parse::<Timestamp>().ok();
    let without_zone = || TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    let timestamp = timestamp.or_else(without_zone);
    timestamp.map(|at| Wall(at.as_millisecond())).or_else(|| http_date::parse(text, clocks.received))
}

/// A number, or a number in a text.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse::<f64>().ok().filter(|number| !number.is_nan()),
        _ => None,
    }
}

/// Negative means zero.
fn from_seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(LONGEST_LIFETIME)
}

/// The claims of a JWT (RFC 7519), unverified.
fn claims(token: &str) -> Option<Value> {
    let claims = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?).ok()
}

/// `exp` (RFC 7519 section 4.1.4), since 1970.
fn end_of(claims: &Value) -> Option<Duration> {
    number(claims.get("exp")?).map(from_seconds)
}
