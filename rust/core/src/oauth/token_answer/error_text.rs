//! The server's own message in an unsuccessful answer, safe to show.
//!
//! Invariants: one line of bounded length; no secret of the request, in whatever encoding the server echoed it; no part
//! of a body that may contain a token.

use secrecy::ExposeSecret;
use serde_json::Value;
use zeroize::Zeroizing;

use super::body::Body;
use super::candidate::is_jwt;
use super::fields::{Form, without_bom};
use super::server_words::ServerWords;
use super::{Reply, headers};
use crate::oauth::client_auth::{Client, credentials, form_encoded};
use crate::oauth::token_request::TokenRequest;

/// The longest text that is shown.
pub(super) const LONGEST_TEXT: usize = 300;

/// The message of the answer, before redaction.
pub(super) fn error_text(reply: &Reply<'_>, body: &Body, words: &ServerWords) -> String {
    match (&words.code, &words.message, body) {
        (None, Some(title), Body::Other { .. }) if is_page(body) => {
            return format!("an HTML page titled '{title}'");
        }
        (Some(code), Some(message), _) => return format!("{code}: {message}"),
        (Some(one), None, _) | (None, Some(one), _) => return one.clone(),
        (None, None, Body::Fields(fields)) => {
            let form = match fields.form {
                Form::Json => "JSON",
                Form::Urlencoded => "a form",
            };
            return format!("{form} without access_token or error (fields: {})", fields.names().join(", "));
        }
        (None, None, Body::Other { .. }) => {}
    }
    if (300..400).contains(&reply.status) {
        let to = headers(reply, "location").next().unwrap_or("nowhere");
        return format!(
            "a redirect to {}; token requests are never redirected",
            to.split(['?', '#']).next().unwrap_or(to)
        );
    }
    if let Some(coding) = headers(reply, "content-encoding").find(|it| !it.eq_ignore_ascii_case("identity")) {
        return format!("a body in the content coding '{coding}', which was not asked for");
    }
    let text = String::from_utf8_lossy(without_bom(reply.body));
    let text = text.trim();
    match text {
        "" => "an empty body".into(),
        xml if xml.starts_with("<?xml") => "an XML document".into(),
        page if page.starts_with('<') => "an HTML page".into(),
        _ if reply.status < 300 || may_contain_token(text) => "a body that is not JSON".into(),
        _ => text.to_owned(),
    }
}

/// The whole text of a body that is neither JSON nor a form nor markup, if it is shown in messages.
pub(super) fn shown_text<'b>(reply: &Reply<'_>, body: &'b Body) -> Option<&'b str> {
    let Body::Other { value: Value::String(text), is_json: false } = body else { return None };
    let hidden = reply.status < 400 || text.starts_with('<') || may_contain_token(text);
    (!hidden).then_some(text)
}

fn is_page(body: &Body) -> bool {
    matches!(body, Body::Other { value: Value::String(text), is_json: false } if html_title(text).is_some())
}

/// The title of an HTML page.
pub(super) fn html_title(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let length = lower[start..].find("</title>")?;
    Some(text[start..start + length].trim())
}

/// Whether a malformed body looks as if it contained a token: `"access_token": …`, `access_token=…`.
fn may_contain_token(text: &str) -> bool {
    let mut rests = text.split("_token").skip(1);
    rests.any(|rest| rest.trim_start_matches(['"', '\'', '\\', ' ']).starts_with([':', '=']))
}

/// A shorter word is no token. A UUID has 36 characters.
const SHORTEST_HIDDEN: usize = 40;

/// Hides what looks like a token: JWTs, and long words of letters and digits that are no URL.
fn hide_tokens(text: &str) -> String {
    let of_token = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(of_token) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !of_token(c)).unwrap_or(from.len()));
        let mixed = word.bytes().any(|b| b.is_ascii_digit()) && word.bytes().any(|b| b.is_ascii_alphabetic());
        let is_url = word.starts_with("//");
        let hidden = is_jwt(word) || word.len() >= SHORTEST_HIDDEN && mixed && !is_url;
        shown.push_str(before);
        shown.push_str(if hidden { "[hidden]" } else { word });
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// A server's words, safe to show: without secrets of the request and without tokens. Redacts before it shortens: half a
/// secret would not be found.
pub(super) fn shown_words(text: &str, client: &Client, request: &TokenRequest) -> String {
    one_line(&hide_tokens(&redacted(text, client, request)))
}

/// The same for a text that holds no token but may hold long names, as scopes do.
pub(super) fn redact(text: &str, client: &Client, request: &TokenRequest) -> String {
    one_line(&redacted(text, client, request))
}

/// Removes secrets of the request that a server echoed, in every encoding they were sent in.
fn redacted(text: &str, client: &Client, request: &TokenRequest) -> String {
    let secret = client.secret.expose_secret();
    let (id, encoded) = (form_encoded(&client.id), form_encoded(secret));
    let basics = [credentials(&client.id, secret), credentials(&id, &encoded)];
    [secret, &encoded, &basics[0], &basics[1]]
        .into_iter()
        .map(|form| Zeroizing::new(form.to_owned()))
        .chain(request.secrets())
        .filter(|form| !form.is_empty())
        .fold(text.to_owned(), |text, form| text.replace(form.as_str(), "[redacted]"))
}

/// One line of at most [`LONGEST_TEXT`] printable characters.
pub(super) fn one_line(text: &str) -> String {
    let mut line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_TEXT).collect();
    if text.chars().nth(LONGEST_TEXT).is_some() {
        line.push('…');
    }
    line
}
