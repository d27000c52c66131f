//! Whether the user of a store may do what injectors do: each command is tried in a form that changes nothing.
//!
//! A command that is refused for its arguments was permitted: a store looks at the rights first.

use std::sync::Arc;
use std::time::Duration;

use redis::{Cmd, RedisError, cmd};
use tokio::time::timeout;
use tollgate_core::config::profile::{StoreSettings, Topology};

use super::connection::{Connection, Store};
use super::scripts::Scripts;
use super::store_problem;

/// What stands for a key or channel that nobody has.
const KEY: &str = "{key}";

/// The commands that injectors send, and their scripts, as an ACL names them; with arguments that change nothing.
const COMMANDS: [(&str, &[&str]); 16] = [
    ("evalsha", &["EVALSHA", "0000000000000000000000000000000000000000", "1", KEY]),
    ("publish", &["PUBLISH", KEY, ""]),
    ("time", &["TIME"]),
    ("get", &["GET", KEY]),
    ("set", &["SET", KEY, "", "XX", "PX", "1"]),
    ("del", &["DEL", KEY]),
    ("pttl", &["PTTL", KEY]),
    ("pexpire", &["PEXPIRE", KEY, "1"]),
    ("hget", &["HGET", KEY, "field"]),
    ("hmget", &["HMGET", KEY, "field"]),
    // A field without a value is no pair.
    ("hset", &["HSET", KEY, "field", "value", "field"]),
    ("hdel", &["HDEL", KEY, "field"]),
    ("hexists", &["HEXISTS", KEY, "field"]),
    ("zadd", &["ZADD", KEY, "no number", "member"]),
    ("zrange", &["ZRANGE", KEY, "0", "0"]),
    ("zremrangebyscore", &["ZREMRANGEBYSCORE", KEY, "-inf", "0"]),
];

/// How long it may take to begin to listen.
const LONGEST: Duration = Duration::from_secs(2);

/// What the user lacks.
#[derive(Debug, Default)]
pub(super) struct Rights {
    /// As in the rules of an ACL: `+get`, `~tollgate:v1:*`.
    pub(super) missing: Vec<String>,
    /// Why the store takes no writes of any user.
    refuses_writes: Option<String>,
}

impl Rights {
    /// In a line, if there is something.
    pub(super) fn problem(&self, settings: &StoreSettings) -> Option<String> {
        if let Some(why) = &self.refuses_writes {
            return Some(format!(
                "it takes no writes: {why}. Give it memory, or name the master; until then each injector requests tokens for itself"
            ));
        }
        let lacks = self.missing.join(" ");
        let name = settings.user.as_deref().unwrap_or("default");
        (!lacks.is_empty()).then(|| {
            format!(
                "{} lacks {lacks}, so injectors can't share by it. Add that: ACL SETUSER {name} {lacks}",
                store_problem::user(settings)
            )
        })
    }

    fn add(&mut self, name: &str, refused: &RedisError) {
        let words = refused.detail().unwrap_or_default();
        let missing = if words.contains("run the") || name.contains('|') {
            format!("+{name}")
        } else if words.contains("channel") {
            "&tollgate:v1:*".to_owned()
        } else {
            "~tollgate:v1:*".to_owned()
        };
        if !self.missing.contains(&missing) {
            self.missing.push(missing);
        }
    }

    fn note(&mut self, name: &str, outcome: Result<(), RedisError>) -> Result<(), RedisError> {
        let Err(error) = outcome else { return Ok(()) };
        match error.code() {
            Some("NOPERM") => self.add(name, &error),
            Some("OOM" | "READONLY" | "MISCONF") => {
                self.refuses_writes = Some(store_problem::words(&error));
            }
            // Of its arguments, or that it does not know the script.
            Some(_) => {}
            None => return Err(error),
        }
        Ok(())
    }
}

/// Tries each command. `key` is one of the client that nobody has.
pub(super) async fn of(
    store: &Arc<Store>,
    connection: &mut Connection,
    key: &str,
) -> Result<Rights, RedisError> {
    let mut rights = Rights::default();
    for (name, words) in COMMANDS {
        let mut command = Cmd::new();
        for word in words {
            command.arg(if *word == KEY { key } else { word });
        }
        rights.note(name, command.query_async::<redis::Value>(connection).await.map(drop))?;
    }
    let load = Scripts::default().admit.prepare_invoke().load_async(connection).await;
    rights.note("script|load", load.map(drop))?;
    let database = store.settings().database;
    if database > 0 && store.settings().topology != Topology::Cluster {
        let selected = cmd("SELECT").arg(database).query_async::<redis::Value>(connection).await;
        rights.note("select", selected.map(drop))?;
    }
    let listening = async {
        let (mut sink, _stream) = store.listening_client().await?.get_async_pubsub().await?.split();
        sink.subscribe(key).await
    };
    if let Ok(listened) = timeout(LONGEST, listening).await {
        rights.note("subscribe", listened)?;
    }
    Ok(rights)
}
