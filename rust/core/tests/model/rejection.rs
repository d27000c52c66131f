//! A second opinion of what 401s may bring and what they must: bounds, from what was reported and nothing else.

use std::time::Duration;

use tollgate_core::time::clock::Mono;

const QUIET: Duration = Duration::from_secs(30);
const MINUTE: Duration = Duration::from_secs(60);
const FIRST_DISTANCE: Duration = Duration::from_secs(10);
const LONGEST_DISTANCE: Duration = Duration::from_secs(600);

/// What the machine did about a 401 to the token in service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Nothing,
    /// It got another token, and this one served meanwhile.
    Replaced,
    /// This one served no longer.
    Withdrew,
}

/// What was reported of one credential.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reports {
    /// The last 401 to any of its tokens.
    last: Option<Mono>,
    /// The 401s to the token in service since a 200 acquitted it.
    run: Vec<Mono>,
    /// A 200 to the token in service was reported.
    saw_200: bool,
    /// One was that acquitted it.
    acquitted: bool,
    /// A token was replaced for a 401, and no 200 to a later one was reported.
    unproven: bool,
    owed: bool,
    /// When tokens were replaced for 401s, since the last one that came after quiet.
    replaced: Vec<Mono>,
}

impl Reports {
    pub(crate) fn forget(&mut self) {
        *self = Self { told: self.told, acquitted: self.acquitted, ..Self::default() };
    }

    pub(crate) fn published(&mut self) {
        self.unproven |= std::mem::take(&mut self.owed);
        self.run.clear();
        (self.saw_200, self.acquitted) = (false, false);
    }

    pub(crate) fn accepted(&mut self, sent: Mono) {
        (self.saw_200, self.unproven) = (true, false);
        if self.run.first().is_none_or(|first| sent > *first) {
            self.run.clear();
            self.acquitted = true;
        }
    }

    /// A 401 to a token that does not serve.
    pub(crate) fn rejected_late(&mut self, now: Mono) {
        self.last = Some(now);
    }

    /// A 401 to the token in service, whose request was sent just now, and what was done about it. `in_flight`: a token
    /// request was. `others`: when tokens of the client were replaced for 401s before. Says whether this token was.
    pub(crate) fn rejected(&mut self, now: Mono, deed: Deed, in_flight: bool, others: &[Mono]) -> bool {
        let quiet = self.last.is_none_or(|last| now.since(last) >= QUIET);
        self.last = Some(now);
        self.run.push(now);
        let crowded = others.iter().filter(|at| now.since(**at) < MINUTE).count() >= 4;
        let run = self.run.len();
        let dense = run >= 32 && now.since(self.run[run - 32]) <= Duration::from_millis(500);
        match deed {
            Deed::Withdrew => {
                let believed = quiet && (!crowded || in_flight);
                assert!(believed || run >= 16 && (self.saw_200 || dense), "withdrawn after {run} in a row");
            }
            Deed::Replaced => {
                assert!(run >= 3 && !in_flight, "replaced after {run} in a row");
                if let Some(last) = self.replaced.last().filter(|_| !quiet) {
                    let doubled = FIRST_DISTANCE * (1 << (self.replaced.len() - 1).min(6));
                    let distance = doubled.min(LONGEST_DISTANCE);
                    assert!(now.since(*last) >= distance, "{:?} after the last", now.since(*last));
                }
            }
            Deed::Nothing => {
                let proven = !self.unproven && !self.owed;
                assert!(!quiet || !proven || crowded, "a first 401 after quiet changes nothing");
                assert!(run < 64 || !self.acquitted || crowded, "{run} in a row change nothing");
            }
        }
        self.owed |= deed != Deed::Nothing;
        let another = deed != Deed::Nothing && !in_flight;
        if another {
            if quiet && deed == Deed::Withdrew {
                self.replaced.clear();
            }
            self.replaced.push(now);
        }
        another
    }
}
