//! What the machine of an endpoint wants done.

use super::fact::{Fact, Reason};
use super::input::{CredentialId, PoolId, RequestId};
use crate::oauth::grant::RequestGrant;

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
