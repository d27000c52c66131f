//! Profiles by name, credentials by key, endpoints by URL.
//!
//! Two names for the same token request share one credential; credentials of one endpoint share its driver; profiles that
//! travel alike share one HTTP client and its connections. What a profile wants beside its token is kept by its view, an
//! [`Opened`]. Invariants: a handle is never given out twice, and is valid for as long as its name stands for it, or the
//! name of the profile whose user it is; to the end of the run in which that changes it stands in for its successor
//! ([`superseded`]); what no valid handle refers to any more is freed, save for what endpoints said of their limits.

mod credentials;
pub(crate) mod lanes;
mod members;
mod superseded;
pub(crate) mod trials;

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Weak};

use arc_swap::ArcSwapOption;
use parking_lot::Mutex;
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, in_effect};
use tollgate_core::failure::{Code, Failure};
use tollgate_core::oauth::token_request::CacheKey;

use crate::api_gates::ApiGates;
use crate::context::EngineContext;
use crate::endpoint::Endpoint;
use crate::endpoint::credential::{CredentialCell, OpenCredential};
use crate::endpoint::driver::Driver;
use crate::endpoint::pool::PoolCell;
use crate::handle::Handle;
use crate::http::discovery::SharedDiscovery;
use crate::http::transport::HttpTransport;
use crate::jvm_environment::Environment;
use crate::outbox::Event as Message;
use crate::persistence::shared_refresh_token_file::SharedRefreshTokenFile;
use crate::persistence::values::ThisMachine;
use crate::published::GenerationCell;
use crate::published::cell_arena::CellArena;
use crate::registry::lanes::LaneSet;
use crate::shared_state::stores::Stores;

/// A profile view: an opened profile, and the credential that it may share with others.
pub(crate) struct Opened {
    pub(crate) profile: Arc<Profile>,
    /// Of several lanes, that of the first.
    pub(crate) credential: OpenCredential,
    /// The lanes of its profile, if there are several.
    pub(crate) lanes: Option<Arc<LaneSet>>,
}

/// What a handle names.
struct Slot {
    /// `None` once it was freed.
    opened: ArcSwapOption<Opened>,
    /// Its own for ever. It shows nothing from the moment the handle stands for anything else than at first: what was
    /// read through it before must not be used again.
    generation: &'static GenerationCell,
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
    credentials: HashMap<CacheKey, Weak<CredentialCell>>,
    /// By the key of the first slot.
    pools: HashMap<CacheKey, Weak<PoolCell>>,
    endpoints: HashMap<String, Arc<Endpoint>>,
    /// By a hash of all that makes two profiles travel alike.
    transports: HashMap<u64, Weak<HttpTransport>>,
    /// By a hash of the issuer and of what decides whether its answer is to be trusted.
    discoveries: HashMap<u64, Weak<SharedDiscovery>>,
    api_gates: ApiGates,
    stores: Stores,
    /// Handles made for the users and clients of each profile, and for the users of such a client.
    users: HashMap<Handle, Vec<Handle>>,
    /// Handles of names that were opened with other settings since the run began.
    standing_in: Vec<Handle>,
    environment: Arc<Environment>,
    /// The run that is active, or 0.
    run: u64,
}

impl Tables {
    /// The handle of a name that was opened with the same settings in this run.
    fn opened(
        &self,
        name: &str,
        prints: &BTreeMap<String, u64>,
        redefine: bool,
    ) -> Result<Option<Handle>, Failure> {
        let known = self.names.get(name).filter(|known| known.run == self.run && !redefine);
        match known {
            Some(known) if known.given == *prints => Ok(Some(known.handle)),
            Some(known) if self.run != 0 => Err(conflict(name, &known.given, prints)),
            _ => Ok(None),
        }
    }
}

pub(crate) struct Registry {
    context: Arc<EngineContext>,
    keys: [RandomState; 2],
    tables: Mutex<Tables>,
    /// Append-only, so that the hot path reads without a lock and 100 000 users are opened without copies. Empty
    /// where a handle is no longer valid.
    opened: boxcar::Vec<Slot>,
    cells: CellArena,
    newest_pool: AtomicU64,
}

