//! The stores of an engine and the clients in them: one each, for all profiles that name the same.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Weak};

use secrecy::{ExposeSecret, SecretString};
use tollgate_core::config::profile::{Profile, StoreSettings};
use tollgate_core::fleet::protocol::Owner;

use super::commands::SharedClient;
use super::connection::Store;
use super::envelope::StoreKeys;
use super::member::SharedMember;
use crate::context::EngineContext;
use crate::http::tls;
use crate::jvm_environment::Environment;

/// All stores and clients.
pub(crate) struct Stores {
    /// By hashes of what tells one from another.
    stores: HashMap<u64, Weak<Store>>,
    clients: HashMap<u64, Weak<SharedClient>>,
    keys: RandomState,
    owner: Owner,
}

impl Default for Stores {
    fn default() -> Self {
        let keys = RandomState::new();
        let owner = Owner(keys.hash_one("owner"));
        Self { stores: HashMap::new(), clients: HashMap::new(), keys, owner }
    }
}

impl Stores {
    /// The place of a profile's credential in the store that the profile names, if it names one.
    pub(crate) fn member(
        &mut self,
        context: &Arc<EngineContext>,
        profile: &Profile,
        environment: &Environment,
    ) -> Option<Arc<SharedMember>> {
        let settings = profile.store.as_ref()?;
        let client = self.client(context, profile, settings, environment);
        Some(Arc::new(SharedMember::new(client, profile)))
    }

    fn client(
        &mut self,
        context: &Arc<EngineContext>,
        profile: &Profile,
        settings: &Arc<StoreSettings>,
        environment: &Environment,
    ) -> Arc<SharedClient> {
        let secret = secret_of(profile, settings);
        let (endpoint, account) = (profile.token_url.as_str(), profile.account());
        let trusted = trusted_of(profile, settings, environment);
        let store = self.keys.hash_one((settings.identity(), &trusted));
        let key = self.keys.hash_one((store, endpoint, account, secret.expose_secret()));
        if let Some(client) = self.clients.get(&key).and_then(Weak::upgrade) {
            return client;
        }
        let known = self.stores.get(&store).and_then(Weak::upgrade);
        let store = known.unwrap_or_else(|| {
            let made = Store::new(Arc::clone(context), Arc::clone(settings), trusted);
            self.stores.insert(store, Arc::downgrade(&made));
            made
        });
        let keys = keys_of(profile, settings);
        let client = Arc::new(SharedClient::new(Arc::clone(&store), keys, account, self.owner));
        store.news.add(&client);
        self.clients.insert(key, Arc::downgrade(&client));
        client
    }
}

fn secret_of<'a>(profile: &'a Profile, settings: &'a StoreSettings) -> &'a SecretString {
    settings.key.as_ref().unwrap_or(&profile.client.secret)
}

/// What the records of a profile's client are sealed with.
pub(super) fn keys_of(profile: &Profile, settings: &StoreSettings) -> StoreKeys {
    let secret = secret_of(profile, settings).expose_secret();
    StoreKeys::derive(secret.as_bytes(), profile.token_url.as_str(), profile.account())
}

/// The certificates that a profile's store may present.
pub(super) fn trusted_of(profile: &Profile, settings: &StoreSettings, environment: &Environment) -> String {
    if settings.tls { tls::trusted_pem(profile, environment) } else { String::new() }
}
