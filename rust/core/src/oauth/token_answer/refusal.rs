//! The outcome of an unsuccessful token request.
//!
//! Invariants: the [`Class`] alone decides what happens next; no text here contains a secret.

use std::time::Duration;

use crate::failure::{Code, in_words};
use crate::http::rate_headers::{self, Quota};
use crate::http::retry_after::RetryAfter;
use crate::time::budget::Budget;
use crate::time::clock::Wall;

/// What an unsuccessful token request means for the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// 429: this client exceeds its limit.
    Throttled,
    /// The endpoint is down, overloaded or unreachable, for every client.
    Unavailable,
    /// A malformed answer; may be temporary.
    Garbled,
    /// A token that had expired: the server's own cache is in its last second, or behind.
    Expired,
    /// A retry gets the same answer until a setting or the server changes.
    Permanent,
    /// The server asks for the same request with its nonce (RFC 9449 section 8).
    Challenged,
}

/// The quotas that an answer reports. Boxed in a [`Refusal`]: most have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotas(Vec<Quota>);

impl Quotas {
    /// Those in these headers, if any.
    #[must_use]
    pub fn of(headers: &[(String, String)], received: Wall) -> Option<Box<Self>> {
        let quotas = rate_headers::quotas(headers, received);
        (!quotas.is_empty()).then(|| Box::new(Self(quotas)))
    }
}

/// An unsuccessful token request. Contains no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it means.
    pub class: Class,
    /// The error code for the user.
    pub code: Code,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The OAuth error code (RFC 6749 section 5.2), if there was one.
    pub error: Option<Box<str>>,
    /// The server's own message, or the operating system's.
    pub message: String,
    /// The server's correlation id.
    pub correlation: Option<Box<str>>,
    /// The wait that the server named.
    pub retry_after: Option<RetryAfter>,
    /// The quotas in the headers of an answer: a limit may name its wait there alone.
    pub quotas: Option<Box<Quotas>>,
    /// The wait is the reset of a quota.
    pub waits_for_quota: bool,
    /// The server may have processed the request: a refresh token in it may be used up.
    pub maybe_processed: bool,
    /// What to do about it, where the answer itself shows that.
    pub remedy: Option<Box<str>>,
    /// The server fails, and the reason may be that it does not know the client.
    pub may_be_client: bool,
    /// It is the issuer's, which named no token endpoint: nothing was sent there, and every request that needs it hears the
    /// same.
    pub of_issuer: bool,
    /// There is no token endpoint at the token URL: nothing of the request was judged, and every request that goes there
    /// hears the same.
    pub of_token_url: bool,
}

impl Refusal {
    /// A request that was not sent: connection refused, no such host, TLS failure.
    #[must_use]
    pub fn not_sent(message: impl Into<String>) -> Self {
        Self {
            class: Class::Unavailable,
            code: Code::Unreachable,
            status: None,
            error: None,
            message: message.into(),
            correlation: None,
            retry_after: None,
            quotas: None,
            waits_for_quota: false,
            maybe_processed: false,
            remedy: None,
            may_be_client: false,
            of_issuer: false,
            of_token_url: false,
        }
    }

    /// A request that was sent and got no complete answer: timeout, broken connection.
    #[must_use]
    pub fn unanswered(message: impl Into<String>) -> Self {
        Self { maybe_processed: true, ..Self::not_sent(message) }
    }

    /// A request whose sender never told how it ended.
    #[must_use]
    pub fn given_up() -> Self {
        Self::unanswered("no answer came within ten times request_timeout")
    }

    /// The profile's `mint_budget` is used up.
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

    /// `token_request_spacing` has not passed since the last request.
    #[must_use]
    pub fn spacing(spacing: Duration) -> Self {
        let message = format!("token_request_spacing keeps token requests {} apart", in_words(spacing));
        Self { class: Class::Throttled, code: Code::Deadline, ..Self::not_sent(message) }
    }

    /// All places of the endpoint are taken (`max_concurrent_token_requests`).
    #[must_use]
    pub fn no_place(concurrent: u32) -> Self {
        let message = format!("{concurrent} token requests are in flight (max_concurrent_token_requests)");
        Self { class: Class::Throttled, code: Code::Deadline, ..Self::not_sent(message) }
    }

