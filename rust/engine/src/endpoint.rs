//! A token endpoint as the rest of the engine sees it: the queue of its driver, and what it answered last.
//!
//! Nothing here waits for the driver but [`Endpoint::ask`], which gives up after [`PATIENCE`].

pub(crate) mod credential;
pub(crate) mod driver;
pub(crate) mod pool;

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tollgate_core::machine::Input;

use crate::context::EngineContext;
use crate::endpoint::driver::{Command, Driver};
use crate::http::last_response::LastResponses;

/// How long a caller waits for the driver. A busy machine keeps it from running for milliseconds; a status that is late
/// is better than a thread that does not come back.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shared by all credentials of one token endpoint.
pub(crate) struct Endpoint {
    pub(crate) context: Arc<EngineContext>,
    queue: UnboundedSender<Command>,
    pub(crate) last_responses: Arc<LastResponses>,
}

impl Endpoint {
    /// Starts the driver of an endpoint. It runs until the endpoint is dropped.
    pub(crate) fn start(context: &Arc<EngineContext>, run_active: bool) -> Arc<Self> {
        let (queue, commands) = unbounded_channel();
        let endpoint = Arc::new(Self { context: Arc::clone(context), queue, last_responses: Arc::default() });
        let driver = Driver::new(Arc::clone(context), Arc::downgrade(&endpoint), run_active);
        context.runtime.spawn(driver.run(commands));
        endpoint
    }

    /// Puts an input of the machine into the queue.
    pub(crate) fn post(&self, input: Input) {
        self.send(Command::Input(input));
    }

    /// Has the driver do something after everything that is in the queue.
    pub(crate) fn enqueue(&self, act: impl FnOnce(&mut Driver) + Send + 'static) {
        self.send(Command::Act(Box::new(act)));
    }

    /// The same, and waits for what it gives. `None` after [`PATIENCE`]. Not to be called on a thread of the engine's own.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Driver) -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, replied) = sync_channel(1);
        self.enqueue(move |driver| {
            // The one that asked may have gone.
            drop(reply.try_send(act(driver)));
        });
        replied.recv_timeout(PATIENCE).ok()
    }

    fn send(&self, command: Command) {
        // It fails only where the runtime is shut down, and then there is nobody to tell.
        drop(self.queue.send(command));
    }
}

/// The endpoint of a driver, which does not keep it alive.
pub(crate) type WeakEndpoint = Weak<Endpoint>;
