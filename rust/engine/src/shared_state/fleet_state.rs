//! What the store of a profile has of its clients, for people who look: read, never written, and without a secret.
//!
//! Invariants: only commands that read are sent, and none to a token server; of a token its times are told and whether it
//! opens, of an owner the first digits; times are spans from the store's present.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use redis::{Pipeline, RedisError, Value, cmd};
use serde_json::{Value as Json, json};
use tokio::time::timeout;
use tollgate_core::config::profile::Profile;
use tollgate_core::fleet::protocol::{self, Fence, Owner};
use tollgate_core::time::clock::Mono;

use super::commands::{LONGEST_GATE, SharedClient, SharedCredential};
use super::connection::{Connection, Store};
use super::envelope::{Belonging, Forged, Kind};
use super::member::credential_of;
use super::values::{bytes_of, millis, text_of};
use super::{rights, store_problem, stores};
use crate::context::EngineContext;
use crate::jvm_environment::Environment;

/// Injectors give a store up after a second. Who looks wants to know how long it takes.
const LONGEST: Duration = Duration::from_secs(5);

/// Before the name of a client, in each key.
const ALL: &str = "tollgate:v1:";

/// So many credentials of a profile, and of its users, are told one by one.
const MOST_LISTED: usize = 100;

/// So many times a thousand keys are looked through for further credentials.
const MOST_PAGES: usize = 500;

/// What the store has, as JSON. `tries_rights`: also whether its user may do what injectors do.
pub(crate) async fn read(
    context: Arc<EngineContext>,
    profile: Profile,
    environment: Arc<Environment>,
    tries_rights: bool,
) -> Json {
    let Some(settings) = profile.store.clone() else {
        let problem = format!(
            "{} has no store: its injectors share nothing. Set store=redis://host:6379/0",
            profile.title()
        );
        return json!({ "store": null, "problems": [problem] });
    };
    let trusted = stores::trusted_of(&profile, &settings, &environment);
    let store = Store::new(context, settings, trusted);
    let mut state = json!({ "store": store.settings().url, "problems": [] });
    let looked = timeout(LONGEST, async {
        let mut reader = Reader::connect(&store, &mut state).await?;
        reader.clients(&profile, &mut state).await?;
        if tries_rights {
            let probe = reader.rights_key.clone();
            let rights = rights::of(&store, &mut reader.connection, &probe).await?;
            if let Some(problem) = rights.problem(store.settings()) {
                add_problem(&mut state, problem);
            }
            state["missing_rights"] = json!(rights.missing);
        }
        Ok::<(), RedisError>(())
    });
    match looked.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => add_problem(&mut state, store_problem::of(&error, store.settings())),
        Err(_) => {
            add_problem(&mut state, store_problem::silent(LONGEST));
        }
    }
    state
}

fn add_problem(state: &mut Json, problem: String) {
    if let Some(problems) = state["problems"].as_array_mut() {
        problems.push(json!(problem));
    }
}

/// The keys that there are of a client: names of credentials.
type Listed = BTreeMap<String, BTreeSet<String>>;

struct Reader<'a> {
    store: &'a Arc<Store>,
    connection: Connection,
    /// What the store's clock showed, in milliseconds since the epoch.
    shown: u64,
    /// A key of the first client that nobody has.
    rights_key: String,
}

