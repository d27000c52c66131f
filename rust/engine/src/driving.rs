//! What becomes of an event: the machines decide, and what they say is done.
//!
//! Invariants: both machines are held for the whole step; whoever's turn it is next is called when nothing is locked; a
//! fault of ours in deciding or in one of the effects does not cost the others, and readers are shown what is in service
//! whatever was being done.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use secrecy::ExposeSecret;
use tollgate_core::machine::admission::Turn;
use tollgate_core::machine::credential::Event;
use tollgate_core::machine::fact::Fact;
use tollgate_core::machine::step::{Effect, step};
use tollgate_core::oauth::token_answer::{Class, Refusal};
use tollgate_core::time::clock::{Context, Mono, Now};

use crate::asking::fault;
use crate::heard::Granted;
#[cfg(test)]
use crate::mishap::{Spot, Struck};
use crate::outbox::Event as Message;
use crate::telling::told;
use crate::vault::{State, Vault};

impl Vault {
    /// Runs one event through the machines and does what they say.
    pub(crate) fn drive(self: &Arc<Self>, event: Event) {
        if let Some(turn) = self.hear(event) {
            self.endpoint.call(turn);
        }
    }

    /// The same, but for calling whoever's turn it is now.
    pub(crate) fn hear(self: &Arc<Self>, event: Event) -> Option<Turn> {
        self.decide(&mut self.lock(), event)
    }

    /// The same for a caller that has it locked.
    pub(crate) fn drive_locked(self: &Arc<Self>, state: &mut State, event: Event) {
        if let Some(turn) = self.decide(state, event) {
            // The next is another credential, and two must not be locked at once.
            let endpoint = Arc::clone(&self.endpoint);
            self.surroundings.runtime.spawn(async move { endpoint.call(turn) });
        }
    }

    /// Whose turn it is now: to be called when nothing is locked.
    fn decide(self: &Arc<Self>, state: &mut State, event: Event) -> Option<Turn> {
        let now = self.now();
        let answered = matches!(event, Event::Answered { .. });
        let sent = if let Event::Answered { sent, .. } = &event { *sent } else { now.mono };
        if answered {
            state.scribe.answering();
        }
        let effects = {
            let State { credential, jitter, .. } = state;
            #[cfg(test)]
            let jitter = &mut Struck {
                chance: jitter,
                mishap: &self.surroundings.mishap,
                profile: &self.profile.name,
            };
            catch_unwind(AssertUnwindSafe(|| {
                #[cfg(test)]
                self.strike(Spot::Event);
                step(credential, &mut self.endpoint.lock(), &mut Context { now, jitter }, event)
            }))
        };
        let effects = effects.unwrap_or_else(|panic| {
            // What the machine wanted done is lost; what readers are shown must not be.
            self.recover(state, now, "deciding what to do");
            resume_unwind(panic)
        });
        let (mut secret_refused, mut refresh_token_refused, mut assertion_refused) = (false, false, false);
        let mut called = None;
        for effect in effects {
            if let Effect::Call(turn) = effect {
                called = Some(turn);
                continue;
            }
            if let Effect::Note(Fact::Failed { refusal, refreshing, .. }) = &effect {
                secret_refused |= is_unknown_secret(refusal);
                refresh_token_refused |= *refreshing && refusal.class == Class::Permanent;
                assertion_refused |= !refreshing && refusal.is_about_grant();
            }
            self.tell_pool(&effect, sent, now);
            let ticket = if let Effect::Send(ticket, ..) = &effect { Some(*ticket) } else { None };
            // A fault in one effect must not cost the others.
            if catch_unwind(AssertUnwindSafe(|| self.perform(state, effect, now))).is_err() {
                self.recover(state, now, "doing what was decided");
                if let Some(ticket) = ticket {
                    self.answer(ticket, now.mono, async { Err(fault("before the request was sent")) });
                }
            }
        }
        if answered {
            state.scribe.answered(self.desk(), now);
        }
        let accepted = state.credential.knows_accepted(self.word());
        let armed_from = state.credential.armed_from().nanos();
        self.shown.judge(state, accepted, armed_from);
        let wake = state.credential.next_wake().unwrap_or(Mono::NEVER);
        self.list(state, wake);
        if secret_refused {
            self.reread_secret(state);
        } else if refresh_token_refused {
            self.reread_refresh_token(state);
        } else if assertion_refused {
            self.reread_assertion(state);
        }
        called
    }

