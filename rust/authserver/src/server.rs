//! The server: judge and behaviour behind one listening socket.

use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get, post};
use tokio::task::JoinHandle;

use crate::app::App;
use crate::clock::Clock;
use crate::literal::{self, Case};
use crate::settings::Settings;
use crate::{api, control, listener, sign_in, token_endpoint, web_socket};

/// A running server. It stops to accept connections when it is dropped; those it has end with their clients or with the
/// runtime.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Starts a server on the current tokio runtime. `cases` are answered below `/answers/`; `log_file` gets a JSON line for each token request.
    ///
    /// # Errors
    /// The address can't be bound, or the system has no random numbers.
    pub fn start(
        listen: SocketAddr,
        settings: Settings,
        cases: Vec<Case>,
        log_file: Option<File>,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        let listener = listener::listen(listen)?;
        let address = listener.local_addr()?;
        let run = getrandom::u64().map_err(|error| io::Error::other(error.to_string()))?;
        let app = Arc::new(App::new(settings, cases, log_file, Arc::clone(&clock), run));
        let accepting = tokio::spawn(listener::serve(listener, router(app), clock));
        Ok(Self { address, accepting })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/oauth/token", any(token_endpoint::token))
        .route("/oauth/authorize", get(sign_in::authorize))
        .route("/oauth/device", post(sign_in::device))
        .route("/api/v2/ws", any(web_socket::web_socket))
        .route("/api/v2/{*path}", any(api::api))
        .route("/answers/{name}", any(literal::literal))
        .route("/answers/{name}/{*path}", any(literal::literal))
        .route("/control/answers", get(control::received).post(control::cases))
        .route("/control/counts", get(control::counts))
        .route("/control/metrics", get(control::prometheus))
        .route("/control/requests", get(control::requests))
        .route("/control/settings", post(control::settings))
        .route("/control/reset", post(control::reset))
        .route("/control/revoke", post(control::revoke))
        .fallback(control::not_found)
        .method_not_allowed_fallback(control::wrong_method)
        .with_state(app)
}
