//! The work of many runs in one process: what it costs in memory and threads, and that it costs no more in the end.
//!
//! Long, so only on request: `make test-long`.

#![allow(clippy::unwrap_used)] // in a test an unwrap is an assertion
#![cfg(target_os = "linux")] // it reads /proc

mod endpoint;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use secrecy::ExposeSecret;
use tollgate_engine::{Engine, Handle, Report, Setting, Source};

use self::endpoint::Endpoint;

/// Looks at a token in JMeter's busiest hours.
const READS: usize = 10_000_000;

/// As many as a token of ten minutes needs in ten weeks.
const REFRESHES: usize = 10_000;

/// A script that redefines its profile in each of many runs.
const REDEFINITIONS: usize = 1_000;

/// How often each is done before anything is measured: pools fill, the allocator takes what it keeps.
const WARM_UP: usize = 10; // a tenth

/// What may grow, in KiB, where nothing is kept: the allocator's pages come and go by a few hundred KiB.
const NOTHING: i64 = 512;

/// What may grow, in KiB, with a thousand profiles that nobody refers to any more: half a KiB each for the place of its
/// handle, which is never given out again, and for the allocator. A profile that is kept takes 4 KiB, its HTTP client 90.
const HANDLES: i64 = 512 + 512;

/// What is resident of this process, in KiB.
fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The engine's: those of the test and of its server come and go.
fn threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path().join("comm"));
    tasks.filter(|name| std::fs::read_to_string(name).is_ok_and(|name| name.starts_with("tollgate"))).count()
}

fn settings(url: &str, more: &[(&str, &str)]) -> Vec<Setting> {
    let own = [("token_url", url), ("client_id", "me"), ("client_secret", "secret")];
    let kept = own.iter().filter(|(key, _)| more.iter().all(|(other, _)| other != key));
    kept.chain(more)
        .map(|(key, value)| Setting { key: (*key).into(), value: (*value).into(), source: Source::Define })
        .collect()
}

/// Waits for a token that is newer than this.
fn next(engine: &Engine, handle: Handle, after: u64) -> (u64, String) {
    for _ in 0..200_000 {
        if let Some(served) = engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).unwrap()
            && served.generation > after
        {
            return (served.generation, served.token.expose_secret().to_owned());
        }
        thread::sleep(Duration::from_micros(50));
    }
    panic!("no token after {after}");
}

fn read_often(engine: &Arc<Engine>, handle: Handle, times: usize) {
    const READERS: usize = 4;
    let readers: Vec<_> = (0..READERS)
        .map(|_| {
            let engine = Arc::clone(engine);
            thread::spawn(move || {
                for _ in 0..times / READERS {
                    assert_eq!(engine.generation(handle), 1);
                    assert!(
                        engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).unwrap().is_some()
                    );
                }
            })
        })
        .collect();
    readers.into_iter().for_each(|reader| reader.join().unwrap());
}

fn refresh_often(engine: &Engine, handle: Handle, times: usize) {
    for _ in 0..times {
        let (generation, token) = next(engine, handle, 0);
        for status in [200, 401] {
            let (origin, authorization) = (Some("http://api"), Some(token.as_str()));
            engine
                .report(
                    handle,
                    Report {
                        status,
                        origin,
                        headers: &[],
                        authorization,
                        stamp: None,
                        ago: Duration::ZERO,
                        ..Report::default()
                    },
                )
                .unwrap();
        }
        next(engine, handle, generation);
    }
}

/// With a secret of its own each time, or with a secret and a timeout, which takes an HTTP client of its own too. Ten
/// in each run.
fn redefine_often(engine: &Engine, url: &str, settings_changed: usize, from: usize, times: usize) {
    for n in from..from + times {
        if n % 10 == 0 {
            engine.run_ended();
            engine.run_started(1 + n as u64);
        }
        let (secret, timeout) = (format!("{}-{n}", settings_changed), format!("{}ms", 20_000 + n));
        let more = [("client_secret", secret.as_str()), ("request_timeout", timeout.as_str())];
        let handle = engine.open("redefined", &settings(url, &more[..settings_changed]), true).unwrap();
        next(engine, handle, 0);
    }
}

#[test]
fn many_runs_cost_no_more_memory_and_no_more_threads_than_one() {
    let endpoint = Endpoint::start();
    let engine = Arc::new(Engine::start().unwrap());
    let stop = Arc::new(AtomicBool::new(false));
    let (pumped, stopping) = (Arc::clone(&engine), Arc::clone(&stop));
    // As Java's event thread does.
    let pump = thread::spawn(move || {
        while !stopping.load(Ordering::SeqCst) {
            drop(pumped.await_events(Duration::from_millis(100)));
        }
    });
    engine.run_started(1);
    let url = endpoint.url();
    let read = engine.open("read", &settings(&url, &[("scope", "read")]), false).unwrap();
    let refreshed = engine.open("refreshed", &settings(&url, &[("scope", "refreshed")]), false).unwrap();
    next(&engine, read, 0);
    let measure = |what: &str, times: usize, most: i64, work: &dyn Fn(usize, usize)| {
        work(0, times / WARM_UP);
        let (before, had) = (resident(), threads());
        work(times / WARM_UP, times);
        let (after, has) = (resident(), threads());
        let each = (after - before) * 1024 / i64::try_from(times).unwrap();
        println!(
            "{times} {what}: {before} KiB -> {after} KiB, {each} bytes each; threads of the engine {had} -> {has}"
        );
        assert!(after - before <= most, "{what} took {} KiB, and {most} are allowed", after - before);
        assert_eq!(had, has, "threads");
    };
    measure("reads", READS, NOTHING, &|_, times| read_often(&engine, read, times));
    measure("refreshes", REFRESHES, NOTHING, &|_, times| refresh_often(&engine, refreshed, times));
    measure("redefinitions", REDEFINITIONS, HANDLES, &|from, times| {
        redefine_often(&engine, &url, 1, from, times);
    });
    measure("redefinitions with a client each", REDEFINITIONS, HANDLES, &|from, times| {
        redefine_often(&engine, &url, 2, from, times);
    });
    let all = |times: usize| times + times / WARM_UP;
    assert_eq!(
        endpoint.minted(),
        2 + all(REFRESHES) + 2 * all(REDEFINITIONS),
        "and no token was minted in vain"
    );
    stop.store(true, Ordering::SeqCst);
    pump.join().unwrap();
}
