//! The machine of one credential: which token is in service, and when the next one is asked for.
//!
//! It knows its token, that token's number (generation) and deadlines, and what the API said of it. It asks
//! the [`crate::machine::admission`] machine for leave to send, and never has more than one request on its way.
//! Invariants:
//!
//! - **One at a time.** At most one token request is in flight; whoever wants a token meanwhile waits for it.
//! - **Nothing stale.** From its deadline on a token is not handed out; its life counts from when the request
//!   that minted it was sent.
//! - **Nothing thrown away.** A valid token stays in service while a refresh fails or a gate is closed.
//! - **A 401 concerns the token that was sent** ([`Rejections`]), one refresh token in one hand (`refresh_token`), and for servers that
//!   revoke the previous token a refresh that waits for sends under way (`drain`).
//! - **One challenge, one answer.** A server that asks for a nonce is asked again at once, but once: until a token has
//!   come, a second challenge is a failure like others, and waits like them.
//! - **Permanent means permanent.** A refusal that will not change is not retried until the settings change, a
//!   run starts, or a cool-down passes.
//! - **Idle costs nothing.** A token is refreshed ahead only if it was read in its life and a run is active;
//!   otherwise the next is minted when someone wants it.
//!
//! What a reader gets at any moment is computed from this state in [`crate::acquire`].

mod answer;
mod drain;
mod pursuit;
mod refresh_token;
mod rejection;
mod retired;
mod trouble;

use std::sync::Arc;
use std::time::Duration;

pub use drain::Flight;
use drain::Flights;
pub use pursuit::HOLD;
pub(crate) use pursuit::Pursuit;
use refresh_token::Purse;
use secrecy::ExposeSecret;
use trouble::Troubles;

use crate::config::policy::{Policy, Refresh};
use crate::machine::admission::{Asked, Ticket, Turn};
use crate::machine::client_rejections::ClientRejections;
use crate::machine::event::Action;
pub use crate::machine::event::Event;
use crate::machine::fact::Reason;
use crate::machine::rejection::{Rejections, Report};
use crate::oauth::grant::{GrantSources, RequestGrant};
use crate::oauth::token::{Generation, Token};
use crate::oauth::token_answer::Refusal;
use crate::time::clock::{Context, Mono};

/// The token in service and what is known of it.
#[derive(Debug)]
struct InService {
    /// Shared with readers, who take it without asking this machine.
    token: Arc<Token>,
    refresh_at: Mono,
}

/// The machine.
#[derive(Debug)]
pub struct Credential {
    client: Arc<str>,
    /// One for all users of a profile.
    policy: Arc<Policy>,
    /// Boxed, so that a credential without a token has no room for one.
    service: Option<Box<InService>>,
    /// Of the last token minted.
    generation: Generation,
    /// The next token is asked for because of a 401.
    rejected: bool,
    rejections: Rejections,
    trouble: Troubles,
    pub(crate) pursuit: Pursuit,
    /// Its turn in the line of the endpoint, while it is held for want of a place.
    turn: Option<Turn>,
    /// When nobody will ask about its last token any more.
    vacant_at: Mono,
    /// How many credentials had a token of the same endpoint when its own came.
    neighbours: u32,
    /// Someone wanted a token since the last request was sent.
    wanted: bool,
    run_active: bool,
    pub(crate) shut: bool,
    /// Another slot of its client serves alone.
    retired: bool,
    purse: Purse,
    flights: Flights,
    /// The server asked for a nonce, and no token has come since.
    challenged: bool,
    /// The server revokes the previous token when it mints the next.
    learned: bool,
    /// The slowest recent token request.
    slowest: Duration,
}

