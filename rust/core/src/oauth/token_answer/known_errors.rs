//! What servers mean by the codes and phrases of their errors, where the status or the standard's code says otherwise.
//!
//! One table; the rows of the profile's preset come first. A row matches a code exactly, in any case and without a name
//! space before `#`, or a phrase anywhere in code and message. Phrases are those that providers document or were seen to
//! send; see `tests/cases`.

/// What a refused request means for the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// The client exceeds a limit.
    Throttled,
    /// The server can't serve the request now.
    Unavailable,
    /// `invalid_client`: client id, secret or key.
    Client,
    /// `invalid_grant`: user, assertion, refresh token or API key.
    Grant,
    /// `invalid_scope`.
    Scope,
    /// Another refusal that does not change by itself.
    Refused,
}

impl Meaning {
    /// The standard's code for it (RFC 6749 section 5.2).
    pub(super) const fn error(self) -> Option<&'static str> {
        match self {
            Self::Client => Some("invalid_client"),
            Self::Grant => Some("invalid_grant"),
            Self::Scope => Some("invalid_scope"),
            Self::Throttled | Self::Unavailable | Self::Refused => None,
        }
    }
}

/// One row: a code or a phrase, and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KnownError {
    /// The whole code; empty: any.
    code: &'static str,
    /// A phrase in lower case; empty: any.
    phrase: &'static str,
    meaning: Meaning,
}

impl KnownError {
    /// An error of this code.
    #[must_use]
    pub const fn code(code: &'static str, meaning: Meaning) -> Self {
        Self { code, phrase: "", meaning }
    }

    /// An error with this phrase, in lower case, in its code or message.
    #[must_use]
    pub const fn phrase(phrase: &'static str, meaning: Meaning) -> Self {
        Self { code: "", phrase, meaning }
    }

    fn matches(&self, code: &str, text: &str) -> bool {
        if self.code.is_empty() { text.contains(self.phrase) } else { code.eq_ignore_ascii_case(self.code) }
    }
}

const COMMON: &[KnownError] = &[
    // AWS: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    KnownError::code("ThrottlingException", Meaning::Throttled),
    KnownError::code("TooManyRequestsException", Meaning::Throttled),
    KnownError::code("RequestLimitExceeded", Meaning::Throttled),
    KnownError::code("LimitExceededException", Meaning::Throttled),
    // Names that many gateways use.
    KnownError::code("rate_limited", Meaning::Throttled),
    KnownError::code("ratelimited", Meaning::Throttled),
    KnownError::code("rate_limit_exceeded", Meaning::Throttled),
    KnownError::code("too_many_requests", Meaning::Throttled),
    KnownError::code("request_limit_exceeded", Meaning::Throttled),
    KnownError::code("quota_exceeded", Meaning::Throttled),
    KnownError::phrase("rate exceeded", Meaning::Throttled),
    KnownError::phrase("rate limit", Meaning::Throttled),
    KnownError::phrase("too many requests", Meaning::Throttled),
    KnownError::phrase("too many token requests", Meaning::Throttled),
    KnownError::phrase("too frequent", Meaning::Throttled),
    KnownError::phrase("request limit exceeded", Meaning::Throttled),
    KnownError::phrase("requests limit exceeded", Meaning::Throttled),
    KnownError::phrase("request was throttled", Meaning::Throttled),
    KnownError::phrase("freq out of limit", Meaning::Throttled),
    KnownError::phrase("quota limit", Meaning::Throttled),
    KnownError::phrase("exceeded the quota", Meaning::Throttled),
    // The standard's codes under other names.
    KnownError::code("invalid_refresh_token", Meaning::Grant),
    KnownError::code("incorrect_client_credentials", Meaning::Client),
    KnownError::code("bad_client_secret", Meaning::Client),
    KnownError::code("invalid_client_id", Meaning::Client),
];

/// What an error means, if a row says so. `phrased` is code and message in lower case.
pub(super) fn meaning(preset: &[KnownError], code: &str, phrased: &str) -> Option<Meaning> {
    of_preset(preset, code, phrased).or_else(|| of_preset(COMMON, code, phrased))
}

/// The same by these rows alone.
pub(super) fn of_preset(rows: &[KnownError], code: &str, phrased: &str) -> Option<Meaning> {
    let code = code.rsplit('#').next().unwrap_or_default();
    rows.iter().find(|row| row.matches(code, phrased)).map(|row| row.meaning)
}
