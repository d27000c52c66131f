//! The mint budget: how many token requests one client may make at one endpoint.
//!
//! It counts attempts, because servers do. Invariants:
//!
//! - Never more than the limit in any window of its length, or in one run.
//! - A refresh ahead of expiry leaves the last tenth alone: its token still serves, and someone without a token
//!   may need what is left.

use std::time::Duration;

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
