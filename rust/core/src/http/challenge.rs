//! What an answer challenges its client to prove: `WWW-Authenticate` (RFC 9110 section 11.6.1), read by `http-auth`.
//!
//! A value that breaks off or follows no grammar is read up to there.

use http_auth::ChallengeRef;
use http_auth::parser::ChallengeParser;

/// The challenges of all `WWW-Authenticate` lines, in order.
pub(crate) fn challenges(headers: &[(String, String)]) -> impl Iterator<Item = ChallengeRef<'_>> {
    let lines = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
    lines.flat_map(|(_, value)| ChallengeParser::new(value.trim()).map_while(Result::ok))
}

/// The value of a parameter, without quotes and escapes.
pub(crate) fn parameter(challenge: &ChallengeRef<'_>, name: &str) -> Option<String> {
    let mut named = challenge.params.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value.to_unescaped())
}
