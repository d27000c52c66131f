//! The lifetime of a token: from its answer, or from the token itself (a JWT's `exp`).
//!
//! Invariant: for any number that a server sends, sums of times do not overflow.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::{Reply, headers};
use crate::http::http_date;
use crate::time::clock::Wall;

/// The upper bound of lifetimes.
pub(super) const LONGEST_LIFETIME: Duration = Duration::from_secs(100 * 366 * 24 * 3600);

/// The lifetime of `token`: from `expires_in`, else from the token itself, else unknown.
///
/// # Errors
/// The cause, if `expires_in` is no number.
pub(super) fn lifetime(
    expires_in: Option<&Value>,
    token: &str,
    reply: &Reply<'_>,
    received: Wall,
) -> Result<Option<Duration>, String> {
    let lifetime = match expires_in {
        None | Some(Value::Null) => jwt_lifetime(reply, received, token),
        Some(value) => Some(seconds(value).ok_or("expires_in is not a number")?),
    };
    Ok(lifetime.map(|lifetime| lifetime.min(LONGEST_LIFETIME)))
}

/// `expires_in` as servers send it: a number, or a number in a string. Negative means zero.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse::<f64>().ok().filter(|number| !number.is_nan())?,
        _ => return None,
    };
    Some(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(LONGEST_LIFETIME))
}

/// The remaining lifetime by a JWT's `exp` (RFC 7519 section 4.1.4) and the server's clock.
fn jwt_lifetime(reply: &Reply<'_>, received: Wall, token: &str) -> Option<Duration> {
    let claims = token.split('.').nth(1)?;
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?).ok()?;
    let server_now =
        headers(reply, "date").next().and_then(|date| http_date::parse(date, received)).unwrap_or(received);
    let since_epoch = Duration::from_millis(u64::try_from(server_now.0).unwrap_or(0));
    Some(seconds(claims.get("exp")?)?.saturating_sub(since_epoch))
}
