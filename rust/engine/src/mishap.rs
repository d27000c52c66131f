//! Panics on demand, at the places where the engine could panic if it had a fault. Tests only: what is shipped has
//! neither this file nor a line that calls it.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tollgate_core::clock::Jitter;

/// Where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Spot {
    /// In the task that watches for suspended machines.
    Watch,
    /// With a credential locked, before its machine takes an event.
    Event,
    /// In the middle of a machine's step, when it asks for chance.
    Step,
    /// While a request is handed to its task.
    Send,
    /// While a token is shown to readers.
    Publish,
    /// While something is told to the log.
    Note,
    /// In the task of a token request.
    Exchange,
    /// In the task that brings the answer.
    Answer,
    /// In the timer of a credential.
    Timer,
    /// While a refresh token is written to its file.
    Keep,
}

/// The panics that are due, by place and by the profile that they strike.
#[derive(Clone, Default)]
pub(crate) struct Mishap(Arc<Mutex<HashMap<(Spot, String), u32>>>);

impl Mishap {
    /// The next `times` visits to `spot` for `profile` panic.
    pub(crate) fn arm(&self, spot: Spot, profile: &str, times: u32) {
        self.0.lock().insert((spot, profile.to_owned()), times);
    }

    /// How many panics are still to come.
    pub(crate) fn left(&self) -> u32 {
        self.0.lock().values().sum()
    }

    pub(crate) fn strike(&self, spot: Spot, profile: &str) {
        let due = self.0.lock().get_mut(&(spot, profile.to_owned())).is_some_and(|left| {
            let due = *left > 0;
            *left -= u32::from(due);
            due
        });
        assert!(!due, "a mishap at {spot:?} that quotes s3cret-s3cret");
    }
}

/// Chance that may strike.
pub(crate) struct Struck<'a> {
    pub(crate) chance: &'a mut dyn Jitter,
    pub(crate) mishap: &'a Mishap,
    pub(crate) profile: &'a str,
}

impl Jitter for Struck<'_> {
    fn unit(&mut self) -> f64 {
        self.mishap.strike(Spot::Step, self.profile);
        self.chance.unit()
    }
}
