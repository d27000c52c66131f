//! The gate between the load and the API: closed by an answer that means a limit, by a 503 that names a wait, or before
//! either by rate headers that say that nothing remains.
//!
//! It never touches token requests; scripts and timers look at it to pause. Kept by API origin, one [`ApiGate`] a client:
//! servers count requests per client. Each slot of a pool has one of its own, because a slot exists to have a limit of its
//! own. Invariants: a wait that the API named is over only at its end plus slack; several 429s of one wave lengthen
//! a wait but never multiply it; threads that waited together do not return together; a limit of one origin pauses nobody
//! who calls another, and a limit of an unknown origin pauses everybody.

use std::collections::BTreeMap;
use std::time::Duration;

use super::pacing::{Pace, Pacer};
use super::reset_unit::ResetUnit;
use crate::http::rate_headers::{Quota, Reset, Unit};
use crate::http::retry_after::{LONGEST, RetryAfter};
use crate::time::backoff::{Backoff, Cause};
use crate::time::clock::{Context, Mono};

/// What an API answer says about its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// 429, or another answer that means a limit, with the wait it named.
    Throttled(Option<RetryAfter>),
    /// 503 that named a wait.
    Unavailable(RetryAfter),
    /// Served, or refused for another reason, and nothing remains for this long: the next would be refused.
    Spent(RetryAfter),
    /// Anything below 400.
    Fine,
}

#[derive(Debug, Default)]
struct Gate {
    closed_until: Mono,
    /// How long it was closed for, to size the spread on reopening.
    length: Duration,
    waves: u32,
    unit: ResetUnit,
    /// The last answer had a reset whose unit is not known.
    guessing: bool,
    /// It was closed by such a reset.
    guessed: bool,
    pacer: Pacer,
}

impl Gate {
    fn is_open(&self, now: Mono) -> bool {
        now >= self.closed_until
    }

    /// Whether a good answer would change nothing.
    fn is_calm(&self, now: Mono) -> bool {
        self.is_open(now) && self.waves == 0 && !self.unit.is_wanted()
    }

    /// Whether it holds nothing that is to be kept while it is open.
    fn is_blank(&self) -> bool {
        self.unit.known().is_none() && !self.unit.is_wanted() && !self.pacer.is_in_use()
    }
}

/// The gates of one client, by API origin.
#[derive(Debug, Default)]
pub struct ApiGate {
    origins: BTreeMap<Box<str>, Gate>,
}

impl ApiGate {
    /// Widest spread on reopening.
    const WIDEST_SPREAD: Duration = Duration::from_secs(10);
    /// Narrowest: enough to unclench a thousand threads.
    const NARROWEST_SPREAD: Duration = Duration::from_millis(500);
    /// With so many origins closed at once, the limit of a further one closes [`Self::UNKNOWN`].
    const MOST_ORIGINS: usize = 256;
    /// Stands for the origin of an answer that was reported without one. It may be any origin, so its gate concerns all.
    const UNKNOWN: &str = "";

    /// Takes note of an answer from `origin`; `true` if this closed an open gate.
    pub fn on_answer(
        &mut self,
        ctx: &mut Context<'_>,
        origin: Option<&str>,
        signal: Signal,
        backoff: &Backoff,
    ) -> bool {
        let (now, origin) = (ctx.now.mono, origin.unwrap_or(Self::UNKNOWN));
        if signal == Signal::Fine {
            if let Some(gate) = self.origins.get_mut(origin).filter(|gate| gate.is_open(now)) {
                gate.waves = 0;
                if gate.is_blank() {
                    self.origins.remove(origin);
                }
            }
            return false;
        }
        let gate = self.entry(now, origin);
        let open = gate.is_open(now);
        let wait = match signal {
            Signal::Throttled(None) if open => {
                gate.waves = gate.waves.saturating_add(1);
                backoff.wait(Cause::Throttled, gate.waves, ctx)
            }
            Signal::Fine | Signal::Throttled(None) => return false,
            Signal::Spent(named) => {
                if open {
                    gate.waves = 0;
                }
                named.observed(ctx)
            }
            Signal::Throttled(Some(named)) | Signal::Unavailable(named) => named.observed(ctx),
        };
        let until = now.after(wait);
        if until > gate.closed_until {
            gate.closed_until = until;
            gate.length = wait;
            gate.guessed = gate.guessing && !matches!(signal, Signal::Throttled(None));
        }
        open
    }

