//! The processes: each is this test once more, reads with many threads and prints what it has.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{env, thread};

use crate::THREADS;
use crate::fleet::Injector;
use crate::world::{LIFETIME, World};

/// What a process is told: its proxy, and the store.
const CHILD: [&str; 2] = ["TOLLGATE_TEST_FLEET_PROXY", "TOLLGATE_TEST_FLEET_STORE"];

/// Nobody listens there: requests go by the proxy.
const TOKEN_URL: &str = "http://127.0.0.1:9/oauth/token";

pub(crate) fn millis() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()
}

/// In a process that the test started: reads until its input ends.
pub(crate) fn is_child() -> bool {
    let [Ok(proxy), Ok(store)] = CHILD.map(env::var) else { return false };
    let injector = Injector::start(&[
        ("token_url", TOKEN_URL),
        ("proxy", &proxy),
        ("store", &store),
        ("token_timeout", "1m"),
        ("request_timeout", "2s"),
        ("refresh", "late"),
    ]);
    let ended = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..THREADS)
        .map(|number| {
            let (injector, ended) = (injector.clone(), Arc::clone(&ended));
            thread::spawn(move || {
                let mut last = String::new();
                while !ended.load(Ordering::Relaxed) {
                    read_once(&injector, number, &mut last);
                    thread::sleep(Duration::from_millis(20));
                }
            })
        })
        .collect();
    let mut line = String::new();
    while std::io::stdin().read_line(&mut line).unwrap() > 0 {
        injector.report(401, line.trim());
        line.clear();
    }
    ended.store(true, Ordering::Relaxed);
    readers.into_iter().for_each(|reader| reader.join().unwrap());
    println!("alone {}", injector.requests_alone());
    true
}

/// A token tells its client, its number and its end: `me/7/1764464000000`.
fn read_once(injector: &Injector, number: usize, last: &mut String) {
    let before = millis();
    let Ok(token) = injector.read() else { return };
    let end: u128 = token.rsplit('/').next().unwrap().parse().unwrap();
    // It was good when it was asked for, or came later.
    if !token.starts_with("me/") || end < before && !was_stopped(before) {
        println!("WRONG {token} at {before}");
    }
    // What the API says of it: one thread in each process asks.
    if number == 0 && *last != token {
        println!("alone {}", injector.requests_alone());
        println!("has {token}");
        injector.report(200, &token);
        last.clone_from(&token);
    }
}

/// Whether this process stood still since then, so that what it compares is of different times.
fn was_stopped(since: u128) -> bool {
    millis() - since > LIFETIME.as_millis() / 4
}

/// What a process printed last.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    pub(crate) token: String,
    pub(crate) wrong: Vec<String>,
    pub(crate) alone: usize,
}

struct Process {
    child: Child,
    input: ChildStdin,
    seen: Arc<Mutex<Seen>>,
    reader: thread::JoinHandle<()>,
}

/// All of them. One that is killed is started again.
pub(crate) struct Injectors {
    world: Arc<World>,
    store: String,
    test: String,
    processes: Mutex<Vec<Process>>,
    past: Mutex<Vec<Seen>>,
}

impl Injectors {
    pub(crate) fn start(number: usize, world: &Arc<World>, store: &str) -> Arc<Self> {
        let test = thread::current().name().expect("a test's thread has its name").to_owned();
        let (world, store) = (Arc::clone(world), store.to_owned());
        let injectors =
            Arc::new(Self { world, store, test, processes: Mutex::default(), past: Mutex::default() });
        for at in 0..number {
            let process = injectors.process(at);
            injectors.processes.lock().unwrap().push(process);
        }
        injectors.world.have(&injectors);
        injectors
    }

    fn process(&self, at: usize) -> Process {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "--nocapture", &self.test]);
        command.env(CHILD[0], self.world.proxy(at)).env(CHILD[1], &self.store);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let seen = Arc::<Mutex<Seen>>::default();
        let noted = Arc::clone(&seen);
        let reader = thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let mut seen = noted.lock().unwrap();
                if let Some((_, token)) = line.split_once("has ") {
                    token.clone_into(&mut seen.token);
                } else if let Some((_, number)) = line.split_once("alone ") {
                    seen.alone = number.parse().unwrap();
                } else if line.contains("WRONG") {
                    seen.wrong.push(line);
                }
            }
        });
        Process { child, input, seen, reader }
    }

    /// Kills one at once, and starts it again.
    pub(crate) fn kill(&self, at: usize) {
        let mut processes = self.processes.lock().unwrap();
        let mut killed = std::mem::replace(&mut processes[at], self.process(at));
        killed.child.kill().unwrap();
        killed.child.wait().unwrap();
        killed.reader.join().unwrap();
        self.past.lock().unwrap().push(killed.seen.lock().unwrap().clone());
    }

    /// Lets one stand still, or go on.
    pub(crate) fn signal(&self, at: usize, signal: &str) {
        let id = self.processes.lock().unwrap()[at].child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// The API refuses a token to all of them.
    pub(crate) fn reject(&self, token: &str) {
        for process in &mut *self.processes.lock().unwrap() {
            writeln!(process.input, "{token}").unwrap();
        }
    }

    /// What each has.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.processes.lock().unwrap().iter().map(|process| process.seen.lock().unwrap().clone()).collect()
    }

    /// Ends all of them.
    pub(crate) fn end(&self) {
        for process in std::mem::take(&mut *self.processes.lock().unwrap()) {
            let Process { mut child, input, seen, reader } = process;
            drop(input);
            child.wait().unwrap();
            reader.join().unwrap();
            self.past.lock().unwrap().push(seen.lock().unwrap().clone());
        }
    }

    /// What all printed that have ended.
    pub(crate) fn past(&self) -> Vec<Seen> {
        self.past.lock().unwrap().clone()
    }
}
