//! What the API said, brought to the token it was said of.

use tollgate_core::api_gate::{Signal, signal};
use tollgate_core::credential::Event;
use tollgate_core::dpop::{self, Challenge};
use tollgate_core::token::Generation;

use std::sync::Arc;

use crate::vault::Vault;

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

impl Report<'_> {
    /// What a 401 says of the proof, where there was one to say something of: the token may be as good as ever.
    fn challenge(&self, vault: &Vault) -> Option<Challenge> {
        vault.proving.as_ref().and_then(|_| dpop::challenge(self.headers))
    }

    /// Tells `vault`: by the fingerprint of the token that was sent, else by the stamp, else not at all. An
    /// answer to a request without our token says nothing about our token or our limits.
    pub(crate) fn tell(self, vault: &Arc<Vault>) {
        let mut state = vault.lock();
        let printed = self.authorization.and_then(|sent| state.prints.generation_of(sent));
        let stamped = Some(self.stamp).filter(|stamp| (1..=state.credential.generation()).contains(stamp));
        let Some(generation) = printed.or(stamped) else {
            state.tally.rejections_unattributed += u64::from(self.status == 401);
            return;
        };
        if let Some(proving) = &vault.proving {
            proving.hear_api(self.origin, self.headers);
        }
        match self.status {
            401 if let Some(challenge) = self.challenge(vault) => {
                vault.tell_of_challenge(&mut state, challenge)
            }
            401 => {
                state.tally.rejections += 1;
                vault.drive_locked(&mut state, Event::Rejected(generation));
            }
            403 => {
                state.tally.forbidden += 1;
                if std::mem::replace(&mut state.forbidden_told, generation) != generation {
                    vault.tell_of_forbidden(generation, self.headers);
                }
            }
            100..=399 => vault.drive_locked(&mut state, Event::Accepted(generation)),
            _ => {}
        }
        let profile = &vault.profile;
        let signal = signal(self.status, self.headers, vault.now().wall, profile.rate_headers);
        let Some(signal) = signal else { return };
        state.tally.api_throttles +=
            u64::from(matches!(signal, Signal::Throttled(_) | Signal::Unavailable(_)));
        drop(state);
        let (origin, backoff) = (self.origin.unwrap_or_default(), &profile.policy.backoff);
        let closed = vault.with_api(|gate, ctx| gate.hear(ctx, origin, signal, backoff));
        // Those under way say it again, a hundred times perhaps: it is one limit.
        if closed && matches!(signal, Signal::Spent(_)) {
            vault.lock().tally.api_throttles += 1;
        }
    }
}
