//! The pools of an endpoint: which credentials are slots of one client, and whether those can live side by side.

use std::collections::HashMap;

use super::Endpoint;
use super::credential::Event;
use super::fact::Reason;
use super::input::{CredentialId, PoolId, Seat};
use super::output::Output;
use super::pool::Pool;
use crate::oauth::token::Generation;
use crate::time::clock::{Mono, Now};

/// What an API answer to a slot's token led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Nothing,
    /// The 401 is what another slot's mint did: it says nothing of the API.
    Excused,
    /// This slot serves alone from now on.
    Alone(usize),
}

#[derive(Debug)]
struct Members {
    machine: Pool,
    slots: Vec<Option<CredentialId>>,
}

/// All pools of the endpoint.
#[derive(Debug, Default)]
pub(super) struct Pools(HashMap<PoolId, Members>);

impl Pools {
    /// A credential is a slot of a pool from now on. Whether another slot serves alone.
    pub(super) fn join(&mut self, seat: Seat, id: CredentialId) -> bool {
        let members = self
            .0
            .entry(seat.pool)
            .or_insert_with(|| Members { machine: Pool::of(seat.slots), slots: vec![None; seat.slots] });
        if let Some(slot) = members.slots.get_mut(seat.slot) {
            *slot = Some(id);
        }
        members.machine.alone().is_some_and(|alone| alone != seat.slot)
    }

    /// A credential is gone. The last takes its pool with it.
    pub(super) fn leave(&mut self, seat: &Seat, id: CredentialId) {
        let Some(members) = self.0.get_mut(&seat.pool) else { return };
        members.slots.iter_mut().filter(|slot| **slot == Some(id)).for_each(|slot| *slot = None);
        if members.slots.iter().all(Option::is_none) {
            self.0.remove(&seat.pool);
        }
    }

    /// The credentials of a pool, with their slots.
    pub(super) fn members(&self, pool: PoolId) -> Vec<(usize, CredentialId)> {
        let slots = self.0.get(&pool).into_iter().flat_map(|members| &members.slots);
        slots.enumerate().filter_map(|(slot, id)| Some((slot, (*id)?))).collect()
    }

    /// Forgets what was learned of a pool's server.
    pub(super) fn renew(&mut self, pool: PoolId) {
        if let Some(members) = self.0.get_mut(&pool) {
            members.machine = Pool::of(members.slots.len());
        }
    }

    /// A slot's token request was sent.
    pub(super) fn asked(&mut self, seat: &Seat, reason: Reason) {
        self.with(seat, |machine| machine.asked(seat.slot, reason));
    }

    /// A slot's token request failed.
    pub(super) fn failed(&mut self, seat: &Seat) {
        self.with(seat, |machine| machine.failed(seat.slot));
    }

    /// A slot's token request brought a token.
    pub(super) fn minted(&mut self, seat: &Seat, generation: Generation, sent: Mono, arrived: Mono) {
        self.with(seat, |machine| machine.minted(seat.slot, generation, sent, arrived));
    }

    /// The API accepted or refused the token of a slot that is in service.
    pub(super) fn observe(
        &mut self,
        now: Mono,
        seat: &Seat,
        generation: Generation,
        accepted: bool,
    ) -> Verdict {
        let slot = seat.slot;
        let decided = self.with(seat, |machine| {
            if accepted {
                return machine.accepted(now, slot, generation).map(Verdict::Alone);
            }
            if machine.excuses(slot, generation) {
                return Some(Verdict::Excused);
            }
            machine.rejected(now, slot, generation).map(Verdict::Alone)
        });
        decided.flatten().unwrap_or(Verdict::Nothing)
    }

    fn with<T>(&mut self, seat: &Seat, act: impl FnOnce(&mut Pool) -> T) -> Option<T> {
        self.0.get_mut(&seat.pool).map(|members| act(&mut members.machine))
    }
}

impl Endpoint {
    pub(super) fn renew_pool(&mut self, now: Now, pool: PoolId, outputs: &mut Vec<Output>) {
        self.pools.renew(pool);
        outputs.push(Output::ServeAlone(pool, None));
        for (_, id) in self.pools.members(pool) {
            self.drive(now, id, Event::Recalled, outputs);
        }
    }

    /// Lets the pool of a slot hear what the API said of the token in service, before the credential does, which would
    /// request another token at once.
    pub(super) fn observe_in_pool(
        &mut self,
        now: Now,
        id: CredentialId,
        generation: Generation,
        accepted: bool,
        outputs: &mut Vec<Output>,
    ) {
        let Some(credential) = self.credentials.get(&id) else { return };
        let Some(seat) = credential.seat.as_deref().copied() else { return };
        if credential.token(now.mono).is_none_or(|token| token.generation != generation) {
            return;
        }
        match self.pools.observe(now.mono, &seat, generation, accepted) {
            Verdict::Nothing => {}
            Verdict::Excused => self.drive(now, id, Event::Alone, outputs),
            Verdict::Alone(alone) => {
                outputs.push(Output::ServeAlone(seat.pool, Some(alone)));
                for (slot, member) in self.pools.members(seat.pool) {
                    let event = if slot == alone { Event::Alone } else { Event::Retired };
                    self.drive(now, member, event, outputs);
                }
            }
        }
    }
}
