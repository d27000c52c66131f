//! The driver of an endpoint does not get to run, as on a busy machine. Threads take the published token and report answers
//! all the same, and a thread whose 401 withdraws the token does not find that token again.

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use secrecy::ExposeSecret;

use super::*;
use crate::fault_injection::Spot;
use crate::report::Report;
use crate::scripted::{answer, eventually, request, setting, status_number};

/// Far more than any of this takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// So many come at once.
const READERS: usize = 8;

/// Tokens by number, and how many were asked for.
struct Endpoint {
    url: String,
    minted: Arc<AtomicUsize>,
}

impl Endpoint {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/token", listener.local_addr().unwrap());
        let minted = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&minted);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, counted) = (stream.unwrap(), Arc::clone(&counted));
                thread::spawn(move || serve(stream, &counted));
            }
        });
        Self { url, minted }
    }

    fn count(&self) -> usize {
        self.minted.load(Ordering::SeqCst)
    }
}

fn serve(stream: TcpStream, minted: &AtomicUsize) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        request(&mut stream)?;
        let n = minted.fetch_add(1, Ordering::SeqCst) + 1;
        answer(stream.get_mut(), &format!(r#"{{"access_token":"token-{n}","expires_in":3600}}"#))?;
    }
}

fn open(engine: &Engine, endpoint: &Endpoint) -> Handle {
    open_with(engine, endpoint, &[])
}

fn open_with(engine: &Engine, endpoint: &Endpoint, more: &[(&str, &str)]) -> Handle {
    let own = [("token_url", &*endpoint.url), ("client_id", "me"), ("client_secret", "s3cret-s3cret")];
    let given: Vec<_> = own.iter().chain(more).map(|(key, value)| setting(key, value)).collect();
    engine.open("busy", &given, false).unwrap()
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
        ago: std::time::Duration::ZERO,
        ..Report::default()
    };
    engine.report(handle, report).unwrap();
}

/// What `act` gives while the driver stands still.
fn beside_a_busy_driver<T>(engine: &Engine, handle: Handle, act: impl FnOnce() -> T) -> T {
    let (go_on, held) = mpsc::channel::<()>();
    let (stands, standing) = mpsc::channel();
    engine.opened(handle).unwrap().credential.endpoint.enqueue(move |_| {
        stands.send(()).unwrap();
        held.recv().unwrap_err(); // until the test lets go
    });
    standing.recv_timeout(PATIENCE).unwrap();
    let given = act();
    drop(go_on);
    given
}

/// What each of some threads gets from `act`, all of which come while the driver stands still.
fn threads_beside_a_busy_driver<T: Send + 'static>(
    engine: &Arc<Engine>,
    handle: Handle,
    act: impl Fn(&Engine) -> T + Clone + Send + 'static,
) -> Vec<T> {
    let (done, came) = mpsc::channel();
    beside_a_busy_driver(engine, handle, || {
        for _ in 0..READERS {
            let (engine, act, done) = (Arc::clone(engine), act.clone(), done.clone());
            thread::spawn(move || done.send(act(&engine)));
        }
        (0..READERS).map(|_| came.recv_timeout(PATIENCE).expect("a thread waits for the driver")).collect()
    })
}

#[test]
fn a_published_token_is_read_and_refreshed_ahead_for_its_readers() {
    let endpoint = Endpoint::start();
    let engine = Arc::new(Engine::start().unwrap());
    engine.run_started(1);
    let handle = open_with(&engine, &endpoint, &[("refresh_interval", "100ms")]);
    mint(&engine, handle);
    let read = threads_beside_a_busy_driver(&engine, handle, move |engine| look(engine, handle));
    assert_eq!(read, vec![Some("token-1".to_owned()); READERS]);
    // Only a token that was read is replaced before its end.
    eventually("the next token", || engine.generation(handle) == 2);
    assert_eq!(endpoint.count(), 2);
}

#[test]
fn reports_are_taken_and_counted_in_their_order() {
    let endpoint = Endpoint::start();
    let engine = Arc::new(Engine::start().unwrap());
    let handle = open(&engine, &endpoint);
    mint(&engine, handle);
    report(&engine, handle, 401, "Bearer token-1");
    eventually("the next token", || engine.generation(handle) == 2);
    threads_beside_a_busy_driver(&engine, handle, move |engine| {
        report(engine, handle, 200, "Bearer token-2");
        report(engine, handle, 401, "token-1");
        engine.waited(handle, Duration::from_millis(70)).unwrap();
    });
    let late = READERS as u64;
    assert_eq!(
        status_number(&engine, handle, "rejected"),
        late + 1,
        "a status waits for the counts before it"
    );
    assert_eq!(status_number(&engine, handle, "longest_wait_ms"), 70);
    assert_eq!((engine.generation(handle), endpoint.count()), (2, 2), "late reports of an older token");
}

#[test]
fn a_thread_that_reports_the_first_401_does_not_find_the_token_again() {
    let endpoint = Endpoint::start();
    let engine = Engine::start().unwrap();
    let handle = open(&engine, &endpoint);
    mint(&engine, handle);
    let found = beside_a_busy_driver(&engine, handle, || {
        report(&engine, handle, 401, "token-1");
        (engine.generation(handle), look(&engine, handle))
    });
    assert_eq!(found, (0, None));
    eventually("the next token", || engine.generation(handle) == 2);
}

#[test]
fn a_limit_of_one_api_holds_up_no_thread_that_calls_another() {
    let endpoint = Endpoint::start();
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
            ago: std::time::Duration::ZERO,
            ..Report::default()
        };
        engine.report(handle, report).unwrap();
    };
    report(&engine, "https://free:443", 200);
    report(&engine, "https://limited:443", 429);
    let driven = || {
        engine.registry.catch_up();
        engine.registry.faults().visits(Spot::Event, "busy")
    };
    let before = driven();
    let pauses = threads_beside_a_busy_driver(&engine, handle, move |engine| {
        report(engine, "https://free:443", 200);
        engine.pause(handle, Some("https://free:443"), true).unwrap()
    });
    assert_eq!(pauses, [Duration::ZERO; READERS]);
    engine.registry.catch_up();
    assert_eq!(driven(), before, "nothing new");
}

#[test]
fn what_was_reported_before_is_no_input() {
    let endpoint = Endpoint::start();
    let engine = Arc::new(Engine::start().unwrap());
    let handle = open(&engine, &endpoint);
    mint(&engine, handle);
    report(&engine, handle, 200, "token-1");
    let driven = || {
        engine.registry.catch_up();
        engine.registry.faults().visits(Spot::Event, "busy")
    };
    let before = driven();
    report(&engine, handle, 200, "Bearer token-1");
    assert_eq!(driven(), before, "nothing new");
    report(&engine, handle, 429, "token-1");
    report(&engine, handle, 200, "Bearer token-1");
    assert_eq!(driven(), before, "the API's limits are no input of the machine");
    report(&engine, handle, 302, "token-2");
    assert_eq!(driven(), before, "a token of another credential");
    report(&engine, handle, 401, "token-1");
    assert_eq!(driven(), before + 1, "a 401 is news at any time");
}
