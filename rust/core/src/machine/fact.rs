//! Facts: what happened, as told to logs, counters and reports. They flow out and decide nothing. No secrets.

use std::sync::Arc;
use std::time::Duration;

use crate::oauth::token::Generation;
use crate::oauth::token_answer::{Peculiarity, Refusal};

/// Why a token was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// There was none yet.
    First,
    /// The one in service is near its end.
    Ahead,
    /// The API refused the one in service.
    Rejected,
    /// The one in service ran out.
    Expired,
}

impl Reason {
    /// Every reason, in the order of reports.
    pub const ALL: [Self; 4] = [Self::First, Self::Ahead, Self::Rejected, Self::Expired];

    /// Its word in logs and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Ahead => "ahead",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
        }
    }
}

/// Something that happened to a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A token request was sent.
    Sent {
        /// Why.
        reason: Reason,
    },
    /// A token came.
    Minted {
        /// Its number.
        generation: Generation,
        /// Why it was asked for.
        reason: Reason,
        /// By a refresh token.
        refreshed: bool,
        /// How long it lives.
        lifetime: Duration,
        /// Neither the answer nor the token named a lifetime: `default_lifetime` was taken.
        lifetime_assumed: bool,
        /// Scopes asked for and not granted.
        missing_scopes: Vec<String>,
    },
    /// Another process of the fleet requested a token, and it came by the store.
    Shared {
        /// Its number.
        generation: Generation,
        /// How long it lives from now.
        lifetime: Duration,
    },
    /// The store did not answer: a token is requested for this process alone.
    StoreSilent,
    /// The server refused the client to another process of the fleet, and the store told it.
    RefusedElsewhere {
        /// How.
        refusal: Arc<Refusal>,
    },
    /// The server gave the same token again.
    Unchanged {
        /// Its number.
        generation: Generation,
        /// Why it was asked for.
        reason: Reason,
        /// How long it lives from when it was asked for.
        lifetime: Duration,
        /// It is the first time: from now on no token of this credential is asked for before the end of the last.
        noticed: bool,
    },
    /// Something is unusual in a token answer of the client, for the first time.
    Peculiar(Peculiarity),
    /// A token request failed.
    Failed {
        /// How.
        refusal: Arc<Refusal>,
        /// It relied on a refresh token.
        refreshing: bool,
        /// Life left in the token that stays in service, if one does.
        still_valid: Option<Duration>,
        /// Another request of the client heard the same: nothing new for the log.
        repeated: bool,
    },
    /// The server wants the request again, with the nonce that it gave.
    Challenged,
    /// The server replaced the refresh token.
    Rotated,
    /// The server refused the refresh token: it was dropped, and the primary grant is asked at once.
    FellBack {
        /// The server had issued it to this process and nobody here had sent it yet: someone else did.
        stolen: bool,
    },
    /// It is not known whether the server used the refresh token up.
    RefreshTokenLost {
        /// It was dropped for the primary grant; if not, it is kept until no token is in service.
        dropped: bool,
    },
    /// Sends were held until those under way had ended and the next token was asked for.
    Drained {
        /// How long.
        held: Duration,
        /// Sends that were not waited for any longer.
        cut_off: usize,
    },
    /// The server revokes the previous token when it mints the next: refreshes come late from now on.
    RevokesPrevious {
        /// The token that showed it.
        generation: Generation,
    },
    /// No request before then: a gate is closed.
    Held {
        /// For how long from now.
        wait: Duration,
    },
    /// Open profile views want different limits of one client: the strictest of each is in force.
    LimitsDiffer {
        /// The settings in which they differ.
        settings: Vec<&'static str>,
    },
    /// The API refused the token in service; it was withdrawn.
    Rejected {
        /// Which token.
        generation: Generation,
    },
    /// A 401 that changes nothing: of an older token, or one already withdrawn, or one of too few in a row.
    RejectionIgnored {
        /// Which token.
        generation: Generation,
    },
    /// The API refused the token in service several times in a row. Another is requested; this one serves meanwhile.
    Suspected {
        /// Which token.
        generation: Generation,
        /// No more for this reason before then, from now, unless many more 401s come in a row.
        wait: Duration,
    },
    /// The API goes on refusing tokens after one was replaced for that: it stays in service.
    NotTheToken {
        /// Which token.
        generation: Generation,
        /// No new token for this reason before then, from now, unless many more 401s come in a row.
        wait: Duration,
    },
    /// The token in service ran out before it was replaced.
    Expired {
        /// Which token.
        generation: Generation,
    },
}
