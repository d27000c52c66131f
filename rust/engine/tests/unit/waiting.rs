//! What a crowd that waits costs the engine: a thousand threads ask for one token at once.

use std::net::TcpListener;
use std::thread;

use tollgate_core::settings::Source;

use super::*;

/// So many that some of a timer's wake-ups coming together would still leave most of them.
const LOOKS: u32 = 200;

/// For the start of the timer, and for what the request on its way changes.
const FEW: u32 = 10;

fn setting(key: &str, value: &str) -> Setting {
    Setting { key: key.into(), value: value.into(), source: Source::Property }
}

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