impl Credential {
    /// A credential of the client with this id that has no token yet.
    #[must_use]
    pub fn new(client: impl Into<Arc<str>>, policy: impl Into<Arc<Policy>>, means: GrantSources) -> Self {
        Self {
            purse: Purse::new(means),
            flights: Flights::default(),
            challenged: false,
            learned: false,
            slowest: Duration::ZERO,
            client: client.into(),
            policy: policy.into(),
            service: None,
            generation: 0,
            rejected: false,
            rejections: Rejections::default(),
            trouble: Troubles::default(),
            pursuit: Pursuit::Idle,
            turn: None,
            vacant_at: Mono::NEVER,
            neighbours: 0,
            wanted: false,
            run_active: false,
            shut: false,
            retired: false,
        }
    }

    /// The id of the client, the name under which the endpoint limits it.
    #[must_use]
    pub fn client(&self) -> &str {
        &self.client
    }

    pub(crate) fn client_name(&self) -> &Arc<str> {
        &self.client
    }

    /// Its settings.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The token that readers get at `now`: the one in service, unless sends are held.
    #[must_use]
    pub fn token(&self, now: Mono) -> Option<&Arc<Token>> {
        self.in_service(now).filter(|_| self.flights.hold().is_none())
    }

    fn in_service(&self, now: Mono) -> Option<&Arc<Token>> {
        self.service.as_ref().map(|service| &service.token).filter(|token| token.serves(now, Duration::ZERO))
    }

