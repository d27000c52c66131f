//! A server that hands out the same token until its end.
//!
//! Invariants: the same token is one token, no mint and no revocation, and keeps its generation while it is in service; of
//! two ends that the server named the sooner counts; once the server was seen to do this, no token is asked for before the
//! end of the last. At that end the server may still give the old one: it is asked once more, and believed if it insists.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::super::fact::{Fact, Reason};
use super::{Action, Credential};
use crate::oauth::token::Token;
use crate::oauth::token_answer::Minted;
use crate::time::clock::Mono;

/// Failed requests in a row after which a credential that never had a token may have a client that the server does not
/// know.
const FAILURES_WITHOUT_SUCCESS: u32 = 3;

/// Tells a token from the next. It never leaves the process.
pub(super) fn digest(secret: &SecretString) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(secret.expose_secret())
}

impl Credential {
    /// Whether this is the last token again after the end that was named for it, for the first time.
    pub(super) fn is_spent(&self, minted: &Minted) -> bool {
        self.repeats && self.ran_out && !self.insists && digest(&minted.secret) == self.digest
    }

    /// The token in service was given again.
    pub(super) fn keep(&mut self, sent: Mono, lifetime: Duration, reason: Reason, actions: &mut Vec<Action>) {
        let Some(token) = &mut self.service else { return };
        let deadline = sent.after(lifetime);
        if deadline < token.deadline {
            let sooner = Token { deadline, ..Token::clone(token) };
            *token = Arc::new(sooner);
            if self.hold.is_none() {
                actions.push(Action::Publish);
            }
        }
        let generation = self.generation;
        actions.push(Action::Note(Fact::Unchanged { generation, reason, lifetime, noticed: self.notice() }));
    }

    /// From now on none is asked for before the end of the last. Whether that is news.
    pub(super) fn notice(&mut self) -> bool {
        !std::mem::replace(&mut self.repeats, true)
    }

    /// Whether the failure at hand is one of several in a row before any success.
    pub(super) fn has_never_succeeded(&self) -> bool {
        self.generation == 0 && self.failures.in_row + 1 >= FAILURES_WITHOUT_SUCCESS
    }
}
