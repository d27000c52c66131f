//! `POST /oauth/token`: RFC 6749 `client_credentials`, `password`, `refresh_token` and `authorization_code`, and RFC 8628.
//!
//! Order of things: capacity, suspension and rate limit, faults, credentials, `latency_before`, the mint (which may kill
//! the client's older tokens), `latency_after`, the answer. A client that goes away meanwhile ends it where it is: gone
//! before the mint, no token; gone after it, a token no one has.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use axum::body::{Body, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::answers;
use crate::app::App;
use crate::body::ReportingBody;
use crate::client_auth::{self, Claim, Refusal, RequestedGrant};
use crate::clock::{Moment, Reading};
use crate::connection::Connection;
use crate::faults;
use crate::judge::{GrantRequest, Judged, Minted, Notice, RefreshRefused, RequestTimes, TokenVerdict};
use crate::request_log::{Entry, OpenEntry};
use crate::retry_after::Announcement;
use crate::settings::{RefreshTokens, Settings};

/// A token request is a few hundred bytes.
const BODY_LIMIT: usize = 64 * 1024;
/// And comes in one piece.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// The length of a refresh token's text.
const REFRESH_TOKEN_BYTES: usize = 80;

/// Answers a token request.
pub(crate) async fn token(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Arc<Connection>>,
    request: Request,
) -> Response {
    let correlation_id = app.correlation_ids.next();
    if request.method() != Method::POST {
        let body =
            answers::error_body(405, "method.not.allowed", "Token requests are POSTs.", &correlation_id);
        let mut response = answers::json(StatusCode::METHOD_NOT_ALLOWED, &correlation_id, body);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    let arrived = connection.arrived();
    let busy = Busy::enter(&app);
    app.judge.lock().under_way(busy.count);
    // Held over awaits: an answer follows the settings its request met.
    let behaviour = Arc::clone(&app.behaviour());
    let settings = &behaviour.settings;
    let (head, body) = request.into_parts();
    let claim = match read(body).await {
        Ok(body) => client_auth::check(&head.headers, &body, &settings.clients, &settings.grants),
        Err(problem) => Claim::unnamed(Refusal::Malformed(problem)),
    };
    let now = app.clock.read();
    let times = RequestTimes { composed: connection.composed().min(arrived), arrived, now: now.mono };
    let judged = judge(&app, &connection, &claim, &times, settings);
    let entry = app.log.open(entry(&claim, &connection, arrived, &now, judged));

    if settings.capacity > 0 && busy.count > settings.capacity {
        app.judge.lock().dropped(&claim.id);
        drop(busy); // it takes no capacity while it is kept waiting for nothing
        wait(settings.capacity_hold).await;
        connection.reset();
        return Response::new(Body::empty());
    }
    if let TokenVerdict::Throttled(wait) = judged.verdict {
        entry.answered(429);
        return throttled(&app, connection, claim.id, wait, settings, &correlation_id);
    }
    if let Some(fault) = behaviour.take_token_fault() {
        app.judge.lock().faulted(&claim.id);
        return faults::play(fault, connection, entry, settings, &correlation_id).await;
    }
    let asked_by_basic = head.headers.contains_key(header::AUTHORIZATION);
    let asked = match claim.outcome {
        Ok(asked) => asked,
        Err(refusal) => {
            app.judge.lock().rejected(&claim.id);
            return refused(&refusal, asked_by_basic, entry, &correlation_id);
        }
    };
    let redeemed = app.sign_ins.lock().redeem(asked, &claim.id);
    let asked = match redeemed {
        Ok(asked) => asked,
        Err(refusal) => {
            app.judge.lock().rejected(&claim.id);
            return refused(&refusal, false, entry, &correlation_id);
        }
    };
    wait(settings.latency_before).await;
    let scope = settings.scope_granted.clone().unwrap_or(claim.scope);
    let issued = match issue(&app, &claim.id, &asked, &scope, settings) {
        Ok(issued) => issued,
        Err(Unissued::Refused) => {
            let refusal = Refusal::RefreshToken(settings.grants.refresh_refusal);
            app.judge.lock().rejected(&claim.id);
            return refused(&refusal, false, entry, &correlation_id);
        }
        Err(Unissued::NoRandomNumbers) => {
            app.judge.lock().faulted(&claim.id);
            entry.answered(500);
            let (code, message) = answers::plain_error(500);
            let body = answers::error_body(500, code, message, &correlation_id);
            return answers::json(StatusCode::INTERNAL_SERVER_ERROR, &correlation_id, body);
        }
    };
    deliver(&app, connection, issued, settings, entry, &correlation_id).await
}

/// Counts the connections busy with token requests.
struct Busy<'a> {
    app: &'a App,
    /// How many there are, this one included.
    count: u64,
}

impl<'a> Busy<'a> {
    fn enter(app: &'a App) -> Self {
        Self { app, count: app.busy.fetch_add(1, Ordering::Relaxed) + 1 }
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.app.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn read(body: Body) -> Result<bytes::Bytes, &'static str> {
    match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, BODY_LIMIT)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err("the body could not be read, or is too large"),
        Err(_) => Err("the body did not come"),
    }
}

