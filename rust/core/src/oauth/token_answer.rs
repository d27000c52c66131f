//! What a token endpoint can answer, and what each answer means.
//!
//! Every answer, however broken, becomes either a minted token or a [`Refusal`] of one [`Class`]; the class
//! alone decides what happens next. The server's own words are kept for the user, cleaned of secrets.
//!
//! What is read without complaint although RFC 6749 section 5.1 asks for more: a missing `token_type`, `expires_in` in
//! a string, `scope` as a list, and a body that is form-encoded instead of JSON. What could mean two things is refused.

mod fields;
mod life;
mod refusal;
mod words;

use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;

use crate::failure::Code;
use crate::http::retry_after::RetryAfter;
use crate::oauth::client_auth::Client;
use crate::oauth::dpop;
use crate::oauth::token_request::TokenRequest;
use crate::time::clock::Wall;
use fields::{Fields, Form, kind};
pub use refusal::{Class, Refusal};
use words::{LONGEST_WORDS, clean, correlation, shorten, words};

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

/// A token fresh from the server.
#[derive(Debug)]
pub struct Minted {
    /// The token.
    pub secret: SecretString,
    /// Its life from when the request was sent, if the server said or the token itself (JWT `exp`) does.
    pub lifetime: Option<Duration>,
    /// Scopes that were asked for and not granted (RFC 6749 section 5.1: the server must say so).
    pub missing_scopes: Vec<String>,
    /// What it is good for: as granted, or as asked for where the server does not tell.
    pub scope: Option<Box<str>>,
    /// What to ask with next time, if the server gave it.
    pub refresh_token: Option<SecretString>,
}

/// Reads an answer to `client`'s `request`, complete at `received`. `scope` is what was asked for.
///
/// # Errors
/// Every answer that is not a usable token, as a [`Refusal`].
pub fn read(
    reply: Reply<'_>,
    received: Wall,
    client: &Client,
    request: &TokenRequest,
    scope: Option<&str>,
) -> Result<Minted, Refusal> {
    let nonce = dpop::nonce(reply.headers).filter(|nonce| nonce.len() > 3);
    let clean = |words: &str| match nonce {
        Some(nonce) => clean(&words.replace(nonce, "[redacted]"), client, request),
        None => clean(words, client, request),
    };
    let fields = Fields::of(&reply);
    let error = fields.as_ref().and_then(|fields| fields.text("error"));
    let retry_after =
        || RetryAfter::read(headers(&reply, "retry-after"), headers(&reply, "date").next(), received);
    if (200..300).contains(&reply.status)
        && let Some(fields) = &fields
        && (fields.text("access_token").is_some() || error.is_none() && fields.get("access_token").is_some())
    {
        let minted = mint(&reply, received, fields, request, scope);
        // What was asked for is the profile's own word, and no echo.
        let own = |text: &str| scope == Some(text) && text.len() <= LONGEST_WORDS;
        let cleaned = |text: Box<str>| if own(&text) { text } else { clean(&text).into() };
        let minted = minted.map(|token| Minted { scope: token.scope.map(cleaned), ..token });
        return minted.map_err(|unusable| Refusal {
            class: unusable.class(),
            status: Some(reply.status),
            correlation: correlation(&reply).map(clean),
            retry_after: retry_after(),
            ..Refusal::garbled(clean(&unusable.words()))
        });
    }
    let error = error.map(clean);
    let (class, code) = match error.as_deref() {
        // Without a nonce there is nothing to do better next time.
        Some(dpop::USE_NONCE)
            if request.bound && matches!(reply.status, 400 | 401) && dpop::nonce(reply.headers).is_some() =>
        {
            (Class::Challenged, Code::Protocol)
        }
        error => classify(reply.status, error),
    };
    Err(Refusal {
        class,
        code,
        status: Some(reply.status),
        words: clean(&words(&reply, fields.as_ref())),
        error,
        correlation: correlation(&reply).map(clean),
        retry_after: retry_after(),
        // A throttle or an overload says so before it acts; these break in the middle.
        maybe_processed: matches!(reply.status, 200..=299 | 500 | 502 | 504),
    })
}

/// What another answer than a token's means, by its status, in `words` of ours.
pub(crate) fn answered_instead(reply: &Reply<'_>, received: Wall, words: &str) -> Refusal {
    let (class, code) = classify(reply.status, None);
    Refusal {
        class,
        code,
        status: Some(reply.status),
        retry_after: RetryAfter::read(headers(reply, "retry-after"), headers(reply, "date").next(), received),
        ..Refusal::not_sent(shorten(words))
    }
}

fn classify(status: u16, error: Option<&str>) -> (Class, Code) {
    match (status, error) {
        (429, _) | (_, Some("slow_down")) => (Class::Throttled, Code::ThrottledUntil),
        (408 | 425 | 500.., _) | (_, Some("temporarily_unavailable" | "server_error")) => {
            (Class::Unavailable, Code::Unreachable)
        }
        (407, _) => (Class::Unavailable, Code::Unreachable),
        (400 | 401 | 403, _) | (200..300, Some(_)) => (Class::Permanent, Code::CredentialRejected),
        (300..500, _) => (Class::Permanent, Code::Protocol),
        _ => (Class::Garbled, Code::Protocol),
    }
}

