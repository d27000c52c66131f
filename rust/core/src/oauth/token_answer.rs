//! Parses the answer of a token endpoint.
//!
//! Every answer, however broken, becomes a minted token or a [`Refusal`] with a [`Class`]; the class alone decides what
//! happens next. The server's own message is kept for the user, without secrets.
//!
//! Accepted beyond RFC 6749 section 5.1: a missing `token_type`, `expires_in` as a string, `scope` as a list, and a
//! form-encoded body. Ambiguous answers are refused.

mod answer_format;
mod body;
mod candidate;
mod error_text;
mod fields;
mod known_errors;
mod lifetime;
mod mint;
mod peculiarity;
mod refusal;
mod server_words;
mod xml_words;

use std::time::Duration;

use secrecy::SecretString;

use crate::failure::Code;
use crate::http::retry_after::RetryAfter;
use crate::oauth::client_auth::Client;
use crate::oauth::dpop;
use crate::oauth::token_request::TokenRequest;
use crate::time::clock::Wall;
pub use answer_format::{AnswerFormat, LifetimeUnit, Place};
use body::Body;
use error_text::{LONGEST_TEXT, error_text, one_line, redact, shown_words};
pub use known_errors::{KnownError, Meaning};
use mint::{Missing, NoToken};
pub use peculiarity::Peculiarity;
pub use refusal::{Class, Quotas, Refusal};
use server_words::{ServerWords, correlation};

/// An HTTP answer. Header names in any case.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// Status code.
    pub status: u16,
    /// Header fields in order.
    pub headers: &'a [(String, String)],
    /// The whole body.
    pub body: &'a [u8],
}

/// A new token.
#[derive(Debug)]
pub struct Minted {
    /// The token.
    pub secret: SecretString,
    /// Its lifetime from when the request was sent, if the answer or the token itself (JWT `exp`) names one.
    pub lifetime: Option<Duration>,
    /// Scopes that were requested and not granted (RFC 6749 section 5.1: the server must say so).
    pub missing_scopes: Vec<String>,
    /// Its scope: as granted, or as requested if the server does not say.
    pub scope: Option<Box<str>>,
    /// The refresh token, if the server sent one.
    pub refresh_token: Option<SecretString>,
    /// What is unusual in the answer.
    pub peculiarities: Vec<Peculiarity>,
}

/// Parses an answer to `client`'s `request`, complete at `received`. `scope` is the requested scope.
///
/// # Errors
/// Every answer that is not a usable token, as a [`Refusal`].
pub fn read(
    reply: Reply<'_>,
    received: Wall,
    client: &Client,
    request: &TokenRequest,
    scope: Option<&str>,
    format: &AnswerFormat,
) -> Result<Minted, Refusal> {
    let nonce = dpop::nonce(reply.headers).filter(|nonce| nonce.len() > 3);
    let without_nonce = |text: &str| match nonce {
        Some(nonce) => text.replace(nonce, "[redacted]"),
        None => text.to_owned(),
    };
    let shown = |text: &str| shown_words(&without_nonce(text), client, request);
    let body = Body::of(&reply);
    let refusal = |message: &str| Refusal {
        status: Some(reply.status),
        correlation: correlation(&reply, &body).map(|id| shown(&id).into()),
        retry_after: RetryAfter::of(reply.headers, received),
        quotas: Quotas::of(reply.headers, received),
        ..Refusal::garbled(shown(message))
    };
    let succeeded = (200..300).contains(&reply.status);
    let mut reason = None;
    if succeeded {
        match mint::find(&body, format) {
            Ok(found) => {
                let minted = mint::mint(&reply, received, &body, &found, request, scope, format);
                // The requested scope comes from the profile, so it needs no redaction.
                let requested = |text: &str| scope == Some(text) && text.len() <= LONGEST_TEXT;
                let redacted = |text: Box<str>| {
                    if requested(&text) {
                        text
                    } else {
                        redact(&without_nonce(&text), client, request).into()
                    }
                };
                return match minted {
                    Ok(mut minted) => {
                        minted.scope = minted.scope.map(redacted);
                        minted.peculiarities.iter_mut().for_each(|one| one.replace_words(shown));
                        Ok(minted)
                    }
                    Err(unusable) => {
                        let class = unusable.class();
                        let (message, remedy) = unusable.into_words();
                        Err(Refusal {
                            class,
                            remedy: remedy.map(|text| shown(&text).into()),
                            ..refusal(&message)
                        })
                    }
                };
            }
            Err(NoToken::Words(text)) => reason = Some(text),
            Err(NoToken::Absent) => {}
        }
    }
    let mut words = ServerWords::of(&reply, &body);
    if let Some(text) = reason {
        words.message = Some(text).filter(|text| Some(text) != words.code.as_ref());
        words.failed = true;
    } else if succeeded
        && !words.failed
        && let Some(Missing { message, remedy }) = mint::missing(&body, format)
    {
        // A retry would mint another token each time.
        return Err(Refusal {
            class: if remedy.is_some() { Class::Permanent } else { Class::Garbled },
            remedy: remedy.map(|text| shown(&text).into()),
            ..refusal(&message)
        });
    }
    let phrased = known_errors::words(&words.phrased(&reply, &body));
    let given = body.fields().and_then(|fields| fields.text("error"));
    let meaning = meaning_of(&reply, format, &words, &phrased);
    let error = meaning.and_then(Meaning::error).or(given).or_else(|| standard_code(&words)).map(shown);
    let (class, code) = match error.as_deref() {
        // A challenge without a nonce is a plain refusal.
        Some(dpop::USE_NONCE)
            if request.bound && matches!(reply.status, 400 | 401) && dpop::nonce(reply.headers).is_some() =>
        {
            (Class::Challenged, Code::Protocol)
        }
        error => classify(reply.status, error, meaning, words.failed),
    };
    Err(Refusal {
        class,
        code,
        error: error.map(Into::into),
        // Servers answer 429 and 503 before they process a request; these may come after.
        maybe_processed: matches!(reply.status, 200..=299 | 500 | 502 | 504),
        may_be_client: class == Class::Unavailable && names_client(&phrased),
        of_token_url: code == Code::Protocol
            && standard_code(&words).is_none()
            && is_of_url(&reply, request, &phrased),
        ..refusal(&error_text(&reply, &body, &words))
    })
}

