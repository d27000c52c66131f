//! Rate headers: what an API reports about its quotas before it refuses a request.
//!
//! These are read, in any mixture:
//!
//! ```text
//! RateLimit: "default";r=0;t=30                          the IETF draft "RateLimit header fields for HTTP", as it is now
//! RateLimit: limit=100, remaining=0, reset=30            the same, draft 07
//! RateLimit-Remaining: 0     RateLimit-Reset: 30         the same, drafts 03 to 06
//! X-RateLimit-Remaining: 0   X-RateLimit-Reset: 30       custom; X-Rate-Limit-… and any other prefix and suffix too
//! X-RateLimit-Remaining-Requests: 0   X-RateLimit-Reset-Requests: 1m30s
//! X-RateLimit-Remaining: 0   X-RateLimit-Reset-After: 0.85
//! inin-ratelimit-count: 300  inin-ratelimit-allowed: 300  inin-ratelimit-reset: 30          Genesys Cloud
//! ```
//!
//! A reset is a number, a date or a duration. The drafts, Genesys Cloud and `…-Reset-After` count seconds; a bare number
//! elsewhere may be seconds or milliseconds, see [`Unit`]. Invariants: a quota counts only if it has a reset, and is spent
//! only if less than one request remains; malformed values are ignored, and a structured field (RFC 9651) with one malformed
//! member is malformed as a whole.

use std::time::Duration;

use crate::http::retry_after::{RetryAfter, server_time};
use crate::http::time_value::{Number, TimeValue, values};
use crate::time::clock::Wall;

/// The unit of a reset that is a bare number. Learned from how the server counts down, or set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Millis,
}

/// When a quota resets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// In this time.
    Named(RetryAfter),
    /// In this number of seconds or milliseconds.
    Bare(Number),
}

impl Reset {
    /// From here on a bare number of unknown unit is no wait of that many seconds.
    const DOUBTFUL: Duration = Duration::from_secs(3600);
    /// What is waited instead, to look again.
    const LOOK_AGAIN: Duration = Duration::from_secs(60);

    /// Whether a number is too large to be believed without a unit.
    pub(crate) fn is_doubtful(number: Number) -> bool {
        number.seconds() >= Self::DOUBTFUL
    }

    /// The wait. Without a unit a small number is seconds, and a large one is not believed for longer than a minute.
    #[must_use]
    pub fn wait(self, unit: Option<Unit>) -> RetryAfter {
        let number = match self {
            Self::Named(wait) => return wait,
            Self::Bare(number) => number,
        };
        let wait = match unit {
            Some(Unit::Seconds) => number.seconds(),
            Some(Unit::Millis) => number.millis(),
            None if Self::is_doubtful(number) => Self::LOOK_AGAIN,
            None => number.seconds(),
        };
        RetryAfter::bounded(wait)
    }
}

/// The state of a quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// What distinguishes it from others in the same answer.
    pub name: Box<str>,
    /// Remaining requests, if reported.
    pub remaining: Option<Number>,
    /// Requests in a window, if reported.
    pub limit: Option<u64>,
    /// When it resets.
    pub reset: Reset,
}

impl Quota {
    fn is_spent(&self) -> bool {
        self.remaining.is_some_and(Number::is_nothing)
    }
}

/// The time to the reset of a spent quota; the longest of several.
#[must_use]
pub fn spent(quotas: &[Quota], unit: Option<Unit>) -> Option<RetryAfter> {
    longest(quotas.iter().filter(|quota| quota.is_spent()), unit)
}

/// The same for an answer that refuses the request, where zero remaining need not be reported.
#[must_use]
pub fn refused(quotas: &[Quota], unit: Option<Unit>) -> Option<RetryAfter> {
    longest(quotas.iter().filter(|quota| quota.remaining.is_none_or(Number::is_nothing)), unit)
}

