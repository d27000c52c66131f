//! One token's life, and whether the client could have avoided a 401.
//!
//! # The rule
//! A 401 for a token that was valid once is *unavoidable* only if the client composed the request before it can have
//! known the next token: the answer with it was not fully written, or [`GRACE`] and the time in which ready threads waited
//! for a processor had not passed since (see [`super::Notice`]). Every other 401 is *avoidable*: a token never issued,
//! one used past the lifetime its client was told, one used although its successor was there to be used.

use std::sync::Arc;
use std::time::Duration;

use super::RequestTimes;
use super::api_limit::ApiLimit;
use super::notice::Notice;
use crate::clock::Moment;
use crate::cpu_wait::CpuWait;

/// The work of a client, on a processor of its own, from the last byte of an answer to the use of the token in it.
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
    /// When it ends by what its client was told; `None`: the answer did not say. It differs from `ends` with an
    /// overridden `expires_in` only.
    pub announced_end: Option<Moment>,
    /// API requests it has authorized.
    pub uses: u64,
    /// Whether the server killed it before its end.
    pub killed: bool,
    /// The first answer with a later token of the client that was fully written.
    pub superseded: Option<Notice>,
    /// At the API, where its limit is per token.
    pub(super) api: ApiLimit,
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
    /// Judges a request with this token. `cpu_wait` is read only if the answer depends on it.
    #[must_use]
    pub fn standing(&self, times: &RequestTimes, cpu_wait: impl FnOnce() -> CpuWait) -> Standing {
        if !self.killed && times.arrived < self.ends {
            return Standing::Valid;
        }
        // The end was known from the start, so a client can keep away from it: no allowance.
        let expired = self.announced_end.is_some_and(|end| times.composed >= end);
        let successor = self.superseded.filter(|notice| times.composed >= notice.given);
        if expired || successor.is_some_and(|notice| notice.is_known(times.composed, GRACE, cpu_wait())) {
            Standing::DeadAvoidable
        } else {
            Standing::DeadUnavoidable
        }
    }

    /// Records that a later token's answer was fully written.
    pub fn supersede(&mut self, notice: Notice) {
        if self.superseded.is_none_or(|before| notice.given < before.given) {
            self.superseded = Some(notice);
        }
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
            announced_end: Some(at(20_000)),
            uses: 0,
            killed: false,
            superseded: None,
            api: ApiLimit::default(),
        }
    }

    /// A request that arrived the moment it was composed, on a quiet machine.
    fn standing(token: &TokenRecord, millis: u64) -> Standing {
        token.standing(&RequestTimes::at_once(at(millis)), CpuWait::default)
    }

    fn supersede(token: &mut TokenRecord, millis: u64) {
        token.supersede(Notice { given: at(millis), cpu_wait: CpuWait::default() });
    }

    #[test]
    fn valid_until_its_end_also_beside_a_successor() {
        let mut token = token();
        assert_eq!(standing(&token, 19_999), Standing::Valid);
        supersede(&mut token, 10_000);
        assert_eq!(standing(&token, 19_999), Standing::Valid);
    }

    #[test]
    fn a_token_used_past_its_announced_end_is_avoidable_with_or_without_successor() {
        let mut token = token();
        assert_eq!(standing(&token, 20_000), Standing::DeadAvoidable);
        supersede(&mut token, 19_000);
        assert_eq!(standing(&token, 20_000), Standing::DeadAvoidable);
        token.killed = true;
        assert_eq!(standing(&token, 20_000), Standing::DeadAvoidable);
    }

    #[test]
    fn a_killed_token_is_unavoidable_until_its_successor_is_written_and_the_client_has_done_its_work() {
        let mut token = token();
        token.killed = true;
        assert_eq!(standing(&token, 15_000), Standing::DeadUnavoidable, "there is no successor yet");
        supersede(&mut token, 10_000);
        assert_eq!(standing(&token, 10_004), Standing::DeadUnavoidable);
        assert_eq!(standing(&token, 10_005), Standing::DeadAvoidable);
    }

    #[test]
    fn what_a_client_composed_before_it_could_know_is_unavoidable_however_late_it_arrives() {
        let mut token = token();
        token.killed = true;
        supersede(&mut token, 10_000);
        let arrives_late =
            |composed| RequestTimes { composed: at(composed), arrived: at(10_200), now: at(10_200) };
        assert_eq!(token.standing(&arrives_late(9_990), CpuWait::default), Standing::DeadUnavoidable);
        assert_eq!(token.standing(&arrives_late(10_004), CpuWait::default), Standing::DeadUnavoidable);
        assert_eq!(token.standing(&arrives_late(10_005), CpuWait::default), Standing::DeadAvoidable);
    }

    #[test]
    fn the_time_that_ready_threads_waited_is_no_clients_fault() {
        let mut token = token();
        token.killed = true;
        supersede(&mut token, 10_000);
        let busy = || CpuWait { late_beats: at(3), pressure: at(18) };
        let composed = |millis| RequestTimes::at_once(at(millis));
        assert_eq!(token.standing(&composed(10_022), busy), Standing::DeadUnavoidable);
        assert_eq!(token.standing(&composed(10_023), busy), Standing::DeadAvoidable);
    }

    #[test]
    fn the_first_successor_counts() {
        let mut token = token();
        token.killed = true;
        for written in [12_000, 10_000, 11_000] {
            supersede(&mut token, written);
        }
        assert_eq!(token.superseded.map(|notice| notice.given), Some(at(10_000)));
    }

    #[test]
    fn a_token_that_ends_before_its_announced_end_died_early() {
        for announced_end in [None, Some(at(3_600_000))] {
            let mut token = TokenRecord { announced_end, ..token() };
            assert_eq!(standing(&token, 20_000), Standing::DeadUnavoidable);
            supersede(&mut token, 21_000);
            assert_eq!(standing(&token, 21_004), Standing::DeadUnavoidable);
            assert_eq!(standing(&token, 21_005), Standing::DeadAvoidable);
        }
    }
}
