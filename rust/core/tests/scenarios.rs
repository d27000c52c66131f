//! Runs every file of `tests/scenarios` against the machine of an endpoint, in virtual time.
//!
//! A scenario is a story that a tester can read: settings, then steps. A step says when it happens, what
//! happens (one event), and everything that must follow: what the event's reader gets, and under `then` each
//! request sent, token published and token withdrawn, in order. Timers that are due before a step fire on the
//! way to it, at their own time; what they cause is listed in that step too, with its time. What is not listed
//! must not happen.
//!
//! The vocabulary is in `scenario/file.rs`; unknown words in a file are errors.

#![allow(clippy::unwrap_used)] // a panic is a failed test

mod scenario;

use std::path::{Path, PathBuf};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_scenario_holds() {
    let files = files();
    assert!(files.len() >= 40, "only {} scenario files were found", files.len());
    let failures: Vec<String> = files
        .iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            scenario::run(&text).err().map(|failure| format!("{name}: {failure}"))
        })
        .collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// The runner itself: a scenario that expects too little, too much, or something else must fail, and say where.
#[test]
fn a_wrong_expectation_is_told_with_its_step() {
    let failure_of = |steps: &str| {
        let text = format!(r#"{{"story": "s", "proves": "the runner", "steps": [{steps}]}}"#);
        scenario::run(&text).unwrap_err()
    };
    let unlisted = failure_of(r#"{"at": "0s", "reader": {"gets": "wait"}}"#);
    assert!(unlisted.contains("step 1") && unlisted.contains("send first"), "{unlisted}");
    let missing = failure_of(
        r#"{"at": "0s", "reader": {"gets": "wait"}, "then": ["send first"]}, {"at": "1s", "then": ["publish 1"]}"#,
    );
    assert!(missing.contains("step 2") && missing.contains("publish 1"), "{missing}");
    let other = failure_of(r#"{"at": "0s", "reader": {"gets": 1}, "then": ["send first"]}"#);
    assert!(other.contains("gets 1") && other.contains("got wait"), "{other}");
    let misspelt = failure_of(r#"{"at": "0s", "raeder": {"gets": 1}}"#);
    assert!(misspelt.contains("raeder"), "{misspelt}");
    let untimed = failure_of(
        r#"{"at": "0s", "reader": {"gets": "wait"}, "then": ["send first"]},
           {"at": "0s", "answer": {"token": "20s"}, "then": ["publish 1"]},
           {"at": "30s", "then": ["withdraw"]}"#,
    );
    assert!(untimed.contains("step 3") && untimed.contains("withdraw at 20s"), "{untimed}");
    let failure = failure_of(r#"{"at": "0s", "run": "starts", "tells": ["Minted"]}"#);
    assert!(failure.contains("Minted"), "{failure}");
}
