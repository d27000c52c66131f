//! What an API answer means for the token that was sent and for the load.
//!
//! HTTP's own words come first: 401, 429, 503 with a wait, `WWW-Authenticate: … error="invalid_token"` (RFC 6750 section
//! 3.1). Many APIs say a limit with 403 or 400, and a rejected token with another status or in the body of a 200; the
//! profile may name what they use. Invariants: a limit is never taken for a missing permission or a rejection, and an answer
//! that names no limit and no rejection is what its status says.

use super::api_gate::Signal;
use crate::config::answer_rules::AnswerRules;
use crate::http::challenge::{challenges, parameter};
use crate::http::rate_headers::{self, Quota, Unit};
use crate::http::retry_after::RetryAfter;
use crate::oauth::token_answer::{self, Reply};
use crate::time::clock::Wall;

/// What an element of the plan found in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The token was rejected.
    Rejection,
    /// A limit was met.
    Limit,
}

/// An answer of an API.
#[derive(Clone, Copy, Debug)]
pub struct ApiAnswer<'a> {
    /// HTTP status.
    pub status: u16,
    /// The answer's header fields.
    pub headers: &'a [(String, String)],
    /// The start of the body, if it was looked at.
    pub body: &'a str,
    /// What an element of the plan found in it.
    pub finding: Option<Finding>,
    /// The quotas in its headers.
    pub quotas: &'a [Quota],
    /// When it was received.
    pub received: Wall,
}

impl ApiAnswer<'_> {
    /// Whether it rejects the token that was sent.
    #[must_use]
    pub fn is_rejection(&self, rules: &AnswerRules) -> bool {
        match self.finding {
            Some(finding) => finding == Finding::Rejection,
            None if self.status == 401 || self.has_error("invalid_token") => true,
            None if self.names_a_limit(rules) || self.is_403_with_a_limit(rules) => false,
            None if rules.rejection_statuses.contains(&self.status) => true,
            None => self.status != 429 && rules.is_rejection(self.body),
        }
    }

    /// What it says of the API's limits. 429 always speaks, 503 only with a wait; 403 and 400 with a wait, with nothing
    /// remaining or with a known code. The wait of a limit without one is in its rate headers, if it has any. Those of every
    /// other answer speak too, if they are to be heeded: when nothing remains, the next request would meet the limit.
    #[must_use]
    pub fn signal(&self, rules: &AnswerRules, unit: Option<Unit>) -> Option<Signal> {
        let named = RetryAfter::of(self.headers, self.received);
        let limited = || Signal::Throttled(named.or_else(|| rate_headers::refused(self.quotas, unit)));
        if self.status == 429 || self.names_a_limit(rules) {
            return Some(limited());
        }
        match (self.status, named) {
            (503, Some(named)) => Some(Signal::Unavailable(named)),
            (400 | 403, _) if self.is_403_with_a_limit(rules) => Some(limited()),
            (100..=599, _) => {
                let spent = if rules.rate_headers { rate_headers::spent(self.quotas, unit) } else { None };
                let is_fine = self.status < 400 && !self.is_rejection(rules);
                spent.map(Signal::Spent).or(is_fine.then_some(Signal::Fine))
            }
            _ => None,
        }
    }

    fn reply(&self) -> Reply<'_> {
        Reply { status: self.status, headers: self.headers, body: self.body.as_bytes() }
    }

    fn names_a_limit(&self, rules: &AnswerRules) -> bool {
        match self.finding {
            Some(finding) => finding == Finding::Limit,
            None => rules.is_limit(self.body),
        }
    }

    /// Whether a 400 or 403 is no refusal of this very request but a limit.
    fn is_403_with_a_limit(&self, rules: &AnswerRules) -> bool {
        matches!(self.status, 400 | 403)
            && self.finding.is_none()
            && !self.has_error("invalid_token")
            && !self.has_error("insufficient_scope")
            && (RetryAfter::of(self.headers, self.received).is_some()
                || rules.rate_headers && rate_headers::spent(self.quotas, None).is_some()
                || token_answer::names_a_limit(&self.reply(), rules.errors))
    }

    /// Whether a challenge of a refusal gives this as its error.
    fn has_error(&self, error: &str) -> bool {
        self.status >= 400
            && challenges(self.headers)
                .any(|challenge| parameter(&challenge, "error").is_some_and(|named| named == error))
    }
}
