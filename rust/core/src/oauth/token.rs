//! A token and its times.

use std::time::Duration;

use secrecy::SecretString;

use crate::time::clock::Mono;

/// The number of a token within its credential: 1 for the first minted in this process, then 2, 3, … Zero means "none".
/// It is public and names the token in logs and reports.
pub type Generation = u64;

/// A bearer token (RFC 6750) as the token endpoint issued it. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token itself; zeroed when dropped.
    pub secret: SecretString,
    /// Its number.
    pub generation: Generation,
    /// When its request was sent. The lifetime counts from here, because the server may count from when it read the
    /// request.
    pub sent: Mono,
    /// When the answer arrived.
    pub arrived: Mono,
    /// From here on no read gets it.
    pub deadline: Mono,
    /// Its scope, if the server or the profile names one.
    pub scope: Option<Box<str>>,
}

impl Token {
    /// Whether a read at `now` may get it that needs a remaining lifetime of `floor`.
    #[must_use]
    pub fn serves(&self, now: Mono, floor: Duration) -> bool {
        now < self.deadline && self.remaining(now) >= floor
    }

    /// Whether a read at `now` gets it that needs a remaining lifetime of `floor`.
    #[must_use]
    pub fn is_for(&self, now: Mono, floor: Duration) -> bool {
        floor <= self.highest_floor() && self.serves(now, floor)
    }

    /// The longest remaining lifetime that a read can ask for: nine tenths of that on arrival. The next token hardly has
    /// more, so a higher floor would mint without end.
    #[must_use]
    pub fn highest_floor(&self) -> Duration {
        self.remaining(self.arrived) / 10 * 9
    }

    /// Lifetime from when its request was sent.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.deadline.since(self.sent)
    }

    /// Remaining lifetime at `now`.
    #[must_use]
    pub fn remaining(&self, now: Mono) -> Duration {
        self.deadline.since(now)
    }
}
