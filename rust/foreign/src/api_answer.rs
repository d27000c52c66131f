//! An answer of an API with the status in its first line, whose challenges, codes and texts are read. Checks that 401 and
//! `invalid_token` are rejections, that a limit is none, and that no wait is longer than a year.

use tollgate_core::config::answer_rules::AnswerRules;
use tollgate_core::http::rate_headers::quotas;
use tollgate_core::http::retry_after::LONGEST;
use tollgate_core::machine::api_answer::ApiAnswer;
use tollgate_core::machine::api_gate::Signal;
use tollgate_core::time::clock::Wall;

use crate::message;

/// Checks one input.
pub fn check(data: &[u8]) {
    let line = data.iter().position(|b| *b == b'\n').unwrap_or(data.len());
    let status = std::str::from_utf8(&data[..line]).ok().and_then(|status| status.parse().ok());
    let (headers, body) = message::message(data.get(line + 1..).unwrap_or_default());
    let (status, body) = (status.unwrap_or(403), String::from_utf8_lossy(body));
    let received = Wall(1_795_168_800_000);
    let quotas = quotas(&headers, received);
    let answer =
        ApiAnswer { status, headers: &headers, body: &body, finding: None, quotas: &quotas, received };
    let own = AnswerRules {
        rejection_statuses: AnswerRules::statuses("419, 498").expect("statuses"),
        rejection_texts: AnswerRules::texts("session expired|not signed in"),
        limit_texts: AnswerRules::texts("slow down"),
        rate_headers: true,
        ..AnswerRules::default()
    };
    for rules in [AnswerRules::default(), own] {
        let signal = answer.signal(&rules, None);
        let rejected = answer.is_rejection(&rules);
        assert!(rejected || status != 401, "{answer:?}");
        let wait = match signal {
            Some(Signal::Throttled(named)) => {
                // 401 and `invalid_token` are the standard's words, whatever a body says beside them.
                let says_so = status == 401 || names_invalid_token(&headers);
                assert!(!rejected || says_so, "a limit is no rejection: {answer:?}");
                named
            }
            Some(Signal::Unavailable(named) | Signal::Spent(named)) => Some(named),
            Some(Signal::Fine) => {
                assert!(status < 400 && !rejected, "{answer:?}");
                None
            }
            None => None,
        };
        assert!(wait.is_none_or(|named| !named.wait.is_zero() && named.wait <= LONGEST), "{wait:?}");
    }
}

fn names_invalid_token(headers: &[(String, String)]) -> bool {
    headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("www-authenticate") && value.replace('\\', "").contains("invalid_token")
    })
}
