//! What a server says in an answer without a token: its code, its message, its correlation id.
//!
//! Servers write errors in many shapes: RFC 6749 section 5.2, problem details (RFC 9457), `errorCode` and `errorSummary`,
//! `errcode` and `errmsg`, `fault`, lists of errors, SOAP, plain text, a page with a title. Two tables name the places.

use serde_json::Value;

use super::body::Body;
use super::error_text::{html_title, shown_text};
use super::{Reply, headers, xml_words};
use crate::http::challenge::{challenges, parameter};

/// What a server says, before redaction.
#[derive(Debug, Default)]
pub(super) struct ServerWords {
    /// Its code, or the short title of the problem.
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    /// The body itself says that the request failed, whatever the status.
    pub(super) failed: bool,
}

/// Places of a code, the standard's first. A path step that is a number is an index.
const CODES: [&[&str]; 18] = [
    &["error"],
    &["errorCode"],
    &["error_code"],
    &["code"],
    &["errcode"],
    &["errCode"],
    &["ErrorCode"],
    &["Code"],
    &["__type"],
    &["error", "type"],
    &["error", "status"],
    &["error", "errorCode"],
    &["fault", "detail", "errorcode"],
    &["fault", "code"],
    &["Error", "Code"],
    &["errors", "0", "errorCode"],
    &["errors", "0", "code"],
    &["errors", "0", "title"],
];

/// Places of a message.
const MESSAGES: [&[&str]; 25] = [
    &["error_description"],
    &["errorDescription"],
    &["description"],
    &["errorSummary"],
    &["errorMessage"],
    &["error_message"],
    &["errmsg"],
    &["errMsg"],
    &["message"],
    &["Message"],
    &["msg"],
    &["error_msg"],
    &["detail"],
    &["reason"],
    &["error", "message"],
    &["error", "errorMessage"],
    &["error", "description"],
    &["error", "detail"],
    &["fault", "faultstring"],
    &["fault", "message"],
    &["Error", "Message"],
    &["errors", "0", "message"],
    &["errors", "0", "detail"],
    &["errors", "0", "errorMessage"],
    &["errors", "0"],
];

/// Places of a correlation id in a body.
const CORRELATION: [&[&str]; 15] = [
    &["correlation_id"],
    &["correlationId"],
    &["trace_id"],
    &["traceId"],
    &["request_id"],
    &["requestId"],
    &["RequestId"],
    &["errorId"],
    &["debug_id"],
    &["contextId"],
    &["context", "requestId"],
    &["error", "request_id"],
    &["error", "requestId"],
    &["error", "trace_id"],
    &["Error", "RequestId"],
];

/// Headers with a correlation id, the most specific first.
const CORRELATION_HEADERS: [&str; 11] = [
    "inin-correlation-id",
    "x-correlation-id",
    "x-request-id",
    "x-ms-request-id",
    "x-okta-request-id",
    "x-amzn-requestid",
    "x-global-transaction-id",
    "transaction-id",
    "paypal-debug-id",
    "request-id",
    "x-trace-id",
];

impl ServerWords {
    pub(super) fn of(reply: &Reply<'_>, body: &Body) -> Self {
        let mut words = match body {
            Body::Fields(_) => Self::of_json(body, &[]),
            Body::Other { value: Value::Array(_), .. } => Self::of_json(body, &["0"]),
            Body::Other { value: Value::String(text), is_json: false } if text.starts_with('<') => {
                Self::of_markup(text)
            }
            Body::Other { .. } => Self::default(),
        };
        // AWS names the error in a header too.
        words.code = words.code.or_else(|| headers(reply, "x-amzn-errortype").next().map(str::to_owned));
        if reply.body.is_empty() {
            let described = |name| challenges(reply.headers).find_map(|one| parameter(&one, name));
            words.code = words.code.or_else(|| described("error"));
            words.message = described("error_description");
        }
        words
    }

    fn of_json(body: &Body, root: &[&str]) -> Self {
        let at = |path: &&[&str]| text_at(body, root, path);
        // A number tells less than a word: HTTP statuses are repeated in bodies.
        let code = CODES.iter().filter_map(at).find(|code| !is_number(code));
        let message = MESSAGES.iter().find_map(at);
        // A name alone may be anybody's.
        let code = code.or_else(|| message.as_ref().and_then(|_| at(&&["name"][..])));
        let title = || at(&&["title"][..]);
        let code = code.or_else(title).or_else(|| CODES.iter().find_map(at));
        let message = message.or_else(title);
        let code = code.filter(|code| message.is_some() || !is_number(code));
        let message = message.filter(|message| Some(message) != code.as_ref());
        Self { failed: is_marked_failed(body, root, message.is_some()), code, message }
    }

    fn of_markup(text: &str) -> Self {
        if let Some(title) = html_title(text) {
            return Self { message: Some(title.to_owned()), ..Self::default() };
        }
        let (code, message) = xml_words::of(text);
        Self { failed: message.is_some() && text.contains("Fault"), code, message }
    }

    /// Code and message, for the phrases of known errors; the whole text of a body that is shown.
    pub(super) fn phrased(&self, reply: &Reply<'_>, body: &Body) -> String {
        let parts = [self.code.as_deref(), self.message.as_deref(), shown_text(reply, body)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(": ")
    }
}

/// The correlation id of an answer: of its headers, else of its body.
pub(super) fn correlation(reply: &Reply<'_>, body: &Body) -> Option<String> {
    let in_headers = CORRELATION_HEADERS.iter().find_map(|name| headers(reply, name).next());
    let in_body = || CORRELATION.iter().find_map(|path| text_at(body, &[], path));
    in_headers.map(str::to_owned).or_else(in_body)
}

/// The text or number at a path; none if it is empty or zero.
fn text_at(body: &Body, root: &[&str], path: &[&str]) -> Option<String> {
    let segments: Vec<String> = root.iter().chain(path).map(|step| (*step).to_owned()).collect();
    match body.at(&segments)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) if number.as_f64() != Some(0.0) => Some(number.to_string()),
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'.')
}

/// Whether a body says by a field of its own that the request failed.
fn is_marked_failed(body: &Body, root: &[&str], has_message: bool) -> bool {
    let at = |name: &str| {
        let segments: Vec<String> = root.iter().chain(&[name]).map(|step| (*step).to_owned()).collect();
        body.at(&segments)
    };
    let is_set = |name: &&str| match at(name) {
        Some(Value::String(text)) => !text.is_empty() && text != "0",
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::Object(_)) => true,
        Some(Value::Array(items)) => !items.is_empty(),
        _ => false,
    };
    let denied = |name: &&str| at(name).and_then(Value::as_bool) == Some(false);
    let is_code_of_failure = || match at("code") {
        Some(Value::String(code)) => !is_number(code) && !["ok", "success"].contains(&&*code.to_lowercase()),
        Some(Value::Number(code)) => {
            code.as_u64().is_none_or(|code| code != 0 && !(200..300).contains(&code))
        }
        _ => false,
    };
    let stated = at("status").and_then(Value::as_str).map(str::to_ascii_lowercase);
    ["error", "errorCode", "error_code", "errcode", "errCode", "fault", "errors"].iter().any(is_set)
        || ["ok", "success"].iter().any(denied)
        || stated.is_some_and(|stated| ["error", "fail", "failed", "failure"].contains(&&*stated))
        || has_message && is_code_of_failure()
}
