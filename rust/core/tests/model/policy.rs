//! Settings of a machine for tests that are about something else: the defaults.

use std::time::Duration;

use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::{Policy, Refresh};
use tollgate_core::time::backoff::Backoff;

pub(crate) const POLICY: Policy = Policy {
    margin: Duration::from_secs(300),
    interval: None,
    worst_exchange: Duration::from_secs(15),
    default_lifetime: Duration::from_secs(300),
    rejection_backoff: Duration::from_secs(30),
    permanent_cooldown: Duration::from_secs(300),
    refresh: Refresh::Ahead { learns: true },
    drain_timeout: Duration::from_secs(5),
    max_retry_after: None,
    reset_unit: None,
    shared: false,
    limits: Limits {
        concurrent: Limits::CONCURRENT,
        per_client: None,
        spacing: Duration::ZERO,
        budget: None,
    },
    backoff: Backoff {
        base: Duration::from_millis(500),
        throttle_base: Duration::from_secs(1),
        cap: Duration::from_secs(60),
    },
};
