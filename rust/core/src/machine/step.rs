//! One event through both machines. This is the only way events reach them, in production and in tests alike.

use std::sync::Arc;

use secrecy::SecretString;

use crate::machine::admission::{Admission, Answer, Ticket, Turn};
use crate::machine::credential::{Credential, Event};
use crate::machine::event::Action;
use crate::machine::fact::{Fact, Reason};
use crate::oauth::grant::RequestGrant;
use crate::oauth::token_answer::Refusal;
use crate::time::clock::{Context, Mono};

/// What the caller must do, in this order.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Send the token request now, relying on this; answer with [`Event::Answered`] under this ticket, whatever
    /// happens.
    Send(Ticket, Reason, RequestGrant),
    /// Write this refresh token where the next run looks for it.
    Keep(Kept),
    /// [`Credential::token`] changed: show it to readers.
    Publish,
    /// There is no token in service any more: readers must not use what they hold.
    Withdraw,
    /// Let all waiters look again.
    Wake,
    /// It stands in the line of the endpoint: when this turn is called it must hear [`Event::Called`].
    Stand(Turn),
    /// It stands there no longer.
    Leave(Turn),
    /// Let whoever holds this turn hear [`Event::Called`]; if there is nobody, call the next.
    Call(Turn),
    /// Nobody asks about its last token any more: what was kept for that can go.
    Vacate,
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
    let (stood, resided) = (credential.turn(), credential.is_in_service());
    let called = matches!(event, Event::Called);
    let mut free = false;
    let event = match event {
        Event::Answered { ticket, sent, outcome } => {
            free = true;
            credential.meet(admission.residents());
            let outcome = credential.assess(ctx.now.mono, sent, outcome);
            let refusal = outcome.as_ref().err().map(|refusal| Arc::new(refusal.clone()));
            let backoff = credential.policy().backoff;
            admission.settle(ctx, credential.client(), ticket, &backoff, refusal.as_ref());
            Event::Answered { ticket, sent, outcome }
        }
        other => other,
    };
    let client = Arc::clone(credential.client_name());
    let actions = credential.handle(ctx, admission.rejections(&client), event);
    let mut effects = Vec::with_capacity(actions.len() + 1);
    for action in actions {
        perform(credential, admission, ctx, action, &mut effects);
    }
    admission.resides(resided, credential.is_in_service());
    let stands = credential.keeps_turn();
    if stands != stood {
        if let Some(turn) = stood {
            admission.leave(turn);
            effects.push(Effect::Leave(turn));
        }
        effects.extend(stands.map(Effect::Stand));
    }
    // A place that was offered and not taken is offered to the next.
    let passed =
        called && stands.is_none() && !effects.iter().any(|effect| matches!(effect, Effect::Send(..)));
    if free || passed {
        effects.extend(admission.call().map(Effect::Call));
    }
    effects
}

fn perform(
    credential: &mut Credential,
    admission: &mut Admission,
    ctx: &mut Context<'_>,
    action: Action,
    effects: &mut Vec<Effect>,
) {
    let now = ctx.now.mono;
    match action {
        Action::Ask(reason) if credential.must_drain(now) => {
            match admission.stands_in_the_way(ctx, &credential.asked(reason)) {
                None => {
                    credential.drain(now);
                    effects.push(Effect::Withdraw);
                    if !credential.waits_for_flights(now) {
                        perform(credential, admission, ctx, Action::Ask(reason), effects);
                    }
                }
                Some((until, why)) => hold(credential, ctx, (until, why), reason, None, effects),
            }
        }
        Action::Ask(reason) => match admission.ask(ctx, &credential.asked(reason)) {
            Answer::Granted(ticket) => {
                let using = credential.granted(now, ticket, reason);
                effects.extend([Effect::Send(ticket, reason, using), Effect::Note(Fact::Sent { reason })]);
            }
            Answer::NotBefore(until, why) => hold(credential, ctx, (until, why), reason, None, effects),
            Answer::InLine(turn, until, why) => {
                hold(credential, ctx, (until, why), reason, Some(turn), effects);
            }
        },
        Action::Hold(why) => {
            let until = admission.opens(credential.client());
            credential.held(until, why, false, None);
            effects.push(Effect::Note(Fact::Held { wait: until.since(now) }));
        }
        Action::Keep(secret) => effects.push(Effect::Keep(Kept(secret))),
        Action::Publish => effects.push(Effect::Publish),
        Action::Withdraw => effects.push(Effect::Withdraw),
        Action::Vacate => effects.push(Effect::Vacate),
        Action::Wake => effects.push(Effect::Wake),
        Action::Note(fact) => effects.push(Effect::Note(fact)),
    }
}

/// Nothing is sent before then, so there is no reason to hold readers either.
fn hold(
    credential: &mut Credential,
    ctx: &Context<'_>,
    (until, why): (Mono, Arc<Refusal>),
    reason: Reason,
    turn: Option<Turn>,
    effects: &mut Vec<Effect>,
) {
    credential.held(until, why, reason == Reason::Ahead, turn);
    let mut released = Vec::new();
    credential.release(ctx.now.mono, &mut released);
    effects.extend(released.into_iter().filter_map(|action| match action {
        Action::Publish => Some(Effect::Publish),
        Action::Wake => Some(Effect::Wake),
        Action::Note(fact) => Some(Effect::Note(fact)),
        _ => None,
    }));
}

/// A refresh token to keep; `Debug` hides it.
#[derive(Clone, Debug)]
pub struct Kept(pub SecretString);
