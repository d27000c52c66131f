//! Answer bodies that tell what became of them.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::oneshot;

use crate::connection::{Connection, OnWritten};

/// A whole body that says when it is on its way.
///
/// `handed` is called when hyper takes the bytes, just before it writes them: the earliest time the client can know the
/// answer. `written` is called when the answer is fully written: the latest time until which it may not have been sent.
pub(crate) struct ReportingBody {
    bytes: Option<Bytes>,
    connection: Arc<Connection>,
    handed: Option<Box<dyn FnOnce() + Send>>,
    written: Option<OnWritten>,
}

impl ReportingBody {
    /// `bytes` must not be empty: hyper never asks for an empty body.
    pub(crate) fn new(bytes: impl Into<Bytes>, connection: Arc<Connection>) -> Self {
        Self { bytes: Some(bytes.into()), connection, handed: None, written: None }
    }

    pub(crate) fn on_handed(mut self, then: impl FnOnce() + Send + 'static) -> Self {
        self.handed = Some(Box::new(then));
        self
    }

    pub(crate) fn on_written(mut self, then: OnWritten) -> Self {
        self.written = Some(then);
        self
    }
}

impl Body for ReportingBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        if let Some(handed) = this.handed.take() {
            handed();
        }
        if let Some(written) = this.written.take() {
            this.connection.once_written(written);
        }
        Poll::Ready(this.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        exactly(self.bytes.as_ref().map_or(0, Bytes::len))
    }
}

/// Promises `bytes`, sends the first half of them, and breaks off once that half is written.
pub(crate) struct HalfBody {
    bytes: Bytes,
    connection: Arc<Connection>,
    half_written: Option<oneshot::Receiver<()>>,
}

impl HalfBody {
    pub(crate) fn new(bytes: impl Into<Bytes>, connection: Arc<Connection>) -> Self {
        Self { bytes: bytes.into(), connection, half_written: None }
    }
}

impl Body for HalfBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        if let Some(half_written) = &mut this.half_written {
            let _ = ready!(Pin::new(half_written).poll(cx));
            return Poll::Ready(Some(Err(io::Error::other("broken off on purpose"))));
        }
        let (sender, receiver) = oneshot::channel();
        this.half_written = Some(receiver);
        this.connection.once_written(Box::new(move |_| {
            let _ = sender.send(()); // no one listens once the connection is gone
        }));
        Poll::Ready(Some(Ok(Frame::data(this.bytes.slice(..this.bytes.len() / 2)))))
    }

    fn size_hint(&self) -> SizeHint {
        exactly(self.bytes.len())
    }
}

fn exactly(length: usize) -> SizeHint {
    SizeHint::with_exact(length as u64)
}
