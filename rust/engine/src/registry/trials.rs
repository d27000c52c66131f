//! Settings on trial: a credential in a registry of its own, which has no name and no handle.

use std::sync::Arc;
use std::time::Duration;

use tollgate_core::config::settings::Setting;
use tollgate_core::failure::Failure;
use tollgate_core::oauth::token_answer::Refusal;

use super::credentials::Place;
use super::{Opened, Registry};
use crate::context::EngineContext;

/// Settings that were opened for a trial. The registry goes with it.
pub(crate) struct OnTrial {
    pub(crate) opened: Arc<Opened>,
    /// What holds it back before it began, and for how long.
    pub(crate) held: Option<(Arc<Refusal>, Duration)>,
    _registry: Registry,
}

impl Registry {
    /// Opens settings for a trial, apart from this registry. Of several lanes the first is on trial.
    ///
    /// # Errors
    /// `CONFIG` for settings that are wrong.
    pub(crate) fn open_apart(&self, name: &str, given: &[Setting]) -> Result<OnTrial, Failure> {
        let context: Arc<EngineContext> = Arc::new(self.context.apart());
        let apart = Self::new(context);
        let refresh_token_file = apart.refresh_token_file(name, given)?;
        let profile = apart.validate(name, given)?;
        if let Some(lack) = profile.lack() {
            return Err(lack.clone());
        }
        let lanes = profile.lanes();
        let several = profile.lanes_of().several();
        let profile = Arc::new(lanes.into_iter().next().filter(|_| several).unwrap_or(profile));
        let key = profile.cache_key(&apart.keys);
        let endpoint = {
            let mut tables = self.tables.lock();
            apart.tables.lock().environment = Arc::clone(&tables.environment);
            self.endpoint(&mut tables, &profile)
        };
        let (client, budget) = (profile.account().to_owned(), profile.policy.limits.budget);
        let now = self.context.clock.now().mono;
        let held = endpoint.ask(move |driver| driver.machine.holds_trial(now, &client, budget)).flatten();
        let place = Place { refresh_token_file, pool: None, trial_of: Some(endpoint) };
        let credential = apart.credential(&mut apart.tables.lock(), &profile, key, place)?;
        let opened = Arc::new(Opened { profile, credential, lanes: None });
        Ok(OnTrial { opened, held, _registry: apart })
    }
}
