//! What each input changes in the books of the model, before the machine handles it.

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use tollgate_core::config::policy::Policy;
use tollgate_core::machine::{CredentialId, Input, RequestId};
use tollgate_core::oauth::token_answer::{Class, Minted, Refusal};
use tollgate_core::time::clock::Mono;

use super::{Client, Credential, InFlight, World};

/// A request whose answer is this late is given up: so many times `request_timeout`.
const GIVEN_UP_AFTER: u32 = 10;
/// A timer that comes this late was kept by a suspended machine: answers may have waited with it.
const LATE: Duration = Duration::from_secs(5);

impl World {
    /// Whose waiters must be woken for this.
    pub(super) fn on_input(&mut self, input: &Input) -> Vec<CredentialId> {
        (self.rejected, self.must_withdraw) = (None, None);
        match input {
            Input::Added(_, new) => {
                let client = self.credentials.last().expect("it was just added").client;
                self.clients[client].views.push(Arc::clone(&new.policy));
            }
            Input::ViewOpened(id, policy) => {
                let credential = self.credential_mut(*id);
                if *policy != credential.policy {
                    credential.refused_until = Mono::ZERO;
                }
                credential.policy = Arc::clone(policy);
                credential.views.push(Arc::clone(policy));
                let client = credential.client;
                self.clients[client].views.push(Arc::clone(policy));
            }
            Input::ViewClosed(id, policy) => {
                let credential = self.credential_mut(*id);
                take_one(&mut credential.views, policy);
                let client = credential.client;
                take_one(&mut self.clients[client].views, policy);
            }
            Input::Removed(id) => {
                let credential = self.credential_mut(*id);
                (credential.removed, credential.token) = (true, None);
            }
            Input::Wanted(id, floor) => {
                let now = self.now.mono;
                let credential = self.credential_mut(*id);
                // It looked before the token came.
                if credential.serves(now, *floor) {
                    return vec![*id];
                }
                credential.wanted = true;
            }
            Input::Read(id, generation) => {
                let token = self.credential_mut(*id).token.as_mut();
                if let Some(token) = token.filter(|token| token.generation == *generation) {
                    token.read = true;
                }
            }
            Input::Answered(request, outcome) => return self.end(*request, outcome),
            Input::Rejected(id, generation, _) => {
                self.rejected = Some((*id, *generation));
                let now = self.now.mono;
                let credential = self.credential_mut(*id);
                let in_service =
                    credential.in_service(now).is_some_and(|token| token.generation == *generation);
                let client = credential.client;
                let idle = credential.in_flight.is_none();
                let first = !std::mem::replace(&mut self.clients[client].saw_401, true) && in_service;
                self.must_withdraw = (first && idle).then_some(*id);
            }
            Input::RefreshTokenFound(id, secret) => {
                let credential = self.credential_mut(*id);
                if credential.refresh_token.find(secret.expose_secret()) {
                    credential.refused_until = Mono::ZERO;
                }
            }
            Input::RefreshTokenTaken(request, secret) => {
                if let Some(in_flight) = self.in_flight.get(request) {
                    let who = in_flight.who;
                    self.credentials[who].refresh_token.take_in_flight(secret.expose_secret());
                }
            }
            Input::GrantRenewed(id) => self.credential_mut(*id).refused_until = Mono::ZERO,
            Input::ClientRenewed(id) => {
                let Credential { client, presented, .. } = *self.credential_mut(*id);
                self.clients[client].renew_secret(presented);
                let presents_it = |one: &&mut Credential| {
                    one.client == client && one.presented.authentication == presented.authentication
                };
                self.credentials
                    .iter_mut()
                    .filter(presents_it)
                    .for_each(|one| one.refused_until = Mono::ZERO);
            }
            Input::Timeout => self.give_up(),
            Input::Store(..) | Input::StoreChanged(..) => {
                unreachable!("no credential of the model has a store")
            }
            Input::RunStarted => {
                self.run_active = true;
                self.clients.iter_mut().for_each(Client::run_started);
                for credential in &mut self.credentials {
                    (credential.run_active, credential.refused_until) = (true, Mono::ZERO);
                }
            }
            Input::RunEnded => {
                self.run_active = false;
                for credential in &mut self.credentials {
                    (credential.run_active, credential.wanted) = (false, false);
                }
            }
            Input::ShutDown => {
                self.shut = true;
                let living = self.credentials.iter_mut().filter(|credential| credential.lives());
                return living
                    .map(|credential| {
                        credential.shut = true;
                        credential.id
                    })
                    .collect();
            }
            Input::Accepted(..) | Input::SendsLeft(..) | Input::PoolRenewed(_) => {}
        }
        Vec::new()
    }

    pub(super) fn credential_mut(&mut self, id: CredentialId) -> &mut Credential {
        self.credentials.iter_mut().find(|credential| credential.id == id).expect("it was added")
    }

