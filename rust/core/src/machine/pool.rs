//! The machine of one client's slots: does its server let several tokens live side by side?
//!
//! Some servers revoke a client's tokens when they mint the next. There, slots kill each other in turn: each 401 brings
//! a mint, and each mint a 401. This machine hears of every slot's requests, tokens, 401s and successes, and decides
//! once, for good, that one slot is to serve alone. It must tell such a server from one that lost all its tokens at once
//! (a restart) and from an API that refuses everything. Invariants:
//!
//! - **A death needs a killer.** A 401 speaks against the server only if another slot's token came, or was on its way,
//!   since the refused one was last known to be good. The killer's own request must not have been caused by a 401 that
//!   nothing explains: what follows a restart explains nothing.
//! - **Two deaths, and the second victim was asked for after the first death was heard.** Whatever killed the first
//!   once, a restart say, can not have killed a token that did not exist yet.
//! - **Something works.** Nothing is decided before a token that was asked for after the first death was accepted: an API
//!   that refuses everything accepts none.
//! - **Proof of the contrary counts.** A 401 with no killer at all, an older token accepted clearly after another slot's
//!   token came, or a refused token that is accepted again, takes back what was believed so far.

use std::time::Duration;

use super::fact::Reason;
use crate::oauth::token::Generation;
use crate::time::clock::Mono;

/// What caused a token request, as far as this machine cares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Cause {
    /// A need of its own, or a 401 for which another slot's token may be to blame.
    #[default]
    Ordinary,
    /// A 401 that no other slot's token explains.
    Unexplained,
}

/// The newest token of a slot.
#[derive(Clone, Copy, Debug)]
struct Newest {
    generation: Generation,
    cause: Cause,
    sent: Mono,
    arrived: Mono,
    /// Up to then it is known to have been good.
    good: Mono,
    rejected: Option<Mono>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    newest: Option<Newest>,
    /// A request is on its way, and why.
    under_way: Option<Cause>,
    /// What its last 401 will have caused.
    cause: Cause,
}

/// The deaths so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Belief {
    #[default]
    Innocent,
    /// One or two, the first heard of then; and whether a token that was asked for since then was accepted.
    Guilty { heard: Mono, twice: bool, works: bool },
    /// One slot serves alone.
    Decided(usize),
}

/// The machine.
#[derive(Clone, Debug)]
pub struct Pool {
    slots: Vec<Slot>,
    belief: Belief,
}

impl Pool {
    /// An answer that comes longer than this after another slot's token can't have been under way when that was minted:
    /// APIs answer within seconds, or their clients give up.
    pub const LATE: Duration = Duration::from_secs(10);

    /// A pool of so many slots.
    #[must_use]
    pub fn of(slots: usize) -> Self {
        Self { slots: vec![Slot::default(); slots], belief: Belief::default() }
    }

    /// The slot that serves alone, once that is decided.
    #[must_use]
    pub fn alone(&self) -> Option<usize> {
        match self.belief {
            Belief::Decided(slot) => Some(slot),
            _ => None,
        }
    }

    /// A token request of `slot` was sent.
    pub fn asked(&mut self, slot: usize, reason: Reason) {
        let slot = &mut self.slots[slot];
        slot.under_way = Some(if reason == Reason::Rejected { slot.cause } else { Cause::Ordinary });
    }

    /// It failed.
    pub fn failed(&mut self, slot: usize) {
        self.slots[slot].under_way = None;
    }

    /// It brought a token.
    pub fn minted(&mut self, slot: usize, generation: Generation, sent: Mono, arrived: Mono) {
        let slot = &mut self.slots[slot];
        let cause = slot.under_way.take().unwrap_or_default();
        slot.newest = Some(Newest { generation, cause, sent, arrived, good: sent, rejected: None });
    }

