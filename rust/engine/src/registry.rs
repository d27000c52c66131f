//! Profiles by name, credentials by key, endpoints by URL.
//!
//! Two names for the same token request share one credential; two credentials of one endpoint share its
//! admission; profiles that travel alike share one HTTP client and its connections. Invariants: a handle is never
//! given out twice, and is valid for as long as its name stands for it, or the name of the profile whose user it is;
//! to the end of the run in which that changes it stands in for its successor ([`superseded`]); what no valid handle
//! refers to any more is freed, save for what endpoints said of their limits.

mod superseded;

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};

use arc_swap::ArcSwapOption;
use parking_lot::Mutex;
use secrecy::SecretString;
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, in_effect};
use tollgate_core::failure::{Code, Failure};
use tollgate_core::machine::credential::Event;
use tollgate_core::oauth::token_request::CacheKey;

use crate::api_gates::ApiGates;
use crate::discovery::SharedDiscovery;
use crate::endpoint::Endpoint;
use crate::environment::Environment;
use crate::handle::Handle;
use crate::lanes::LaneSet;
use crate::outbox::Event as Message;
use crate::outside::ThisMachine;
use crate::pool::SharedPool;
use crate::proving::Proving;
use crate::shown::Word;
use crate::surroundings::Surroundings;
use crate::tls;
use crate::vault::Vault;
use crate::way::Way;
use crate::words::Blanks;

/// An opened profile.
pub(crate) struct Opened {
    pub(crate) profile: Arc<Profile>,
    /// Of several lanes, that of the first.
    pub(crate) vault: Arc<Vault>,
    /// The lanes of its profile, if there are several.
    pub(crate) lanes: Option<Arc<LaneSet>>,
}

/// What a handle names.
struct Slot {
    /// `None` once it was freed.
    opened: ArcSwapOption<Opened>,
    /// Its own for ever. It shows nothing from the moment the handle stands for anything else than at first: what was
    /// read through it before must not be used again.
    word: &'static Word,
}

/// What a name stood for when it was last opened.
struct Named {
    handle: Handle,
    run: u64,
    /// Of each lane.
    keys: Vec<CacheKey>,
    /// Keyed hash of each setting in effect as it was written, so that equal definitions are told without
    /// keeping secrets.
    given: BTreeMap<String, u64>,
}

#[derive(Default)]
struct Tables {
    names: HashMap<String, Named>,
    vaults: HashMap<CacheKey, Weak<Vault>>,
    /// By the key of the first slot.
    pools: HashMap<CacheKey, Weak<SharedPool>>,
    endpoints: HashMap<String, Arc<Endpoint>>,
    /// By a hash of all that makes a way what it is.
    ways: HashMap<u64, Weak<Way>>,
    /// By a hash of the issuer and of what decides whether its answer is to be trusted.
    discoveries: HashMap<u64, Weak<SharedDiscovery>>,
    api_gates: ApiGates,
    /// Handles made for the users of each profile.
    users: HashMap<Handle, HashMap<CacheKey, Handle>>,
    /// Handles of names that were opened with other settings since the run began.
    standing_in: Vec<Handle>,
    environment: Arc<Environment>,
    /// The run that is active, or 0.
    run: u64,
}

pub(crate) struct Registry {
    surroundings: Arc<Surroundings>,
    keys: [RandomState; 2],
    tables: Mutex<Tables>,
    /// Append-only, so that the hot path reads without a lock and 100 000 users are opened without copies. Empty
    /// where a handle is no longer valid.
    opened: boxcar::Vec<Slot>,
    blanks: Blanks,
}

impl Registry {
    pub(crate) fn new(surroundings: Arc<Surroundings>) -> Self {
        Self {
            surroundings,
            keys: [RandomState::new(), RandomState::new()],
            tables: Mutex::default(),
            opened: boxcar::Vec::new(),
            blanks: Blanks::default(),
        }
    }

    fn slot(&self, handle: Handle) -> Option<&Slot> {
        self.opened.get(usize::try_from(handle.0).ok()?.checked_sub(1)?)
    }

    /// The profile behind a handle.
    pub(crate) fn get(&self, handle: Handle) -> Option<Arc<Opened>> {
        self.slot(handle)?.opened.load_full()
    }

