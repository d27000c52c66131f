//! Rate headers, one a line. Checks that every wait is more than zero and at most a year, and that one in doubt is at most
//! an hour.

use std::time::Duration;

use tollgate_core::config::answer_rules::AnswerRules;
use tollgate_core::http::rate_headers::{Reset, Unit, quotas, refused, spent};
use tollgate_core::http::retry_after::LONGEST;
use tollgate_core::machine::api_answer::ApiAnswer;
use tollgate_core::machine::api_gate::Signal;
use tollgate_core::time::clock::Wall;

use crate::message;

/// Checks one input.
pub fn check(data: &[u8]) {
    let (headers, body) = message::message(data);
    let now = Wall(1_795_168_800_000);
    let quotas = quotas(&headers, now);
    for unit in [None, Some(Unit::Seconds), Some(Unit::Millis)] {
        let (spent, refused) = (spent(&quotas, unit), refused(&quotas, unit));
        for read in [spent, refused].into_iter().flatten() {
            assert!(!read.wait.is_zero() && read.wait <= LONGEST, "{read:?}");
        }
        assert!(spent.map(|spent| spent.wait) <= refused.map(|refused| refused.wait), "a refusal needs less");
    }
    for quota in &quotas {
        let doubted = matches!(quota.reset, Reset::Bare(_));
        assert!(!doubted || quota.reset.wait(None).wait < Duration::from_secs(3600), "{quota:?}");
    }
    let rules = AnswerRules { rate_headers: true, ..AnswerRules::default() };
    for status in [0, 200, 403, 404, 429, 503] {
        let body = std::str::from_utf8(body).unwrap_or_default();
        let answer =
            ApiAnswer { status, headers: &headers, body, finding: None, quotas: &quotas, received: now };
        let closes = matches!(answer.signal(&rules, None), Some(Signal::Throttled(_)));
        assert!(!closes || !answer.is_rejection(&rules), "a limit is no rejection: {answer:?}");
    }
}
