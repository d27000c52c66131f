//! What the API said, brought to the token it was said of.

use tollgate_core::api_gate::{Signal, signal};
use tollgate_core::credential::Event;
use tollgate_core::dpop::{self, Challenge};
use tollgate_core::token::Generation;

use std::sync::Arc;

use crate::vault::{State, Vault};

/// An API answer as a script or an element reports it.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// HTTP status.
    pub status: u16,
    /// `https://host:port` of the request, if known.
    pub origin: Option<&'a str>,
    /// The answer's header fields.
    pub headers: &'a [(String, String)],
    /// The `Authorization` value, or the bare token, that was sent, if known.
    pub authorization: Option<&'a str>,
    /// The generation the live header gave out for this request, or 0.
    pub stamp: Generation,
}

/// What an API answer says of a token.
pub(crate) enum Verdict {
    Accepted,
    Refused,
    /// It may be as good as ever: this is about the proof that went with it.
    OfTheProof(Challenge),
    /// It lacks a permission.
    Forbidden,
    Nothing,
}

impl Report<'_> {
    /// What it says of the token that was sent.
    pub(crate) fn verdict(&self, vault: &Vault) -> Verdict {
        match self.status {
            100..=399 => Verdict::Accepted,
            401 => match vault.proving().and_then(|_| dpop::challenge(self.headers)) {
                Some(challenge) => Verdict::OfTheProof(challenge),
                None => Verdict::Refused,
            },
            403 => Verdict::Forbidden,
            _ => Verdict::Nothing,
        }
    }

    /// Whether the token that was sent is one of `vault`.
    pub(crate) fn is_known_to(&self, vault: &Vault) -> bool {
        self.authorization.is_some_and(|sent| vault.generation_of(&vault.lock(), sent).is_some())
    }

    /// The generation that was sent, if it is the one in service.
    pub(crate) fn in_service(&self, vault: &Vault) -> Option<Generation> {
        let (state, now) = (vault.lock(), vault.now().mono);
        let serving = state.credential.token(now)?.generation;
        self.generation(vault, &state).filter(|sent| *sent == serving)
    }

    /// By the fingerprint of the token that was sent, else by the stamp.
    fn generation(&self, vault: &Vault, state: &State) -> Option<Generation> {
        let printed = self.authorization.and_then(|sent| vault.generation_of(state, sent));
        printed.or(Some(self.stamp).filter(|stamp| (1..=state.credential.generation()).contains(stamp)))
    }

    /// Tells `vault`: by the fingerprint of the token that was sent, else by the stamp, else not at all. An
    /// answer to a request without our token says nothing about our token or our limits.
    pub(crate) fn tell(self, vault: &Arc<Vault>) {
        let mut state = vault.lock();
        let Some(generation) = self.generation(vault, &state) else {
            if self.status == 401 {
                state.tally.rejections_unattributed += 1;
                state.scribe.unattributed(vault.desk(), vault.now());
            }
            return;
        };
        if self.origin.is_some_and(|origin| !vault.profile.allowed_hosts.permits(origin)) {
            // It had no business there, and what is said there is not the API's word.
            state.tally.strayed += 1;
            return;
        }
        if let Some(proving) = vault.proving() {
            proving.hear_api(self.origin, self.headers);
        }
        match self.verdict(vault) {
            Verdict::OfTheProof(challenge) => vault.tell_of_challenge(&mut state, challenge),
            Verdict::Refused => {
                state.tally.rejections += 1;
                vault.drive_locked(&mut state, Event::Rejected(generation));
            }
            Verdict::Forbidden => {
                state.tally.forbidden += 1;
                if std::mem::replace(&mut state.forbidden_told, generation) != generation {
                    vault.tell_of_forbidden(generation, self.headers);
                }
            }
            Verdict::Accepted => vault.drive_locked(&mut state, Event::Accepted(generation)),
            Verdict::Nothing => {}
        }
        let profile = &vault.profile;
        let signal = signal(self.status, self.headers, vault.now().wall, profile.rate_headers);
        let Some(signal) = signal else { return };
        if matches!(signal, Signal::Throttled(_) | Signal::Unavailable(_)) {
            state.tally.api_throttles += 1;
        }
        drop(state);
        let (origin, backoff) = (self.origin.unwrap_or_default(), &profile.policy.backoff);
        let (closed, wait) = vault.with_api(|gate, ctx| {
            let closed = gate.hear(ctx, origin, signal, backoff);
            (closed, gate.remaining(ctx.now.mono))
        });
        if signal != Signal::Fine && !wait.is_zero() {
            vault.lock().scribe.api_gate(vault.desk(), vault.now(), origin, wait);
        }
        // Those under way say it again, a hundred times perhaps: it is one limit.
        if closed && matches!(signal, Signal::Spent(_)) {
            vault.lock().tally.api_throttles += 1;
        }
    }
}
