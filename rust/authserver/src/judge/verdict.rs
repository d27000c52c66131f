//! What the judge says to a request.

use std::sync::Arc;
use std::time::Duration;

use super::Quota;

/// What became of a WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebSocket {
    /// No valid token: 401.
    Refused,
    /// Opened.
    Opened,
    /// Closed by `ws_max_age`.
    ClosedByAge,
}

/// The decision on a token request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenVerdict {
    /// Go on.
    Proceed,
    /// 429, and how long it is until the client may call again.
    Throttled(Duration),
}

/// A token request, judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// What to do with it.
    pub verdict: TokenVerdict,
    /// Whether it ignored a `Retry-After`.
    pub inside_retry_after: bool,
}

/// The decision on an API request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiVerdict {
    /// 401: no `Authorization` header.
    Unauthenticated,
    /// 401: no valid token.
    Unauthorized,
    /// 403: a valid token without the scope that is wanted.
    Forbidden,
    /// 429: over the client's quota.
    Throttled(Quota),
    /// 200, for this client.
    Ok(Arc<str>, Option<Quota>),
}
