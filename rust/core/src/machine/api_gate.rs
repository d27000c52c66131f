//! The gate between the load and the API: closed by the API's own 429, by a 503 that names a wait, or before either by
//! rate headers that say that nothing remains.
//!
//! It never touches token requests; scripts look at it to pause. Keyed by API origin within a credential.
//! Invariants: a wait that the API named is over only at its end plus slack; several 429s of one wave lengthen
//! a wait but never multiply it; threads that waited together do not return together.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::http::rate_headers;
use crate::http::retry_after::RetryAfter;
use crate::time::backoff::{Backoff, Cause};
use crate::time::clock::{Context, Mono, Wall};

/// What an API answer says about its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// 429, with the wait it named.
    Throttled(Option<RetryAfter>),
    /// 503 that named a wait.
    Unavailable(RetryAfter),
    /// Served, or refused for another reason, and nothing remains for this long: the next would be refused.
    Spent(RetryAfter),
    /// Anything below 400.
    Fine,
}

#[derive(Debug, Default)]
struct Origin {
    closed_until: Mono,
    /// How long it was closed for, to size the spread on reopening.
    length: Duration,
    waves: u32,
}

/// The gates of one credential.
#[derive(Debug, Default)]
pub struct ApiGate {
    /// Boxed, so that a credential whose API never closed a gate has no room for one.
    #[allow(clippy::box_collection)]
    origins: Option<Box<BTreeMap<String, Origin>>>,
}

impl ApiGate {
    /// Widest spread on reopening.
    const WIDEST_SPREAD: Duration = Duration::from_secs(10);
    /// Narrowest: enough to unclench a thousand threads.
    const NARROWEST_SPREAD: Duration = Duration::from_millis(500);
    /// Plans that spray requests over more origins than this share one gate for the rest.
    const MOST_ORIGINS: usize = 256;

    /// Takes note of an answer from `origin`; `true` if this closed an open gate.
    pub fn hear(&mut self, ctx: &mut Context<'_>, origin: &str, signal: Signal, backoff: &Backoff) -> bool {
        if signal == Signal::Fine
            && !self.origins.as_ref().is_some_and(|origins| origins.contains_key(origin))
        {
            return false; // there is nothing to remember of an API with which all is well
        }
        let origins = self.origins.get_or_insert_default();
        let known = origins.contains_key(origin) || origins.len() < Self::MOST_ORIGINS;
        let origin = origins.entry(if known { origin } else { "" }.to_owned()).or_default();
        let now = ctx.now.mono;
        let open = now >= origin.closed_until;
        let wait = match signal {
            Signal::Fine => {
                if open {
                    origin.waves = 0;
                }
                return false;
            }
            Signal::Throttled(None) if !open => return false,
            Signal::Throttled(None) => {
                origin.waves = origin.waves.saturating_add(1);
                backoff.wait(Cause::Throttled, origin.waves, ctx)
            }
            Signal::Spent(named) => {
                if open {
                    origin.waves = 0;
                }
                named.observed(ctx)
            }
            Signal::Throttled(Some(named)) | Signal::Unavailable(named) => named.observed(ctx),
        };
        let until = now.after(wait);
        if until > origin.closed_until {
            origin.closed_until = until;
            origin.length = wait;
        }
        open
    }

    /// Whether good news would change nothing: no gate is closed, and none remembers that it was.
    #[must_use]
    pub fn is_calm(&self, now: Mono) -> bool {
        self.remaining(now).is_zero() && self.origins().all(|origin| origin.waves == 0)
    }

    /// How long until every gate is open; zero if they are.
    #[must_use]
    pub fn remaining(&self, now: Mono) -> Duration {
        self.latest().map_or(Duration::ZERO, |origin| origin.closed_until.since(now))
    }

    /// How long one thread should pause: until reopening plus its own share of the spread, at most `longest`.
    pub fn pause(&self, ctx: &mut Context<'_>, longest: Duration) -> Duration {
        let remaining = self.remaining(ctx.now.mono);
        if remaining.is_zero() {
            return Duration::ZERO;
        }
        let length = self.latest().map_or(Duration::ZERO, |origin| origin.length);
        let spread = (length / 10).clamp(Self::NARROWEST_SPREAD, Self::WIDEST_SPREAD);
        remaining.saturating_add(ctx.between(Duration::ZERO, spread)).min(longest)
    }

    fn latest(&self) -> Option<&Origin> {
        self.origins().max_by_key(|origin| origin.closed_until)
    }

    fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.origins.iter().flat_map(|origins| origins.values())
    }
}

/// Reads the limits in an API answer: 429 always speaks, 503 only with a readable `Retry-After`. The wait of a 429 without
/// `Retry-After` is in its rate headers, if it has any. Those of every other answer speak too, if they are to be `heeded`:
/// when nothing remains, the next request would meet the 429.
#[must_use]
pub fn signal(status: u16, headers: &[(String, String)], received: Wall, heeded: bool) -> Option<Signal> {
    let values = |name: &'static str| {
        headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    let named = RetryAfter::read(values("retry-after"), values("date").next(), received);
    match (status, named) {
        (429, named) => Some(Signal::Throttled(named.or_else(|| rate_headers::refused(headers, received)))),
        (503, Some(named)) => Some(Signal::Unavailable(named)),
        (100..=599, _) => {
            let spent = if heeded { rate_headers::spent(headers, received) } else { None };
            spent.map(Signal::Spent).or((status < 400).then_some(Signal::Fine))
        }
        _ => None,
    }
}
