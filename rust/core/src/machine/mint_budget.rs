//! The token requests of one client, counted against its mint budgets.
//!
//! It counts attempts, because servers do. Invariants:
//!
//! - Never more than the budget in any window of its length, or in one run, whoever asked and under whatever profile: an
//!   attempt counts also for a budget that is set later.
//! - A refresh ahead of expiry leaves the last tenth of a budget alone: its token still serves, and a reader without a
//!   token may need what is left.

use std::collections::VecDeque;

use crate::time::budget::Budget;
use crate::time::clock::Mono;

/// Attempts that are remembered for a budget that may be set later: 8 bytes each, and more than servers allow in a day.
const REMEMBERED: usize = 4096;

/// The attempts of one client.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// When each was granted, oldest first.
    at: VecDeque<Mono>,
    in_run: u32,
}

impl Attempts {
    /// Until when `budget` holds a request back, if it does. [`Mono::NEVER`]: until the next run.
    pub(super) fn held_until(&self, now: Mono, budget: Budget, voluntary: bool) -> Option<Mono> {
        let most = budget.most - if voluntary { budget.reserve() } else { 0 };
        let Some(window) = budget.window else {
            return (self.in_run >= most).then_some(Mono::NEVER);
        };
        // The request that must leave the window before there is room, counted from the newest.
        let blocking = self.at.len().checked_sub(most as usize).and_then(|index| self.at.get(index))?;
        let leaves = blocking.after(window);
        (now < leaves).then_some(leaves)
    }

    /// Counts one. `largest` is the largest budget in force.
    pub(super) fn add(&mut self, now: Mono, largest: usize) {
        self.in_run = self.in_run.saturating_add(1);
        self.at.push_back(now);
        let excess = self.at.len().saturating_sub(largest.max(REMEMBERED));
        self.at.drain(..excess);
    }

    /// How many are left of `budget`, and when one more will be, if none is.
    pub(super) fn left(&self, now: Mono, budget: Budget) -> (u32, Option<Mono>) {
        let spent = match budget.window {
            None => self.in_run,
            Some(window) => {
                let inside = self.at.iter().rev().take_while(|at| now < at.after(window)).count();
                u32::try_from(inside).unwrap_or(u32::MAX)
            }
        };
        (budget.most.saturating_sub(spent), self.held_until(now, budget, false))
    }

    /// A run began: budgets of a run are whole again.
    pub(super) fn run_started(&mut self) {
        self.in_run = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: u64) -> Mono {
        Mono::ZERO.after(Duration::from_secs(seconds))
    }

    fn minute(most: u32) -> Budget {
        Budget { most, window: Some(Duration::from_secs(60)) }
    }

    fn attempts(seconds: &[u64]) -> Attempts {
        let mut attempts = Attempts::default();
        seconds.iter().for_each(|second| attempts.add(at(*second), 3));
        attempts
    }

    #[test]
    fn a_window_slides() {
        let budget = minute(3);
        let three = attempts(&[0, 10, 20]);
        assert_eq!(three.held_until(at(20), budget, false), Some(at(60)));
        assert_eq!(three.held_until(at(59), budget, false), Some(at(60)));
        assert_eq!(three.held_until(at(60), budget, false), None);
        let four = attempts(&[0, 10, 20, 60]);
        assert_eq!(four.held_until(at(60), budget, false), Some(at(70)));
        assert_eq!(four.left(at(60), budget), (0, Some(at(70))));
        assert_eq!(four.left(at(75), budget), (1, None));
    }

    #[test]
    fn attempts_count_for_a_budget_that_is_set_later() {
        let forty = attempts(&[0; 40]);
        assert_eq!(forty.held_until(at(1), minute(30), false), Some(at(60)));
        assert_eq!(forty.left(at(1), minute(50)), (10, None));
    }

    #[test]
    fn a_refresh_ahead_leaves_a_tenth_and_at_least_one() {
        assert_eq!([1, 2, 9, 10, 30].map(|most| minute(most).reserve()), [0, 1, 1, 1, 3]);
        let budget = minute(3);
        let two = attempts(&[0, 10]);
        assert_eq!(two.held_until(at(10), budget, true), Some(at(60)));
        assert_eq!(two.held_until(at(10), budget, false), None);
        assert_eq!(attempts(&[]).held_until(at(0), minute(1), true), None);
    }

    #[test]
    fn a_budget_of_a_run_is_whole_again_in_the_next_and_a_window_outlives_the_run() {
        let run = Budget { most: 2, window: None };
        let mut two = attempts(&[0, 10]);
        assert_eq!(two.held_until(at(100_000), run, false), Some(Mono::NEVER));
        assert_eq!(two.left(at(100_000), run), (0, Some(Mono::NEVER)));
        two.run_started();
        assert_eq!(two.held_until(at(100_000), run, false), None);
        assert_eq!(two.held_until(at(11), minute(2), false), Some(at(60)));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut many = Attempts::default();
        (0..2 * REMEMBERED).for_each(|_| many.add(at(0), 10));
        assert_eq!(many.at.len(), REMEMBERED);
    }
}
