//! May a token request be sent now? Everything at an endpoint that can hold a request back.
//!
//! A 5xx or silence closes the outage breaker for everybody, a 429 the gate of its client. The limits of the profiles hold
//! too: requests in flight at the endpoint, time between two requests of a client, and mint budgets, which count every
//! request granted. What the API says never gets here.

use std::sync::Arc;

use super::client::{Client, ClientRefusal, is_of_client};
use super::credential::Credential;
use super::fact::Reason;
use super::gate::{Failed, Gate, Until};
use super::input::{CredentialId, RequestId};
use super::places::{InFlight, Places};
use super::waiting_line::{Turn, WaitingLine};
use crate::oauth::token_answer::{Class, Refusal};
use crate::time::backoff::Cause;
use crate::time::clock::{Context, Mono};

/// The answer to "may I send a token request?".
#[derive(Debug)]
pub(super) enum Answer {
    /// Yes, now.
    Granted(RequestId),
    /// Not yet.
    Held(Wait),
}

/// How long a credential asks for nothing.
#[derive(Debug)]
pub(super) struct Wait {
    pub(super) until: Mono,
    pub(super) why: Arc<Refusal>,
    /// Up to then its client is refused, which readers are told at once. A wait for a gate or a probe may end well.
    pub(super) believed: bool,
    /// Its turn in the line, if it is called before.
    pub(super) turn: Option<Turn>,
}

/// The breaker, the places and the line of an endpoint, and its clients.
#[derive(Default)]
pub(super) struct Admission {
    pub(super) breaker: Gate,
    pub(super) places: Places,
    pub(super) line: WaitingLine,
    pub(super) clients: Vec<Client>,
    /// What credentials in the line are told, one refusal for all of them.
    crowd: Option<(usize, Arc<Refusal>)>,
}

impl Admission {
    /// The client of a credential or a request.
    pub(super) fn client(&mut self, client: u32) -> &mut Client {
        &mut self.clients[client as usize]
    }

    /// Asks for leave to send one request of a credential.
    pub(super) fn ask(
        &mut self,
        ctx: &mut Context<'_>,
        id: CredentialId,
        credential: &Credential,
        reason: Reason,
    ) -> Answer {
        if let Some((until, why)) = self.obstacle(ctx.now.mono, credential, reason) {
            return Answer::Held(self.held(ctx, until, why, credential.turn, reason));
        }
        let now = ctx.now.mono;
        let client = &mut self.clients[credential.client as usize];
        let request = self.places.enter(InFlight {
            credential: id,
            client: credential.client,
            presented: credential.presented,
            secret: client.secret,
            sent: now,
            policy: Arc::clone(&credential.policy),
        });
        self.breaker.enter(request);
        client.enter(now, request, credential.presented);
        Answer::Granted(request)
    }

    /// What holds a request back, if anything does. Takes nothing.
    pub(super) fn stands_in_the_way(
        &mut self,
        ctx: &mut Context<'_>,
        credential: &Credential,
        reason: Reason,
    ) -> Option<Wait> {
        let (until, why) = self.obstacle(ctx.now.mono, credential, reason)?;
        Some(self.held(ctx, until, why, credential.turn, reason))
    }

    fn held(
        &mut self,
        ctx: &mut Context<'_>,
        until: Until,
        why: Arc<Refusal>,
        turn: Option<Turn>,
        reason: Reason,
    ) -> Wait {
        let now = ctx.now.mono;
        let (until, believed, turn) = match until {
            Until::At(until) => (until, false, None),
            Until::Believed(until) => (until, true, None),
            Until::ProbeEnds => (self.line.look(now, WaitingLine::RECHECK), false, None),
            Until::PlaceFree => {
                let turn = self.line.turn(turn, reason == Reason::Ahead);
                let look = ctx.between(WaitingLine::UNCALLED / 2, WaitingLine::UNCALLED * 3 / 2);
                (self.line.look(now, look), false, Some(turn))
            }
        };
        Wait { until, why, believed, turn }
    }

    /// What holds a request back; of several facts the one that lasts longest.
    fn obstacle(
        &mut self,
        now: Mono,
        credential: &Credential,
        reason: Reason,
    ) -> Option<(Until, Arc<Refusal>)> {
        let client = &self.clients[credential.client as usize];
        let voluntary = reason == Reason::Ahead;
        let held = [self.breaker.holds(now), client.holds(now, credential.presented, voluntary)];
        let full = self.places.taken() >= client.concurrent();
        let filling = credential.filling().filter(|most| client.in_flight() >= *most as usize);
        let places = if let Some(most) = filling {
            Some(Arc::new(Refusal::no_place_in_pool(most)))
        } else if full {
            Some(self.crowded(credential.client))
        } else {
            None
        };
        let place = places.map(|why| (Until::PlaceFree, why));
        held.into_iter().flatten().chain(place).max_by_key(|(until, _)| until.rank())
    }

