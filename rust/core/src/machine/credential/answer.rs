//! What the answer to a token request does.
//!
//! Invariants: only the answer to the request in flight counts; a token that ran out before it came is none; a failure
//! takes nothing from a token in service; a refusal that will not change is believed for a while; a challenge is no
//! failure.

use std::sync::Arc;
use std::time::Duration;

use super::super::client::ClientRefusal;
use super::super::fact::{Fact, Reason};
use super::super::input::RequestId;
use super::super::rejection::Published;
use super::refresh_token::{Loss, SentRefreshToken};
use super::unchanged::digest;
use super::{Action, Credential, FetchState, SentRequest};
use crate::oauth::token::Token;
use crate::oauth::token_answer::{Class, Minted, Refusal};
use crate::time::clock::{Context, Mono};

/// The outcome of a request, assessed by the endpoint.
#[derive(Debug)]
pub(in super::super) struct Outcome {
    pub(in super::super) request: RequestId,
    pub(in super::super) sent: Mono,
    pub(in super::super) result: Result<Minted, Arc<Refusal>>,
    /// Where the client itself was refused.
    pub(in super::super) client_refusal: Option<ClientRefusal>,
}

/// What a token came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Primary,
    RefreshToken,
    /// A request of another process.
    Fleet,
}

impl Credential {
    /// An outcome may not be what it looks like: a token that expired before it came is of no use, and a server that asks
    /// for one nonce after the other would be asked for ever.
    pub(in super::super) fn assess(
        &self,
        now: Mono,
        sent: Mono,
        outcome: Result<Minted, Refusal>,
    ) -> Result<Minted, Arc<Refusal>> {
        let minted = outcome.map_err(|refusal| match refusal.class {
            Class::Challenged if self.challenged => Refusal { class: Class::Garbled, ..refusal },
            // Some servers fail where they do not know the client.
            Class::Unavailable if refusal.status.is_some() && self.has_never_succeeded() => {
                Refusal { may_be_client: true, ..refusal }
            }
            _ => refusal,
        })?;
        let lifetime = minted.lifetime.unwrap_or(self.policy.default_lifetime);
        if lifetime.is_zero() {
            return Err(Arc::new(Refusal::expired_token("its lifetime is 0")));
        }
        if now >= sent.after(lifetime) {
            return Err(Arc::new(Refusal::garbled("the token had expired before it arrived")));
        }
        if self.is_spent(&minted) {
            return Err(Arc::new(Refusal::expired_token("it is the one whose end has come")));
        }
        Ok(minted)
    }

    pub(super) fn answered(&mut self, ctx: &mut Context<'_>, outcome: Outcome, actions: &mut Vec<Action>) {
        let FetchState::InFlight(sent) = &self.fetch else { return };
        if sent.request != outcome.request {
            return;
        }
        let SentRequest { reason, replaces, refresh, refreshes, .. } = **sent;
        self.fetch = FetchState::Idle;
        let now = ctx.now.mono;
        // The last few requests tell how slow the next can be; older ones fade.
        let slowest = now.since(outcome.sent).max(self.slowest() * 4 / 5);
        self.slowest = u32::try_from(slowest.as_micros()).unwrap_or(u32::MAX);
        let asks_again = match outcome.result {
            Ok(minted) => {
                let origin = if refreshes { Origin::RefreshToken } else { Origin::Primary };
                self.publish(ctx, outcome.sent, minted, (reason, replaces), origin, actions);
                false
            }
            Err(refusal) => self.fail(now, refusal, (refresh, refreshes), outcome.client_refusal, actions),
        };
        // The primary grant follows a refused refresh token at once, a nonce the challenge, and a new secret the old one:
        // sends that are held wait for that too.
        if !asks_again {
            self.release(now, actions);
        }
        actions.push(Action::Wake);
    }

