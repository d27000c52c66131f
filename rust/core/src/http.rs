//! HTTP headers about time, limits and authentication.

pub(crate) mod challenge;
pub mod http_date;
pub mod rate_headers;
pub mod retry_after;
pub mod time_value;
