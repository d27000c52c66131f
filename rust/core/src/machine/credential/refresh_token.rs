//! The refresh token of a credential (RFC 6749 section 6), and what each answer does to it.
//!
//! Servers may rotate refresh tokens: each refresh revokes the old one, and a client that sends an old one again may lose
//! all tokens at once (RFC 9700 section 4.14.2). Invariants:
//!
//! - A refresh token that was replaced or dropped is never sent again, unless the server issues the same text anew. A file
//!   that can't be written holds an old one for as long as the run lasts.
//! - One that may have been used up, because its answer was lost, is dropped where there is a primary grant; where
//!   there is none it is sent again only once no token is in service: then there is nothing left to lose.
//! - A refused one is dropped and the primary grant asked at once; only if there is none is that a refusal of the
//!   credential. It is not taken again from a later answer.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use secrecy::{ExposeSecret, SecretString};

use crate::oauth::grant::{GrantSources, RequestGrant};
use crate::oauth::token_answer::Refusal;

/// A refresh token at hand.
#[derive(Debug)]
struct Held {
    secret: SecretString,
    /// It came in an answer and was not sent yet: nobody else can have it.
    unused: bool,
    /// It was sent, and the outcome is unknown.
    doubtful: bool,
}

/// Refresh tokens that were replaced or dropped, as keyed hashes.
#[derive(Debug, Default)]
struct Retired {
    key: RandomState,
    hashes: HashSet<u64>,
}

impl Retired {
    fn add(&mut self, secret: &SecretString) {
        self.hashes.insert(self.key.hash_one(secret.expose_secret()));
    }

    fn remove(&mut self, secret: &SecretString) {
        self.hashes.remove(&self.key.hash_one(secret.expose_secret()));
    }

    fn contains(&self, secret: &SecretString) -> bool {
        self.hashes.contains(&self.key.hash_one(secret.expose_secret()))
    }
}

/// What a failed refresh did to its refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// Nothing: it can be sent again.
    Kept,
    /// It was refused and dropped. `stolen`: the server had just issued it and nobody here had sent it.
    Refused { stolen: bool },
    /// It may be used up, so it was dropped.
    Lost,
    /// It may be used up, and there is nothing else to ask with.
    Doubtful,
}

/// What the credential can request a token with now.
#[derive(Debug)]
pub(super) struct RefreshTokenState {
    primary: bool,
    /// Boxed: most credentials have none.
    held: Option<Box<Held>>,
    /// Only where a file can bring an old one back.
    retired: Option<Box<Retired>>,
    /// How many there have been.
    number: u32,
    /// One that the server refused: it is not taken again. Boxed: most credentials have none.
    refused: Option<Box<SecretString>>,
}

/// A refresh token in a request in flight.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct SentRefreshToken {
    number: u32,
    /// Nobody had sent it before.
    unused: bool,
}

impl RefreshTokenState {
    pub(super) fn new(sources: GrantSources) -> Self {
        let held =
            sources.refresh_token.map(|secret| Box::new(Held { secret, unused: false, doubtful: false }));
        let retired = sources.stored.then(Box::default);
        Self { primary: sources.primary, held, retired, number: 1, refused: None }
    }

    /// What the next request relies on; `None` if it must wait until no token is in service.
    pub(super) fn next(&self, serving: bool) -> Option<RequestGrant> {
        match &self.held {
            Some(held) if held.doubtful && serving => None,
            Some(held) => Some(RequestGrant::Refresh(held.secret.clone())),
            None => Some(RequestGrant::Primary), // where there is none, what is held is never dropped
        }
    }

    pub(super) fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// A request is in flight with the refresh token at hand.
    pub(super) fn send(&mut self) -> SentRefreshToken {
        let unused = self.held.as_mut().is_some_and(|held| std::mem::replace(&mut held.unused, false));
        SentRefreshToken { number: self.number, unused }
    }

    /// An answer brought this refresh token, or none: then the old one stays valid (RFC 6749 section 6). Whether it is a
    /// new one.
    pub(super) fn receive(&mut self, received: Option<SecretString>) -> bool {
        // A word that is no refresh token, like "not_supported", comes with every answer.
        let is_refused = |secret: &SecretString| {
            self.refused.as_ref().is_some_and(|refused| refused.expose_secret() == secret.expose_secret())
        };
        match (received.filter(|secret| !is_refused(secret)), &mut self.held) {
            (None, held) => {
                held.iter_mut().for_each(|held| held.doubtful = false);
                false
            }
            (Some(secret), Some(held)) if held.secret.expose_secret() == secret.expose_secret() => {
                held.doubtful = false;
                false
            }
            (Some(secret), _) => {
                self.drop_held();
                self.retired.iter_mut().for_each(|retired| retired.remove(&secret));
                self.held = Some(Box::new(Held { secret, unused: true, doubtful: false }));
                self.number += 1;
                true
            }
        }
    }

    /// Whether the file that holds this one brings another than the one at hand, and not one that was replaced or dropped.
    pub(super) fn is_new(&self, secret: &SecretString) -> bool {
        let retired = self.retired.as_ref().is_some_and(|retired| retired.contains(secret));
        let same =
            self.held.as_ref().is_some_and(|held| held.secret.expose_secret() == secret.expose_secret());
        !retired && !same
    }

    /// The file holds this one. If it is new it takes the place of the one at hand.
    pub(super) fn find(&mut self, secret: SecretString) -> bool {
        let new = self.is_new(&secret);
        if new {
            self.drop_held();
            self.held = Some(Box::new(Held { secret, unused: false, doubtful: false }));
            self.number += 1;
        }
        new
    }

    /// A request with a refresh token failed. That says nothing about one that took its place meanwhile.
    pub(super) fn lose(&mut self, refusal: &Refusal, sent: SentRefreshToken) -> Loss {
        if sent.number != self.number {
            return Loss::Kept;
        }
        if refusal.is_about_grant() {
            if !self.primary {
                return Loss::Kept;
            }
            self.refused = self.held.as_ref().map(|held| Box::new(held.secret.clone()));
            self.drop_held();
            return Loss::Refused { stolen: sent.unused };
        }
        if !refusal.maybe_processed {
            return Loss::Kept;
        }
        if self.primary {
            self.drop_held();
            return Loss::Lost;
        }
        self.held.iter_mut().for_each(|held| held.doubtful = true);
        Loss::Doubtful
    }

    fn drop_held(&mut self) {
        if let (Some(held), Some(retired)) = (self.held.take(), &mut self.retired) {
            retired.add(&held.secret);
        }
    }
}
