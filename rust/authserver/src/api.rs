//! `/api/v2/…`: an API that wants a token, whatever the method, and says little.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use http_body::Body;
use serde_json::json;

use crate::answers;
use crate::app::App;
use crate::clock::{Moment, Reading};
use crate::connection::Connection;
use crate::judge::{ApiVerdict, Quota, RequestTimes};
use crate::retry_after::{Announcement, whole_seconds};
use crate::settings::{Rate, Settings};

const COUNT: HeaderName = HeaderName::from_static("inin-ratelimit-count");
const ALLOWED: HeaderName = HeaderName::from_static("inin-ratelimit-allowed");
const RESET: HeaderName = HeaderName::from_static("inin-ratelimit-reset");

/// Answers an API request. It is judged as it comes; `api_latency` lies between verdict and answer. A body is read and
/// forgotten: an answer to an unread one would cost the connection.
pub(crate) async fn api(State(app): State<Arc<App>>, request: Request) -> Response {
    let (response, latency) = decide(&app, &request);
    let mut body = request.into_body();
    while let Some(Ok(_)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {}
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    response
}

pub(crate) fn decide(app: &App, request: &Request) -> (Response, Duration) {
    let correlation_id = app.correlation_ids.next();
    let now = app.clock.read();
    // A header that isn't text is still a header, with no valid token in it.
    let authorization =
        request.headers().get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let behaviour = app.behaviour();
    let settings = &behaviour.settings;
    let times = times(app, request, settings, now.mono);
    if let Some(name) = &settings.tenant_header {
        let tenant = request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
        app.judge.lock().tenant(tenant);
    }
    let response = if let Some((status, ends)) = behaviour.take_api_fault(now.mono) {
        app.judge.lock().api_fault(authorization.is_some(), status);
        faulted(status, ends.map(|ends| ends.saturating_sub(now.mono)), settings, &now, &correlation_id)
    } else {
        let verdict = app.judge.lock().api_request(authorization, &times, || app.clock.cpu_wait(), settings);
        match verdict {
            ApiVerdict::Ok(client, quota) => {
                let path = request.uri().path();
                let body = json!({ "method": request.method().as_str(), "path": path, "client": &*client });
                let mut response = answers::json(StatusCode::OK, &correlation_id, body.to_string());
                write_quota(response.headers_mut(), quota);
                response
            }
            ApiVerdict::Throttled(quota) => {
                let mut response =
                    throttled(quota.reset, settings.api_rate_limit, settings, &now, &correlation_id);
                write_quota(response.headers_mut(), Some(quota));
                response
            }
            ApiVerdict::Forbidden => forbidden(settings, &correlation_id),
            ApiVerdict::Unauthorized => {
                unauthorized("bad.credentials", "Invalid login credentials.", &correlation_id)
            }
            ApiVerdict::Unauthenticated => unauthorized(
                "authentication.required",
                "No authentication bearer token specified in authorization header.",
                &correlation_id,
            ),
        }
    };
    (response, settings.api_latency)
}

/// A client that names the time at which it read its token (`read_at_header`) is judged by that.
fn times(app: &App, request: &Request, settings: &Settings, now: Moment) -> RequestTimes {
    let Some(connection) = request.extensions().get::<Arc<Connection>>() else {
        return RequestTimes::at_once(now);
    };
    let read_at = settings.read_at_header.as_ref().and_then(|name| request.headers().get(name));
    let read_at = read_at.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let read_at = read_at.and_then(|ms| SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(ms)));
    let composed = connection.composed();
    RequestTimes {
        composed: read_at.map_or(composed, |wall| composed.min(app.clock.moment_of(wall))),
        arrived: connection.arrived(),
        now,
    }
}

/// 429 and 503 announce the end of a fault that has one.
fn faulted(
    status: u16,
    remaining: Option<Duration>,
    settings: &Settings,
    now: &Reading,
    correlation_id: &str,
) -> Response {
    let (code, message) = answers::plain_error(status);
    match (status, remaining) {
        (401, _) => unauthorized(code, message, correlation_id),
        (429, Some(remaining)) => throttled(remaining, None, settings, now, correlation_id),
        _ => {
            let body = answers::error_body(status, code, message, correlation_id);
            let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = answers::json(code, correlation_id, body);
            if let (503, Some(remaining)) = (status, remaining) {
                Announcement::new(settings.retry_after, now, remaining).write_to(response.headers_mut());
            }
            response
        }
    }
}

/// RFC 6750, 3.1.
fn forbidden(settings: &Settings, correlation_id: &str) -> Response {
    let message = "Unable to perform the requested action. You are missing a scope.";
    let body = answers::error_body(403, "missing.scope", message, correlation_id);
    let mut response = answers::json(StatusCode::FORBIDDEN, correlation_id, body);
    let scope = settings.require_scope.as_deref().unwrap_or_default();
    let challenge = format!(r#"Bearer error="insufficient_scope", scope="{scope}""#);
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

fn unauthorized(code: &str, message: &str, correlation_id: &str) -> Response {
    let body = answers::error_body(401, code, message, correlation_id);
    let mut response = answers::json(StatusCode::UNAUTHORIZED, correlation_id, body);
    let challenge = HeaderValue::from_static(r#"Bearer realm="tollgate-authserver""#);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

fn throttled(
    remaining: Duration,
    rate: Option<Rate>,
    settings: &Settings,
    now: &Reading,
    correlation_id: &str,
) -> Response {
    let announcement = Announcement::new(settings.retry_after, now, remaining);
    let seconds = announcement.wait.map(|(seconds, _)| seconds);
    let body = answers::too_many(seconds, rate, correlation_id);
    let mut response = answers::json(StatusCode::TOO_MANY_REQUESTS, correlation_id, body);
    announcement.write_to(response.headers_mut());
    response
}

fn write_quota(headers: &mut HeaderMap, quota: Option<Quota>) {
    if let Some(quota) = quota {
        headers.insert(COUNT, HeaderValue::from(quota.count));
        headers.insert(ALLOWED, HeaderValue::from(quota.allowed));
        headers.insert(RESET, HeaderValue::from(whole_seconds(quota.reset)));
    }
}
