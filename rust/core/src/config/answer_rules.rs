//! What the answers of an API mean, where a profile says more than HTTP does.

use crate::http::rate_headers::Unit;
use crate::oauth::token_answer::KnownError;

/// Most of a body that is searched, in bytes.
pub const SEARCHED: usize = 64 * 1024;

/// How the answers of an API are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerRules {
    /// Statuses beside 401 that mean that the token was rejected.
    pub rejection_statuses: Vec<u16>,
    /// Texts in a body that mean it.
    pub rejection_texts: Vec<String>,
    /// Texts in a body that mean a limit.
    pub limit_texts: Vec<String>,
    /// What the preset knows of the server's errors.
    pub errors: &'static [KnownError],
    /// Whether rate headers close the gate before a 429 does.
    pub rate_headers: bool,
    /// The unit of resets that are bare numbers.
    pub reset_unit: Option<Unit>,
    /// Whether threads spread what remains of a quota over the time to its reset.
    pub paced: bool,
}

impl AnswerRules {
    /// Parses `403, 419, 498`.
    ///
    /// # Errors
    /// The first entry that is no status of a failure.
    pub fn statuses(text: &str) -> Result<Vec<u16>, &str> {
        let entries = text.split([',', ' ']).filter(|entry| !entry.is_empty());
        let status = |entry: &str| entry.parse().ok().filter(|status| (400..=599).contains(status));
        entries.map(|entry| status(entry).ok_or(entry)).collect()
    }

    /// Parses texts with `|` between them.
    #[must_use]
    pub fn texts(text: &str) -> Vec<String> {
        text.split('|').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }

    /// Whether a body says that the token was rejected.
    #[must_use]
    pub fn is_rejection(&self, body: &str) -> bool {
        self.rejection_texts.iter().any(|text| body.contains(text))
    }

    /// Whether a body says that a limit was met.
    #[must_use]
    pub fn is_limit(&self, body: &str) -> bool {
        self.limit_texts.iter().any(|text| body.contains(text))
    }
}
