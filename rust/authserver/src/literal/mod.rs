//! `/answers/NAME`, and every path below: answers written down word for word in a file of cases.
//!
//! One mechanism for token endpoint and API: any method, any credentials, and nothing is judged. Each case remembers the
//! requests it got, so that a test can say what was sent to it.

mod case;
mod placeholders;
mod received;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::answers;
use crate::app::App;
use case::Literal;
pub use case::{Case, CaseError};
use placeholders::Filling;
use received::{Received, ReceivedLog};

/// The body of a request that is kept; a longer one is refused.
const BODY_LIMIT: usize = 64 * 1024;

/// The cases in force, with what each of them received.
#[derive(Debug, Default)]
pub(crate) struct LiteralAnswers {
    cases: Mutex<Vec<(Case, ReceivedLog)>>,
}

impl LiteralAnswers {
    pub(crate) fn new(cases: Vec<Case>) -> Self {
        let answers = Self::default();
        answers.replace(cases);
        answers
    }

    /// Takes `cases` in place of those there were; every case starts anew.
    pub(crate) fn replace(&self, cases: Vec<Case>) {
        *self.cases.lock() = cases.into_iter().map(|case| (case, ReceivedLog::default())).collect();
    }

    /// Forgets what was received: sequences start anew.
    pub(crate) fn reset(&self) {
        self.cases.lock().iter_mut().for_each(|(_, log)| *log = ReceivedLog::default());
    }

    /// The requests of every case, by its name.
    pub(crate) fn to_json(&self) -> Value {
        let cases = self.cases.lock();
        Value::Object(cases.iter().map(|(case, log)| (case.name.clone(), log.to_json())).collect())
    }

    fn answer(&self, name: &str, received: Received) -> Option<(Literal, usize)> {
        let mut cases = self.cases.lock();
        let (case, log) = cases.iter_mut().find(|(case, _)| case.name == name)?;
        let (elapsed, number) = log.add(received);
        Some((case.at(elapsed, number).clone(), number))
    }
}

/// Answers a request with what its case says.
pub(crate) async fn literal(
    State(app): State<Arc<App>>,
    Path(path): Path<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let id = app.correlation_ids.next();
    let name = path.into_iter().find(|(key, _)| key == "name").map(|(_, name)| name).unwrap_or_default();
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        let body = json!({ "error": "the body could not be read, or is too large" }).to_string();
        return answers::json(StatusCode::BAD_REQUEST, &id, body);
    };
    let now = app.clock.read();
    let received = Received::new(&now, &head, &body);
    let Some((answer, number)) = app.literal.answer(&name, received) else {
        let body = answers::error_body(404, "not.found", "There is no case of that name.", &id);
        return answers::json(StatusCode::NOT_FOUND, &id, body);
    };
    respond(&answer, &Filling { now: now.wall, number })
}

/// The answer itself: nothing is added but `Date` and `Content-Length`, which come with every answer of this server.
fn respond(answer: &Literal, filling: &Filling) -> Response {
    let body = match (&answer.body, &answer.raw) {
        (Some(body), _) => filling.json(body).to_string(),
        (None, Some(raw)) => filling.text(raw),
        (None, None) => String::new(),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if let Some(content_type) = answer.content_type() {
        add(headers, header::CONTENT_TYPE.as_str(), content_type);
    }
    for (name, values) in &answer.headers {
        for value in values.each() {
            add(headers, name, &filling.text(value));
        }
    }
    response
}

/// The cases were checked when they were taken: what can't be a header is not in them.
fn add(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
        headers.append(name, value);
    }
}
