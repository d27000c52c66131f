//! The line of credentials that wait for one of the places at an endpoint.
//!
//! A hundred thousand users may want one of eight places. If each looked again by itself, places would stand empty
//! between two looks and most looks would be in vain; so a request that ends calls the next. Invariants: a credential
//! without a token stands before all whose token still serves, and among equals the one that came first; none stands in
//! it twice; one that is called and finds the place taken stands where it stood before; a client that may not send more
//! keeps nobody else from a free place.

use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::time::Duration;

use crate::time::clock::Mono;

/// A place in the line. Smaller ones are called first. One number, so that none takes no room in a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Turn(NonZeroU64);

impl Turn {
    /// Set where a token serves meanwhile: it stands behind all that have none.
    const PATIENT: u64 = 1 << 63;

    fn number(self) -> u64 {
        self.0.get() & !Self::PATIENT
    }
}

/// Numbers turns, and spreads the looks of those who can do nothing but look again: a hundred thousand users of a dead
/// server must not look ten times a second each.
#[derive(Debug, Default)]
pub(super) struct WaitingLine {
    newest: u64,
    last_look: Mono,
    /// The first turn of each client in the line.
    heads: BTreeSet<(Turn, u32)>,
}

impl WaitingLine {
    /// How long a few wait for a probe or a place of their own client.
    pub(super) const RECHECK: Duration = Duration::from_millis(100);
    /// How long a credential in the line waits before it looks by itself. It is called before, unless a limit keeps it.
    pub(super) const UNCALLED: Duration = Duration::from_secs(1);
    /// From one look to the next. A look takes microseconds, so all of them together a few hundredths of a processor.
    const APART: Duration = Duration::from_micros(100);

    /// The turn of a credential that held `before`, or none.
    pub(super) fn turn(&mut self, before: Option<Turn>, patient: bool) -> Turn {
        let number = before.map_or_else(
            || {
                self.newest += 1;
                self.newest
            },
            Turn::number,
        );
        let patient = if patient { Turn::PATIENT } else { 0 };
        Turn(NonZeroU64::new(number | patient).unwrap_or(NonZeroU64::MIN))
    }

    /// When the next look is; not before `soon` is over.
    pub(super) fn look(&mut self, now: Mono, soon: Duration) -> Mono {
        self.last_look = self.last_look.max(now).after(Self::APART);
        self.last_look.max(now.after(soon))
    }

    /// The first turn of a client changed.
    pub(super) fn move_head(&mut self, client: u32, before: Option<Turn>, after: Option<Turn>) {
        if before != after {
            before.map(|turn| self.heads.remove(&(turn, client)));
            after.map(|turn| self.heads.insert((turn, client)));
        }
    }

    /// Takes the first turn of each client anew.
    pub(super) fn rebuild(&mut self, heads: impl Iterator<Item = (Turn, u32)>) {
        self.heads = heads.collect();
    }

    /// The clients in the line, those whose first turn is called earlier before the others.
    pub(super) fn clients(&self) -> impl Iterator<Item = u32> {
        self.heads.iter().map(|(_, client)| *client)
    }
}