fn longest<'a>(quotas: impl Iterator<Item = &'a Quota>, unit: Option<Unit>) -> Option<RetryAfter> {
    quotas.map(|quota| quota.reset.wait(unit)).max_by_key(|reset| (reset.wait, reset.dated))
}

/// The quotas that an answer reports.
#[must_use]
pub fn quotas(headers: &[(String, String)], received: Wall) -> Vec<Quota> {
    if !headers.iter().any(|(name, _)| may_be_a_limit(name)) {
        return Vec::new(); // nearly every answer; the code below allocates
    }
    let server_now = server_time(headers, received);
    let mut quotas = structured(headers, server_now).unwrap_or_default();
    let mut families: Vec<Family> = Vec::new();
    for (name, value) in headers.iter().filter(|(name, _)| may_be_a_limit(name)) {
        let Some((family, field)) = field(name) else { continue };
        let at = families.iter().position(|known| known.name == family).unwrap_or_else(|| {
            families.push(Family { name: family, ..Family::default() });
            families.len() - 1
        });
        families[at].add(field, value, server_now);
    }
    quotas.extend(families.into_iter().flat_map(Family::quotas));
    quotas.extend(genesys(headers, server_now));
    quotas
}

/// Whether a name contains `limit`, as all names here do.
fn may_be_a_limit(name: &str) -> bool {
    name.as_bytes().windows(5).any(|part| part.eq_ignore_ascii_case(b"limit"))
}

/// What a header of a family says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Remaining,
    Limit,
    Reset,
    /// Seconds from now, by its name.
    ResetAfter,
    ResetMillis,
}

/// The family of a header, which is its name without the word for the field, and the field.
fn field(name: &str) -> Option<(String, Field)> {
    let name = name.to_ascii_lowercase();
    if !(name.contains("ratelimit") || name.contains("rate-limit")) || name.starts_with("inin-") {
        return None;
    }
    let mut words: Vec<&str> = name.split('-').collect();
    let find = |words: &[&str], word| words.iter().rposition(|other| *other == word);
    let field = if let Some(at) = find(&words, "remaining") {
        words.remove(at);
        Field::Remaining
    } else if let Some(at) = find(&words, "reset") {
        words.remove(at);
        match words.get(at).copied() {
            Some("after") => {
                words.remove(at);
                Field::ResetAfter
            }
            Some("ms") => {
                words.remove(at);
                Field::ResetMillis
            }
            _ => Field::Reset,
        }
    } else {
        // The last word `limit`, unless it is that of `rate-limit`.
        let at = find(&words, "limit").filter(|at| *at == 0 || words[at - 1] != "rate")?;
        words.remove(at);
        Field::Limit
    };
    Some((words.join("-"), field))
}

/// Headers whose names differ in the field only. Repeated headers and the members of a list are paired in order.
#[derive(Default)]
struct Family {
    name: String,
    remaining: Vec<Option<Number>>,
    limits: Vec<Option<u64>>,
    resets: Vec<Reset>,
}

impl Family {
    fn add(&mut self, field: Field, value: &str, server_now: Wall) {
        let members = || value.split(',').map(|member| member.trim_matches([' ', '\t']));
        let resets = |unit: Option<fn(Number) -> Duration>| {
            values(value, server_now).filter_map(move |value| reset(value, unit, server_now))
        };
        match field {
            Field::Remaining => self.remaining.extend(members().map(Number::parse)),
            // `100;w=60` is a limit with its window.
            Field::Limit => self.limits.extend(
                members().map(|member| Number::parse(member.split(';').next()?.trim()).map(Number::floor)),
            ),
            Field::Reset => self.resets.extend(resets(None)),
            Field::ResetAfter => self.resets.extend(resets(Some(Number::seconds))),
            Field::ResetMillis => self.resets.extend(resets(Some(Number::millis))),
        }
    }

