//! What waiting costs the engine: a thousand threads ask for one token at once, and a credential thinks better of when it
//! wants to be woken.

use std::net::TcpListener;
use std::thread;

use super::*;
use crate::mishap::Spot;
use crate::scripted::{eventually, setting};

/// So many that some of a timer's wake-ups coming together would still leave most of them.
const LOOKS: u32 = 200;

/// For the start of the timer, and for what the request on its way changes.
const FEW: u32 = 10;

#[test]
fn those_who_wait_do_not_wake_the_timer() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap(); // connections are taken, never answered
    let url = format!("http://{}/token", silent.local_addr().unwrap());
    let engine = Engine::start().unwrap();
    let settings = [setting("token_url", &url), setting("client_id", "x"), setting("client_secret", "y")];
    let handle = engine.open("crowd", &settings, false).unwrap();
    for _ in 0..LOOKS {
        assert!(engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).unwrap().is_none());
        thread::sleep(Duration::from_millis(1)); // in which a timer that was woken would run
    }
    let woken = engine.registry.mishap().visits(Spot::Timer, "crowd");
    assert!(woken <= FEW, "the timer looked {woken} times for {LOOKS} threads");
}

#[test]
fn a_credential_that_is_listed_anew_is_woken_once() {
    let engine = Engine::start().unwrap();
    let open = |name: &str| {
        let settings = [setting("token_url", "http://127.0.0.1:9/"), setting("client_id", name)];
        let settings = settings.into_iter().chain([setting("client_secret", "y")]).collect::<Vec<_>>();
        let handle = engine.open(name, &settings, false).unwrap();
        Arc::clone(&engine.opened(handle).unwrap().vault)
    };
    let (moved, last) = (open("moved"), open("last"));
    let at = |millis| moved.now().mono.after(Duration::from_millis(millis));
    for millis in 1000..1020 {
        moved.list(&mut moved.lock(), at(millis));
    }
    moved.list(&mut moved.lock(), at(1030));
    last.list(&mut last.lock(), at(1100));
    let woken = |name| engine.registry.mishap().visits(Spot::Timer, name);
    eventually("the last to be woken", || woken("last") > 0);
    assert_eq!((woken("last"), woken("moved")), (1, 1));
}
