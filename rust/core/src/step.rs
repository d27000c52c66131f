//! One event through both machines. This is the only way events reach them, in production and in tests alike.

use std::sync::Arc;

use secrecy::SecretString;

use crate::admission::{Admission, Answer, Ticket};
use crate::clock::{Context, Mono};
use crate::credential::{Credential, Event};
use crate::event::Action;
use crate::fact::{Fact, Reason};
use crate::grant::Using;
use crate::response::Refusal;

/// What the caller must do, in this order.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Send the token request now, relying on this; answer with [`Event::Answered`] under this ticket, whatever
    /// happens.
    Send(Ticket, Reason, Using),
    /// Write this refresh token where the next run looks for it.
    Keep(Kept),
    /// [`Credential::token`] changed: show it to readers.
    Publish,
    /// There is no token in service any more: readers must not use what they hold.
    Withdraw,
    /// Let all waiters look again.
    Wake,
    /// Count it, log it.
    Note(Fact),
}

/// Runs `event` through the credential and the admission of its endpoint.
///
/// The caller holds both for the whole call. Afterwards [`Credential::next_wake`] may have changed.
pub fn step(
    credential: &mut Credential,
    admission: &mut Admission,
    ctx: &mut Context<'_>,
    event: Event,
) -> Vec<Effect> {
    let event = match event {
        Event::Answered { ticket, sent, outcome } => {
            let outcome = credential.assess(ctx.now.mono, sent, outcome);
            let refusal = outcome.as_ref().err().map(|refusal| Arc::new(refusal.clone()));
            let backoff = credential.policy().backoff;
            admission.settle(ctx, credential.client(), ticket, &backoff, refusal.as_ref());
            Event::Answered { ticket, sent, outcome }
        }
        other => other,
    };
    let actions = credential.handle(ctx, event);
    actions.into_iter().flat_map(|action| perform(credential, admission, ctx, action)).collect()
}

fn perform(
    credential: &mut Credential,
    admission: &mut Admission,
    ctx: &mut Context<'_>,
    action: Action,
) -> Vec<Effect> {
    let now = ctx.now.mono;
    match action {
        Action::Ask(reason) if credential.must_drain(now) => {
            match admission.stands_in_the_way(ctx, &credential.asked(reason)) {
                None => {
                    credential.drain(now);
                    let mut effects = vec![Effect::Withdraw];
                    if !credential.waits_for_flights(now) {
                        effects.extend(perform(credential, admission, ctx, Action::Ask(reason)));
                    }
                    effects
                }
                Some((until, why)) => hold(credential, ctx, (until, why), reason),
            }
        }
        Action::Ask(reason) => match admission.ask(ctx, &credential.asked(reason)) {
            Answer::Granted(ticket) => {
                let using = credential.granted(now, ticket, reason);
                vec![Effect::Send(ticket, reason, using), Effect::Note(Fact::Sent { reason })]
            }
            Answer::NotBefore(until, why) => hold(credential, ctx, (until, why), reason),
        },
        Action::Hold(why) => {
            let until = admission.opens(credential.client());
            credential.held(until, why, false);
            vec![Effect::Note(Fact::Held { wait: until.since(now) })]
        }
        Action::Keep(secret) => vec![Effect::Keep(Kept(secret))],
        Action::Publish => vec![Effect::Publish],
        Action::Withdraw => vec![Effect::Withdraw],
        Action::Wake => vec![Effect::Wake],
        Action::Note(fact) => vec![Effect::Note(fact)],
    }
}

/// Nothing is sent before then, so there is no reason to hold readers either.
fn hold(
    credential: &mut Credential,
    ctx: &Context<'_>,
    (until, why): (Mono, Arc<Refusal>),
    reason: Reason,
) -> Vec<Effect> {
    credential.held(until, why, reason == Reason::Ahead);
    let mut released = Vec::new();
    credential.release(ctx.now.mono, &mut released);
    released
        .into_iter()
        .filter_map(|action| match action {
            Action::Publish => Some(Effect::Publish),
            Action::Wake => Some(Effect::Wake),
            Action::Note(fact) => Some(Effect::Note(fact)),
            _ => None,
        })
        .collect()
}

/// A refresh token to keep; `Debug` hides it.
#[derive(Clone, Debug)]
pub struct Kept(pub SecretString);
