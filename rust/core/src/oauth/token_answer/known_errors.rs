//! What servers mean by the codes and phrases of their errors, where the status or the standard's code says otherwise: token
//! endpoints and APIs.
//!
//! One table; the rows of the profile's preset come first. A row matches a code exactly, in any case and without a name
//! space before `#`, or a phrase that begins at a word. One service writes `rate_limit_exceeded` and the next
//! `RateLimitExceeded`: phrases are compared as [`words`] writes them. They are those that providers document or were seen
//! to send; see `tests/cases`.

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
    /// A phrase as [`words`] writes it; empty: any.
    phrase: &'static str,
    meaning: Meaning,
}

impl KnownError {
    /// An error of this code.
    #[must_use]
    pub const fn code(code: &'static str, meaning: Meaning) -> Self {
        Self { code, phrase: "", meaning }
    }

    /// An error with this phrase, written as by [`words`], in its code or message.
    #[must_use]
    pub const fn phrase(phrase: &'static str, meaning: Meaning) -> Self {
        Self { code: "", phrase, meaning }
    }

    /// A phrase written otherwise would match nothing.
    #[cfg(test)]
    pub(crate) fn is_well_written(&self) -> bool {
        words(self.phrase) == self.phrase
    }

    fn matches(&self, code: &str, text: &str) -> bool {
        if self.code.is_empty() {
            let mut found = text.match_indices(self.phrase);
            found.any(|(at, _)| at == 0 || text.as_bytes()[at - 1] == b' ')
        } else {
            code.eq_ignore_ascii_case(self.code)
        }
    }
}

const COMMON: &[KnownError] = &[
    KnownError::phrase("rate limit", Meaning::Throttled), // GitHub, Google (userRateLimitExceeded), many gateways
    KnownError::phrase("ratelimit", Meaning::Throttled),  // Slack, Discord
    KnownError::phrase("rate exceeded", Meaning::Throttled), // Amazon
    // Salesforce, Amazon (LimitExceededException), Google (dailyLimitExceeded), Tencent
    KnownError::phrase("limit exceeded", Meaning::Throttled),
    KnownError::phrase("too many requests", Meaning::Throttled),
    KnownError::phrase("too many token requests", Meaning::Throttled),
    KnownError::phrase("too frequent", Meaning::Throttled),
    KnownError::phrase("throttled", Meaning::Throttled),
    KnownError::phrase("throttling", Meaning::Throttled), // Amazon, Alibaba Cloud (Throttling.User)
    KnownError::phrase("freq out of limit", Meaning::Throttled),
    KnownError::phrase("quota limit", Meaning::Throttled),
    KnownError::phrase("quota exceeded", Meaning::Throttled), // Google, Azure
    KnownError::phrase("quota is exceeded", Meaning::Throttled),
    KnownError::phrase("exceeded the quota", Meaning::Throttled),
    KnownError::phrase("out of call volume quota", Meaning::Throttled), // Azure API Management
    KnownError::phrase("resource exhausted", Meaning::Throttled),       // gRPC
    KnownError::phrase("slow down", Meaning::Throttled),                // Amazon S3
    KnownError::phrase("provisioned throughput exceeded", Meaning::Throttled), // Amazon DynamoDB
    KnownError::phrase("exceeded concurrency limit", Meaning::Throttled), // NetSuite
    // The standard's codes under other names.
    KnownError::code("invalid_refresh_token", Meaning::Grant),
    KnownError::code("incorrect_client_credentials", Meaning::Client),
    KnownError::code("bad_client_secret", Meaning::Client),
    KnownError::code("invalid_client_id", Meaning::Client),
];

/// What an error means, if a row says so. `text` is code and message as [`words`] writes them.
pub(super) fn meaning(preset: &[KnownError], code: &str, text: &str) -> Option<Meaning> {
    of_preset(preset, code, text).or_else(|| of_preset(COMMON, code, text))
}

/// The same by these rows alone.
pub(super) fn of_preset(rows: &[KnownError], code: &str, text: &str) -> Option<Meaning> {
    let code = code.rsplit('#').next().unwrap_or_default();
    rows.iter().find(|row| row.matches(code, text)).map(|row| row.meaning)
}

/// The words of a text in lower case with one blank between: `userRateLimitExceeded` and `USER_RATE_LIMIT_EXCEEDED` are
/// `user rate limit exceeded`.
pub(super) fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let ends_capitals = c.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase());
        let begins = c.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && ends_capitals);
        if !words.ends_with(' ') && !words.is_empty() && (begins || !c.is_alphanumeric()) {
            words.push(' ');
        }
        if c.is_alphanumeric() {
            words.extend(c.to_lowercase());
        }
        before = c;
    }
    words.truncate(words.trim_end().len());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_its_words_however_they_are_joined() {
        for (text, is) in [
            ("userRateLimitExceeded", "user rate limit exceeded"),
            ("REQUEST_LIMIT_EXCEEDED", "request limit exceeded"),
            ("too.many.requests", "too many requests"),
            ("HTTPError: TooManyRequestsException", "http error too many requests exception"),
            ("AADSTS50196: the server", "aadsts50196 the server"),
            (" 'Expiration time' claim ('exp')\n", "expiration time claim exp"),
            ("", ""),
            ("\u{c4}rger-Zone", "\u{e4}rger zone"),
        ] {
            assert_eq!(words(text), is);
        }
        assert!(COMMON.iter().all(KnownError::is_well_written));
    }
}
