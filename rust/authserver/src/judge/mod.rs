//! The judge: decides on every request and counts what clients did, over injected time.
//!
//! It does no I/O and reads no clock. Every method is short, so that one lock around the whole judge costs little.
//!
//! # Three times
//! A request was *composed*, *arrived*, and is judged *now* ([`RequestTimes`]). What a client can have known is judged by
//! when it composed the request; whether a token had ended and how far requests lie apart, by when they arrived. Windows,
//! suspensions and the lives of tokens run on the time of judgement. On a busy machine these lie far apart.

mod announced_wait;
mod api_limit;
mod client;
mod counts;
mod family;
mod grant;
mod notice;
mod request_times;
mod token;
mod verdict;
mod window;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use api_limit::ApiLimit;
use client::ClientState;
pub use counts::{ApiCounts, ClientCounts, Counts};
use family::Families;
pub use grant::{GrantRequest, RefreshRefused};
pub use notice::{MOST_EXCUSED, Notice};
pub use request_times::RequestTimes;
pub use token::{GRACE, Standing, TokenRecord};
pub use verdict::{ApiVerdict, Judged, TokenVerdict, WebSocket};
pub use window::Quota;

use crate::clock::Moment;
use crate::cpu_wait::CpuWait;
use crate::settings::Settings;

/// Tokens remembered, dead ones too; the oldest are forgotten first. A forgotten token counts as never issued.
const TOKENS_KEPT: usize = 50_000;
/// Client ids with counts of their own; requests of further ones count under [`OTHERS`].
const CLIENTS_KEPT: usize = 10_000;
/// The name under which the clients beyond [`CLIENTS_KEPT`] are counted.
const OTHERS: &str = "(others)";
/// Tenants that are counted apart.
const TENANTS_KEPT: usize = 1_000;
/// The work of a client, on processors of its own, from the API's 429 to the last of its threads: requests that they
/// compose meanwhile ignore nothing.
const API_GRACE: Duration = Duration::from_millis(100);

/// A minted token: whose it is and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minted {
    client: usize,
    serial: u64,
}

/// Whose a token is: of a client and, with the password grant, of one of its users.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owner {
    client: usize,
    user: Option<Arc<str>>,
}

/// All that is known of clients, tokens and connections.
#[derive(Debug, Default)]
pub struct Judge {
    clients: Vec<ClientState>,
    by_id: HashMap<Arc<str>, usize>,
    tokens: HashMap<Arc<str>, TokenRecord>,
    minted: VecDeque<Arc<str>>,
    token_connections: u64,
    token_connections_dropped: u64,
    token_requests_at_once: u64,
    api: ApiCounts,
    tenants: BTreeSet<String>,
    families: Families,
    round: u64,
}

impl Judge {
    /// Which round of counting this is, from 0; a reset starts the next.
    #[must_use]
    pub fn round(&self) -> u64 {
        self.round
    }

    /// Shows a client in the counts before its first request.
    pub fn expect_client(&mut self, id: &str) {
        self.client(id);
    }

    /// Counts a connection on its first token request of this round.
    pub fn token_connection(&mut self) {
        self.token_connections += 1;
    }

    /// Decides on a token request of `id`.
    pub fn token_request(
        &mut self,
        id: &str,
        times: &RequestTimes,
        cpu_wait: CpuWait,
        settings: &Settings,
    ) -> Judged {
        let index = self.client(id);
        self.clients[index].token_request(times, cpu_wait, settings)
    }

    /// Records that an answer that tells `id` to wait until `until` was handed to the socket.
    pub fn announce_wait(&mut self, id: &str, notice: Notice, until: Moment) {
        let index = self.client(id);
        self.clients[index].wait.announce(notice, until);
    }

    /// Counts a token request that was answered 400 or 401.
    pub fn rejected(&mut self, id: &str) {
        let index = self.client(id);
        self.clients[index].counts.rejected += 1;
    }

    /// Counts a token request that met a fault.
    pub fn faulted(&mut self, id: &str) {
        let index = self.client(id);
        self.clients[index].counts.faulted += 1;
    }

    /// Counts a token request whose connection was reset for lack of capacity.
    pub fn dropped(&mut self, id: &str) {
        self.faulted(id);
        self.token_connections_dropped += 1;
    }

