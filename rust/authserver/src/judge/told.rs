//! What a client was told about waiting, and whether it then waited.

use crate::clock::Moment;

/// The last `Retry-After` a client was given.
///
/// It binds from `since`, when the answer that carried it was handed to the socket, not from when the server made up
/// its mind: a request that was on its way meanwhile had no chance to know.
#[derive(Debug, Default)]
pub(super) struct Told {
    since: Moment,
    until: Moment,
}

impl Told {
    /// Takes note of an answer that told the client at `since` to wait until `until`. A later answer replaces the end;
    /// while an earlier one still binds, it keeps the client bound from the earlier `since`.
    pub(super) fn tell(&mut self, since: Moment, until: Moment) {
        if since >= self.until || since < self.since {
            self.since = since;
        }
        self.until = until;
    }

    /// Whether a request that arrived at `at` ignores what the client was told.
    #[must_use]
    pub(super) fn ignored_by(&self, at: Moment) -> bool {
        (self.since..self.until).contains(&at)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(millis: u64) -> Moment {
        Duration::from_millis(millis)
    }

    #[test]
    fn nothing_told_nothing_ignored() {
        assert!(!Told::default().ignored_by(at(0)));
    }

    #[test]
    fn binds_from_the_answer_to_its_end() {
        let mut told = Told::default();
        told.tell(at(1_000), at(4_000));
        assert!(!told.ignored_by(at(999)), "was on its way when the answer went out");
        assert!(told.ignored_by(at(1_000)));
        assert!(told.ignored_by(at(3_999)));
        assert!(!told.ignored_by(at(4_000)));
    }

    #[test]
    fn the_last_answer_sets_the_end_and_the_first_the_start() {
        let mut told = Told::default();
        told.tell(at(1_000), at(5_000));
        told.tell(at(1_600), at(4_600));
        assert!(told.ignored_by(at(1_200)), "bound by the first answer");
        assert!(!told.ignored_by(at(4_600)), "freed by the last answer");

        told.tell(at(9_000), at(9_500));
        assert!(!told.ignored_by(at(8_000)), "nothing bound it between the two");
    }
}
