//! What may happen at an endpoint, in any order, and how likely each of it is.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use tollgate_core::acquire::Waiter;
use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::{Policy, Refresh};
use tollgate_core::failure::Code;
use tollgate_core::http::retry_after::RetryAfter;
use tollgate_core::machine::{ClientPresented, Input, PoolId};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::token_answer::{Class, Minted, Refusal};
use tollgate_core::time::budget::Budget;

use super::model::{POLICY, World, patient, token};

/// What happens to one of the credentials, or to all.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Look {
        floor: Duration,
        limit: Duration,
        times: u8,
    },
    /// A reader that looked a while ago.
    Want(Duration),
    Answer(End),
    AnswerAgain(End),
    Accepted {
        back: u64,
    },
    Rejected {
        back: u64,
        times: u8,
    },
    BeginSend(u64),
    EndSend(u64),
    RefreshTokenFound(u8),
    RefreshTokenTaken(u8),
    GrantRenewed,
    ClientRenewed,
    OpenView(usize),
    CloseView,
    Add {
        client: usize,
        view: usize,
        by_password: bool,
        /// Of which there are two.
        secret: bool,
    },
    Remove,
    PoolRenewed,
    Pass(Duration),
    /// Time passes and no timer fires.
    Skip(Duration),
    /// The timer comes early.
    Timeout,
    RunStarted,
    RunEnded,
}

#[derive(Clone, Debug)]
pub(super) enum End {
    Token(Option<Duration>),
    /// With a refresh token of this number; small numbers come again.
    Rotated(Option<Duration>, u8),
    /// The refresh token was not sent, because it was sent before.
    Spent,
    Refused {
        class: Class,
        retry_after: Option<RetryAfter>,
        maybe_processed: bool,
        /// Of a refusal that will not change. Empty: there is no token endpoint.
        error: &'static str,
    },
}

impl End {
    pub(super) fn outcome(&self) -> Result<Minted, Refusal> {
        match self {
            Self::Token(lifetime) => token(*lifetime),
            Self::Rotated(lifetime, number) => token(*lifetime)
                .map(|minted| Minted { refresh_token: Some(format!("r{number}").into()), ..minted }),
            Self::Spent => Err(Refusal::spent("no")),
            Self::Refused { class, retry_after, maybe_processed, error } => {
                let of_issuer = *class == Class::Permanent && *maybe_processed;
                let of_token_url = *class == Class::Permanent && error.is_empty();
                let is_named = *class == Class::Permanent && !of_issuer && !of_token_url;
                let error = is_named.then(|| (*error).into());
                let maybe_processed =
                    *maybe_processed && *class == Class::Unavailable || *class == Class::Garbled;
                let code = match class {
                    Class::Throttled => Code::ThrottledUntil,
                    Class::Unavailable => Code::Unreachable,
                    Class::Garbled | Class::Challenged | Class::Expired => Code::Protocol,
                    Class::Permanent => Code::CredentialRejected,
                };
                let status = (*class == Class::Permanent).then_some(if of_token_url { 404 } else { 400 });
                Err(Refusal {
                    class: *class,
                    code,
                    status,
                    retry_after: *retry_after,
                    error,
                    maybe_processed,
                    of_issuer,
                    of_token_url,
                    ..Refusal::not_sent("no")
                })
            }
        }
    }
}

/// Most clients of the endpoint, and the kinds of settings with which their views are opened.
pub(super) const CLIENTS: usize = 3;
pub(super) const VIEWS: usize = 3;
/// The credentials that the first client has at first are its slots, if it has a pool.
pub(super) const POOL: PoolId = PoolId(1);

fn span() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        Just(Duration::from_nanos(1)),
        (1..2_000_u64).prop_map(Duration::from_millis),
        (1..120_u64).prop_map(Duration::from_secs),
        (1..2_000_u64).prop_map(Duration::from_secs),
        (1..48_u64).prop_map(|hours| Duration::from_secs(hours * 3600)),
    ]
}

