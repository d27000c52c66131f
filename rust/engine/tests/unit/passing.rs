//! One thread stands still with the lock of a credential, as one does that the machine does not let run. The others take
//! the token that is shown and tell what became of it; only what they must find changed waits.

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use secrecy::ExposeSecret;

use super::*;
use crate::mishap::Spot;
use crate::scripted::{eventually, request, say, setting};

/// Far more than any of this takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// In which a thread that does not wait would be back, most of the time: what must not come can't be awaited.
const A_LOOK: Duration = Duration::from_millis(200);

/// So many come at once.
const READERS: usize = 8;

/// Tokens by number that live so long, and how many were asked for.
struct Endpoint {
    url: String,
    minted: Arc<AtomicUsize>,
}

impl Endpoint {
    fn start(lifetime_secs: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/token", listener.local_addr().unwrap());
        let minted = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&minted);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, counted) = (stream.unwrap(), Arc::clone(&counted));
                thread::spawn(move || serve(stream, lifetime_secs, &counted));
            }
        });
        Self { url, minted }
    }

    fn count(&self) -> usize {
        self.minted.load(Ordering::SeqCst)
    }
}

fn serve(stream: TcpStream, lifetime_secs: u32, minted: &AtomicUsize) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        request(&mut stream)?;
        let n = minted.fetch_add(1, Ordering::SeqCst) + 1;
        say(stream.get_mut(), &format!(r#"{{"access_token":"token-{n}","expires_in":{lifetime_secs}}}"#))?;
    }
}

fn open(engine: &Engine, endpoint: &Endpoint) -> Handle {
    let given = [
        setting("token_url", &endpoint.url),
        setting("client_id", "me"),
        setting("client_secret", "s3cret-s3cret"),
    ];
    engine.open("passing", &given, false).unwrap()
}

/// Has a token minted, and looks at the number only: nobody has read it.
fn mint(engine: &Engine, handle: Handle) {
    assert!(look(engine, handle).is_none());
    eventually("a token", || engine.generation(handle) > 0);
}

fn look(engine: &Engine, handle: Handle) -> Option<String> {
    let served = engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).unwrap();
    served.map(|served| served.token.expose_secret().to_owned())
}

fn report(engine: &Engine, handle: Handle, status: u16, sent: &str) {
    let report = Report {
        status,
        origin: None,
        headers: &[],
        authorization: Some(sent),
        stamp: None,
        ago: Duration::ZERO,
    };
    engine.report(handle, report).unwrap();
}

fn count(engine: &Engine, handle: Handle, key: &str) -> u64 {
    let status: serde_json::Value = serde_json::from_str(&engine.status(handle).unwrap()).unwrap();
    status[key].as_u64().unwrap()
}

/// What each of some threads gets from `act`, all of which come while the lock is held.
fn beside_a_held_lock<T: Send + 'static>(
    engine: &Arc<Engine>,
    handle: Handle,
    act: impl Fn(&Engine) -> T + Clone + Send + 'static,
) -> Vec<T> {
    let opened = engine.opened(handle).unwrap();
    let held = opened.vault.lock();
    let (done, came) = mpsc::channel();
    for _ in 0..READERS {
        let (engine, act, done) = (Arc::clone(engine), act.clone(), done.clone());
        thread::spawn(move || done.send(act(&engine)));
    }
    let all =
        (0..READERS).map(|_| came.recv_timeout(PATIENCE).expect("a thread waits for the lock")).collect();
    drop(held);
    all
}

#[test]
fn a_token_that_is_shown_is_read_while_the_lock_is_held_and_refreshed_ahead_for_it() {
    let endpoint = Endpoint::start(4);
    let engine = Arc::new(Engine::start().unwrap());
    engine.run_started(1);
    let handle = open(&engine, &endpoint);
    mint(&engine, handle);
    let read = beside_a_held_lock(&engine, handle, move |engine| look(engine, handle));
    assert_eq!(read, vec![Some("token-1".to_owned()); READERS]);
    // Only a token that was read is replaced before its end.
    eventually("the next token", || engine.generation(handle) == 2);
    assert_eq!(endpoint.count(), 2);
}

