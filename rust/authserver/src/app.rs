//! What the handlers share.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use serde_json::{Map, Value};

use crate::answers::CorrelationIds;
use crate::clock::{Clock, Moment};
use crate::judge::Judge;
use crate::literal::{Case, LiteralAnswers};
use crate::request_log::RequestLog;
use crate::settings::{Clients, SettingError, Settings, TokenFault};
use crate::sign_in::SignIns;

/// The server behind its handlers.
pub(crate) struct App {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) judge: Mutex<Judge>,
    pub(crate) log: Arc<RequestLog>,
    pub(crate) correlation_ids: CorrelationIds,
    pub(crate) literal: LiteralAnswers,
    pub(crate) sign_ins: Mutex<SignIns>,
    /// Connections busy with token requests.
    pub(crate) busy: AtomicU64,
    behaviour: ArcSwap<Behaviour>,
    changing: Mutex<()>,
}

/// The settings in force, with the faults that run out.
pub(crate) struct Behaviour {
    pub(crate) settings: Settings,
    /// When the API fault ends; `None`: not before it is changed.
    api_fault_ends: Option<Moment>,
    /// API requests that the fault, or the share of them it leaves alone, has met.
    api_fault_met: AtomicU64,
    /// Token requests that still meet the token fault, if it is a counted one.
    token_faults_left: Arc<AtomicU64>,
}

impl App {
    pub(crate) fn new(
        settings: Settings,
        cases: Vec<Case>,
        log_file: Option<File>,
        clock: Arc<dyn Clock>,
        run: u64,
    ) -> Self {
        let mut judge = Judge::default();
        expect_clients(&mut judge, &settings);
        Self {
            behaviour: ArcSwap::from_pointee(Behaviour::new(settings, clock.read().mono)),
            clock,
            judge: Mutex::new(judge),
            log: Arc::new(RequestLog::new(log_file)),
            correlation_ids: CorrelationIds::new(run),
            literal: LiteralAnswers::new(cases),
            sign_ins: Mutex::default(),
            busy: AtomicU64::new(0),
            changing: Mutex::new(()),
        }
    }

    /// The behaviour in force. The guard is for a moment's look, not to be held while waiting.
    pub(crate) fn behaviour(&self) -> arc_swap::Guard<Arc<Behaviour>> {
        self.behaviour.load()
    }

    /// Changes settings; tells all of them. A fault that is set anew starts anew.
    ///
    /// # Errors
    /// A setting that can't be taken; nothing has changed then.
    pub(crate) fn change(&self, patch: &Map<String, Value>) -> Result<Value, SettingError> {
        let _one_at_a_time = self.changing.lock();
        let before = self.behaviour.load_full();
        let mut settings = before.settings.clone();
        settings.patch(patch)?;
        let mut next = Behaviour::new(settings, self.clock.read().mono);
        let touches = |keys: [&str; 2]| keys.iter().any(|key| patch.contains_key(*key));
        if !touches(["api_fault", "api_fault_for"]) {
            next.api_fault_ends = before.api_fault_ends;
        }
        if !touches(["token_fault", "token_fault_count"]) {
            next.token_faults_left = Arc::clone(&before.token_faults_left);
        }
        expect_clients(&mut self.judge.lock(), &next.settings);
        let json = next.settings.to_json();
        self.behaviour.store(Arc::new(next));
        Ok(json)
    }
}

impl Behaviour {
    fn new(settings: Settings, now: Moment) -> Self {
        Self {
            api_fault_met: AtomicU64::new(0),
            api_fault_ends: (!settings.api_fault_for.is_zero()).then(|| now + settings.api_fault_for),
            token_faults_left: Arc::new(AtomicU64::new(settings.token_fault_count)),
            settings,
        }
    }

    /// The fault a token request meets, which uses up one of a counted fault.
    pub(crate) fn take_token_fault(&self) -> Option<TokenFault> {
        let fault = self.settings.token_fault?;
        if self.settings.token_fault_count == 0 {
            return Some(fault);
        }
        let (set, fetch) = (Ordering::Relaxed, Ordering::Relaxed);
        self.token_faults_left.fetch_update(set, fetch, |left| left.checked_sub(1)).ok().map(|_| fault)
    }

    /// The status that this API answer has by the fault, and when the fault ends, if it does by itself.
    pub(crate) fn take_api_fault(&self, now: Moment) -> Option<(u16, Option<Moment>)> {
        let status = self.settings.api_fault?;
        match self.api_fault_ends {
            Some(ends) if now >= ends => None,
            _ if !self.settings.api_fault_share.takes(self.api_fault_met.fetch_add(1, Ordering::Relaxed)) => {
                None
            }
            ends => Some((status, ends)),
        }
    }
}

fn expect_clients(judge: &mut Judge, settings: &Settings) {
    if let Clients::Listed(clients) = &settings.clients {
        for client in clients {
            judge.expect_client(&client.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use serde_json::json;

    use super::*;
    use crate::clock::ManualClock;

    fn app() -> (App, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(SystemTime::UNIX_EPOCH));
        let shared: Arc<dyn Clock> = clock.clone();
        (App::new(Settings::default(), Vec::new(), None, shared, 0), clock)
    }

    fn change(app: &App, patch: Value) {
        app.change(patch.as_object().unwrap()).unwrap();
    }

    #[test]
    fn a_counted_fault_is_used_up_and_counted_anew_only_when_it_is_set_anew() {
        let (app, _) = app();
        let take = || app.behaviour().take_token_fault().is_some();
        change(&app, json!({ "token_fault": "hang", "token_fault_count": 2 }));
        assert!(take());
        change(&app, json!({ "lifetime": "1s" }));
        assert_eq!([take(), take(), take()], [true, false, false]);
        change(&app, json!({ "token_fault_count": 1 }));
        assert_eq!([take(), take()], [true, false]);
        change(&app, json!({ "token_fault_count": 0 }));
        assert_eq!([take(), take()], [true, true]);
        change(&app, json!({ "token_fault": "none" }));
        assert!(!take());
    }

    #[test]
    fn an_api_fault_runs_from_when_it_is_set() {
        let (app, clock) = app();
        clock.advance(Duration::from_secs(100));
        change(&app, json!({ "api_fault": "status:401" }));
        let fault = || app.behaviour().take_api_fault(clock.read().mono).map(|(status, _)| status);
        clock.advance(Duration::from_millis(4_999));
        change(&app, json!({ "capacity": 1 }));
        assert_eq!(fault(), Some(401));
        clock.advance(Duration::from_millis(1));
        assert_eq!(fault(), None);
        change(&app, json!({ "api_fault": "status:503", "api_fault_for": "0" }));
        clock.advance(Duration::from_secs(1_000));
        assert_eq!(fault(), Some(503));
    }

    #[test]
    fn an_api_fault_takes_its_share_of_the_answers() {
        let (app, clock) = app();
        change(&app, json!({ "api_fault": "status:401", "api_fault_for": "0", "api_fault_share": "5%" }));
        let now = clock.read().mono;
        let taken = (0..10_000).filter(|_| app.behaviour().take_api_fault(now).is_some()).count();
        assert!((400..600).contains(&taken), "{taken}");
    }

    #[test]
    fn clients_show_in_the_counts_before_their_first_request() {
        let (app, _) = app();
        change(&app, json!({ "client": ["a:x", "b:y"] }));
        let clients = app.judge.lock().counts().clients;
        assert_eq!(clients.keys().collect::<Vec<_>>(), ["a", "b", "demo"]);
    }
}
