//! A credential in words: JSON for scripts, one line for the log. Never a secret.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tollgate_core::failure::{Code, in_words};
use tollgate_core::machine::fact::Reason;
use tollgate_core::time::clock::Mono;

use crate::heard::Heard;
use crate::registry::Opened;
use crate::tally::Tally;
use crate::vault::{State, Vault};

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What became of a credential, in one word.
fn state_of(state: &State, now: Mono, closed: Duration) -> &'static str {
    let credential = &state.credential;
    match (credential.token(now), credential.permanent(now)) {
        _ if credential.is_retired() => "retired",
        _ if credential.is_draining() => "draining",
        (Some(_), _) if credential.in_flight() => "refreshing",
        (Some(_), _) => "valid",
        (None, Some(_)) => "failed",
        (None, None) if credential.in_flight() => "fetching",
        (None, None) if !closed.is_zero() => "held",
        (None, None) => "idle",
    }
}

/// The lanes of a profile one by one, if there are several.
fn lanes(opened: &Opened) -> Vec<Value> {
    let vaults = opened.lanes.as_ref().map_or(&[][..], |lanes| &lanes.vaults);
    let lane = |vault: &Arc<Vault>| {
        let now = vault.now().mono;
        let state = vault.lock();
        let closed = vault.endpoint.lock().opens(state.credential.client()).since(now);
        let token = state.credential.token(now);
        json!({
            "client": vault.profile.client.id,
            "slot": vault.profile.position.map_or(1, |position| position.lane.slot + 1),
            "state": state_of(&state, now, closed),
            "generation": token.map_or(0, |token| token.generation),
            "remaining_ms": token.map(|token| millis(token.remaining(now))),
            "token_gate_ms": millis(closed),
            "api_gate_ms": millis(vault.api.remaining(now, None)),
        })
    };
    vaults.iter().map(lane).collect()
}

/// The counts of a profile: of several lanes the sums.
fn tally(opened: &Opened) -> Tally {
    let Some(lanes) = &opened.lanes else { return opened.vault.lock().tally.clone() };
    lanes.vaults.iter().fold(Tally::default(), |mut sum, vault| {
        sum.add(&vault.lock().tally);
        sum
    })
}

/// The credential that speaks for a profile: of several lanes the first that has a token.
fn speaker(opened: &Opened) -> &Arc<Vault> {
    let vaults = opened.lanes.as_ref().map_or(&[][..], |lanes| &lanes.vaults);
    vaults.iter().find(|vault| vault.word() != 0).unwrap_or(&opened.vault)
}

