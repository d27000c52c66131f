//! What a reader gets right now: the token, a wait, or the reason why not.
//!
//! Waiters share the outcome of the outage: none of them has an attempt of its own, and the only limit of a
//! waiter is its own deadline. Where it is already known that no token will come in time, a waiter is held for
//! [`HOLD`] all the same, so that looping threads do not flood the results with thousands of failures a second.
//! The exception is a wait longer than the profile's `max_retry_after`: that is no throttle but a quota that is used up,
//! and the user set the limit to be told at once.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::config::profile::Profile;
use crate::failure::{Code, Failure, in_words};
use crate::machine::Availability;
pub use crate::machine::HOLD;
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
    /// A longer wait that the server names is not waited for (`max_retry_after`).
    pub max_retry_after: Option<Duration>,
}

/// What it gets.
#[derive(Debug)]
pub enum AcquireOutcome<'a> {
    /// This token.
    Serve(&'a Token),
    /// Nothing yet: tell the endpoint [`crate::machine::Input::Wanted`] and look again.
    Wait,
    /// Nothing: see why.
    Unavailable(Unavailable),
}

/// Why a waiter gets no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable {
    code: Code,
    refusal: Option<Arc<Refusal>>,
    /// How long no request will be sent, from now.
    closed: Duration,
    waited: Duration,
    limit: Duration,
    /// The `max_retry_after` that the server's wait is longer than, if that is why.
    exceeded: Option<Duration>,
}

/// What `waiter` gets at `now`, where `token` is published and `availability` says what else is known.
#[must_use]
pub fn acquire<'a>(
    token: Option<&'a Token>,
    availability: &Availability,
    now: Mono,
    waiter: &Waiter,
) -> AcquireOutcome<'a> {
    let Waiter { waited, limit, floor, max_retry_after } = *waiter;
    let unavailable = |code, refusal: Option<&Arc<Refusal>>, closed| {
        let refusal = refusal.cloned();
        AcquireOutcome::Unavailable(Unavailable { code, refusal, closed, waited, limit, exceeded: None })
    };
    if availability.shut {
        return unavailable(Code::Stopped, None, Duration::ZERO);
    }
    match token.filter(|token| token.serves(now, Duration::ZERO)) {
        Some(token) if floor > token.highest_floor() => {
            return unavailable(Code::Config, None, token.highest_floor());
        }
        Some(token) if token.is_for(now, floor) => return AcquireOutcome::Serve(token),
        _ => {}
    }
    let held = availability.held.as_ref().map(|held| (&held.why, held.until.since(now)));
    if let Some((why, closed)) = held
        && let Some(exceeded) = quota(max_retry_after, why, closed)
    {
        let (code, refusal) = (Code::ThrottledUntil, Some(Arc::clone(why)));
        let exceeded = Some(exceeded);
        return AcquireOutcome::Unavailable(Unavailable { code, refusal, closed, waited, limit, exceeded });
    }
    let left = limit.saturating_sub(waited);
    let known = match (&availability.permanent, held) {
        (Some((refusal, until)), _) if now < *until => Some((refusal.code, refusal, Duration::ZERO)),
        (_, Some((why, closed))) if closed > left => Some((code_of_wait(why), why, closed)),
        _ => None,
    };
    match known {
        Some((code, refusal, closed)) if waited >= HOLD.min(limit) => {
            unavailable(code, Some(refusal), closed)
        }
        None if left.is_zero() => {
            let refused = availability.permanent.as_ref().map(|(refusal, _)| refusal);
            let refusal = refused.or(availability.last_refusal.as_ref());
            let (code, refusal) = match held {
                Some((why, _)) => (code_of_wait(why), Some(why)),
                None => (refusal.map_or(Code::Deadline, |refusal| refusal.code), refusal),
            };
            unavailable(code, refusal, Duration::ZERO)
        }
        _ => AcquireOutcome::Wait,
    }
}

/// The code of a wait that holds a request back.
fn code_of_wait(why: &Refusal) -> Code {
    if why.retry_after.is_some() { Code::ThrottledUntil } else { why.code }
}

/// The `max_retry_after` that the wait the server named is longer than, as long as what is left of it is.
fn quota(longest: Option<Duration>, why: &Refusal, closed: Duration) -> Option<Duration> {
    let named = why.retry_after?.wait;
    longest.filter(|longest| named > *longest && closed > *longest)
}

/// What tells an answer from others like it.
fn in_detail(refusal: &Refusal) -> String {
    let wait = refusal.named_wait().map(|wait| format!(" {wait}.")).unwrap_or_default();
    let id = refusal.correlation.as_ref().map(|id| format!(" Correlation id {id}.")).unwrap_or_default();
    format!("{wait}{id}")
}

impl Unavailable {
    /// Its code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// As the user of `profile` will read it at `now`: a line with what happened, in the server's words, and what to check
    /// next, which is the same for equal failures; then one with times and numbers, if there are any.
    #[must_use]
    pub fn failure(&self, profile: &Profile, now: Wall) -> Failure {
        let title = profile.title();
        let (waited, limit) = (in_words(self.waited), in_words(self.limit));
        let message = match (&self.refusal, self.code) {
            (None, Code::Stopped) => format!("{title}: the test is being stopped"),
            (None, Code::Config) => format!(
                "{title}: more remaining life was asked for than a fresh token can promise ({})",
                in_words(self.closed)
            ),
            (None, _) => format!(
                "{title}: no token: {} has not answered yet. Check that it is up, or raise token_timeout ({limit}).\n\
                 Waited {waited}.",
                profile.endpoint()
            ),
            (Some(refusal), _) if let Some(most) = self.exceeded => {
                let what = match refusal.class {
                    Class::Throttled => "quota exhausted",
                    _ => "no token request",
                };
                let (until, closed, most) = (self.until(now), in_words(self.closed), in_words(most));
                let (summary, advice) = (refusal.describe_alike(profile), refusal.advice(profile));
                let details = in_detail(refusal);
                format!(
                    "{title}: {what}: {summary}. {advice}\nUntil {until} ({closed} from now, and max_retry_after is \
                     {most}).{details}"
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
                let (summary, advice) = (refusal.describe_alike(profile), refusal.advice(profile));
                let details = format!("{wait}{}", in_detail(refusal));
                let details = Some(details.trim()).filter(|details| !details.is_empty());
                let details = details.map(|details| format!("\n{details}")).unwrap_or_default();
                format!("{title}: {summary}. {advice}{details}")
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
