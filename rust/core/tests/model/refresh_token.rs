//! What the model believes of a refresh token: which one may be sent, and which never again.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;
use tollgate_core::oauth::grant::{GrantSources, RequestGrant};
use tollgate_core::oauth::token_answer::{Minted, Refusal};

pub(super) struct RefreshToken {
    primary: bool,
    pub(super) token: Option<String>,
    /// The server may have used it up.
    doubtful: bool,
    /// The request in flight relies on it.
    sent: bool,
    /// Replaced or dropped: never to be sent again.
    gone: BTreeSet<String>,
}

impl RefreshToken {
    pub(super) fn new(sources: &GrantSources) -> Self {
        let token = sources.refresh_token.as_ref().map(|token| token.expose_secret().to_owned());
        Self { primary: sources.primary, token, doubtful: false, sent: false, gone: BTreeSet::new() }
    }

    fn drop_token(&mut self) {
        self.gone.extend(self.token.take());
        self.doubtful = false;
    }

    fn take(&mut self, token: String) {
        self.drop_token();
        self.gone.remove(&token); // the same text may be given out again
        self.token = Some(token);
    }

    pub(super) fn send(&mut self, using: &RequestGrant, serving: bool) {
        match using {
            RequestGrant::Primary => {
                let only = self.primary && self.token.is_none();
                assert!(only, "the primary grant, with a refresh token at hand");
                self.sent = false;
            }
            RequestGrant::Refresh(secret) => {
                assert!(!self.gone.contains(secret.expose_secret()), "a refresh token that is gone was sent");
                assert_eq!(self.token.as_deref(), Some(secret.expose_secret()));
                let risked = self.doubtful && serving;
                assert!(!risked, "a doubtful refresh token was sent while a token serves");
                self.sent = true;
            }
        }
    }

    /// Its file holds this one. Whether it is to be used: one that is gone may still be in a file that can't be written.
    /// What is in flight relies on the one before.
    pub(super) fn find(&mut self, token: &str) -> bool {
        let new = !self.gone.contains(token) && self.token.as_deref() != Some(token);
        if new {
            self.drop_token();
            self.token = Some(token.to_owned());
            self.sent = false;
        }
        new
    }

    /// The request in flight relies on the one that its file holds.
    pub(super) fn take_in_flight(&mut self, token: &str) {
        if self.find(token) {
            self.sent = true;
        }
    }

    /// Whether the primary grant is to be tried at once.
    pub(super) fn observe(&mut self, outcome: &Result<Minted, Refusal>) -> bool {
        let sent = std::mem::take(&mut self.sent);
        match outcome {
            Ok(minted) => {
                let came = minted.refresh_token.as_ref().map(|token| token.expose_secret().to_owned());
                if let Some(came) = came.filter(|came| self.token.as_ref() != Some(came)) {
                    self.take(came);
                }
                self.doubtful = false;
                false
            }
            Err(refusal) if sent => {
                let refused = refusal.is_permanent() && refusal.error.as_deref() == Some("invalid_grant");
                if self.primary && (refused || refusal.maybe_processed) {
                    self.drop_token();
                } else if !refused && refusal.maybe_processed {
                    self.doubtful = true;
                }
                self.primary && refused
            }
            Err(_) => false,
        }
    }
}
