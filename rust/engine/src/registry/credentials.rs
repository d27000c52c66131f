//! Finds or adds what a profile view refers to: its credential, or one for each lane, and their endpoint, transport and
//! pools.

use std::hash::{BuildHasher, Hash as _, Hasher as _};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use arc_swap::ArcSwapOption;
use tollgate_core::config::profile::Profile;
use tollgate_core::failure::{Code, Failure};
use tollgate_core::machine::{Input, PoolId};
use tollgate_core::oauth::token_request::CacheKey;

use super::lanes::LaneSet;
use super::{Opened, Registry, Slot, Tables};
use crate::endpoint::Endpoint;
use crate::endpoint::credential::{Extras, NewCell, OpenCredential};
use crate::endpoint::pool::PoolCell;
use crate::handle::Handle;
use crate::http::proving::Proving;
use crate::http::tls;
use crate::http::transport::HttpTransport;
use crate::persistence::shared_refresh_token_file::SharedRefreshTokenFile;

/// Where a new credential has its place.
#[derive(Default)]
pub(super) struct Place {
    pub(super) refresh_token_file: Option<Arc<SharedRefreshTokenFile>>,
    /// It is a slot of it.
    pub(super) pool: Option<Arc<PoolCell>>,
    /// It is a trial of a credential of this endpoint.
    pub(super) trial_of: Option<Arc<Endpoint>>,
}

impl Registry {
    pub(super) fn add(
        &self,
        tables: &mut Tables,
        profile: Arc<Profile>,
        key: CacheKey,
        refresh_token_file: Option<Arc<SharedRefreshTokenFile>>,
    ) -> Result<Handle, Failure> {
        let credential =
            self.credential(tables, &profile, key, Place { refresh_token_file, ..Place::default() })?;
        Ok(self.hand_out(Opened { profile, credential, lanes: None }))
    }

    /// Adds each lane as what it is, a credential, and the profile over them. `anew`: it takes the place of another, so
    /// what was learned of its slots is to be learned again.
    pub(super) fn add_lanes(
        &self,
        tables: &mut Tables,
        profile: Arc<Profile>,
        lanes: Vec<Profile>,
        keys: &[CacheKey],
        anew: bool,
    ) -> Result<Handle, Failure> {
        let of = profile.lanes_of();
        let firsts = keys.chunks(of.slots).filter_map(|slots| slots.first().filter(|_| slots.len() > 1));
        let pools: Vec<_> = firsts.map(|first| self.pool(tables, *first, of.slots)).collect();
        let lanes: Vec<_> = lanes.into_iter().map(Arc::new).collect();
        let mut credentials = Vec::new();
        for (lane, key) in lanes.iter().zip(keys) {
            let pool = lane.position.and_then(|position| pools.get(position.lane.client)).cloned();
            credentials.push(self.credential(tables, lane, *key, Place { pool, ..Place::default() })?);
        }
        let credential = self.credential(tables, &lanes[0], keys[0], Place::default())?; // the profile's own view of the first lane
        let set = Arc::new(LaneSet::new(of, credentials, pools));
        if anew {
            for pool in &set.pools {
                credential.endpoint.post(Input::PoolRenewed(pool.id));
            }
        }
        let lane = |(profile, credential): (Arc<Profile>, &OpenCredential)| {
            let (credential, lanes) = (credential.clone(), Some(Arc::clone(&set)));
            self.hand_out(Opened { profile, credential, lanes })
        };
        set.hand_out(lanes.into_iter().zip(&set.credentials).map(lane).collect());
        Ok(self.hand_out(Opened { profile, credential, lanes: Some(set) }))
    }

    fn hand_out(&self, opened: Opened) -> Handle {
        let credential = Arc::clone(&opened.credential);
        let generation = self.cells.next();
        let slot = Slot { opened: ArcSwapOption::from_pointee(opened), generation };
        let handle = Handle(self.opened.push(slot) as u64 + 1);
        credential.published.add_view(handle, Some(generation));
        handle
    }