    pub(super) fn publish(
        &mut self,
        ctx: &mut Context<'_>,
        sent: Mono,
        mut minted: Minted,
        (reason, replaces): (Reason, Mono),
        origin: Origin,
        actions: &mut Vec<Action>,
    ) {
        let now = ctx.now.mono;
        let lifetime = minted.lifetime.unwrap_or(self.policy.default_lifetime);
        let peculiarities = std::mem::take(&mut minted.peculiarities);
        let digest = digest(&minted.secret);
        let is_same = digest == self.digest && self.generation > 0;
        if self.refresh_token.receive(minted.refresh_token.take()) && origin == Origin::RefreshToken {
            actions.push(Action::Note(Fact::Rotated));
        }
        self.rejected = false;
        self.wanted = false;
        self.failures.forget_refusals();
        self.challenged = false;
        if is_same && self.in_service(now).is_some() {
            self.keep(sent, lifetime, reason, actions);
            return actions.extend(peculiarities.into_iter().map(|one| Action::Note(Fact::Peculiar(one))));
        }
        self.digest = digest;
        (self.ran_out, self.insists) = (false, false);
        let replaced = Some(replaces).filter(|end| reason == Reason::Ahead && now < *end && self.learns());
        self.rejections.on_published(Published { asked: sent, replaced });
        self.generation += 1;
        let generation = self.generation;
        let token = Token {
            secret: minted.secret,
            generation,
            sent,
            arrived: now,
            deadline: sent.after(lifetime),
            scope: minted.scope,
        };
        self.end_service();
        if !self.retired {
            self.service_due = self.refresh_point(sent, lifetime, ctx);
            self.service = Some(Arc::new(token));
        }
        if self.service.is_some() && self.hold.is_none() {
            actions.push(Action::Publish);
        }
        actions.push(Action::Note(if origin == Origin::Fleet {
            Fact::Shared { generation, lifetime }
        } else if is_same {
            Fact::Unchanged { generation, reason, lifetime, noticed: self.notice() }
        } else {
            Fact::Minted {
                generation,
                reason,
                refreshed: origin == Origin::RefreshToken,
                lifetime,
                lifetime_assumed: minted.lifetime.is_none(),
                missing_scopes: minted.missing_scopes,
            }
        }));
        actions.extend(peculiarities.into_iter().map(|one| Action::Note(Fact::Peculiar(one))));
    }

    /// Whether the next request follows at once.
    fn fail(
        &mut self,
        now: Mono,
        refusal: Arc<Refusal>,
        (refresh, refreshes): (Option<SentRefreshToken>, bool),
        client_refusal: Option<ClientRefusal>,
        actions: &mut Vec<Action>,
    ) -> bool {
        if refusal.class == Class::Challenged {
            // What the request relied on is as good as before.
            self.challenged = true;
            self.wanted = true;
            actions.push(Action::Note(Fact::Challenged));
            return true;
        }
        let loss = match refresh {
            Some(sent) => self.refresh_token.lose(&refusal, sent),
            None if refreshes => Self::loss_of_fleet(&refusal),
            None => Loss::Kept,
        };
        let still_valid: Option<Duration> = self.in_service(now).map(|token| token.remaining(now));
        actions.push(Action::Note(Fact::Failed {
            refusal: Arc::clone(&refusal),
            refreshing: refreshes,
            still_valid,
            repeated: matches!(client_refusal, Some(ClientRefusal::Known | ClientRefusal::OfOlderSecret)),
        }));
        if client_refusal == Some(ClientRefusal::OfOlderSecret) {
            self.wanted = true;
            return true;
        }
        match loss {
            Loss::Refused { stolen } => {
                // The primary grant is another request: what the server said is not about it.
                self.wanted = true;
                actions.push(Action::Note(Fact::FellBack { stolen }));
            }
            _ if refusal.is_permanent() && client_refusal.is_none() => {
                let believed_until = now.after(self.policy.permanent_cooldown);
                self.failures.permanent = Some((Arc::clone(&refusal), believed_until));
            }
            Loss::Kept | Loss::Lost | Loss::Doubtful => actions.push(Action::Hold(Arc::clone(&refusal))),
        }
        match loss {
            Loss::Lost => actions.push(Action::Note(Fact::RefreshTokenLost { dropped: true })),
            Loss::Doubtful => actions.push(Action::Note(Fact::RefreshTokenLost { dropped: false })),
            Loss::Kept | Loss::Refused { .. } => {}
        }
        self.insists |= self.ran_out && refusal.class == Class::Expired;
        self.failures.in_row = self.failures.in_row.saturating_add(1);
        self.failures.last_refusal = Some(refusal);
        matches!(loss, Loss::Refused { .. })
    }
}