    /// Has it woken then.
    pub(crate) fn list(self: &Arc<Self>, state: &mut State, at: Mono) {
        let listed = std::mem::replace(&mut state.listed, at);
        if listed != at {
            self.surroundings.timers.move_to(self, listed, at);
        }
    }

    /// The time it was listed for has come, and it is listed no more.
    pub(crate) fn wake(self: &Arc<Self>) {
        let mut state = self.lock();
        state.listed = Mono::NEVER;
        #[cfg(test)]
        self.strike(Spot::Timer);
        self.drive_locked(&mut state, Event::Timer);
    }

    /// Lets the machine of its pool know what it does.
    fn tell_pool(&self, effect: &Effect, sent: Mono, now: Now) {
        let Some((pool, slot)) = self.seat() else { return };
        match effect {
            Effect::Send(_, reason, _) => pool.hear(|machine| machine.asked(slot, *reason)),
            Effect::Note(Fact::Failed { .. }) => pool.hear(|machine| machine.failed(slot)),
            Effect::Note(Fact::Minted { generation, .. }) => {
                pool.hear(|machine| machine.minted(slot, *generation, sent, now.mono));
            }
            _ => {}
        }
    }

    fn perform(self: &Arc<Self>, state: &mut State, effect: Effect, now: Now) {
        match effect {
            Effect::Send(ticket, _, using) => self.send(state, ticket, &using),
            Effect::Keep(kept) => self.keep(kept.0),
            Effect::Publish => self.publish(state, now),
            Effect::Withdraw => self.shown.hide(state),
            Effect::Wake => {
                state.handles.iter().for_each(|handle| self.post(Message::Wake(*handle)));
            }
            Effect::Stand(turn) => self.endpoint.stand(turn, self),
            Effect::Leave(turn) => self.endpoint.leave(turn),
            Effect::Call(_) => {} // by whoever has nothing locked
            Effect::Vacate => state.prints.forget(),
            Effect::Note(fact) => {
                #[cfg(test)]
                self.strike(Spot::Note);
                state.tally.count(&fact);
                state.scribe.note(self.desk(), now, &fact);
                if let Fact::Minted { lifetime_assumed, missing_scopes, .. } = &fact {
                    let notable = *lifetime_assumed || !missing_scopes.is_empty();
                    state.granted = notable.then(|| {
                        let missing_scopes = missing_scopes.clone();
                        Box::new(Granted { lifetime_assumed: *lifetime_assumed, missing_scopes })
                    });
                }
                if let Some(message) = told(&self.profile, &fact, || self.endpoint.lock().residents()) {
                    self.post(message);
                }
            }
        }
    }

    /// After a fault of ours: readers are shown what is in service, whatever was being done, and people are told.
    fn recover(&self, state: &mut State, now: Now, doing: &str) {
        self.show(state, now);
        let title = self.profile.title();
        self.post(Message::Error(format!("{title}: Tollgate failed while {doing}; please report it")));
    }

    fn publish(&self, state: &mut State, now: Now) {
        #[cfg(test)]
        self.strike(Spot::Publish);
        if let Some(token) = state.credential.token(now.mono) {
            let generation = token.generation;
            state.prints.remember(&self.surroundings.prints, generation, token.secret.expose_secret());
            if let Some(proving) = self.proving() {
                proving.remember(generation, token.secret.expose_secret());
            }
            self.show(state, now);
        }
    }

    /// Shows readers what is in service.
    fn show(&self, state: &mut State, now: Now) {
        match state.credential.token(now.mono).cloned() {
            Some(token) => self.shown.show(state, token.generation, token),
            None => self.shown.hide(state),
        }
    }
}

fn is_unknown_secret(refusal: &Refusal) -> bool {
    refusal.class == Class::Permanent && refusal.error.as_deref() == Some("invalid_client")
}
