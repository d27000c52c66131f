//! Panics on demand, at the places where the engine could panic if it had a fault. Tests only: what is shipped has
//! neither this file nor a line that calls it.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tollgate_core::time::clock::{Jitter, SplitMix};

/// Where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Spot {
    /// Before the machine handles an input.
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

/// The panics that are due and the visits there were, by place and by profile.
#[derive(Clone, Default)]
pub(crate) struct FaultInjection(Arc<Mutex<HashMap<(Spot, String), Visits>>>);

#[derive(Default)]
struct Visits {
    due: u32,
    seen: u32,
}

impl FaultInjection {
    /// The next `times` visits to `spot` for `profile` panic.
    pub(crate) fn arm(&self, spot: Spot, profile: &str, times: u32) {
        self.0.lock().entry((spot, profile.to_owned())).or_default().due = times;
    }

    /// How many panics are still to come.
    pub(crate) fn left(&self) -> u32 {
        self.0.lock().values().map(|visits| visits.due).sum()
    }

    /// How often that place was passed for that profile.
    pub(crate) fn visits(&self, spot: Spot, profile: &str) -> u32 {
        self.0.lock().get(&(spot, profile.to_owned())).map_or(0, |visits| visits.seen)
    }

    pub(crate) fn strike(&self, spot: Spot, profile: &str) {
        let due = {
            let mut all = self.0.lock();
            let visits = all.entry((spot, profile.to_owned())).or_default();
            let due = visits.due > 0;
            visits.due -= u32::from(due);
            visits.seen += 1;
            due
        };
        assert!(!due, "a mishap at {spot:?} that quotes s3cret-s3cret");
    }
}

/// The machine's chance, which may strike the credential that it decides about.
pub(crate) struct FaultyJitter {
    chance: SplitMix,
    faults: FaultInjection,
    /// The profile of that credential.
    profile: Arc<Mutex<String>>,
}

impl FaultyJitter {
    pub(crate) fn new(chance: SplitMix, faults: FaultInjection, profile: Arc<Mutex<String>>) -> Self {
        Self { chance, faults, profile }
    }
}

impl Jitter for FaultyJitter {
    fn unit(&mut self) -> f64 {
        self.faults.strike(Spot::Step, &self.profile.lock());
        self.chance.unit()
    }
}
