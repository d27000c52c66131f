//! `/api/v2/ws`: a WebSocket that wants a token to open, says back what it hears, and may be closed by its age.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket as Socket, WebSocketUpgrade, close_code};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::api;
use crate::app::App;
use crate::judge::WebSocket;

/// Opens a WebSocket for those whom the API lets in; all others get the API's answer.
pub(crate) async fn web_socket(State(app): State<Arc<App>>, request: Request) -> Response {
    let (answer, _) = api::decide(&app, &request);
    if answer.status() == StatusCode::UNAUTHORIZED {
        app.judge.lock().web_socket(WebSocket::Refused);
    }
    if answer.status() != StatusCode::OK {
        return answer;
    }
    let age = app.behaviour().settings.ws_max_age;
    let (mut head, _) = request.into_parts();
    match WebSocketUpgrade::from_request_parts(&mut head, &()).await {
        Ok(upgrade) => {
            app.judge.lock().web_socket(WebSocket::Opened);
            upgrade.on_upgrade(move |socket| converse(app, socket, age))
        }
        Err(no_upgrade) => no_upgrade.into_response(),
    }
}

async fn converse(app: Arc<App>, mut socket: Socket, age: Duration) {
    if age.is_zero() {
        return echo(&mut socket).await;
    }
    if tokio::time::timeout(age, echo(&mut socket)).await.is_err() {
        app.judge.lock().web_socket(WebSocket::ClosedByAge);
        let close = CloseFrame { code: close_code::AWAY, reason: "the connection is too old".into() };
        // Whether it arrives is the client's affair.
        let _ = socket.send(Message::Close(Some(close))).await;
    }
}

async fn echo(socket: &mut Socket) {
    while let Some(Ok(message)) = socket.recv().await {
        let again = match message {
            Message::Text(_) | Message::Binary(_) => message,
            // Answered below this, a close by a close (RFC 6455 section 5.5.1); the answer goes out as the next is awaited.
            Message::Close(_) | Message::Ping(_) | Message::Pong(_) => continue,
        };
        if socket.send(again).await.is_err() {
            return;
        }
    }
}
