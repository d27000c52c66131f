//! The gate between the load and the API: closed by the API's own 429, or by a 503 that names a wait.
//!
//! It never touches token requests; scripts look at it to pause. Keyed by API origin within a credential.
//! Invariants: a wait that the API named is over only at its end plus slack; several 429s of one wave lengthen
//! a wait but never multiply it; threads that waited together do not return together.

use std::collections::HashMap;
use std::time::Duration;

use crate::backoff::{Backoff, Cause};
use crate::clock::{Context, Mono};
use crate::retry_after::RetryAfter;

/// What an API answer says about its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// 429, with the wait it named.
    Throttled(Option<RetryAfter>),
    /// 503 that named a wait.
    Unavailable(RetryAfter),
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
    origins: HashMap<String, Origin>,
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
        let known = self.origins.contains_key(origin) || self.origins.len() < Self::MOST_ORIGINS;
        let origin = self.origins.entry(if known { origin } else { "" }.to_owned()).or_default();
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
            Signal::Throttled(Some(named)) | Signal::Unavailable(named) => named.observed(ctx),
        };
        let until = now.after(wait);
        if until > origin.closed_until {
            origin.closed_until = until;
            origin.length = wait;
        }
        open
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
        self.origins.values().max_by_key(|origin| origin.closed_until)
    }
}

/// Reads the limits in an API answer: 429 always speaks, 503 only with a readable `Retry-After`. Genesys Cloud
/// names the wait of a 429 in `inin-ratelimit-reset` (seconds) when `Retry-After` is missing.
#[must_use]
pub fn signal(status: u16, headers: &[(String, String)], received: crate::clock::Wall) -> Option<Signal> {
    let values = |name: &str| {
        let name = name.to_owned();
        headers
            .iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(&name))
            .map(|(_, value)| value.as_str())
    };
    let named = RetryAfter::read(values("retry-after"), values("date").next(), received);
    match status {
        429 => Some(Signal::Throttled(named.or_else(|| {
            RetryAfter::read(values("inin-ratelimit-reset"), None, received).filter(|n| !n.dated)
        }))),
        503 => named.map(Signal::Unavailable),
        100..=399 => Some(Signal::Fine),
        _ => None,
    }
}
