//! A fault of ours, at every place where there could be one: the engine serves on, the credential it struck comes back,
//! and nobody is told a secret.

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use secrecy::ExposeSecret;

use super::*;
use crate::fault_injection::Spot;
use crate::scripted::{answer, eventually, request, setting};

/// Serves tokens and refresh tokens by number, one request after the other on each connection.
fn token_endpoint() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    let minted = Arc::new(AtomicUsize::new(0));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, minted) = (stream.unwrap(), Arc::clone(&minted));
            thread::spawn(move || serve(stream, &minted));
        }
    });
    url
}

fn serve(stream: TcpStream, minted: &AtomicUsize) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        request(&mut stream)?;
        let n = minted.fetch_add(1, Ordering::SeqCst) + 1;
        let body =
            format!(r#"{{"access_token":"s3cret-{n}","expires_in":3600,"refresh_token":"r3fresh-{n}"}}"#);
        answer(stream.get_mut(), &body)?;
    }
}

struct Played {
    engine: Engine,
    struck: Handle,
    other: Handle,
    log: String,
}

impl Played {
    fn start() -> Self {
        let engine = Engine::start().unwrap();
        engine.run_started(1);
        let url = token_endpoint();
        let directory = tempfile::tempdir().unwrap();
        let file = format!("file:{}", directory.path().join("missing/token").display());
        let open = |name: &str, id: &str| {
            let given = [
                setting("token_url", &url),
                setting("client_id", id),
                setting("client_secret", "s3cret-s3cret"),
                setting("refresh_interval", "200ms"),
                setting("backoff_base", "1ms"),
                setting("refresh_token", &file),
            ];
            engine.open(name, &given, false).unwrap()
        };
        let (struck, other) = (open("struck", "one"), open("other", "two"));
        Self { engine, struck, other, log: String::new() }
    }

    fn look(&self, handle: Handle) -> Option<Served> {
        self.engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).ok().flatten()
    }

    fn listen(&mut self) {
        self.log += &format!("{:?}", self.engine.await_events(Duration::ZERO));
    }

    /// What is published is what the machine has in service.
    fn agree(&self, handle: Handle) {
        let cell = Arc::clone(&self.engine.opened(handle).unwrap().credential);
        let asked = Arc::clone(&cell);
        let in_service = cell.endpoint.ask(move |driver| {
            let token = driver.machine.credential(asked.id()).and_then(|one| one.token(asked.now().mono));
            (token.map_or(0, |token| token.generation), asked.generation())
        });
        let (in_service, published) = in_service.unwrap();
        assert_eq!(published, in_service);
    }
}

/// Strikes so often at one place, first while the credential has no token and then while it has one.
fn struck_at(spot: Spot, times: u32) {
    for with_token in [false, true] {
        let mut played = Played::start();
        let (struck, other) = (played.struck, played.other);
        eventually("the other's token", || played.look(other).is_some());
        if with_token {
            eventually("a token", || played.look(struck).is_some());
        }
        let before = played.engine.generation(struck);
        played.engine.registry.faults().arm(spot, "struck", times);
        eventually("all faults", || {
            drop(played.look(struck));
            played.listen();
            played.look(other).expect("the other is served all the while");
            played.engine.registry.faults().left() == 0
        });
        [struck, other].iter().for_each(|handle| played.agree(*handle));
        let at_least = before.max(1);
        eventually("it serves again", || {
            played.look(struck).is_some_and(|served| {
                served.generation >= at_least && served.token.expose_secret().starts_with("s3cret-")
            })
        });
        // It is refreshed again, so nothing of it hangs: neither a request nor its timer.
        let (own, others) = (played.engine.generation(struck), played.engine.generation(other));
        eventually("both are refreshed", || {
            [struck, other].iter().for_each(|handle| drop(played.look(*handle)));
            played.engine.generation(struck) > own && played.engine.generation(other) > others
        });
        [struck, other].iter().for_each(|handle| played.agree(*handle));
        played.listen();
        assert!(played.log.contains("please report it"), "{spot:?}: {}", played.log);
        let status = played.engine.status(struck).unwrap();
        for log in [&played.log, &status] {
            assert!(!log.contains("s3cret") && !log.contains("r3fresh"), "{log}");
        }
    }
}

#[test]
fn in_the_task_of_a_token_request() {
    struck_at(Spot::Exchange, 3);
}

#[test]
fn in_the_task_that_brings_the_answer() {
    struck_at(Spot::Answer, 3);
}

#[test]
fn in_the_timer() {
    struck_at(Spot::Timer, 2);
}

#[test]
fn before_an_input_is_handled() {
    struck_at(Spot::Event, 1);
}

#[test]
fn while_the_machine_decides() {
    struck_at(Spot::Step, 1);
}

#[test]
fn while_a_request_is_sent() {
    struck_at(Spot::Send, 3);
}

#[test]
fn while_a_token_is_published() {
    struck_at(Spot::Publish, 1);
}

#[test]
fn while_a_fact_is_noted() {
    struck_at(Spot::Note, 3);
}

#[test]
fn while_a_refresh_token_is_written() {
    struck_at(Spot::Keep, 1);
}

/// A fault that concerns all credentials of an endpoint puts all in order again.
#[test]
fn in_the_start_of_a_run() {
    let played = Played::start();
    let (struck, other) = (played.struck, played.other);
    played.engine.run_ended();
    eventually("tokens", || played.look(struck).is_some() && played.look(other).is_some());
    let before = (played.engine.generation(struck), played.engine.generation(other));
    played.engine.registry.faults().arm(Spot::Event, "", 1);
    played.engine.run_started(2);
    assert_eq!(played.engine.registry.faults().left(), 0);
    eventually("both have tokens again", || {
        [struck, other].iter().for_each(|handle| drop(played.look(*handle)));
        played.engine.generation(struck) > before.0 && played.engine.generation(other) > before.1
    });
}

/// The answer of the first frees the only place. A fault in taking it does not cost the next its turn.
#[test]
fn while_a_place_comes_free() {
    let engine = Engine::start().unwrap();
    let url = token_endpoint();
    let open = |name: &str| {
        let given = [
            ("token_url", url.as_str()),
            ("client_id", name),
            ("client_secret", "s3cret-s3cret"),
            ("max_concurrent_token_requests", "1"),
            ("backoff_base", "1h"), // an endpoint that is thought to be down stays so
            ("backoff_cap", "1h"),
        ];
        engine.open(name, &given.map(|(key, value)| setting(key, value)), false).unwrap()
    };
    let (first, next) = (open("first"), open("next"));
    engine.registry.faults().arm(Spot::Step, "first", 1);
    let look = |handle| engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).ok().flatten();
    eventually("the first to be struck", || {
        [first, next].iter().for_each(|handle| drop(look(*handle)));
        engine.registry.faults().left() == 0
    });
    eventually("both have tokens", || look(first).is_some() && look(next).is_some());
}
