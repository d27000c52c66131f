//! The numbers of a credential: when to refresh, how long to back off.

use std::time::Duration;

use crate::config::limits::Limits;
use crate::http::rate_headers::Unit;
use crate::time::backoff::Backoff;
use crate::time::clock::{Context, Mono};

/// When a valid token is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// Early enough to retry failures before the deadline.
    Ahead {
        /// Switches to late once the server is seen to revoke the previous token.
        learns: bool,
    },
    /// As late as is safe: where the server revokes the previous token, each refresh costs requests in flight a 401.
    Late,
    /// As late, and after the sends in flight have ended.
    Drain,
}

impl Refresh {
    /// The value of the setting.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ahead { .. } => "ahead",
            Self::Late => "late",
            Self::Drain => "drain",
        }
    }
}

/// The settings of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Most lifetime given up to refresh early (`refresh_margin`).
    pub margin: Duration,
    /// Refresh at least this often (`refresh_interval`), if set.
    pub interval: Option<Duration>,
    /// How long a token request can take (`request_timeout`).
    pub worst_exchange: Duration,
    /// Lifetime of a token if neither the answer nor the token names one (`default_lifetime`).
    pub default_lifetime: Duration,
    /// Least distance between replacements for 401s while no replacement works (`rejection_backoff`); doubles.
    pub rejection_backoff: Duration,
    /// How long a permanent refusal is not retried (`permanent_cooldown`).
    pub permanent_cooldown: Duration,
    /// Waits after failed token requests.
    pub backoff: Backoff,
    /// When to refresh (`refresh`).
    pub refresh: Refresh,
    /// How long a drain waits for sends in flight (`drain_timeout`).
    pub drain_timeout: Duration,
    /// Waiters fail at once if the server names a longer wait (`max_retry_after`), if set.
    pub max_retry_after: Option<Duration>,
    /// The unit of resets in rate headers that are bare numbers (`rate_reset_unit`), if set.
    pub reset_unit: Option<Unit>,
    /// The profile's own limits on token requests.
    pub limits: Limits,
    /// A store that other processes share grants token requests (`store`).
    pub shared: bool,
}

impl Policy {
    /// On a busy machine any request may take this long.
    const LEAST_LATE_MARGIN: Duration = Duration::from_millis(500);

    /// Mean distance of two refreshes of many tokens: 200 a second are no burst for a small server.
    const APART: Duration = Duration::from_millis(5);

    /// The margin `m = min(refresh_margin, max(0.2·L, worst exchange), L/2)`: room for one slow exchange, at most half of
    /// a short lifetime.
    #[must_use]
    pub fn margin_of(&self, life: Duration) -> Duration {
        self.margin.min((life / 5).max(self.worst_exchange)).min(life / 2)
    }

    /// The margin of a late refresh: room for a request three times as slow as the slowest recent one.
    #[must_use]
    pub fn late_margin(&self, life: Duration, slowest: Duration) -> Duration {
        self.margin_of(life).min((slowest * 3).max(Self::LEAST_LATE_MARGIN))
    }

    /// The refresh point `sent + L − m·(1 + U[0, 0.1))`, or `sent + interval` if that is earlier. The jitter keeps
    /// injectors that started together from refreshing together. It widens with the number of `neighbours`: credentials
    /// with a token of the same endpoint.
    pub fn refresh_point(
        &self,
        sent: Mono,
        life: Duration,
        refresh: Refresh,
        (slowest, neighbours): (Duration, u32),
        ctx: &mut Context<'_>,
    ) -> Mono {
        let margin = match refresh {
            Refresh::Ahead { .. } => self.margin_of(life),
            Refresh::Late | Refresh::Drain => self.late_margin(life, slowest),
        };
        let early = margin + ctx.between(Duration::ZERO, margin / 10);
        let ahead = life.saturating_sub(early);
        let point = self.interval.map_or(ahead, |interval| interval.min(ahead));
        let spread = match refresh {
            Refresh::Ahead { .. } => Self::spread(point, neighbours).saturating_sub(margin / 10),
            Refresh::Late | Refresh::Drain => Duration::ZERO,
        };
        if spread.is_zero() {
            return sent.after(point);
        }
        sent.after(point - ctx.between(Duration::ZERO, spread))
    }

    /// Over how long the refreshes of `neighbours` tokens are spread that are due after `point`: at most a quarter of it,
    /// because lifetime given up costs further requests.
    fn spread(point: Duration, neighbours: u32) -> Duration {
        let all = Self::APART.saturating_mul(neighbours);
        all.min(point / 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::clock::{Jitter, Now};

    struct Fixed(f64);
    impl Jitter for Fixed {
        fn unit(&mut self) -> f64 {
            self.0
        }
    }

    fn policy() -> Policy {
        Policy {
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
            limits: Limits::default(),
            shared: false,
            backoff: Backoff {
                base: Duration::from_millis(500),
                throttle_base: Duration::from_secs(1),
                cap: Duration::from_secs(60),
            },
        }
    }

    fn refresh_s(policy: Policy, life_s: u64, unit: f64) -> f64 {
        let mut jitter = Fixed(unit);
        let mut ctx = Context { now: Now::default(), jitter: &mut jitter };
        policy
            .refresh_point(
                Mono::ZERO,
                Duration::from_secs(life_s),
                policy.refresh,
                (Duration::ZERO, 1),
                &mut ctx,
            )
            .since(Mono::ZERO)
            .as_secs_f64()
    }

    #[test]
    fn the_margin_is_five_minutes_a_slow_exchange_or_half_a_lifetime() {
        let margins =
            [86_400, 1000, 60, 20, 1].map(|life| policy().margin_of(Duration::from_secs(life)).as_secs_f64());
        assert_eq!(margins, [300.0, 200.0, 15.0, 10.0, 0.5]);
    }

    #[test]
    fn the_refresh_point_is_spread_over_a_tenth_of_the_margin() {
        assert_eq!(refresh_s(policy(), 86_400, 0.0), 86_100.0);
        assert_eq!(refresh_s(policy(), 86_400, 1.0), 86_070.0);
    }

    #[test]
    fn an_interval_can_only_make_it_earlier() {
        let mut often = policy();
        often.interval = Some(Duration::from_secs(540));
        assert_eq!(refresh_s(often, 86_400, 0.0), 540.0);
        assert_eq!(refresh_s(often, 20, 0.0), 10.0);
    }

    #[test]
    fn late_leaves_room_for_a_slow_request_and_never_more_than_ahead_does() {
        let late = |life, slowest| {
            policy().late_margin(Duration::from_secs(life), Duration::from_millis(slowest)).as_secs_f64()
        };
        assert_eq!(late(86_400, 100), 0.5);
        assert_eq!(late(86_400, 2_000), 6.0);
        assert_eq!(late(86_400, 200_000), 300.0);
        assert_eq!(late(1, 200), 0.5);
    }
}
