//! The line of those who wait for one of the places at an endpoint.
//!
//! A hundred thousand users may want one of eight places. If each looked again by itself, places would stand empty
//! between two looks and most looks would be in vain; so whoever leaves a place calls the next. Invariants: whoever has
//! no token stands before all whose token still serves, and among equals whoever came first; nobody stands in it twice;
//! whoever is called and finds the place taken stands where it stood before.

use std::collections::BTreeSet;

/// A standing in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Turn {
    /// It has a token that serves meanwhile.
    patient: bool,
    number: u64,
}

/// The line.
#[derive(Debug, Default)]
pub(super) struct Line {
    standing: BTreeSet<Turn>,
    newest: u64,
}

impl Line {
    /// Somebody waits who `held` this turn before, or none.
    pub(super) fn stand(&mut self, held: Option<Turn>, patient: bool) -> Turn {
        let number = held.map(|turn| turn.number).unwrap_or_else(|| {
            self.newest += 1;
            self.newest
        });
        if let Some(held) = held {
            self.standing.remove(&held);
        }
        let turn = Turn { patient, number };
        self.standing.insert(turn);
        turn
    }

    /// Whoever held this turn waits no longer.
    pub(super) fn leave(&mut self, turn: Turn) {
        self.standing.remove(&turn);
    }

    /// The next, who is to ask now and stands in the line no more until then.
    pub(super) fn call(&mut self) -> Option<Turn> {
        self.standing.pop_first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_no_token_is_called_first_and_then_whoever_came_first() {
        let mut line = Line::default();
        let [ahead, late] = [true, true].map(|patient| line.stand(None, patient));
        let [first, second] = [false, false].map(|patient| line.stand(None, patient));
        line.leave(second);
        assert_eq!([(); 4].map(|()| line.call()), [Some(first), Some(ahead), Some(late), None]);
    }

    #[test]
    fn whoever_finds_the_place_taken_stands_where_it_stood() {
        let mut line = Line::default();
        let turns = [(); 3].map(|()| line.stand(None, true));
        assert_eq!(line.call(), Some(turns[0]));
        assert_eq!(line.stand(Some(turns[0]), true), turns[0]);
        // Its token has run out meanwhile.
        let urgent = line.stand(Some(turns[2]), false);
        assert_eq!([(); 4].map(|()| line.call()), [Some(urgent), Some(turns[0]), Some(turns[1]), None]);
    }
}
