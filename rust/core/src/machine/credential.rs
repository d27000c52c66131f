//! One credential: which token is in service, and when the next one is requested.
//!
//! It knows its token, that token's number (generation) and deadlines, and what the API said of it. It asks the endpoint
//! for leave to send, and never has more than one request in flight. Invariants:
//!
//! - **One at a time.** At most one token request is in flight; every reader that wants a token meanwhile waits for it.
//! - **Nothing stale.** From its deadline on a token is not handed out; its life counts from when the request that minted
//!   it was sent.
//! - **Nothing thrown away.** A valid token stays in service while a refresh fails or a gate is closed.
//! - **A 401 concerns the token that was sent** ([`Rejections`]), a refresh token is sent by one owner (`refresh_token`),
//!   and for servers that revoke the previous token a refresh waits for the sends under way (`drain`).
//! - **One challenge, one answer.** A server that asks for a nonce is asked again at once, but once: until a token has
//!   come, a second challenge is a failure like others, and waits like them.
//! - **Permanent means permanent.** A refusal that will not change is not retried until the settings change, a run starts,
//!   or a cool-down passes.
//! - **The same token is one token.** One that is handed out again is no new generation, and its end is the sooner one that
//!   the server named (`unchanged`).
//! - **Idle costs nothing.** A token is refreshed ahead only if it was read in its life and a run is active; otherwise the
//!   next is minted when a reader wants it.

mod answer;
mod drain;
mod event;
mod failure_memory;
mod fetch;
mod refresh_token;
mod settings;
mod shared;
mod slot;
mod unchanged;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

pub(super) use answer::Outcome;
use drain::Hold;
pub(super) use event::{Action, Event};
use failure_memory::FailureMemory;
pub(super) use fetch::FetchState;
pub use fetch::HOLD;
use fetch::SentRequest;
use refresh_token::RefreshTokenState;
use secrecy::SecretString;

use super::client_rejections::ClientRejections;
use super::fact::Reason;
use super::input::{NewCredential, RequestId, Seat};
use super::rejection::{Rejections, Report};
use super::waiting_line::{LineKey, Turn};
use crate::config::policy::Policy;
use crate::oauth::token::{Generation, Token};
use crate::oauth::token_answer::Refusal;
use crate::time::clock::{Context, Mono};

/// The machine of one credential.
#[derive(Debug)]
pub struct Credential {
    pub(super) client: u32,
    /// How it presents its client: a number of the endpoint's.
    pub(super) presented: u32,
    /// Of the view that was opened last; one for all users of a profile.
    pub(super) policy: Arc<Policy>,
    /// The token in service. Shared with readers, who take it without asking this machine.
    service: Option<Arc<Token>>,
    /// When the token in service is replaced ahead of its deadline; after one that ran out, when nobody reports about it
    /// any more. One room for both: there may be a hundred thousand credentials.
    service_due: Mono,
    /// Of the last token minted.
    generation: Generation,
    /// The next token is requested because of a 401.
    rejected: bool,
    failures: FailureMemory,
    pub(super) fetch: FetchState,
    /// Its turn in the waiting line, where it is called.
    pub(super) turn: Option<Turn>,
    /// How many credentials of the endpoint had a token when its own came.
    pub(super) neighbours: u32,
    /// A reader wanted a token since the last request was sent.
    wanted: bool,
    run_active: bool,
    shut: bool,
    /// Another slot of its client serves alone.
    retired: bool,
    refresh_token: RefreshTokenState,
    /// Sends are held. Boxed: most credentials never drain.
    hold: Option<Box<Hold>>,
    /// The server asked for a nonce, and no token has come since.
    challenged: bool,
    rejections: Rejections,
    /// The server revokes the previous token when it mints the next.
    learned: bool,
    /// The digest of the last token minted.
    digest: u64,
    /// The server gives the same token until its end: none is asked for before.
    repeats: bool,
    /// The end of the last token has come, and no other took its place.
    ran_out: bool,
    /// After that the server gave it again.
    insists: bool,
    /// How long the slowest recent token request took, in microseconds: there may be a hundred thousand credentials, and no
    /// request takes an hour.
    slowest: u32,
    /// When the endpoint has it in its list of timers.
    pub(super) listed: Mono,
    pub(super) seat: Option<Box<Seat>>,
}

