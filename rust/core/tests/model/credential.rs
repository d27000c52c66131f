//! What the model believes of a credential: its token, what readers hold, and why a request may be sent for it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tollgate_core::acquire::{AcquireOutcome, Waiter, acquire};
use tollgate_core::config::policy::{Policy, Refresh};
use tollgate_core::machine::fact::Reason;
use tollgate_core::machine::{Availability, ClientPresented, CredentialId, NewCredential, RequestId, Seat};
use tollgate_core::oauth::token::{Generation, Token};
use tollgate_core::time::clock::Mono;

use super::patient;
use super::refresh_token::RefreshToken;

pub(crate) struct Kept {
    pub(super) generation: Generation,
    sent: Mono,
    arrived: Mono,
    lifetime: Duration,
    pub(super) deadline: Mono,
    /// A reader took it.
    pub(super) read: bool,
}

/// Sends are held.
pub(crate) struct Drain {
    /// When it ends at the latest, but for a request in flight.
    pub(super) ends: Mono,
    cut_off: bool,
}

pub(crate) struct Credential {
    pub(crate) id: CredentialId,
    pub(super) client: usize,
    pub(super) presented: ClientPresented,
    pub(super) seat: Option<Seat>,
    /// Of the view that was opened last.
    pub(super) policy: Arc<Policy>,
    pub(super) views: Vec<Arc<Policy>>,
    pub(super) refresh_token: RefreshToken,
    pub(super) token: Option<Kept>,
    /// What readers hold, and what they are told.
    pub(super) published: Option<Arc<Token>>,
    pub(super) availability: Availability,
    pub(super) newest: Generation,
    pub(crate) in_flight: Option<(RequestId, Mono)>,
    /// The last request that was answered.
    pub(super) answered: Option<RequestId>,
    /// When the request of a token that came was sent, and how long the token lives.
    pub(super) minting: Option<(Mono, Duration)>,
    pub(super) drain: Option<Drain>,
    /// Sends under way.
    pub(super) sends_under_way: BTreeSet<u64>,
    /// The server asked for a nonce, and no token has come since.
    pub(super) challenged: bool,
    pub(super) wanted: bool,
    /// The API refused the last token minted, so that it is replaced.
    pub(super) rejected: bool,
    /// A refusal is believed until then.
    pub(super) refused_until: Mono,
    pub(super) run_active: bool,
    pub(super) retired: bool,
    pub(super) removed: bool,
    pub(super) shut: bool,
    pub(crate) sends: u64,
    pub(crate) mints: u64,
}

impl Credential {
    pub(super) fn new(id: CredentialId, client: usize, new: &NewCredential, run_active: bool) -> Self {
        Self {
            id,
            client,
            presented: new.presented,
            seat: new.seat,
            policy: Arc::clone(&new.policy),
            views: vec![Arc::clone(&new.policy)],
            refresh_token: RefreshToken::new(&new.sources),
            token: None,
            published: None,
            availability: Availability::default(),
            newest: 0,
            in_flight: None,
            answered: None,
            minting: None,
            drain: None,
            sends_under_way: BTreeSet::new(),
            challenged: false,
            wanted: false,
            rejected: false,
            refused_until: Mono::ZERO,
            run_active,
            retired: false,
            removed: false,
            shut: false,
            sends: 0,
            mints: 0,
        }
    }

    /// Whether anything may still happen to it.
    pub(super) fn lives(&self) -> bool {
        !self.removed && !self.shut
    }

    pub(super) fn in_service(&self, now: Mono) -> Option<&Kept> {
        self.token.as_ref().filter(|token| now < token.deadline)
    }

    /// The generation that readers must get.
    pub(super) fn serving(&self, now: Mono) -> Option<Generation> {
        self.in_service(now).filter(|_| self.drain.is_none()).map(|token| token.generation)
    }

    /// Whether a reader that needs so much remaining life gets the token.
    pub(super) fn serves(&self, now: Mono, floor: Duration) -> bool {
        self.in_service(now).filter(|_| self.drain.is_none()).is_some_and(|token| {
            let most = token.deadline.since(token.arrived) / 10 * 9;
            floor <= most.min(token.deadline.since(now))
        })
    }

