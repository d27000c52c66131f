//! Trials: one token request with settings that are being written, apart from everything the engine keeps.
//!
//! A trial has a registry, a machine, a journal and an outbox of its own, and goes with them. It asks once, now: no gate
//! that a failure closed and no refusal that was heard before holds it back, and what it hears is forgotten. Only what the
//! server says of its limits passes between it and the engine, both ways ([`tollgate_core::machine`], `trial`).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::Setting;
use tollgate_core::failure::{Code, Failure, in_words};
use tollgate_core::oauth::token_answer::Refusal;

use super::Engine;
use crate::endpoint::driver::Driver;
use crate::registry::Opened;
use crate::registry::trials::OnTrial;
use crate::status;

/// Most entries that a trial has news of at once: it has a handful in all.
const MOST_NEWS: usize = 256;

/// The trials that go on, or were not forgotten yet.
#[derive(Default)]
pub(super) struct Trials {
    newest: u64,
    by_id: HashMap<u64, Arc<Trial>>,
}

/// A trial.
struct Trial(OnTrial);

/// What there is to tell of a trial.
pub struct TrialNews {
    /// What it did since, as [`Engine::journal`] tells it.
    pub journal: Vec<String>,
    /// The state as JSON once a token came, as [`Engine::status`] tells it. `None` as long as the trial goes on.
    pub outcome: Option<String>,
}

impl Engine {
    /// Begins a trial of settings: requests a token with them.
    ///
    /// # Errors
    /// `CONFIG` for settings that are wrong.
    pub fn try_out(&self, name: &str, settings: &[Setting]) -> Result<u64, Failure> {
        let trial = Arc::new(Trial::begin(self.registry.open_apart(name, settings)?));
        let mut trials = self.trials.lock();
        trials.newest += 1;
        let id = trials.newest;
        trials.by_id.insert(id, trial);
        Ok(id)
    }

    /// What a trial did after the entry of that number. Waits for news, for so long at most.
    ///
    /// # Errors
    /// Why no token came, once all else was told; `INTERNAL` for a trial that was never begun, or was forgotten.
    pub fn trial_news(&self, trial: u64, after: u64, wait: Duration) -> Result<TrialNews, Failure> {
        let found = self.trials.lock().by_id.get(&trial).cloned();
        let unknown = || Failure::new(Code::Internal, format!("there is no trial {trial}"));
        found.ok_or_else(unknown)?.news(after, wait)
    }

    /// Forgets a trial. What is on its way is received, so that a refresh token in it is not lost.
    pub fn forget_trial(&self, trial: u64) {
        let forgotten = self.trials.lock().by_id.remove(&trial);
        drop(forgotten); // without the lock
    }
}

impl Trial {
    fn begin(on_trial: OnTrial) -> Self {
        if on_trial.held.is_none() {
            // Once, and nobody wants a token again: so a request that failed is not repeated.
            on_trial.opened.credential.want(Duration::ZERO);
        }
        Self(on_trial)
    }

    fn news(&self, after: u64, wait: Duration) -> Result<TrialNews, Failure> {
        let OnTrial { opened, held, .. } = &self.0;
        if let Some((why, closed)) = held {
            return Err(held_back(&opened.profile, why, *closed));
        }
        let context = opened.credential.context();
        let ask = || {
            let asked = Arc::clone(opened);
            opened.credential.endpoint.ask(move |driver| outcome(driver, &asked)).flatten()
        };
        let mut outcome = ask();
        let mut journal = context.journal.read(after, MOST_NEWS, context.clock.now());
        if outcome.is_none() && journal.len() == 1 {
            drop(context.outbox.take(wait)); // the driver posts to it whenever something happened
            outcome = ask();
            journal = context.journal.read(after, MOST_NEWS, context.clock.now());
        }
        match outcome {
            Some(Err(failure)) if journal.len() == 1 => Err(failure),
            Some(Ok(status)) => Ok(TrialNews { journal, outcome: Some(status) }),
            Some(Err(_)) | None => Ok(TrialNews { journal, outcome: None }),
        }
    }
}

/// Why nothing is sent: the server named a wait, or a mint budget is used up.
fn held_back(profile: &Profile, why: &Refusal, closed: Duration) -> Failure {
    let code = if why.retry_after.is_some() { Code::ThrottledUntil } else { why.code };
    let message = format!(
        "{}: nothing was sent, since no token request of this client is allowed for another {}: {}. {}",
        profile.title(),
        in_words(closed),
        why.describe(profile),
        why.advice(profile)
    );
    Failure::new(code, message)
}

/// How a trial ended, once it has.
fn outcome(driver: &Driver, opened: &Opened) -> Option<Result<String, Failure>> {
    let (profile, id) = (&opened.profile, opened.credential.id());
    let credential = driver.machine.credential(id)?;
    if credential.in_flight() {
        return None;
    }
    if credential.token(driver.now().mono).is_some() {
        return Some(Ok(status::status(driver, opened)));
    }
    Some(Err(match credential.last_refusal() {
        Some(why) => {
            let message = format!("{}: {}. {}", profile.title(), why.describe(profile), why.advice(profile));
            Failure::new(why.code, message)
        }
        None => Failure::new(Code::Internal, format!("{}: no token request was sent", profile.title())),
    }))
}
