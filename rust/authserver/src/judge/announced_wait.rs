//! How long a client was told to wait, and whether it did.

use std::time::Duration;

use super::notice::Notice;
use crate::clock::Moment;
use crate::cpu_wait::CpuWait;

/// The last `Retry-After` a client was given.
///
/// It binds from when the answer that carried it was handed to the socket, not from when the server decided: a request
/// that was on its way meanwhile had no chance to know.
#[derive(Debug, Default)]
pub(super) struct AnnouncedWait {
    notice: Notice,
    until: Moment,
}

impl AnnouncedWait {
    /// Records an answer that told the client to wait until `until`. A later answer replaces the end; while an earlier
    /// one still binds, it keeps the client bound from the earlier notice.
    pub(super) fn announce(&mut self, notice: Notice, until: Moment) {
        if notice.given >= self.until || notice.given < self.notice.given {
            self.notice = notice;
        }
        self.until = until;
    }

    /// Whether a wait was announced that ends after `composed`.
    #[must_use]
    pub(super) fn is_pending(&self, composed: Moment) -> bool {
        composed < self.until
    }

    /// Whether a request that was composed at `composed` ignores the wait. `work` is what the client needs to act on it.
    #[must_use]
    pub(super) fn is_ignored(&self, composed: Moment, work: Duration, cpu_wait: CpuWait) -> bool {
        self.is_pending(composed) && self.notice.is_known(composed, work, cpu_wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Duration::from_millis(millis)
    }

    fn announce(wait: &mut AnnouncedWait, given: u64, until: u64) {
        wait.announce(Notice { given: at(given), cpu_wait: CpuWait::default() }, at(until));
    }

    fn is_ignored(wait: &AnnouncedWait, composed: u64) -> bool {
        wait.is_ignored(at(composed), Duration::ZERO, CpuWait::default())
    }

    #[test]
    fn without_an_announcement_nothing_is_ignored() {
        assert!(!is_ignored(&AnnouncedWait::default(), 0));
    }

    #[test]
    fn binds_from_the_answer_to_its_end() {
        let mut wait = AnnouncedWait::default();
        announce(&mut wait, 1_000, 4_000);
        assert!(!is_ignored(&wait, 999), "was on its way when the answer went out");
        assert!(is_ignored(&wait, 1_000));
        assert!(is_ignored(&wait, 3_999));
        assert!(!is_ignored(&wait, 4_000));
    }

    #[test]
    fn a_client_that_could_not_run_ignores_nothing() {
        let mut wait = AnnouncedWait::default();
        announce(&mut wait, 1_000, 4_000);
        let stood_still = CpuWait { late_beats: at(80), pressure: Duration::ZERO };
        assert!(!wait.is_ignored(at(1_079), Duration::ZERO, stood_still));
        assert!(wait.is_ignored(at(1_080), Duration::ZERO, stood_still));
        assert!(!wait.is_ignored(at(1_179), at(100), stood_still));
    }

    #[test]
    fn the_last_answer_sets_the_end_and_the_first_the_start() {
        let mut wait = AnnouncedWait::default();
        announce(&mut wait, 1_000, 5_000);
        announce(&mut wait, 1_600, 4_600);
        assert!(is_ignored(&wait, 1_200), "bound by the first answer");
        assert!(!is_ignored(&wait, 4_600), "freed by the last answer");

        announce(&mut wait, 9_000, 9_500);
        assert!(!is_ignored(&wait, 8_000), "nothing bound it between the two");
    }
}
