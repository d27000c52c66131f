//! The fetch of the next token: whether one is needed, why, and what stands in the way.
//!
//! Invariants: nothing is requested while a request is in flight; a fetch that can wait gives way to one that cannot; a
//! token at its deadline is withdrawn before anything else is decided.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::refresh_token::SentRefreshToken;
use super::{Action, Credential};
use crate::oauth::grant::RequestGrant;
use crate::oauth::token_answer::Refusal;
use crate::time::clock::Mono;

use super::super::admission::Wait;
use super::super::fact::{Fact, Reason};
use super::super::input::RequestId;

/// What is being done about the next token.
#[derive(Debug)]
pub(in super::super) enum FetchState {
    Idle,
    Held {
        until: Mono,
        why: Arc<Refusal>,
        /// Up to then its client is refused.
        believed: bool,
        /// It held back a request that can wait. One that cannot may ask again.
        voluntary: bool,
    },
    /// Boxed: few of a hundred thousand credentials have a request in flight.
    InFlight(Box<SentRequest>),
}

/// The token request in flight.
#[derive(Debug)]
pub(in super::super) struct SentRequest {
    pub(super) request: RequestId,
    pub(super) reason: Reason,
    pub(super) sent: Mono,
    /// The deadline of the token that served then, or a time that has passed.
    pub(super) replaces: Mono,
    /// The refresh token of this credential that it relies on, if any.
    pub(super) refresh: Option<SentRefreshToken>,
    /// It relies on a refresh token, of this credential or of the fleet.
    pub(super) refreshes: bool,
}

/// How long a waiter is held before it is told bad news that is already known: looping threads must not flood the
/// results with thousands of failures a second.
pub const HOLD: Duration = Duration::from_secs(1);

/// A thread that sent a request with a token that has run out reports the outcome within this time.
const REPORTS_END: Duration = Duration::from_secs(60);

impl Credential {
    pub(super) fn expire(&mut self, now: Mono, actions: &mut Vec<Action>) {
        if let Some(token) = self.service.take_if(|token| now >= token.deadline) {
            let generation = token.generation;
            actions.extend([Action::Withdraw, Action::Note(Fact::Expired { generation })]);
            self.service_due = now.after(REPORTS_END);
            self.ran_out = true;
            // One that could not be replaced ahead of its end, because the server gives no other before.
            self.wanted |= self.repeats && self.rejections.is_used() && self.run_active;
            self.release(now, actions);
        }
    }

    /// What is only good for a token is given back a while after the last one, if no other took its place.
    pub(super) fn vacate(&mut self, now: Mono, actions: &mut Vec<Action>) {
        if self.service.is_none() && now >= self.service_due {
            self.service_due = Mono::NEVER;
            actions.push(Action::Vacate);
        }
    }

    /// Asks for a token if one is needed and nothing stands in the way.
    pub(super) fn fetch_if_needed(&mut self, now: Mono, actions: &mut Vec<Action>) {
        match self.fetch {
            FetchState::InFlight(_) => return,
            FetchState::Held { until, voluntary, .. } => {
                let overtaken = voluntary && self.reason() != Reason::Ahead;
                let waits = self.turn.is_some() || now < until;
                if waits && !overtaken {
                    return;
                }
                self.fetch = FetchState::Idle;
            }
            FetchState::Idle => {}
        }
        if self.retired
            || self.permanent(now).is_some()
            || self.refresh_token.next(self.in_service(now).is_some()).is_none()
        {
            return;
        }
        if self.hold.is_some() {
            self.fetch_after_drain(now, actions);
        } else if self.wanted || self.ahead_at().is_some_and(|at| now >= at) {
            actions.push(Action::Ask(self.reason()));
        }
    }

    /// When the token in service should be replaced, if anyone will need the next one.
    pub(super) fn ahead_at(&self) -> Option<Mono> {
        if self.repeats {
            return None;
        }
        self.service.as_ref().filter(|_| self.rejections.is_used() && self.run_active)?;
        self.refresh_token.next(true)?;
        let believed_until = self.permanent_until().map_or(Mono::ZERO, |(_, until)| until);
        Some(self.service_due.max(believed_until))
    }

    pub(super) fn reason(&self) -> Reason {
        if self.rejected {
            Reason::Rejected
        } else if self.service.is_some() {
            Reason::Ahead
        } else if self.generation == 0 {
            Reason::First
        } else {
            Reason::Expired
        }
    }

    /// A wait that a limit of ours or a refusal caused may be over. One that the server named is not.
    pub(super) fn try_again(&mut self) {
        if matches!(&self.fetch, FetchState::Held { why, .. } if why.is_local_limit() || why.is_permanent()) {
            self.fetch = FetchState::Idle;
        }
    }

    /// The endpoint granted a request: what it relies on.
    pub(in super::super) fn grant(&mut self, now: Mono, request: RequestId, reason: Reason) -> RequestGrant {
        let using = self.refresh_token.next(self.in_service(now).is_some()).unwrap_or(RequestGrant::Primary);
        let refresh = match using {
            RequestGrant::Refresh(_) => Some(self.refresh_token.send()),
            RequestGrant::Primary => None,
        };
        let refreshes = refresh.is_some();
        (self.wanted, self.turn) = (false, None);
        let replaces = self.in_service(now).map_or(Mono::ZERO, |token| token.deadline);
        self.fetch = FetchState::InFlight(Box::new(SentRequest {
            request,
            reason,
            sent: now,
            replaces,
            refresh,
            refreshes,
        }));
        using
    }

    /// The endpoint granted none yet.
    pub(in super::super) fn hold(&mut self, wait: Wait, voluntary: bool) {
        let Wait { until, why, believed, turn } = wait;
        self.fetch = FetchState::Held { until, why, believed, voluntary };
        self.turn = turn;
    }

    /// The request in flight relies on a refresh token that its file held, and not on the one it was granted with.
    pub(super) fn take_refresh_token(&mut self, request: RequestId, secret: SecretString) {
        if let FetchState::InFlight(sent) = &mut self.fetch
            && sent.request == request
            && self.refresh_token.find(secret)
        {
            sent.refresh = Some(self.refresh_token.send());
        }
    }
}
