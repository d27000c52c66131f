//! The engine against real sockets, as the boundary uses it. What the server saw is what counts.

#![allow(clippy::unwrap_used)] // in a test an unwrap is an assertion

mod answers;
mod api_answers;
mod api_gates;
mod bound;
mod clients;
mod custody;
mod discovery;
#[cfg(target_os = "linux")] // whose words and backlogs they are about
mod faults;
#[cfg(unix)] // pipes with a name
mod hung_files;
mod journal;
mod keyrings;
mod pools;
mod profiles;
mod proofs;
mod reading;
mod refresh;
mod requests;
mod route;
mod server;
mod token_url;
mod trials;

use std::thread;
use std::time::Duration;

use secrecy::ExposeSecret;
use tollgate_engine::{Engine, Failure, Handle, Setting, Source};

/// How long a reader waits at most in these tests; nothing here should come near it.
const PATIENCE: Duration = Duration::from_secs(20);

/// The settings of a profile, as JMeter properties.
fn settings(pairs: &[(&str, &str)]) -> Vec<Setting> {
    let defaults = [("client_id", "me"), ("client_secret", "s3cret-s3cret")];
    let kept = defaults.iter().filter(|(key, _)| pairs.iter().all(|(other, _)| other != key));
    kept.chain(pairs)
        .map(|(key, value)| Setting { key: (*key).into(), value: (*value).into(), source: Source::Property })
        .collect()
}

fn open(engine: &Engine, name: &str, pairs: &[(&str, &str)]) -> Handle {
    let (settings, mut opened) = (settings(pairs), None);
    eventually("its files are read in time", || match engine.open(name, &settings, false) {
        // On a busy machine one may take too long. It is read anew.
        Err(failure) if failure.message.contains("no answer from its disk") => false,
        outcome => {
            opened = Some(outcome);
            true
        }
    });
    opened.unwrap().unwrap()
}

/// Waits for a token as the Java side does, within the profile's `token_timeout`.
fn read(engine: &Engine, handle: Handle) -> Result<(u64, String), Failure> {
    let mut waited = Duration::ZERO;
    loop {
        if let Some(served) = engine.read(handle, Duration::ZERO, waited, None, None)? {
            return Ok((served.generation, served.token.expose_secret().to_owned()));
        }
        // The boundary waits for a wake-up; a test may poll. The engine counts what it is told was waited.
        thread::sleep(Duration::from_millis(2));
        waited += Duration::from_millis(2);
    }
}

/// Looks until `is_so`, for at most [`PATIENCE`].
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let looks = PATIENCE.as_millis() / 5;
    for _ in 0..looks {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("never came true: {what}");
}

/// The status, once the driver has told it: on a busy machine one that is late is made without it.
fn status(engine: &Engine, handle: Handle) -> String {
    let mut status = String::new();
    eventually("a status of the driver", || {
        status = engine.status(handle).unwrap();
        !status.contains(r#""stale":true"#)
    });
    status
}

/// The summary, in the same way.
fn summary(engine: &Engine, handle: Handle, reads: u64) -> String {
    let mut summary = String::new();
    eventually("a summary of the driver", || {
        summary = engine.summary(handle, reads).unwrap();
        !summary.contains("the engine did not answer")
    });
    summary
}

/// Has one token request sent, waits until it has failed, however long that takes, and gives what a reader gets whose
/// patience is over.
fn failure_of_one_request(engine: &Engine, handle: Handle) -> Failure {
    drop(engine.read(handle, Duration::ZERO, Duration::ZERO, None, None));
    let failed = || {
        let status: serde_json::Value = serde_json::from_str(&status(engine, handle)).unwrap();
        ["failed", "throttled"].map(|count| status[count].as_u64().unwrap())
    };
    eventually("a failed request", || failed() != [0, 0]);
    engine.read(handle, Duration::ZERO, PATIENCE, Some(PATIENCE), None).err().unwrap()
}

/// Reports 401s in a row until the token in service is withdrawn, as it is at the 64th at the latest if it was accepted
/// before.
fn revoke(engine: &Engine, handle: Handle, report_a_401: impl Fn()) {
    status(engine, handle); // waits until what was reported before is heard
    let served = engine.generation(handle);
    eventually("the token is withdrawn", || {
        (0..64).for_each(|_| report_a_401());
        engine.generation(handle) != served
    });
}

/// All events of the engine up to now, as text. A driver tells of what it did after it has done it, so it is waited for.
fn log_text(engine: &Engine) -> String {
    drop(engine.journal(0, 0));
    engine.await_events(Duration::ZERO).iter().map(|event| format!("{event:?}\n")).collect()
}