    /// Whether sends are held until those under way have ended and a new token is there.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.flights.hold().is_some()
    }

    /// Whether the next request relies on a refresh token.
    #[must_use]
    pub fn holds_refresh_token(&self) -> bool {
        self.purse.holds()
    }

    /// Whether this is the refresh token at hand.
    #[must_use]
    pub fn is_refresh_token(&self, token: &str) -> bool {
        self.purse.secret().is_some_and(|secret| secret.expose_secret() == token)
    }

    /// When it refreshes: as set, or as learned.
    #[must_use]
    pub fn refresh(&self) -> Refresh {
        if self.learned { Refresh::Late } else { self.policy.refresh }
    }

    /// Whether it was learned that the server revokes the previous token when it mints the next.
    #[must_use]
    pub fn has_learned(&self) -> bool {
        self.learned
    }

    /// What admission is asked when there is this reason.
    pub(crate) fn asked(&self, reason: Reason) -> Asked<'_> {
        Asked {
            client: &self.client,
            voluntary: reason == Reason::Ahead,
            worst_exchange: self.policy.worst_exchange,
            limits: &self.policy.limits,
            turn: self.turn,
        }
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

    /// Whether a request is on its way for readers who have nothing, and it is known that they want it: one more of them
    /// changes nothing.
    #[must_use]
    pub fn is_on_its_way(&self) -> bool {
        self.in_flight() && self.wanted && self.service.is_none()
    }

    /// The refusal that will not change by itself, while it is believed.
    #[must_use]
    pub fn permanent(&self, now: Mono) -> Option<&Arc<Refusal>> {
        self.trouble.permanent.as_ref().filter(|(_, until)| now < *until).map(|(refusal, _)| refusal)
    }

    /// Why the last token request failed, until one succeeds or a run starts.
    #[must_use]
    pub fn last_refusal(&self) -> Option<&Arc<Refusal>> {
        self.trouble.last_refusal.as_ref()
    }

    /// When [`Event::Timer`] is due next.
    #[must_use]
    pub fn next_wake(&self) -> Option<Mono> {
        if self.shut {
            return None;
        }
        let expiry = self.service.as_ref().map(|service| service.token.deadline).or(Some(self.vacant_at));
        let pursuit = match self.pursuit {
            _ if self.retired => None,
            Pursuit::Held { until, .. } => Some(until),
            Pursuit::InFlight { .. } => None,
            Pursuit::Idle => self.flights.hold().map(|hold| hold.until).or_else(|| self.ahead_at()),
        };
        [expiry, pursuit].into_iter().flatten().min().filter(|due| *due < Mono::NEVER)
    }

    /// When the token in service should be replaced, if anyone will need the next one.
    fn ahead_at(&self) -> Option<Mono> {
        let service = self.service.as_ref().filter(|_| self.rejections.is_used() && self.run_active)?;
        self.purse.next(true)?;
        let believed_until = self.trouble.permanent.as_ref().map_or(Mono::ZERO, |(_, until)| *until);
        Some(service.refresh_at.max(believed_until))
    }

    pub(crate) fn handle(
        &mut self,
        ctx: &mut Context<'_>,
        client: &mut ClientRejections,
        event: Event,
    ) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.shut {
            return actions;
        }
        let now = ctx.now.mono;
        self.expire(now, &mut actions);
        match event {
            Event::Wanted => self.wanted = true,
            Event::Read(generation) => {
                if self.is_current(generation) {
                    self.rejections.on_used(now, client);
                }
            }
            Event::Answered { ticket, sent, outcome } => {
                self.answered(ctx, ticket, sent, outcome, &mut actions)
            }
            Event::Timer => self.vacate(now, &mut actions),
            Event::Called => {
                if let (Pursuit::Held { until, .. }, Some(_)) = (&mut self.pursuit, self.turn) {
                    *until = now;
                }
            }
            Event::Accepted { generation, sent } => {
                self.accept(Report { sent, now }, generation, client, &mut actions);
            }
            Event::Rejected { generation, sent } => {
                self.reject(Report { sent, now }, generation, client, &mut actions);
            }
            Event::Reconfigured => self.trouble.pardon(),
            Event::RefreshToken(secret) => {
                self.purse.replace(secret);
                self.trouble.pardon();
            }
            Event::Began(flight) => self.flights.begin(flight),
            Event::Ended(flight) => self.flights.end(flight),
            Event::RunStarted => {
                self.run_active = true;
                self.trouble.forgive();
                self.rejections.forget(client);
                if matches!(&self.pursuit, Pursuit::Held { why, .. } if why.is_local_limit()) {
                    self.pursuit = Pursuit::Idle;
                }
            }
            Event::RunEnded => {
                self.run_active = false;
                self.wanted = false;
            }
            Event::Retired => self.retire(&mut actions),
            Event::Recalled => self.recall(),
            Event::Alone => self.rejections.forget(client),
            Event::ShutDown => {
                self.shut = true;
                self.leave(&mut actions);
            }
        }
        if !self.shut {
            self.pursue(now, &mut actions);
        }
        actions
    }

    /// Admission said yes: what the request relies on.
    pub(crate) fn granted(&mut self, now: Mono, ticket: Ticket, reason: Reason) -> RequestGrant {
        let using = self.purse.next(self.in_service(now).is_some()).unwrap_or(RequestGrant::Primary);
        let refresh = match using {
            RequestGrant::Refresh(_) => Some(self.purse.spend()),
            RequestGrant::Primary => None,
        };
        self.wanted = false;
        let replaces = self.in_service(now).map_or(Mono::ZERO, |token| token.deadline);
        self.pursuit = Pursuit::InFlight { ticket, reason, asked: now, replaces, refresh };
        using
    }

    /// Admission said when, or in whose turn.
    pub(crate) fn held(&mut self, until: Mono, why: Arc<Refusal>, voluntary: bool, turn: Option<Turn>) {
        self.pursuit = Pursuit::Held { until, why, voluntary };
        self.turn = turn;
    }

    /// Its turn in the line, if it stands there.
    #[must_use]
    pub fn turn(&self) -> Option<Turn> {
        self.turn
    }

    /// Its turn in the line, if it still waits for something: it may have lost interest.
    pub(crate) fn keeps_turn(&mut self) -> Option<Turn> {
        self.turn = self.turn.filter(|_| matches!(self.pursuit, Pursuit::Held { .. }));
        self.turn
    }

    /// Whether a token is kept, shown to readers or not.
    pub(crate) fn is_in_service(&self) -> bool {
        self.service.is_some()
    }

    /// A token is about to come, and so many credentials of the endpoint have one.
    pub(crate) fn meet(&mut self, neighbours: usize) {
        self.neighbours = u32::try_from(neighbours).unwrap_or(u32::MAX);
    }
}
