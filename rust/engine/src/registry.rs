//! Profiles by name, credentials by key, endpoints by URL.
//!
//! Two names for the same token request share one credential; two credentials of one endpoint share its
//! admission. A handle, once given out, is valid for as long as the process lives.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use tollgate_core::admission::Admission;
use tollgate_core::credential::Event;
use tollgate_core::failure::{Code, Failure};
use tollgate_core::grant::CacheKey;
use tollgate_core::profile::Profile;
use tollgate_core::settings::{Setting, in_effect};

use crate::environment::Environment;
use crate::outbox::Event as Message;
use crate::outside::ThisMachine;
use crate::tls;
use crate::vault::{Surroundings, Vault};

/// Names an opened profile at the boundary. Never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(u64);

impl From<u64> for Handle {
    fn from(id: u64) -> Self {
        Self(id)
    }
}

impl From<Handle> for u64 {
    fn from(handle: Handle) -> Self {
        handle.0
    }
}

/// An opened profile.
pub(crate) struct Opened {
    pub(crate) profile: Arc<Profile>,
    pub(crate) vault: Arc<Vault>,
}

/// What a name stood for when it was last opened.
struct Named {
    handle: Handle,
    run: u64,
    key: CacheKey,
    /// Keyed hash of each setting in effect as it was written, so that equal definitions are told without
    /// keeping secrets.
    given: BTreeMap<String, u64>,
}

#[derive(Default)]
struct Tables {
    names: HashMap<String, Named>,
    vaults: HashMap<CacheKey, Arc<Vault>>,
    endpoints: HashMap<String, Arc<Mutex<Admission>>>,
    environment: Arc<Environment>,
    /// The run that is active, or 0.
    run: u64,
}

pub(crate) struct Registry {
    surroundings: Surroundings,
    keys: [RandomState; 2],
    tables: Mutex<Tables>,
    opened: ArcSwap<Vec<Arc<Opened>>>,
}

impl Registry {
    pub(crate) fn new(surroundings: Surroundings) -> Self {
        Self {
            surroundings,
            keys: [RandomState::new(), RandomState::new()],
            tables: Mutex::default(),
            opened: ArcSwap::default(),
        }
    }

    /// The profile behind a handle.
    pub(crate) fn get(&self, handle: Handle) -> Option<Arc<Opened>> {
        let index = usize::try_from(handle.0).ok()?.checked_sub(1)?;
        self.opened.load().get(index).cloned()
    }

    /// The word of a handle: its generation in service, or 0. Lock-free.
    pub(crate) fn word(&self, handle: Handle) -> u64 {
        let Some(index) = usize::try_from(handle.0).ok().and_then(|id| id.checked_sub(1)) else { return 0 };
        self.opened.load().get(index).map_or(0, |opened| opened.vault.word())
    }

    pub(crate) fn vaults(&self) -> Vec<Arc<Vault>> {
        self.tables.lock().vaults.values().cloned().collect()
    }

    pub(crate) fn set_environment(&self, environment: Environment) {
        let mut tables = self.tables.lock();
        if *tables.environment != environment {
            tables.environment = Arc::new(environment);
        }
    }

    /// A run began; `false` if it was known.
    pub(crate) fn set_run(&self, run: u64) -> bool {
        std::mem::replace(&mut self.tables.lock().run, run) != run
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
        let key = profile.request().cache_key(&profile.route(), &self.keys);
        let unchanged =
            known.filter(|known| known.key == key && known.given == prints).map(|known| known.handle);
        let handle = match unchanged {
            Some(handle) => handle,
            None => self.add(&mut tables, profile, key)?,
        };
        tables.names.insert(name.to_owned(), Named { handle, run, key, given: prints });
        Ok(handle)
    }

    fn add(&self, tables: &mut Tables, profile: Arc<Profile>, key: CacheKey) -> Result<Handle, Failure> {
        let vault = match tables.vaults.get(&key) {
            Some(vault) => Arc::clone(vault),
            None => {
                let client = tls::client(&profile, &tables.environment)?;
                let endpoint = Arc::clone(tables.endpoints.entry(profile.token_url.to_string()).or_default());
                let vault = Vault::new(Arc::clone(&profile), client, endpoint, self.surroundings.clone());
                tables.vaults.insert(key, Arc::clone(&vault));
                if tables.run != 0 {
                    vault.drive(Event::RunStarted);
                }
                vault
            }
        };
        if !profile.transport.tls_verify {
            self.surroundings.outbox.post(Message::Warn(format!(
                "profile '{}': tls_verify=false: certificates of {} are not checked, so anyone on the way can read \
                 the secret",
                profile.name,
                profile.endpoint()
            )));
        }
        let mut opened = Vec::clone(&self.opened.load());
        opened.push(Arc::new(Opened { profile, vault: Arc::clone(&vault) }));
        let handle = Handle(opened.len() as u64);
        self.opened.store(Arc::new(opened));
        vault.serve(handle);
        Ok(handle)
    }

    fn prints(&self, given: &[Setting]) -> BTreeMap<String, u64> {
        in_effect(given)
            .into_iter()
            .map(|(key, setting)| (key.to_owned(), self.keys[0].hash_one(&setting.value)))
            .collect()
    }
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
