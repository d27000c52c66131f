//! What changes at the store, as the store announces it: a credential that waits for another process then asks at once.
//!
//! One task a store listens on a connection of its own. Invariants: news are hints, and what they say is looked up in the store;
//! after a break every credential looks, because news may have been missed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::StreamExt as _;
use parking_lot::Mutex;
use redis::{Msg, RedisError};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use tollgate_core::fleet::protocol::Fence;

use super::commands::SharedClient;
use super::connection::Store;

/// Between two attempts to listen. Meanwhile waiting credentials look by themselves, once a second.
const AGAIN: Duration = Duration::from_secs(1);

/// How long it may take to begin to listen.
const LONGEST: Duration = Duration::from_secs(5);

/// Called with the fence of a newer token, or with none where something else changed.
type Listener = Box<dyn Fn(Option<Fence>) + Send + Sync>;

/// The credentials of a client that want to hear of the store, by name. Two of one name may live for a while.
#[derive(Default)]
pub(super) struct Members {
    listeners: Mutex<HashMap<String, Vec<(u64, Listener)>>>,
    newest: AtomicU64,
}

impl Members {
    /// Adds a listener; what it is called to be removed.
    pub(super) fn add(&self, name: &str, listener: Listener) -> u64 {
        let number = self.newest.fetch_add(1, Ordering::Relaxed);
        self.listeners.lock().entry(name.to_owned()).or_default().push((number, listener));
        number
    }

    pub(super) fn remove(&self, name: &str, number: u64) {
        let mut listeners = self.listeners.lock();
        if let Some(of_name) = listeners.get_mut(name) {
            of_name.retain(|(other, _)| *other != number);
            if of_name.is_empty() {
                listeners.remove(name);
            }
        }
    }

    /// `name fence`, the fence 0 where no token came.
    fn tell(&self, message: &str) {
        let Some((name, fence)) = message.split_once(' ') else { return };
        let fence = fence.parse().ok().filter(|fence| *fence > 0).map(Fence);
        for (_, listener) in self.listeners.lock().get(name).into_iter().flatten() {
            listener(fence);
        }
    }

    fn tell_all(&self) {
        self.listeners.lock().values().flatten().for_each(|(_, listener)| listener(None));
    }
}

/// The task of a store that listens.
pub(super) struct News {
    clients: UnboundedSender<Weak<SharedClient>>,
}

impl News {
    /// Starts the task, which ends with the store.
    pub(super) fn listen(store: Weak<Store>, runtime: &Handle) -> Self {
        let (clients, added) = unbounded_channel();
        runtime.spawn(Listening { store, clients: HashMap::new(), added }.run());
        Self { clients }
    }

    /// Listens for a client too.
    pub(super) fn add(&self, client: &Arc<SharedClient>) {
        // It fails only where the runtime is shut down.
        drop(self.clients.send(Arc::downgrade(client)));
    }
}

struct Listening {
    store: Weak<Store>,
    /// By channel.
    clients: HashMap<String, Weak<SharedClient>>,
    added: UnboundedReceiver<Weak<SharedClient>>,
}

impl Listening {
    async fn run(mut self) {
        let Some(first) = self.added.recv().await else { return };
        self.add(first);
        loop {
            let Some(store) = self.store.upgrade() else { return };
            let client = store.listening_client().await;
            drop(store);
            if let Ok(client) = client {
                // An error is told by the next command.
                drop(self.hear(client).await);
            }
            if self.added.is_closed() {
                return;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn add(&mut self, client: Weak<SharedClient>) -> Option<String> {
        let channel = client.upgrade()?.channel();
        self.clients.insert(channel.clone(), client);
        Some(channel)
    }

    /// Hears what is announced until the connection breaks or the store is gone.
    async fn hear(&mut self, client: redis::Client) -> Result<(), RedisError> {
        self.clients.retain(|_, client| client.strong_count() > 0);
        let begin = async {
            let (mut sink, stream) = client.get_async_pubsub().await?.split();
            for channel in self.clients.keys() {
                sink.subscribe(channel).await?;
            }
            Ok::<_, RedisError>((sink, stream))
        };
        let Ok(begun) = timeout(LONGEST, begin).await else { return Ok(()) };
        let (mut sink, mut stream) = begun?;
        self.clients.values().filter_map(Weak::upgrade).for_each(|client| client.members.tell_all());
        loop {
            tokio::select! {
                message = stream.next() => match message {
                    Some(message) => self.tell(&message),
                    None => return Ok(()),
                },
                added = self.added.recv() => match added {
                    Some(client) => if let Some(channel) = self.add(client) {
                        sink.subscribe(channel).await?;
                    },
                    None => return Ok(()),
                },
            }
        }
    }

    fn tell(&self, message: &Msg) {
        let client = self.clients.get(message.get_channel_name()).and_then(Weak::upgrade);
        if let (Some(client), Ok(text)) = (client, std::str::from_utf8(message.get_payload_bytes())) {
            client.members.tell(text);
        }
    }
}
