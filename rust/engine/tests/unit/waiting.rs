//! What waiting costs the engine: threads that wait for one token neither fire its timers nor fill the driver's queue.

use std::net::TcpListener;
use std::thread;

use super::*;
use crate::fault_injection::Spot;
use crate::scripted::setting;

/// So many that some of a timer's wake-ups coming together would still leave most of them.
const LOOKS: u32 = 200;

/// For the start of the timer, and for what the request on its way changes.
const FEW: u32 = 10;

#[test]
fn waiting_threads_fire_no_timers_and_are_one_input() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap(); // connections are taken, never answered
    let url = format!("http://{}/token", silent.local_addr().unwrap());
    let engine = Engine::start().unwrap();
    let settings = [setting("token_url", &url), setting("client_id", "x"), setting("client_secret", "y")];
    let handle = engine.open("crowd", &settings, false).unwrap();
    for _ in 0..LOOKS {
        assert!(engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).unwrap().is_none());
        thread::sleep(Duration::from_millis(1)); // in which a timer that was woken would run
    }
    let woken = engine.registry.faults().visits(Spot::Timer, "crowd");
    assert!(woken <= FEW, "the timer fired {woken} times for {LOOKS} threads");
    let inputs = engine.registry.faults().visits(Spot::Event, "crowd");
    assert!(inputs <= FEW, "{inputs} inputs for {LOOKS} threads that wait for one token");
}
