//! What a client was told, and from when on it could act on it.
//!
//! # The rule
//! A client acts on an answer by composing its next requests differently. It could not while its threads waited for a
//! processor. So a request ignores a notice only if it was *composed* later than the notice, and by more than two allowances
//! together: what the client's own work takes, and how long ready threads waited since (see [`crate::cpu_wait`]). The
//! second is at most [`MOST_EXCUSED`].

use std::time::Duration;

use crate::clock::Moment;
use crate::cpu_wait::CpuWait;

/// The longest wait for a processor that excuses a client. Without it a machine that is always busy would excuse
/// everything.
pub const MOST_EXCUSED: Duration = Duration::from_millis(250);

/// When a client was told something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Notice {
    /// When the answer went out.
    pub given: Moment,
    /// How long ready threads had waited by then, in all.
    pub cpu_wait: CpuWait,
}

impl Notice {
    /// Whether a client that needs `work` to act on the notice can have known it as it composed a request at `composed`.
    /// `cpu_wait` is the total as the request is judged.
    #[must_use]
    pub fn is_known(&self, composed: Moment, work: Duration, cpu_wait: CpuWait) -> bool {
        let waited = cpu_wait.since(self.cpu_wait).min(MOST_EXCUSED);
        composed >= self.given + work + waited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Duration::from_millis(millis)
    }

    fn waited(millis: u64) -> CpuWait {
        CpuWait { late_beats: Duration::ZERO, pressure: at(millis) }
    }

    #[test]
    fn a_notice_is_known_once_the_client_could_run_and_do_its_work() {
        let notice = Notice { given: at(1_000), cpu_wait: waited(500) };
        assert!(!notice.is_known(at(1_004), at(5), waited(500)));
        assert!(notice.is_known(at(1_005), at(5), waited(500)));
        assert!(!notice.is_known(at(1_044), at(5), waited(540)));
        assert!(notice.is_known(at(1_045), at(5), waited(540)));
    }

    #[test]
    fn a_machine_that_is_always_busy_excuses_a_client_for_a_quarter_of_a_second() {
        let notice = Notice { given: at(1_000), cpu_wait: waited(500) };
        assert!(!notice.is_known(at(1_254), at(5), waited(10_000)));
        assert!(notice.is_known(at(1_255), at(5), waited(10_000)));
    }
}
