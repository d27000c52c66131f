//! The mint budget: how many token requests one client may make at one endpoint.
//!
//! It counts attempts, because servers do. Invariants:
//!
//! - Never more than the limit in any window of its length, or in one run.
//! - A refresh ahead of expiry leaves the last tenth alone: its token still serves, and someone without a token
//!   may need what is left.

use std::collections::VecDeque;
use std::time::Duration;

use crate::time::clock::Mono;

/// How many, and counted over what (`mint_budget`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Most token requests.
    pub most: u32,
    /// Over any time this long; `None`: over one run.
    pub window: Option<Duration>,
}

impl Budget {
    /// What a refresh ahead of expiry may not touch: a tenth, but never all of it.
    #[must_use]
    pub fn reserve(&self) -> u32 {
        (self.most / 10).max(1).min(self.most - 1)
    }
}

/// The requests of one client that count against its budget.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spent {
    /// When each was granted, oldest first; as many as the largest window's budget.
    at: VecDeque<Mono>,
    kept: usize,
    /// Since the run began.
    in_run: u32,
}

impl Spent {
    /// Until when a request must wait, if it must. [`Mono::NEVER`]: the next run.
    pub(crate) fn refuses(&mut self, now: Mono, budget: Budget, voluntary: bool) -> Option<Mono> {
        self.kept = self.kept.max(budget.most as usize);
        self.wait(now, budget, voluntary)
    }

    fn wait(&self, now: Mono, budget: Budget, voluntary: bool) -> Option<Mono> {
        let most = budget.most - if voluntary { budget.reserve() } else { 0 };
        let Some(window) = budget.window else {
            return (self.in_run >= most).then_some(Mono::NEVER);
        };
        // The request that must leave the window before there is room, counted from the newest.
        let blocking = self.at.len().checked_sub(most as usize).and_then(|index| self.at.get(index))?;
        let leaves = blocking.after(window);
        (now < leaves).then_some(leaves)
    }

    /// Counts one, whoever of the client's profiles it is for.
    pub(crate) fn add(&mut self, now: Mono) {
        self.in_run = self.in_run.saturating_add(1);
        self.at.push_back(now);
        let excess = self.at.len().saturating_sub(self.kept);
        self.at.drain(..excess);
    }

    /// How many are left, and when one more will be, if none is.
    pub(crate) fn left(&self, now: Mono, budget: Budget) -> (u32, Option<Mono>) {
        let spent = match budget.window {
            None => self.in_run,
            Some(window) => {
                let inside = self.at.iter().filter(|at| now < at.after(window)).count();
                u32::try_from(inside).unwrap_or(u32::MAX)
            }
        };
        (budget.most.saturating_sub(spent), self.wait(now, budget, false))
    }

    pub(crate) fn run_started(&mut self) {
        self.in_run = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Mono {
        Mono::ZERO.after(Duration::from_secs(seconds))
    }

    fn minute(most: u32) -> Budget {
        Budget { most, window: Some(Duration::from_secs(60)) }
    }

    fn spent(budget: Budget, seconds: &[u64]) -> Spent {
        let mut spent = Spent::default();
        for second in seconds {
            spent.refuses(at(*second), budget, false);
            spent.add(at(*second));
        }
        spent
    }

    #[test]
    fn a_window_slides() {
        let budget = minute(3);
        let mut three = spent(budget, &[0, 10, 20]);
        assert_eq!(three.refuses(at(20), budget, false), Some(at(60)));
        assert_eq!(three.refuses(at(59), budget, false), Some(at(60)));
        assert_eq!(three.refuses(at(60), budget, false), None);
        let mut four = spent(budget, &[0, 10, 20, 60]);
        assert_eq!(four.refuses(at(60), budget, false), Some(at(70)));
        assert_eq!(four.left(at(60), budget), (0, Some(at(70))));
        assert_eq!(four.left(at(75), budget), (1, None));
    }

    #[test]
    fn a_refresh_ahead_leaves_a_tenth_and_at_least_one() {
        assert_eq!([1, 2, 9, 10, 30].map(|most| minute(most).reserve()), [0, 1, 1, 1, 3]);
        let budget = minute(3);
        let mut two = spent(budget, &[0, 10]);
        assert_eq!(two.refuses(at(10), budget, true), Some(at(60)));
        assert_eq!(two.refuses(at(10), budget, false), None);
        assert_eq!(spent(minute(1), &[]).refuses(at(0), minute(1), true), None);
    }

    #[test]
    fn a_budget_of_a_run_is_whole_again_in_the_next() {
        let budget = Budget { most: 2, window: None };
        let mut two = spent(budget, &[0, 10]);
        assert_eq!(two.refuses(at(100_000), budget, false), Some(Mono::NEVER));
        assert_eq!(two.left(at(100_000), budget), (0, Some(Mono::NEVER)));
        two.run_started();
        assert_eq!(two.refuses(at(100_000), budget, false), None);
    }

    #[test]
    fn a_window_outlives_the_run() {
        let budget = minute(2);
        let mut two = spent(budget, &[0, 10]);
        two.run_started();
        assert_eq!(two.refuses(at(11), budget, false), Some(at(60)));
    }
}
