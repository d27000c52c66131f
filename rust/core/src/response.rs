//! What a token endpoint can answer, and what each answer means.
//!
//! Every answer, however broken, becomes either a minted token or a [`Refusal`] of one [`Class`]; the class
//! alone decides what happens next. The server's own words are kept for the user, cleaned of secrets.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

use crate::budget::Budget;
use crate::client_auth::{Client, credentials, form_encoded};
use crate::clock::Wall;
use crate::failure::{Code, spoken};
use crate::grant::TokenRequest;
use crate::http_date;
use crate::retry_after::RetryAfter;

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
    /// What to ask with next time, if the server gave it.
    pub refresh_token: Option<SecretString>,
}

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
    pub unsure: bool,
}

impl Refusal {
    /// A request that never left: connection refused, no such host, TLS failure.
    #[must_use]
    pub fn silence(words: impl Into<String>) -> Self {
        Self {
            class: Class::Unavailable,
            code: Code::Unreachable,
            status: None,
            error: None,
            words: words.into(),
            correlation: None,
            retry_after: None,
            unsure: false,
        }
    }

    /// A request that left and got no whole answer: timed out, or its connection broke.
    #[must_use]
    pub fn lost(words: impl Into<String>) -> Self {
        Self { unsure: true, ..Self::silence(words) }
    }

    /// A request that the profile's own `mint_budget` forbids.
    #[must_use]
    pub fn budget(budget: Budget) -> Self {
        let over = budget.window.map_or("run".to_owned(), spoken);
        Self {
            class: Class::Throttled,
            code: Code::BudgetExhausted,
            ..Self::silence(format!(
                "mint_budget allows {} token requests a {over}, and they are used up",
                budget.most
            ))
        }
    }

    /// A request that came too soon after the one before (`token_request_spacing`).
    #[must_use]
    pub fn spacing(spacing: Duration) -> Self {
        let words = format!("token_request_spacing keeps token requests {} apart", spoken(spacing));
        Self { class: Class::Throttled, code: Code::Deadline, ..Self::silence(words) }
    }

    /// A request that found all places taken (`max_concurrent_token_requests`).
    #[must_use]
    pub fn crowd(concurrent: u32) -> Self {
        let words = format!("{concurrent} token requests are under way (max_concurrent_token_requests)");
        Self { class: Class::Throttled, code: Code::Deadline, ..Self::silence(words) }
    }

    /// Whether a request with a refresh token was refused for that and not for its client: `invalid_grant`, or a 400
    /// or 401 of servers that name no OAuth error.
    #[must_use]
    pub fn is_of_the_grant(&self) -> bool {
        let of_the_grant = match self.error.as_deref() {
            Some(error) => error == "invalid_grant",
            None => matches!(self.status, Some(400 | 401)),
        };
        self.class == Class::Permanent && of_the_grant
    }

    /// Whether this client made it up itself: no request was sent.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.class == Class::Throttled && self.status.is_none()
    }

    /// An answer that can't be used.
    #[must_use]
    pub fn garbled(words: impl Into<String>) -> Self {
        Self { class: Class::Garbled, code: Code::Protocol, unsure: true, ..Self::silence(words) }
    }
}

/// Longer lifetimes are cut to this, so that sums of times stay far from overflow.
const LONGEST_LIFE: Duration = Duration::from_secs(100 * 366 * 24 * 3600);

/// Most of a server's words that is shown.
const LONGEST_WORDS: usize = 300;

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
    let clean = |words: &str| clean(words, client, request);
    let json = Parsed(serde_json::from_slice(reply.body).ok());
    let field = |name: &str| json.0.as_ref().and_then(|json| json.get(name));
    let text = |name: &str| field(name).and_then(Value::as_str);
    if (200..300).contains(&reply.status)
        && let Some(token) = text("access_token").filter(|token| !token.is_empty())
    {
        let fields = Fields {
            expires_in: field("expires_in"),
            token_type: text("token_type"),
            scope: text("scope"),
            refresh_token: text("refresh_token"),
        };
        return mint(&reply, received, token, &fields, scope).map_err(|words| Refusal {
            status: Some(reply.status),
            correlation: correlation(&reply).map(clean),
            ..Refusal::garbled(clean(&words))
        });
    }
    let error = text("error").map(clean);
    let (class, code) = classify(reply.status, error.as_deref());
    Err(Refusal {
        class,
        code,
        status: Some(reply.status),
        words: clean(&words(&reply, json.0.as_ref())),
        error,
        correlation: correlation(&reply).map(clean),
        retry_after: RetryAfter::read(
            headers(&reply, "retry-after"),
            headers(&reply, "date").next(),
            received,
        ),
        // A throttle or an overload says so before it acts; these break in the middle.
        unsure: matches!(reply.status, 200..=299 | 500 | 502 | 504),
    })
}

/// What an answer says of its token.
struct Fields<'a> {
    expires_in: Option<&'a Value>,
    token_type: Option<&'a str>,
    scope: Option<&'a str>,
    refresh_token: Option<&'a str>,
}

/// A body that may hold the token: wiped when dropped.
struct Parsed(Option<Value>);

