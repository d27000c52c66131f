//! Refresh tokens: each belongs to a family, which began with one sign-in and goes on through its rotations.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::Owner;
use crate::clock::Moment;
use crate::settings::Settings;

/// Refresh tokens remembered, old ones too; the oldest are forgotten first.
const KEPT: usize = 50_000;

/// Names a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FamilyId(usize);

/// Why a refresh token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Unknown, expired, used up, revoked, or another client's.
    Invalid,
    /// It was rotated away and came again.
    Reused,
}

#[derive(Debug)]
struct Family {
    owner: Owner,
    current: Arc<str>,
    ends: Option<Moment>,
    refreshes: u64,
    dead: bool,
    /// Access tokens that came with it and may still live.
    access: VecDeque<Arc<str>>,
}

/// All families.
#[derive(Debug, Default)]
pub(super) struct Families {
    families: Vec<Family>,
    by_token: HashMap<Arc<str>, usize>,
    tokens: VecDeque<Arc<str>>,
}

impl Families {
    /// Takes a refresh token that came from `client`. If it is good, one refresh of its family is used up.
    pub(super) fn redeem(
        &mut self,
        client: usize,
        token: &str,
        now: Moment,
        settings: &Settings,
    ) -> Result<(FamilyId, Owner), Refused> {
        let index = *self.by_token.get(token).ok_or(Refused::Invalid)?;
        let family = &mut self.families[index];
        if family.owner.client != client || family.dead {
            return Err(Refused::Invalid);
        }
        if *family.current != *token {
            family.dead |= settings.grants.reuse_revokes;
            return Err(Refused::Reused);
        }
        let used_up = settings.grants.refresh_uses > 0 && family.refreshes >= settings.grants.refresh_uses;
        if used_up || family.ends.is_some_and(|end| now >= end) {
            family.dead = true;
            return Err(Refused::Invalid);
        }
        family.refreshes += 1;
        Ok((FamilyId(index), family.owner.clone()))
    }

    /// The access tokens of the dead family that `token` belongs to.
    pub(super) fn access_of_dead(&mut self, token: &str) -> Vec<Arc<str>> {
        let family = self.by_token.get(token).and_then(|index| self.families.get_mut(*index));
        family
            .filter(|family| family.dead)
            .map(|family| family.access.drain(..).collect())
            .unwrap_or_default()
    }

    /// Begins a family with its first refresh token.
    pub(super) fn begin(
        &mut self,
        owner: Owner,
        token: &Arc<str>,
        now: Moment,
        settings: &Settings,
    ) -> FamilyId {
        let id = FamilyId(self.families.len());
        self.families.push(Family {
            owner,
            current: Arc::clone(token),
            ends: None,
            refreshes: 0,
            dead: false,
            access: VecDeque::new(),
        });
        self.rotate(id, token, now, settings);
        id
    }

    /// Makes `token` the one that is good from now on.
    pub(super) fn rotate(&mut self, id: FamilyId, token: &Arc<str>, now: Moment, settings: &Settings) {
        while self.tokens.len() >= KEPT {
            if let Some(oldest) = self.tokens.pop_front() {
                self.by_token.remove(&oldest);
            }
        }
        let life = settings.grants.refresh_lifetime;
        let family = &mut self.families[id.0];
        family.current = Arc::clone(token);
        family.ends = (!life.is_zero()).then(|| now + life);
        self.by_token.insert(Arc::clone(token), id.0);
        self.tokens.push_back(Arc::clone(token));
    }

    /// Takes note of an access token that came with a refresh token of this family.
    pub(super) fn minted(&mut self, id: FamilyId, access: &Arc<str>) {
        let family = &mut self.families[id.0];
        if family.access.len() >= 1_000 {
            family.access.pop_front();
        }
        family.access.push_back(Arc::clone(access));
    }

    /// The refresh token that is good now.
    pub(super) fn current(&self, id: FamilyId) -> Arc<str> {
        Arc::clone(&self.families[id.0].current)
    }

    /// Kills the refresh tokens of a client, and tells how many did.
    pub(super) fn revoke(&mut self, client: usize) -> usize {
        let living = self.families.iter_mut().filter(|family| family.owner.client == client && !family.dead);
        living.map(|family| family.dead = true).count()
    }
}
