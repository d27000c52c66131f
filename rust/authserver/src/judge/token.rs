//! One token's life, and the oracle: who is to blame for a 401.
//!
//! # The rule
//! A 401 for a token that was valid once is *unavoidable* only if the API request arrived before the answer with the
//! client's next token was fully written, plus [`GRACE`]. Every other 401 is *avoidable*: a token never issued, one used
//! past the lifetime its client was told, one used although its successor was there to be used.

use std::sync::Arc;
use std::time::Duration;

use super::limited::Limited;
use crate::clock::Moment;

/// How long a client may take to put a new token to use once the answer with it is written.
pub const GRACE: Duration = Duration::from_millis(5);

/// A token as the server remembers it, also after its death.
#[derive(Debug)]
pub struct TokenRecord {
    /// Index of the client it was minted for.
    pub client: usize,
    /// The user it was minted for; `None`: the client itself.
    pub user: Option<Arc<str>>,
    /// The scopes it was granted.
    pub scope: Box<str>,
    /// Its place among the client's tokens.
    pub serial: u64,
    /// When the server stops to accept it.
    pub ends: Moment,
    /// When its client was told it ends; `None`: the answer did not say. It differs from `ends` with an overridden
    /// `expires_in` only.
    pub told_end: Option<Moment>,
    /// API requests it has authorized.
    pub uses: u64,
    /// Whether the server killed it before its end.
    pub killed: bool,
    /// When the answer with a later token of the client was first fully written.
    pub superseded: Option<Moment>,
    /// At the API, where its limit is per token.
    pub(super) api: Limited,
}

/// What a presented token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It authorizes.
    Valid,
    /// 401, and the client could have known.
    DeadAvoidable,
    /// 401, and the client could not have known.
    DeadUnavoidable,
}

impl TokenRecord {
    /// Judges a request with this token that arrived at `at`.
    #[must_use]
    pub fn standing(&self, at: Moment) -> Standing {
        if !self.killed && at < self.ends {
            Standing::Valid
        } else if self.told_end.is_some_and(|end| at >= end) {
            Standing::DeadAvoidable
        } else if self.superseded.is_none_or(|written| at < written + GRACE) {
            Standing::DeadUnavoidable
        } else {
            Standing::DeadAvoidable
        }
    }

    /// Takes note that a later token's answer was fully written at `at`.
    pub fn supersede(&mut self, at: Moment) {
        self.superseded = Some(self.superseded.map_or(at, |before| before.min(at)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Duration::from_millis(millis)
    }

    /// A token that ends at 20 s, as its client was told.
    fn token() -> TokenRecord {
        TokenRecord {
            client: 0,
            user: None,
            scope: "".into(),
            serial: 1,
            ends: at(20_000),
            told_end: Some(at(20_000)),
            uses: 0,
            killed: false,
            superseded: None,
            api: Limited::default(),
        }
    }

    #[test]
    fn valid_until_its_end_also_beside_a_successor() {
        let mut token = token();
        assert_eq!(token.standing(at(19_999)), Standing::Valid);
        token.supersede(at(10_000));
        assert_eq!(token.standing(at(19_999)), Standing::Valid);
    }

    #[test]
    fn a_token_used_past_its_told_end_is_avoidable_with_or_without_successor() {
        let mut token = token();
        assert_eq!(token.standing(at(20_000)), Standing::DeadAvoidable);
        token.supersede(at(19_000));
        assert_eq!(token.standing(at(20_000)), Standing::DeadAvoidable);
        token.killed = true;
        assert_eq!(token.standing(at(20_000)), Standing::DeadAvoidable);
    }

    #[test]
    fn a_killed_token_is_unavoidable_until_its_successor_is_written_plus_five_milliseconds() {
        let mut token = token();
        token.killed = true;
        assert_eq!(token.standing(at(15_000)), Standing::DeadUnavoidable, "there is no successor yet");
        token.supersede(at(10_000));
        assert_eq!(token.standing(at(10_004)), Standing::DeadUnavoidable);
        assert_eq!(token.standing(at(10_005)), Standing::DeadAvoidable);
    }

    #[test]
    fn the_first_successor_counts() {
        let mut token = token();
        token.killed = true;
        token.supersede(at(12_000));
        token.supersede(at(10_000));
        token.supersede(at(11_000));
        assert_eq!(token.superseded, Some(at(10_000)));
    }

    #[test]
    fn a_token_that_ends_before_its_told_end_died_early() {
        for told_end in [None, Some(at(3_600_000))] {
            let mut token = TokenRecord { told_end, ..token() };
            assert_eq!(token.standing(at(20_000)), Standing::DeadUnavoidable);
            token.supersede(at(21_000));
            assert_eq!(token.standing(at(21_004)), Standing::DeadUnavoidable);
            assert_eq!(token.standing(at(21_005)), Standing::DeadAvoidable);
        }
    }
}