impl<'a> Reader<'a> {
    /// Connects, and looks at the store's clock.
    async fn connect(store: &'a Arc<Store>, state: &mut Json) -> Result<Self, RedisError> {
        let mut connection = store.connect(LONGEST).await?;
        let asked = store.context.clock.now();
        let (seconds, micros): (u64, u64) = cmd("TIME").query_async(&mut connection).await?;
        let heard = store.context.clock.now();
        let shown = seconds * 1000 + micros / 1000;
        let took = heard.mono.since(asked.mono);
        let here = asked.wall.0 + i64::try_from(millis(took / 2)).unwrap_or_default();
        state["took_micros"] = json!(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        state["clock_ahead_ms"] = json!(i64::try_from(shown).unwrap_or(i64::MAX) - here);
        Ok(Self { store, connection, shown, rights_key: String::new() })
    }

    async fn clients(&mut self, profile: &Profile, state: &mut Json) -> Result<(), RedisError> {
        let mut clients: Vec<(SharedClient, Vec<Profile>)> = Vec::new();
        let lanes = profile.lanes();
        state["more_lanes"] = json!(lanes.len().saturating_sub(MOST_LISTED));
        for lane in lanes.into_iter().take(MOST_LISTED) {
            let keys = stores::keys_of(&lane, self.store.settings());
            let client = SharedClient::new(Arc::clone(self.store), keys, lane.account(), Owner(0));
            match clients.iter_mut().find(|(known, _)| known.prefix == client.prefix) {
                Some((_, lanes)) => lanes.push(lane),
                None => clients.push((client, vec![lane])),
            }
        }
        self.rights_key = clients.first().map(|(client, _)| client.key("rights")).unwrap_or_default();
        let listed = self.list().await?;
        let mut told = Vec::new();
        let mut nothing = true;
        for (client, lanes) in &clients {
            let names = listed.as_ref().and_then(|listed| listed.get(&client.prefix));
            let (of_client, is_empty) = self.client(client, lanes, names, state).await?;
            nothing &= is_empty;
            told.push(of_client);
        }
        let others = listed.as_ref().map(|listed| {
            listed.keys().filter(|prefix| clients.iter().all(|(client, _)| client.prefix != **prefix)).count()
        });
        state["clients"] = json!(told);
        state["empty"] = json!(nothing);
        state["other_clients"] = json!(others);
        Ok(())
    }

    /// The names of all credentials by their client's prefix; `None` where the user may not list keys. Nodes of a cluster
    /// have each their own.
    async fn list(&mut self) -> Result<Option<Listed>, RedisError> {
        let mut listed = Listed::new();
        if matches!(self.connection, Connection::Cluster(_)) {
            return Ok(None);
        }
        let mut cursor = "0".to_owned();
        for _ in 0..MOST_PAGES {
            let mut scan = cmd("SCAN");
            scan.arg(&cursor).arg("MATCH").arg(format!("{ALL}*")).arg("COUNT").arg(1000);
            let page = scan.query_async::<(String, Vec<Vec<u8>>)>(&mut self.connection).await;
            let (next, keys) = match page {
                Err(error) if error.code() == Some("NOPERM") => return Ok(None),
                page => page?,
            };
            for key in keys.into_iter().filter_map(|key| String::from_utf8(key).ok()) {
                let Some(end) = key.find("}:") else { continue };
                let (prefix, rest) = key.split_at(end + 2);
                let names = listed.entry(prefix.to_owned()).or_default();
                let name = rest.strip_prefix("token:").or_else(|| rest.strip_prefix("lease:"));
                names.extend(name.map(str::to_owned));
            }
            if next == "0" {
                break;
            }
            cursor = next;
        }
        Ok(Some(listed))
    }

    /// One client, and whether the store has nothing of it.
    async fn client(
        &mut self,
        client: &SharedClient,
        lanes: &[Profile],
        names: Option<&BTreeSet<String>>,
        state: &mut Json,
    ) -> Result<(Json, bool), RedisError> {
        let mut records = Pipeline::new();
        records.cmd("GET").arg(client.key("gate")).cmd("GET").arg(client.key("fence"));
        records.cmd("ZRANGE").arg(client.key("attempts")).arg(0).arg(-1).arg("WITHSCORES");
        let (gate, fence, attempts): (Value, Value, Vec<Value>) =
            records.query_async(&mut self.connection).await?;
        let gate = self.gate(client, &gate, state);
        let refusals = self.refusals(client, lanes, state).await?;
        let attempts: Vec<u64> =
            attempts.iter().filter_map(text_of).skip(1).step_by(2).filter_map(whole).collect();
        // It outlives everything else.
        let last = text_of(&fence).and_then(|fence| self.since(&fence));
        let mut is_empty = gate.is_null() && last.is_none() && refusals.is_empty();
        let mut told = Vec::new();
        let own: Vec<(SharedCredential, String)> =
            lanes.iter().map(|lane| (credential_of(client, lane), lane.title())).collect();
        let own_names: Vec<&str> = own.iter().map(|(credential, _)| credential.name.as_str()).collect();
        let further = names.into_iter().flatten().filter(|name| !own_names.contains(&name.as_str()));
        let further: Vec<&String> = further.collect();
        let listed = further.iter().take(MOST_LISTED);
        let listed = listed.map(|name| (client.credential_named((*name).clone()), String::new()));
        let lists_own = lanes.iter().all(|lane| lane.lack().is_none());
        for (credential, title) in own.iter().filter(|_| lists_own).cloned().chain(listed) {
            let credential = self.credential(client, &credential, title, state).await?;
            is_empty &= credential["token"].is_null() && credential["lease"].is_null();
            told.push(credential);
        }
        let limits = lanes.first().map(|lane| lane.policy.limits);
        let budget = limits.and_then(|limits| limits.budget).and_then(|budget| {
            let window = millis(budget.window?);
            let used = attempts.iter().filter(|at| **at + window > self.shown).count();
            Some(json!({ "used": used, "most": budget.most, "window_ms": window }))
        });
        let told = json!({
            "client": client.client,
            "key": client.prefix,
            "gate": gate,
            "refusals": refusals,
            "budget": budget,
            "last_request_ms_ago": last,
            "credentials": told,
            "more_credentials": further.len().saturating_sub(MOST_LISTED),
        });
        Ok((told, is_empty))
    }

    /// Until when the gate is closed; `null` if it is open.
    fn gate(&self, client: &SharedClient, gate: &Value, state: &mut Json) -> Json {
        let Some(gate) = text_of(gate) else { return Json::Null };
        let Ok(until) = client.keys().closed_until(&client.client, &gate, millis(LONGEST_GATE)) else {
            add_problem(state, store_problem::foreign(&client.key("gate")));
            return Json::Null;
        };
        let heard = gate.split(' ').nth(1).and_then(|heard| heard.parse().ok()).unwrap_or(self.shown);
        let left = until.saturating_sub(self.shown);
        if left == 0 {
            return Json::Null;
        }
        json!({ "left_ms": left, "heard_ms_ago": self.shown.saturating_sub(heard) })
    }

    /// How the server refused the client, as these lanes present it.
    async fn refusals(
        &mut self,
        client: &SharedClient,
        lanes: &[Profile],
        state: &mut Json,
    ) -> Result<Vec<Json>, RedisError> {
        let keys: BTreeSet<String> = lanes.iter().flat_map(|lane| client.presented(lane).refusals).collect();
        let mut told = Vec::new();
        for key in keys {
            let record: Option<Vec<u8>> = cmd("GET").arg(&key).query_async(&mut self.connection).await?;
            let Some(record) = record else { continue };
            match client.refusal(&key, &record, self.shown) {
                Ok((refused, until)) => told.push(json!({
                    "status": refused.status,
                    "error": refused.error,
                    "message": refused.message,
                    "left_ms": until.saturating_sub(self.shown),
                    "key": key,
                })),
                Err(Forged) => add_problem(state, store_problem::foreign(&key)),
            }
        }
        Ok(told)
    }

    async fn credential(
        &mut self,
        client: &SharedClient,
        credential: &SharedCredential,
        title: String,
        state: &mut Json,
    ) -> Result<Json, RedisError> {
        let mut records = Pipeline::new();
        let token = ["fence", "ends", "sealed", "dead", "refresh", "refresh_fence", "sent_by", "after"];
        records.cmd("HMGET").arg(&credential.token).arg(&token);
        records.cmd("GET").arg(&credential.lease).cmd("PTTL").arg(&credential.lease);
        let (token, lease, left): (Vec<Value>, Value, i64) =
            records.query_async(&mut self.connection).await?;
        let lease = text_of(&lease).map(|lease| {
            let (owner, fence) = lease.split_once(' ').unwrap_or((&lease, ""));
            let owner: String = owner.chars().take(6).collect();
            json!({ "owner": owner, "held_ms": self.since(fence), "left_ms": u64::try_from(left).ok() })
        });
        let refresh = match (text(&token, 5), text(&token, 6)) {
            (None, _) => "none",
            (_, Some(_)) => "sent",
            _ => "kept",
        };
        Ok(json!({
            "title": title,
            "name": credential.name.chars().take(8).collect::<String>(),
            "token": self.token(client, credential, &token, state),
            "refresh_token": refresh,
            "lease": lease,
        }))
    }

    fn token(
        &self,
        client: &SharedClient,
        credential: &SharedCredential,
        token: &[Value],
        state: &mut Json,
    ) -> Json {
        let (Some(fence), Some(ends)) = (text(token, 0), text(token, 1)) else { return Json::Null };
        let after = text(token, 7).unwrap_or_default();
        let opened = whole(fence.clone()).zip(whole(ends)).filter(|(fence, ends)| {
            let of = Belonging {
                kind: Kind::Token,
                credential: &credential.name,
                fence: Fence(*fence),
                ends: *ends,
                after: &after,
            };
            client.keys().open(&of, bytes_of(token.get(2))).is_ok()
        });
        let Some((_, ends)) = opened else {
            add_problem(state, store_problem::foreign(&credential.token));
            return json!({ "state": "foreign" });
        };
        let is_refused = text(token, 3).is_some();
        let token_state = if is_refused {
            "refused"
        } else if ends <= self.shown {
            "ended"
        } else {
            "valid"
        };
        // When it was requested is in its generation.
        let replaced = protocol::replacement(&after, Mono::ZERO).map(
            |replaced| json!({ "distance_ms": millis(replaced.distance), "certain_401s": replaced.certain }),
        );
        json!({
            "state": token_state,
            "replaced_refused": replaced,
            "generation": fence,
            "requested_ms_ago": self.since(&fence),
            "ends_in_ms": i64::try_from(ends).unwrap_or(i64::MAX) - i64::try_from(self.shown).unwrap_or(i64::MAX),
        })
    }

    /// How long ago a lease was granted: its number is the store's time then, in microseconds.
    fn since(&self, fence: &str) -> Option<u64> {
        fence.parse::<u64>().ok().map(|micros| self.shown.saturating_sub(micros / 1000))
    }
}

fn text(fields: &[Value], at: usize) -> Option<String> {
    fields.get(at).and_then(text_of)
}

fn whole(text: String) -> Option<u64> {
    text.parse().ok()
}
