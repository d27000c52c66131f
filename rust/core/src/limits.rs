//! The limits that a profile puts on its own token requests, beside those that the server puts on them.

use std::time::Duration;

use crate::budget::Budget;

/// What a credential asks its admission to keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most requests under way at the endpoint at once (`max_concurrent_token_requests`).
    pub concurrent: u32,
    /// Least time between two requests of one client (`token_request_spacing`).
    pub spacing: Duration,
    /// Most requests of one client (`mint_budget`), if set.
    pub budget: Option<Budget>,
}

impl Limits {
    /// As many at once as a small server takes without harm, and enough to sign 1000 users in within seconds.
    pub const CONCURRENT: u32 = 8;
}

impl Default for Limits {
    fn default() -> Self {
        Self { concurrent: Self::CONCURRENT, spacing: Duration::ZERO, budget: None }
    }
}
