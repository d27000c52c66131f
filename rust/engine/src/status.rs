//! A credential in words: JSON for scripts, one line for the log. Never a secret.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tollgate_core::config::preset::Preset;
use tollgate_core::config::profile::Profile;
use tollgate_core::failure::{Code, in_words};
use tollgate_core::machine::fact::Reason;
use tollgate_core::machine::{Credential, Endpoint};
use tollgate_core::oauth::token::Token;
use tollgate_core::time::clock::Mono;

use crate::endpoint::credential::{CredentialCell, OpenCredential};
use crate::endpoint::driver::{Driver, Member};
use crate::http::last_response::LastResponse;
use crate::metrics::Metrics;
use crate::registry::Opened;

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A credential, as its driver has it.
struct View<'a> {
    machine: &'a Endpoint,
    credential: &'a Credential,
    member: &'a Member,
    now: Mono,
}

impl<'a> View<'a> {
    /// `None` if the driver has not heard of it yet.
    fn of(driver: &'a Driver, cell: &CredentialCell) -> Option<Self> {
        let (credential, member) = (driver.machine.credential(cell.id())?, driver.kept(cell.id())?);
        Some(Self { machine: &driver.machine, credential, member, now: cell.now().mono })
    }

    fn token(&self) -> Option<&Arc<Token>> {
        self.credential.token(self.now)
    }

    /// For how long no request is sent.
    fn closed(&self) -> Duration {
        self.machine.opens(self.now, self.member.cell.id()).since(self.now)
    }

    /// Its state, in one word.
    fn state(&self) -> &'static str {
        let credential = self.credential;
        let refused = credential.permanent(self.now).is_some()
            || self.machine.availability(self.member.cell.id()).permanent.is_some();
        match self.token() {
            _ if credential.is_retired() => "retired",
            _ if credential.is_draining() => "draining",
            Some(_) if credential.in_flight() => "refreshing",
            Some(_) => "valid",
            None if refused => "failed",
            None if credential.in_flight() => "fetching",
            None if !self.closed().is_zero() => "held",
            None => "idle",
        }
    }
}

fn credentials(opened: &Opened) -> &[OpenCredential] {
    match &opened.lanes {
        Some(lanes) => &lanes.credentials,
        None => std::slice::from_ref(&opened.credential),
    }
}

/// The lanes of a profile one by one, if there are several.
fn lanes(driver: &Driver, opened: &Opened) -> Vec<Value> {
    let lanes = opened.lanes.as_ref().map_or(&[][..], |lanes| &lanes.credentials);
    let views = lanes.iter().filter_map(|credential| View::of(driver, credential));
    let lane = |view: View<'_>| {
        let (cell, token) = (&view.member.cell, view.token());
        json!({
            "client": cell.profile.client.id,
            "slot": cell.profile.position.map_or(1, |position| position.lane.slot + 1),
            "state": view.state(),
            "generation": token.map_or(0, |token| token.generation),
            "remaining_ms": token.map(|token| millis(token.remaining(view.now))),
            "token_gate_ms": millis(view.closed()),
            "api_gate_ms": millis(cell.api.remaining(view.now, None)),
        })
    };
    views.map(lane).collect()
}

/// The counts of a profile: of several lanes the sums.
fn metrics(driver: &Driver, opened: &Opened) -> (Metrics, u32) {
    let mut sum = (Metrics::default(), 0);
    for credential in credentials(opened) {
        if let Some(member) = driver.kept(credential.id()) {
            sum.0.add(&member.metrics);
        }
        sum.1 += credential.waiters.load(Ordering::Relaxed);
    }
    sum
}

/// The credential that speaks for a profile: of several lanes the first that has a token.
fn speaker(opened: &Opened) -> &OpenCredential {
    let with_token = credentials(opened).iter().find(|credential| credential.generation() != 0);
    with_token.unwrap_or(&opened.credential)
}

