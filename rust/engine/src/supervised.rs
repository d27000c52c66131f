//! Work whose panic is an event, not the end of its task.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

/// Does `work` and gives its result, or `None` if it panicked. On the task that asks: a task of its own would cost a
/// request more than its place in the line. In a box: a future that is handed on by value is copied, and takes its room
/// again, in each that it is handed to.
pub(crate) async fn supervised<T>(mut work: Pin<Box<dyn Future<Output = T> + Send>>) -> Option<T> {
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(polled) => polled.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}