    /// Records how many token requests are under way.
    pub fn under_way(&mut self, count: u64) {
        self.token_requests_at_once = self.token_requests_at_once.max(count);
    }

    /// Records a token of the client's own, minted now.
    pub fn mint(&mut self, id: &str, token: &str, now: Moment, settings: &Settings) -> Minted {
        match self.grant(id, token, &GrantRequest::default(), now, settings) {
            Ok((minted, _)) => minted,
            Err(RefreshRefused) => Minted { client: self.client(id), serial: 0 },
        }
    }

    fn record_token(
        &mut self,
        owner: Owner,
        token: &str,
        scope: &str,
        now: Moment,
        settings: &Settings,
    ) -> Minted {
        let index = owner.client;
        if settings.revoke_previous {
            self.kill_live(index, Some(&owner.user), now);
        }
        while self.minted.len() >= TOKENS_KEPT {
            if let Some(oldest) = self.minted.pop_front() {
                self.tokens.remove(&oldest);
            }
        }
        let token: Arc<str> = token.into();
        let serial = self.clients[index].mint(&token);
        let announced = settings.expires_in.as_ref().map_or(Some(settings.lifetime), |text| text.announced());
        self.tokens.insert(
            Arc::clone(&token),
            TokenRecord {
                client: index,
                user: owner.user,
                scope: scope.into(),
                serial,
                ends: now + settings.lifetime,
                announced_end: announced.map(|life| now + life),
                uses: 0,
                killed: false,
                superseded: None,
                api: ApiLimit::default(),
            },
        );
        self.minted.push_back(token);
        Minted { client: index, serial }
    }

    /// Records that the answer with this token was fully written: its predecessors are superseded.
    pub fn token_written(&mut self, minted: Minted, notice: Notice) {
        let tokens = &mut self.tokens;
        let unsuperseded = &mut self.clients[minted.client].unsuperseded;
        // The newest is near the end of the list.
        let newest = unsuperseded.iter().rev().find_map(|token| {
            tokens
                .get(token)
                .filter(|record| record.serial == minted.serial)
                .map(|record| record.user.clone())
        });
        let Some(user) = newest else { return };
        unsuperseded.retain(|token| match tokens.get_mut(token) {
            Some(record) if record.serial < minted.serial && record.user == user => {
                record.supersede(notice);
                false
            }
            Some(_) => true,
            None => false,
        });
    }

    /// Kills all tokens of `id` that live now, and returns how many did.
    pub fn revoke(&mut self, id: &str, now: Moment) -> usize {
        self.by_id.get(id).copied().map_or(0, |index| self.kill_live(index, None, now))
    }

    /// Records the tenant that an API request named.
    pub fn tenant(&mut self, named: Option<&str>) {
        match named {
            None => self.api.without_tenant += 1,
            Some(tenant) if self.tenants.len() < TENANTS_KEPT => {
                self.tenants.insert(tenant.to_owned());
            }
            Some(_) => {}
        }
    }

    /// Counts a WebSocket: asked for and refused, opened, or closed by its age.
    pub fn web_socket(&mut self, what: WebSocket) {
        match what {
            WebSocket::Refused => self.api.ws_unauthorized += 1,
            WebSocket::Opened => self.api.ws_opened += 1,
            WebSocket::ClosedByAge => self.api.ws_closed_by_age += 1,
        }
    }