/// The state of a profile as a JSON object, where its driver does not answer: what is published.
pub(crate) fn stale(opened: &Opened) -> String {
    let (profile, credential) = (&opened.profile, speaker(opened));
    let now = credential.now().mono;
    let token = credential.published.token().filter(|token| token.serves(now, Duration::ZERO));
    json!({
        "profile": profile.name,
        "user": profile.user(),
        "endpoint": profile.endpoint(),
        "state": if token.is_some() { "valid" } else { "idle" },
        "generation": token.as_ref().map_or(0, |token| token.generation),
        "remaining_ms": token.as_ref().map(|token| millis(token.remaining(now))),
        "stale": true,
    })
    .to_string()
}

/// The state of a profile as a JSON object. Times are milliseconds.
pub(crate) fn status(driver: &Driver, opened: &Opened) -> String {
    let profile = &opened.profile;
    let Some(view) = View::of(driver, speaker(opened)) else { return stale(opened) };
    let View { machine, credential, member, now } = view;
    let (cell, token) = (&member.cell, view.token());
    let ((counts, waiters), lanes) = (metrics(driver, opened), lanes(driver, opened));
    let budget = profile.policy.limits.budget.and_then(|budget| {
        let (left, resets) = machine.budget_left(now, cell.id())?;
        let resets = resets.filter(|at| *at < Mono::NEVER).map(|at| millis(at.since(now)));
        Some(json!({ "limit": budget.most, "left": left, "resets_in_ms": resets }))
    });
    let refused = credential.last_refusal().map(|refusal| {
        json!({ "code": refusal.code.name(), "message": refusal.describe(profile), "advice": refusal.advice(profile) })
    });
    let doubted = credential.keeps_refused_token(now).then(|| {
        json!({
            "code": Code::RejectedByApi.name(),
            "message": "the API answers 401 to a token that replaced a refused one",
            "advice": "Check the client's permissions, the API's host and its health.",
        })
    });
    let mints: Map<_, _> = Reason::ALL
        .iter()
        .zip(counts.mints)
        .map(|(reason, n)| (reason.name().to_owned(), n.into()))
        .collect();
    let settings: Map<_, Value> =
        profile.sources.iter().map(|(key, source)| (key.clone(), source.name().into())).collect();
    let response = cell.endpoint.last_responses.of(cell.profile.account()).as_ref().map(LastResponse::json);
    let granted = token.map(|token| {
        let notable = member.granted.as_deref();
        json!({
            "lifetime_ms": millis(token.lifetime()),
            "lifetime_assumed": notable.is_some_and(|granted| granted.lifetime_assumed),
            "scope_asked": profile.grant.scope,
            "notes": notable.map_or(&[][..], |granted| &granted.notes),
            "scope_missing": notable.map_or(&[][..], |granted| &granted.missing_scopes),
        })
    });
    json!({
        "profile": profile.name,
        "user": profile.user(),
        "endpoint": profile.endpoint(),
        "state": view.state(),
        "generation": token.map_or(0, |token| token.generation),
        "remaining_ms": token.map(|token| millis(token.remaining(now))),
        "scope": token.and_then(|token| token.scope.as_deref()),
        "mints": mints,
        "token_requests": counts.requests,
        "throttled": counts.throttles,
        "failed": counts.failures,
        "token_gate_ms": millis(view.closed()),
        "api_gate_ms": millis(cell.api.remaining(now, None)),
        "rejected": counts.rejections,
        "rejected_unattributed": counts.rejections_unattributed,
        "api_throttled": counts.api_throttles,
        "waiters": waiters,
        "longest_wait_ms": millis(counts.longest_wait()),
        "paused_ms": millis(counts.paused),
        "forbidden": counts.forbidden,
        "proofs": profile.dpop.as_ref().map(|_| {
            json!({ "nonces_asked": counts.nonces_asked, "refused": counts.proofs_refused })
        }),
        "hosts": { "withheld": counts.withheld, "strayed": counts.strayed },
        "refresh": {
            "mode": credential.refresh().name(),
            "learned": credential.has_learned(),
            "drains": counts.drains,
            "held_ms": millis(counts.held),
            "cut_off": counts.cut_off,
        },
        "grant": {
            "primary": profile.primary().name(),
            "refresh_token": if credential.holds_refresh_token() { "held" } else { "none" },
            "refreshes": counts.refreshes,
            "rotations": counts.rotations,
            "fallbacks": counts.fallbacks,
        },
        "budget": budget,
        "store": profile.store.as_ref().map(|store| {
            json!({ "url": store.url, "tokens": counts.shared, "silent": counts.store_silent })
        }),
        "looks_like": looks_like(profile),
        "last_error": refused.or(doubted),
        "granted": granted,
        "answer": response,
        "lanes": lanes,
        "settings": settings,
    })
    .to_string()
}