impl Registry {
    pub(crate) fn new(context: Arc<EngineContext>) -> Self {
        Self {
            context,
            keys: [RandomState::new(), RandomState::new()],
            tables: Mutex::default(),
            opened: boxcar::Vec::new(),
            cells: CellArena::default(),
            newest_pool: AtomicU64::new(0),
        }
    }

    fn slot(&self, handle: Handle) -> Option<&Slot> {
        self.opened.get(usize::try_from(handle.0).ok()?.checked_sub(1)?)
    }

    /// The profile behind a handle.
    pub(crate) fn get(&self, handle: Handle) -> Option<Arc<Opened>> {
        self.slot(handle)?.opened.load_full()
    }

    /// The cell of a handle, which shows its generation in service, or 0. Lock-free.
    pub(crate) fn generation(&self, handle: Handle) -> Option<&'static GenerationCell> {
        Some(self.slot(handle)?.generation)
    }

    fn endpoints(&self) -> Vec<Arc<Endpoint>> {
        self.tables.lock().endpoints.values().cloned().collect()
    }

    /// Has every driver do something, and waits for it, a second at most for each.
    pub(crate) fn for_all(&self, act: fn(&mut Driver)) {
        for endpoint in self.endpoints() {
            endpoint.ask(act); // one that does not answer in time does it later
        }
    }

    /// Waits until every driver has handled what was put into its queue before, a second at most for each.
    pub(crate) fn catch_up(&self) {
        self.for_all(|_| ());
    }

    #[cfg(test)]
    pub(crate) fn faults(&self) -> &crate::fault_injection::FaultInjection {
        &self.context.faults
    }

    /// What the JVM knows of proxies and trust anchors.
    pub(crate) fn environment(&self) -> Arc<Environment> {
        Arc::clone(&self.tables.lock().environment)
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
            tables.api_gates.run_started(self.context.clock.now().mono);
        }
        news
    }

    pub(crate) fn open(&self, name: &str, given: &[Setting], redefine: bool) -> Result<Handle, Failure> {
        let prints = self.prints(given);
        if let Some(handle) = self.tables.lock().opened(name, &prints, redefine)? {
            return Ok(handle);
        }
        // Files may hang, so nothing is locked while they are read.
        let refresh_token_file = self.refresh_token_file(name, given)?;
        let profile = Arc::new(self.validate(name, given)?);
        let mut tables = self.tables.lock();
        // Another thread may have opened it meanwhile.
        if let Some(handle) = tables.opened(name, &prints, redefine)? {
            return Ok(handle);
        }
        let (run, known) = (tables.run, tables.names.get(name));
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
                    self.add(&mut tables, profile, keys[0], refresh_token_file)?
                }
            }
        };
        if let Some(former) = former.filter(|former| *former != handle) {
            self.supersede(&mut tables, former, handle);
        }
        tables.names.insert(name.to_owned(), Named { handle, run, keys, given: prints });
        Ok(handle)
    }

    pub(crate) fn validate(&self, name: &str, given: &[Setting]) -> Result<Profile, Failure> {
        Profile::validate(name, given, &ThisMachine(&self.context.file_threads))
    }

    /// The file of the refresh token, if the settings name one.
    fn refresh_token_file(
        &self,
        name: &str,
        given: &[Setting],
    ) -> Result<Option<Arc<SharedRefreshTokenFile>>, Failure> {
        let setting = in_effect(given).get("refresh_token").copied();
        let Some(path) = setting.and_then(|setting| setting.value.strip_prefix("file:")) else {
            return Ok(None);
        };
        let EngineContext { refresh_token_files: files, file_threads, .. } = &*self.context;
        let opened = files.open(path, file_threads).map_err(|cause| {
            let message = format!("profile '{name}': refresh_token=file:{path}: {cause}");
            Failure::new(Code::Config, message)
        })?;
        Ok(Some(opened))
    }

    fn warn_of_blind_trust(&self, profile: &Profile) {
        if !profile.transport.tls_verify {
            self.context.outbox.post(Message::Warn(format!(
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
