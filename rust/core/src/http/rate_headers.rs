//! Rate headers: what an API reports about its quotas before it refuses a request.
//!
//! These are read, in any mixture:
//!
//! ```text
//! RateLimit: "default";r=0;t=30                          the IETF draft "RateLimit header fields for HTTP", as it is now
//! RateLimit: limit=100, remaining=0, reset=30            the same, draft 07
//! RateLimit-Remaining: 0     RateLimit-Reset: 30         the same, drafts 03 to 06
//! X-RateLimit-Remaining: 0   X-RateLimit-Reset: 30       custom; X-Rate-Limit-… too
//! inin-ratelimit-count: 300  inin-ratelimit-allowed: 300  inin-ratelimit-reset: 30          Genesys Cloud
//! ```
//!
//! `RateLimit-Policy` and the `…-Limit` fields describe quotas but not their current state: they are not read.
//! Invariants: a quota counts only if it has both zero remaining and a reset; malformed values are ignored, and a
//! structured field (RFC 9651) with one malformed member is malformed as a whole; no wait is longer than [`LONGEST`].

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::http::http_date;
use crate::http::retry_after::RetryAfter;
use crate::time::clock::Wall;

/// A year, in seconds. Longer resets are ignored.
const LONGEST: u64 = 366 * 24 * 3600;

/// A reset of ten digits is a date in seconds since the epoch (2001 to 2286), one of thirteen digits in milliseconds. Both
/// are longer than any wait.
const EPOCH_SECONDS: RangeInclusive<u64> = 1_000_000_000..=9_999_999_999;
const EPOCH_MILLIS: RangeInclusive<u64> = 1_000_000_000_000..=9_999_999_999_999;

/// The state of a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Quota {
    /// Remaining requests, if reported.
    remaining: Option<u64>,
    /// When it resets.
    reset: RetryAfter,
}

/// The time to the reset of a quota with zero remaining; the longest of several.
#[must_use]
pub fn spent(headers: &[(String, String)], received: Wall) -> Option<RetryAfter> {
    longest(headers, received, |quota| quota.remaining == Some(0))
}

/// The same for an answer that refuses the request, where zero remaining need not be reported.
#[must_use]
pub fn refused(headers: &[(String, String)], received: Wall) -> Option<RetryAfter> {
    longest(headers, received, |quota| quota.remaining.is_none_or(|remaining| remaining == 0))
}

fn longest(
    headers: &[(String, String)],
    received: Wall,
    counts: impl Fn(&Quota) -> bool,
) -> Option<RetryAfter> {
    let server_now =
        values(headers, "date").next().and_then(|date| http_date::parse(date, received)).unwrap_or(received);
    let waits = quotas(headers, server_now).into_iter().filter(counts).map(|quota| quota.reset);
    waits.max_by_key(|reset| reset.wait)
}

fn quotas(headers: &[(String, String)], server_now: Wall) -> Vec<Quota> {
    if !headers.iter().any(|(name, _)| may_be_a_limit(name)) {
        return Vec::new(); // nearly every answer; the code below allocates
    }
    let mut quotas = structured(headers, server_now).unwrap_or_default();
    for family in ["ratelimit", "x-ratelimit", "x-rate-limit"] {
        quotas.extend(paired(headers, family, server_now));
    }
    let genesys = |name: &str| values(headers, &format!("inin-ratelimit-{name}")).next();
    if let Some(reset) = genesys("reset").and_then(|text| reset(text, server_now)) {
        let (count, allowed) = (genesys("count").and_then(number), genesys("allowed").and_then(number));
        let remaining = allowed.zip(count).map(|(allowed, count)| allowed.saturating_sub(count));
        quotas.push(Quota { remaining, reset });
    }
    quotas
}

/// Whether a name contains `limit`, as all names below do.
fn may_be_a_limit(name: &str) -> bool {
    name.as_bytes().windows(5).any(|part| part.eq_ignore_ascii_case(b"limit"))
}

/// `…-Remaining` and `…-Reset`. Repeated headers are paired in order.
fn paired(headers: &[(String, String)], family: &str, server_now: Wall) -> Vec<Quota> {
    let (left, until) = (format!("{family}-remaining"), format!("{family}-reset"));
    let remaining: Vec<_> = values(headers, &left).map(number).collect();
    let resets = values(headers, &until).map(|text| reset(text, server_now));
    let quotas = resets.enumerate().filter_map(|(index, reset)| {
        let remaining = match remaining.get(index) {
            None => None,
            Some(said) => Some((*said)?),
        };
        Some(Quota { remaining, reset: reset? })
    });
    quotas.collect()
}