/// The state of a profile as a JSON object. Times are milliseconds.
pub(crate) fn status(opened: &Opened) -> String {
    let (profile, vault) = (&opened.profile, speaker(opened));
    let (tally, lanes) = (&tally(opened), lanes(opened));
    let now = vault.now().mono;
    let state = vault.lock();
    let credential = &state.credential;
    let token = credential.token(now);
    let (closed, budget) = {
        let endpoint = vault.endpoint.lock();
        let budget = profile.policy.limits.budget.map(|budget| {
            let (left, resets) = endpoint.left(now, credential.client(), budget);
            let resets = resets.filter(|at| *at < Mono::NEVER).map(|at| millis(at.since(now)));
            json!({ "limit": budget.most, "left": left, "resets_in_ms": resets })
        });
        (endpoint.opens(credential.client()).since(now), budget)
    };
    let name = state_of(&state, now, closed);
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
    let mints: Map<_, _> =
        Reason::ALL.iter().zip(tally.mints).map(|(reason, n)| (reason.name().to_owned(), n.into())).collect();
    let settings: Map<_, Value> =
        profile.sources.iter().map(|(key, source)| (key.clone(), source.name().into())).collect();
    let heard = vault.endpoint.heard(vault.profile.account()).as_ref().map(Heard::json);
    let granted = token.map(|token| {
        let notable = state.granted.as_deref();
        json!({
            "lifetime_ms": millis(token.lifetime),
            "lifetime_assumed": notable.is_some_and(|granted| granted.lifetime_assumed),
            "scope_asked": profile.grant.scope,
            "scope_missing": notable.map_or(&[][..], |granted| &granted.missing_scopes),
        })
    });
    json!({
        "profile": profile.name,
        "user": profile.user(),
        "endpoint": profile.endpoint(),
        "state": name,
        "generation": token.map_or(0, |token| token.generation),
        "remaining_ms": token.map(|token| millis(token.remaining(now))),
        "scope": token.and_then(|token| token.scope.as_deref()),
        "mints": mints,
        "token_requests": tally.requests,
        "throttled": tally.throttles,
        "failed": tally.failures,
        "token_gate_ms": millis(closed),
        "api_gate_ms": millis(vault.api.remaining(now, None)),
        "rejected": tally.rejections,
        "rejected_unattributed": tally.rejections_unattributed,
        "api_throttled": tally.api_throttles,
        "waiters": tally.waiters,
        "longest_wait_ms": millis(tally.longest_wait),
        "paused_ms": millis(tally.paused),
        "forbidden": tally.forbidden,
        "proofs": profile.dpop.as_ref().map(|_| {
            json!({ "nonces_asked": tally.nonces_asked, "refused": tally.proofs_refused })
        }),
        "hosts": { "withheld": tally.withheld, "strayed": tally.strayed },
        "refresh": {
            "mode": credential.refresh().name(),
            "learned": credential.has_learned(),
            "drains": tally.drains,
            "held_ms": millis(tally.held),
            "cut_off": tally.cut_off,
        },
        "grant": {
            "primary": profile.primary().name(),
            "refresh_token": if credential.holds_refresh_token() { "held" } else { "none" },
            "refreshes": tally.refreshes,
            "rotations": tally.rotations,
            "fallbacks": tally.fallbacks,
        },
        "budget": budget,
        "last_error": refused.or(doubted),
        "granted": granted,
        "answer": heard,
        "lanes": lanes,
        "settings": settings,
    })
    .to_string()
}

/// The line of a profile and its users at the end of a run. `reads` were counted where they happened.
pub(crate) fn summary(opened: &Opened, users: &[Arc<Opened>], reads: u64) -> String {
    let profile = &opened.profile;
    let mut tally = tally(opened);
    users.iter().for_each(|user| tally.add(&user.vault.lock().tally));
    let caused = tally.mints[Reason::Rejected as usize];
    let strays = match tally.rejections_unattributed {
        0 => String::new(),
        n => format!(" (and {n} to tokens of others)"),
    };
    let lanes = opened.lanes.as_ref().map(|lanes| format!("; {}", lanes.in_words()));
    let rest = [
        (users.len() as u64, format!("users {}", users.len())),
        (tally.refreshes, format!("by refresh token {} (rotated {})", tally.refreshes, tally.rotations)),
        (tally.fallbacks, format!("signed in again {}", tally.fallbacks)),
        (
            tally.drains,
            format!("drains {} (held {}, cut off {})", tally.drains, in_words(tally.held), tally.cut_off),
        ),
        (tally.forbidden, format!("403s {}", tally.forbidden)),
        (tally.nonces_asked, format!("nonces asked for {}", tally.nonces_asked)),
        (tally.proofs_refused, format!("proofs refused {}", tally.proofs_refused)),
        (tally.withheld, format!("sent without token for allowed_hosts {}", tally.withheld)),
        (tally.strayed, format!("token sent to other hosts {}", tally.strayed)),
    ];
    let rest: String =
        rest.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| format!("; {words}")).collect();
    format!(
        "{}: tokens minted {}{}, token requests {}, reads {reads}; token endpoint: throttled {}, failed {}, \
         gate closed {}; API: 401s {}{strays}, refreshes they caused {caused}, limits {}; longest wait {}, paused {}{}{rest}",
        profile.title(),
        tally.minted(),
        Some(tally.mints_in_words())
            .filter(|words| !words.is_empty())
            .map(|w| format!(" ({w})"))
            .unwrap_or_default(),
        tally.requests,
        tally.throttles,
        tally.failures,
        in_words(tally.gate),
        tally.rejections,
        tally.api_throttles,
        in_words(tally.longest_wait),
        in_words(tally.paused),
        lanes.unwrap_or_default(),
    )
}
