//! All injectors need a token of each credential at the same moment.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Script, Value};
use futures_util::StreamExt as _;
use tokio::sync::Notify;

use crate::redis::RealStore;

/// Token requests of an injector at once: the default of `max_concurrent_token_requests`.
const PLACES: usize = 8;
/// How long a token request takes.
const EXCHANGE: Duration = Duration::from_millis(100);
/// A store that takes longer than this for all of it is too slow to be measured.
const LONGEST: Duration = Duration::from_secs(1800);
/// A sealed token of a kilobyte.
const TOKEN: [u8; 1024] = [b'x'; 1024];
const PREFIX: &str = "tollgate:v1:{00000000000000000000000000000000}:";

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Queued,
    Held,
    Served(u64),
}

/// One injector, as far as the store sees it.
struct Injector {
    connection: MultiplexedConnection,
    states: Mutex<Vec<State>>,
    queue: Mutex<VecDeque<usize>>,
    news: Notify,
}

struct Fleet {
    admit: Script,
    end: Script,
    left: AtomicUsize,
    requests: AtomicUsize,
    held: AtomicUsize,
    /// Of each question, in microseconds.
    latencies: Mutex<Vec<u32>>,
    all_served: Notify,
}

fn name(credential: usize) -> String {
    format!("{credential:032x}")
}

impl Fleet {
    /// Takes one credential from the queue to its token, or leaves it to the news.
    async fn serve(&self, injector: &Injector, owner: usize, credential: usize, known: u64) {
        let (token, lease) =
            (format!("{PREFIX}token:{}", name(credential)), format!("{PREFIX}lease:{}", name(credential)));
        let mut call = self.admit.prepare_invoke();
        call.key(&token).key(&lease).key(format!("{PREFIX}gate")).key(format!("{PREFIX}fence"));
        let refusals = ["secret", "grant"].map(|of| format!("{PREFIX}refusal:{of}"));
        call.key(format!("{PREFIX}attempts")).key(&refusals);
        call.arg(format!("{owner:016x}")).arg(known).arg(0).arg(35_000).arg("").arg("").arg("").arg(0);
        let asked = Instant::now();
        let answer = match call.invoke_async::<Vec<Value>>(&mut injector.connection.clone()).await {
            Ok(answer) => answer,
            Err(_) if self.left.load(Ordering::Acquire) == 0 => return, // the store ends with the measurement
            Err(error) => return eprintln!("{error}"),
        };
        self.latencies.lock().unwrap().push(u32::try_from(asked.elapsed().as_micros()).unwrap());
        let text = |at: usize| ::redis::from_redis_value::<String>(answer[at].clone()).unwrap();
        match text(0).as_str() {
            "token" => self.served(injector, credential, text(2).parse().unwrap()),
            "held" => {
                self.held.fetch_add(1, Ordering::Relaxed);
                injector.states.lock().unwrap()[credential] = State::Held;
            }
            _ => {
                let (fence, now): (u64, u64) = (text(2).parse().unwrap(), text(1).parse().unwrap());
                tokio::time::sleep(EXCHANGE).await;
                self.requests.fetch_add(1, Ordering::Relaxed);
                let mut call = self.end.prepare_invoke();
                call.key(&token).key(&lease).key(format!("{PREFIX}gate")).key(&refusals);
                call.arg(format!("{owner:016x} {fence}")).arg(fence).arg("untouched").arg("").arg(&TOKEN[..]);
                call.arg(now + 3_600_000)
                    .arg(0)
                    .arg("")
                    .arg(1)
                    .arg(format!("{PREFIX}news"))
                    .arg(name(credential));
                call.arg("").arg(1).arg(0).arg("");
                call.invoke_async::<Value>(&mut injector.connection.clone()).await.unwrap();
                self.served(injector, credential, fence);
            }
        }
    }

    fn served(&self, injector: &Injector, credential: usize, fence: u64) {
        injector.states.lock().unwrap()[credential] = State::Served(fence);
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.all_served.notify_one();
        }
    }

    /// One place of an injector.
    async fn work(self: Arc<Self>, injector: Arc<Injector>, owner: usize) {
        loop {
            let next = injector.queue.lock().unwrap().pop_front();
            let Some(credential) = next else {
                if tokio::time::timeout(Duration::from_secs(1), injector.news.notified()).await.is_err() {
                    let states = injector.states.lock().unwrap();
                    let held = (0..states.len()).filter(|at| states[*at] == State::Held);
                    injector.queue.lock().unwrap().extend(held);
                }
                continue;
            };
            let state = injector.states.lock().unwrap()[credential];
            if !matches!(state, State::Served(_)) {
                self.serve(&injector, owner, credential, 0).await;
            }
        }
    }
}