impl Drop for Parsed {
    fn drop(&mut self) {
        fn wipe(json: &mut Value) {
            match json {
                Value::String(text) => text.zeroize(),
                Value::Array(items) => items.iter_mut().for_each(wipe),
                Value::Object(fields) => fields.values_mut().for_each(wipe),
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        self.0.iter_mut().for_each(wipe);
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

fn mint(
    reply: &Reply<'_>,
    received: Wall,
    token: &str,
    fields: &Fields<'_>,
    asked: Option<&str>,
) -> Result<Minted, String> {
    if !token.bytes().all(|b| (0x21..0x7f).contains(&b)) {
        return Err("the access token holds characters that can't stand in a header".into());
    }
    if let Some(other) = fields.token_type.filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(format!("the token is of type '{other}', not Bearer"));
    }
    let lifetime = match fields.expires_in {
        None | Some(Value::Null) => jwt_life(reply, received, token),
        Some(value) => Some(seconds(value).ok_or("expires_in is not a number")?),
    };
    let missing_scopes = match (asked, fields.scope) {
        (Some(asked), Some(granted)) => {
            let granted: Vec<_> = granted.split_whitespace().collect();
            asked.split_whitespace().filter(|scope| !granted.contains(scope)).map(shorten).collect()
        }
        _ => Vec::new(),
    };
    Ok(Minted {
        secret: SecretString::from(token),
        lifetime: lifetime.map(|life| life.min(LONGEST_LIFE)),
        missing_scopes,
        refresh_token: fields.refresh_token.filter(|token| !token.is_empty()).map(SecretString::from),
    })
}

/// `expires_in` as servers really send it: a number, or a number in a string. Negative is zero.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse::<f64>().ok().filter(|number| !number.is_nan())?,
        _ => return None,
    };
    Some(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(LONGEST_LIFE))
}

/// The life a JWT claims for itself, read against the server's clock.
fn jwt_life(reply: &Reply<'_>, received: Wall, token: &str) -> Option<Duration> {
    let claims = token.split('.').nth(1)?;
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?).ok()?;
    let server_now =
        headers(reply, "date").next().and_then(|date| http_date::parse(date, received)).unwrap_or(received);
    let since_epoch = Duration::from_millis(u64::try_from(server_now.0).unwrap_or(0));
    Some(seconds(claims.get("exp")?)?.saturating_sub(since_epoch))
}

fn headers<'a>(reply: &Reply<'a>, name: &'a str) -> impl Iterator<Item = &'a str> {
    reply
        .headers
        .iter()
        .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

fn correlation<'a>(reply: &Reply<'a>) -> Option<&'a str> {
    ["inin-correlation-id", "x-correlation-id", "x-request-id"]
        .iter()
        .find_map(|name| headers(reply, name).next())
}

fn words(reply: &Reply<'_>, json: Option<&Value>) -> String {
    if let Some(Value::Object(fields)) = json {
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let what = text("error").or_else(|| text("code"));
        let why = text("error_description").or_else(|| text("description")).or_else(|| text("message"));
        return match (what, why) {
            (Some(what), Some(why)) => format!("{what}: {why}"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => {
                let names: Vec<_> = fields.keys().take(12).map(String::as_str).collect();
                format!("JSON without access_token or error (fields: {})", names.join(", "))
            }
        };
    }
    if (300..400).contains(&reply.status) {
        let to = headers(reply, "location").next().unwrap_or("nowhere");
        return format!(
            "a redirect to {}; token requests are never redirected",
            to.split(['?', '#']).next().unwrap_or(to)
        );
    }
    let text = String::from_utf8_lossy(reply.body);
    let text = text.trim();
    if text.is_empty() {
        return "an empty body".into();
    }
    if !text.starts_with('<') {
        return if reply.status < 300 { "a body that is not JSON".into() } else { text.to_owned() };
    }
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        lower[start..].find("</title>").map(|length| text[start..start + length].trim())
    });
    title.map_or_else(|| "an HTML page".into(), |title| format!("an HTML page titled '{title}'"))
}

/// Cuts out whatever secret of the request a server echoed, in any form it was sent in. Cleans before it cuts: half a
/// secret would not be recognised.
fn clean(words: &str, client: &Client, request: &TokenRequest) -> String {
    let secret = client.secret.expose_secret();
    let (id, encoded) = (form_encoded(&client.id), form_encoded(secret));
    let basics = [credentials(&client.id, secret), credentials(&id, &encoded)];
    let cleaned = [secret, &encoded, &basics[0], &basics[1]]
        .into_iter()
        .map(|form| Zeroizing::new(form.to_owned()))
        .chain(request.secrets())
        .filter(|form| !form.is_empty())
        .fold(words.to_owned(), |text, form| text.replace(form.as_str(), "[redacted]"));
    shorten(&cleaned)
}

/// One line of at most [`LONGEST_WORDS`] printable characters.
fn shorten(text: &str) -> String {
    let mut line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_WORDS).collect();
    if text.chars().nth(LONGEST_WORDS).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
#[path = "../tests/unit/response.rs"]
mod tests;
