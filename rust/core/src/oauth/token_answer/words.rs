//! An unsuccessful answer in the server's own words, fit to be shown.
//!
//! Invariants: one line of bounded length; no secret of the request, however the server echoed it; nothing of a body
//! that may hold a token.

use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::fields::{Fields, Form, without_mark};
use super::{Reply, headers};
use crate::oauth::client_auth::{Client, credentials, form_encoded};
use crate::oauth::token_request::TokenRequest;

/// Most of a server's words that is shown.
pub(super) const LONGEST_WORDS: usize = 300;

/// What the answer says, yet to be cleaned.
pub(super) fn words(reply: &Reply<'_>, fields: Option<&Fields>) -> String {
    if let Some(fields) = fields {
        return words_of(fields);
    }
    if (300..400).contains(&reply.status) {
        let to = headers(reply, "location").next().unwrap_or("nowhere");
        return format!(
            "a redirect to {}; token requests are never redirected",
            to.split(['?', '#']).next().unwrap_or(to)
        );
    }
    // What is decoded on the way is no longer marked.
    if let Some(coding) = headers(reply, "content-encoding").find(|it| !it.eq_ignore_ascii_case("identity")) {
        return format!("a body in the content coding '{coding}', which was not asked for");
    }
    let text = String::from_utf8_lossy(without_mark(reply.body));
    let text = text.trim();
    if text.is_empty() {
        return "an empty body".into();
    }
    if !text.starts_with('<') {
        let keep_quiet = reply.status < 300 || may_hold_a_token(text);
        return if keep_quiet { "a body that is not JSON".into() } else { text.to_owned() };
    }
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        lower[start..].find("</title>").map(|length| text[start..start + length].trim())
    });
    title.map_or_else(|| "an HTML page".into(), |title| format!("an HTML page titled '{title}'"))
}

fn words_of(fields: &Fields) -> String {
    // Some servers put an object where the standard has a word.
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

/// Whether a broken body looks as if a token stood in it: `"access_token": …`, `access_token=…`.
fn may_hold_a_token(text: &str) -> bool {
    let mut rests = text.split("_token").skip(1);
    rests.any(|rest| rest.trim_start_matches(['"', '\'', '\\', ' ']).starts_with([':', '=']))
}

/// The id to quote to the server's support.
pub(super) fn correlation<'a>(reply: &Reply<'a>) -> Option<&'a str> {
    ["inin-correlation-id", "x-correlation-id", "x-request-id"]
        .iter()
        .find_map(|name| headers(reply, name).next())
}

/// Cuts out whatever secret of the request a server echoed, in any form it was sent in. Cleans before it cuts: half a
/// secret would not be recognised.
pub(super) fn clean(words: &str, client: &Client, request: &TokenRequest) -> String {
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
pub(super) fn shorten(text: &str) -> String {
    let mut line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_WORDS).collect();
    if text.chars().nth(LONGEST_WORDS).is_some() {
        line.push('…');
    }
    line
}
