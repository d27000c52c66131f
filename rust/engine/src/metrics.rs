//! The counts of one credential in one run. Facts go in; `status` and the summary line come out.
//!
//! Most of what can be counted never happens to most credentials, and there may be a hundred thousand of them: what is
//! [`Rare`] takes its room when it first happens.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use tollgate_core::machine::fact::{Fact, Reason};
use tollgate_core::oauth::token::Generation;
use tollgate_core::oauth::token_answer::Class;

/// What happened since the run began.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metrics {
    pub(crate) requests: u32,
    pub(crate) mints: [u32; Reason::ALL.len()],
    /// In nanoseconds: there may be a hundred thousand of these.
    longest_wait: u64,
    rare: Option<Box<Rare>>,
}

/// What does not happen to a credential with which all is well.
#[derive(Clone, Debug)]
pub(crate) struct Rare {
    pub(crate) throttles: u64,
    pub(crate) failures: u64,
    pub(crate) gate: Duration,
    pub(crate) rejections: u64,
    pub(crate) rejections_unattributed: u64,
    pub(crate) api_throttles: u64,
    pub(crate) paused: Duration,
    /// Tokens minted by a refresh token.
    pub(crate) refreshes: u64,
    pub(crate) rotations: u64,
    pub(crate) fallbacks: u64,
    pub(crate) drains: u64,
    /// How long drains held sends.
    pub(crate) held: Duration,
    /// Sends that drains did not wait for any longer.
    pub(crate) cut_off: u64,
    /// API answers 403.
    pub(crate) forbidden: u64,
    /// The last token that a 403 was logged for.
    pub(crate) forbidden_logged: Generation,
    /// A limit under a status that means something else, or one beyond reason, was logged.
    pub(crate) limit_explained: bool,
    /// 401s that wanted a nonce in the proof.
    pub(crate) nonces_asked: u64,
    /// 401s that did not believe the proof.
    pub(crate) proofs_refused: u64,
    /// API requests that went out without a token for the sake of `allowed_hosts`.
    pub(crate) withheld: u64,
    /// API requests that took a token to another host than it was meant for.
    pub(crate) strayed: u64,
    /// Tokens of other processes, by the store.
    pub(crate) shared: u64,
    /// Token requests without the store's leave, because it did not answer.
    pub(crate) store_silent: u64,
}

/// Nothing of it happened.
const NEVER: Rare = Rare {
    throttles: 0,
    failures: 0,
    gate: Duration::ZERO,
    rejections: 0,
    rejections_unattributed: 0,
    api_throttles: 0,
    paused: Duration::ZERO,
    refreshes: 0,
    rotations: 0,
    fallbacks: 0,
    drains: 0,
    held: Duration::ZERO,
    cut_off: 0,
    forbidden: 0,
    forbidden_logged: 0,
    limit_explained: false,
    nonces_asked: 0,
    proofs_refused: 0,
    withheld: 0,
    strayed: 0,
    shared: 0,
    store_silent: 0,
};

impl Deref for Metrics {
    type Target = Rare;

    fn deref(&self) -> &Rare {
        self.rare.as_deref().unwrap_or(&NEVER)
    }
}

impl DerefMut for Metrics {
    fn deref_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_with(|| Box::new(NEVER))
    }
}

impl Metrics {
    pub(crate) fn count(&mut self, fact: &Fact) {
        match fact {
            Fact::Sent { .. } => self.requests += 1,
            Fact::Minted { reason, refreshed, .. } => {
                self.mints[*reason as usize] += 1;
                if *refreshed {
                    self.refreshes += 1;
                }
            }
            Fact::Shared { .. } => self.shared += 1,
            Fact::StoreSilent => self.store_silent += 1,
            Fact::Rotated => self.rotations += 1,
            Fact::FellBack { .. } | Fact::RefreshTokenLost { dropped: true } => self.fallbacks += 1,
            Fact::Drained { held, cut_off } => {
                self.drains += 1;
                self.held = self.held.saturating_add(*held);
                self.cut_off += *cut_off as u64;
            }
            Fact::Failed { refusal, .. } if refusal.class == Class::Throttled => self.throttles += 1,
            Fact::Failed { .. } => self.failures += 1,
            Fact::Held { wait } => self.gate = self.gate.saturating_add(*wait),
            Fact::Rejected { .. }
            | Fact::RejectionIgnored { .. }
            | Fact::Suspected { .. }
            | Fact::NotTheToken { .. }
            | Fact::RefreshTokenLost { dropped: false }
            | Fact::Challenged
            | Fact::LimitsDiffer { .. }
            | Fact::RefusedElsewhere { .. }
            | Fact::RevokesPrevious { .. }
            | Fact::Unchanged { .. }
            | Fact::Peculiar(_)
            | Fact::Expired { .. } => {}
        }
    }

    /// A thread waited so long for a token.
    pub(crate) fn waited(&mut self, time: Duration) {
        self.longest_wait = self.longest_wait.max(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }

    /// The longest that a thread waited for a token.
    pub(crate) fn longest_wait(&self) -> Duration {
        Duration::from_nanos(self.longest_wait)
    }

    /// Starts the counts of a new run.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Adds the counts of another credential of the same profile.
    pub(crate) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.mints.iter_mut().zip(other.mints).for_each(|(sum, more)| *sum += more);
        self.longest_wait = self.longest_wait.max(other.longest_wait);
        if other.rare.is_none() {
            return;
        }
        self.throttles += other.throttles;
        self.failures += other.failures;
        self.gate = self.gate.saturating_add(other.gate);
        self.rejections += other.rejections;
        self.rejections_unattributed += other.rejections_unattributed;
        self.api_throttles += other.api_throttles;
        self.paused = self.paused.saturating_add(other.paused);
        self.refreshes += other.refreshes;
        self.rotations += other.rotations;
        self.fallbacks += other.fallbacks;
        self.drains += other.drains;
        self.held = self.held.saturating_add(other.held);
        self.cut_off += other.cut_off;
        self.forbidden += other.forbidden;
        self.nonces_asked += other.nonces_asked;
        self.proofs_refused += other.proofs_refused;
        self.withheld += other.withheld;
        self.strayed += other.strayed;
        self.shared += other.shared;
        self.store_silent += other.store_silent;
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
        self.mints.iter().copied().map(u64::from).sum()
    }
}
