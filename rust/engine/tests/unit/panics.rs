//! A fault of ours, at every place where there could be one: the engine serves on, the credential it struck comes back,
//! and nobody is told a secret.

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use secrecy::ExposeSecret;

use super::*;
use crate::mishap::Spot;
use crate::scripted::{eventually, request, say, setting};

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
        let body = request(&mut stream)?;
        if String::from_utf8_lossy(&body).contains("scope=hang") {
            drop(request(&mut stream)); // until the client goes
            return None;
        }
        let n = minted.fetch_add(1, Ordering::SeqCst) + 1;
        let body =
            format!(r#"{{"access_token":"s3cret-{n}","expires_in":3600,"refresh_token":"r3fresh-{n}"}}"#);
        say(stream.get_mut(), &body)?;
    }
}

struct Played {
    engine: Engine,
    struck: Handle,
    other: Handle,
    /// Its requests are never answered.
    hung: Handle,
    /// Has no leave to send while another request is under way.
    alone: Handle,
    told: String,
}

impl Played {
    fn start() -> Self {
        let engine = Engine::start().unwrap();
        engine.run_started(1);
        let url = token_endpoint();
        let open = |name: &str, id: &str, more: &[(&str, &str)]| {
            let mut given = vec![
                setting("token_url", &url),
                setting("client_id", id),
                setting("client_secret", "s3cret-s3cret"),
                setting("refresh_interval", "200ms"),
                setting("backoff_base", "1ms"),
                setting("refresh_token", "file:/no/such/directory/token"),
            ];
            given.extend(more.iter().map(|(key, value)| setting(key, value)));
            engine.open(name, &given, false).unwrap()
        };
        let (struck, other) = (open("struck", "one", &[]), open("other", "two", &[]));
        let crowd = [("scope", "hang"), ("max_concurrent_token_requests", "1"), ("refresh_interval", "1h")];
        let hung = open("hung", "three", &crowd);
        let alone = open("alone", "four", &crowd[1..]);
        Self { engine, struck, other, hung, alone, told: String::new() }
    }

    fn look(&self, handle: Handle) -> Option<Served> {
        self.engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).ok().flatten()
    }

    fn listen(&mut self) {
        self.told += &format!("{:?}", self.engine.await_events(Duration::ZERO));
    }

    /// The word, the machine and the served token are about the same one.
    fn agree(&self, handle: Handle) {
        let opened = self.engine.opened(handle).unwrap();
        let state = opened.vault.lock();
        let token = state.credential.token(opened.vault.now().mono).map_or(0, |token| token.generation);
        assert_eq!(opened.vault.word(), token);
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
        played.engine.registry.mishap().arm(spot, "struck", times);
        eventually("all mishaps", || {
            // The reader that it strikes gets a panic, which the boundary turns into an exception.
            drop(catch_unwind(AssertUnwindSafe(|| played.look(struck))));
            played.listen();
            played.look(other).expect("the other is served all the while");
            played.engine.registry.mishap().left() == 0
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
        assert!(played.told.contains("please report it"), "{spot:?}: {}", played.told);
        let status = played.engine.status(struck).unwrap();
        for told in [&played.told, &status] {
            assert!(!told.contains("s3cret") && !told.contains("r3fresh"), "{told}");
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
fn with_the_credential_locked() {
    struck_at(Spot::Event, 1);
}

#[test]
fn in_the_middle_of_a_step() {
    struck_at(Spot::Step, 1);
}

#[test]
fn while_a_request_is_handed_over() {
    struck_at(Spot::Send, 3);
}

#[test]
fn while_a_token_is_shown() {
    struck_at(Spot::Publish, 1);
}

#[test]
fn while_something_is_told() {
    struck_at(Spot::Note, 3);
}

#[test]
fn while_a_refresh_token_is_written() {
    struck_at(Spot::Keep, 1);
}

#[test]
fn a_run_begins_for_all_even_if_one_fails() {
    let played = Played::start();
    let (struck, other) = (played.struck, played.other);
    played.engine.run_ended();
    eventually("tokens", || played.look(struck).is_some() && played.look(other).is_some());
    let before = (played.engine.generation(struck), played.engine.generation(other));
    played.engine.registry.mishap().arm(Spot::Event, "struck", 1);
    played.engine.run_started(2);
    assert_eq!(played.engine.registry.mishap().left(), 0);
    eventually("the other is refreshed ahead, which is for runs only", || {
        played.look(other);
        played.engine.generation(other) > before.1
    });
}

#[test]
fn no_word_is_left_of_a_token_whose_end_was_lost_in_a_fault() {
    let played = Played::start();
    let (hung, alone) = (played.hung, played.alone);
    eventually("a token", || played.look(alone).is_some());
    assert_eq!(played.engine.generation(alone), 1);
    drop(played.look(hung));
    played.engine.registry.mishap().arm(Spot::Step, "alone", 1);
    // The token goes, the next must wait for its turn, and that wait is where it strikes.
    let stamp = Some(played.engine.opened(alone).unwrap().vault.stamp(1));
    let report =
        Report { status: 401, origin: None, headers: &[], authorization: None, stamp, ago: Duration::ZERO };
    let reported = catch_unwind(AssertUnwindSafe(|| played.engine.report(alone, report)));
    assert!(reported.is_err() && played.engine.registry.mishap().left() == 0);
    assert_eq!(played.engine.generation(alone), 0);
    played.agree(alone);
}

/// Mints one token for each message.
fn token_endpoint_that_waits() -> (String, std::sync::mpsc::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    let (release, released) = std::sync::mpsc::channel();
    let (minted, released) = (Arc::new(AtomicUsize::new(0)), Arc::new(std::sync::Mutex::new(released)));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (minted, released) = (Arc::clone(&minted), Arc::clone(&released));
            thread::spawn(move || {
                // Whoever connects is read and answered when there is a message.
                released.lock().unwrap().recv().ok()?;
                serve(stream, &minted)
            });
        }
    });
    (url, release)
}

#[test]
fn a_fault_in_the_next_of_the_line_is_none_of_whoever_calls_it_or_of_the_endpoint() {
    let engine = Engine::start().unwrap();
    let (url, release) = token_endpoint_that_waits();
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
    let look = |handle| engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).ok().flatten();
    assert!(look(first).is_none() && look(next).is_none());
    engine.registry.mishap().arm(Spot::Event, "next", 1);
    release.send(()).unwrap();
    release.send(()).unwrap();
    eventually("the next was called, and failed", || engine.registry.mishap().left() == 0);
    eventually("the first has its token", || look(first).is_some());
    eventually("so has the next, who looks again by itself", || look(next).is_some());
}