    /// The word of a handle, which shows its generation in service, or 0. Lock-free.
    pub(crate) fn word(&self, handle: Handle) -> Option<&'static Word> {
        Some(self.slot(handle)?.word)
    }

    /// Tells every credential. A fault in one, of which its vault tells, does not keep the news from the others.
    pub(crate) fn tell_all(&self, tell: impl Fn(&Arc<Vault>)) {
        let vaults: Vec<_> = self.tables.lock().vaults.values().filter_map(Weak::upgrade).collect();
        for vault in &vaults {
            drop(catch_unwind(AssertUnwindSafe(|| tell(vault))));
        }
    }

    #[cfg(test)]
    pub(crate) fn mishap(&self) -> &crate::mishap::Mishap {
        &self.surroundings.mishap
    }

    pub(crate) fn set_environment(&self, environment: Environment) {
        let mut tables = self.tables.lock();
        if *tables.environment != environment {
            tables.environment = Arc::new(environment);
        }
    }

    /// A run began, or ended if `run` is 0; `false` if that was known.
    pub(crate) fn set_run(&self, run: u64) -> bool {
        let mut tables = self.tables.lock();
        let news = std::mem::replace(&mut tables.run, run) != run;
        if news && run != 0 {
            self.free_superseded(&mut tables);
            tables.endpoints.values().for_each(|endpoint| endpoint.lock().run_started());
        }
        news
    }

    pub(crate) fn open(&self, name: &str, given: &[Setting], redefine: bool) -> Result<Handle, Failure> {
        let mut tables = self.tables.lock();
        let prints = self.prints(given);
        let run = tables.run;
        let known = tables.names.get(name);
        if let Some(known) = known.filter(|known| known.run == run && !redefine) {
            if known.given == prints {
                return Ok(known.handle);
            }
            if run != 0 {
                return Err(conflict(name, &known.given, &prints));
            }
        }
        let profile = Arc::new(Profile::validate(name, given, &ThisMachine)?);
        let lanes = profile.lanes();
        let keys: Vec<_> = lanes.iter().map(|lane| lane.cache_key(&self.keys)).collect();
        let former = known.map(|known| known.handle);
        let unchanged =
            known.filter(|known| known.keys == keys && known.given == prints).map(|known| known.handle);
        let handle = match unchanged {
            Some(handle) => handle,
            None => {
                self.warn_of_blind_trust(&profile);
                if profile.lanes_of().several() {
                    self.add_lanes(&mut tables, profile, lanes, &keys, former.is_some())?
                } else {
                    self.add(&mut tables, profile, keys[0])?
                }
            }
        };
        if let Some(former) = former.filter(|former| *former != handle) {
            self.supersede(&mut tables, former, handle);
        }
        tables.names.insert(name.to_owned(), Named { handle, run, keys, given: prints });
        Ok(handle)
    }

    /// Opens the profile of `handle` for one of its users. Equal user and password again: the same handle.
    pub(crate) fn for_user(
        &self,
        handle: Handle,
        user: &str,
        password: SecretString,
    ) -> Option<Result<Handle, Failure>> {
        let profile = Arc::new(self.get(handle)?.profile.for_user(user, password));
        let key = profile.cache_key(&self.keys);
        let mut tables = self.tables.lock();
        self.get(handle)?; // it may have been freed meanwhile, and then nobody would free its user
        if let Some(known) = tables.users.get(&handle).and_then(|users| users.get(&key)) {
            return Some(Ok(*known));
        }
        let added = self.add(&mut tables, profile, key);
        if let Ok(user) = added {
            tables.users.entry(handle).or_default().insert(key, user);
        }
        Some(added)
    }

    /// The users that the profile of `handle` was opened for.
    pub(crate) fn users(&self, handle: Handle) -> Vec<Arc<Opened>> {
        let tables = self.tables.lock();
        let users = tables.users.get(&handle).into_iter().flat_map(HashMap::values);
        users.filter_map(|user| self.get(*user)).collect()
    }

    fn add(&self, tables: &mut Tables, profile: Arc<Profile>, key: CacheKey) -> Result<Handle, Failure> {
        let vault = self.vault(tables, &profile, key)?;
        Ok(self.hand_out(Opened { profile, vault, lanes: None }))
    }

    /// Adds each lane as what it is, a credential, and the profile over them. `anew`: it takes the place of another, so
    /// what was learned of its slots is to be learned again.
    fn add_lanes(
        &self,
        tables: &mut Tables,
        profile: Arc<Profile>,
        lanes: Vec<Profile>,
        keys: &[CacheKey],
        anew: bool,
    ) -> Result<Handle, Failure> {
        let of = profile.lanes_of();
        let lanes: Vec<_> = lanes.into_iter().map(Arc::new).collect();
        let mut vaults = Vec::new();
        for (lane, key) in lanes.iter().zip(keys) {
            vaults.push(self.vault(tables, lane, *key)?);
        }
        let firsts = keys.chunks(of.slots).filter_map(|slots| slots.first().filter(|_| slots.len() > 1));
        let pools: Vec<_> = firsts.map(|first| pool(tables, *first, of.slots)).collect();
        let set = Arc::new(LaneSet::new(of, vaults, pools));
        if anew {
            set.renew();
        }
        let lane = |(profile, vault): (Arc<Profile>, &Arc<Vault>)| {
            let (vault, lanes) = (Arc::clone(vault), Some(Arc::clone(&set)));
            self.hand_out(Opened { profile, vault, lanes })
        };
        set.hand_out(lanes.into_iter().zip(&set.vaults).map(lane).collect());
        let vault = Arc::clone(&set.vaults[0]);
        Ok(self.hand_out(Opened { profile, vault, lanes: Some(set) }))
    }

    fn hand_out(&self, opened: Opened) -> Handle {
        let vault = Arc::clone(&opened.vault);
        let word = self.blanks.next();
        let slot = Slot { opened: ArcSwapOption::from_pointee(opened), word };
        let handle = Handle(self.opened.push(slot) as u64 + 1);
        vault.serve(handle);
        vault.put_up(word);
        handle
    }

    fn vault(
        &self,
        tables: &mut Tables,
        profile: &Arc<Profile>,
        key: CacheKey,
    ) -> Result<Arc<Vault>, Failure> {
        if let Some(vault) = tables.vaults.get(&key).and_then(Weak::upgrade) {
            return Ok(vault);
        }
        let way = self.way(tables, profile)?;
        let proving = proving(profile, &way)?;
        let endpoint = Arc::clone(tables.endpoints.entry(profile.token_url.to_string()).or_default());
        let api = tables.api_gates.of(profile);
        let vault =
            Vault::new(Arc::clone(profile), way, proving, endpoint, api, Arc::clone(&self.surroundings));
        tables.vaults.insert(key, Arc::downgrade(&vault));
        if tables.run != 0 {
            vault.drive(Event::RunStarted);
        }
        Ok(vault)
    }

    /// The way of a profile: one for all that travel alike, to the same issuer if to one.
    fn way(&self, tables: &mut Tables, profile: &Profile) -> Result<Arc<Way>, Failure> {
        let transport = &profile.transport;
        let environment = Arc::as_ptr(&tables.environment) as usize;
        let issuer = profile.issuer.as_ref().map(|issuer| (&issuer.name, issuer.allow_http));
        let trust = self.keys[0].hash_one((profile.route(), environment, issuer));
        let key = self.keys[0].hash_one((trust, transport.connect_timeout, transport.request_timeout));
        if let Some(way) = tables.ways.get(&key).and_then(Weak::upgrade) {
            return Ok(way);
        }
        let known = tables.discoveries.get(&trust).and_then(Weak::upgrade);
        let discovery = known.unwrap_or_default();
        tables.discoveries.insert(trust, Arc::downgrade(&discovery));
        let client = tls::client(profile, &tables.environment)?;
        let way = Arc::new(Way::new(client, Arc::clone(&tables.environment), discovery));
        tables.ways.insert(key, Arc::downgrade(&way));
        Ok(way)
    }

    fn warn_of_blind_trust(&self, profile: &Profile) {
        if !profile.transport.tls_verify {
            self.surroundings.outbox.post(Message::Warn(format!(
                "{}: tls_verify=false: certificates of {} are not checked, so anyone on the way can read the secret",
                profile.title(),
                profile.endpoint()
            )));
        }
    }

    fn prints(&self, given: &[Setting]) -> BTreeMap<String, u64> {
        in_effect(given)
            .into_iter()
            .map(|(key, setting)| (key.to_owned(), self.keys[0].hash_one(&setting.value)))
            .collect()
    }
}