fn end() -> impl Strategy<Value = End> {
    let lifetime = prop_oneof![
        1 => Just(None),
        4 => span().prop_map(Some),
        2 => Just(Some(Duration::from_secs(20))),
        1 => Just(Some(Duration::MAX)),
    ];
    let class = prop_oneof![
        Just(Class::Throttled),
        Just(Class::Unavailable),
        Just(Class::Garbled),
        Just(Class::Permanent),
        Just(Class::Challenged),
    ];
    let named =
        prop::option::of((span(), any::<bool>()).prop_map(|(wait, dated)| RetryAfter { wait, dated }));
    let error = prop_oneof![
        3 => Just("invalid_grant"),
        1 => Just("invalid_scope"),
        2 => Just("invalid_client"),
        1 => Just("unauthorized_client"),
        1 => Just(""),
    ];
    prop_oneof![
        8 => lifetime.clone().prop_map(End::Token),
        1 => Just(End::Spent),
        8 => (lifetime, any::<u8>()).prop_map(|(lifetime, number)| End::Rotated(lifetime, number)),
        8 => (class, named, any::<bool>(), error).prop_map(|(class, retry_after, maybe_processed, error)| {
            End::Refused { class, retry_after, maybe_processed, error }
        }),
    ]
}

pub(super) fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (span(), span(), 1..4_u8).prop_map(|(floor, limit, times)| Act::Look { floor, limit, times }),
        6 => (1..4_u8).prop_map(|times| Act::Look { floor: Duration::ZERO, limit: Duration::MAX, times }),
        2 => span().prop_map(Act::Want),
        9 => end().prop_map(Act::Answer),
        1 => end().prop_map(Act::AnswerAgain),
        2 => (0..3_u64).prop_map(|back| Act::Accepted { back }),
        5 => (0..3_u64, 1..4_u8).prop_map(|(back, times)| Act::Rejected { back, times }),
        3 => (0..4_u64).prop_map(Act::BeginSend),
        3 => (0..4_u64).prop_map(Act::EndSend),
        1 => (0..4_u8).prop_map(Act::RefreshTokenFound),
        1 => (0..4_u8).prop_map(Act::RefreshTokenTaken),
        1 => Just(Act::GrantRenewed),
        1 => Just(Act::ClientRenewed),
        2 => (0..VIEWS).prop_map(Act::OpenView),
        2 => Just(Act::CloseView),
        1 => (0..CLIENTS, 0..VIEWS, any::<bool>(), any::<bool>())
            .prop_map(|(client, view, by_password, secret)| Act::Add { client, view, by_password, secret }),
        1 => Just(Act::Remove),
        1 => Just(Act::PoolRenewed),
        8 => span().prop_map(Act::Pass),
        2 => span().prop_map(Act::Skip),
        1 => Just(Act::Timeout),
        2 => Just(Act::RunStarted),
        1 => Just(Act::RunEnded),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    let interval = prop::option::of((1..600_u64).prop_map(Duration::from_secs));
    (interval, 1..600_u64, 100..5_000_u64, 100..60_000_u64).prop_map(|(interval, margin, worst, doubt)| {
        Policy {
            interval,
            margin: Duration::from_secs(margin),
            worst_exchange: Duration::from_millis(worst),
            rejection_backoff: Duration::from_millis(doubt),
            ..POLICY
        }
    })
}

