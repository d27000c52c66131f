//! The store that injectors share: where it is, who may enter, and what seals what is kept there.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::config::settings::Settings;
use crate::failure::Failure;
use crate::oauth::client_auth::Client;

/// How the servers of a store belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topology {
    /// One server.
    Single,
    /// One of these, at a socket of this machine.
    Unix(String),
    /// Sentinels, which know the master of this name.
    Sentinel(String),
    /// Nodes of a cluster.
    Cluster,
}

/// `store` and the settings beside it.
#[derive(Clone)]
pub struct StoreSettings {
    /// The URL as given: it has no secret.
    pub url: String,
    /// How its servers belong together.
    pub topology: Topology,
    /// Host and port of each server named.
    pub servers: Vec<(String, u16)>,
    /// Whether connections are encrypted.
    pub tls: bool,
    /// The number of the database.
    pub database: u32,
    /// The user, if one is set.
    pub user: Option<String>,
    /// The user's password as read at the start.
    pub password: Option<SecretString>,
    /// The file of the password, read again with each connection.
    pub password_file: Option<String>,
    /// What seals the records in place of the client's secret.
    pub key: Option<SecretString>,
}

impl fmt::Debug for StoreSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreSettings({})", self.url)
    }
}

impl StoreSettings {
    /// What tells it from another store. Contains secrets.
    #[must_use]
    pub fn identity(&self) -> String {
        let shown = |secret: &Option<SecretString>| {
            secret.as_ref().map_or_else(String::new, |secret| secret.expose_secret().to_owned())
        };
        let password = self.password_file.clone().unwrap_or_else(|| shown(&self.password));
        format!("{}\n{:?}\n{password}\n{}", self.url, self.user, shown(&self.key))
    }
}

/// A key that is shorter can be guessed by who can read the store.
const SHORTEST_KEY: usize = 16;

pub(super) fn store(settings: &Settings<'_>, client: &Client) -> Result<Option<StoreSettings>, Failure> {
    let Some(url) = settings.text("store")?.map(|url| url.trim().to_owned()) else {
        for key in ["store_user", "store_password", "store_key"] {
            if settings.text(key)?.is_some() {
                return Err(settings.wrong(key, "is set, but there is no store", "set store, or remove it"));
            }
        }
        return Ok(None);
    };
    refuse_what_is_not_shared(settings)?;
    let parsed = parse(&url).map_err(|cause| {
        let shown = settings.shown("store", &url);
        let remedy = "write it like redis://host:6379/0; user and password are store_user and store_password";
        settings.wrong("store", &format!("is '{shown}', which {cause}"), remedy)
    })?;
    let key = settings.text("store_key")?;
    if key.as_ref().is_some_and(|key| key.trim().len() < SHORTEST_KEY) {
        let cause = format!("is shorter than {SHORTEST_KEY} characters");
        return Err(settings.wrong("store_key", &cause, "choose a random one: openssl rand -base64 32"));
    }
    if key.is_none() && client.secret.expose_secret().is_empty() {
        return Err(settings.missing("store_key", ""));
    }
    Ok(Some(StoreSettings {
        user: settings.text("store_user")?,
        password: settings.text("store_password")?.map(SecretString::from),
        password_file: settings.file_of("store_password").map(str::to_owned),
        key: key.map(SecretString::from),
        ..parsed
    }))
}

/// A refresh token of a file has one owner, a key in memory is of one process, and a drain waits for the sends of one.
fn refuse_what_is_not_shared(settings: &Settings<'_>) -> Result<(), Failure> {
    let remedy = "remove it, or share by `serve` in place of store";
    if settings.file_of("refresh_token").is_some() || settings.text("refresh_token")?.is_some() {
        let cause = "is set, and with store each refresh token comes from the server's answers";
        return Err(settings.wrong("refresh_token", cause, remedy));
    }
    if settings.flag("dpop")? {
        return Err(settings.wrong(
            "dpop",
            "binds tokens to a key, and they can't be shared by store",
            remedy,
        ));
    }
    if settings.text("refresh")?.as_deref() == Some("drain") {
        let cause = "is 'drain', which waits for the sends of this injector alone";
        return Err(settings.wrong("refresh", cause, "choose late, or share by `serve` in place of store"));
    }
    Ok(())
}

