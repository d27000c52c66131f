//! What goes into the credential's machine and what comes out of it.

use std::sync::Arc;

use secrecy::SecretString;

use crate::machine::admission::Ticket;
use crate::machine::credential::Flight;
use crate::machine::fact::{Fact, Reason};
use crate::oauth::token::Generation;
use crate::oauth::token_answer::{Minted, Refusal};
use crate::time::clock::Mono;

/// What can happen to a credential.
#[derive(Debug)]
pub enum Event {
    /// A reader found no token that serves it.
    Wanted,
    /// A reader was handed this generation.
    Read(Generation),
    /// A token request ended.
    Answered {
        /// The grant it was sent under.
        ticket: Ticket,
        /// When it was sent.
        sent: Mono,
        /// How it ended.
        outcome: Result<Minted, Refusal>,
    },
    /// The time [`crate::machine::credential::Credential::next_wake`] named has come (early or late calls do no harm).
    Timer,
    /// Its turn in the line of the endpoint has come.
    Called,
    /// The API accepted this generation.
    Accepted {
        /// Of the token that was sent.
        generation: Generation,
        /// When the request was sent; where that is not known, now.
        sent: Mono,
    },
    /// The API answered 401 to this generation.
    Rejected {
        /// Of the token that was sent.
        generation: Generation,
        /// When the request was sent; where that is not known, now.
        sent: Mono,
    },
    /// Settings that may mend a permanent error changed.
    Reconfigured,
    /// There is another refresh token where the profile's came from.
    RefreshToken(SecretString),
    /// A send with the token in service began (with [`crate::config::policy::Refresh::Drain`] only).
    Began(Flight),
    /// It ended.
    Ended(Flight),
    /// A test run began.
    RunStarted,
    /// The test run ended.
    RunEnded,
    /// Another slot of the client serves alone: no more tokens, until [`Event::Recalled`].
    Retired,
    /// It serves again.
    Recalled,
    /// It serves alone from now on: what the other slots' mints did to it says nothing of the next 401.
    Alone,
    /// No more requests, no more tokens.
    ShutDown,
}

/// What the machine wants done.
#[derive(Debug)]
pub(crate) enum Action {
    /// Ask admission for leave to send.
    Ask(Reason),
    /// The request failed; note when the gates that concern it open.
    Hold(Arc<Refusal>),
    /// A refresh token came: it is to be found by the next run.
    Keep(SecretString),
    /// The token in service changed: show it to readers.
    Publish,
    /// There is no token in service any more: tell readers.
    Withdraw,
    /// Nobody asks about the last token any more.
    Vacate,
    /// Waiters should look again.
    Wake,
    /// Tell logs and counters.
    Note(Fact),
}
