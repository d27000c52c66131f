//! What HTTP headers say about time and limits.

pub(crate) mod challenge;
pub mod http_date;
pub mod rate_headers;
pub mod retry_after;
