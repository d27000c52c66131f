//! A Redis of the test's own, at a socket in a folder of its own. It ends with the test.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use redis::IntoConnectionInfo as _;

/// Redis, or what takes its place: the one that `gradle/setup.sh` saw to, where there is one.
pub(crate) fn program() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../build/tools/bin/redis-server");
    let given = std::env::var_os("TOLLGATE_REDIS").map(PathBuf::from);
    given.unwrap_or_else(|| if own.exists() { own } else { "redis-server".into() })
}

/// A free port. It lies below the range from which the kernel gives a port to a socket that names none, so no such socket
/// takes it before the server listens.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = u16::try_from(std::process::id() % 1000).unwrap_or_default() * 20;
    loop {
        let port = 10_000 + (begin + NEXT.fetch_add(1, Ordering::Relaxed)) % 20_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// The server.
pub(crate) struct RealStore {
    process: Option<Child>,
    folder: tempfile::TempDir,
    arguments: Vec<String>,
}

impl RealStore {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// With more arguments than it takes to be at its socket and to keep nothing.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|one| (*one).to_owned()).collect();
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Self { process: None, folder, arguments };
        store.begin();
        store
    }

    /// Starts it, as it was started at first.
    pub(crate) fn begin(&mut self) {
        let mut command = Command::new(program());
        // A port, where one is given, is after the 0 and so takes its place.
        command.args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"]).arg(self.socket());
        command.arg("--dir").arg(self.folder.path()).args(&self.arguments).stdout(Stdio::null());
        self.process = Some(command.spawn().expect("redis-server: gradle/setup.sh installs it"));
        for _ in 0..30_000 {
            if std::os::unix::net::UnixStream::connect(self.socket()).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        panic!("redis-server does not start");
    }

    /// Ends it at once, with all that it knew.
    pub(crate) fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("it is ours");
            process.wait().expect("it ends");
        }
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.as_ref().expect("it runs").id()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// As the setting `store`.
    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// A connection of the test's own.
    pub(crate) fn connect(&self) -> redis::Connection {
        let address = redis::ConnectionAddr::Unix(self.socket());
        let info = address.into_connection_info().expect("an address");
        redis::Client::open(info).expect("a client").get_connection().expect("a connection")
    }

    /// Carries out a command.
    pub(crate) fn command(&self, words: &[&str]) -> redis::Value {
        let mut command = redis::Cmd::new();
        words.iter().for_each(|word| {
            command.arg(*word);
        });
        command.query(&mut self.connect()).expect("the store answers")
    }

    /// The same, where the store wants a password.
    pub(crate) fn command_as(&self, password: &str, words: &[&str]) -> redis::Value {
        let login = redis::RedisConnectionInfo::default().set_password(password);
        let address = redis::ConnectionAddr::Unix(self.socket());
        let info = address.into_connection_info().expect("an address").set_redis_settings(login);
        let mut connection =
            redis::Client::open(info).expect("a client").get_connection().expect("a connection");
        let mut command = redis::Cmd::new();
        words.iter().for_each(|word| {
            command.arg(*word);
        });
        command.query(&mut connection).expect("the store answers")
    }

    pub(crate) fn keys(&self, pattern: &str) -> Vec<String> {
        redis::cmd("KEYS").arg(pattern).query(&mut self.connect()).expect("keys")
    }
}

impl Drop for RealStore {
    fn drop(&mut self) {
        self.stop();
    }
}
