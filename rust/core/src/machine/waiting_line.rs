//! The lines of credentials that wait for leave to send a token request.
//!
//! A hundred thousand users may wait for one of eight places, for a probe, or for a budget. If each looked again by itself,
//! most looks would be in vain, so none does: they are called. Credentials that the same facts hold back stand in one line,
//! so the first of a line shows whether any of it can be granted. Invariants:
//!
//! - A credential without a token stands before all whose token still serves, and among equals the one that came first.
//! - None stands in two places; one that is called in vain stands where it stood before.
//! - Where something else holds a line back than its credentials were told, all of them are called once, to tell their
//!   readers. From one limit of the profiles to another that is not worth it, unless the wait is long.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashMap;

use super::input::CredentialId;
use super::obstacle::{Cause, Obstacle};
use crate::time::clock::Mono;

/// A shorter wait for a limit of the profiles is not told again: `token_request_spacing` names another time with each
/// request, and telling a whole line each time would cost the square of its length.
const LONG_WAIT: Duration = Duration::from_secs(10);

/// A place in a line. Smaller ones are called first. One number, so that none takes no room in a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Turn(NonZeroU64);

impl Turn {
    /// Before all others.
    pub(super) const FIRST: Self = Self(NonZeroU64::MIN);
    /// Set where a token serves meanwhile: it stands behind all that have none.
    const PATIENT: u64 = 1 << 63;

    fn number(self) -> u64 {
        self.0.get() & !Self::PATIENT
    }

    /// Whether it can wait.
    pub(super) fn is_patient(self) -> bool {
        self.0.get() & Self::PATIENT != 0
    }

    /// The one behind it.
    pub(super) fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// What all credentials of a line have in common: the same facts hold their requests back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct LineKey {
    pub(super) client: u32,
    /// How it is presented: a number of the endpoint's.
    pub(super) presented: u32,
    /// The most requests of its client in flight while a pool is filled.
    pub(super) filling: Option<u32>,
}

/// One line.
#[derive(Debug, Default)]
struct Line {
    waiting: BTreeMap<Turn, CredentialId>,
    /// What its credentials were told.
    announced: Option<Obstacle>,
    /// All from here on are still to be called, to tell their readers of another obstacle.
    recalled: Option<Turn>,
}

/// All lines of an endpoint.
#[derive(Debug, Default)]
pub(super) struct WaitingLines {
    newest: u64,
    lines: FxHashMap<LineKey, Line>,
    /// The first turn of each line.
    heads: BTreeMap<Turn, LineKey>,
    /// Lines of which credentials are recalled.
    recalled: Vec<LineKey>,
}

impl WaitingLines {
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

    /// A credential leaves its place in a line.
    pub(super) fn leave(&mut self, key: &LineKey, turn: Turn) {
        let Some(line) = self.lines.get_mut(key) else { return };
        line.waiting.remove(&turn);
        if self.heads.remove(&turn).is_some()
            && let Some(next) = line.waiting.keys().next()
        {
            self.heads.insert(*next, *key);
        }
        if line.waiting.is_empty() {
            self.lines.remove(key);
        }
    }

    /// A credential takes a place in a line.
    pub(super) fn enter(&mut self, key: LineKey, turn: Turn, id: CredentialId) {
        let waiting = &mut self.lines.entry(key).or_default().waiting;
        let head = waiting.keys().next().copied();
        waiting.insert(turn, id);
        if head.is_none_or(|head| turn < head) {
            head.map(|head| self.heads.remove(&head));
            self.heads.insert(turn, key);
        }
    }

    /// Takes a credential out of every line.
    pub(super) fn forget(&mut self, id: CredentialId) {
        let stands = |(key, line): (&LineKey, &Line)| {
            let turn = line.waiting.iter().find(|(_, other)| **other == id)?.0;
            Some((*key, *turn))
        };
        if let Some((key, turn)) = self.lines.iter().find_map(stands) {
            self.leave(&key, turn);
        }
    }

    /// The first of a line at `from` or behind, of all the one that is called before the others.
    pub(super) fn head(&self, from: Turn) -> Option<(Turn, LineKey)> {
        self.heads.range(from..).next().map(|(turn, key)| (*turn, *key))
    }

    /// The credential that is called first.
    pub(super) fn first(&self) -> Option<CredentialId> {
        let (turn, key) = self.head(Turn::FIRST)?;
        self.at(&key, turn)
    }

    /// The credential with this turn.
    pub(super) fn at(&self, key: &LineKey, turn: Turn) -> Option<CredentialId> {
        self.lines.get(key)?.waiting.get(&turn).copied()
    }

    /// This holds a line back. If its credentials were told otherwise, all are recalled.
    pub(super) fn hold(&mut self, now: Mono, key: &LineKey, obstacle: Obstacle) {
        let Some(line) = self.lines.get_mut(key) else { return };
        let is_news = line.announced.as_ref().is_some_and(|announced| differs(now, announced, &obstacle));
        if is_news {
            if line.recalled.is_none() {
                self.recalled.push(*key);
            }
            line.recalled = Some(Turn::FIRST);
        }
        if is_news || line.announced.is_none() {
            line.announced = Some(obstacle);
        }
    }

    /// The next credential that is recalled.
    pub(super) fn next_recalled(&mut self) -> Option<CredentialId> {
        while let Some(key) = self.recalled.last() {
            if let Some(line) = self.lines.get_mut(key)
                && let Some(from) = line.recalled.take()
                && let Some((turn, id)) = line.waiting.range(from..).next()
            {
                line.recalled = Some(turn.next());
                return Some(*id);
            }
            self.recalled.pop();
        }
        None
    }
}

fn differs(now: Mono, announced: &Obstacle, obstacle: &Obstacle) -> bool {
    let is_other = match (&announced.cause, &obstacle.cause) {
        (Cause::Server(announced), Cause::Server(why)) => !Arc::ptr_eq(announced, why),
        (Cause::Limit(_), Cause::Limit(_)) => false,
        _ => true,
    };
    let is_long = |one: &Obstacle| one.until.time().is_some_and(|time| time >= now.after(LONG_WAIT));
    is_other || (obstacle.until != announced.until && (is_long(announced) || is_long(obstacle)))
}
