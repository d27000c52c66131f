//! The counts of one credential in one run. Facts go in; `status` and the summary line come out.

use std::time::Duration;

use tollgate_core::fact::{Fact, Reason};
use tollgate_core::response::Class;

/// What happened since the run began.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) requests: u64,
    pub(crate) mints: [u64; Reason::ALL.len()],
    pub(crate) throttles: u64,
    pub(crate) failures: u64,
    pub(crate) gate: Duration,
    pub(crate) rejections: u64,
    pub(crate) rejections_unattributed: u64,
    pub(crate) api_throttles: u64,
    pub(crate) waiters: u64,
    pub(crate) longest_wait: Duration,
    pub(crate) paused: Duration,
}

impl Tally {
    pub(crate) fn count(&mut self, fact: &Fact) {
        match fact {
            Fact::Sent { .. } => self.requests += 1,
            Fact::Minted { reason, .. } => self.mints[*reason as usize] += 1,
            Fact::Failed { refusal, .. } if refusal.class == Class::Throttled => self.throttles += 1,
            Fact::Failed { .. } => self.failures += 1,
            Fact::Held { wait } => self.gate = self.gate.saturating_add(*wait),
            Fact::Rejected { .. }
            | Fact::RejectionIgnored { .. }
            | Fact::NotTheToken { .. }
            | Fact::Expired { .. } => {}
        }
    }

    /// Starts the counts of a new run. Threads that wait now still wait then.
    pub(crate) fn reset(&mut self) {
        *self = Self { waiters: self.waiters, ..Self::default() };
    }

    /// Mints by reason, in words: `first 1, ahead 3`.
    pub(crate) fn mints_in_words(&self) -> String {
        let parts: Vec<_> = Reason::ALL
            .iter()
            .zip(self.mints)
            .filter(|(_, count)| *count > 0)
            .map(|(reason, count)| format!("{} {count}", reason.name()))
            .collect();
        parts.join(", ")
    }

    pub(crate) fn minted(&self) -> u64 {
        self.mints.iter().sum()
    }
}
