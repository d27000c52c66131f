//! May a token request be sent now? Everything at an endpoint that can hold a request back.
//!
//! A 5xx or silence closes the outage breaker for everybody, a 429 the gate of its client. The limits of the profiles hold
//! too: requests in flight at the endpoint, time between two requests of a client, and mint budgets, which count every
//! request granted. What the API says never gets here.

use std::sync::Arc;

use super::client::{Client, ClientRefusal};
use super::credential::Credential;
use super::fact::Reason;
use super::gate::{Failed, Gate};
use super::input::{ClientPresented, CredentialId, RequestId};
use super::obstacle::{Cause, Limit, Obstacle, Until};
use super::places::{InFlight, Places};
use super::waiting_line::{LineKey, Turn, WaitingLines};
use crate::oauth::token_answer::{Class, Refusal};
use crate::time::backoff;
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
    /// A time that has passed, where that depends on requests in flight.
    pub(super) until: Mono,
    pub(super) why: Arc<Refusal>,
    /// Up to then its client is refused, which readers are told at once. A wait for a gate or a probe may end well.
    pub(super) believed: bool,
    /// Its turn in a line, where it is called. Without one it asks again at that time.
    pub(super) turn: Option<Turn>,
}

/// The breaker, the places and the lines of an endpoint, and its clients.
#[derive(Default)]
pub(super) struct Admission {
    pub(super) breaker: Gate,
    pub(super) places: Places,
    pub(super) lines: WaitingLines,
    pub(super) clients: Vec<Client>,
    /// How credentials present their clients. They name it by its number, which takes less room.
    presented: Vec<ClientPresented>,
    /// What credentials that a limit holds back are told: one refusal for all of them.
    limit_explained: Option<(Limit, Arc<Refusal>)>,
}

/// The calls of one input.
pub(super) struct Calls {
    /// Up to there the lines have been looked at.
    from: Turn,
    /// When the next is due, as far as that is known.
    pub(super) due: Mono,
}

impl Default for Calls {
    fn default() -> Self {
        Self { from: Turn::FIRST, due: Mono::NEVER }
    }
}

impl Admission {
    /// The client of a credential or a request.
    pub(super) fn client(&mut self, client: u32) -> &mut Client {
        &mut self.clients[client as usize]
    }

