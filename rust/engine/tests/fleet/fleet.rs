//! Some engines with one store and one token server.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use secrecy::ExposeSecret;
use tollgate_engine::{Engine, Failure, Handle, Report, Setting, Source};

/// How long anything may take here; nothing should come near it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// One process of the fleet.
#[derive(Clone)]
pub(crate) struct Injector {
    pub(crate) engine: Arc<Engine>,
    pub(crate) handle: Handle,
}

impl Injector {
    /// With the client of all and further settings.
    pub(crate) fn start(pairs: &[(&str, &str)]) -> Self {
        Self::named("shared", pairs)
    }

    pub(crate) fn named(name: &str, pairs: &[(&str, &str)]) -> Self {
        let engine = Arc::new(Engine::start().unwrap());
        let handle = engine.open(name, &settings(pairs), false).unwrap();
        engine.run_started(1);
        Self { engine, handle }
    }

    /// Waits for a token as the Java side does.
    pub(crate) fn read(&self) -> Result<String, Failure> {
        let mut waited = Duration::ZERO;
        loop {
            if let Some(served) = self.engine.read(self.handle, Duration::ZERO, waited, None, None)? {
                return Ok(served.token.expose_secret().to_owned());
            }
            thread::sleep(Duration::from_millis(2));
            waited += Duration::from_millis(2);
        }
    }

    pub(crate) fn token(&self) -> String {
        self.read().unwrap()
    }

    /// The API's answer to a request with this token.
    pub(crate) fn report(&self, status: u16, token: &str) {
        let report = Report {
            status,
            origin: Some("http://api"),
            headers: &[],
            authorization: Some(token),
            stamp: None,
            ago: Duration::ZERO,
            ..Report::default()
        };
        self.engine.report(self.handle, report).unwrap();
    }

    /// Token requests while the store was silent. On a machine that is busy enough there may be one without a fault.
    pub(crate) fn requests_alone(&self) -> usize {
        let mut silent = None;
        // A status that is late because the machine is busy is made without it.
        eventually("a status of the driver", || {
            let status: serde_json::Value =
                serde_json::from_str(&self.engine.status(self.handle).unwrap()).unwrap();
            silent = status["store"]["silent"].as_u64();
            silent.is_some()
        });
        usize::try_from(silent.unwrap()).unwrap()
    }

    /// All log lines up to now.
    pub(crate) fn log(&self) -> String {
        self.engine.await_events(Duration::ZERO).iter().map(|event| format!("{event:?}\n")).collect()
    }
}

/// Token requests of all without the store's leave.
pub(crate) fn requests_alone(fleet: &[Injector]) -> usize {
    fleet.iter().map(Injector::requests_alone).sum()
}

pub(crate) fn settings(pairs: &[(&str, &str)]) -> Vec<Setting> {
    let defaults = [("client_id", "me"), ("client_secret", "s3cret-s3cret-s3cret")];
    let kept = defaults.iter().filter(|(key, _)| pairs.iter().all(|(other, _)| other != key));
    kept.chain(pairs)
        .map(|(key, value)| Setting { key: (*key).into(), value: (*value).into(), source: Source::Property })
        .collect()
}

/// Looks until `is_so`.
pub(crate) fn eventually(what: &str, is_so: impl FnMut() -> bool) {
    within(PATIENCE, what, is_so);
}

/// Looks for so long.
pub(crate) fn within(patience: Duration, what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < patience, "never came true: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