/// Hears the news as the engine does.
async fn hear(store: String, injector: Arc<Injector>) {
    let mut news = ::redis::Client::open(store).unwrap().get_async_pubsub().await.unwrap();
    news.subscribe(format!("{PREFIX}news")).await.unwrap();
    let mut news = news.into_on_message();
    while let Some(message) = news.next().await {
        let text: String = message.get_payload().unwrap();
        let credential = usize::from_str_radix(text.split(' ').next().unwrap(), 16).unwrap();
        let mut states = injector.states.lock().unwrap();
        if states[credential] == State::Held {
            states[credential] = State::Queued;
            injector.queue.lock().unwrap().push_back(credential);
            injector.news.notify_one();
        }
    }
}

/// A number of the server's own account.
fn info(store: &RealStore, section: &str, field: &str) -> u64 {
    let text: String = ::redis::cmd("INFO").arg(section).query(&mut store.connect()).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    line.expect(field).trim().parse().unwrap()
}

/// What it took, a row each.
pub(crate) async fn wave(injectors: usize, credentials: usize) -> Vec<(String, String)> {
    let store = RealStore::start();
    let fleet = Arc::new(Fleet {
        admit: Script::new(include_str!("../../src/shared_state/scripts/admit.lua")),
        end: Script::new(include_str!("../../src/shared_state/scripts/end.lua")),
        left: AtomicUsize::new(injectors * credentials),
        requests: AtomicUsize::new(0),
        held: AtomicUsize::new(0),
        latencies: Mutex::default(),
        all_served: Notify::new(),
    });
    let client = ::redis::Client::open(store.url()).unwrap();
    let patient = AsyncConnectionConfig::new().set_response_timeout(None).set_connection_timeout(None);
    let mut all = Vec::new();
    for number in 0..injectors {
        // Each begins elsewhere: refreshes are spread by chance.
        let first = number * 7919 % credentials;
        let injector = Arc::new(Injector {
            connection: client.get_multiplexed_async_connection_with_config(&patient).await.unwrap(),
            states: Mutex::new(vec![State::Queued; credentials]),
            queue: Mutex::new((first..credentials).chain(0..first).collect()),
            news: Notify::new(),
        });
        tokio::spawn(hear(store.url(), Arc::clone(&injector)));
        all.push(injector);
    }
    let before =
        (info(&store, "stats", "total_net_input_bytes:"), info(&store, "stats", "total_net_output_bytes:"));
    let begun = Instant::now();
    for (number, injector) in all.iter().enumerate() {
        for _ in 0..PLACES {
            tokio::spawn(Arc::clone(&fleet).work(Arc::clone(injector), number));
        }
    }
    let served = tokio::time::timeout(LONGEST, fleet.all_served.notified()).await;
    served.expect("all have a token within half an hour");
    let took = begun.elapsed().as_secs_f64();
    let token = format!("{PREFIX}token:{}", name(0));
    let memory: u64 = ::redis::cmd("MEMORY").arg("USAGE").arg(token).query(&mut store.connect()).unwrap();
    let read = info(&store, "stats", "total_net_input_bytes:") - before.0;
    let written = info(&store, "stats", "total_net_output_bytes:") - before.1;
    assert_eq!(fleet.requests.load(Ordering::Relaxed), credentials, "one request for each credential");
    let mut latencies = std::mem::take(&mut *fleet.latencies.lock().unwrap());
    latencies.sort_unstable();
    let at = |share: f64| f64::from(latencies[((latencies.len() - 1) as f64 * share) as usize]) / 1000.0;
    let (requests, held) = (fleet.requests.load(Ordering::Relaxed), fleet.held.load(Ordering::Relaxed));
    let commands = latencies.len() + requests;
    vec![
        ("injectors".to_owned(), injectors.to_string()),
        ("credentials, all without a token at the same moment".to_owned(), credentials.to_string()),
        ("token requests".to_owned(), requests.to_string()),
        ("all have their tokens after".to_owned(), format!("{took:.0} s")),
        ("commands".to_owned(), commands.to_string()),
        ("of them found the lease taken".to_owned(), held.to_string()),
        ("commands a second".to_owned(), format!("{:.0}", commands as f64 / took)),
        ("bytes to the store, a command".to_owned(), (read / commands as u64).to_string()),
        ("bytes from it, a command".to_owned(), (written / commands as u64).to_string()),
        (format!("memory of a token of {} bytes", TOKEN.len()), format!("{memory} bytes")),
        ("a question, median".to_owned(), format!("{:.1} ms", at(0.5))),
        ("a question, 99 %".to_owned(), format!("{:.1} ms", at(0.99))),
    ]
}