    /// A request ended. Whose waiters must be woken for it.
    fn end(&mut self, request: RequestId, outcome: &Result<Minted, Refusal>) -> Vec<CredentialId> {
        let Some(flight) = self.in_flight.remove(&request) else { return Vec::new() };
        let newest = self.newest;
        self.settle(request, &flight, outcome, (newest, newest));
        let credential = &self.credentials[flight.who];
        if credential.lives() { vec![credential.id] } else { Vec::new() }
    }

    /// What an outcome says of the endpoint, the client and the credential. The newest request then was one between
    /// these.
    pub(super) fn settle(
        &mut self,
        request: RequestId,
        flight: &InFlight,
        outcome: &Result<Minted, Refusal>,
        (oldest, newest): (RequestId, RequestId),
    ) {
        let now = self.now.mono;
        let credential = &mut self.credentials[flight.who];
        let lives = credential.lives();
        let is_late = |minted: &Minted| now >= flight.sent.after(lifetime_of(minted, credential));
        let stillborn = !credential.removed && outcome.as_ref().is_ok_and(is_late);
        let garbled = Err(Refusal::garbled("stillborn"));
        let outcome = if stillborn { &garbled } else { outcome };
        // The second challenge in a row is a failure: a server that always asks must not be asked without end.
        let class = outcome.as_ref().err().map(|refusal| match refusal.class {
            Class::Challenged if credential.challenged && !credential.removed => Class::Garbled,
            class => class,
        });
        let client = &mut self.clients[flight.client];
        self.breaker.end(request);
        client.end(request);
        // What was not sent tells nothing of the server.
        let local = outcome.as_ref().is_err_and(Refusal::is_local);
        if !local && matches!(class, None | Some(Class::Throttled | Class::Permanent | Class::Challenged)) {
            self.breaker.heal(request);
        }
        if !local && matches!(class, None | Some(Class::Permanent | Class::Challenged)) {
            client.gate.heal(request);
        }
        let gate = match class {
            Some(Class::Unavailable) => &mut self.breaker,
            _ => &mut client.gate,
        };
        if matches!(class, Some(Class::Unavailable | Class::Throttled | Class::Garbled)) {
            let counts = gate.fail_between(request, oldest, newest);
            let backoff = flight.policy.backoff;
            if counts && class == Some(Class::Throttled) {
                let named = outcome.as_ref().err().and_then(|refusal| refusal.retry_after);
                let least = (backoff.throttle_base / 2).min(backoff.cap);
                gate.close(if named.is_none() { now.after(least) } else { Mono::ZERO });
            }
        }
        if let Some(named) = outcome.as_ref().err().and_then(|refusal| refusal.retry_after) {
            gate.close(now.after(named.wait));
        }
        let of_client = outcome.as_ref().err().filter(|refusal| client.is_refused_by(refusal));
        let of_older_secret = of_client.is_some() && flight.secret != client.secret(flight.presented);
        match outcome {
            Ok(_) => client.authenticate(request, flight.presented),
            Err(refusal) if of_client.is_some() && !of_older_secret && lives => {
                let until = now.after(flight.policy.permanent_cooldown);
                let news = client.refuse(now, refusal, flight.presented, (newest, until));
                let may_be_wrong = match refusal.error.as_deref() {
                    Some("invalid_client") => true,
                    Some("unauthorized_client") => refusal.status == Some(401),
                    _ => false,
                };
                if news && may_be_wrong {
                    self.unread_secret = Some(flight.client);
                }
            }
            Err(_) => {}
        }
        credential.in_flight = None;
        credential.answered = Some(request);
        if !lives {
            return;
        }
        let falls_back = credential.refresh_token.observe(outcome);
        match (outcome, class) {
            (Ok(minted), _) => {
                credential.minting = Some((flight.sent, lifetime_of(minted, credential)));
                credential.challenged = false;
            }
            (_, Some(Class::Challenged)) => (credential.challenged, credential.wanted) = (true, true),
            _ if falls_back || of_older_secret => credential.wanted = true,
            (_, Some(Class::Permanent)) if of_client.is_none() => {
                credential.refused_until = now.after(credential.policy.permanent_cooldown);
            }
            _ => {}
        }
    }

    /// A timer was called. Requests whose answer is waited for no longer are given up, and later if the timer is late.
    fn give_up(&mut self) {
        let now = self.now.mono;
        for (request, flight) in &mut self.in_flight {
            if now >= flight.given_up_at.after(LATE) {
                flight.given_up_at = now.after(flight.policy.worst_exchange);
            } else if now >= flight.given_up_at {
                self.given_up.push(*request);
            }
        }
    }

    pub(super) fn given_up_at(&self, who: usize) -> Mono {
        self.now.mono.after(self.credentials[who].policy.worst_exchange.saturating_mul(GIVEN_UP_AFTER))
    }
}

fn lifetime_of(minted: &Minted, credential: &Credential) -> Duration {
    minted.lifetime.unwrap_or(credential.policy.default_lifetime)
}

fn take_one(views: &mut Vec<Arc<Policy>>, policy: &Arc<Policy>) {
    let at = views.iter().position(|view| Arc::ptr_eq(view, policy)).expect("the view was opened");
    views.remove(at);
}