/// Whether an answer of an API names a limit in its body: by the same rows as those of a token endpoint, and whatever the
/// shape of the body.
#[must_use]
pub fn names_a_limit(reply: &Reply<'_>, preset: &[KnownError]) -> bool {
    let words = ServerWords::of(reply, &Body::of(reply));
    let text = known_errors::words(&String::from_utf8_lossy(reply.body));
    known_errors::meaning(preset, words.code.as_deref().unwrap_or_default(), &text)
        == Some(Meaning::Throttled)
}

/// What the server's words mean, where they say more than its status: a server that fails is believed to fail.
fn meaning_of(
    reply: &Reply<'_>,
    format: &AnswerFormat,
    words: &ServerWords,
    phrased: &str,
) -> Option<Meaning> {
    let own = words.code.as_deref().unwrap_or_default();
    match reply.status {
        429 => None,
        200..=299 | 400..=499 => known_errors::meaning(format.errors, own, phrased),
        _ => known_errors::of_preset(format.errors, own, phrased),
    }
}

/// A code of RFC 6749 section 5.2 that stands in another field.
fn standard_code(words: &ServerWords) -> Option<&'static str> {
    const STANDARD: [&str; 6] = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    ];
    STANDARD.into_iter().find(|code| words.code.as_deref() == Some(code))
}

/// Whether the words of a failing server name the client: some answer 5xx to a client they do not know.
fn names_client(phrased: &str) -> bool {
    ["client", "credential", "secret"].iter().any(|word| phrased.contains(word))
}

/// Whether an answer says of the token URL that no token endpoint is there (RFC 9110 sections 15.4 and 15.5). Where the
/// server mentions a user, that user may be what it does not find: a login that is no OAuth may answer 404 to one.
fn is_of_url(reply: &Reply<'_>, request: &TokenRequest, phrased: &str) -> bool {
    const PERSONS: [&str; 7] = ["user", "account", "login", "email", "customer", "member", "person"];
    // Servers repeat the path that they do not know.
    let words = phrased.replace(&request.url.path().to_ascii_lowercase(), "");
    matches!(reply.status, 301 | 308 | 404 | 405 | 410)
        && !request.elsewhere
        && !PERSONS.iter().any(|word| words.contains(word))
}

/// The refusal for an answer that is not from a token endpoint, by its status, with our `message`.
pub(crate) fn by_status(reply: &Reply<'_>, received: Wall, message: &str) -> Refusal {
    let (class, code) = classify(reply.status, None, None, false);
    Refusal {
        class,
        code,
        status: Some(reply.status),
        retry_after: RetryAfter::of(reply.headers, received),
        ..Refusal::not_sent(one_line(message))
    }
}

fn classify(status: u16, error: Option<&str>, meaning: Option<Meaning>, failed: bool) -> (Class, Code) {
    match (status, error) {
        (429, _) | (_, Some("slow_down")) => (Class::Throttled, Code::ThrottledUntil),
        _ if meaning == Some(Meaning::Throttled) => (Class::Throttled, Code::ThrottledUntil),
        _ if meaning == Some(Meaning::Unavailable) => (Class::Unavailable, Code::Unreachable),
        (408 | 425 | 500.., _) if meaning.is_none() => (Class::Unavailable, Code::Unreachable),
        (_, Some("temporarily_unavailable" | "server_error")) if meaning.is_none() => {
            (Class::Unavailable, Code::Unreachable)
        }
        (407, _) => (Class::Unavailable, Code::Unreachable),
        (400 | 401 | 403, _) | (200..300, Some(_)) => (Class::Permanent, Code::CredentialRejected),
        (200..300, None) if failed => (Class::Permanent, Code::CredentialRejected),
        _ if meaning.is_some() => (Class::Permanent, Code::CredentialRejected),
        (300..500, _) => (Class::Permanent, Code::Protocol),
        _ => (Class::Garbled, Code::Protocol),
    }
}

fn headers<'a>(reply: &Reply<'a>, name: &'a str) -> impl Iterator<Item = &'a str> {
    reply
        .headers
        .iter()
        .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

#[cfg(test)]
#[path = "../../tests/unit/token_answer/mod.rs"]
mod tests;
