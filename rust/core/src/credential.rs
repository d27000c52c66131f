//! The machine of one credential: which token is in service, and when the next one is asked for.
//!
//! It knows its token, that token's number (generation) and deadlines, and what the API said of it. It asks
//! the [`crate::admission`] machine for leave to send, and never has more than one request on its way.
//! Invariants:
//!
//! - **One at a time.** At most one token request is in flight; whoever wants a token meanwhile waits for it.
//! - **Nothing stale.** From its deadline on a token is not handed out; its life counts from when the request
//!   that minted it was sent.
//! - **Nothing thrown away.** A valid token stays in service while a refresh fails or a gate is closed.
//! - **One 401, one refresh.** A 401 withdraws exactly the generation that was sent. Further reports of it, and
//!   late ones of older generations, change nothing. If the successor is rejected too before any use of it was
//!   accepted, the token is not the problem: it stays in service, and no token is minted for that reason until
//!   a doubling wait is over.
//! - **Permanent means permanent.** A refusal that will not change is not retried until the settings change, a
//!   run starts, or a cool-down passes.
//! - **Idle costs nothing.** A token is refreshed ahead only if it was read in its life and a run is active;
//!   otherwise the next is minted when someone wants it.
//!
//! What a reader gets at any moment is computed from this state in [`crate::outlook`].

use std::sync::Arc;
use std::time::Duration;

use crate::admission::Ticket;
use crate::clock::{Context, Mono};
use crate::event::Action;
pub use crate::event::Event;
use crate::fact::{Fact, Reason};
pub use crate::policy::Policy;
use crate::response::{Class, Minted, Refusal};
use crate::token::{Generation, Token};

/// The token in service and what is known of it.
#[derive(Debug)]
struct InService {
    token: Token,
    refresh_at: Mono,
    first_read: Option<Mono>,
    accepted: bool,
    /// It came after a token that the API had rejected, and no use was accepted in between.
    successor: bool,
    /// It was rejected as a fresh successor, so it is kept in service whatever the API says of it.
    doubted: bool,
}

/// What is being done about the next token.
#[derive(Debug)]
pub(crate) enum Pursuit {
    Idle,
    Held { until: Mono, why: Arc<Refusal> },
    InFlight { ticket: Ticket, reason: Reason },
}

/// How sure we are that 401s are about the token.
#[derive(Debug, Default)]
struct Doubt {
    /// Successors in a row that were rejected before any use was accepted.
    streak: u32,
    /// No token is minted for a rejection before then.
    until: Mono,
}

/// The machine.
#[derive(Debug)]
pub struct Credential {
    client: String,
    policy: Policy,
    service: Option<InService>,
    /// Of the last token minted.
    generation: Generation,
    /// The API rejected the last token minted.
    rejected: bool,
    doubt: Doubt,
    pub(crate) pursuit: Pursuit,
    /// Real time that passed unseen by the monotonic clock since the last request was sent.
    unseen: Duration,
    /// Someone wanted a token since the last request was sent.
    wanted: bool,
    permanent: Option<(Arc<Refusal>, Mono)>,
    pub(crate) last_refusal: Option<Arc<Refusal>>,
    run_active: bool,
    pub(crate) shut: bool,
}

impl Credential {
    /// A credential of the client with this id that has no token yet.
    #[must_use]
    pub fn new(client: impl Into<String>, policy: Policy) -> Self {
        Self {
            client: client.into(),
            policy,
            service: None,
            generation: 0,
            rejected: false,
            doubt: Doubt::default(),
            pursuit: Pursuit::Idle,
            unseen: Duration::ZERO,
            wanted: false,
            permanent: None,
            last_refusal: None,
            run_active: false,
            shut: false,
        }
    }

    /// The id of the client, the name under which the endpoint limits it.
    #[must_use]
    pub fn client(&self) -> &str {
        &self.client
    }

    /// Its settings.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The token in service at `now`.
    #[must_use]
    pub fn token(&self, now: Mono) -> Option<&Token> {
        self.service.as_ref().map(|service| &service.token).filter(|token| token.serves(now, Duration::ZERO))
    }

    /// The number of the last token minted.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// Whether a token request is on its way.
    #[must_use]
    pub fn in_flight(&self) -> bool {
        matches!(self.pursuit, Pursuit::InFlight { .. })
    }

    /// The refusal that will not change by itself, while it is believed.
    #[must_use]
    pub fn permanent(&self, now: Mono) -> Option<&Arc<Refusal>> {
        self.permanent.as_ref().filter(|(_, until)| now < *until).map(|(refusal, _)| refusal)
    }

