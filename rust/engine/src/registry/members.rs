//! The users and clients that a profile is opened for.

use std::sync::Arc;

use secrecy::SecretString;
use tollgate_core::config::profile::Profile;
use tollgate_core::failure::Failure;

use super::{Opened, Registry};
use crate::endpoint::credential::OpenCredential;
use crate::handle::Handle;

impl Registry {
    /// Opens the profile of `handle` for one of its users. Equal user and password again: the same handle.
    pub(crate) fn for_user(
        &self,
        handle: Handle,
        user: &str,
        password: SecretString,
    ) -> Option<Result<Handle, Failure>> {
        let profile = self.get(handle)?.profile.for_user(user, password);
        self.add_member(handle, profile.check_filled_in().map(|()| profile))
    }

    /// Opens the profile of `handle` for another client. Equal id and secret again: the same handle.
    pub(crate) fn for_client(
        &self,
        handle: Handle,
        id: &str,
        secret: SecretString,
    ) -> Option<Result<Handle, Failure>> {
        let profile = self.get(handle)?.profile.for_client(id, secret);
        self.add_member(handle, profile)
    }

    /// The handle of a user or client of the profile of `handle`; a new one unless it is known.
    fn add_member(
        &self,
        handle: Handle,
        profile: Result<Profile, Failure>,
    ) -> Option<Result<Handle, Failure>> {
        let profile = match profile {
            Ok(profile) => Arc::new(profile),
            Err(failure) => return Some(Err(failure)),
        };
        let key = profile.cache_key(&self.keys);
        let mut tables = self.tables.lock();
        self.get(handle)?; // it may have been freed meanwhile, and then nobody would free its user
        let open = tables.credentials.get(&key).and_then(OpenCredential::of);
        if let Some(known) = open.and_then(|open| self.view_of(&open, &profile)) {
            return Some(Ok(known));
        }
        let added = self.add(&mut tables, profile, key, None);
        if let Ok(user) = added {
            tables.users.entry(handle).or_default().push(user);
        }
        Some(added)
    }

    /// The users and clients that the profile of `handle` was opened for.
    pub(crate) fn users(&self, handle: Handle) -> Vec<Arc<Opened>> {
        let tables = self.tables.lock();
        let of = |handle: &Handle| tables.users.get(handle).into_iter().flatten();
        let members = of(&handle).flat_map(|member| of(member).chain([member]));
        members.filter_map(|member| self.get(*member)).collect()
    }

    /// The handle through which a user of the same profile has this credential open.
    fn view_of(&self, credential: &OpenCredential, profile: &Profile) -> Option<Handle> {
        let is_alike = |handle: &Handle| {
            self.get(*handle).is_some_and(|view| view.profile.shares_settings_with(profile))
        };
        // One without a cell stands in for another handle, and for this run only.
        let own = credential.published.views().into_iter().filter(|(_, cell)| cell.is_some());
        own.map(|(handle, _)| handle).find(is_alike)
    }
}
