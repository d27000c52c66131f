//! One TCP connection, seen from both sides: the bytes below HTTP, and the handlers above it.
//!
//! Handlers can't see the socket, so the two share a [`Connection`]. Going up: when the request at hand was composed and
//! when it arrived. Going down: whether the connection is to be reset, and what to do once an answer is *fully written*. That is when hyper,
//! having written all bytes of the answer to the socket without an error, flushes it: the kernel has the whole answer.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::arrival::StampedReads;
use crate::clock::{Clock, Moment};

/// Called once an answer is fully written, with the time of that.
pub(crate) type OnWritten = Box<dyn FnOnce(Moment) + Send>;

/// What bytes and handlers share.
pub(crate) struct Connection {
    /// Its number, from 1.
    pub(crate) id: u64,
    accepted: Moment,
    requests: AtomicU64,
    arrived_nanos: AtomicU64,
    reset: AtomicBool,
    waiting: AtomicBool,
    on_written: Mutex<Option<OnWritten>>,
    /// The judge's round in which it was last counted as a token connection, plus one; 0: never.
    counted_in: AtomicU64,
}

impl Connection {
    pub(crate) fn new(id: u64, accepted: Moment) -> Self {
        Self {
            id,
            accepted,
            requests: AtomicU64::new(0),
            arrived_nanos: AtomicU64::new(0),
            reset: AtomicBool::new(false),
            waiting: AtomicBool::new(false),
            on_written: Mutex::new(None),
            counted_in: AtomicU64::new(0),
        }
    }

    /// When the last bytes read so far arrived; for a handler that just began, its request.
    pub(crate) fn arrived(&self) -> Moment {
        Duration::from_nanos(self.arrived_nanos.load(Ordering::Relaxed))
    }

    /// Counts a request whose head was read.
    pub(crate) fn begin_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// By when the client had composed the request at hand. HTTP clients compose a request before they open the connection
    /// that it needs, so the first one was composed when the connection was accepted.
    pub(crate) fn composed(&self) -> Moment {
        let first = self.requests.load(Ordering::Relaxed) <= 1;
        if first { self.arrived().min(self.accepted) } else { self.arrived() }
    }

    /// Ends the connection with a TCP reset, without an answer, as soon as the handler returns.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::Release);
    }

    pub(crate) fn is_reset(&self) -> bool {
        self.reset.load(Ordering::Acquire)
    }

    /// Has `then` called once what was handed to hyper so far is fully written. If that never happens, `then` is
    /// dropped uncalled.
    pub(crate) fn once_written(&self, then: OnWritten) {
        *self.on_written.lock() = Some(then);
        self.waiting.store(true, Ordering::Release);
    }

    /// Whether this is the connection's first token request in the judge's `round`.
    pub(crate) fn first_in(&self, round: u64) -> bool {
        self.counted_in.swap(round + 1, Ordering::Relaxed) != round + 1
    }

    fn flushed(&self, clock: &dyn Clock) {
        if self.waiting.swap(false, Ordering::Acquire)
            && let Some(then) = self.on_written.lock().take()
        {
            then(clock.read().mono);
        }
    }
}

/// The socket, as hyper reads and writes it.
pub(crate) struct WatchedStream {
    stream: TcpStream,
    reads: StampedReads,
    clock: Arc<dyn Clock>,
    shared: Arc<Connection>,
}

impl WatchedStream {
    pub(crate) fn new(stream: TcpStream, clock: Arc<dyn Clock>, shared: Arc<Connection>) -> Self {
        Self { stream, reads: StampedReads::new(), clock, shared }
    }
}

impl Drop for WatchedStream {
    fn drop(&mut self) {
        if self.shared.is_reset() {
            // Closing a socket that lingers for no time sends RST instead of FIN. If it can't be set, the client sees
            // an early end instead: also a fault.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            ready!(this.stream.poll_read_ready(cx))?;
            match this.reads.read(&this.stream, buffer.initialize_unfilled()) {
                Ok((count, stamp)) => {
                    if count > 0 {
                        buffer.advance(count);
                        let nanos = this.clock.arrival(stamp).as_nanos();
                        this.shared
                            .arrived_nanos
                            .store(u64::try_from(nanos).unwrap_or(u64::MAX), Ordering::Relaxed);
                    }
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(cx))?;
        this.shared.flushed(this.clock.as_ref());
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

/// Never ends; dropped with the connection when the client goes away.
pub(crate) async fn hang() -> ! {
    poll_fn(|_| Poll::Pending).await
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::sync::oneshot;

    use super::*;
    use crate::clock::ManualClock;

    #[tokio::test]
    async fn an_answer_is_written_when_it_is_flushed_and_not_before() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let clock = Arc::new(ManualClock::new(SystemTime::UNIX_EPOCH));
        let shared = Arc::new(Connection::new(1, Moment::ZERO));
        let mut stream = WatchedStream::new(stream, clock.clone(), Arc::clone(&shared));

        let (sender, mut receiver) = oneshot::channel();
        shared.once_written(Box::new(move |at| sender.send(at).unwrap()));
        stream.write_all(b"answer").await.unwrap();
        client.read_exact(&mut [0; 6]).await.unwrap();
        assert!(receiver.try_recv().is_err());
        clock.advance(Duration::from_secs(1));
        stream.flush().await.unwrap();
        assert_eq!(receiver.try_recv(), Ok(clock.read().mono));
        stream.flush().await.unwrap();
    }

    #[test]
    fn the_first_request_was_composed_before_its_connection_was_made_and_no_other() {
        let connection = Connection::new(1, Duration::from_millis(100));
        connection.arrived_nanos.store(250_000_000, Ordering::Relaxed);
        connection.begin_request();
        assert_eq!(connection.composed(), Duration::from_millis(100));
        assert_eq!(connection.arrived(), Duration::from_millis(250));
        connection.begin_request();
        assert_eq!(connection.composed(), Duration::from_millis(250));
    }

    #[test]
    fn a_connection_is_counted_once_a_round() {
        let connection = Connection::new(1, Moment::ZERO);
        let firsts = [0, 0, 1, 1].map(|round| connection.first_in(round));
        assert_eq!(firsts, [true, false, true, false]);
    }
}
