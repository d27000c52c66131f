//! A credential whose token is shared by the processes of a fleet: what the store that they share says.
//!
//! Invariants: a token of another process is one of this credential as its own are; a request that the store did not grant
//! was not sent, and says nothing of the server; the refresh token is the store's, so none is at hand here.

use std::sync::Arc;

use super::answer::Origin;
use super::refresh_token::Loss;
use super::{Action, Credential, FetchState};
use crate::oauth::token_answer::{Minted, Refusal};
use crate::time::clock::{Context, Mono};

use super::super::client_rejections::ClientRejections;
use super::super::fact::Reason;
use super::super::input::{RequestId, SharedToken};
use super::super::rejection::Replacement;

impl Credential {
    /// The request in flight is sent now, with a refresh token of the fleet or without one. Why it is sent.
    pub(in super::super) fn send_admitted(
        &mut self,
        now: Mono,
        request: RequestId,
        refreshes: bool,
    ) -> Option<Reason> {
        let FetchState::InFlight(sent) = &mut self.fetch else { return None };
        if sent.request != request {
            return None;
        }
        (sent.sent, sent.refreshes) = (now, refreshes);
        Some(sent.reason)
    }

    /// Another process requested the token that the request in flight was for.
    pub(super) fn share(
        &mut self,
        ctx: &mut Context<'_>,
        client: &mut ClientRejections,
        (request, token): (RequestId, SharedToken),
        actions: &mut Vec<Action>,
    ) {
        let Some((reason, replaces)) = self.leave_request(request) else { return };
        let now = ctx.now.mono;
        if now >= token.ends {
            self.wanted |= reason != Reason::Ahead;
            return;
        }
        if let Some(replacement) = token.replacement {
            self.rejections.on_replaced_elsewhere(replacement, client);
        }
        let lifetime = token.ends.since(now);
        let minted = Minted {
            secret: token.secret,
            lifetime: Some(lifetime),
            missing_scopes: Vec::new(),
            scope: token.scope,
            refresh_token: None,
            peculiarities: Vec::new(),
        };
        self.publish(ctx, now, minted, (reason, replaces), Origin::Fleet, actions);
        self.release(now, actions);
        actions.push(Action::Wake);
    }

    /// Whether the token in service replaced one that the API refused, for the other processes.
    #[must_use]
    pub fn replacement(&self) -> Option<Replacement> {
        self.rejections.replacement(self.service.as_ref()?.sent)
    }

    /// The store did not grant the request in flight.
    pub(super) fn defer(
        &mut self,
        now: Mono,
        request: RequestId,
        until: Option<Mono>,
        actions: &mut Vec<Action>,
    ) {
        let Some((reason, _)) = self.leave_request(request) else { return };
        // One that is asked ahead is asked again because its time has come.
        self.wanted |= reason != Reason::Ahead;
        if let Some(until) = until {
            let why = Arc::new(Refusal::requested_elsewhere());
            let voluntary = reason == Reason::Ahead;
            self.fetch = FetchState::Held { until, why, believed: false, voluntary };
        }
        self.release(now, actions);
    }

    /// Something changed at the store.
    pub(super) fn look_at_store(&mut self, is_newer: bool) {
        match &self.fetch {
            // A limit has a turn in a line, a lease of another has none.
            FetchState::Held { why, .. } if why.is_local_limit() && self.turn.is_none() => {
                self.fetch = FetchState::Idle;
            }
            _ => {}
        }
        // Who used the last token needs the next, and a server may have revoked the last.
        self.wanted |= is_newer && self.rejections.is_used() && self.run_active;
    }

    fn leave_request(&mut self, request: RequestId) -> Option<(Reason, Mono)> {
        let FetchState::InFlight(sent) = &self.fetch else { return None };
        if sent.request != request {
            return None;
        }
        let left = (sent.reason, sent.replaces);
        self.fetch = FetchState::Idle;
        Some(left)
    }

    /// What a failure did to a refresh token of the fleet: the store gives none again that was refused or may be used up, and
    /// the primary grant follows.
    pub(super) fn loss_of_fleet(refusal: &Refusal) -> Loss {
        if refusal.is_about_grant() {
            Loss::Refused { stolen: false }
        } else if refusal.maybe_processed {
            Loss::Lost
        } else {
            Loss::Kept
        }
    }
}