    /// Opens a view of the credential with this key, which is added if no other view has it open.
    pub(super) fn credential(
        &self,
        tables: &mut Tables,
        profile: &Arc<Profile>,
        key: CacheKey,
        Place { refresh_token_file, pool, trial_of }: Place,
    ) -> Result<OpenCredential, Failure> {
        let transport = self.transport(tables, profile)?;
        if let Some(open) = tables.credentials.get(&key).and_then(OpenCredential::of) {
            open.open_view(profile, transport);
            return Ok(open);
        }
        let extras = Extras {
            proving: proving(profile, &transport)?,
            refresh_token_file,
            shared: match trial_of {
                None => {
                    let environment = Arc::clone(&tables.environment);
                    tables.stores.member(&self.context, profile, &environment)
                }
                Some(_) => None,
            },
            seat: profile.position.zip(pool).map(|(position, pool)| (pool, position.lane.slot)),
            trial_of,
        };
        let endpoint = self.endpoint(tables, profile);
        let open = OpenCredential::add(NewCell {
            profile: Arc::clone(profile),
            authentication: self.authentication(profile),
            transport,
            api: tables.api_gates.of(profile),
            extras,
            endpoint,
        });
        tables.credentials.insert(key, Arc::downgrade(&open));
        Ok(open)
    }

    /// The endpoint of a profile, which is started if it is new.
    pub(super) fn endpoint(&self, tables: &mut Tables, profile: &Profile) -> Arc<Endpoint> {
        let run_active = tables.run != 0;
        let endpoint = tables.endpoints.entry(profile.token_url.to_string());
        Arc::clone(endpoint.or_insert_with(|| Endpoint::start(&self.context, run_active)))
    }

    /// A fingerprint of how a profile presents its client: secret or key, and how they are sent.
    fn authentication(&self, profile: &Profile) -> u64 {
        let mut state = self.keys[0].build_hasher();
        profile.hash_authentication(&mut state);
        profile.route().hash(&mut state);
        state.finish()
    }

    /// The transport of a profile: one for all that travel alike, to the same issuer if to one.
    fn transport(&self, tables: &mut Tables, profile: &Profile) -> Result<Arc<HttpTransport>, Failure> {
        let transport = &profile.transport;
        let environment = Arc::as_ptr(&tables.environment) as usize;
        let issuer = profile.issuer.as_ref().map(|issuer| (&issuer.name, issuer.allow_http));
        let trust = self.keys[0].hash_one((profile.route(), environment, issuer));
        let key = self.keys[0].hash_one((trust, transport.connect_timeout, transport.request_timeout));
        if let Some(transport) = tables.transports.get(&key).and_then(Weak::upgrade) {
            return Ok(transport);
        }
        let known = tables.discoveries.get(&trust).and_then(Weak::upgrade);
        let discovery = known.unwrap_or_default();
        tables.discoveries.insert(trust, Arc::downgrade(&discovery));
        let client = tls::client(profile, &tables.environment)?;
        let transport = Arc::new(HttpTransport::new(client, Arc::clone(&tables.environment), discovery));
        tables.transports.insert(key, Arc::downgrade(&transport));
        Ok(transport)
    }

    /// The pool of the client whose first slot has this key: one, whatever profiles it is in.
    fn pool(&self, tables: &mut Tables, first: CacheKey, slots: usize) -> Arc<PoolCell> {
        if let Some(pool) = tables.pools.get(&first).and_then(Weak::upgrade) {
            return pool;
        }
        let id = PoolId(self.newest_pool.fetch_add(1, Ordering::Relaxed) + 1);
        let pool = Arc::new(PoolCell::new(id, slots));
        tables.pools.insert(first, Arc::downgrade(&pool));
        pool
    }
}

/// What the requests of a profile are proved with, if its tokens are bound to a key.
fn proving(profile: &Profile, transport: &HttpTransport) -> Result<Option<Arc<Proving>>, Failure> {
    let Some(binding) = &profile.dpop else { return Ok(None) };
    let proving = Proving::new(binding, Arc::clone(&transport.nonces))
        .map_err(|cause| Failure::new(Code::Config, format!("{}: dpop_key {cause}", profile.title())))?;
    Ok(Some(Arc::new(proving)))
}