#[test]
fn what_became_of_a_request_is_told_while_the_lock_is_held() {
    let endpoint = Endpoint::start(3600);
    let engine = Arc::new(Engine::start().unwrap());
    let handle = open(&engine, &endpoint);
    mint(&engine, handle);
    report(&engine, handle, 401, "Bearer token-1");
    eventually("the next token", || engine.generation(handle) == 2);
    beside_a_held_lock(&engine, handle, move |engine| {
        report(engine, handle, 200, "Bearer token-2");
        report(engine, handle, 401, "token-1");
        engine.waited(handle, Duration::from_millis(70)).unwrap();
    });
    let late = READERS as u64;
    assert_eq!(count(&engine, handle, "rejected"), late + 1, "whoever looks waits for the counts");
    assert_eq!(count(&engine, handle, "longest_wait_ms"), 70);
    assert_eq!((engine.generation(handle), endpoint.count()), (2, 2), "late reports of an older token");
    // Accepted: so 401s in a row replace it, which those to a new successor would not.
    (0..16).for_each(|_| report(&engine, handle, 401, "token-2"));
    eventually("the third token", || engine.generation(handle) == 3);
    assert_eq!(endpoint.count(), 3);
}

#[test]
fn whoever_reports_the_token_in_service_does_not_find_it_again() {
    let endpoint = Endpoint::start(3600);
    let engine = Arc::new(Engine::start().unwrap());
    let handle = open(&engine, &endpoint);
    mint(&engine, handle);
    let opened = engine.opened(handle).unwrap();
    let held = opened.vault.lock();
    let (done, came) = mpsc::channel();
    let telling = Arc::clone(&engine);
    thread::spawn(move || {
        report(&telling, handle, 401, "token-1");
        done.send(look(&telling, handle))
    });
    let early = came.recv_timeout(A_LOOK);
    assert!(early.is_err(), "told in passing, and then {early:?} was found");
    drop(held);
    assert_ne!(came.recv_timeout(PATIENCE).unwrap().as_deref(), Some("token-1"));
}

#[test]
fn a_limit_of_one_api_holds_up_no_thread_that_calls_another() {
    let endpoint = Endpoint::start(3600);
    let engine = Arc::new(Engine::start().unwrap());
    let handle = open(&engine, &endpoint);
    mint(&engine, handle);
    let report = move |engine: &Engine, origin, status| {
        let report = Report {
            status,
            origin: Some(origin),
            headers: &[],
            authorization: Some("token-1"),
            stamp: None,
            ago: Duration::ZERO,
        };
        engine.report(handle, report).unwrap();
    };
    report(&engine, "https://free:443", 200);
    report(&engine, "https://limited:443", 429);
    engine.surroundings.catch_up();
    let driven = || engine.registry.mishap().visits(Spot::Event, "passing");
    let before = driven();
    let pauses = beside_a_held_lock(&engine, handle, move |engine| {
        report(engine, "https://free:443", 200);
        engine.pause(handle, Some("https://free:443"), true).unwrap()
    });
    assert_eq!(pauses, [Duration::ZERO; READERS]);
    engine.surroundings.catch_up();
    assert_eq!(driven(), before, "nothing new");
}

#[test]
fn what_was_heard_before_takes_no_lock_until_there_is_a_limit_to_forget() {
    let endpoint = Endpoint::start(3600);
    let engine = Arc::new(Engine::start().unwrap());
    let handle = open(&engine, &endpoint);
    mint(&engine, handle);
    report(&engine, handle, 200, "token-1");
    let driven = || engine.registry.mishap().visits(Spot::Event, "passing");
    let before = driven();
    report(&engine, handle, 200, "Bearer token-1");
    assert_eq!(driven(), before, "nothing new");
    report(&engine, handle, 429, "token-1");
    report(&engine, handle, 200, "Bearer token-1");
    assert_eq!(driven(), before + 1, "the gate must hear that all is well again");
    report(&engine, handle, 302, "token-2");
    assert_eq!(driven(), before + 1, "a token of somebody else");
    report(&engine, handle, 401, "token-1");
    assert_eq!(engine.generation(handle), 0, "a 401 is news at any time");
}
