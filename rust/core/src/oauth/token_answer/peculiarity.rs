//! What is unusual in an answer that is a token all the same. The user is told once.

use std::time::Duration;

use crate::failure::in_words;

/// A lifetime beyond this is doubted: it is rather in another unit than the server's wish.
pub(super) const DOUBTFUL_LIFETIME: Duration = Duration::from_secs(366 * 24 * 3600);

/// Something unusual. Contains no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peculiarity {
    /// `token_type` is a name of the server's own; the token is sent as Bearer.
    TokenType(String),
    /// The JWT's own `exp` comes much sooner than the lifetime that the answer names.
    EndsSooner {
        /// The lifetime in force.
        life: Duration,
        /// The lifetime that the answer names.
        named: Duration,
    },
    /// The lifetime is longer than a year.
    LongLife(Duration),
}

impl Peculiarity {
    /// Two of one kind are told once.
    #[must_use]
    pub fn is_same_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// Makes the server's own words safe to show.
    pub(super) fn replace_words(&mut self, shown: impl Fn(&str) -> String) {
        if let Self::TokenType(named) = self {
            *named = shown(named);
        }
    }

    /// What is unusual and what follows, in one sentence.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::TokenType(named) => {
                format!("the server calls the token's type '{named}'; it is sent as Bearer")
            }
            Self::EndsSooner { life, named } => format!(
                "the answer names a lifetime of {}, but the token itself (exp of the JWT) ends after {}: that counts",
                in_words(*named),
                in_words(*life)
            ),
            Self::LongLife(life) => format!(
                "a lifetime of {} days is unlikely: if the server means milliseconds, set lifetime_unit=ms",
                life.as_secs() / (24 * 3600)
            ),
        }
    }
}
