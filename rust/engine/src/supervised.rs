//! Tasks whose panic is an event, not the end of the engine.

use std::future::Future;

use tokio::runtime::Handle;

/// Runs `task` on the runtime and gives its result, or `None` if it panicked.
pub(crate) async fn supervised<T: Send + 'static>(
    runtime: &Handle,
    task: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    runtime.spawn(task).await.ok()
}
