//! Java's event thread waits for the outbox while the engine's tasks fill it.

use std::time::Duration;

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;

use crate::explore;
use crate::handle::Handle;
use crate::outbox::{Event, Outbox};

/// No time-out comes in a model.
const EVER: Duration = Duration::MAX;

fn wake() -> Event {
    Event::Wake(Handle::from(7))
}

#[test]
fn no_wake_up_and_no_line_is_lost() {
    explore("two tasks and the event thread", 100, || {
        let outbox = Arc::new(Outbox::default());
        let (waking, telling) = (Arc::clone(&outbox), Arc::clone(&outbox));
        let wakes = thread::spawn(move || waking.post(wake()));
        let tells = thread::spawn(move || telling.post(Event::Info("minted".into())));
        let mut taken = Vec::new();
        while taken.len() < 2 {
            taken.extend(outbox.take(EVER));
        }
        wakes.join().unwrap();
        tells.join().unwrap();
        assert!(taken.contains(&wake()) && taken.contains(&Event::Info("minted".into())));
        assert_eq!(taken.len(), 2);
    });
}

#[test]
fn a_wake_up_that_coalesced_still_comes_after_its_news() {
    explore("two pieces of news under one handle", 50, || {
        let (outbox, news) = (Arc::new(Outbox::default()), Arc::new(AtomicU64::new(0)));
        let (posting, telling) = (Arc::clone(&outbox), Arc::clone(&news));
        let posts = thread::spawn(move || {
            for n in 1..=2 {
                telling.store(n, Ordering::Relaxed);
                posting.post(wake());
            }
        });
        // A waiter that looks at every wake-up, and only then, sees the last of the news.
        let mut seen = 0;
        while seen < 2 {
            assert_eq!(outbox.take(EVER), [wake()]);
            seen = news.load(Ordering::Relaxed);
        }
        posts.join().unwrap();
    });
}