    /// The number of a way to present a client.
    pub(super) fn number(&mut self, presented: ClientPresented) -> u32 {
        let known = self.presented.iter().position(|known| *known == presented);
        let number = known.unwrap_or_else(|| {
            self.presented.push(presented);
            self.presented.len() - 1
        });
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// How a credential presents its client.
    pub(super) fn presented(&self, credential: &Credential) -> ClientPresented {
        self.presented[credential.presented as usize]
    }

    /// Asks for leave to send one request of a credential.
    pub(super) fn ask(
        &mut self,
        now: Mono,
        id: CredentialId,
        credential: &Credential,
        reason: Reason,
    ) -> Answer {
        if let Some(wait) = self.stands_in_the_way(now, credential, reason) {
            return Answer::Held(wait);
        }
        let presented = self.presented(credential);
        let client = &mut self.clients[credential.client as usize];
        let request = self.places.enter(InFlight {
            credential: id,
            client: credential.client,
            presented,
            secret: client.secret(presented),
            sent: now,
            policy: Arc::clone(&credential.policy),
        });
        self.breaker.enter(request);
        client.enter(request, presented);
        if !credential.policy.shared {
            client.count(now);
        }
        Answer::Granted(request)
    }

    /// The store grants a request, which is sent now. Whose it is.
    pub(super) fn admit(&mut self, now: Mono, request: RequestId) -> Option<CredentialId> {
        let in_flight = self.places.send(now, request)?;
        let (id, client) = (in_flight.credential, in_flight.client);
        self.client(client).count(now);
        Some(id)
    }

    /// A request leaves its place that was not sent. Whose it is.
    pub(super) fn withdraw(&mut self, request: RequestId) -> Option<InFlight> {
        let in_flight = self.places.leave(request)?;
        self.breaker.leave(request);
        self.client(in_flight.client).leave(request);
        Some(in_flight)
    }

    /// What holds a request back, if anything does. Takes nothing.
    pub(super) fn stands_in_the_way(
        &mut self,
        now: Mono,
        credential: &Credential,
        reason: Reason,
    ) -> Option<Wait> {
        let is_voluntary = reason == Reason::Ahead;
        let Obstacle { until, cause } = self.obstacle(now, &credential.line(), is_voluntary)?;
        Some(Wait {
            until: until.time().unwrap_or(Mono::ZERO),
            why: self.explain(&cause),
            believed: matches!(until, Until::Believed(_)),
            turn: Some(self.lines.turn(credential.turn, is_voluntary)),
        })
    }

    /// What holds the requests of a line back; of several facts the one that lasts longest.
    fn obstacle(&self, now: Mono, line: &LineKey, is_voluntary: bool) -> Option<Obstacle> {
        let client = &self.clients[line.client as usize];
        let limit = if let Some(most) = line.filling.filter(|most| client.in_flight() >= *most as usize) {
            Some(Limit::PoolPlaces(most))
        } else if self.places.taken() >= client.concurrent() {
            Some(Limit::Places(u32::try_from(client.concurrent()).unwrap_or(u32::MAX)))
        } else {
            None
        };
        let place = limit.map(|limit| Obstacle::of_limit(Until::PlaceFree, limit));
        let presented = self.presented[line.presented as usize];
        let facts = [self.breaker.obstacle(now), client.obstacle(now, presented, is_voluntary), place];
        Obstacle::longest(facts.into_iter().flatten())
    }

    fn explain(&mut self, cause: &Cause) -> Arc<Refusal> {
        match (cause, &self.limit_explained) {
            (Cause::Server(why), _) => Arc::clone(why),
            (Cause::Limit(limit), Some((explained, why))) if explained == limit => Arc::clone(why),
            (Cause::Limit(limit), _) => {
                let why = Arc::new(limit.refusal());
                self.limit_explained = Some((*limit, Arc::clone(&why)));
                why
            }
        }
    }

    /// The next credential to be called: the first of a line that nothing holds back, or else one that is recalled. The
    /// calls of one input go through the lines once, because a grant frees nothing.
    pub(super) fn next_call(&mut self, now: Mono, calls: &mut Calls) -> Option<CredentialId> {
        while let Some((turn, line)) = self.lines.head(calls.from) {
            calls.from = turn.next();
            let Some(obstacle) = self.obstacle(now, &line, turn.is_patient()) else {
                return self.lines.at(&line, turn);
            };
            calls.due = obstacle.until.time().map_or(calls.due, |time| calls.due.min(time));
            self.lines.hold(now, &line, obstacle);
        }
        self.lines.next_recalled()
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
            Class::Unavailable => breaker.fail(ctx, &failed, backoff::Cause::Faulty, &policy.backoff),
            Class::Throttled => {
                breaker.heal(request);
                client.gate.fail(ctx, &failed, backoff::Cause::Throttled, &policy.backoff);
            }
            Class::Garbled => client.gate.fail(ctx, &failed, backoff::Cause::Faulty, &policy.backoff),
            // Nothing was sent, so nothing is known of the server.
            Class::Permanent if refusal.is_local() => {}
            // Asked again at once, it would give the same token.
            Class::Expired => client.gate.fail(ctx, &failed, backoff::Cause::Throttled, &policy.backoff),
            // Challenged or refused, it was read and answered as it should be.
            Class::Permanent | Class::Challenged => {
                breaker.heal(request);
                client.gate.heal(request);
                client.gate.observe(ctx, refusal);
            }
        }
    }

    /// Where the client itself was refused, how much that tells. From now on its credentials believe it, until that time.
    pub(super) fn refuse_client(
        &mut self,
        now: Mono,
        in_flight: &InFlight,
        refusal: &Arc<Refusal>,
        until: Mono,
    ) -> Option<ClientRefusal> {
        let InFlight { presented, secret, .. } = in_flight;
        let newest = self.places.newest();
        let client = &mut self.clients[in_flight.client as usize];
        if !client.is_refused_by(refusal) {
            return None;
        }
        if *secret != client.secret(*presented) {
            return Some(ClientRefusal::OfOlderSecret);
        }
        Some(client.refuse(now, refusal, *presented, (newest, until)))
    }

    /// Until when a credential whose request failed is held: when the gates open that concern it, or for as long as the
    /// refusal of its client is believed.
    pub(super) fn opens(&self, now: Mono, credential: &Credential) -> Mono {
        let refused = self.client_refusal(now, credential).map_or(Mono::ZERO, |(_, until)| until);
        self.gates_open(credential).max(refused)
    }

    /// The refusal of its client that a credential believes, and until when.
    pub(super) fn client_refusal(&self, now: Mono, credential: &Credential) -> Option<(&Arc<Refusal>, Mono)> {
        self.clients[credential.client as usize].refusal(now, self.presented(credential))
    }

    /// When the gates open that concern a credential.
    pub(super) fn gates_open(&self, credential: &Credential) -> Mono {
        self.breaker.closed_until.max(self.clients[credential.client as usize].gate.closed_until)
    }
}
