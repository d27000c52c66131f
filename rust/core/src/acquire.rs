//! What a reader gets right now: the token, a wait, or the reason why not.
//!
//! Waiters share the outcome of the outage: none of them has an attempt of its own, and the only limit of a
//! waiter is its own deadline. Where it is already known that no token will come in time, a waiter is held for
//! [`HOLD`] all the same, so that looping threads do not flood the results with thousands of failures a second.
//! The exception is a wait longer than the profile's `max_retry_after`: that is no throttle but a quota that is used up,
//! and whoever set the limit wants to know at once.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::config::profile::Profile;
use crate::failure::{Code, Failure, in_words};
pub use crate::machine::credential::HOLD;
use crate::machine::credential::{Credential, Pursuit};
use crate::oauth::token::Token;
use crate::oauth::token_answer::{Class, Refusal};
use crate::time::clock::{Mono, Wall};

/// A gate that is closed for longer opens with the next run only: budgets of a run say "never".
const LATER_THAN_ANY_RUN: Duration = Duration::from_secs(10 * 366 * 24 * 3600);

/// Someone who wants a token.
#[derive(Clone, Copy, Debug)]
pub struct Waiter {
    /// How long it has waited so far.
    pub waited: Duration,
    /// How long it is ready to wait altogether.
    pub limit: Duration,
    /// How much life the token must have left.
    pub floor: Duration,
}

/// What it gets.
#[derive(Debug)]
pub enum Outlook<'a> {
    /// This token.
    Serve(&'a Token),
    /// Nothing yet: tell the credential [`crate::machine::credential::Event::Wanted`] and look again.
    Wait,
    /// Nothing: see why.
    Deny(Denial),
}

/// Why a waiter gets no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    code: Code,
    refusal: Option<Arc<Refusal>>,
    /// How long no request will be sent, from now.
    closed: Duration,
    waited: Duration,
    limit: Duration,
    /// The `max_retry_after` that the server's wait is longer than, if that is why.
    exceeded: Option<Duration>,
}

impl Credential {
    /// What `waiter` gets at `now`.
    #[must_use]
    pub fn outlook(&self, now: Mono, waiter: &Waiter) -> Outlook<'_> {
        let deny = |code, refusal: Option<&Arc<Refusal>>, closed| {
            let Waiter { waited, limit, .. } = *waiter;
            let refusal = refusal.cloned();
            Outlook::Deny(Denial { code, refusal, closed, waited, limit, exceeded: None })
        };
        if self.shut {
            return deny(Code::Stopped, None, Duration::ZERO);
        }
        match self.token(now) {
            Some(token) if waiter.floor > token.highest_floor() => {
                return deny(Code::Config, None, token.highest_floor());
            }
            Some(token) if token.is_for(now, waiter.floor) => return Outlook::Serve(token),
            _ => {}
        }
        if let Pursuit::Held { until, why, .. } = &self.pursuit
            && let closed = until.since(now)
            && let Some(exceeded) = self.quota(why, closed)
        {
            let Waiter { waited, limit, .. } = *waiter;
            let (code, refusal) = (Code::ThrottledUntil, Some(Arc::clone(why)));
            return Outlook::Deny(Denial { code, refusal, closed, waited, limit, exceeded: Some(exceeded) });
        }
        let left = waiter.limit.saturating_sub(waiter.waited);
        let known = if let Some(refusal) = self.permanent(now) {
            Some((refusal.code, refusal, Duration::ZERO))
        } else if let Pursuit::Held { until, why, .. } = &self.pursuit
            && until.since(now) > left
        {
            let code = if why.retry_after.is_some() { Code::ThrottledUntil } else { why.code };
            Some((code, why, until.since(now)))
        } else {
            None
        };
        match known {
            Some((code, refusal, closed)) if waiter.waited >= HOLD.min(waiter.limit) => {
                deny(code, Some(refusal), closed)
            }
            None if left.is_zero() => {
                let refusal = self.last_refusal();
                deny(refusal.map_or(Code::Deadline, |refusal| refusal.code), refusal, Duration::ZERO)
            }
            _ => Outlook::Wait,
        }
    }

    /// The `max_retry_after` that the wait the server named is longer than, as long as what is left of it is.
    fn quota(&self, why: &Refusal, closed: Duration) -> Option<Duration> {
        let named = why.retry_after?.wait;
        self.policy().max_retry_after.filter(|most| named > *most && closed > *most)
    }
}

impl Denial {
    /// Its code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// As the user of `profile` will read it at `now`: what happened, in the server's words, and what to check next.
    #[must_use]
    pub fn tell(&self, profile: &Profile, now: Wall) -> Failure {
        let title = profile.title();
        let (waited, limit) = (in_words(self.waited), in_words(self.limit));
        let message = match (&self.refusal, self.code) {
            (None, Code::Stopped) => format!("{title}: the test is being stopped"),
            (None, Code::Config) => format!(
                "{title}: more remaining life was asked for than a fresh token can promise ({})",
                in_words(self.closed)
            ),
            (None, _) => format!(
                "{title}: no token after {waited}; {} has not answered yet. Check that it is up, or raise \
                 token_timeout ({limit})",
                profile.endpoint()
            ),
            (Some(refusal), _) if let Some(most) = self.exceeded => {
                let what = match refusal.class {
                    Class::Throttled => "quota exhausted",
                    _ => "no token request",
                };
                let (until, closed, most) = (self.until(now), in_words(self.closed), in_words(most));
                let (told, advice) = (refusal.describe(profile), refusal.advice(profile));
                format!(
                    "{title}: {what} until {until} ({closed} from now, and max_retry_after is {most}): {told}. {advice}"
                )
            }
            (Some(refusal), _) => {
                let wait = if self.closed.is_zero() {
                    String::new()
                } else if self.closed > LATER_THAN_ANY_RUN {
                    " No request before the next run.".to_owned()
                } else {
                    let closed = in_words(self.closed);
                    format!(
                        " No request before {closed} from now, and of token_timeout ({limit}) {waited} are over."
                    )
                };
                format!("{title}: {}.{wait} {}", refusal.describe(profile), refusal.advice(profile))
            }
        };
        Failure::new(self.code, message)
    }

    /// When requests are sent again, to the second and never too early.
    fn until(&self, now: Wall) -> Timestamp {
        let closed = i64::try_from(self.closed.as_millis()).unwrap_or(i64::MAX);
        let seconds = now.0.saturating_add(closed).saturating_add(999).div_euclid(1000);
        Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
    }
}
