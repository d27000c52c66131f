//! How the server behaves: one set of keys for the command line and for `POST /control/settings`.
//!
//! A key's value is text in both places, so that the two cannot drift apart; a JSON number or boolean is read as the
//! text it is written with, and `null` puts the default back.

mod grants;
mod share;
mod values;

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

pub use grants::{Grant, Grants, RefreshRefusal, RefreshTokens, User};
pub use share::Share;
pub use values::{ExpiresIn, Rate, RetryAfterForm, TokenFault};

/// A client and its secret, which never shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Client {
    /// The client id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Who is accepted at the token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clients {
    /// Any credentials.
    Any,
    /// These.
    Listed(Vec<Client>),
}

/// A setting that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct SettingError {
    /// The key as it was given.
    pub key: String,
    /// What is wrong and what to write instead.
    pub problem: String,
}

/// All that can be set while the server runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Who is accepted.
    pub clients: Clients,
    /// How long a token lives.
    pub lifetime: Duration,
    /// How long its text is.
    pub token_bytes: usize,
    /// What the answer says about that, if not the truth.
    pub expires_in: Option<ExpiresIn>,
    /// Wait before a token is minted.
    pub latency_before: Duration,
    /// Wait between the mint and its answer.
    pub latency_after: Duration,
    /// Wait before an API answer.
    pub api_latency: Duration,
    /// Token requests a client may make in a sliding window.
    pub rate_limit: Option<Rate>,
    /// How waiting is asked for.
    pub retry_after: RetryAfterForm,
    /// Suspension of a client that calls inside a `Retry-After`; zero: none.
    pub suspend_for: Duration,
    /// Whether a new token kills the client's older ones.
    pub revoke_previous: bool,
    /// API requests a token authorizes before it dies; zero: any number.
    pub die_after_uses: u64,
    /// What goes wrong with token requests.
    pub token_fault: Option<TokenFault>,
    /// With how many; zero: all, until changed.
    pub token_fault_count: u64,
    /// Connections that may be busy with token requests at once; zero: any number.
    pub capacity: u64,
    /// API requests a client may make in a fixed period.
    pub api_rate_limit: Option<Rate>,
    /// Whether that limit is each token's and not the client's.
    pub api_rate_per_token: bool,
    /// Status of every API answer.
    pub api_fault: Option<u16>,
    /// For how long from when it is set; zero: until changed.
    pub api_fault_for: Duration,
    /// The share of the API's answers that the fault takes.
    pub api_fault_share: Share,
    /// The `scope` of token answers.
    pub scope_granted: Option<String>,
    /// Grants and refresh tokens.
    pub grants: Grants,
    /// How long a request beyond `capacity` is kept before its connection is reset.
    pub capacity_hold: Duration,
    /// A header that every API request must carry, for its values to be counted.
    pub tenant_header: Option<String>,
    /// A header in which API requests name the time at which their client read its token, in ms since 1970.
    pub read_at_header: Option<String>,
    /// A scope that the API wants.
    pub require_scope: Option<String>,
    /// How long a WebSocket may stay open; zero: for ever.
    pub ws_max_age: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            clients: Clients::Listed(vec![Client { id: "demo".into(), secret: "demo-secret".into() }]),
            lifetime: Duration::from_secs(20),
            token_bytes: values::TOKEN_BYTES,
            expires_in: None,
            latency_before: Duration::ZERO,
            latency_after: Duration::ZERO,
            api_latency: Duration::ZERO,
            rate_limit: None,
            retry_after: RetryAfterForm::Seconds,
            suspend_for: Duration::ZERO,
            revoke_previous: false,
            die_after_uses: 0,
            token_fault: None,
            token_fault_count: 0,
            capacity: 0,
            api_rate_limit: None,
            api_rate_per_token: false,
            api_fault: None,
            api_fault_for: Duration::from_secs(5),
            api_fault_share: Share::ALL,
            scope_granted: None,
            grants: Grants::default(),
            capacity_hold: Duration::ZERO,
            tenant_header: None,
            read_at_header: None,
            require_scope: None,
            ws_max_age: Duration::ZERO,
        }
    }
}

/// Every key, in the order of the help text.
pub const KEYS: [&str; 34] = [
    "client",
    "lifetime",
    "token_bytes",
    "expires_in",
    "latency_before",
    "latency_after",
    "api_latency",
    "rate_limit",
    "retry_after",
    "suspend_for",
    "revoke_previous",
    "die_after_uses",
    "token_fault",
    "token_fault_count",
    "capacity",
    "api_rate_limit",
    "api_rate_per_token",
    "api_fault",
    "api_fault_for",
    "api_fault_share",
    "scope_granted",
    "grants",
    "user",
    "refresh_tokens",
    "rotate",
    "refresh_lifetime",
    "reuse_revokes",
    "refresh_refusal",
    "refresh_uses",
    "capacity_hold",
    "tenant_header",
    "read_at_header",
    "require_scope",
    "ws_max_age",
];

