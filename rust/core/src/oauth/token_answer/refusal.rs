//! An unsuccessful token request: what it means, and what the server said.
//!
//! Invariants: the [`Class`] alone decides what happens next; no text here holds a secret.

use std::time::Duration;

use crate::failure::{Code, in_words};
use crate::http::retry_after::RetryAfter;
use crate::time::budget::Budget;

/// What an unsuccessful answer means for what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// 429: this client asked too often.
    Throttled,
    /// The endpoint is down, overloaded or unreachable: whoever asks.
    Unavailable,
    /// An answer that makes no sense; may pass.
    Garbled,
    /// The same request will get the same answer until someone changes something.
    Permanent,
    /// The server wants the request again, with the nonce that it gave (RFC 9449 section 8).
    Challenged,
}

/// An unsuccessful token request. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it means.
    pub class: Class,
    /// What the user is told to do.
    pub code: Code,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The OAuth error code (RFC 6749 section 5.2), if there was one.
    pub error: Option<String>,
    /// The server's words, or the operating system's.
    pub words: String,
    /// The id to quote to the server's support.
    pub correlation: Option<String>,
    /// The wait the server named.
    pub retry_after: Option<RetryAfter>,
    /// The server may have acted on the request all the same: a refresh token in it may be used up.
    pub maybe_processed: bool,
}

impl Refusal {
    /// A request that never left: connection refused, no such host, TLS failure.
    #[must_use]
    pub fn not_sent(words: impl Into<String>) -> Self {
        Self {
            class: Class::Unavailable,
            code: Code::Unreachable,
            status: None,
            error: None,
            words: words.into(),
            correlation: None,
            retry_after: None,
            maybe_processed: false,
        }
    }

    /// A request that left and got no whole answer: timed out, or its connection broke.
    #[must_use]
    pub fn unanswered(words: impl Into<String>) -> Self {
        Self { maybe_processed: true, ..Self::not_sent(words) }
    }

    /// A request that the profile's own `mint_budget` forbids.
    #[must_use]
    pub fn budget(budget: Budget) -> Self {
        let over = budget.window.map_or("run".to_owned(), in_words);
        Self {
            class: Class::Throttled,
            code: Code::BudgetExhausted,
            ..Self::not_sent(format!(
                "mint_budget allows {} token requests a {over}, and they are used up",
                budget.most
            ))
        }
    }

    /// A request that came too soon after the one before (`token_request_spacing`).
    #[must_use]
    pub fn spacing(spacing: Duration) -> Self {
        let words = format!("token_request_spacing keeps token requests {} apart", in_words(spacing));
        Self { class: Class::Throttled, code: Code::Deadline, ..Self::not_sent(words) }
    }

    /// A request that found all places taken (`max_concurrent_token_requests`).
    #[must_use]
    pub fn no_place(concurrent: u32) -> Self {
        let words = format!("{concurrent} token requests are under way (max_concurrent_token_requests)");
        Self { class: Class::Throttled, code: Code::Deadline, ..Self::not_sent(words) }
    }

    /// A request that waits for others of its client: a pool of slots is not filled all at once.
    #[must_use]
    pub fn no_place_in_pool(most: u32) -> Self {
        let words =
            format!("{most} token requests of this client are under way, as many as a pool makes at once");
        Self { words, ..Self::no_place(most) }
    }

    /// Whether a request with a refresh token was refused for that and not for its client: `invalid_grant`, or a 400
    /// or 401 of servers that name no OAuth error.
    #[must_use]
    pub fn is_about_grant(&self) -> bool {
        let of_the_grant = match self.error.as_deref() {
            Some(error) => error == "invalid_grant",
            None => matches!(self.status, Some(400 | 401)),
        };
        self.class == Class::Permanent && of_the_grant
    }

    /// Whether a token came that is not bound as this profile's must be: bound to no key, or to a key nobody proves.
    /// The server has done its work all the same, unlike with any other refusal that will not change.
    #[must_use]
    pub fn is_about_binding(&self) -> bool {
        self.class == Class::Permanent
            && self.maybe_processed
            && self.error.is_none()
            && self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether this client made it up itself: no request was sent.
    #[must_use]
    pub fn is_local_limit(&self) -> bool {
        self.class == Class::Throttled && self.status.is_none()
    }

    /// An answer that can't be used.
    #[must_use]
    pub fn garbled(words: impl Into<String>) -> Self {
        Self { class: Class::Garbled, code: Code::Protocol, maybe_processed: true, ..Self::not_sent(words) }
    }
}
