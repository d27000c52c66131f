//! What callers may know of a profile.

use std::sync::Arc;
use std::time::Duration;

use tollgate_core::config::answer_rules::AnswerRules;
use tollgate_core::config::placement::Placement;
use tollgate_core::config::policy::Refresh;
use tollgate_core::config::settings::Setting;
use tollgate_core::failure::Failure;

use super::Engine;
use crate::handle::Handle;
use crate::registry::Opened;
use crate::status;

/// What callers must know of a profile.
pub struct Traits {
    /// How long a reader waits at most.
    pub token_timeout: Duration,
    /// What samplers do without a token: the setting's word.
    pub on_token_failure: &'static str,
    /// Each send must be told to [`Engine::read`] and [`Engine::ended`].
    pub drains: bool,
    /// Where a request has the token, and what stands before it there.
    pub placement: Placement,
    /// Each token goes with a proof.
    pub bound: bool,
    /// A header, by name and value, for every API request.
    pub tenant_header: Option<(String, String)>,
    /// How answers are read, for a first look at each.
    pub answers: AnswerRules,
    /// Each thread is served by the handle that [`Engine::steer`] names.
    pub lanes: bool,
}

impl Engine {
    /// The state of a profile as JSON, without secrets. Waits for what was told before, a second at most.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn status(&self, handle: Handle) -> Result<String, Failure> {
        let opened = self.opened(handle)?;
        let asked = Arc::clone(&opened);
        let status = opened.credential.endpoint.ask(move |driver| status::status(driver, &asked));
        Ok(status.unwrap_or_else(|| status::stale(&opened)))
    }

    /// Where the token requests of a profile go; `None` as long as its issuer has not said so.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn token_endpoint(&self, handle: Handle) -> Result<Option<String>, Failure> {
        let Opened { profile, credential, .. } = &*self.opened(handle)?;
        Ok(match &profile.issuer {
            Some(_) => credential.transport.load().discovery.found().map(String::from),
            None => Some(profile.token_url.to_string()),
        })
    }

    /// The same, of settings that are not opened. `None` if an issuer is to say so.
    ///
    /// # Errors
    /// `CONFIG` for settings that are wrong.
    pub fn token_endpoint_of(&self, name: &str, settings: &[Setting]) -> Result<Option<String>, Failure> {
        let profile = self.registry.validate(name, settings)?;
        Ok(profile.issuer.is_none().then(|| profile.token_url.to_string()))
    }

    /// The line of a profile at the end of a run; `reads` are those the caller counted. Waits as [`Engine::status`] does.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn summary(&self, handle: Handle, reads: u64) -> Result<String, Failure> {
        let (opened, users) = (self.opened(handle)?, self.registry.users(handle));
        let asked = Arc::clone(&opened);
        let summary =
            opened.credential.endpoint.ask(move |driver| status::summary(driver, &asked, &users, reads));
        Ok(summary
            .unwrap_or_else(|| format!("{}: no counts, the engine did not answer", opened.profile.title())))
    }

    /// What callers must know of a profile.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn traits(&self, handle: Handle) -> Result<Traits, Failure> {
        let opened = self.opened(handle)?;
        let profile = &opened.profile;
        Ok(Traits {
            token_timeout: profile.token_timeout,
            on_token_failure: profile.on_token_failure.name(),
            drains: profile.policy.refresh == Refresh::Drain,
            placement: profile.placement.clone(),
            bound: profile.dpop.is_some(),
            tenant_header: profile.tenant_header.clone(),
            answers: profile.answers.clone(),
            lanes: opened.lanes.is_some(),
        })
    }
}