fn parse(url: &str) -> Result<StoreSettings, &'static str> {
    let (scheme, rest) = url.split_once("://").ok_or("is not a URL")?;
    let (base, kind) = scheme.split_once('+').unwrap_or((scheme, ""));
    let tls = match base {
        "redis" | "valkey" => false,
        "rediss" | "valkeys" => true,
        _ => return Err("has another scheme than redis or rediss"),
    };
    if rest.contains('@') {
        return Err("has a user or a password in it");
    }
    let mut settings = StoreSettings {
        url: url.to_owned(),
        topology: Topology::Single,
        servers: Vec::new(),
        tls,
        database: 0,
        user: None,
        password: None,
        password_file: None,
        key: None,
    };
    if kind == "unix" {
        settings.topology = Topology::Unix(rest.to_owned());
        return if rest.starts_with('/') && !tls { Ok(settings) } else { Err("names no socket") };
    }
    let mut parts = rest.split('/');
    let port = if kind == "sentinel" { 26_379 } else { 6_379 };
    settings.servers = parts
        .next()
        .unwrap_or_default()
        .split(',')
        .map(|server| host_and_port(server, port))
        .collect::<Option<_>>()
        .ok_or("names no server")?;
    match kind {
        "" if settings.servers.len() > 1 => return Err("names several servers, and is no cluster"),
        "" => {}
        "cluster" => settings.topology = Topology::Cluster,
        "sentinel" => {
            let master = parts.next().filter(|name| !name.is_empty()).ok_or("names no master")?;
            settings.topology = Topology::Sentinel(master.to_owned());
        }
        _ => return Err("has another scheme than redis or rediss"),
    }
    if let Some(database) = parts.next().filter(|number| !number.is_empty()) {
        settings.database = database.parse().map_err(|_| "has a database that is no number")?;
    }
    if parts.next().is_some() || settings.topology == Topology::Cluster && settings.database > 0 {
        return Err("has more in it than server and database");
    }
    Ok(settings)
}

/// `host`, `host:6379`, `[::1]:6379`.
fn host_and_port(server: &str, port: u16) -> Option<(String, u16)> {
    let (host, given) = match server.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            (host, if after.is_empty() { None } else { Some(after.strip_prefix(':')?) })
        }
        None => server.split_once(':').map_or((server, None), |(host, port)| (host, Some(port))),
    };
    let port = given.map_or(Some(port), |given| given.parse().ok().filter(|port| *port > 0))?;
    (!host.is_empty() && host.is_ascii() && !host.contains([' ', '?', '#'])).then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn servers(url: &str) -> Vec<(String, u16)> {
        parse(url).expect(url).servers
    }

    #[test]
    fn each_form_of_a_url_names_its_servers() {
        assert_eq!(servers("redis://store"), [("store".to_owned(), 6379)]);
        assert_eq!(servers("redis://[::1]:7000/3"), [("::1".to_owned(), 7000)]);
        assert_eq!(parse("redis://store/3").expect("a URL").database, 3);
        assert!(parse("rediss://store").expect("a URL").tls);
        let sentinel = parse("redis+sentinel://a,b:7000/mymaster/2").expect("a URL");
        assert_eq!(sentinel.servers, [("a".to_owned(), 26379), ("b".to_owned(), 7000)]);
        assert_eq!(sentinel.topology, Topology::Sentinel("mymaster".into()));
        assert_eq!(sentinel.database, 2);
        let cluster = parse("rediss+cluster://a:1,b:2").expect("a URL");
        assert!(cluster.tls && cluster.topology == Topology::Cluster);
        assert_eq!(
            parse("redis+unix:///run/redis").expect("a URL").topology,
            Topology::Unix("/run/redis".into())
        );
    }

    #[test]
    fn what_is_no_store_is_refused() {
        for url in [
            "store",
            "http://store",
            "redis://",
            "redis://a:b",
            "redis://a:0",
            "redis://me:pw@store",
            "redis://a,b",
            "redis://a/x",
            "redis://a/1/2",
            "redis+sentinel://a",
            "redis+cluster://a/1",
            "redis+unix://x",
            "redis+tape://a",
            "redis://[::1",
            "redis://a b",
        ] {
            assert!(parse(url).is_err(), "{url}");
        }
    }
}
