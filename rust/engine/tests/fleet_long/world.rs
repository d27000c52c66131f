//! The token server of the fleet: answers, or does what the plan says, and counts.

use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::thread;
use std::time::{Duration, Instant};

use crate::injector::{Injectors, millis};
use crate::server::{Answer, Server, http};

/// How long a token lives.
pub(crate) const LIFETIME: Duration = Duration::from_secs(8);

/// How long a server asks to wait.
const WAIT: Duration = Duration::from_secs(3);

/// Longer than a lease: 2 × 2 s and 5 s.
const STOPPED: Duration = Duration::from_secs(11);

/// What happens in a lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The process that asks is killed before it is answered.
    KillBeforeAnswer,
    /// It is killed within milliseconds after: before, in or after it tells the store.
    KillAfterAnswer,
    /// The server asks to wait.
    Throttle,
    /// The process that asks stands still for longer than its lease.
    StopWhileAsking,
    /// The store forgets everything.
    Flush,
    /// The server revokes the token: every process hears 401.
    Revoke,
    /// The store ends and begins anew.
    Restart,
}

#[derive(Default)]
struct Counts {
    planned: Option<Fault>,
    minted: usize,
    newest: String,
    kills: usize,
    stops: usize,
    throttled: usize,
    outages: usize,
    revoked: usize,
    /// When the gate closed that was told last, and requests that came while it was closed.
    closed: Option<Instant>,
    inside_gate: usize,
    begun: Option<Instant>,
}

/// The server, with a proxy for each process.
pub(crate) struct World {
    counts: Mutex<Counts>,
    proxies: OnceLock<Vec<Server>>,
    injectors: OnceLock<Weak<Injectors>>,
}

impl World {
    pub(crate) fn new(processes: usize) -> Arc<Self> {
        let world =
            Arc::new(Self { counts: Mutex::default(), proxies: OnceLock::new(), injectors: OnceLock::new() });
        let proxy = |at| {
            let world = Arc::clone(&world);
            Server::start(move |_, _| world.answer(at))
        };
        let proxies = (0..processes).map(proxy).collect();
        assert!(world.proxies.set(proxies).is_ok(), "once");
        world
    }

    pub(crate) fn proxy(&self, at: usize) -> String {
        format!("http://{}", self.proxies.get().unwrap()[at].address)
    }

    pub(crate) fn have(&self, injectors: &Arc<Injectors>) {
        self.injectors.set(Arc::downgrade(injectors)).unwrap();
    }

    /// The next request meets it.
    pub(crate) fn plan(&self, fault: Fault) {
        let mut counts = self.counts.lock().unwrap();
        counts.begun.get_or_insert_with(Instant::now);
        counts.planned = Some(fault);
    }

    /// The store is away: each process may ask for itself.
    pub(crate) fn outage(&self) {
        self.counts.lock().unwrap().outages += 1;
    }

    /// The token in service is good no longer. Which it is.
    pub(crate) fn revoke(&self) -> String {
        let mut counts = self.counts.lock().unwrap();
        counts.revoked += 1;
        counts.newest.clone()
    }

    fn answer(self: &Arc<Self>, at: usize) -> Answer {
        let injectors = self.injectors.get().and_then(Weak::upgrade);
        let mut counts = self.counts.lock().unwrap();
        counts.inside_gate += usize::from(counts.closed.is_some_and(|closed| closed.elapsed() < WAIT));
        match (counts.planned.take(), injectors) {
            (Some(Fault::KillBeforeAnswer), Some(injectors)) => {
                counts.kills += 1;
                drop(counts);
                injectors.kill(at);
                Answer::Last(String::new())
            }
            (Some(Fault::Throttle), _) => {
                (counts.throttled, counts.closed) = (counts.throttled + 1, Some(Instant::now()));
                Answer::Last(http(429, &format!("Retry-After: {}\r\n", WAIT.as_secs()), "{}"))
            }
            (Some(Fault::StopWhileAsking), Some(injectors)) => {
                counts.stops += 1;
                drop(counts);
                injectors.signal(at, "-STOP");
                thread::spawn(move || {
                    thread::sleep(STOPPED);
                    injectors.signal(at, "-CONT");
                });
                // Its answer waits for it.
                self.mint()
            }
            (fault, injectors) => {
                if let (Some(Fault::KillAfterAnswer), Some(injectors)) = (fault, injectors) {
                    counts.kills += 1;
                    let moment = Duration::from_micros(u64::try_from(millis() % 17).unwrap() * 250);
                    thread::spawn(move || {
                        thread::sleep(moment);
                        injectors.kill(at);
                    });
                }
                drop(counts);
                self.mint()
            }
        }
    }

    fn mint(&self) -> Answer {
        let mut counts = self.counts.lock().unwrap();
        counts.minted += 1;
        // The end is that of the answer's lifetime, and a little for the way.
        counts.newest = format!("me/{}/{}", counts.minted, millis() + LIFETIME.as_millis() + 50);
        let body = format!(r#"{{"access_token":"{}","expires_in":{}}}"#, counts.newest, LIFETIME.as_secs());
        Answer::Last(http(200, "Content-Type: application/json\r\n", &body))
    }

    /// Until the server gave another token than it had given when this was called.
    pub(crate) fn await_another_token(&self, injectors: &Injectors) {
        let had = self.counts.lock().unwrap().minted;
        wait("another token", || {
            drop(injectors.seen());
            self.counts.lock().unwrap().minted > had
        });
    }

    /// Until all processes have a token that no other is newer than.
    pub(crate) fn await_token_everywhere(&self, injectors: &Injectors) {
        wait("one token everywhere", || {
            let newest = self.counts.lock().unwrap().newest.clone();
            injectors.seen().iter().filter(|seen| seen.token == newest).count() + 1 >= injectors.seen().len()
        });
    }

    pub(crate) fn summary(&self) -> String {
        let counts = self.counts.lock().unwrap();
        format!(
            "{} tokens; {} kills, {} stops, {} throttled, {} outages, {} requests inside a gate",
            counts.minted, counts.kills, counts.stops, counts.throttled, counts.outages, counts.inside_gate
        )
    }

    /// The promises, counted. `margin`: the least that a late refresh is ahead of the end.
    pub(crate) fn judge(&self, injectors: &Injectors, margin: Duration) {
        let past = injectors.past();
        let alone: usize = past.iter().map(|seen| seen.alone).sum();
        let wrong: Vec<_> = past.iter().flat_map(|seen| &seen.wrong).collect();
        let counts = self.counts.lock().unwrap();
        let run = counts.begun.unwrap().elapsed();
        // A late refresh comes within two seconds of the end.
        let life = LIFETIME - Duration::from_secs(2) - margin;
        let lifetimes = usize::try_from(run.as_millis().div_ceil(life.as_millis())).unwrap();
        let most = lifetimes + 1 + counts.kills + counts.stops + counts.revoked + alone;
        println!(
            "{} tokens in {run:?}, at most {most}: {lifetimes} lifetimes, {} kills, {} stops, {} outages, {alone} without the \
             store's leave; {} requests inside a gate",
            counts.minted, counts.kills, counts.stops, counts.outages, counts.inside_gate
        );
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(counts.minted <= most, "{} tokens", counts.minted);
        assert!(counts.inside_gate <= alone, "{} requests inside a gate", counts.inside_gate);
    }
}

fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(120), "never came true: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
