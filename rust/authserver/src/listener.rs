//! Accepts connections and serves HTTP/1.1 on each.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tower::ServiceExt;

use crate::arrival;
use crate::clock::Clock;
use crate::connection::{Connection, WatchedStream};

/// Connections the kernel may complete before they are accepted: a load test opens hundreds at once.
const BACKLOG: u32 = 4096;
/// A client gets this long to send the head of a request; idle time between requests doesn't count.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// A pause after a failed `accept`, such as for lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Opens the listening socket.
///
/// # Errors
/// The address can't be bound.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    // Without stamps the time of reading stands in for the time of arrival.
    let _ = arrival::ask_for_stamps(&socket);
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until dropped.
pub(crate) async fn serve(listener: TcpListener, router: Router, clock: Arc<dyn Clock>) {
    let mut connections = 0;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections += 1;
                let shared = Arc::new(Connection::new(connections, clock.read().mono));
                tokio::spawn(serve_connection(stream, shared, router.clone(), Arc::clone(&clock)));
            }
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn serve_connection(stream: TcpStream, shared: Arc<Connection>, router: Router, clock: Arc<dyn Clock>) {
    // Only a delay if it fails.
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(WatchedStream::new(stream, clock, Arc::clone(&shared)));
    let service = service_fn(move |request| answer(request, Arc::clone(&shared), router.clone()));
    // An error here is a client that went away or a fault played on purpose; either way the connection is over.
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(io, service)
        .with_upgrades()
        .await;
}

async fn answer(
    mut request: Request<Incoming>,
    connection: Arc<Connection>,
    router: Router,
) -> io::Result<Response<Body>> {
    connection.begin_request();
    request.extensions_mut().insert(Arc::clone(&connection));
    let response = match router.oneshot(request.map(Body::new)).await {
        Ok(response) => response,
        Err(impossible) => match impossible {},
    };
    if connection.is_reset() { Err(io::Error::other("reset on purpose")) } else { Ok(response) }
}
