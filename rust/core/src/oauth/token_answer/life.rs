//! How long a token lives, as its answer says or the token itself (a JWT's `exp`).
//!
//! Invariant: whatever number a server sends, sums of times stay far from overflow.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::{Reply, headers};
use crate::http::http_date;
use crate::time::clock::Wall;

/// Longer lifetimes are cut to this.
pub(super) const LONGEST_LIFE: Duration = Duration::from_secs(100 * 366 * 24 * 3600);

/// The life of `token`: from `expires_in`, else from the token itself, else not known.
///
/// # Errors
/// In words, if `expires_in` is there and says nothing.
pub(super) fn life(
    expires_in: Option<&Value>,
    token: &str,
    reply: &Reply<'_>,
    received: Wall,
) -> Result<Option<Duration>, String> {
    let life = match expires_in {
        None | Some(Value::Null) => jwt_life(reply, received, token),
        Some(value) => Some(seconds(value).ok_or("expires_in is not a number")?),
    };
    Ok(life.map(|life| life.min(LONGEST_LIFE)))
}

/// `expires_in` as servers really send it: a number, or a number in a string. Negative is zero.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse::<f64>().ok().filter(|number| !number.is_nan())?,
        _ => return None,
    };
    Some(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(LONGEST_LIFE))
}

/// The life a JWT claims for itself (RFC 7519 section 4.1.4), read against the server's clock.
fn jwt_life(reply: &Reply<'_>, received: Wall, token: &str) -> Option<Duration> {
    let claims = token.split('.').nth(1)?;
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?).ok()?;
    let server_now =
        headers(reply, "date").next().and_then(|date| http_date::parse(date, received)).unwrap_or(received);
    let since_epoch = Duration::from_millis(u64::try_from(server_now.0).unwrap_or(0));
    Some(seconds(claims.get("exp")?)?.saturating_sub(since_epoch))
}
