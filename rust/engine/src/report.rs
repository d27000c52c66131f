//! What the API said, brought to the token it was said of.

use tollgate_core::config::policy::Refresh;
use tollgate_core::machine::api_gate::{Signal, signal};
use tollgate_core::machine::credential::Event;
use tollgate_core::oauth::dpop::{self, Challenge};
use tollgate_core::oauth::token::{Generation, Token};
use tollgate_core::time::clock::Mono;

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;

use crate::api_gates::Heard;
use crate::attribution::{Sent, Stamp, recorded};
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
    /// What the live header left for this request.
    pub stamp: Option<Stamp>,
    /// How long ago the request was sent; zero where that is not known.
    pub ago: Duration,
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
        let sent = vault.sent(self.authorization, self.stamp);
        state.prints.attribute(sent, state.credential.generation()).filter(|sent| *sent == serving)
    }

    /// Tells `vault`. An answer to a request without our token says nothing about our token or our limits.
    pub(crate) fn tell(self, vault: &Arc<Vault>) {
        let signal = signal(self.status, self.headers, vault.now().wall, vault.profile.rate_headers);
        if self.is_known(vault, signal) {
            return;
        }
        let sent = vault.sent(self.authorization, self.stamp);
        let at = vault.now().mono.before(self.ago);
        if !self.takes_nothing(vault, signal) {
            return self.hear(vault, &mut vault.lock(), (sent, at), signal);
        }
        let Self { status, origin, headers, stamp, ago, .. } = self;
        let (origin, headers) = (origin.map(str::to_owned), headers.to_vec());
        vault.in_passing(move |vault, state| {
            let (origin, headers) = (origin.as_deref(), &*headers);
            let report = Report { status, origin, headers, authorization: None, stamp, ago };
            report.hear(vault, state, (sent, at), signal);
        });
    }

    /// Whether all of this was heard before: the token that is shown is still accepted, and of limits there is nothing to
    /// tell. So it is with nearly every answer, so this needs no lock.
    fn is_known(&self, vault: &Vault, signal: Option<Signal>) -> bool {
        signal == Some(Signal::Fine)
            && vault.proving().is_none()
            && self.is_at_home(vault)
            && vault
                .shown
                .thing()
                .is_some_and(|token| self.is_of(vault, &token) && vault.shown.is_accepted(token.generation))
            && vault.api.is_calm(vault.now().mono, self.origin)
    }

    /// Whether nobody need wait until it is heard: it closes no gate, and its thread may find the token that was sent again.
    /// That may be unless the token is shown, or about not to be, and this 401 withdraws it whatever came before. Where
    /// sends are held, a token may be in service and not shown.
    fn takes_nothing(&self, vault: &Vault, signal: Option<Signal>) -> bool {
        let about_the_token = match self.status {
            100..=399 => false,
            401 => {
                vault.profile.policy.refresh == Refresh::Drain
                    || vault
                        .shown
                        .settled(|token| token.generation)
                        .is_none_or(|shown| shown.is_some_and(|token| self.is_of(vault, &token)))
                        && vault.shown.is_armed(vault.now().mono.nanos())
            }
            _ => return false,
        };
        !about_the_token && matches!(signal, None | Some(Signal::Fine))
    }

    /// Whether this very token was sent.
    fn is_of(&self, vault: &Vault, token: &Token) -> bool {
        match recorded(self.authorization) {
            Some(sent) => sent == token.secret.expose_secret(),
            None => self.stamp == Some(vault.stamp(token.generation)),
        }
    }

    /// Whether the request went where the token may go.
    fn is_at_home(&self, vault: &Vault) -> bool {
        self.origin.is_none_or(|origin| vault.profile.allowed_hosts.permits(origin))
    }

    /// `token` was sent `at` that time.
    fn hear(
        self,
        vault: &Arc<Vault>,
        state: &mut State,
        (token, sent): (Sent, Mono),
        signal: Option<Signal>,
    ) {
        let Some(generation) = state.prints.attribute(token, state.credential.generation()) else {
            if self.status == 401 {
                state.tally.rejections_unattributed += 1;
                state.scribe.unattributed(vault.desk(), vault.now());
            }
            return;
        };
        if !self.is_at_home(vault) {
            // It had no business there, and what is said there is not the API's word.
            state.tally.strayed += 1;
            return;
        }
        if let Some(proving) = vault.proving() {
            proving.hear_api(self.origin, self.headers);
        }
        match self.verdict(vault) {
            Verdict::OfTheProof(challenge) => vault.tell_of_challenge(state, challenge),
            Verdict::Refused => {
                state.tally.rejections += 1;
                vault.drive_locked(state, Event::Rejected { generation, sent });
            }
            Verdict::Forbidden => {
                state.tally.forbidden += 1;
                if std::mem::replace(&mut state.forbidden_told, generation) != generation {
                    vault.tell_of_forbidden(generation, self.headers);
                }
            }
            Verdict::Accepted => {
                vault.drive_locked(state, Event::Accepted { generation, sent });
            }
            Verdict::Nothing => {}
        }
        if let Some(signal) = signal {
            self.hear_limits(vault, state, signal);
        }
    }

    fn hear_limits(&self, vault: &Vault, state: &mut State, signal: Signal) {
        let now = vault.now();
        let Heard { closed, wait } = vault.api.hear(now, self.origin, signal, &vault.profile.policy.backoff);
        if signal != Signal::Fine && !wait.is_zero() {
            state.scribe.api_gate(vault.desk(), now, self.origin.unwrap_or_default(), wait);
        }
        let throttles = match signal {
            Signal::Throttled(_) | Signal::Unavailable(_) => true,
            // Those under way say it again, a hundred times perhaps: it is one limit.
            Signal::Spent(_) => closed,
            Signal::Fine => false,
        };
        if throttles {
            state.tally.api_throttles += 1;
        }
    }
}
