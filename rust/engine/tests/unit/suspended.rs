//! A suspended machine: its tokens expire all the same. A wall clock that is set changes nothing.

use std::io::{BufReader, ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

use tokio::runtime::Builder;

use super::*;
use crate::scripted::{answer_last, eventually, request, setting, status_number};
use crate::time::clock::Clock;
use crate::time::coarse::Moment;
use crate::time::os_clock;

/// Looks of five milliseconds after a resume, on a machine with more to do than it has processors; on a quiet one it is one
/// or two. Looks and no time: a machine that holds up the engine holds up who looks, too.
const MOST_STALE: usize = 200;

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
        answer_last(&mut asked, &body).unwrap();
        eventually("the token", || self.engine.generation(self.handle) > 0);
    }

    /// Refuses it until ten hours from the answer's own date.
    fn throttle(&self, mut asked: TcpStream) {
        let dates = "Date: Fri, 20 Nov 2026 10:00:00 GMT\r\nRetry-After: Fri, 20 Nov 2026 20:00:00 GMT";
        write!(asked, "HTTP/1.1 429 X\r\n{dates}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        eventually("the wait", || !self.wait().is_zero());
    }

    /// How long no request is sent.
    fn wait(&self) -> Duration {
        Duration::from_millis(status_number(&self.engine, self.handle, "token_gate_ms"))
    }

    /// The wall clock shows this from now on, in milliseconds since 1970.
    fn set_wall(&self, millis: i64) {
        self.clock().step_wall(millis - self.clock().now().wall.0);
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

/// Today, and today a few hours wrong; the first is where a machine without a battery starts.
const SETTINGS: [i64; 5] = [0, 1_795_168_800_000, 1_795_200_000_000, 1_795_140_000_000, 0];

#[test]
fn a_clock_that_is_set_at_last_loses_no_token() {
    let played = Played::start();
    played.set_wall(SETTINGS[0]);
    assert!(played.look().is_none());
    played.mint(played.asked(), 10 * HOUR);
    for millis in SETTINGS {
        played.set_wall(millis);
        played.engine.registry.for_all(|driver| driver.handle(Input::Timeout));
        let served = played.look().unwrap();
        assert_eq!(served.generation, 1, "{millis}");
        assert!(served.remaining > 9 * HOUR, "{:?} left at {millis}", served.remaining);
    }
    assert!(played.is_asked_nothing());
}

#[test]
fn a_clock_that_is_set_at_last_cuts_no_wait_short_and_a_suspend_counts() {
    let played = Played::start();
    played.set_wall(SETTINGS[0]);
    assert!(played.look().is_none());
    played.throttle(played.asked());
    for millis in SETTINGS {
        played.set_wall(millis);
        played.engine.registry.for_all(|driver| driver.handle(Input::Timeout));
        let wait = played.wait();
        assert!(wait > 9 * HOUR && wait <= 11 * HOUR, "{wait:?} at {millis}");
    }
    assert!(played.look().is_none() && played.is_asked_nothing());
    played.endpoint.set_nonblocking(false).unwrap();
    played.clock().suspend(11 * HOUR);
    eventually("the end of the wait", || played.wait().is_zero());
    drop(played.engine.read(played.handle, Duration::ZERO, Duration::ZERO, None, None));
    played.mint(played.asked(), HOUR);
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
    // So that a busy machine sees it alive. The kernel's timer ends it, in real time.
    let life = Duration::from_secs(5);
    let asked = played.asked();
    let end = Duration::from_nanos(os_clock::with_suspends()) + life;
    played.mint(asked, life);
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
    played.clock().suspend(12 * life);
    // After a resume the kernel's timer fires at once, and from then on these are the reads that may be stale.
    let mut stale = 0;
    eventually("its end", || {
        let has_ended = Duration::from_nanos(os_clock::with_suspends()) > end;
        // As a thread reads that holds a token and believes it alive: the coarse clock has not heard of the suspend.
        let is_alive = played.engine.look(played.handle, Moment::NEVER) > 0;
        stale += usize::from(has_ended && is_alive);
        !is_alive
    });
    println!("{stale} looks after a resume were stale");
    assert!(stale <= MOST_STALE, "{stale}");
    drop(resume);
    worker.join().unwrap().unwrap().unwrap_err();
}
