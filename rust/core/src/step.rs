//! One event through both machines. This is the only way events reach them, in production and in tests alike.

use std::sync::Arc;

use crate::admission::{Admission, Answer, Ticket};
use crate::clock::Context;
use crate::credential::{Credential, Event};
use crate::event::Action;
use crate::fact::{Fact, Reason};

/// What the caller must do, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send the token request now; answer with [`Event::Answered`] under this ticket, whatever happens.
    Send(Ticket, Reason),
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
    ctx: &Context<'_>,
    action: Action,
) -> Vec<Effect> {
    let now = ctx.now.mono;
    match action {
        Action::Ask(reason) => {
            match admission.ask(now, credential.client(), credential.policy().worst_exchange) {
                Answer::Granted(ticket) => {
                    credential.granted(ticket, reason);
                    vec![Effect::Send(ticket, reason), Effect::Note(Fact::Sent { reason })]
                }
                Answer::NotBefore(until, why) => {
                    credential.held(until, why);
                    vec![]
                }
            }
        }
        Action::Hold(why) => {
            let until = admission.opens(credential.client());
            credential.held(until, why);
            vec![Effect::Note(Fact::Held { wait: until.since(now) })]
        }
        Action::Publish => vec![Effect::Publish],
        Action::Withdraw => vec![Effect::Withdraw],
        Action::Wake => vec![Effect::Wake],
        Action::Note(fact) => vec![Effect::Note(fact)],
    }
}
