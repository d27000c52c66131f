//! What the judge counts, in the shape `/control/counts` answers.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::Serialize;

/// One client at the token endpoint.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClientCounts {
    /// Token requests that arrived, whatever became of them.
    pub token_requests: u64,
    /// Tokens issued.
    pub minted: u64,
    /// Answered 429: over the rate limit, or suspended.
    pub throttled: u64,
    /// Arrived before the end of the last `Retry-After` the client was given.
    pub inside_retry_after: u64,
    /// Suspensions that began.
    pub suspensions: u64,
    /// Arrived less than 100 ms after the client's request before.
    pub duplicates_within_100ms: u64,
    /// Answered 400 or 401: unknown client, wrong secret, bad request.
    pub rejected: u64,
    /// Met a token fault, or were dropped for lack of capacity.
    pub faulted: u64,
}

impl AddAssign for ClientCounts {
    fn add_assign(&mut self, other: Self) {
        self.token_requests += other.token_requests;
        self.minted += other.minted;
        self.throttled += other.throttled;
        self.inside_retry_after += other.inside_retry_after;
        self.suspensions += other.suspensions;
        self.duplicates_within_100ms += other.duplicates_within_100ms;
        self.rejected += other.rejected;
        self.faulted += other.faulted;
    }
}

impl ClientCounts {
    /// Each count with its name, in order.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 8] {
        [
            ("token_requests", self.token_requests),
            ("minted", self.minted),
            ("throttled", self.throttled),
            ("inside_retry_after", self.inside_retry_after),
            ("suspensions", self.suspensions),
            ("duplicates_within_100ms", self.duplicates_within_100ms),
            ("rejected", self.rejected),
            ("faulted", self.faulted),
        ]
    }
}

/// The protected API, over all clients.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ApiCounts {
    /// Requests that arrived.
    pub requests: u64,
    /// Answered 200.
    pub ok: u64,
    /// Came without an `Authorization` header, whatever they were answered.
    pub unauthenticated: u64,
    /// Came with one and were answered 401; the sum of the next two and of 401s by `api_fault`.
    pub unauthorized: u64,
    /// 401s the client could have avoided.
    pub unauthorized_avoidable: u64,
    /// 401s the client could not have avoided.
    pub unauthorized_unavoidable: u64,
    /// Answered 429, by `api_rate_limit` or by `api_fault`.
    pub throttled: u64,
    /// Answered by `api_fault`.
    pub faulted: u64,
}

impl ApiCounts {
    /// Each count with its name, in order.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 8] {
        [
            ("requests", self.requests),
            ("ok", self.ok),
            ("unauthenticated", self.unauthenticated),
            ("unauthorized", self.unauthorized),
            ("unauthorized_avoidable", self.unauthorized_avoidable),
            ("unauthorized_unavoidable", self.unauthorized_unavoidable),
            ("throttled", self.throttled),
            ("faulted", self.faulted),
        ]
    }
}

/// Everything, at one moment.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Per client id.
    pub clients: BTreeMap<String, ClientCounts>,
    /// All clients together.
    pub totals: ClientCounts,
    /// Distinct connections that carried a token request.
    pub token_connections: u64,
    /// Connections reset because `capacity` others were busy with token requests.
    pub token_connections_dropped: u64,
    /// The protected API.
    pub api: ApiCounts,
}
