//! The words of the answers: RFC 6749 5.1 and 5.2 at the token endpoint, Genesys Cloud's `ErrorBody` elsewhere.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::client_auth::Refusal;
use crate::settings::{ExpiresIn, Rate, RefreshRefusal, Settings};

/// Genesys Cloud's name for the number that finds a request in its logs.
pub(crate) const CORRELATION_ID: HeaderName = HeaderName::from_static("inin-correlation-id");

/// Makes correlation ids: shaped like UUIDs, unique within a run.
#[derive(Debug)]
pub(crate) struct CorrelationIds {
    run: u64,
    next: AtomicU64,
}

impl CorrelationIds {
    pub(crate) fn new(run: u64) -> Self {
        Self { run, next: AtomicU64::new(0) }
    }

    pub(crate) fn next(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (run, low) = (self.run, number & 0xffff_ffff_ffff);
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{low:012x}",
            run >> 32,
            run >> 16 & 0xffff,
            run >> 4 & 0xfff,
            run & 0xfff
        )
    }
}

/// A JSON answer.
pub(crate) fn json(status: StatusCode, correlation_id: &str, body: impl Into<Body>) -> Response {
    answer(status, correlation_id, "application/json", body)
}

/// An answer of any type.
pub(crate) fn answer(
    status: StatusCode,
    correlation_id: &str,
    content_type: &'static str,
    body: impl Into<Body>,
) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(correlation_id) {
        headers.insert(CORRELATION_ID, id);
    }
    response
}

