//! Several tokens in one profile: further clients (`client_id.2`, …) and slots (`pool`).
//!
//! All clients request the same thing from the same server. Invariants: the clients of a profile have different ids; what
//! belongs to one client (a refresh token, an assertion about the client) excludes several.

use std::sync::Arc;

use super::Profile;
use super::client::Names;
use super::grant::StoredRefreshToken;
use super::primary::Kind;
use crate::config::lanes::{Lane, Lanes};
use crate::config::settings::Settings;
use crate::failure::Failure;
use crate::oauth::client_auth::Client;

/// Prefixes of the settings of a further client: `client_id.<n>` and its secret.
const ID: &str = "client_id.";
const SECRET: &str = "client_secret.";

/// The most tokens that a profile keeps at work, of all its clients together: each is refreshed ahead of its expiry.
const MOST_TOKENS: usize = 4096;

/// The highest client number.
const LAST: u32 = 1000;

/// A further client of a profile.
#[derive(Clone, Debug)]
pub struct KeyringClient {
    /// The number in its settings' names.
    pub number: u32,
    /// The client.
    pub client: Client,
    /// The file of its secret.
    pub secret_file: Option<String>,
}

/// The lane that a credential serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LanePosition {
    /// The lane.
    pub lane: Lane,
    /// All lanes of the profile.
    pub of: Lanes,
    /// The client's number in the settings.
    pub number: u32,
}

impl LanePosition {
    /// What messages append to the profile's name, counted from 1: `, client 2, slot 3`.
    #[must_use]
    pub fn suffix(&self) -> String {
        let client = if self.of.clients > 1 { format!(", client {}", self.number) } else { String::new() };
        let slot = if self.of.slots > 1 { format!(", slot {}", self.lane.slot + 1) } else { String::new() };
        client + &slot
    }
}

/// The names of the settings of the client with this number.
pub(super) fn names(number: u32) -> Names {
    match number {
        1 => Names { id: "client_id".into(), secret: "client_secret".into(), may_be_missing: true },
        n => Names { id: format!("{ID}{n}"), secret: format!("{SECRET}{n}"), may_be_missing: false },
    }
}

/// The clients after the first. `client` reads one.
pub(super) fn keyring(
    settings: &Settings<'_>,
    kind: Kind,
    first: &Client,
    client: impl Fn(&Names) -> Result<Client, Failure>,
) -> Result<Vec<KeyringClient>, Failure> {
    let mut numbers = Vec::new();
    for prefix in [ID, SECRET] {
        for key in settings.beginning_with(prefix) {
            let number = key[prefix.len()..]
                .parse()
                .ok()
                .filter(|number| (2..=LAST).contains(number) && key[prefix.len()..] == number.to_string());
            let Some(number) = number else {
                let remedy = format!("number more clients from 2 to {LAST}: {prefix}2");
                return Err(settings.wrong(key, "names no client", &remedy));
            };
            if settings.text(key)?.is_some() {
                numbers.push(number);
            }
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    if !numbers.is_empty() && first.auth.wants_secret() {
        settings.required("client_id")?;
    }
    let mut keys: Vec<KeyringClient> = Vec::new();
    for number in numbers {
        let names = names(number);
        if kind.identifies_client() {
            let cause = "is set, but the assertion of this grant names one client";
            return Err(settings.wrong(&names.id, cause, "make a profile for each client"));
        }
        if first.auth.wants_secret() {
            settings.required(&names.secret)?;
        }
        let client = client(&names)?;
        if keys.iter().map(|key| &key.client).chain([first]).any(|other| other.id == client.id) {
            let remedy = "name another client; several tokens of one client are set by pool";
            return Err(settings.wrong(&names.id, "names a client that this profile already has", remedy));
        }
        let secret_file = settings.file_of(&names.secret).map(str::to_owned);
        keys.push(KeyringClient { number, client, secret_file });
    }
    Ok(keys)
}

/// `pool`. A refresh token replaces the one before, so several tokens can't share one.
pub(super) fn slots(
    settings: &Settings<'_>,
    kind: Kind,
    keyring: &[KeyringClient],
    refresh_token: &StoredRefreshToken,
) -> Result<u32, Failure> {
    let slots = settings.number("pool")?;
    let has_refresh_token =
        kind == Kind::RefreshToken || refresh_token.token.is_some() || refresh_token.file.is_some();
    let several = match keyring.first() {
        _ if slots > 1 => Some("pool".to_owned()),
        Some(key) => Some(names(key.number).id),
        None => None,
    };
    match several {
        Some(_) if (1 + keyring.len()) * slots as usize > MOST_TOKENS => {
            let cause = format!(
                "is {slots} for each of {} clients: more than {MOST_TOKENS} tokens",
                1 + keyring.len()
            );
            Err(settings.wrong("pool", &cause, "lower it, or make several profiles"))
        }
        Some(key) if has_refresh_token => {
            let cause = "sets several tokens, and refresh_token brings one at a time";
            Err(settings.wrong(
                &key,
                cause,
                "remove one of them; forUser(name, password) gives each user a token",
            ))
        }
        _ => Ok(slots),
    }
}

impl Profile {
    /// The number of lanes.
    #[must_use]
    pub fn lanes_of(&self) -> Lanes {
        Lanes { clients: 1 + self.keyring.len(), slots: self.slots as usize }
    }

    /// The profile of each lane, in the order of [`Lanes::position`].
    #[must_use]
    pub fn lanes(&self) -> Vec<Self> {
        let of = self.lanes_of();
        let lane = |lane: Lane| {
            let key = lane.client.checked_sub(1).and_then(|further| self.keyring.get(further));
            self.with(|shared| {
                if let Some(key) = key {
                    shared.client = key.client.clone();
                    shared.secret_file.clone_from(&key.secret_file);
                }
                shared.keyring = Arc::default();
                shared.position = Some(LanePosition { lane, of, number: key.map_or(1, |key| key.number) });
            })
        };
        of.all().map(lane).collect()
    }
}
