//! Reads refresh rules, timeouts and limits.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::config::limits::Limits;
use crate::config::policy::{Policy, Refresh};
use crate::config::settings::{self, Settings};
use crate::failure::Failure;
use crate::http::rate_headers::Unit;
use crate::time::backoff::Backoff;
use crate::time::budget::Budget;

/// Bounds of a budget's window. `token_request_spacing` covers shorter ones.
const WINDOWS: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(366 * 24 * 3600);

pub(super) fn policy(settings: &Settings<'_>, request_timeout: Duration) -> Result<Policy, Failure> {
    Ok(Policy {
        margin: settings.duration("refresh_margin")?,
        interval: settings.optional_duration("refresh_interval")?,
        worst_exchange: request_timeout,
        default_lifetime: settings.duration("default_lifetime")?,
        max_retry_after: settings.optional_duration("max_retry_after")?,
        reset_unit: reset_unit(settings)?,
        shared: settings.text("store")?.is_some(),
        rejection_backoff: settings.duration("rejection_backoff")?,
        permanent_cooldown: settings.duration("permanent_cooldown")?,
        refresh: settings
            .choice(
                "refresh",
                &[
                    ("ahead", Refresh::Ahead { learns: false }),
                    ("late", Refresh::Late),
                    ("drain", Refresh::Drain),
                ],
            )?
            .unwrap_or(Refresh::Ahead { learns: true }),
        drain_timeout: settings.duration("drain_timeout")?,
        limits: Limits {
            concurrent: settings.number("max_concurrent_token_requests")?,
            per_client: Limits::while_filling(settings.number("pool")?),
            spacing: settings.duration("token_request_spacing")?,
            budget: budget(settings)?,
        },
        backoff: Backoff {
            base: settings.duration("backoff_base")?,
            throttle_base: settings.duration("backoff_throttle_base")?,
            cap: settings.duration("backoff_cap")?,
        },
    })
}

/// `rate_reset_unit`, for the API and the token endpoint.
pub(super) fn reset_unit(settings: &Settings<'_>) -> Result<Option<Unit>, Failure> {
    settings.choice("rate_reset_unit", &[("seconds", Unit::Seconds), ("milliseconds", Unit::Millis)])
}

/// `mint_budget=30/1m` or `200/run`.
fn budget(settings: &Settings<'_>) -> Result<Option<Budget>, Failure> {
    let Some(text) = settings.text("mint_budget")? else { return Ok(None) };
    let wrong = || {
        let shown = settings.shown("mint_budget", &text);
        settings.wrong("mint_budget", &format!("is '{shown}'"), "write it like 30/1m or 200/run")
    };
    let (most, over) = text.trim().split_once('/').ok_or_else(wrong)?;
    let most = most.parse().ok().filter(|most| (1..=1_000_000).contains(most)).ok_or_else(wrong)?;
    let window = match over {
        "run" => None,
        length => {
            Some(settings::duration(length).filter(|length| WINDOWS.contains(length)).ok_or_else(wrong)?)
        }
    };
    Ok(Some(Budget { most, window }))
}