    /// Decides on an API request that presented `authorization`, the header's whole value. `cpu_wait` is read only if the
    /// answer depends on it.
    pub fn api_request(
        &mut self,
        authorization: Option<&str>,
        times: &RequestTimes,
        cpu_wait: impl Fn() -> CpuWait,
        settings: &Settings,
    ) -> ApiVerdict {
        self.api.requests += 1;
        let Some(authorization) = authorization else {
            self.api.unauthenticated += 1;
            return ApiVerdict::Unauthenticated;
        };
        let record = bearer(authorization).and_then(|token| self.tokens.get_mut(token));
        let standing =
            record.as_ref().map_or(Standing::DeadAvoidable, |record| record.standing(times, &cpu_wait));
        let record = match (standing, record) {
            (Standing::Valid, Some(record)) => record,
            (Standing::DeadUnavoidable, record) => {
                self.api.unauthorized += 1;
                self.api.unauthorized_unavoidable += 1;
                if let Some(record) = record {
                    self.clients[record.client].counts.api_unauthorized_unavoidable += 1;
                }
                return ApiVerdict::Unauthorized;
            }
            (_, record) => {
                self.api.unauthorized += 1;
                self.api.unauthorized_avoidable += 1;
                if let Some(record) = record {
                    self.clients[record.client].counts.api_unauthorized_avoidable += 1;
                }
                return ApiVerdict::Unauthorized;
            }
        };
        let client = &mut self.clients[record.client];
        if let Some(wanted) = &settings.require_scope
            && !record.scope.split_whitespace().any(|scope| scope == wanted)
        {
            self.api.forbidden += 1;
            return ApiVerdict::Forbidden;
        }
        let limited = if settings.api_rate_per_token { &mut record.api } else { &mut client.api };
        if limited.wait.is_pending(times.composed)
            && limited.wait.is_ignored(times.composed, API_GRACE, cpu_wait())
        {
            self.api.inside_retry_after += 1;
        }
        let quota = settings.api_rate_limit.map(|rate| limited.window.count(times.now, rate));
        match quota {
            Some(quota) if quota.exceeded => {
                self.api.throttled += 1;
                client.counts.api_throttled += 1;
                if settings.retry_after.names_wait() {
                    let notice = Notice { given: times.now, cpu_wait: cpu_wait() };
                    limited.wait.announce(notice, times.now + quota.reset);
                }
                return ApiVerdict::Throttled(quota);
            }
            _ => {}
        }
        record.uses += 1;
        if settings.die_after_uses > 0 && record.uses >= settings.die_after_uses {
            record.killed = true;
        }
        self.api.ok += 1;
        client.counts.api_ok += 1;
        ApiVerdict::Ok(Arc::clone(&client.id), quota)
    }

    /// Counts an API request that is answered `status` whatever it presented.
    pub fn api_fault(&mut self, authenticated: bool, status: u16) {
        self.api.requests += 1;
        self.api.faulted += 1;
        match status {
            _ if !authenticated => self.api.unauthenticated += 1,
            401 => self.api.unauthorized += 1,
            429 => self.api.throttled += 1,
            _ => {}
        }
    }

    /// The counts, now.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut totals = ClientCounts::default();
        for client in &self.clients {
            totals += client.counts;
        }
        Counts {
            clients: self.clients.iter().map(|client| (client.id.to_string(), client.counts)).collect(),
            totals,
            token_connections: self.token_connections,
            token_connections_dropped: self.token_connections_dropped,
            token_requests_at_once: self.token_requests_at_once,
            api: ApiCounts { tenants: self.tenants.len() as u64, ..self.api },
        }
    }

    /// Puts all counts to zero. Tokens, windows, suspensions and announced waits stay.
    pub fn reset_counts(&mut self) {
        for client in &mut self.clients {
            client.counts = ClientCounts::default();
            client.users.clear();
        }
        self.tenants.clear();
        self.token_requests_at_once = 0;
        self.token_connections = 0;
        self.token_connections_dropped = 0;
        self.api = ApiCounts::default();
        self.round += 1;
    }

    /// Kills the living tokens of a client, or of one of its owners only.
    fn kill_live(&mut self, client: usize, of: Option<&Option<Arc<str>>>, now: Moment) -> usize {
        let tokens = &mut self.tokens;
        let mut killed = 0;
        self.clients[client].live.retain(|token| match tokens.get_mut(token) {
            Some(record) if of.is_some_and(|user| *user != record.user) => true,
            Some(record) => {
                if !record.killed && now < record.ends {
                    record.killed = true;
                    killed += 1;
                }
                false
            }
            None => false,
        });
        killed
    }

    fn client(&mut self, id: &str) -> usize {
        if let Some(&index) = self.by_id.get(id) {
            return index;
        }
        if self.clients.len() >= CLIENTS_KEPT && id != OTHERS {
            return self.client(OTHERS);
        }
        let id: Arc<str> = id.into();
        let index = self.clients.len();
        self.clients.push(ClientState::new(Arc::clone(&id)));
        self.by_id.insert(id, index);
        index
    }
}

/// The token of `Bearer …` (RFC 6750, 2.1); the scheme is case-insensitive.
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start())
}

#[cfg(test)]
mod tests;
