//! What holds a token request back, and until when.

use std::sync::Arc;
use std::time::Duration;

use crate::oauth::token_answer::Refusal;
use crate::time::budget::Budget;
use crate::time::clock::Mono;

/// When what holds a request back ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// When a request of the endpoint ends and its place is free.
    PlaceFree,
    /// When the request that tries the server ends.
    ProbeEnds,
    /// At this time.
    At(Mono),
    /// At this time, up to which a refusal of the client is believed.
    Believed(Mono),
}

impl Until {
    /// Orders by what lasts longest.
    fn rank(self) -> (u8, Mono) {
        match self {
            Self::PlaceFree => (0, Mono::ZERO),
            Self::ProbeEnds => (1, Mono::ZERO),
            Self::At(time) | Self::Believed(time) => (2, time),
        }
    }

    /// The time, where it depends on no request.
    pub(super) fn time(self) -> Option<Mono> {
        match self {
            Self::PlaceFree | Self::ProbeEnds => None,
            Self::At(time) | Self::Believed(time) => Some(time),
        }
    }
}

/// A limit of the profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// `token_request_spacing`.
    Spacing(Duration),
    /// `mint_budget`.
    Budget(Budget),
    /// `max_concurrent_token_requests`.
    Places(u32),
    /// Requests of one client while its pool fills.
    PoolPlaces(u32),
}

impl Limit {
    /// What readers are told.
    pub(super) fn refusal(self) -> Refusal {
        match self {
            Self::Spacing(spacing) => Refusal::spacing(spacing),
            Self::Budget(budget) => Refusal::budget(budget),
            Self::Places(most) => Refusal::no_place(most),
            Self::PoolPlaces(most) => Refusal::no_place_in_pool(most),
        }
    }
}

/// Why a request is held back.
#[derive(Clone, Debug)]
pub(super) enum Cause {
    /// The server said so.
    Server(Arc<Refusal>),
    Limit(Limit),
}

/// What holds a request back.
#[derive(Clone, Debug)]
pub(super) struct Obstacle {
    pub(super) until: Until,
    pub(super) cause: Cause,
}

impl Obstacle {
    pub(super) fn of_server(until: Until, why: &Arc<Refusal>) -> Self {
        Self { until, cause: Cause::Server(Arc::clone(why)) }
    }

    pub(super) fn of_limit(until: Until, limit: Limit) -> Self {
        Self { until, cause: Cause::Limit(limit) }
    }

    /// Of several, the one that lasts longest.
    pub(super) fn longest(several: impl IntoIterator<Item = Self>) -> Option<Self> {
        several.into_iter().max_by_key(|obstacle| obstacle.until.rank())
    }
}
