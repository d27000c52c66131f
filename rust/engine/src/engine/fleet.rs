//! What the store of a profile knows, for people who look.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use tollgate_core::config::settings::Setting;
use tollgate_core::failure::{Code, Failure};

use super::Engine;
use crate::shared_state::fleet_state;

/// Longer than reading takes, which ends by itself.
const LONGEST: Duration = Duration::from_secs(20);

impl Engine {
    /// What the store of a profile has of its clients, as JSON without secrets. Reads only, and asks no token server. Waits
    /// for the store, seconds at most. `tries_rights`: also whether its user may do what injectors do.
    ///
    /// # Errors
    /// `CONFIG` for settings that are wrong. What is wrong with the store is in the answer.
    pub fn fleet_state(
        &self,
        name: &str,
        settings: &[Setting],
        tries_rights: bool,
    ) -> Result<String, Failure> {
        let profile = self.registry.validate(name, settings)?;
        let reading = fleet_state::read(
            Arc::new(self.context.apart()),
            profile,
            self.registry.environment(),
            tries_rights,
        );
        let (reply, replied) = sync_channel(1);
        self.context.runtime.spawn(async move {
            // The one that asked may have gone.
            drop(reply.try_send(reading.await));
        });
        let state = replied.recv_timeout(LONGEST).map_err(|_| {
            Failure::new(Code::Internal, format!("profile '{name}': the store could not be read"))
        })?;
        Ok(state.to_string())
    }
}