fn judge(
    app: &App,
    connection: &Connection,
    claim: &Claim,
    times: &RequestTimes,
    settings: &Settings,
) -> Judged {
    let cpu_wait = app.clock.cpu_wait();
    let mut judge = app.judge.lock();
    if connection.first_in(judge.round()) {
        judge.token_connection();
    }
    if let Ok(asked) = &claim.outcome {
        judge.count_grant(&claim.id, asked.grant(), asked.user());
    }
    judge.token_request(&claim.id, times, cpu_wait, settings)
}

fn entry(claim: &Claim, connection: &Connection, arrived: Moment, now: &Reading, judged: Judged) -> Entry {
    let wall = now.wall.checked_sub(now.mono.saturating_sub(arrived)).unwrap_or(now.wall);
    let since_epoch = wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Entry {
        at_ms: u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX),
        client: claim.id.clone(),
        grant: claim.outcome.as_ref().ok().map(|asked| asked.grant().name()),
        user: claim.outcome.as_ref().ok().and_then(|asked| asked.user().map(str::to_owned)),
        status: 0,
        inside_retry_after: judged.inside_retry_after,
        connection: connection.id,
    }
}

fn throttled(
    app: &Arc<App>,
    connection: Arc<Connection>,
    id: String,
    wait: Duration,
    settings: &Settings,
    correlation_id: &str,
) -> Response {
    let announcement = Announcement::new(settings.retry_after, &app.clock.read(), wait);
    let seconds = announcement.wait.map(|(seconds, _)| seconds);
    let mut body =
        ReportingBody::new(answers::too_many(seconds, settings.rate_limit, correlation_id), connection);
    if let Some((_, until)) = announcement.wait {
        let app = Arc::clone(app);
        body = body.on_handed(move || {
            let notice = Notice { given: app.clock.read().mono, cpu_wait: app.clock.cpu_wait() };
            app.judge.lock().announce_wait(&id, notice, until);
        });
    }
    let mut response = answers::json(StatusCode::TOO_MANY_REQUESTS, correlation_id, Body::new(body));
    announcement.write_to(response.headers_mut());
    response
}

fn refused(refusal: &Refusal, asked_by_basic: bool, entry: OpenEntry, correlation_id: &str) -> Response {
    let (status, body) = answers::refusal(refusal);
    entry.answered(status.as_u16());
    let mut response = answers::json(status, correlation_id, body);
    if status == StatusCode::UNAUTHORIZED && asked_by_basic {
        let challenge = HeaderValue::from_static(r#"Basic realm="tollgate-authserver""#);
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    forbid_caching(response)
}

/// A token on its way to its client.
struct Issued {
    minted: Minted,
    token: String,
    refresh: Option<Arc<str>>,
}

/// Why there is no token after all.
enum Unissued {
    /// The refresh token is not good.
    Refused,
    NoRandomNumbers,
}

fn issue(
    app: &App,
    id: &str,
    asked: &RequestedGrant,
    scope: &str,
    settings: &Settings,
) -> Result<Issued, Unissued> {
    let random = |length| random_token(length).map_err(|_| Unissued::NoRandomNumbers);
    let token = random(settings.token_bytes)?;
    let comes_along = match settings.grants.refresh_tokens {
        RefreshTokens::Never => false,
        RefreshTokens::Users => *asked != RequestedGrant::Client,
        RefreshTokens::Always => true,
    };
    let fresh = if comes_along { Some(random(REFRESH_TOKEN_BYTES)?) } else { None };
    let redeemed = if let RequestedGrant::Refresh(token) = asked { Some(token.as_str()) } else { None };
    let request = GrantRequest { user: asked.user(), redeemed, scope, fresh: fresh.as_deref() };
    let mut judge = app.judge.lock();
    // Read under the lock: no request judged before the mint is judged by a later time.
    let now = app.clock.read().mono;
    match judge.grant(id, &token, &request, now, settings) {
        Ok((minted, refresh)) => Ok(Issued { minted, token, refresh }),
        Err(RefreshRefused) => Err(Unissued::Refused),
    }
}

async fn deliver(
    app: &Arc<App>,
    connection: Arc<Connection>,
    issued: Issued,
    settings: &Settings,
    entry: OpenEntry,
    correlation_id: &str,
) -> Response {
    wait(settings.latency_after).await;
    entry.answered(200);
    let Issued { minted, token, refresh } = issued;
    let app = Arc::clone(app);
    let body = ReportingBody::new(answers::token(&token, refresh.as_deref(), settings), connection)
        .on_written(Box::new(move |given| {
            let cpu_wait = app.clock.cpu_wait();
            app.judge.lock().token_written(minted, Notice { given, cpu_wait });
        }));
    forbid_caching(answers::json(StatusCode::OK, correlation_id, Body::new(body)))
}

/// RFC 6749, 5.1.
fn forbid_caching(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// Random all along, so that no two are alike up to their ends.
fn random_token(length: usize) -> Result<String, getrandom::Error> {
    let mut bytes = vec![0; length]; // three quarters would do, and a little more is no harm
    getrandom::fill(&mut bytes)?;
    let mut text = URL_SAFE_NO_PAD.encode(bytes);
    text.truncate(length);
    Ok(text)
}

async fn wait(latency: Duration) {
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
}
