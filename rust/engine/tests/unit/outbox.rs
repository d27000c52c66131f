//! The box that Java's event thread waits on. Beside it rather than in it: its file is also compiled where threads meet
//! in every order, and these tests are about numbers and real time.

use std::time::Duration;

use crate::handle::Handle;
use crate::outbox::{Event, MOST_LINES, Outbox};

#[test]
fn wake_ups_coalesce_and_lines_are_bounded() {
    let outbox = Outbox::default();
    for n in 0..2000 {
        outbox.post(Event::Wake(Handle::from(7)));
        outbox.post(Event::Info(n.to_string()));
    }
    let taken = outbox.take(Duration::ZERO);
    assert_eq!(taken.len(), 1 + 1 + MOST_LINES);
    assert_eq!(taken[0], Event::Wake(Handle::from(7)));
    assert_eq!(taken[1], Event::Warn("976 log lines of Tollgate were dropped".into()));
    assert_eq!(taken.last(), Some(&Event::Info("1999".into())));
    assert_eq!(outbox.take(Duration::ZERO), []);
}

#[test]
fn a_wait_ends_with_a_message_or_at_its_time_out() {
    let outbox = std::sync::Arc::new(Outbox::default());
    assert_eq!(outbox.take(Duration::from_millis(20)), []);
    let (poster, waits) = (std::sync::Arc::clone(&outbox), Duration::from_secs(60));
    let posted = std::thread::spawn(move || poster.post(Event::Info("come".into())));
    // A minute would fail the suite: whichever of the two comes first, the other finds it.
    assert_eq!(outbox.take(waits), [Event::Info("come".into())]);
    posted.join().unwrap();
}