    /// What a reader gets.
    pub(super) fn look(&self, now: Mono, waiter: &Waiter) -> AcquireOutcome<'_> {
        acquire(self.published.as_deref(), &self.availability, now, waiter)
    }

    pub(super) fn send(&mut self, now: Mono, request: RequestId, reason: Reason) {
        assert!(self.lives(), "a request after the end");
        assert!(!self.retired, "a request of a slot that is retired");
        assert!(self.in_flight.is_none(), "a second request in flight");
        assert!(now >= self.refused_until, "a request that was refused is sent again");
        assert_eq!(reason, self.reason(now));
        if self.in_service(now).is_none() {
            assert!(self.wanted, "a request that nobody needs");
        } else if let Some(drain) = &self.drain {
            let over = drain.cut_off || self.sends_under_way.is_empty();
            assert!(over, "a token that sends rely on is replaced");
        } else {
            assert_ne!(self.policy.refresh, Refresh::Drain, "a refresh without a drain");
            self.needs_refresh(now);
        }
        self.wanted = false;
        self.in_flight = Some((request, now));
        self.sends += 1;
    }

    /// Why a request would be sent.
    pub(super) fn reason(&self, now: Mono) -> Reason {
        match self.in_service(now) {
            _ if self.rejected => Reason::Rejected,
            Some(_) => Reason::Ahead,
            None if self.newest == 0 => Reason::First,
            None => Reason::Expired,
        }
    }

    fn needs_refresh(&self, now: Mono) {
        let is_due =
            |token: &Kept| token.read && self.run_active && now >= token.earliest_refresh(&self.policy);
        let needed = self.wanted || self.in_service(now).is_some_and(is_due);
        assert!(needed, "a refresh that nobody needs yet");
    }

    pub(super) fn mint(&mut self, arrived: Mono, generation: Generation) {
        let (sent, lifetime) = self.minting.take().expect("a token comes with an answer");
        assert_eq!(generation, self.newest + 1, "generations count up");
        self.newest = generation;
        self.mints += 1;
        (self.wanted, self.rejected) = (false, false);
        self.refused_until = Mono::ZERO;
        let deadline = sent.after(lifetime);
        self.token =
            (!self.retired).then_some(Kept { generation, sent, arrived, lifetime, deadline, read: false });
    }

    /// `refused`: the API refused this generation just now.
    pub(super) fn withdraw(&mut self, now: Mono, refused: Option<Generation>) {
        self.published = None;
        let Some(token) = self.token.take() else { return };
        let over = now >= token.deadline || refused == Some(token.generation) || self.retired || self.shut;
        assert!(over, "a valid token was withdrawn: {}", token.generation);
    }

    pub(super) fn hold_sends(&mut self, now: Mono) {
        assert_eq!(self.policy.refresh, Refresh::Drain, "a drain that nobody asked for");
        assert!(self.in_service(now).is_some(), "a drain without a token");
        self.needs_refresh(now);
        self.published = None;
        self.drain = Some(Drain { ends: now.after(self.policy.drain_timeout), cut_off: false });
    }

    pub(super) fn cut_off_sends(&mut self, now: Mono) {
        let drain = self.drain.as_mut().expect("sends are cut off in a drain");
        assert!(now >= drain.ends, "sends are cut off before their time");
        drain.cut_off = true;
    }

    /// What readers get at this time.
    pub(super) fn check(&self, now: Mono) {
        let get = |at| match self.look(at, &patient()) {
            AcquireOutcome::Serve(token) => Some(token.generation),
            _ => None,
        };
        assert_eq!(get(now), self.serving(now), "what readers get");
        if let Some(generation) = self.serving(now) {
            let deadline = self.token.as_ref().map_or(Mono::NEVER, |token| token.deadline);
            assert_eq!(get(deadline.before(Duration::from_nanos(1))), Some(generation));
            assert_eq!(get(deadline), None, "served at its deadline");
        }
    }
}

impl Kept {
    /// No refresh ahead comes earlier: half a life and a twentieth are given up at most, and of the rest a quarter where
    /// many refreshes are spread.
    fn earliest_refresh(&self, policy: &Policy) -> Mono {
        let kept = self.lifetime.mul_f64(0.45).min(policy.interval.unwrap_or(Duration::MAX));
        self.sent.after(kept.mul_f64(0.75).saturating_sub(Duration::from_nanos(1)))
    }
}