impl Credential {
    pub(super) fn new((client, presented): (u32, u32), new: NewCredential, run_active: bool) -> Self {
        Self {
            client,
            presented,
            policy: new.policy,
            service: None,
            service_due: Mono::NEVER,
            generation: 0,
            rejected: false,
            failures: FailureMemory::default(),
            fetch: FetchState::Idle,
            turn: None,
            neighbours: 0,
            wanted: false,
            run_active,
            shut: false,
            retired: false,
            refresh_token: RefreshTokenState::new(new.sources),
            hold: None,
            challenged: false,
            rejections: Rejections::default(),
            learned: false,
            digest: 0,
            repeats: false,
            ran_out: false,
            insists: false,
            slowest: 0,
            listed: Mono::NEVER,
            seat: new.seat.map(Box::new),
        }
    }

    /// The token that readers get at `now`: the one in service, unless sends are held.
    #[must_use]
    pub fn token(&self, now: Mono) -> Option<&Arc<Token>> {
        self.in_service(now).filter(|_| self.hold.is_none())
    }

    pub(super) fn in_service(&self, now: Mono) -> Option<&Arc<Token>> {
        self.service.as_ref().filter(|token| token.serves(now, Duration::ZERO))
    }

    /// Whether sends are held until those under way have ended and a new token is there.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.hold.is_some()
    }

    /// Whether the next request relies on a refresh token.
    #[must_use]
    pub fn holds_refresh_token(&self) -> bool {
        self.refresh_token.is_held()
    }

    /// Whether a refresh token that its file holds is news: neither the one at hand nor one that was replaced or dropped.
    #[must_use]
    pub fn is_new_refresh_token(&self, token: &SecretString) -> bool {
        self.refresh_token.is_new(token)
    }

    /// Whether the server was seen to give the same token until its end.
    #[must_use]
    pub fn repeats(&self) -> bool {
        self.repeats
    }

    /// The number of the last token minted.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// Whether a token request is in flight.
    #[must_use]
    pub fn in_flight(&self) -> bool {
        matches!(self.fetch, FetchState::InFlight(_))
    }

    /// Whether one more reader that wants a token changes nothing.
    pub(super) fn is_expected(&self) -> bool {
        self.wanted && !matches!(self.fetch, FetchState::Idle)
    }

    /// Its own refusal that will not change by itself, while it is believed.
    #[must_use]
    pub fn permanent(&self, now: Mono) -> Option<&Arc<Refusal>> {
        self.permanent_until().filter(|(_, until)| now < *until).map(|(refusal, _)| refusal)
    }

    pub(super) fn permanent_until(&self) -> Option<(&Arc<Refusal>, Mono)> {
        self.failures.permanent.as_ref().map(|(refusal, until)| (refusal, *until))
    }

    /// Why the last token request failed, until one succeeds or a run starts.
    #[must_use]
    pub fn last_refusal(&self) -> Option<&Arc<Refusal>> {
        self.failures.last_refusal.as_ref()
    }

    /// Whether another slot of its client serves alone.
    #[must_use]
    pub fn is_retired(&self) -> bool {
        self.retired
    }

    /// Whether no token comes any more.
    pub(super) fn is_shut(&self) -> bool {
        self.shut
    }

    /// When its timer is due next.
    pub(super) fn next_timeout(&self) -> Option<Mono> {
        if self.shut {
            return None;
        }
        let expiry = self.service.as_ref().map(|token| token.deadline).or(Some(self.service_due));
        let fetch = match self.fetch {
            _ if self.retired => None,
            FetchState::Held { until, .. } => Some(until).filter(|_| self.turn.is_none()),
            FetchState::InFlight(_) => None,
            FetchState::Idle => match &self.hold {
                Some(hold) => hold.due(),
                None => self.ahead_at(),
            },
        };
        [expiry, fetch].into_iter().flatten().min().filter(|due| *due < Mono::NEVER)
    }

    /// Handles one event. The endpoint answers each [`Action::Ask`] with [`Self::grant`] or [`Self::hold`].
    pub(super) fn handle(
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
            Event::Wanted(floor) => match self.token(now) {
                Some(token) if token.is_for(now, floor) => actions.push(Action::Wake),
                _ => self.wanted = true,
            },
            Event::Read(generation) => {
                if self.is_current(generation) {
                    self.rejections.on_used(now, client);
                }
            }
            Event::Answered(outcome) => self.answered(ctx, outcome, &mut actions),
            Event::Shared(request, token) => self.share(ctx, client, (request, token), &mut actions),
            Event::Deferred(request, until) => self.defer(now, request, until, &mut actions),
            Event::StoreChanged(is_newer) => self.look_at_store(is_newer),
            Event::Timer => self.vacate(now, &mut actions),
            Event::Called => {
                if matches!(self.fetch, FetchState::Held { .. }) {
                    self.fetch = FetchState::Idle;
                }
            }
            Event::Accepted(generation, sent) => {
                self.accept(Report { sent, now }, generation, client, &mut actions);
            }
            Event::Rejected(generation, sent) => {
                self.reject(Report { sent, now }, generation, client, &mut actions);
            }
            Event::SendsLeft(left) => self.sends_left(left),
            Event::Configured(policy) => self.configure(ctx, policy, &mut actions),
            Event::Reconfigured => {
                self.failures.forget_permanent();
                self.try_again();
            }
            Event::RefreshTokenFound(secret) => {
                if self.refresh_token.find(secret) {
                    self.failures.forget_permanent();
                }
            }
            Event::RefreshTokenTaken(request, secret) => self.take_refresh_token(request, secret),
            Event::RunStarted => {
                self.run_active = true;
                self.failures.forget_refusals();
                self.rejections.forget(client);
                self.try_again();
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
            self.fetch_if_needed(now, &mut actions);
        }
        actions
    }

    /// Forgets what it was doing, after a fault in deciding. `request`: its request in flight.
    pub(super) fn reset(&mut self, request: Option<RequestId>) {
        self.fetch = match (std::mem::replace(&mut self.fetch, FetchState::Idle), request) {
            (fetch @ FetchState::InFlight(_), Some(_)) => fetch,
            (_, Some(request)) => FetchState::InFlight(Box::new(SentRequest {
                request,
                reason: Reason::Expired,
                sent: Mono::ZERO,
                replaces: Mono::ZERO,
                refresh: None,
                refreshes: false,
            })),
            (_, None) => FetchState::Idle,
        };
        self.end_service();
        (self.hold, self.turn) = (None, None);
        (self.wanted, self.listed) = (false, Mono::NEVER);
    }

    /// The line in which it waits, if it has to.
    pub(super) fn line(&self) -> LineKey {
        LineKey { client: self.client, presented: self.presented, filling: self.policy.limits.per_client }
    }

    /// When the request for the token in service was sent, if that is this generation.
    pub(super) fn sent_at(&self, generation: Generation) -> Option<Mono> {
        let token = self.service.as_ref()?;
        (token.generation == generation).then_some(token.sent)
    }

    /// No token is in service any more, before its deadline.
    fn end_service(&mut self) {
        (self.service, self.service_due) = (None, Mono::NEVER);
    }

    fn slowest(&self) -> Duration {
        Duration::from_micros(self.slowest.into())
    }

    /// Its turn in the line, as long as it waits for something.
    pub(super) fn keeps_turn(&mut self) -> Option<Turn> {
        self.turn = self.turn.filter(|_| matches!(self.fetch, FetchState::Held { .. }));
        self.turn
    }

    /// Whether a token is kept, published or not.
    pub(super) fn is_in_service(&self) -> bool {
        self.service.is_some()
    }
}
