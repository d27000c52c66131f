use crate::clock::Moment;

/// When a request was composed, when it arrived, and when it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestTimes {
    /// By when its client had chosen what it sends, the token above all.
    pub composed: Moment,
    /// When its last bytes arrived.
    pub arrived: Moment,
    /// The time of judgement.
    pub now: Moment,
}

impl RequestTimes {
    /// Of a request that is composed, arrives and is judged at once.
    #[must_use]
    pub fn at_once(now: Moment) -> Self {
        Self { composed: now, arrived: now, now }
    }
}
