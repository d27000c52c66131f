//! What nodes tell the store, what it answers, and what its records say.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::failure::Code;
use crate::machine::rejection::Replacement;
use crate::oauth::token_answer::{Class, Refusal};
use crate::time::clock::Mono;

/// The number of a lease, and of the token that its holder got. Grows with each lease of a credential.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fence(pub u64);

/// Names a node: a random number, a new one at each start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Owner(pub u64);

/// Names a refresh token without being it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RefreshId(pub u64);

/// The refresh token of a credential, as the store has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RefreshRecord {
    /// There is none.
    #[default]
    None,
    /// It was not sent since it came.
    Kept(RefreshId),
    /// The holder of this lease sent it, or was about to.
    Sent(RefreshId, Fence),
}

/// What became of the refresh token of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefreshEnd {
    /// The request did not rely on it, and brought none.
    Untouched,
    /// The request brought this one.
    Given(RefreshId),
    /// It was sent and stays good: the server named no other, or never read the request.
    Good,
    /// It was sent and the server refused it.
    Refused,
    /// It was sent and no answer came. It is never sent again.
    Doubtful,
}

/// What a node wants of the store. Each is one atomic step there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Read the token if it is newer than the one at hand; otherwise grant a request.
    Admit {
        /// Who wants it.
        owner: Owner,
        /// The token at hand, zero if there is none.
        known: Fence,
        /// The API refused the token at hand: it is no token for anybody.
        rejected: bool,
    },
    /// The refresh token is about to be sent.
    Mark {
        /// The holder.
        owner: Owner,
        /// Of its lease.
        fence: Fence,
    },
    /// A token came. Ends the lease.
    Publish {
        /// The holder.
        owner: Owner,
        /// Of its lease; the token has the same.
        fence: Fence,
        /// What became of the refresh token.
        refresh: RefreshEnd,
    },
    /// No token came. Ends the lease.
    Release {
        /// The holder.
        owner: Owner,
        /// Of its lease.
        fence: Fence,
        /// What became of the refresh token.
        refresh: RefreshEnd,
        /// The server asked to wait: closes the gate in the same step, even if the lease is no longer the caller's.
        closes_gate: bool,
        /// The server refused the client with this secret: nothing is granted to it for a while.
        refuses_client: bool,
    },
}

/// What the store answers. That it did not answer is no reply: see [`Input::Unanswered`](super::node::Input::Unanswered).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// There is a token that is newer than the one at hand.
    Token(Fence),
    /// The lease is the caller's. It is to send a request.
    Granted {
        /// Of the lease.
        fence: Fence,
        /// What the store has of a refresh token.
        refresh: RefreshRecord,
    },
    /// Another node has the lease.
    Held,
    /// The gate is closed.
    Gated,
    /// The server refused the client with the caller's secret.
    Refused,
    /// Done as told.
    Done,
    /// The lease is not the caller's any more, or a newer token is there.
    Late,
}

/// A refusal of the client, as nodes tell it to each other. The record is its end (see [`end_of`]), a blank, and this as
/// JSON, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRefused {
    /// HTTP status.
    pub status: u16,
    /// The OAuth error code.
    pub error: String,
    /// The server's words, without secrets.
    pub message: String,
}

impl ClientRefused {
    /// That of an answer, if it is one.
    #[must_use]
    pub fn of(refusal: &Refusal) -> Option<Self> {
        let (Some(status), Some(error)) = (refusal.status, &refusal.error) else { return None };
        let (error, message) = (error.to_string(), refusal.message.clone());
        refusal.refuses_client().then_some(Self { status, error, message })
    }

    /// What it says to a node that did not ask.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        Refusal {
            class: Class::Permanent,
            code: Code::CredentialRejected,
            status: Some(self.status),
            error: Some(self.error.into()),
            ..Refusal::not_sent(self.message)
        }
    }
}

/// When a gate or a refusal of the client ends: its record begins with that, in milliseconds since the epoch on the store's
/// clock. What follows proves it.
#[must_use]
pub fn end_of(record: &[u8]) -> Option<u64> {
    let digits = record.split(|byte| *byte == b' ').next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// What a token says of the one that it replaced for 401s. It is authenticated with the token.
#[must_use]
pub fn after(replacement: &Replacement) -> String {
    format!("{} {}", replacement.distance.as_millis(), replacement.certain)
}

/// Reads that of a token that was requested then.
#[must_use]
pub fn replacement(after: &str, asked: Mono) -> Option<Replacement> {
    let (distance, certain) = after.split_once(' ')?;
    let distance = Duration::from_millis(distance.parse().ok()?);
    Some(Replacement { asked, distance, certain: certain.parse().ok()? })
}
