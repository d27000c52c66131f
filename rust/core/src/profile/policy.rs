//! When to refresh, how long to wait, and how many requests to make.

use std::time::Duration;

use super::{HOUR, MINUTE, MS, SECOND, YEAR};
use crate::backoff::Backoff;
use crate::budget::Budget;
use crate::failure::Failure;
use crate::limits::Limits;
use crate::policy::{Policy, Refresh};
use crate::settings::{self, Settings};

pub(super) fn policy(settings: &Settings<'_>, request_timeout: Duration) -> Result<Policy, Failure> {
    Ok(Policy {
        margin: settings.duration("refresh_margin", 5 * MINUTE, (MS, 24 * HOUR))?,
        interval: settings.optional_duration("refresh_interval", (100 * MS, YEAR))?,
        worst_exchange: request_timeout,
        default_lifetime: settings.duration("default_lifetime", 5 * MINUTE, (SECOND, YEAR))?,
        rejection_backoff: settings.duration("rejection_backoff", 30 * SECOND, (100 * MS, HOUR))?,
        permanent_cooldown: settings.duration("permanent_cooldown", 5 * MINUTE, (100 * MS, 24 * HOUR))?,
        refresh: settings.choice(
            "refresh",
            &[
                ("ahead", Refresh::Ahead { learns: false }),
                ("late", Refresh::Late),
                ("drain", Refresh::Drain),
            ],
            Refresh::Ahead { learns: true },
        )?,
        drain_timeout: settings.duration("drain_timeout", 5 * SECOND, (10 * MS, 10 * MINUTE))?,
        limits: Limits {
            concurrent: settings.number("max_concurrent_token_requests", Limits::CONCURRENT, (1, 1000))?,
            spacing: settings.duration("token_request_spacing", Duration::ZERO, (Duration::ZERO, HOUR))?,
            budget: budget(settings)?,
        },
        backoff: Backoff {
            base: settings.duration("backoff_base", 500 * MS, (MS, HOUR))?,
            throttle_base: settings.duration("backoff_throttle_base", SECOND, (MS, HOUR))?,
            cap: settings.duration("backoff_cap", MINUTE, (MS, HOUR))?,
        },
    })
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
        length => Some(
            settings::duration(length).filter(|length| (SECOND..=YEAR).contains(length)).ok_or_else(wrong)?,
        ),
    };
    Ok(Some(Budget { most, window }))
}
