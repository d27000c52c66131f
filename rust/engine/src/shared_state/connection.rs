//! The connection to a store: made when a command needs it, and again after it broke.
//!
//! Invariants: nobody waits for the store longer than [`PATIENCE`]; what a command that took longer brings is handed to who
//! can undo it; a silent store is told once, and once that it answers again; after a connection failed there is none for
//! [`PAUSE`], so that a dead store costs nobody more than a look; the password is that of its file at that moment.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::sentinel::{SentinelClientBuilder, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, IntoConnectionInfo, Pipeline, RedisConnectionInfo,
    RedisError, RedisFuture, TlsCertificates, TlsMode, Value,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Mutex, oneshot};
use tokio::time::timeout;
use tollgate_core::config::profile::{StoreSettings, Topology};
use tollgate_core::time::clock::Mono;

use super::news::News;
use crate::context::EngineContext;
use crate::outbox::Event as Message;

/// A store in the same network answers in milliseconds, and who has no token waits for this before it requests one itself.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);

/// After a connection failed, the next is tried no sooner.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a command may take whose answer is still of use: a lease that comes late is given back.
const LATEST: Duration = Duration::from_secs(60);

/// The store did not answer as it should. Whether the command was carried out is not known.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// An error of the connection or of the store.
    #[error("{0}")]
    Failed(#[from] RedisError),
    /// There is no connection.
    #[error("{0}")]
    Unreachable(String),
    /// An answer that no script of ours gives.
    #[error("it answers something else than Tollgate's scripts do: another program writes to its keys")]
    Garbled,
}

/// A connection, shared by all who have a copy.
#[derive(Clone)]
pub(crate) enum Connection {
    Single(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Single(single) => single.req_packed_command(command),
            Self::Cluster(cluster) => cluster.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        commands: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Single(single) => single.req_packed_commands(commands, offset, count),
            Self::Cluster(cluster) => cluster.req_packed_commands(commands, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Single(single) => single.get_db(),
            Self::Cluster(cluster) => cluster.get_db(),
        }
    }
}

/// The connection, and how the last attempt failed.
#[derive(Default)]
struct Link {
    connection: Option<Connection>,
    failed: Option<(Mono, String)>,
}

/// A store.
pub(crate) struct Store {
    pub(super) context: Arc<EngineContext>,
    settings: Arc<StoreSettings>,
    /// Certificates that it may present.
    trusted: String,
    link: Mutex<Link>,
    is_silent: AtomicBool,
    pub(super) news: News,
}

impl Store {
    /// A store, and the task that listens to it. No connection is made yet.
    pub(crate) fn new(
        context: Arc<EngineContext>,
        settings: Arc<StoreSettings>,
        trusted: String,
    ) -> Arc<Self> {
        Arc::new_cyclic(|store| Self {
            news: News::listen(store.clone(), &context.runtime),
            context,
            settings,
            trusted,
            link: Mutex::default(),
            is_silent: AtomicBool::new(false),
        })
    }

    /// Where it is, and who enters.
    pub(super) fn settings(&self) -> &StoreSettings {
        &self.settings
    }

    /// The connection, which is made if there is none.
    pub(crate) async fn connection(&self) -> Result<Connection, StoreError> {
        let mut link = self.link.lock().await;
        if let Some(connection) = &link.connection {
            return Ok(connection.clone());
        }
        let now = self.context.clock.now().mono;
        if let Some((_, cause)) = link.failed.as_ref().filter(|(at, _)| now < at.after(PAUSE)) {
            return Err(StoreError::Unreachable(cause.clone()));
        }
        let connected = timeout(PATIENCE, self.connect(PATIENCE)).await;
        let cause = match connected {
            Ok(Ok(connection)) => {
                *link = Link { connection: Some(connection.clone()), failed: None };
                return Ok(connection);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no connection within 1 s".to_owned(),
        };
        link.failed = Some((self.context.clock.now().mono, cause.clone()));
        Err(StoreError::Unreachable(cause))
    }

    /// What a command brings, if that comes in time. What comes later goes to `late`.
    pub(crate) async fn within<T: Send + 'static>(
        self: &Arc<Self>,
        command: impl Future<Output = Result<T, StoreError>> + Send + 'static,
        late: impl FnOnce(T) -> BoxFuture<'static, ()> + Send + 'static,
    ) -> Option<T> {
        let (brought, bringing) = oneshot::channel();
        let begun = self.context.clock.now().mono;
        self.context.runtime.spawn(async move {
            let outcome = timeout(LATEST, command)
                .await
                .unwrap_or_else(|_| Err(StoreError::Unreachable("no answer within a minute".to_owned())));
            // The one that asked may have gone.
            if let Err(Ok(outcome)) = brought.send(outcome) {
                late(outcome).await;
            }
        });
        match timeout(PATIENCE, bringing).await {
            Ok(Ok(Ok(brought))) => {
                let took = self.context.clock.now().mono.since(begun);
                self.context.journal.store_latency.add(took);
                self.answers();
                Some(brought)
            }
            Ok(Ok(Err(error))) => {
                self.failed(&error);
                None
            }
            // A fault of ours, which the runtime has told.
            Ok(Err(_)) => None,
            Err(_) => {
                self.is_silent("no answer within 1 s");
                self.disconnect();
                None
            }
        }
    }

    /// An error of the connection ends it; one that the store gives to a command of many does not.
    fn failed(&self, error: &StoreError) {
        self.is_silent(error);
        let StoreError::Failed(error) = error else { return };
        // A master that became a replica, a user that was changed: another connection may find it otherwise.
        let elsewhere = ["READONLY", "NOAUTH", "NOPERM", "WRONGPASS", "MASTERDOWN", "LOADING"];
        let is_elsewhere = error.code().is_some_and(|code| elsewhere.contains(&code));
        if error.is_io_error() || error.is_unrecoverable_error() || is_elsewhere {
            self.disconnect();
        }
    }

