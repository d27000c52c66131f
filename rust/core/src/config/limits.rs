//! The limits that a profile puts on its own token requests, beside those that the server puts on them.

use std::time::Duration;

use crate::time::budget::Budget;

/// What a credential asks its admission to keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most requests under way at the endpoint at once (`max_concurrent_token_requests`).
    pub concurrent: u32,
    /// Most requests of one client under way at once, while its pool of slots is filled.
    pub per_client: Option<u32>,
    /// Least time between two requests of one client (`token_request_spacing`).
    pub spacing: Duration,
    /// Most requests of one client (`mint_budget`), if set.
    pub budget: Option<Budget>,
}

impl Limits {
    /// As many at once as a small server takes without harm, and enough to sign 1000 users in within seconds.
    pub const CONCURRENT: u32 = 8;

    /// Most requests under way for a client with so many slots: a quarter of them, so that a large pool is filled in
    /// four rounds, and never so few that a small one waits.
    #[must_use]
    pub fn while_filling(slots: u32) -> Option<u32> {
        const FEW: u32 = 5;
        (slots > 1).then(|| FEW.max(slots / 4))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { concurrent: Self::CONCURRENT, per_client: None, spacing: Duration::ZERO, budget: None }
    }
}
