//! A token and the times that govern it.

use std::time::Duration;

use secrecy::SecretString;

use crate::time::clock::Mono;

/// Which token of a credential: 1 for the first minted in this process, then 2, 3, … Zero means "none".
/// A generation is public; it stands for the token wherever the token itself must not be shown.
pub type Generation = u64;

/// A bearer token (RFC 6750) as the token endpoint issued it. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token itself; zeroed when dropped.
    pub secret: SecretString,
    /// Its number.
    pub generation: Generation,
    /// When the request that minted it was sent: its life counts from here, because the server may have
    /// started counting as soon as it read the request.
    pub sent: Mono,
    /// When it came.
    pub arrived: Mono,
    /// How long it lives from `sent`.
    pub lifetime: Duration,
    /// From here on it is not handed out.
    pub deadline: Mono,
    /// What it is good for, as far as the server or the profile says.
    pub scope: Option<Box<str>>,
}

impl Token {
    /// Whether it may be handed out at `now` to a caller who needs `floor` of remaining life.
    #[must_use]
    pub fn serves(&self, now: Mono, floor: Duration) -> bool {
        now < self.deadline && self.remaining(now) >= floor
    }

    /// Whether a caller who needs `floor` of remaining life gets it at `now`.
    #[must_use]
    pub fn is_for(&self, now: Mono, floor: Duration) -> bool {
        floor <= self.highest_floor() && self.serves(now, floor)
    }

    /// The most remaining life that readers can ask for: nine tenths of what it had when it came. The next token
    /// will hardly have more, so a higher floor would mint without end.
    #[must_use]
    pub fn highest_floor(&self) -> Duration {
        self.remaining(self.arrived) / 10 * 9
    }

    /// Life left at `now`.
    #[must_use]
    pub fn remaining(&self, now: Mono) -> Duration {
        self.deadline.since(now)
    }
}