/// The members of all `RateLimit` fields; none if one is malformed.
fn structured(headers: &[(String, String)], server_now: Wall) -> Option<Vec<Quota>> {
    let fields: Vec<_> = values(headers, "ratelimit").collect();
    let field = fields.join(",");
    let mut rest = Rest(field.trim_matches([' ', '\t']));
    let (mut quotas, mut of_draft_07) = (Vec::new(), Vec::new());
    while !rest.0.is_empty() {
        let head = rest.item()?;
        if rest.take('=') {
            of_draft_07.push((head, rest.item()?));
            rest.parameters()?;
        } else {
            quotas.extend(quota(&rest.parameters()?, ("r", "t"), server_now));
        }
        rest.comma()?;
    }
    quotas.extend(quota(&of_draft_07, ("remaining", "reset"), server_now));
    Some(quotas)
}

fn quota(pairs: &[(&str, &str)], (left, until): (&str, &str), server_now: Wall) -> Option<Quota> {
    // The last value of a repeated key counts (RFC 9651 section 3.1.2).
    let value = |key| pairs.iter().rev().find(|(name, _)| *name == key).map(|(_, value)| *value);
    let remaining = match value(left) {
        None => None,
        Some(text) => Some(number(text)?),
    };
    Some(Quota { remaining, reset: reset(value(until)?, server_now)? })
}

/// When a quota resets: seconds from now, as in the drafts and at Genesys Cloud, or a date since the epoch in seconds or
/// milliseconds, as in many custom headers. The size of the number decides.
fn reset(text: &str, server_now: Wall) -> Option<RetryAfter> {
    let number = number(text)?;
    let until = |millis: u64| i64::try_from(millis).ok().map(|millis| millis.saturating_sub(server_now.0));
    let (millis, dated) = if number < *EPOCH_SECONDS.start() {
        (number * 1000, false)
    } else if EPOCH_SECONDS.contains(&number) {
        (u64::try_from(until(number * 1000)?).ok()?, true)
    } else if EPOCH_MILLIS.contains(&number) {
        (u64::try_from(until(number)?).ok()?, true)
    } else {
        return None;
    };
    (1..=LONGEST * 1000).contains(&millis).then(|| RetryAfter { wait: Duration::from_millis(millis), dated })
}

/// 1 to 15 digits, as a structured integer may have.
fn number(text: &str) -> Option<u64> {
    let digits = (1..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

fn values<'a>(headers: &'a [(String, String)], name: &str) -> impl Iterator<Item = &'a str> {
    let named = headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.trim_matches([' ', '\t']))
}

/// The unread rest of a structured field.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn take(&mut self, expected: char) -> bool {
        let rest = self.0.strip_prefix(expected);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Takes the first `length` bytes.
    fn split(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    /// A string with its quotes, or any other bare item, unparsed.
    fn item(&mut self) -> Option<&'a str> {
        if !self.0.starts_with('"') {
            let bytes = self.0.starts_with(':');
            let ends = |c: char| !c.is_ascii_graphic() || "\",;".contains(c) || c == '=' && !bytes;
            let length = self.0.find(ends).unwrap_or(self.0.len());
            return (length > 0).then(|| self.split(length));
        }
        let mut escaped = false;
        for (at, c) in self.0.char_indices().skip(1) {
            match c {
                '"' | '\\' if escaped => escaped = false,
                _ if escaped => return None,
                '\\' => escaped = true,
                '"' => return Some(self.split(at + 1)),
                ' '..='~' => {}
                _ => return None,
            }
        }
        None
    }

    /// Any number of `;key` or `;key=item`.
    fn parameters(&mut self) -> Option<Vec<(&'a str, &'a str)>> {
        let mut pairs = Vec::new();
        while self.take(';') {
            self.0 = self.0.trim_start_matches(' ');
            let key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.*".contains(c);
            let length = self.0.find(|c| !key(c)).unwrap_or(self.0.len());
            let starts = self.0.starts_with(|c: char| c.is_ascii_lowercase() || c == '*');
            let name = starts.then(|| self.split(length))?;
            pairs.push((name, if self.take('=') { self.item()? } else { "?1" }));
        }
        Some(pairs)
    }

    /// A comma between two members, or the end.
    fn comma(&mut self) -> Option<()> {
        self.0 = self.0.trim_start_matches([' ', '\t']);
        if self.0.is_empty() {
            return Some(());
        }
        let more = self.take(',');
        self.0 = self.0.trim_start_matches([' ', '\t']);
        (more && !self.0.is_empty()).then_some(())
    }
}
