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
    /// Token requests by a refresh token.
    pub refresh_requests: u64,
    /// Refresh tokens that were refused.
    pub refresh_rejected: u64,
    /// Refresh tokens that came again after they had been rotated away.
    pub refresh_reused: u64,
    /// Token requests by the password grant.
    pub password_requests: u64,
    /// Distinct users named.
    pub users: u64,
    /// API requests with a token of this client, answered 200.
    pub api_ok: u64,
    /// Their 401s that the client could have avoided.
    pub api_unauthorized_avoidable: u64,
    /// Their 401s that it could not have avoided.
    pub api_unauthorized_unavoidable: u64,
    /// Their 429s.
    pub api_throttled: u64,
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
        self.refresh_requests += other.refresh_requests;
        self.refresh_rejected += other.refresh_rejected;
        self.refresh_reused += other.refresh_reused;
        self.password_requests += other.password_requests;
        self.users += other.users;
        self.api_ok += other.api_ok;
        self.api_unauthorized_avoidable += other.api_unauthorized_avoidable;
        self.api_unauthorized_unavoidable += other.api_unauthorized_unavoidable;
        self.api_throttled += other.api_throttled;
    }
}

impl ClientCounts {
    /// Each count with its name, in order.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 17] {
        [
            ("token_requests", self.token_requests),
            ("minted", self.minted),
            ("throttled", self.throttled),
            ("inside_retry_after", self.inside_retry_after),
            ("suspensions", self.suspensions),
            ("duplicates_within_100ms", self.duplicates_within_100ms),
            ("rejected", self.rejected),
            ("faulted", self.faulted),
            ("refresh_requests", self.refresh_requests),
            ("refresh_rejected", self.refresh_rejected),
            ("refresh_reused", self.refresh_reused),
            ("password_requests", self.password_requests),
            ("users", self.users),
            ("api_ok", self.api_ok),
            ("api_unauthorized_avoidable", self.api_unauthorized_avoidable),
            ("api_unauthorized_unavoidable", self.api_unauthorized_unavoidable),
            ("api_throttled", self.api_throttled),
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
    /// Answered 403: the token lacks `require_scope`.
    pub forbidden: u64,
    /// Came without `tenant_header`.
    pub without_tenant: u64,
    /// Distinct values of `tenant_header`.
    pub tenants: u64,
    /// Arrived inside the `Retry-After` of the client's last 429 here.
    pub inside_retry_after: u64,
    /// WebSockets opened.
    pub ws_opened: u64,
    /// WebSockets refused for lack of a valid token.
    pub ws_unauthorized: u64,
    /// WebSockets closed by `ws_max_age`.
    pub ws_closed_by_age: u64,
}

impl ApiCounts {
    /// Each count with its name, in order.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 15] {
        [
            ("requests", self.requests),
            ("ok", self.ok),
            ("unauthenticated", self.unauthenticated),
            ("unauthorized", self.unauthorized),
            ("unauthorized_avoidable", self.unauthorized_avoidable),
            ("unauthorized_unavoidable", self.unauthorized_unavoidable),
            ("throttled", self.throttled),
            ("faulted", self.faulted),
            ("forbidden", self.forbidden),
            ("without_tenant", self.without_tenant),
            ("tenants", self.tenants),
            ("inside_retry_after", self.inside_retry_after),
            ("ws_opened", self.ws_opened),
            ("ws_unauthorized", self.ws_unauthorized),
            ("ws_closed_by_age", self.ws_closed_by_age),
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
    /// Most token requests under way at once.
    pub token_requests_at_once: u64,
    /// The protected API.
    pub api: ApiCounts,
}