    /// Why the last token request failed, until one succeeds or a run starts.
    #[must_use]
    pub fn last_refusal(&self) -> Option<&Arc<Refusal>> {
        self.last_refusal.as_ref()
    }

    /// Whether the API refuses even fresh tokens, so that the one in service is kept whatever the API says.
    #[must_use]
    pub fn doubts_the_api(&self) -> bool {
        self.service.as_ref().is_some_and(|service| service.doubted && !service.accepted)
    }

    /// When [`Event::Timer`] is due next.
    #[must_use]
    pub fn next_wake(&self) -> Option<Mono> {
        if self.shut {
            return None;
        }
        let expiry = self.service.as_ref().map(|service| service.token.deadline);
        let pursuit = match self.pursuit {
            Pursuit::Held { until, .. } => Some(until),
            Pursuit::InFlight { .. } => None,
            Pursuit::Idle => self.ahead_at(),
        };
        [expiry, pursuit].into_iter().flatten().min()
    }

    /// When the token in service should be replaced, if anyone will need the next one.
    fn ahead_at(&self) -> Option<Mono> {
        let service =
            self.service.as_ref().filter(|service| service.first_read.is_some() && self.run_active)?;
        Some(self.permanent.as_ref().map_or(service.refresh_at, |(_, until)| service.refresh_at.max(*until)))
    }