/// Fields that decide what is sent from now on: which of two was meant must not be guessed.
const DECISIVE: [&str; 3] = ["access_token", "expires_in", "refresh_token"];

/// Words for a bearer token (RFC 6750) in any case. Apigee says `BearerToken` unless it is told to keep to the standard.
const BEARER: [&str; 2] = ["bearer", "bearertoken"];

/// Why an answer with a token in it can't be used.
enum Unusable {
    /// It makes no sense.
    Garbled(String),
    /// The token is of a type that this profile can't send: this word.
    OfType(String, &'static str),
}

impl From<String> for Unusable {
    fn from(words: String) -> Self {
        Self::Garbled(words)
    }
}

impl From<&str> for Unusable {
    fn from(words: &str) -> Self {
        Self::Garbled(words.into())
    }
}

impl Unusable {
    /// Asking again brings the same type again, and mints a token each time.
    const fn class(&self) -> Class {
        match self {
            Self::Garbled(_) => Class::Garbled,
            Self::OfType(..) => Class::Permanent,
        }
    }

    fn words(self) -> String {
        match self {
            Self::Garbled(words) => words,
            Self::OfType(word, wanted) if word.is_empty() => {
                format!("the token has no type, not even {wanted}")
            }
            Self::OfType(word, wanted) => format!("the token is of type '{word}', not {wanted}"),
        }
    }
}

fn mint(
    reply: &Reply<'_>,
    received: Wall,
    fields: &Fields,
    request: &TokenRequest,
    asked: Option<&str>,
) -> Result<Minted, Unusable> {
    if let Some(name) = DECISIVE.iter().find(|name| fields.contradict(name)) {
        return Err(format!("{name} comes twice, with different values").into());
    }
    let token = match fields.get("access_token") {
        Some(Value::String(token)) if !token.is_empty() => token,
        Some(Value::String(_)) | None => return Err("access_token is empty".into()),
        Some(other) => return Err(format!("access_token is {}, not text", kind(other)).into()),
    };
    if !token.bytes().all(|b| (0x21..0x7f).contains(&b)) {
        return Err("the access token holds characters that can't stand in a header".into());
    }
    check_type(fields.get("token_type"), request.bound)?;
    // Facebook's form had a name of its own.
    let expires = fields.get("expires").filter(|_| fields.form == Form::Urlencoded);
    let expires_in = fields.get("expires_in").or(expires);
    Ok(Minted {
        secret: SecretString::from(token.as_str()),
        lifetime: life::life(expires_in, token, reply, received)?,
        missing_scopes: missing(asked, fields.get("scope")),
        scope: scope(asked, fields.get("scope")).filter(|scope| !scope.contains(token.as_str())),
        refresh_token: fields.text("refresh_token").map(SecretString::from),
    })
}

/// A token is sent as what it is: one that is bound to a key with a proof, any other without (RFC 9449 section 5). A type
/// that is missing is the one that was asked for, unless a key was to be bound: then nobody said that it was.
fn check_type(named: Option<&Value>, bound: bool) -> Result<(), Unusable> {
    let is = |word: &str, words: &[&str]| words.iter().any(|one| word.eq_ignore_ascii_case(one));
    let wanted = if bound { dpop::SCHEME } else { "Bearer" };
    match named {
        None if bound => Err(Unusable::OfType(String::new(), wanted)),
        Some(Value::String(word)) if bound && is(word, &[dpop::SCHEME]) => Ok(()),
        None => Ok(()),
        Some(Value::String(word)) if !bound && (word.is_empty() || is(word, &BEARER)) => Ok(()),
        Some(Value::String(word)) if bound || is(word, &[dpop::SCHEME]) => {
            Err(Unusable::OfType(word.clone(), wanted))
        }
        Some(Value::String(other)) => Err(format!("the token is of type '{other}', not {wanted}").into()),
        Some(other) => Err(format!("token_type is {}, not text", kind(other)).into()),
    }
}

/// The scopes of `asked` that are not in `granted`. Words are kept apart by spaces (RFC 6749 section 3.3), by GitHub with
/// commas, and by some servers as a list; a server that does not tell in any of these granted what was asked for.
fn missing(asked: Option<&str>, granted: Option<&Value>) -> Vec<String> {
    let Some(words) = words_of(granted) else { return Vec::new() };
    let is_granted =
        |scope: &str| words.iter().any(|word| *word == scope || word.split(',').any(|part| part == scope));
    asked.unwrap_or_default().split_whitespace().filter(|scope| !is_granted(scope)).map(shorten).collect()
}

/// The scopes of a token in one line, `None` if there are none.
fn scope(asked: Option<&str>, granted: Option<&Value>) -> Option<Box<str>> {
    let words = words_of(granted).unwrap_or_else(|| asked.unwrap_or_default().split_whitespace().collect());
    (!words.is_empty()).then(|| words.join(" ").into())
}

/// What was granted, word by word; `None` if the server does not tell.
fn words_of(granted: Option<&Value>) -> Option<Vec<&str>> {
    let lines: Vec<&str> = match granted? {
        Value::String(words) => vec![words],
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    Some(lines.into_iter().flat_map(str::split_whitespace).collect())
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
