//! What each output of the machine has to be true of, in the order of the outputs.

use std::sync::Arc;

use tollgate_core::machine::fact::{Fact, Reason};
use tollgate_core::machine::{CredentialId, Output, RequestId};
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::oauth::token_answer::Refusal;

use super::{Credential, InFlight, World};

impl World {
    /// Whose sends are to be counted for the machine.
    pub(super) fn observe(&mut self, outputs: Vec<Output>, must_wake: Vec<CredentialId>) -> Vec<usize> {
        let now = self.now.mono;
        let oldest = self.newest;
        let (mut published, mut woken, mut draining) = (Vec::new(), Vec::new(), Vec::new());
        let unnoted = self.end_unnoted();
        let mut outputs = outputs.into_iter().peekable();
        while let Some(output) = outputs.next() {
            match output {
                Output::Send { credential, request, reason, using } => {
                    self.send(credential, request, reason, &using);
                }
                Output::Admit { .. } => panic!("no credential of the model has a store"),
                Output::Publish(id) => {
                    let token = self.endpoint.credential(id).and_then(|one| one.token(now)).map(Arc::clone);
                    self.known(id).published = token;
                    published.push(id);
                }
                Output::Withdraw(id) => {
                    let drains = matches!(outputs.peek(), Some(Output::HoldSends(held)) if *held == id);
                    let refused = self.rejected.filter(|(of, _)| *of == id).map(|(_, generation)| generation);
                    if !drains {
                        self.known(id).withdraw(now, refused);
                    }
                }
                Output::Explain(id) => {
                    let availability = self.endpoint.availability(id);
                    self.known(id).availability = availability;
                }
                Output::Wake(id) => woken.push(id),
                Output::HoldSends(id) => {
                    self.known(id).hold_sends(now);
                    draining.push(self.index(id));
                }
                Output::CutOffSends(id) => {
                    self.known(id).cut_off_sends(now);
                    draining.push(self.index(id));
                }
                Output::ReleaseSends(id) => {
                    assert!(self.known(id).drain.take().is_some(), "sends are released that were not held");
                }
                Output::ReadClientSecret(id) => {
                    let client = self.known(id).client;
                    assert_eq!(self.unread_secret.take(), Some(client), "a secret is read without news");
                }
                Output::ServeAlone(pool, alone) => {
                    for one in &mut self.credentials {
                        if let Some(seat) = one.seat.filter(|seat| seat.pool == pool) {
                            one.retired = alone.is_some_and(|alone| alone != seat.slot);
                        }
                    }
                }
                Output::Note(id, fact) => self.note(id, &fact),
                Output::ReadGrant(id) | Output::ReadRefreshToken(id) | Output::Vacate(id) => {
                    self.known(id);
                }
            }
        }
        assert!(self.unread_secret.is_none(), "the secret of a refused client is not read again");
        assert!(published.iter().all(|id| woken.contains(id)), "a token is published and waiters sleep on");
        assert!(must_wake.iter().all(|id| woken.contains(id)), "waiters sleep on");
        assert!(self.given_up.is_empty(), "a request that is never answered is not given up");
        for (request, flight) in unnoted {
            self.settle(request, &flight, &Err(Refusal::given_up()), (oldest, self.newest));
        }
        draining
    }

    /// Ends the requests that are given up and whose credentials are told nothing: somewhere among the outputs, so that
    /// their places are free before and none of them tries a server any more, and what they say of the endpoint is heard
    /// after.
    fn end_unnoted(&mut self) -> Vec<(RequestId, InFlight)> {
        let (told, untold): (Vec<_>, Vec<_>) = std::mem::take(&mut self.given_up)
            .into_iter()
            .partition(|request| self.credentials[self.in_flight[request].who].lives());
        self.given_up = told;
        let mut ended = Vec::new();
        for request in untold {
            let Some(flight) = self.in_flight.remove(&request) else { continue };
            self.breaker.end(request);
            self.clients[flight.client].end(request);
            ended.push((request, flight));
        }
        ended
    }

    fn index(&self, id: CredentialId) -> usize {
        self.credentials.iter().position(|credential| credential.id == id).expect("it was added")
    }

    /// A credential that the machine may speak of.
    fn known(&mut self, id: CredentialId) -> &mut Credential {
        let credential = self.credential_mut(id);
        assert!(!credential.removed, "it was removed");
        credential
    }

    fn note(&mut self, id: CredentialId, fact: &Fact) {
        match fact {
            Fact::Minted { generation, lifetime, .. } => {
                let now = self.now.mono;
                let credential = self.known(id);
                assert_eq!(credential.minting.map(|(_, lifetime)| lifetime), Some(*lifetime));
                credential.mint(now, *generation);
            }
            Fact::Failed { refusal, .. } if **refusal == Refusal::given_up() => {
                let in_flight = self.known(id).in_flight.map(|(request, _)| request);
                let request = in_flight.expect("a request is given up that is in flight");
                let at = self.given_up.iter().position(|given_up| *given_up == request);
                self.given_up.remove(at.expect("a request is given up in its time"));
                let flight = self.in_flight.remove(&request).expect("it is in flight");
                let newest = self.newest;
                self.settle(request, &flight, &Err(Refusal::given_up()), (newest, newest));
            }
            Fact::Rejected { generation } | Fact::Suspected { generation, .. } => {
                assert_eq!(self.rejected, Some((id, *generation)), "a token is replaced without a 401 to it");
                let credential = self.known(id);
                assert_eq!(credential.token.as_ref().map(|token| token.generation), Some(*generation));
                (credential.wanted, credential.rejected) = (true, true);
            }
            _ => {
                self.known(id);
            }
        }
    }

    fn send(&mut self, id: CredentialId, request: RequestId, reason: Reason, using: &RequestGrant) {
        let now = self.now.mono;
        let who = self.index(id);
        assert!(request > self.newest, "a request id was given out twice");
        let given_up_at = self.given_up_at(who);
        let credential = &mut self.credentials[who];
        let client = &mut self.clients[credential.client];
        let (taken, most) = (self.in_flight.len(), client.concurrent());
        assert!(taken < most, "{taken} requests in flight, and one more");
        self.breaker.send(now, request);
        client.send(now, request, credential.presented, reason);
        credential.refresh_token.send(using, credential.in_service(now).is_some());
        let flight = InFlight {
            who,
            client: credential.client,
            presented: credential.presented,
            secret: client.secret(credential.presented),
            policy: Arc::clone(&credential.policy),
            sent: now,
            given_up_at,
        };
        self.newest = request;
        self.in_flight.insert(request, flight);
        self.known(id).send(now, request, reason);
    }
}