    pub(crate) fn handle(&mut self, ctx: &mut Context<'_>, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.shut {
            return actions;
        }
        let now = ctx.now.mono;
        self.expire(now, &mut actions);
        match event {
            Event::Wanted => self.wanted = true,
            Event::Read(generation) => {
                if let Some(service) = self.current(generation) {
                    service.first_read.get_or_insert(now);
                }
            }
            Event::Answered { ticket, sent, outcome } => {
                self.answered(ctx, ticket, sent, outcome, &mut actions)
            }
            Event::Timer => {}
            Event::Accepted(generation) => {
                if let Some(service) = self.current(generation) {
                    service.accepted = true;
                    self.doubt = Doubt::default();
                }
            }
            Event::Rejected(generation) => self.reject(now, generation, &mut actions),
            Event::Reconfigured => self.permanent = None,
            Event::RunStarted => {
                self.run_active = true;
                self.permanent = None;
                self.last_refusal = None;
                self.doubt = Doubt::default();
            }
            Event::RunEnded => {
                self.run_active = false;
                self.wanted = false;
            }
            Event::Suspended(unseen) => {
                self.unseen = self.unseen.saturating_add(unseen);
                if let Some(service) = &mut self.service {
                    service.token.deadline = service.token.deadline.before(unseen);
                    service.refresh_at = service.refresh_at.before(unseen);
                }
                self.expire(now, &mut actions);
            }
            Event::ShutDown => {
                self.shut = true;
                self.service = None;
                actions.extend([Action::Withdraw, Action::Wake]);
                return actions;
            }
        }
        self.pursue(now, &mut actions);
        actions
    }

    /// Admission said yes.
    pub(crate) fn granted(&mut self, ticket: Ticket, reason: Reason) {
        self.wanted = false;
        self.unseen = Duration::ZERO;
        self.pursuit = Pursuit::InFlight { ticket, reason };
    }

    /// Admission said when.
    pub(crate) fn held(&mut self, until: Mono, why: Arc<Refusal>) {
        self.pursuit = Pursuit::Held { until, why };
    }

    /// An outcome that looks like success may not be one: a token that expired on its way is of no use.
    pub(crate) fn assess(
        &self,
        now: Mono,
        sent: Mono,
        outcome: Result<Minted, Refusal>,
    ) -> Result<Minted, Refusal> {
        let minted = outcome?;
        let life = minted.lifetime.unwrap_or(self.policy.default_lifetime);
        if now >= self.end_of(sent, life) {
            return Err(Refusal::garbled("the token had expired before it arrived"));
        }
        Ok(minted)
    }

    /// When a life that began with the request on its way ends.
    fn end_of(&self, sent: Mono, life: Duration) -> Mono {
        sent.after(life).before(self.unseen)
    }

    fn current(&mut self, generation: Generation) -> Option<&mut InService> {
        self.service.as_mut().filter(|service| service.token.generation == generation)
    }

    fn expire(&mut self, now: Mono, actions: &mut Vec<Action>) {
        if let Some(service) = self.service.take_if(|service| now >= service.token.deadline) {
            let generation = service.token.generation;
            actions.extend([Action::Withdraw, Action::Note(Fact::Expired { generation })]);
        }
    }

    /// Asks for a token if one is needed and nothing stands in the way.
    fn pursue(&mut self, now: Mono, actions: &mut Vec<Action>) {
        match self.pursuit {
            Pursuit::InFlight { .. } => return,
            Pursuit::Held { until, .. } if now < until => return,
            Pursuit::Held { .. } => self.pursuit = Pursuit::Idle,
            Pursuit::Idle => {}
        }
        if self.permanent(now).is_some() {
            return;
        }
        if self.wanted || self.ahead_at().is_some_and(|at| now >= at) {
            actions.push(Action::Ask(self.reason()));
        }
    }

    fn reason(&self) -> Reason {
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

    fn answered(
        &mut self,
        ctx: &mut Context<'_>,
        ticket: Ticket,
        sent: Mono,
        outcome: Result<Minted, Refusal>,
        actions: &mut Vec<Action>,
    ) {
        let reason = match self.pursuit {
            Pursuit::InFlight { ticket: awaited, reason } if awaited == ticket => reason,
            _ => return,
        };
        self.pursuit = Pursuit::Idle;
        match outcome {
            Ok(minted) => self.publish(ctx, sent, minted, reason, actions),
            Err(refusal) => self.fail(ctx.now.mono, Arc::new(refusal), actions),
        }
        actions.push(Action::Wake);
    }

    fn publish(
        &mut self,
        ctx: &mut Context<'_>,
        sent: Mono,
        minted: Minted,
        reason: Reason,
        actions: &mut Vec<Action>,
    ) {
        let lifetime = minted.lifetime.unwrap_or(self.policy.default_lifetime);
        self.generation += 1;
        let generation = self.generation;
        let deadline = self.end_of(sent, lifetime);
        let token =
            Token { secret: minted.secret, generation, sent, arrived: ctx.now.mono, lifetime, deadline };
        self.service = Some(InService {
            token,
            refresh_at: self.policy.refresh_point(sent, lifetime, ctx).before(self.unseen),
            first_read: None,
            accepted: false,
            successor: std::mem::take(&mut self.rejected) || self.doubt.streak > 0,
            doubted: false,
        });
        self.wanted = false;
        self.permanent = None;
        self.last_refusal = None;
        actions.push(Action::Publish);
        actions.push(Action::Note(Fact::Minted {
            generation,
            reason,
            lifetime,
            lifetime_assumed: minted.lifetime.is_none(),
            missing_scopes: minted.missing_scopes,
        }));
    }

    fn fail(&mut self, now: Mono, refusal: Arc<Refusal>, actions: &mut Vec<Action>) {
        if refusal.class == Class::Permanent {
            self.permanent = Some((Arc::clone(&refusal), now.after(self.policy.permanent_cooldown)));
        } else {
            actions.push(Action::Hold(Arc::clone(&refusal)));
        }
        let still_valid = self.token(now).map(|token| token.remaining(now));
        actions.push(Action::Note(Fact::Failed { refusal: Arc::clone(&refusal), still_valid }));
        self.last_refusal = Some(refusal);
    }

    fn reject(&mut self, now: Mono, generation: Generation, actions: &mut Vec<Action>) {
        let doubt_until = self.doubt.until;
        let window = self.policy.doubt(self.doubt.streak);
        let ignored = Action::Note(Fact::RejectionIgnored { generation });
        let Some(service) = self.current(generation).filter(|_| now >= doubt_until) else {
            return actions.push(ignored);
        };
        // Where scripts report failures only, nobody says "accepted": a successor that was in use for the whole
        // window is taken to have worked.
        let in_use = service.first_read.map_or(Duration::ZERO, |first| now.since(first));
        let unproven = service.successor && !service.accepted && in_use < window;
        if unproven && !service.doubted {
            service.doubted = true;
            self.doubt = Doubt { streak: self.doubt.streak.saturating_add(1), until: now.after(window) };
            return actions.push(Action::Note(Fact::NotTheToken { generation, wait: window }));
        }
        let keep = service.doubted && !service.accepted;
        let worked = service.successor && !keep;
        if std::mem::replace(&mut self.rejected, true) {
            actions.push(ignored);
        } else {
            actions.push(Action::Note(Fact::Rejected { generation }));
        }
        self.wanted = true;
        if worked {
            self.doubt = Doubt::default();
        }
        if !keep {
            self.service = None;
            actions.push(Action::Withdraw);
        }
    }
}