/// A token answer (RFC 6749, 5.1). The lifetime is told in whole seconds, rounded down; an overridden one as it is.
pub(crate) fn token(token: &str, refresh: Option<&str>, settings: &Settings) -> String {
    let mut body = format!(r#"{{"access_token":"{token}","token_type":"bearer""#);
    match &settings.expires_in {
        None => body.push_str(&format!(r#","expires_in":{}"#, settings.lifetime.as_secs())),
        Some(ExpiresIn::Raw(raw)) => body.push_str(&format!(r#","expires_in":{raw}"#)),
        Some(ExpiresIn::Absent) => {}
    }
    if let Some(refresh) = refresh {
        body.push_str(&format!(r#","refresh_token":"{refresh}""#));
    }
    if let Some(scope) = &settings.scope_granted {
        body.push_str(&format!(r#","scope":{}"#, Value::from(scope.as_str())));
    }
    body.push('}');
    body
}

/// A refused token request: status and body, as Genesys Cloud words them where it is known.
pub(crate) fn refusal(refusal: &Refusal) -> (StatusCode, String) {
    let (status, code, description) = match refusal {
        Refusal::Malformed(problem) => (StatusCode::BAD_REQUEST, "invalid_request", *problem),
        Refusal::UnknownClient => {
            (StatusCode::BAD_REQUEST, "invalid_client", "client not found: invalid_client")
        }
        Refusal::WrongSecret => (StatusCode::UNAUTHORIZED, "invalid_client", "authentication failed"),
        Refusal::Grant => (StatusCode::BAD_REQUEST, "unsupported_grant_type", "this grant is not served"),
        Refusal::WrongPassword => (StatusCode::BAD_REQUEST, "invalid_grant", "Bad credentials."),
        Refusal::Code => (StatusCode::BAD_REQUEST, "invalid_grant", "The code is not good."),
        Refusal::Pending => (StatusCode::BAD_REQUEST, "authorization_pending", "Nobody has signed in yet."),
        Refusal::RefreshToken(RefreshRefusal::OAuth) => {
            (StatusCode::BAD_REQUEST, "invalid_grant", "The refresh token has been revoked.")
        }
        Refusal::RefreshToken(RefreshRefusal::Genesys) => {
            let message = "The refresh token is invalid or expired";
            let body = json!({ "code": "bad_request", "message": message, "status": 401 });
            return (StatusCode::UNAUTHORIZED, body.to_string());
        }
    };
    let body = json!({ "error": code, "description": description, "error_description": description });
    (status, body.to_string())
}

/// Genesys Cloud's `ErrorBody`.
pub(crate) fn error_body(status: u16, code: &str, message: &str, correlation_id: &str) -> String {
    with_params(status, code, message, message, json!({}), correlation_id)
}

fn with_params(
    status: u16,
    code: &str,
    message: &str,
    pattern: &str,
    params: Value,
    correlation_id: &str,
) -> String {
    let body = json!({
        "message": message,
        "code": code,
        "status": status,
        "messageWithParams": pattern,
        "messageParams": params,
        "contextId": correlation_id,
        "details": [],
        "errors": [],
    });
    body.to_string()
}

/// A 429 body: the newer form tells the wait, the older one, for answers that announce none, the limit.
pub(crate) fn too_many(told_seconds: Option<u64>, rate: Option<Rate>, correlation_id: &str) -> String {
    match (told_seconds, rate) {
        (Some(seconds), _) => with_params(
            429,
            "too.many.requests.retry.after",
            &format!("Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds"),
            "Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds",
            json!({ "seconds": seconds.to_string() }),
            correlation_id,
        ),
        (None, Some(Rate { count, per })) => with_params(
            429,
            "too.many.requests",
            &format!(
                "Rate limit exceeded the maximum [{count}] requests within [{}] seconds",
                per.as_secs_f64()
            ),
            "Rate limit exceeded the maximum [{count}] requests within [{seconds}] seconds",
            json!({ "count": count.to_string(), "seconds": per.as_secs_f64().to_string() }),
            correlation_id,
        ),
        (None, None) => {
            error_body(429, "too.many.requests", "Rate limit exceeded the maximum", correlation_id)
        }
    }
}

/// Code and message of an API error without a story of its own.
pub(crate) fn plain_error(status: u16) -> (&'static str, &'static str) {
    match status {
        401 => ("bad.credentials", "Invalid login credentials."),
        429 => ("too.many.requests", "Rate limit exceeded the maximum"),
        502 => ("bad.gateway", "The upstream service answered with an error."),
        503 => ("service.unavailable", "The service is temporarily unavailable."),
        504 => ("gateway.timeout", "The upstream service did not answer in time."),
        500..=599 => ("internal.server.error", "The server encountered an unexpected condition."),
        _ => ("bad.request", "The request could not be understood by the server."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn correlation_ids_look_like_uuids_and_differ() {
        let ids = CorrelationIds::new(0x0123_4567_89ab_cdef);
        let (first, second) = (ids.next(), ids.next());
        assert_ne!(first, second);
        let lengths: Vec<usize> = first.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }

    #[test]
    fn a_token_answer_says_the_lifetime_or_what_it_is_told_to_say() {
        let mut settings = Settings::default();
        assert_eq!(read(&token("t", None, &settings))["expires_in"], json!(20));
        assert!(read(&token("t", None, &settings)).get("scope").is_none());
        settings.set("expires_in", "absent").unwrap();
        settings.set("scope_granted", "a \"b\"").unwrap();
        let answer = read(&token("t", None, &settings));
        assert!(answer.get("expires_in").is_none());
        assert_eq!(answer["scope"], json!("a \"b\""));
        settings.set("expires_in", "\"38880000\"").unwrap();
        assert_eq!(read(&token("t", None, &settings))["expires_in"], json!("38880000"));
    }

    #[test]
    fn a_429_tells_the_wait_only_if_it_is_announced() {
        let rate = Some(Rate { count: 10, per: std::time::Duration::from_secs(60) });
        let body = read(&too_many(Some(12), rate, "id"));
        assert_eq!(body["code"], json!("too.many.requests.retry.after"));
        assert_eq!(body["messageParams"]["seconds"], json!("12"));
        assert_eq!(body["contextId"], json!("id"));
        let untold = read(&too_many(None, rate, "id"));
        assert_eq!(
            untold["message"],
            json!("Rate limit exceeded the maximum [10] requests within [60] seconds")
        );
    }
}
