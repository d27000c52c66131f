//! A machine that sleeps: its tokens grow old unseen, and nothing else does.

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};

use super::*;
use crate::scripted::{eventually, request, say_last, setting};

const HOUR: Duration = Duration::from_secs(3600);

/// An engine with one profile, whose token endpoint is the test itself.
struct Played {
    engine: Engine,
    handle: Handle,
    endpoint: TcpListener,
}

impl Played {
    fn start() -> Self {
        let endpoint = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/token", endpoint.local_addr().unwrap());
        let given = [setting("token_url", &url), setting("client_id", "x"), setting("client_secret", "y")];
        let engine = Engine::start().unwrap();
        let handle = engine.open("p", &given, false).unwrap();
        Self { engine, handle, endpoint }
    }

    fn look(&self) -> Option<Served> {
        self.engine.read(self.handle, Duration::ZERO, Duration::ZERO, None, None).unwrap()
    }

    /// Waits until the clocks have been compared.
    fn compares(&self) {
        eventually("a look at the clocks", || self.engine.registry.mishap().visits(Spot::Watch, "") > 0);
    }

    /// The token request that is under way.
    fn asked(&self) -> TcpStream {
        let mut stream = BufReader::new(self.endpoint.accept().unwrap().0);
        request(&mut stream).unwrap();
        stream.into_inner()
    }

    /// Answers it with a token of an hour.
    fn mint(&self, mut asked: TcpStream) {
        say_last(&mut asked, r#"{"access_token":"t","expires_in":3600}"#).unwrap();
        eventually("the token", || self.engine.generation(self.handle) > 0);
    }
}

#[test]
fn a_token_that_ran_out_while_the_machine_slept_is_withdrawn_unasked() {
    let played = Played::start();
    assert!(played.look().is_none());
    played.mint(played.asked());
    played.compares();
    played.engine.surroundings.clock.suspend(2 * HOUR);
    eventually("its end", || played.engine.generation(played.handle) == 0);
    assert!(played.look().is_none());
    played.mint(played.asked());
    assert_eq!(played.engine.generation(played.handle), 2);
}

#[test]
fn a_token_that_is_minted_after_the_machine_slept_keeps_its_life() {
    let played = Played::start();
    played.engine.surroundings.clock.suspend(2 * HOUR); // while there was nothing that ages
    assert!(played.look().is_none());
    let asked = played.asked();
    played.compares();
    played.mint(asked);
    let served = played.look().unwrap();
    assert_eq!(served.generation, 1);
    assert!(served.remaining > HOUR / 2, "{:?} left of an hour", served.remaining);
}
