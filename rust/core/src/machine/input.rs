//! What goes into the machine of an endpoint.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::rejection::Replacement;
use crate::config::policy::Policy;
use crate::oauth::grant::GrantSources;
use crate::oauth::token::Generation;
use crate::oauth::token_answer::{Minted, Refusal};
use crate::time::clock::Mono;

/// Names a credential. The caller chooses it and never uses it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CredentialId(pub u64);

/// Names a granted token request. A later request has a larger id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub(super) u64);

/// Names the pool of one client's slots. The caller chooses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PoolId(pub u64);

/// The slot of a pool that a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Which pool.
    pub pool: PoolId,
    /// Which slot, from 0.
    pub slot: usize,
    /// How many slots the pool has.
    pub slots: usize,
}

/// A client as a credential presents it. The server's refusal of a client concerns all that present it alike: another
/// secret may be the right one, and another grant may be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientPresented {
    /// The grant, as the setting `grant` names it.
    pub grant: &'static str,
    /// A fingerprint of the client's secret or key and of how it is sent.
    pub authentication: u64,
}

/// What a credential starts with.
#[derive(Debug)]
pub struct NewCredential {
    /// The id of its client, under which the server limits it.
    pub client: Arc<str>,
    /// The settings of the profile view that opens it.
    pub policy: Arc<Policy>,
    /// How it presents the client to the server.
    pub presented: ClientPresented,
    /// What it can request a token with.
    pub sources: GrantSources,
    /// The slot it is, in a pool.
    pub seat: Option<Seat>,
}

/// A token of another process of the fleet.
#[derive(Debug)]
pub struct SharedToken {
    /// The token.
    pub secret: SecretString,
    /// When it ends.
    pub ends: Mono,
    /// Its scope, if the profile names one.
    pub scope: Option<Box<str>>,
    /// The token that it replaced was refused by the API.
    pub replacement: Option<Replacement>,
}

/// What comes of asking the store of a fleet for leave to send.
#[derive(Debug)]
pub enum StoreAnswer {
    /// The request is sent now.
    Granted {
        /// The refresh token to be sent, if there is one that nobody else sends.
        refresh_token: Option<SecretString>,
        /// The store did not answer: the request is sent without its leave.
        store_is_silent: bool,
    },
    /// Another process requested the token.
    Token(SharedToken),
    /// Another process requests the token. Ask again then.
    Held(Mono),
    /// The server asked the fleet to wait until then.
    Gated(Mono),
    /// The server refused the client to another process that presents it with the same secret. Believed until then.
    Refused(Box<Refusal>, Mono),
    /// The time between two requests, counted for all processes, is not over until then.
    Spaced(Mono),
    /// A budget, counted for all processes, is used up until then.
    OverBudget(Mono),
    /// Something went wrong that says nothing of the next: ask again.
    Again,
}

/// What can happen at an endpoint.
#[derive(Debug)]
pub enum Input {
    /// A profile view opened a credential that did not exist.
    Added(CredentialId, Box<NewCredential>),
    /// A profile view opened a credential that exists. Its settings are in force from now on.
    ViewOpened(CredentialId, Arc<Policy>),
    /// A view that was opened with these settings is gone: its limits bind the client no longer.
    ViewClosed(CredentialId, Arc<Policy>),
    /// No view has the credential any more.
    Removed(CredentialId),
    /// A reader found no token with so much life left. A token that has come since may serve it.
    Wanted(CredentialId, Duration),
    /// A reader took this generation.
    Read(CredentialId, Generation),
    /// A token request ended. A refresh token that came with a token is where the next run looks for it by now, or that
    /// failed.
    Answered(RequestId, Result<Minted, Refusal>),
    /// The store of a fleet was asked for leave to send: [`Output::Admit`](super::Output::Admit).
    Store(RequestId, StoreAnswer),
    /// Something changed at the store for this credential. `true`: there is a newer token.
    StoreChanged(CredentialId, bool),
    /// The API accepted a request that was sent then with this generation.
    Accepted(CredentialId, Generation, Mono),
    /// The API answered 401 to a request that was sent then with this generation.
    Rejected(CredentialId, Generation, Mono),
    /// So many sends that began before the drain have not ended. Follows [`Output::HoldSends`](super::Output::HoldSends)
    /// and [`Output::CutOffSends`](super::Output::CutOffSends) at once, and the end of the last send.
    SendsLeft(CredentialId, usize),
    /// The file of the refresh token holds this one.
    RefreshTokenFound(CredentialId, SecretString),
    /// A request in flight was sent with the refresh token of its file and not with the one it was granted with: another
    /// owner of the file had put it there ([`Credential::is_new_refresh_token`](super::Credential::is_new_refresh_token)).
    RefreshTokenTaken(RequestId, SecretString),
    /// The file of the assertion or of the subject token holds another one.
    GrantRenewed(CredentialId),
    /// The secret of the credential's client was read again and is another one.
    ClientRenewed(CredentialId),
    /// The time that [`Endpoint::next_timeout`](super::Endpoint::next_timeout) names has come. Early or late calls do no
    /// harm.
    Timeout,
    /// All slots of a pool serve again, until the server shows once more that they cannot.
    PoolRenewed(PoolId),
    /// A test run began.
    RunStarted,
    /// The test run ended.
    RunEnded,
    /// No more requests, no more tokens.
    ShutDown,
}