    /// The next command makes another connection. Where one is being made there is none to end.
    fn disconnect(&self) {
        if let Ok(mut link) = self.link.try_lock() {
            link.connection = None;
        }
    }

    fn is_silent(&self, cause: impl Display) {
        if !self.is_silent.swap(true, Ordering::AcqRel) {
            let url = &self.settings.url;
            self.context.outbox.post(Message::Warn(format!(
                "store {url}: {cause}. Until it answers, this injector requests tokens for itself, and the others do not \
                 hear what servers tell it"
            )));
        }
    }

    fn answers(&self) {
        if self.is_silent.load(Ordering::Acquire) && self.is_silent.swap(false, Ordering::AcqRel) {
            let url = &self.settings.url;
            self.context.outbox.post(Message::Info(format!("store {url}: it answers again")));
        }
    }

    pub(super) async fn connect(&self, patience: Duration) -> Result<Connection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(patience))
            .set_response_timeout(Some(LATEST));
        let password = self.password().await;
        match &self.settings.topology {
            Topology::Single | Topology::Unix(_) => {
                let client = self.client(password)?;
                Ok(Connection::Single(client.get_multiplexed_async_connection_with_config(&config).await?))
            }
            Topology::Sentinel(master) => {
                let mut sentinels = self.sentinels(master, password)?;
                Ok(Connection::Single(sentinels.get_async_connection_with_config(&config).await?))
            }
            Topology::Cluster => {
                let nodes =
                    self.settings.servers.iter().map(|server| self.address(server).into_connection_info());
                let mut builder = ClusterClientBuilder::new(nodes.collect::<Result<Vec<_>, _>>()?)
                    .connection_timeout(patience)
                    .response_timeout(LATEST)
                    .retries(1);
                if self.settings.tls {
                    builder = builder.tls(TlsMode::Secure).certs(self.certificates());
                }
                if let Some(user) = &self.settings.user {
                    builder = builder.username(user);
                }
                if let Some(password) = password {
                    builder = builder.password(password.expose_secret());
                }
                Ok(Connection::Cluster(builder.build()?.get_async_connection().await?))
            }
        }
    }

    /// A client of the one server that hears what all say: the master, or any node.
    pub(super) async fn listening_client(&self) -> Result<Client, RedisError> {
        let password = self.password().await;
        match &self.settings.topology {
            Topology::Sentinel(master) => self.sentinels(master, password)?.async_get_client().await,
            _ => self.client(password),
        }
    }

    fn client(&self, password: Option<SecretString>) -> Result<Client, RedisError> {
        let address = match (&self.settings.topology, self.settings.servers.first()) {
            (Topology::Unix(path), _) => ConnectionAddr::Unix(path.into()),
            (_, Some(server)) => self.address(server),
            (_, None) => return Err(RedisError::from(std::io::Error::other("no server is named"))),
        };
        let info = address.into_connection_info()?.set_redis_settings(self.login(password));
        if self.settings.tls { Client::build_with_tls(info, self.certificates()) } else { Client::open(info) }
    }

    fn sentinels(
        &self,
        master: &str,
        password: Option<SecretString>,
    ) -> Result<redis::sentinel::SentinelClient, RedisError> {
        let addresses = self.settings.servers.iter().map(|server| self.address(server));
        let mut builder = SentinelClientBuilder::new(addresses, master, SentinelServerType::Master)?
            .set_client_to_redis_db(self.settings.database.into());
        if self.settings.tls {
            builder = builder
                .set_client_to_redis_tls_mode(TlsMode::Secure)
                .set_client_to_redis_certificates(self.certificates())
                .set_client_to_sentinel_tls_mode(TlsMode::Secure)
                .set_client_to_sentinel_certificates(self.certificates());
        }
        if let Some(user) = &self.settings.user {
            builder = builder.set_client_to_redis_username(user);
        }
        if let Some(password) = password {
            builder = builder.set_client_to_redis_password(password.expose_secret());
        }
        builder.build()
    }

    fn address(&self, (host, port): &(String, u16)) -> ConnectionAddr {
        if self.settings.tls {
            ConnectionAddr::TcpTls { host: host.clone(), port: *port, insecure: false, tls_params: None }
        } else {
            ConnectionAddr::Tcp(host.clone(), *port)
        }
    }

    fn login(&self, password: Option<SecretString>) -> RedisConnectionInfo {
        let mut login =
            RedisConnectionInfo::default().set_db(self.settings.database.into()).set_skip_set_lib_name();
        if let Some(user) = &self.settings.user {
            login = login.set_username(user);
        }
        if let Some(password) = password {
            login = login.set_password(password.expose_secret());
        }
        login
    }

    fn certificates(&self) -> TlsCertificates {
        TlsCertificates { client_tls: None, root_cert: Some(self.trusted.as_bytes().to_vec()) }
    }

    /// The password as its file has it now; as it was read at the start, where the file can't be read.
    async fn password(&self) -> Option<SecretString> {
        let Some(path) = &self.settings.password_file else { return self.settings.password.clone() };
        let (read, reading) = oneshot::channel();
        self.context.file_threads.read(path, move |text| drop(read.send(text)));
        match reading.await {
            Ok(Ok(text)) => Some(SecretString::from(text.trim_end_matches(['\r', '\n']))),
            _ => self.settings.password.clone(),
        }
    }
}