impl Settings {
    /// Takes one value; `client` replaces the clients there were.
    ///
    /// # Errors
    /// An unknown key, or a value that doesn't fit it.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), SettingError> {
        let wrong = |problem: String| SettingError { key: key.into(), problem };
        if let Some(taken) = self.grants.set(key, text) {
            return taken.map_err(wrong);
        }
        match key {
            "client" => self.clients = clients(&[text]).map_err(wrong)?,
            "lifetime" => self.lifetime = values::duration(text).map_err(wrong)?,
            "token_bytes" => self.token_bytes = values::token_bytes(text).map_err(wrong)?,
            "expires_in" => {
                self.expires_in =
                    Some(if text == "absent" { ExpiresIn::Absent } else { ExpiresIn::Raw(text.into()) });
            }
            "latency_before" => self.latency_before = values::duration(text).map_err(wrong)?,
            "latency_after" => self.latency_after = values::duration(text).map_err(wrong)?,
            "api_latency" => self.api_latency = values::duration(text).map_err(wrong)?,
            "rate_limit" => self.rate_limit = values::rate(text).map_err(wrong)?,
            "retry_after" => self.retry_after = values::retry_after(text).map_err(wrong)?,
            "suspend_for" => self.suspend_for = values::duration(text).map_err(wrong)?,
            "revoke_previous" => self.revoke_previous = values::flag(text).map_err(wrong)?,
            "die_after_uses" => self.die_after_uses = number(text).map_err(wrong)?,
            "token_fault" => self.token_fault = values::token_fault(text).map_err(wrong)?,
            "token_fault_count" => self.token_fault_count = number(text).map_err(wrong)?,
            "capacity" => self.capacity = number(text).map_err(wrong)?,
            "api_rate_limit" => self.api_rate_limit = values::rate(text).map_err(wrong)?,
            "api_rate_per_token" => self.api_rate_per_token = values::flag(text).map_err(wrong)?,
            "api_fault" => self.api_fault = values::api_fault(text).map_err(wrong)?,
            "api_fault_for" => self.api_fault_for = values::duration(text).map_err(wrong)?,
            "api_fault_share" => self.api_fault_share = Share::parse(text).map_err(wrong)?,
            "scope_granted" => self.scope_granted = Some(text.into()),
            "capacity_hold" => self.capacity_hold = values::duration(text).map_err(wrong)?,
            "tenant_header" => self.tenant_header = Some(text.to_ascii_lowercase()),
            "read_at_header" => self.read_at_header = Some(text.to_ascii_lowercase()),
            "require_scope" => self.require_scope = Some(text.into()),
            "ws_max_age" => self.ws_max_age = values::duration(text).map_err(wrong)?,
            _ => return Err(wrong(format!("no such setting; there are {}", KEYS.join(", ")))),
        }
        Ok(())
    }

    /// Takes the given clients, each `ID:SECRET` or `*`, in place of those there were.
    ///
    /// # Errors
    /// An entry that is neither.
    pub fn set_clients(&mut self, entries: &[&str]) -> Result<(), SettingError> {
        self.clients = clients(entries).map_err(|problem| SettingError { key: "client".into(), problem })?;
        Ok(())
    }

    /// Takes the given users, each `NAME:PASSWORD` or `*`, in place of those there were.
    ///
    /// # Errors
    /// An entry that is neither.
    pub fn set_users(&mut self, entries: &[&str]) -> Result<(), SettingError> {
        self.grants.users =
            grants::users(entries).map_err(|problem| SettingError { key: "user".into(), problem })?;
        Ok(())
    }

    /// Takes a JSON object of keys and values; all of it or, on an error, nothing.
    ///
    /// # Errors
    /// The first entry that can't be taken.
    pub fn patch(&mut self, patch: &Map<String, Value>) -> Result<(), SettingError> {
        let mut next = self.clone();
        for (key, value) in patch {
            let wrong = |problem: &str| SettingError { key: key.clone(), problem: problem.into() };
            match value {
                Value::Null => next.restore(key)?,
                Value::String(text) => next.set(key, text)?,
                Value::Array(entries) if key == "client" || key == "user" => {
                    let entries: Option<Vec<&str>> = entries.iter().map(Value::as_str).collect();
                    let entries = entries.ok_or_else(|| wrong("takes strings, ID:SECRET or *"))?;
                    if key == "client" { next.set_clients(&entries)? } else { next.set_users(&entries)? }
                }
                Value::Array(_) | Value::Object(_) if key != "expires_in" => {
                    return Err(wrong("takes one string, number or boolean"));
                }
                other => next.set(key, &other.to_string())?,
            }
        }
        *self = next;
        Ok(())
    }

    fn restore(&mut self, key: &str) -> Result<(), SettingError> {
        let default = Self::default();
        match key {
            "client" => self.clients = default.clients,
            "user" => self.grants.users = default.grants.users,
            "tenant_header" => self.tenant_header = None,
            "read_at_header" => self.read_at_header = None,
            "require_scope" => self.require_scope = None,
            "expires_in" => self.expires_in = None,
            "scope_granted" => self.scope_granted = None,
            _ => match default.value(key) {
                Some(Value::String(text)) => self.set(key, &text)?,
                Some(value) => self.set(key, &value.to_string())?,
                None => self.set(key, "")?, // says that there is no such key
            },
        }
        Ok(())
    }

    /// A key's value as a patch would give it; `None` for an unknown key. Clients show without their secrets.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Value> {
        let duration = |value: Duration| Value::from(values::duration_text(value));
        let or_none = |text: Option<String>| Value::from(text.unwrap_or_else(|| "none".into()));
        if let Some(value) = self.grants.value(key) {
            return Some(value);
        }
        Some(match key {
            "client" => match &self.clients {
                Clients::Any => Value::from("*"),
                Clients::Listed(clients) => {
                    clients.iter().map(|client| Value::from(client.id.clone())).collect()
                }
            },
            "lifetime" => duration(self.lifetime),
            "token_bytes" => Value::from(self.token_bytes),
            "expires_in" => match &self.expires_in {
                None => Value::Null,
                Some(ExpiresIn::Absent) => Value::from("absent"),
                Some(ExpiresIn::Raw(text)) => Value::from(text.clone()),
            },
            "latency_before" => duration(self.latency_before),
            "latency_after" => duration(self.latency_after),
            "api_latency" => duration(self.api_latency),
            "rate_limit" => or_none(self.rate_limit.map(|rate| rate.to_string())),
            "retry_after" => Value::from(self.retry_after.to_string()),
            "suspend_for" => duration(self.suspend_for),
            "revoke_previous" => Value::from(self.revoke_previous),
            "die_after_uses" => Value::from(self.die_after_uses),
            "token_fault" => or_none(self.token_fault.map(|fault| fault.to_string())),
            "token_fault_count" => Value::from(self.token_fault_count),
            "capacity" => Value::from(self.capacity),
            "api_rate_limit" => or_none(self.api_rate_limit.map(|rate| rate.to_string())),
            "api_rate_per_token" => Value::from(self.api_rate_per_token),
            "api_fault" => or_none(self.api_fault.map(|status| format!("status:{status}"))),
            "api_fault_for" => duration(self.api_fault_for),
            "api_fault_share" => Value::from(self.api_fault_share.to_string()),
            "scope_granted" => self.scope_granted.clone().map_or(Value::Null, Value::from),
            "capacity_hold" => duration(self.capacity_hold),
            "tenant_header" => self.tenant_header.clone().map_or(Value::Null, Value::from),
            "read_at_header" => self.read_at_header.clone().map_or(Value::Null, Value::from),
            "require_scope" => self.require_scope.clone().map_or(Value::Null, Value::from),
            "ws_max_age" => duration(self.ws_max_age),
            _ => return None,
        })
    }

    /// All keys and values, without secrets.
    #[must_use]
    pub fn to_json(&self) -> Value {
        KEYS.iter()
            .filter_map(|key| Some(((*key).to_owned(), self.value(key)?)))
            .collect::<Map<_, _>>()
            .into()
    }
}

fn clients(entries: &[&str]) -> Result<Clients, String> {
    let mut listed = Vec::new();
    for entry in entries {
        if *entry == "*" {
            return Ok(Clients::Any);
        }
        // The entry may hold a secret, so the text says what to write and not what was written.
        match entry.split_once(':') {
            Some((id, secret)) if !id.is_empty() => {
                listed.push(Client { id: id.into(), secret: secret.into() });
            }
            _ => return Err("write ID:SECRET, or * for any credentials".into()),
        }
    }
    Ok(Clients::Listed(listed))
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number"))
}

#[cfg(test)]
mod tests;
