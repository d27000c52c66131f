//! The server's own message in an unsuccessful answer, safe to show.
//!
//! Invariants: one line of bounded length; no secret of the request, in whatever encoding the server echoed it; no part
//! of a body that may contain a token.

use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::fields::{Fields, Form, without_bom};
use super::{Reply, headers};
use crate::oauth::client_auth::{Client, credentials, form_encoded};
use crate::oauth::token_request::TokenRequest;

/// The longest text that is shown.
pub(super) const LONGEST_TEXT: usize = 300;

/// The message of the answer, before redaction.
pub(super) fn error_text(reply: &Reply<'_>, fields: Option<&Fields>) -> String {
    if let Some(fields) = fields {
        return text_of(fields);
    }
    if (300..400).contains(&reply.status) {
        let to = headers(reply, "location").next().unwrap_or("nowhere");
        return format!(
            "a redirect to {}; token requests are never redirected",
            to.split(['?', '#']).next().unwrap_or(to)
        );
    }
    // The transport removes this header from bodies that it decoded.
    if let Some(coding) = headers(reply, "content-encoding").find(|it| !it.eq_ignore_ascii_case("identity")) {
        return format!("a body in the content coding '{coding}', which was not asked for");
    }
    let text = String::from_utf8_lossy(without_bom(reply.body));
    let text = text.trim();
    if text.is_empty() {
        return "an empty body".into();
    }
    if !text.starts_with('<') {
        let hide = reply.status < 300 || may_contain_token(text);
        return if hide { "a body that is not JSON".into() } else { text.to_owned() };
    }
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        lower[start..].find("</title>").map(|length| text[start..start + length].trim())
    });
    title.map_or_else(|| "an HTML page".into(), |title| format!("an HTML page titled '{title}'"))
}

fn text_of(fields: &Fields) -> String {
    // Some servers send an object instead of the standard's text.
    let inner = |name| fields.get("error")?.get(name)?.as_str().filter(|text| !text.is_empty());
    let outer = |names: &[&str]| names.iter().find_map(|name| fields.text(name));
    let what = outer(&["error", "code"]).or_else(|| inner("type")).or_else(|| inner("status"));
    let why = outer(&["error_description", "description", "message"]).or_else(|| inner("message"));
    match (what, why) {
        (Some(what), Some(why)) => format!("{what}: {why}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => {
            let form = match fields.form {
                Form::Json => "JSON",
                Form::Urlencoded => "a form",
            };
            format!("{form} without access_token or error (fields: {})", fields.names().join(", "))
        }
    }
}

/// Whether a malformed body looks as if it contained a token: `"access_token": …`, `access_token=…`.
fn may_contain_token(text: &str) -> bool {
    let mut rests = text.split("_token").skip(1);
    rests.any(|rest| rest.trim_start_matches(['"', '\'', '\\', ' ']).starts_with([':', '=']))
}

/// The server's correlation id.
pub(super) fn correlation<'a>(reply: &Reply<'a>) -> Option<&'a str> {
    ["inin-correlation-id", "x-correlation-id", "x-request-id"]
        .iter()
        .find_map(|name| headers(reply, name).next())
}

/// Removes secrets of the request that a server echoed, in every encoding they were sent in. Redacts before it shortens:
/// half a secret would not be found.
pub(super) fn redact(text: &str, client: &Client, request: &TokenRequest) -> String {
    let secret = client.secret.expose_secret();
    let (id, encoded) = (form_encoded(&client.id), form_encoded(secret));
    let basics = [credentials(&client.id, secret), credentials(&id, &encoded)];
    let redacted = [secret, &encoded, &basics[0], &basics[1]]
        .into_iter()
        .map(|form| Zeroizing::new(form.to_owned()))
        .chain(request.secrets())
        .filter(|form| !form.is_empty())
        .fold(text.to_owned(), |text, form| text.replace(form.as_str(), "[redacted]"));
    one_line(&redacted)
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