/// The preset that the token endpoint of a profile without one looks like.
fn looks_like(profile: &Profile) -> Option<Value> {
    let has_one = profile.sources.contains_key("preset") || profile.genesys_domain.is_some();
    let preset = Preset::like(&profile.token_url).filter(|_| !has_one)?;
    Some(json!({ "preset": preset.name, "title": preset.title }))
}

/// The line of a profile and its users at the end of a run. `reads` were counted where they happened.
pub(crate) fn summary(driver: &Driver, opened: &Opened, users: &[Arc<Opened>], reads: u64) -> String {
    let profile = &opened.profile;
    let (mut counts, _) = metrics(driver, opened);
    users
        .iter()
        .filter_map(|user| driver.kept(user.credential.id()))
        .for_each(|user| counts.add(&user.metrics));
    let caused = counts.mints[Reason::Rejected as usize];
    let strays = match counts.rejections_unattributed {
        0 => String::new(),
        n => format!(" (and {n} to tokens of others)"),
    };
    let lanes = opened.lanes.as_ref().map(|lanes| format!("; {}", lanes.in_words()));
    let rest = [
        (users.len() as u64, format!("users {}", users.len())),
        (counts.refreshes, format!("by refresh token {} (rotated {})", counts.refreshes, counts.rotations)),
        (counts.fallbacks, format!("signed in again {}", counts.fallbacks)),
        (
            counts.drains,
            format!("drains {} (held {}, cut off {})", counts.drains, in_words(counts.held), counts.cut_off),
        ),
        (counts.forbidden, format!("403s {}", counts.forbidden)),
        (counts.nonces_asked, format!("nonces asked for {}", counts.nonces_asked)),
        (counts.proofs_refused, format!("proofs refused {}", counts.proofs_refused)),
        (counts.shared, format!("tokens from the store {}", counts.shared)),
        (counts.store_silent, format!("requests while the store was silent {}", counts.store_silent)),
        (counts.withheld, format!("sent without token for allowed_hosts {}", counts.withheld)),
        (counts.strayed, format!("token sent to other hosts {}", counts.strayed)),
    ];
    let rest: String =
        rest.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| format!("; {words}")).collect();
    format!(
        "{}: tokens minted {}{}, token requests {}, reads {reads}; token endpoint: throttled {}, failed {}, \
         gate closed {}; API: 401s {}{strays}, refreshes they caused {caused}, limits {}; longest wait {}, paused {}{}{rest}",
        profile.title(),
        counts.minted(),
        Some(counts.mints_in_words())
            .filter(|words| !words.is_empty())
            .map(|w| format!(" ({w})"))
            .unwrap_or_default(),
        counts.requests,
        counts.throttles,
        counts.failures,
        in_words(counts.gate),
        counts.rejections,
        counts.api_throttles,
        in_words(counts.longest_wait()),
        in_words(counts.paused),
        lanes.unwrap_or_default(),
    )
}
