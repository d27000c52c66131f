//! What can happen to a credential, and what it wants done.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::super::fact::{Fact, Reason};
use super::super::input::{RequestId, SharedToken};
use super::Outcome;
use crate::config::policy::Policy;
use crate::oauth::token::Generation;
use crate::oauth::token_answer::Refusal;
use crate::time::clock::Mono;

/// What can happen to a credential.
#[derive(Debug)]
pub(in super::super) enum Event {
    /// A reader found no token with so much life left.
    Wanted(Duration),
    /// A reader took this generation.
    Read(Generation),
    /// The request in flight ended.
    Answered(Outcome),
    /// The store has a token of another process for the request in flight.
    Shared(RequestId, SharedToken),
    /// The store did not grant the request in flight: look again then, or when nothing stands in the way.
    Deferred(RequestId, Option<Mono>),
    /// Something changed at the store. `true`: there is a newer token.
    StoreChanged(bool),
    /// Its timer is due.
    Timer,
    /// Nothing holds it back any more, or something else does.
    Called,
    /// The API accepted a request that was sent then with this generation.
    Accepted(Generation, Mono),
    /// The API refused one.
    Rejected(Generation, Mono),
    /// So many sends that began before the drain have not ended.
    SendsLeft(usize),
    /// A view was opened with these settings.
    Configured(Arc<Policy>),
    /// What the server refused may be other now.
    Reconfigured,
    /// There is another refresh token in the file.
    RefreshTokenFound(SecretString),
    /// A request in flight relies on the refresh token in the file.
    RefreshTokenTaken(RequestId, SecretString),
    RunStarted,
    RunEnded,
    /// Another slot of its client serves alone.
    Retired,
    /// It serves again.
    Recalled,
    /// It serves alone: what the other slots' mints did to it says nothing of the next 401.
    Alone,
    ShutDown,
}

/// What a credential wants done.
#[derive(Debug)]
pub(in super::super) enum Action {
    /// Ask the endpoint for leave to send.
    Ask(Reason),
    /// The request failed: note until when a gate is closed.
    Hold(Arc<Refusal>),
    Publish,
    Withdraw,
    CutOffSends,
    ReleaseSends,
    Vacate,
    Wake,
    Note(Fact),
}
