//! What the answer to a token request does.
//!
//! Invariants: only the answer to the request in flight counts; a token that ran out on its way is none; a failure
//! takes nothing from a token in service; a refusal that will not change is believed for a while; a challenge is no
//! failure.

use std::sync::Arc;

use super::refresh_token::{Loss, Spent};
use super::{Credential, InService, Pursuit};
use crate::machine::admission::Ticket;
use crate::machine::event::Action;
use crate::machine::fact::{Fact, Reason};
use crate::machine::rejection::Published;
use crate::oauth::token::Token;
use crate::oauth::token_answer::{Class, Minted, Refusal};
use crate::time::clock::{Context, Mono};

impl Credential {
    /// An outcome may not be what it looks like: a token that expired on its way is of no use, and a server that asks
    /// for one nonce after the other would be asked for ever.
    pub(crate) fn assess(
        &self,
        now: Mono,
        sent: Mono,
        outcome: Result<Minted, Refusal>,
    ) -> Result<Minted, Refusal> {
        let minted = outcome.map_err(|refusal| match refusal.class {
            Class::Challenged if self.challenged => Refusal { class: Class::Garbled, ..refusal },
            _ => refusal,
        })?;
        let life = minted.lifetime.unwrap_or(self.policy.default_lifetime);
        if now >= sent.after(life) {
            return Err(Refusal::garbled("the token had expired before it arrived"));
        }
        Ok(minted)
    }

    pub(super) fn answered(
        &mut self,
        ctx: &mut Context<'_>,
        ticket: Ticket,
        sent: Mono,
        outcome: Result<Minted, Refusal>,
        actions: &mut Vec<Action>,
    ) {
        let Pursuit::InFlight { ticket: awaited, reason, refresh, replaces, .. } = self.pursuit else {
            return;
        };
        if awaited != ticket {
            return;
        }
        self.pursuit = Pursuit::Idle;
        let now = ctx.now.mono;
        // The last few requests tell how slow the next can be; older ones fade.
        self.slowest = now.since(sent).max(self.slowest * 4 / 5);
        let asks_again = match outcome {
            Ok(minted) => {
                self.publish(ctx, sent, minted, (reason, replaces), refresh.is_some(), actions);
                false
            }
            Err(refusal) => self.fail(now, Arc::new(refusal), refresh, actions),
        };
        // The primary grant follows a refused refresh token at once, and a nonce the challenge: sends that are held wait
        // for that too.
        if !asks_again {
            self.release(now, actions);
        }
        actions.push(Action::Wake);
    }

    fn publish(
        &mut self,
        ctx: &mut Context<'_>,
        sent: Mono,
        minted: Minted,
        (reason, replaces): (Reason, Mono),
        refreshed: bool,
        actions: &mut Vec<Action>,
    ) {
        let now = ctx.now.mono;
        let lifetime = minted.lifetime.unwrap_or(self.policy.default_lifetime);
        if self.purse.earn(minted.refresh_token)
            && let Some(secret) = self.purse.secret()
        {
            actions.push(Action::Keep(secret.clone()));
            if refreshed {
                actions.push(Action::Note(Fact::Rotated));
            }
        }
        self.generation += 1;
        let generation = self.generation;
        let token = Token {
            secret: minted.secret,
            generation,
            sent,
            arrived: ctx.now.mono,
            lifetime,
            deadline: sent.after(lifetime),
            scope: minted.scope,
        };
        self.service = Some(Box::new(InService {
            token: Arc::new(token),
            refresh_at: self.policy.refresh_point(
                sent,
                lifetime,
                self.refresh(),
                (self.slowest, self.neighbours),
                ctx,
            ),
        }));
        let replaced = Some(replaces).filter(|end| reason == Reason::Ahead && now < *end && self.learns());
        self.rejections.on_published(Published { asked: sent, replaced });
        self.rejected = false;
        self.vacant_at = Mono::NEVER;
        self.service.take_if(|_| self.retired);
        self.wanted = false;
        self.trouble.forgive();
        self.challenged = false;
        (self.service.is_some() && self.flights.hold().is_none()).then(|| actions.push(Action::Publish));
        actions.push(Action::Note(Fact::Minted {
            generation,
            reason,
            refreshed,
            lifetime,
            lifetime_assumed: minted.lifetime.is_none(),
            missing_scopes: minted.missing_scopes,
        }));
    }

    /// Whether the next request follows at once.
    fn fail(
        &mut self,
        now: Mono,
        refusal: Arc<Refusal>,
        refresh: Option<Spent>,
        actions: &mut Vec<Action>,
    ) -> bool {
        if refusal.class == Class::Challenged {
            // Whatever the request relied on is as good as before.
            self.challenged = true;
            self.wanted = true;
            actions.push(Action::Note(Fact::Challenged));
            return true;
        }
        let loss = refresh.map_or(Loss::Kept, |spent| self.purse.lose(&refusal, spent));
        let still_valid = self.in_service(now).map(|token| token.remaining(now));
        actions.push(Action::Note(Fact::Failed {
            refusal: Arc::clone(&refusal),
            refreshing: refresh.is_some(),
            still_valid,
        }));
        match loss {
            Loss::Refused { stolen } => {
                // The primary grant is another request: nothing that was said is about it.
                self.wanted = true;
                actions.push(Action::Note(Fact::FellBack { stolen }));
            }
            _ if refusal.class == Class::Permanent => {
                let believed_until = now.after(self.policy.permanent_cooldown);
                self.trouble.permanent = Some((Arc::clone(&refusal), believed_until));
            }
            Loss::Kept | Loss::Lost | Loss::Doubtful => actions.push(Action::Hold(Arc::clone(&refusal))),
        }
        match loss {
            Loss::Lost => actions.push(Action::Note(Fact::RefreshTokenLost { dropped: true })),
            Loss::Doubtful => actions.push(Action::Note(Fact::RefreshTokenLost { dropped: false })),
            Loss::Kept | Loss::Refused { .. } => {}
        }
        self.trouble.last_refusal = Some(refusal);
        matches!(loss, Loss::Refused { .. })
    }
}
