//! When to refresh, and how long to doubt: the numbers a credential lives by.

use std::time::Duration;

use crate::config::limits::Limits;
use crate::time::backoff::{Backoff, doubled};
use crate::time::clock::{Context, Mono};

/// When a token that serves is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// With room for failures before its end.
    Ahead {
        /// Late instead, once it shows that the server revokes the previous token.
        learns: bool,
    },
    /// As late as is safe: each refresh costs sends a 401 where the server revokes the previous token.
    Late,
    /// As late, and not before the sends under way have ended.
    Drain,
}

impl Refresh {
    /// Its word in settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ahead { .. } => "ahead",
            Self::Late => "late",
            Self::Drain => "drain",
        }
    }
}

/// The settings of a credential's machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Most life that is given up to refresh early (`refresh_margin`).
    pub margin: Duration,
    /// Refresh at least this often (`refresh_interval`), if set.
    pub interval: Option<Duration>,
    /// How long a token request can take (`request_timeout`).
    pub worst_exchange: Duration,
    /// The life of a token when nobody names one (`default_lifetime`).
    pub default_lifetime: Duration,
    /// First wait once a fresh successor was rejected too (`rejection_backoff`); doubles.
    pub rejection_backoff: Duration,
    /// How long a permanent error is believed (`permanent_cooldown`).
    pub permanent_cooldown: Duration,
    /// Waits after failed token requests.
    pub backoff: Backoff,
    /// When to refresh (`refresh`).
    pub refresh: Refresh,
    /// How long a drain waits for sends under way (`drain_timeout`).
    pub drain_timeout: Duration,
    /// A longer wait that the server names is not waited for (`max_retry_after`), if set.
    pub max_retry_after: Option<Duration>,
    /// The profile's own limits on token requests.
    pub limits: Limits,
}

impl Policy {
    /// Less room than this a busy machine may need for any request.
    const LEAST_LATE_MARGIN: Duration = Duration::from_millis(500);

    /// Between two refreshes of many: two hundred a second are work for a small server, and no wave.
    const APART: Duration = Duration::from_millis(5);

    /// Longest doubt: past ten minutes a load test wants to know again.
    const LONGEST_DOUBT: Duration = Duration::from_secs(600);

    /// The margin `m = min(refresh_margin, max(0.2·L, worst exchange), L/2)`: room for one slow exchange, never
    /// more than half a short life.
    #[must_use]
    pub fn margin_of(&self, life: Duration) -> Duration {
        self.margin.min((life / 5).max(self.worst_exchange)).min(life / 2)
    }

    /// The margin of a late refresh: room for a request three times as slow as the slowest recent one.
    #[must_use]
    pub fn late_margin(&self, life: Duration, slowest: Duration) -> Duration {
        self.margin_of(life).min((slowest * 3).max(Self::LEAST_LATE_MARGIN))
    }

    /// The refresh point `sent + L − m·(1 + U[0, 0.1))`, or `sent + interval` if that is earlier. The random
    /// part keeps injectors that started together from refreshing together. Where so many `neighbours` have a token of
    /// the same endpoint that this is too narrow for all of them, it is wider.
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

    /// Over how long so many refreshes are spread, all of which would be due after `point`: a quarter of that at most,
    /// for what is given up is asked for again.
    fn spread(point: Duration, neighbours: u32) -> Duration {
        let all = Self::APART.saturating_mul(neighbours);
        all.min(point / 4)
    }

    /// How long a token that replaced a rejected one is doubted, after `streak` successors in a row were
    /// rejected before any use was accepted.
    #[must_use]
    pub fn doubt(&self, streak: u32) -> Duration {
        doubled(self.rejection_backoff, streak).min(Self::LONGEST_DOUBT.max(self.rejection_backoff))
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
            limits: Limits::default(),
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
    fn the_margin_is_five_minutes_a_slow_exchange_or_half_a_life_whichever_fits() {
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

    #[test]
    fn doubt_doubles_up_to_ten_minutes() {
        assert_eq!([0, 1, 2, 5, 40].map(|streak| policy().doubt(streak).as_secs()), [30, 60, 120, 600, 600]);
    }
}
