//! A suspended machine: its tokens expire all the same. A step of the wall clock changes nothing.

use std::io::{BufReader, ErrorKind};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

use tokio::runtime::Builder;

use super::*;
use crate::scripted::{eventually, request, say_last, setting};
use crate::time::clock::Clock;
use crate::time::coarse::Moment;
use crate::time::os_clock;

/// After a resume, on a machine with more to do than it has processors; on a quiet one it is a millisecond or two.
const LONGEST_STALE: Duration = Duration::from_secs(1);

const HOUR: Duration = Duration::from_secs(3600);

/// An engine with one profile, whose token endpoint is the test itself.
struct Played {
    engine: Engine,
    handle: Handle,
    endpoint: TcpListener,
}

impl Played {
    fn start() -> Self {
        Self::on(Engine::start().unwrap())
    }

    fn on(engine: Engine) -> Self {
        let endpoint = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/token", endpoint.local_addr().unwrap());
        let given = [setting("token_url", &url), setting("client_id", "x"), setting("client_secret", "y")];
        let handle = engine.open("p", &given, false).unwrap();
        Self { engine, handle, endpoint }
    }

    fn look(&self) -> Option<Served> {
        self.engine.read(self.handle, Duration::ZERO, Duration::ZERO, None, None).unwrap()
    }

    fn clock(&self) -> Clock {
        self.engine.context.clock
    }

    /// The token request that is under way.
    fn asked(&self) -> TcpStream {
        let mut stream = BufReader::new(self.endpoint.accept().unwrap().0);
        request(&mut stream).unwrap();
        stream.into_inner()
    }

    /// Answers it with a token of so many seconds.
    fn mint(&self, mut asked: TcpStream, life: Duration) {
        let body = format!(r#"{{"access_token":"t","expires_in":{}}}"#, life.as_secs());
        say_last(&mut asked, &body).unwrap();
        eventually("the token", || self.engine.generation(self.handle) > 0);
    }

    fn is_asked_nothing(&self) -> bool {
        self.endpoint.set_nonblocking(true).unwrap();
        self.endpoint.accept().is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }
}

#[test]
fn a_token_that_expires_in_a_suspend_is_never_handed_out() {
    let played = Played::start();
    assert!(played.look().is_none());
    played.mint(played.asked(), HOUR);
    played.clock().suspend(HOUR);
    assert!(played.look().is_none());
    eventually("its withdrawal for all", || played.engine.generation(played.handle) == 0);
    played.mint(played.asked(), HOUR);
    assert_eq!(played.look().map(|served| served.generation), Some(2));
}

#[test]
fn a_suspend_takes_its_time_off_the_token_in_service_and_off_none_minted_later() {
    let played = Played::start();
    played.clock().suspend(2 * HOUR);
    assert!(played.look().is_none());
    played.mint(played.asked(), HOUR);
    let remaining = || played.look().unwrap().remaining;
    assert!(remaining() > HOUR / 2, "{:?} left of an hour", remaining());
    played.clock().suspend(HOUR * 5 / 6);
    assert!(remaining() <= HOUR / 6, "{:?} left of ten minutes", remaining());
    assert!(played.is_asked_nothing());
}

#[test]
fn a_step_of_the_wall_clock_changes_nothing() {
    let played = Played::start();
    assert!(played.look().is_none());
    played.mint(played.asked(), HOUR);
    let day = 24 * 3_600_000;
    for step in [day, -2 * day] {
        let before = played.clock().now();
        played.clock().step_wall(step);
        assert!((played.clock().now().wall.0 - before.wall.0 - step).abs() < day, "the clock was set");
        played.engine.registry.for_all(|driver| driver.handle(Input::Timeout));
        let served = played.look().unwrap();
        assert_eq!((served.generation, played.engine.generation(played.handle)), (1, 1));
        assert!(served.remaining > HOUR / 2, "{:?} left of an hour", served.remaining);
    }
    assert!(played.is_asked_nothing());
}

/// Tokio's paused clock is that of a suspended machine; the kernel's timer runs on.
#[test]
fn the_end_of_a_token_in_a_suspend_is_shown_to_all_though_the_runtimes_timers_stand_still() {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let handle = runtime.handle().clone();
    let (resume, resumed) = mpsc::channel::<()>();
    // While a task blocks, tokio's paused clock does not run ahead to the next timer.
    let suspended = handle.spawn_blocking(move || resumed.recv());
    let worker = thread::spawn(move || runtime.block_on(suspended));
    let played = Played::on(Engine::on(handle.clone()));
    assert!(played.look().is_none());
    let second = Duration::from_secs(1);
    let asked = played.asked();
    let minted = os_clock::with_suspends();
    played.mint(asked, second);
    // The queue knows the new deadline when the runtime has done what it had to do.
    let (idle, is_idle) = mpsc::channel();
    handle.spawn(async move {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        idle.send(()).unwrap();
    });
    is_idle.recv().unwrap();
    // Longer than it lives by more than the clocks inside and outside the runtime are apart.
    played.clock().suspend(60 * second);
    eventually("its end", || {
        // As a thread reads that holds a token and believes it alive: the coarse clock has not heard of the suspend.
        played.engine.look(played.handle, Moment::NEVER) == 0
    });
    // After a resume the kernel's timer fires at once, and from then on this is the time in which a read may be stale.
    let stale = Duration::from_nanos(os_clock::with_suspends() - minted).saturating_sub(second);
    println!("a read may be stale for {stale:?} after a resume");
    assert!(stale <= LONGEST_STALE, "{stale:?}");
    drop(resume);
    worker.join().unwrap().unwrap().unwrap_err();
}