    /// Takes note of the quotas that an answer of `origin` reports, and tells the unit of their bare numbers: `set`, or what
    /// was learned. Before [`ApiGate::on_answer`] of the same answer.
    pub fn observe(
        &mut self,
        ctx: &mut Context<'_>,
        origin: Option<&str>,
        quotas: &[Quota],
        set: Option<Unit>,
    ) -> Option<Unit> {
        let (now, origin) = (ctx.now.mono, origin.unwrap_or(Self::UNKNOWN));
        let bare = quotas.iter().filter(|quota| matches!(quota.reset, Reset::Bare(_)));
        let longest = bare.map(|quota| quota.reset).max_by_key(|reset| reset.wait(Some(Unit::Seconds)).wait);
        if !self.origins.contains_key(origin) && longest.is_none() {
            return set;
        }
        let gate = self.entry(now, origin);
        let learned = set.is_none() && gate.unit.observe(now, quotas);
        let unit = set.or(gate.unit.known());
        gate.guessing = longest.is_some() && unit.is_none();
        if let Some(reset) = longest.filter(|_| learned && gate.guessed && !gate.is_open(now)) {
            gate.length = reset.wait(unit).observed(ctx);
            gate.closed_until = now.after(gate.length);
            gate.guessed = false;
        }
        if gate.pacer.is_in_use() {
            gate.pacer.observe(now, quotas, unit);
        }
        unit
    }

    /// When one thread may send its next request to `origin`, so that what remains lasts to the reset.
    pub fn pace(&mut self, now: Mono, origin: Option<&str>) -> Pace {
        let gate = self.entry(now, origin.unwrap_or(Self::UNKNOWN));
        let from = gate.closed_until;
        gate.pacer.take(now, from)
    }

    /// A run starts: gates open that were to stay closed for longer than a server can mean.
    pub fn run_started(&mut self, now: Mono) {
        for gate in self.origins.values_mut().filter(|gate| gate.length >= LONGEST) {
            gate.closed_until = now;
            gate.length = Duration::ZERO;
        }
    }

    /// The gate of an origin, made if there is none. Origins that are open give up their place if all are taken.
    fn entry(&mut self, now: Mono, origin: &str) -> &mut Gate {
        if self.origins.len() >= Self::MOST_ORIGINS && !self.origins.contains_key(origin) {
            self.origins.retain(|_, gate| !gate.is_open(now));
        }
        let has_place = self.origins.len() < Self::MOST_ORIGINS || self.origins.contains_key(origin);
        self.origins.entry(if has_place { origin } else { Self::UNKNOWN }.into()).or_default()
    }

    /// Whether a good answer from `origin` would change nothing: its gate is open and no series of refusals is remembered.
    /// `None`: whether that holds for all origins.
    #[must_use]
    pub fn is_calm(&self, now: Mono, origin: Option<&str>) -> bool {
        match origin {
            Some(origin) => self.origins.get(origin).is_none_or(|gate| gate.is_calm(now)),
            None => self.origins.values().all(|gate| gate.is_calm(now)),
        }
    }

    /// How long until a request to `origin` may go out; zero if it may now. `None`: until a request to any origin may.
    #[must_use]
    pub fn remaining(&self, now: Mono, origin: Option<&str>) -> Duration {
        self.latest(origin).map_or(Duration::ZERO, |gate| gate.closed_until.since(now))
    }

    /// How long one thread that calls `origin` should pause: until reopening plus its own share of the spread, at most
    /// `longest`.
    pub fn pause(&self, ctx: &mut Context<'_>, origin: Option<&str>, longest: Duration) -> Duration {
        let remaining = self.remaining(ctx.now.mono, origin);
        if remaining.is_zero() {
            return Duration::ZERO;
        }
        let length = self.latest(origin).map_or(Duration::ZERO, |gate| gate.length);
        let spread = (length / 10).clamp(Self::NARROWEST_SPREAD, Self::WIDEST_SPREAD);
        remaining.saturating_add(ctx.between(Duration::ZERO, spread)).min(longest)
    }

    /// Of the gates that concern `origin` the one that opens last.
    fn latest(&self, origin: Option<&str>) -> Option<&Gate> {
        let by_deadline = |gate: &&Gate| gate.closed_until;
        match origin {
            Some(origin) => [origin, Self::UNKNOWN]
                .iter()
                .filter_map(|key| self.origins.get(*key))
                .max_by_key(by_deadline),
            None => self.origins.values().max_by_key(by_deadline),
        }
    }
}
