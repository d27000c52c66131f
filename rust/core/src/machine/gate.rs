//! A gate: what a server said about its limits, or its failing, holds back everybody it concerns.
//!
//! A 429 closes the gate of a client, a 5xx or silence that of the whole endpoint (the outage breaker). Invariants:
//!
//! - Nothing is granted while the gate is closed: from hearing a `Retry-After` to its end plus slack, or for a backoff
//!   when none was named.
//! - Failures belong to the outage, not to callers: the answer to a request that was in flight when the last failure was
//!   counted does not count again.
//! - After the gate reopens, one request at a time tries the server until one succeeds.
//! - A success ends an outage only if it was sent after the outage began.

use std::sync::Arc;

use super::input::RequestId;
use super::obstacle::{Obstacle, Until};
use crate::oauth::token_answer::Refusal;
use crate::time::backoff::{Backoff, Cause};
use crate::time::clock::{Context, Mono};

/// A failed request, as a gate hears of it.
pub(super) struct Failed<'a> {
    pub(super) request: RequestId,
    /// The newest request granted so far.
    pub(super) newest: RequestId,
    pub(super) refusal: &'a Arc<Refusal>,
}

/// The gate.
#[derive(Debug, Default)]
pub(super) struct Gate {
    pub(super) closed_until: Mono,
    /// Failed attempts of the outage so far.
    failures: u32,
    /// The newest request when the outage began.
    began: RequestId,
    /// The newest request when the last failure was counted.
    counted: RequestId,
    last: Option<Arc<Refusal>>,
    /// The longest wait that the server named, and in which answer.
    named: Option<(Mono, Arc<Refusal>)>,
    /// The one request that tries a server in an outage. Its place decides when it counts as lost.
    probe: Option<RequestId>,
}

impl Gate {
    /// What holds a request back.
    pub(super) fn obstacle(&self, now: Mono) -> Option<Obstacle> {
        let why = self.last.as_ref()?;
        if now < self.closed_until {
            return Some(Obstacle::of_server(Until::At(self.closed_until), why));
        }
        self.probe.map(|_| Obstacle::of_server(Until::ProbeEnds, why))
    }

    /// A request was granted.
    pub(super) fn enter(&mut self, request: RequestId) {
        if self.failures > 0 {
            self.probe = Some(request);
        }
    }

    /// A request ended.
    pub(super) fn leave(&mut self, request: RequestId) {
        self.probe = self.probe.filter(|probe| *probe != request);
    }

    /// The server answered as it should. A wait that it named still stands.
    pub(super) fn heal(&mut self, request: RequestId) {
        if request > self.began {
            self.failures = 0;
        }
    }

    /// The server throttled or failed.
    pub(super) fn fail(
        &mut self,
        ctx: &mut Context<'_>,
        failed: &Failed<'_>,
        cause: Cause,
        backoff: &Backoff,
    ) {
        let counted = failed.request <= self.counted;
        if !counted {
            if self.failures == 0 {
                self.began = failed.newest;
            }
            self.failures = self.failures.saturating_add(1);
            self.counted = failed.newest;
        }
        if failed.refusal.retry_after.is_some() {
            self.observe(ctx, failed.refusal);
        } else if !counted {
            let wait = backoff.wait(cause, self.failures, ctx);
            self.close(ctx.now.mono.after(wait), failed.refusal);
        }
    }

    /// Keeps the wait that the server named, whatever else its answer means.
    pub(super) fn observe(&mut self, ctx: &mut Context<'_>, refusal: &Arc<Refusal>) {
        if let Some(named) = &refusal.retry_after {
            let until = ctx.now.mono.after(named.observed(ctx));
            if self.named.as_ref().is_none_or(|(known, _)| until >= *known) {
                self.named = Some((until, Arc::clone(refusal)));
            }
            self.close(until, refusal);
        }
    }

    /// Another process of the fleet heard that wait.
    pub(super) fn heed(&mut self, until: Mono, refusal: &Arc<Refusal>) {
        if self.named.as_ref().is_none_or(|(known, _)| until >= *known) {
            self.named = Some((until, Arc::clone(refusal)));
        }
        self.close(until, refusal);
    }

    /// The wait that the server named, while it lasts. A backoff of ours is none.
    pub(super) fn named_wait(&self, now: Mono) -> Option<Obstacle> {
        let (until, why) = self.named.as_ref().filter(|(until, _)| now < *until)?;
        Some(Obstacle::of_server(Until::At(*until), why))
    }

    /// A run starts: a wait beyond a year is a server's mistake, and is not kept for another run.
    pub(super) fn run_started(&mut self) {
        let named = self.last.as_ref().and_then(|refusal| refusal.retry_after);
        if named.is_some_and(|named| named.is_bounded()) {
            (self.closed_until, self.named) = (Mono::ZERO, None);
        }
    }

    fn close(&mut self, until: Mono, refusal: &Arc<Refusal>) {
        if until >= self.closed_until {
            self.closed_until = until;
            self.last = Some(Arc::clone(refusal));
        }
    }
}
