//! What the machine of an endpoint wants done.

use std::time::Duration;

use super::fact::{Fact, Reason};
use super::input::{CredentialId, PoolId, RequestId};
use crate::oauth::grant::RequestGrant;
use crate::time::budget::Budget;

/// The limits of a client that count for all processes of a fleet together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedLimits {
    /// Least time between two requests.
    pub spacing: Duration,
    /// Budgets of a window. One of a run is of one process.
    pub budgets: Vec<Budget>,
}

/// To be performed in the order given.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send this credential's token request now, relying on `using`. Answer with
    /// [`Input::Answered`](super::Input::Answered), whatever happens.
    Send {
        /// Whose.
        credential: CredentialId,
        /// Under which id it is answered.
        request: RequestId,
        /// Why.
        reason: Reason,
        /// What it relies on.
        using: RequestGrant,
    },
    /// Ask the store that the fleet shares for leave to send this credential's token request. Answer with
    /// [`Input::Store`](super::Input::Store), or where that failed with [`Input::Answered`](super::Input::Answered).
    Admit {
        /// Whose.
        credential: CredentialId,
        /// Under which id it is answered.
        request: RequestId,
        /// The API refused the token at hand.
        rejected: bool,
        /// What limits the requests of its client, of all processes together.
        limits: SharedLimits,
    },
    /// The token in service changed, or serves again: publish it.
    Publish(CredentialId),
    /// No token is in service any more: readers must not use what they hold.
    Withdraw(CredentialId),
    /// Why there is no token, or whether a 401 would withdraw it, changed: publish
    /// [`Endpoint::availability`](super::Endpoint::availability).
    Explain(CredentialId),
    /// All waiters should look again.
    Wake(CredentialId),
    /// Begin no new sends. Tell [`Input::SendsLeft`](super::Input::SendsLeft) how many are under way.
    HoldSends(CredentialId),
    /// Wait for the sends under way no longer. Tell [`Input::SendsLeft`](super::Input::SendsLeft) how many those are.
    CutOffSends(CredentialId),
    /// Sends may begin again.
    ReleaseSends(CredentialId),
    /// Read the secret of the credential's client again: it was refused. Once a client.
    ReadClientSecret(CredentialId),
    /// Read the assertion or the subject token again: it was refused.
    ReadGrant(CredentialId),
    /// Read the refresh token again: it was refused.
    ReadRefreshToken(CredentialId),
    /// Nobody reports about the last token any more: what was kept for that can go.
    Vacate(CredentialId),
    /// From now on this slot serves all threads of the pool; `None`: each slot serves its own.
    ServeAlone(PoolId, Option<usize>),
    /// Count it, log it.
    Note(CredentialId, Fact),
}
