//! What a client may get instead of a token.
//!
//! A faulted request mints nothing: no token of the client is killed or superseded by it.

use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;

use crate::answers;
use crate::body::HalfBody;
use crate::connection::{Connection, hang};
use crate::request_log::OpenEntry;
use crate::settings::{Settings, TokenFault};

/// What a proxy or a captive portal answers in place of the server.
const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\
    <body><h1>Sign in</h1><form method=\"post\"><input name=\"user\"></form></body></html>\n";

/// Plays a fault. The request's log entry gets the status that went out; without a whole answer it stays without one.
pub(crate) async fn play(
    fault: TokenFault,
    connection: Arc<Connection>,
    entry: OpenEntry,
    settings: &Settings,
    correlation_id: &str,
) -> Response {
    match fault {
        TokenFault::Status(status) => {
            entry.answered(status);
            let (code, message) = answers::plain_error(status);
            let body = answers::error_body(status, code, message, correlation_id);
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            answers::json(status, correlation_id, body)
        }
        TokenFault::Hang => hang().await,
        TokenFault::Reset => {
            connection.reset();
            Response::new(Body::empty())
        }
        TokenFault::Half => {
            let whole = answers::token("this-token-was-never-issued", None, settings);
            answers::json(StatusCode::OK, correlation_id, Body::new(HalfBody::new(whole, connection)))
        }
        TokenFault::Html => {
            entry.answered(200);
            answers::answer(StatusCode::OK, correlation_id, "text/html; charset=utf-8", LOGIN_PAGE)
        }
        TokenFault::Empty => {
            entry.answered(200);
            answers::json(StatusCode::OK, correlation_id, Body::empty())
        }
    }
}
