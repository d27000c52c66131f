//! The limits that a profile sets on its own token requests, beside the server's.

use std::time::Duration;

use crate::time::budget::Budget;

/// Limits on token requests of an endpoint and of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most requests in flight at the endpoint (`max_concurrent_token_requests`).
    pub concurrent: u32,
    /// Most requests of one client in flight while its pool fills.
    pub per_client: Option<u32>,
    /// Least time between two requests of a client (`token_request_spacing`).
    pub spacing: Duration,
    /// Most requests of a client (`mint_budget`), if set.
    pub budget: Option<Budget>,
}

impl Limits {
    /// Few enough for a small server, and enough to sign 1000 users in within seconds.
    pub const CONCURRENT: u32 = 8;

    /// Most requests in flight for a client with so many slots: a quarter, so a large pool fills in four rounds, and at
    /// least five, so a small one does not wait.
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