    fn quotas(self) -> Vec<Quota> {
        let Self { name, remaining, limits, resets } = self;
        let quota = |index: usize, left: Option<Number>, reset| Quota {
            name: if index == 0 { name.clone() } else { format!("{name} {index}") }.into(),
            remaining: left,
            limit: limits.get(index).or(limits.first()).copied().flatten(),
            reset,
        };
        match (remaining.len(), resets.len()) {
            (0, _) => {
                resets.into_iter().enumerate().map(|(index, reset)| quota(index, None, reset)).collect()
            }
            // `…-Reset` and `…-Reset-After` of one quota, or one reset of several.
            (left, resets_named) if left == 1 || resets_named == 1 => remaining
                .iter()
                .flat_map(|left| resets.iter().map(move |reset| (*left, *reset)))
                .enumerate()
                .filter_map(|(index, (left, reset))| Some(quota(index, Some(left?), reset)))
                .collect(),
            _ => remaining
                .into_iter()
                .zip(resets)
                .enumerate()
                .filter_map(|(index, (left, reset))| Some(quota(index, Some(left?), reset)))
                .collect(),
        }
    }
}

/// A reset in the unit of its header; `None` if it is over, which is no reset.
fn reset(value: TimeValue, unit: Option<fn(Number) -> Duration>, server_now: Wall) -> Option<Reset> {
    match (value, unit) {
        (TimeValue::Number(number), None) => (!number.seconds().is_zero()).then_some(Reset::Bare(number)),
        (value, unit) => {
            RetryAfter::until(value, unit.unwrap_or(Number::seconds), server_now).map(Reset::Named)
        }
    }
}

/// The one quota that Genesys Cloud reports. It counts upwards.
fn genesys(headers: &[(String, String)], server_now: Wall) -> Option<Quota> {
    let of = |name: &str| fields(headers, &format!("inin-ratelimit-{name}")).next();
    let number = |name| of(name).and_then(Number::parse).map(Number::floor);
    let reset =
        values(of("reset")?, server_now).find_map(|value| reset(value, Some(Number::seconds), server_now))?;
    let (count, allowed) = (number("count"), number("allowed"));
    let remaining = allowed.zip(count).map(|(allowed, count)| Number::whole(allowed.saturating_sub(count)));
    Some(Quota { name: "inin-ratelimit".into(), remaining, limit: allowed, reset })
}

/// The members of all `RateLimit` fields; none if one is malformed.
fn structured(headers: &[(String, String)], server_now: Wall) -> Option<Vec<Quota>> {
    let fields: Vec<_> = fields(headers, "ratelimit").collect();
    let field = fields.join(",");
    let mut rest = Rest(field.trim_matches([' ', '\t']));
    let (mut quotas, mut of_draft_07) = (Vec::new(), Vec::new());
    while !rest.0.is_empty() {
        let head = rest.item()?;
        if rest.take('=') {
            of_draft_07.push((head, rest.item()?));
            rest.parameters()?;
        } else {
            quotas.extend(quota(head, &rest.parameters()?, ["r", "q", "t"], server_now));
        }
        rest.comma()?;
    }
    quotas.extend(quota("", &of_draft_07, ["remaining", "limit", "reset"], server_now));
    Some(quotas)
}

/// Seconds by the draft: its numbers are not in doubt.
fn quota(name: &str, pairs: &[(&str, &str)], keys: [&str; 3], server_now: Wall) -> Option<Quota> {
    // The last value of a repeated key counts (RFC 9651 section 3.1.2).
    let value = |key| pairs.iter().rev().find(|(name, _)| *name == key).map(|(_, value)| *value);
    let [left, limit, until] = keys;
    let remaining = match value(left) {
        None => None,
        Some(text) => Some(Number::parse(text)?),
    };
    let reset = reset(values(value(until)?, server_now).next()?, Some(Number::seconds), server_now)?;
    let limit = value(limit).and_then(Number::parse).map(Number::floor);
    Some(Quota { name: format!("ratelimit {name}").into(), remaining, limit, reset })
}

fn fields<'a>(headers: &'a [(String, String)], name: &str) -> impl Iterator<Item = &'a str> {
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
