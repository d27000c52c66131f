//! `/control/…`: changes the behaviour and tells the counts. It asks for no credentials; the server is meant for a
//! machine or network of one's own.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::answers;
use crate::app::App;
use crate::literal::Case;
use crate::metrics;

/// Settings are short, and so is a list of cases.
const BODY_LIMIT: usize = 1024 * 1024;

/// `GET /control/counts`
pub(crate) async fn counts(State(app): State<Arc<App>>) -> Response {
    let counts = app.judge.lock().counts();
    ok(&app, serde_json::to_string(&counts).unwrap_or_else(|_| "{}".into()))
}

/// `GET /control/metrics`
pub(crate) async fn prometheus(State(app): State<Arc<App>>) -> Response {
    let counts = app.judge.lock().counts();
    let id = app.correlation_ids.next();
    answers::answer(StatusCode::OK, &id, "text/plain; version=0.0.4; charset=utf-8", metrics::text(&counts))
}

/// `GET /control/requests`
pub(crate) async fn requests(State(app): State<Arc<App>>) -> Response {
    ok(&app, app.log.to_json())
}

/// `POST /control/reset`: counts and request log start again; tokens, windows and suspensions go on.
pub(crate) async fn reset(State(app): State<Arc<App>>) -> Response {
    app.judge.lock().reset_counts();
    app.log.clear();
    app.literal.reset();
    ok(&app, json!({ "reset": true }).to_string())
}

/// `POST /control/settings`: takes keys and values, answers all settings.
pub(crate) async fn settings(State(app): State<Arc<App>>, request: Request) -> Response {
    let changed = match object(request).await {
        Ok(patch) => app.change(&patch).map_err(|error| error.to_string()),
        Err(problem) => Err(problem),
    };
    match changed {
        Ok(settings) => ok(&app, settings.to_string()),
        Err(problem) => bad_request(&app, &problem),
    }
}

/// `GET /control/answers`: what each case received.
pub(crate) async fn received(State(app): State<Arc<App>>) -> Response {
    ok(&app, app.literal.to_json().to_string())
}

/// `POST /control/answers`: takes cases in place of those there are.
pub(crate) async fn cases(State(app): State<Arc<App>>, request: Request) -> Response {
    let body = match axum::body::to_bytes(request.into_body(), BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => return bad_request(&app, &error.to_string()),
    };
    match Case::read_all(&body) {
        Ok(cases) => {
            let count = cases.len();
            app.literal.replace(cases);
            ok(&app, json!({ "cases": count }).to_string())
        }
        Err(problem) => bad_request(&app, &problem.to_string()),
    }
}

/// `POST /control/revoke`: kills a client's tokens now, or its refresh tokens.
pub(crate) async fn revoke(State(app): State<Arc<App>>, request: Request) -> Response {
    let object = match object(request).await {
        Ok(object) => object,
        Err(problem) => return bad_request(&app, &problem),
    };
    let Some(client) = object.get("client").and_then(Value::as_str) else {
        return bad_request(
            &app,
            "client: name the client whose tokens are to die, as in {\"client\":\"demo\"}",
        );
    };
    let refresh_tokens = object.get("refresh_tokens").and_then(Value::as_bool).unwrap_or_default();
    let revoked = {
        let mut judge = app.judge.lock();
        let now = app.clock.read().mono;
        if refresh_tokens { judge.revoke_refresh_tokens(client) } else { judge.revoke(client, now) }
    };
    ok(&app, json!({ "revoked": revoked }).to_string())
}

/// Everything else.
pub(crate) async fn not_found(State(app): State<Arc<App>>) -> Response {
    let id = app.correlation_ids.next();
    let body = answers::error_body(404, "not.found", "There is nothing here.", &id);
    answers::json(StatusCode::NOT_FOUND, &id, body)
}

/// A known path with a method it doesn't take.
pub(crate) async fn wrong_method(State(app): State<Arc<App>>) -> Response {
    let id = app.correlation_ids.next();
    let body = answers::error_body(405, "method.not.allowed", "This path does not take that method.", &id);
    answers::json(StatusCode::METHOD_NOT_ALLOWED, &id, body)
}

async fn object(request: Request) -> Result<Map<String, Value>, String> {
    let bytes =
        axum::body::to_bytes(request.into_body(), BODY_LIMIT).await.map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| format!("the body is not a JSON object: {error}"))
}

fn ok(app: &App, body: impl Into<Body>) -> Response {
    answers::json(StatusCode::OK, &app.correlation_ids.next(), body)
}

fn bad_request(app: &App, problem: &str) -> Response {
    answers::json(
        StatusCode::BAD_REQUEST,
        &app.correlation_ids.next(),
        json!({ "error": problem }).to_string(),
    )
}