    /// The client has as many requests in flight as a pool may have while it fills.
    #[must_use]
    pub fn no_place_in_pool(most: u32) -> Self {
        let message =
            format!("{most} token requests of this client are in flight, the limit while a pool fills");
        Self { message, ..Self::no_place(most) }
    }

    /// Another process of the fleet requests the token.
    #[must_use]
    pub fn requested_elsewhere() -> Self {
        let message = "another injector of the fleet requests the token".to_owned();
        Self { message, remedy: Some("This one has it as soon as it comes.".into()), ..Self::no_place(1) }
    }

    /// The server asked another process of the fleet to wait.
    #[must_use]
    pub fn wait_of_fleet() -> Self {
        Self {
            class: Class::Throttled,
            code: Code::ThrottledUntil,
            status: Some(429),
            ..Self::not_sent("the server asked another injector of the fleet to wait")
        }
    }

    /// Another process of the fleet asked with the same secret, and the server refused the client: as it would be heard here.
    #[must_use]
    pub fn of_fleet(self) -> Self {
        let message = format!("{} (another injector of the fleet asked)", self.message);
        Self { message, ..self }
    }

    /// Whether the server refused the client itself, or the client for one grant (RFC 6749 section 5.2).
    #[must_use]
    pub fn refuses_client(&self) -> bool {
        let is_named = matches!(self.error.as_deref(), Some("invalid_client" | "unauthorized_client"));
        self.class == Class::Permanent && is_named
    }

    /// A request that was not made, because of something on this machine. Tried again like one that failed.
    #[must_use]
    pub fn unsent(message: impl Into<String>) -> Self {
        Self { code: Code::Config, maybe_processed: false, ..Self::garbled(message) }
    }

    /// A refresh token that was not sent, because it was sent before and may be used up.
    #[must_use]
    pub fn spent(message: impl Into<String>) -> Self {
        let error = Some("invalid_grant".into());
        Self { class: Class::Permanent, code: Code::CredentialRejected, error, ..Self::not_sent(message) }
    }

    /// The quotas in the headers of the answer.
    #[must_use]
    pub fn quotas(&self) -> &[Quota] {
        self.quotas.as_ref().map_or(&[], |quotas| &quotas.0)
    }

    /// Whether nothing was sent because of something on this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.status.is_none() && matches!((self.class, self.code), (Class::Permanent, _) | (_, Code::Config))
    }

    /// Whether the server refused the grant and not the client: `invalid_grant`, or a 400 or 401 without an OAuth error.
    #[must_use]
    pub fn is_about_grant(&self) -> bool {
        let of_the_grant = match self.error.as_deref() {
            Some(error) => error == "invalid_grant",
            None => matches!(self.status, Some(400 | 401)),
        };
        self.class == Class::Permanent && of_the_grant && !self.of_issuer
    }

    /// Whether the client's secret may be wrong. RFC 6749 section 5.2 says `invalid_client` then. Keycloak says 401
    /// `unauthorized_client`, as it does to a client that may not use the grant.
    #[must_use]
    pub fn may_be_about_secret(&self) -> bool {
        let refuses_client = match self.error.as_deref() {
            Some("invalid_client") => true,
            Some("unauthorized_client") => self.status == Some(401),
            _ => false,
        };
        self.class == Class::Permanent && refuses_client
    }

    /// Whether the server issued a token of the wrong type: bound or bearer, and the profile needs the other. Unlike with
    /// other permanent refusals, the server processed the request.
    #[must_use]
    pub fn is_about_binding(&self) -> bool {
        self.class == Class::Permanent
            && self.maybe_processed
            && self.code == Code::Protocol
            && self.error.is_none()
            && self.remedy.is_none()
            && self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether the same request will get the same answer until something changes.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.class == Class::Permanent
    }

    /// Whether a limit of the profile prevented the request.
    #[must_use]
    pub fn is_local_limit(&self) -> bool {
        self.class == Class::Throttled && self.status.is_none()
    }

    /// A token that the server gave after its end, or again when its end had come.
    #[must_use]
    pub fn expired_token(what: &str) -> Self {
        Self {
            class: Class::Expired,
            status: Some(200),
            ..Self::garbled(format!("{what}; the server's own cache may be in its last second"))
        }
    }

    /// An answer that can't be used.
    #[must_use]
    pub fn garbled(message: impl Into<String>) -> Self {
        Self { class: Class::Garbled, code: Code::Protocol, maybe_processed: true, ..Self::not_sent(message) }
    }
}
