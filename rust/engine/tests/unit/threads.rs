//! What many things that block at once cost in threads: what the engine has for them and no more. The rest waits.

use std::process::Command;
use std::sync::mpsc::channel;
use std::time::Duration;
use std::{env, fs, thread};

use parking_lot::Mutex as Lock;

use super::names::{HungNames, credential, token_endpoint, transport};
use super::*;
use crate::runtime;
use crate::scripted::eventually;

/// Set in the process that the test has to itself: others have engines too, and threads of the same name.
const ALONE: &str = "TOLLGATE_TEST_ALONE";

/// Two that work and eight that block.
const MOST: usize = 10;

/// Far more than there are threads for.
const NAMES: usize = 40;

/// The threads of this process that bear the engine's name.
fn threads() -> usize {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.filter_map(|task| fs::read_to_string(task.unwrap().path().join("comm")).ok());
    names.filter(|name| name.trim_end() == "tollgate").count()
}

#[test]
fn names_that_hang_take_the_threads_there_are_for_them_and_no_more() {
    if env::var_os(ALONE).is_none() {
        let test = thread::current().name().unwrap().to_owned();
        let mut alone = Command::new(env::current_exe().unwrap());
        let alone = alone.args(["--exact", &test]).env(ALONE, "yes").output().unwrap();
        let said = String::from_utf8_lossy(&alone.stdout);
        assert!(alone.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let port = token_endpoint();
    let runtime = runtime::start().unwrap();
    let context = Arc::new(EngineContext::on(runtime.handle().clone()));
    let (asked, was_asked) = channel();
    let (let_go, release) = channel();
    let transport = transport(HungNames { asked, release: Arc::new(Lock::new(release)) });
    let hung: Vec<_> =
        (0..NAMES).map(|n| credential(&format!("hung.{n}.test"), port, &transport, &context)).collect();

    hung.iter().for_each(|hung| hung.want(Duration::ZERO));
    for _ in &hung {
        was_asked.recv_timeout(Duration::from_secs(20)).unwrap();
    }
    // Each look-up has its thread by now, or waits until another's ends.
    assert_eq!(threads(), MOST);

    drop(let_go);
    eventually("all tokens", || hung.iter().all(|hung| hung.generation() > 0));
    assert!(threads() <= MOST);
}