/// When to refresh, and what a profile allows itself.
pub(super) fn manner() -> impl Strategy<Value = Policy> {
    let refresh = prop_oneof![
        1 => Just(Refresh::Ahead { learns: true }),
        1 => Just(Refresh::Ahead { learns: false }),
        1 => Just(Refresh::Late),
        3 => Just(Refresh::Drain),
    ];
    let window = prop::option::of((1..3600_u64).prop_map(Duration::from_secs));
    let budget = prop::option::of((1..12_u32, window).prop_map(|(most, window)| Budget { most, window }));
    let limits = (1..4_u32, prop_oneof![Just(0), 0..5_000_u64], budget);
    let longest = prop::option::of((1..3600_u64).prop_map(Duration::from_secs));
    (policy(), refresh, 0..20_000_u64, limits, longest).prop_map(
        |(policy, refresh, drain, (concurrent, spacing, budget), max_retry_after)| Policy {
            refresh,
            max_retry_after,
            drain_timeout: Duration::from_millis(drain),
            limits: Limits { concurrent, per_client: None, spacing: Duration::from_millis(spacing), budget },
            ..policy
        },
    )
}

/// What credentials ask with: a primary grant, a refresh token, or both.
pub(super) fn grant_sources() -> impl Strategy<Value = GrantSources> {
    prop_oneof![
        Just(GrantSources { stored: true, ..GrantSources::PRIMARY }),
        Just(GrantSources { primary: true, refresh_token: Some("of-the-last-run".into()), stored: true }),
        Just(GrantSources { primary: false, refresh_token: Some("the-only-one".into()), stored: true }),
    ]
}

/// Performs an act for one credential: `number` modulo the number of credentials.
pub(super) fn perform(world: &mut World, views: &[Arc<Policy>], number: usize, act: &Act) {
    let who = number % world.credentials.len();
    if !world.is_there(who) {
        // Of a credential that was removed only answers are still to come.
        if let Act::Answer(end) | Act::AnswerAgain(end) = act {
            world.answer(who, end.outcome());
        }
        return world.fire();
    }
    let (id, newest, now) = (world.id(who), world.generation(who), world.now.mono);
    match act {
        Act::Look { floor, limit, times } => {
            let waiter = Waiter { limit: *limit, floor: *floor, ..patient() };
            for _ in 0..*times {
                world.look(who, &waiter);
            }
        }
        Act::Want(floor) => world.happen(Input::Wanted(id, *floor)),
        Act::Answer(end) => world.answer(who, end.outcome()),
        Act::AnswerAgain(end) => world.answer_again(who, end.outcome()),
        Act::Accepted { back } => world.happen(Input::Accepted(id, newest.saturating_sub(*back), now)),
        Act::Rejected { back, times } => {
            for _ in 0..*times {
                world.happen(Input::Rejected(id, newest.saturating_sub(*back), now));
            }
        }
        Act::BeginSend(send) => world.begin_send(who, *send),
        Act::EndSend(send) => world.end_send(who, *send),
        Act::RefreshTokenFound(number) => {
            world.happen(Input::RefreshTokenFound(id, format!("found-{number}").into()));
        }
        Act::RefreshTokenTaken(number) => {
            if let Some((request, _)) = world.credentials[who].in_flight {
                world.happen(Input::RefreshTokenTaken(request, format!("found-{number}").into()));
            }
        }
        Act::GrantRenewed => world.happen(Input::GrantRenewed(id)),
        Act::ClientRenewed => world.happen(Input::ClientRenewed(id)),
        Act::OpenView(view) => world.open_view(who, &views[*view]),
        Act::CloseView => world.close_view(who),
        Act::Add { client, view, by_password, secret } => {
            let grant = if *by_password { "password" } else { "client_credentials" };
            let presented = ClientPresented { grant, authentication: (*secret).into() };
            let sources = GrantSources { stored: true, ..GrantSources::PRIMARY };
            world.add(*client, &views[*view], presented, sources, None);
        }
        Act::Remove => world.remove(who),
        Act::PoolRenewed => world.happen(Input::PoolRenewed(POOL)),
        Act::Pass(by) => world.pass(*by),
        Act::Skip(by) => world.skip(*by),
        Act::Timeout => world.happen(Input::Timeout),
        Act::RunStarted => world.happen(Input::RunStarted),
        Act::RunEnded => world.happen(Input::RunEnded),
    }
    world.fire();
}