    fn crowded(&mut self, client: u32) -> Arc<Refusal> {
        let places = self.clients[client as usize].concurrent();
        match &self.crowd {
            Some((known, why)) if *known == places => Arc::clone(why),
            _ => {
                let why = Arc::new(Refusal::no_place(u32::try_from(places).unwrap_or(u32::MAX)));
                self.crowd = Some((places, Arc::clone(&why)));
                why
            }
        }
    }

    /// The next credential in the line that a free place can serve, of clients other than `blocked`.
    pub(super) fn next_in_line(&self, blocked: &[u32]) -> Option<(u32, Turn, CredentialId)> {
        let admissible = |client: &u32| {
            !blocked.contains(client) && self.places.taken() < self.clients[*client as usize].concurrent()
        };
        let client = self.line.clients().find(admissible)?;
        let (turn, id) = self.clients[client as usize].waiting.first_key_value()?;
        Some((client, *turn, *id))
    }

    /// A credential of this client stands at another turn than before.
    pub(super) fn move_in_line(
        &mut self,
        client: u32,
        id: CredentialId,
        before: Option<Turn>,
        after: Option<Turn>,
    ) {
        let waiting = &mut self.clients[client as usize].waiting;
        let head = waiting.keys().next().copied();
        before.map(|turn| waiting.remove(&turn));
        after.map(|turn| waiting.insert(turn, id));
        let new_head = waiting.keys().next().copied();
        self.line.move_head(client, head, new_head);
    }

    /// Finds the first turn of each client again.
    pub(super) fn rebuild_line(&mut self) {
        let heads = self
            .clients
            .iter()
            .zip(0..)
            .filter_map(|(client, number)| client.waiting.keys().next().map(|turn| (*turn, number)));
        self.line.rebuild(heads);
    }

    /// Takes the outcome of a request that left its place.
    pub(super) fn settle(
        &mut self,
        ctx: &mut Context<'_>,
        request: RequestId,
        in_flight: &InFlight,
        refusal: Option<&Arc<Refusal>>,
    ) {
        let policy = &in_flight.policy;
        let (breaker, client) = (&mut self.breaker, &mut self.clients[in_flight.client as usize]);
        breaker.leave(request);
        client.leave(request);
        let Some(refusal) = refusal else {
            breaker.heal(request);
            client.gate.heal(request);
            client.authenticate(request, in_flight.presented);
            return;
        };
        let failed = Failed { request, newest: self.places.newest(), refusal };
        match refusal.class {
            Class::Unavailable => breaker.fail(ctx, &failed, Cause::Faulty, &policy.backoff),
            Class::Throttled => {
                breaker.heal(request);
                client.gate.fail(ctx, &failed, Cause::Throttled, &policy.backoff);
            }
            Class::Garbled => client.gate.fail(ctx, &failed, Cause::Faulty, &policy.backoff),
            // Challenged or refused, it was read and answered as it should be.
            Class::Permanent | Class::Challenged => {
                breaker.heal(request);
                client.gate.heal(request);
                client.gate.observe(ctx, &failed);
            }
        }
    }

    /// Where the client itself was refused, how much that tells. From now on its credentials believe it.
    pub(super) fn refuse_client(
        &mut self,
        now: Mono,
        in_flight: &InFlight,
        refusal: &Arc<Refusal>,
    ) -> Option<ClientRefusal> {
        let InFlight { presented, policy, secret, .. } = in_flight;
        let newest = self.places.newest();
        let client = &mut self.clients[in_flight.client as usize];
        if !is_of_client(refusal) {
            return None;
        }
        if *secret != client.secret {
            return Some(ClientRefusal::OfOlderSecret);
        }
        let until = now.after(policy.permanent_cooldown);
        Some(client.refuse(now, refusal, *presented, (newest, until)))
    }

    /// Until when a credential whose request failed is held: when the gates open that concern it, or for as long as the
    /// refusal of its client is believed.
    pub(super) fn opens(&self, now: Mono, credential: &Credential) -> Mono {
        let client = &self.clients[credential.client as usize];
        let refused = client.refusal(now, credential.presented).map_or(Mono::ZERO, |(_, until)| until);
        self.breaker.closed_until.max(client.gate.closed_until).max(refused)
    }
}
