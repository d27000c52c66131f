//! Parses the answer of a token endpoint.
//!
//! Every answer, however broken, becomes a minted token or a [`Refusal`] with a [`Class`]; the class alone decides what
//! happens next. The server's own message is kept for the user, without secrets.
//!
//! Accepted beyond RFC 6749 section 5.1: a missing `token_type`, `expires_in` as a string, `scope` as a list, and a
//! form-encoded body. Ambiguous answers are refused.

mod error_text;
mod fields;
mod lifetime;
mod refusal;

use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;

use crate::failure::Code;
use crate::http::retry_after::RetryAfter;
use crate::oauth::client_auth::Client;
use crate::oauth::dpop;
use crate::oauth::token_request::TokenRequest;
use crate::time::clock::Wall;
use error_text::{LONGEST_TEXT, correlation, error_text, one_line, redact};
use fields::{Fields, Form, type_name};
pub use refusal::{Class, Refusal};

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
) -> Result<Minted, Refusal> {
    let nonce = dpop::nonce(reply.headers).filter(|nonce| nonce.len() > 3);
    let redact = |text: &str| match nonce {
        Some(nonce) => redact(&text.replace(nonce, "[redacted]"), client, request),
        None => redact(text, client, request),
    };
    let fields = Fields::of(&reply);
    let error = fields.as_ref().and_then(|fields| fields.text("error"));
    let retry_after = || RetryAfter::of(reply.headers, received);
    if (200..300).contains(&reply.status)
        && let Some(fields) = &fields
        && (fields.text("access_token").is_some() || error.is_none() && fields.get("access_token").is_some())
    {
        let minted = mint(&reply, received, fields, request, scope);
        // The requested scope comes from the profile, so it needs no redaction.
        let requested = |text: &str| scope == Some(text) && text.len() <= LONGEST_TEXT;
        let redacted = |text: Box<str>| if requested(&text) { text } else { redact(&text).into() };
        let minted = minted.map(|token| Minted { scope: token.scope.map(redacted), ..token });
        return minted.map_err(|unusable| Refusal {
            class: unusable.class(),
            status: Some(reply.status),
            correlation: correlation(&reply).map(redact),
            retry_after: retry_after(),
            ..Refusal::garbled(redact(&unusable.message()))
        });
    }
    let error = error.map(redact);
    let (class, code) = match error.as_deref() {
        // A challenge without a nonce is a plain refusal.
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
        message: redact(&error_text(&reply, fields.as_ref())),
        error,
        correlation: correlation(&reply).map(redact),
        retry_after: retry_after(),
        // Servers answer 429 and 503 before they process a request; these may come after.
        maybe_processed: matches!(reply.status, 200..=299 | 500 | 502 | 504),
    })
}