    /// The API accepted a token. Says which slot is to serve alone, if that decides it.
    pub fn accepted(&mut self, now: Mono, slot: usize, generation: Generation) -> Option<usize> {
        let late = now.before(Self::LATE);
        let newest = self.slots[slot].newest.as_mut().filter(|newest| newest.generation == generation)?;
        let revived = newest.rejected.is_some_and(|rejected| rejected <= late);
        if newest.rejected.is_none() {
            newest.good = newest.good.max(late);
        }
        let Newest { sent, arrived, rejected, .. } = *newest;
        if let Belief::Guilty { heard, works, .. } = &mut self.belief {
            *works |= rejected.is_none() && sent >= *heard;
        }
        if revived || self.others(slot).any(|other| other.arrived > arrived && other.arrived <= late) {
            self.acquit();
        }
        self.decide()
    }

    /// The API refused a token that should have lived. Says which slot is to serve alone, if that decides it.
    pub fn rejected(&mut self, now: Mono, slot: usize, generation: Generation) -> Option<usize> {
        let victim = self.slots[slot].newest.filter(|newest| newest.generation == generation)?;
        let came = |other: &Newest| other.arrived > victim.good;
        let coming = |other: &Slot| other.under_way;
        let neighbours = || self.slots.iter().enumerate().filter(|(n, _)| *n != slot).map(|(_, other)| other);
        let causes = neighbours().filter_map(coming).chain(self.others(slot).filter(came).map(|o| o.cause));
        let (mut suspects, mut explained) = (false, false);
        causes.for_each(|cause| {
            suspects = true;
            explained |= cause == Cause::Ordinary;
        });
        let killed = self.others(slot).any(|other| came(&other) && other.cause == Cause::Ordinary);
        let first = victim.rejected.is_none();
        let slot = &mut self.slots[slot];
        slot.newest.iter_mut().for_each(|newest| newest.rejected = newest.rejected.or(Some(now)));
        if first {
            slot.cause = if explained { Cause::Ordinary } else { Cause::Unexplained };
        }
        if !suspects {
            self.acquit();
        } else if killed && slot.cause == Cause::Ordinary {
            self.belief = match self.belief {
                Belief::Innocent => Belief::Guilty { heard: now, twice: false, works: false },
                Belief::Guilty { heard, works, .. } if victim.sent >= heard => {
                    Belief::Guilty { heard, twice: true, works }
                }
                other => other,
            };
        }
        self.decide()
    }

    /// Whether the slot that serves alone lost this token to what another had under way when it was retired. Then the
    /// 401 says nothing of the API, however fresh the token.
    #[must_use]
    pub fn excuses(&self, slot: usize, generation: Generation) -> bool {
        let victim = self.slots[slot].newest.filter(|newest| newest.generation == generation);
        self.alone() == Some(slot)
            && victim.is_some_and(|victim| {
                let coming = |(n, other): (usize, &Slot)| n != slot && other.under_way.is_some();
                self.slots.iter().enumerate().any(coming)
                    || self.others(slot).any(|other| other.arrived > victim.sent)
            })
    }

    /// The newest tokens of the other slots.
    fn others(&self, slot: usize) -> impl Iterator<Item = Newest> {
        let others = self.slots.iter().enumerate().filter(move |(n, _)| *n != slot);
        others.filter_map(|(_, other)| other.newest)
    }

    fn acquit(&mut self) {
        if self.alone().is_none() {
            self.belief = Belief::Innocent;
        }
    }

    /// Decides for the slot whose token came last: it is the one that lives.
    fn decide(&mut self) -> Option<usize> {
        let Belief::Guilty { twice: true, works: true, .. } = self.belief else { return None };
        let newest = self.slots.iter().enumerate().filter_map(|(n, slot)| Some((n, slot.newest?)));
        let alive = newest.filter(|(_, newest)| newest.rejected.is_none());
        let (alone, _) = alive.max_by_key(|(_, newest)| newest.arrived)?;
        self.belief = Belief::Decided(alone);
        Some(alone)
    }
}
