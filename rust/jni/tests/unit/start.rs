//! The start of the engine where the operating system refuses what it needs.

use std::env;
use std::fs::File;
use std::iter::from_fn;
use std::process::Command;

use tollgate_engine::Code;

use super::{engine, started};

/// Set in the process that has few file descriptors.
const FEW: &str = "TOLLGATE_TEST_FEW_DESCRIPTORS";

/// In a process of its own: the limit is one of the process, and so is the engine.
#[test]
fn a_start_without_file_descriptors_fails_and_the_next_call_tries_again() {
    if env::var_os(FEW).is_some() {
        return start_fails_then_succeeds();
    }
    let name = std::thread::current().name().expect("a test's thread has its name").to_owned();
    let output = Command::new("sh")
        .args(["-c", "ulimit -n 64 && exec \"$0\" \"$@\""])
        .arg(env::current_exe().unwrap())
        .args([&name, "--exact", "--nocapture"])
        .env(FEW, "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
}

fn start_fails_then_succeeds() {
    let taken: Vec<File> = from_fn(|| File::open("/dev/null").ok()).take(64).collect();
    let failure = engine().err().expect("no descriptor is left");
    assert_eq!(failure.code, Code::Internal);
    assert!(failure.message.contains("Too many open files"), "{failure:?}");
    assert!(started().is_none());
    drop(taken);
    let first = engine().expect("descriptors are free again");
    assert!(std::ptr::eq(first, engine().expect("it is started")));
    assert!(started().is_some());
}