/// The refusal for an answer that is not from a token endpoint, by its status, with our `message`.
pub(crate) fn by_status(reply: &Reply<'_>, received: Wall, message: &str) -> Refusal {
    let (class, code) = classify(reply.status, None);
    Refusal {
        class,
        code,
        status: Some(reply.status),
        retry_after: RetryAfter::of(reply.headers, received),
        ..Refusal::not_sent(one_line(message))
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

/// Fields whose value must not be guessed if there are two.
const UNAMBIGUOUS: [&str; 3] = ["access_token", "expires_in", "refresh_token"];

/// Types of a bearer token (RFC 6750), in any case. Apigee sends `BearerToken` by default.
const BEARER: [&str; 2] = ["bearer", "bearertoken"];

/// Why an answer with a token is unusable.
enum Unusable {
    /// It is malformed.
    Garbled(String),
    /// The token has this type; the profile needs the other.
    WrongType(String, &'static str),
}

impl From<String> for Unusable {
    fn from(message: String) -> Self {
        Self::Garbled(message)
    }
}

impl From<&str> for Unusable {
    fn from(message: &str) -> Self {
        Self::Garbled(message.into())
    }
}

impl Unusable {
    /// A retry returns the same type, and mints a token each time.
    const fn class(&self) -> Class {
        match self {
            Self::Garbled(_) => Class::Garbled,
            Self::WrongType(..) => Class::Permanent,
        }
    }

    fn message(self) -> String {
        match self {
            Self::Garbled(message) => message,
            Self::WrongType(named, wanted) if named.is_empty() => {
                format!("the token has no type, not even {wanted}")
            }
            Self::WrongType(named, wanted) => format!("the token is of type '{named}', not {wanted}"),
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
    if let Some(name) = UNAMBIGUOUS.iter().find(|name| fields.is_ambiguous(name)) {
        return Err(format!("{name} comes twice, with different values").into());
    }
    let token = match fields.get("access_token") {
        Some(Value::String(token)) if !token.is_empty() => token,
        Some(Value::String(_)) | None => return Err("access_token is empty".into()),
        Some(other) => return Err(format!("access_token is {}, not text", type_name(other)).into()),
    };
    if !token.bytes().all(|b| (0x21..0x7f).contains(&b)) {
        return Err("the access token holds characters that can't stand in a header".into());
    }
    check_type(fields.get("token_type"), request.bound)?;
    // Facebook's form-encoded answers say `expires`.
    let expires = fields.get("expires").filter(|_| fields.form == Form::Urlencoded);
    let expires_in = fields.get("expires_in").or(expires);
    Ok(Minted {
        secret: SecretString::from(token.as_str()),
        lifetime: lifetime::lifetime(expires_in, token, reply, received)?,
        missing_scopes: missing(asked, fields.get("scope")),
        scope: scope(asked, fields.get("scope")).filter(|scope| !scope.contains(token.as_str())),
        refresh_token: fields.text("refresh_token").map(SecretString::from),
    })
}

/// A bound token needs a proof, a bearer token must have none (RFC 9449 section 5). A missing type means Bearer; with
/// `bound` it is an error, because the server did not say that it bound the token.
fn check_type(named: Option<&Value>, bound: bool) -> Result<(), Unusable> {
    let is = |word: &str, words: &[&str]| words.iter().any(|one| word.eq_ignore_ascii_case(one));
    let wanted = if bound { dpop::SCHEME } else { "Bearer" };
    match named {
        None if bound => Err(Unusable::WrongType(String::new(), wanted)),
        Some(Value::String(word)) if bound && is(word, &[dpop::SCHEME]) => Ok(()),
        None => Ok(()),
        Some(Value::String(word)) if !bound && (word.is_empty() || is(word, &BEARER)) => Ok(()),
        Some(Value::String(word)) if bound || is(word, &[dpop::SCHEME]) => {
            Err(Unusable::WrongType(word.clone(), wanted))
        }
        Some(Value::String(other)) => Err(format!("the token is of type '{other}', not {wanted}").into()),
        Some(other) => Err(format!("token_type is {}, not text", type_name(other)).into()),
    }
}

/// The scopes of `asked` that are not in `granted`. Scopes are separated by spaces (RFC 6749 section 3.3), by GitHub with
/// commas, and by some servers in a list; a server that names none granted what was requested.
fn missing(asked: Option<&str>, granted: Option<&Value>) -> Vec<String> {
    let Some(scopes) = scopes_of(granted) else { return Vec::new() };
    let is_granted =
        |scope: &str| scopes.iter().any(|one| *one == scope || one.split(',').any(|part| part == scope));
    asked.unwrap_or_default().split_whitespace().filter(|scope| !is_granted(scope)).map(one_line).collect()
}

/// The scope of a token, `None` if it has none.
fn scope(asked: Option<&str>, granted: Option<&Value>) -> Option<Box<str>> {
    let scopes = scopes_of(granted).unwrap_or_else(|| asked.unwrap_or_default().split_whitespace().collect());
    (!scopes.is_empty()).then(|| scopes.join(" ").into())
}

/// The granted scopes; `None` if the server does not name them.
fn scopes_of(granted: Option<&Value>) -> Option<Vec<&str>> {
    let lines: Vec<&str> = match granted? {
        Value::String(line) => vec![line],
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
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