/// What the requests of a profile are proved with, if its tokens are bound to a key.
fn proving(profile: &Profile, way: &Way) -> Result<Option<Arc<Proving>>, Failure> {
    let Some(binding) = &profile.dpop else { return Ok(None) };
    let proving = Proving::new(binding, Arc::clone(&way.nonces))
        .map_err(|cause| Failure::new(Code::Config, format!("{}: dpop_key {cause}", profile.title())))?;
    Ok(Some(Arc::new(proving)))
}

/// The pool of the client whose first slot has this key: one, whatever profiles it is in.
fn pool(tables: &mut Tables, first: CacheKey, slots: usize) -> Arc<SharedPool> {
    if let Some(pool) = tables.pools.get(&first).and_then(Weak::upgrade) {
        return pool;
    }
    let pool = Arc::new(SharedPool::of(slots));
    tables.pools.insert(first, Arc::downgrade(&pool));
    pool
}

fn conflict(name: &str, old: &BTreeMap<String, u64>, new: &BTreeMap<String, u64>) -> Failure {
    let keys = old.keys().chain(new.keys()).filter(|key| old.get(*key) != new.get(*key));
    let keys: std::collections::BTreeSet<_> = keys.map(String::as_str).collect();
    let keys = keys.into_iter().collect::<Vec<_>>().join(", ");
    Failure::new(
        Code::ProfileConflict,
        format!(
            "profile '{name}' was already defined in this run with other settings ({keys}); give this one another \
             name, or call Tollgate.redefine('{name}', […]) to replace it"
        ),
    )
}
