//! Status line, clock and proxy of the last answer of a token endpoint, shown by `check`. Nothing is decided by it.
//!
//! Invariant: it holds what stands in a status line and in a `Date`, never a secret, and of a proxy no user.

use std::collections::HashMap;

use parking_lot::Mutex;
use reqwest::{Response, Url, Version};
use serde_json::{Value, json};
use tollgate_core::config::profile::{Profile, Proxy};
use tollgate_core::http::http_date;
use tollgate_core::time::clock::Wall;

use crate::jvm_environment::Environment;

/// The last answer of a token endpoint to one of its clients.
#[derive(Clone, Debug)]
pub(crate) struct LastResponse {
    status: u16,
    version: Version,
    ahead_ms: Option<i64>,
    proxy: Option<String>,
}

impl LastResponse {
    /// Of `answer`, with these header fields, that came at `received`.
    pub(crate) fn of(
        answer: &Response,
        headers: &[(String, String)],
        received: Wall,
        proxy: Option<String>,
    ) -> Self {
        let date = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("date"));
        let date = date.and_then(|(_, date)| http_date::parse(date, received));
        Self {
            status: answer.status().as_u16(),
            version: answer.version(),
            ahead_ms: date.map(|date| date.0.saturating_sub(received.0)),
            proxy,
        }
    }

    /// For `status`.
    pub(crate) fn json(&self) -> Value {
        json!({
            "status": self.status,
            "version": format!("{:?}", self.version),
            "date_ahead_ms": self.ahead_ms,
            "proxy": self.proxy,
        })
    }
}

/// The last answer of a token endpoint to each of its clients. Not to each credential: a client may have 100,000 users.
#[derive(Default)]
pub(crate) struct LastResponses(Mutex<HashMap<Box<str>, LastResponse>>);

impl LastResponses {
    /// What this client was answered last, if it ever was.
    pub(crate) fn of(&self, client: &str) -> Option<LastResponse> {
        self.0.lock().get(client).cloned()
    }

    pub(crate) fn note(&self, client: &str, response: LastResponse) {
        let mut all = self.0.lock();
        match all.get_mut(client) {
            Some(last) => *last = response,
            None => drop(all.insert(client.into(), response)),
        }
    }
}

/// What a token answer said of its token beside its life.
#[derive(Clone, Debug, Default)]
pub(crate) struct Granted {
    pub(crate) lifetime_assumed: bool,
    pub(crate) missing_scopes: Vec<String>,
    /// What was unusual in its answer, in words.
    pub(crate) notes: Vec<String>,
}

/// The proxy that requests of `profile` to `url` go through, as `host:port`.
pub(crate) fn proxy(profile: &Profile, environment: &Environment, url: &Url) -> Option<String> {
    let proxy = match &profile.transport.proxy {
        Proxy::None => None,
        Proxy::Through(proxy) => Some(proxy.clone()),
        Proxy::Inherited => environment.proxy_for(url),
    }?;
    let host = proxy.host_str()?;
    Some(match proxy.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}
