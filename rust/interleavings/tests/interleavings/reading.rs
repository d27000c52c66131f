//! A reader looks at the number without a lock, then asks for its token under the lock, while tokens come and go.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;

use crate::explore;
use crate::shown::Shown;

/// The generation of the token in service, as the engine's state has it under its lock.
type InService = Option<u64>;

fn publish(shown: &Shown<InService>, generation: u64) {
    let mut state = shown.lock();
    *state = Some(generation);
    shown.show(&mut state, generation);
}

fn withdraw(shown: &Shown<InService>) {
    let mut state = shown.lock();
    *state = None;
    shown.hide(&mut state);
}

/// Looks, then asks: gets that very token or a later one, or learns that it is over. Then looks again.
fn look_and_ask(shown: &Shown<InService>) {
    let seen = shown.number();
    let found = {
        let state = shown.lock();
        assert_eq!(shown.number(), state.unwrap_or(0), "under the lock they are in step");
        *state
    };
    let later = shown.number();
    match found {
        Some(generation) => {
            assert!(generation >= seen, "token {generation} was found where {seen} was shown");
            assert!(later == 0 || later >= generation, "{later} is shown after {generation} was found");
        }
        None => assert!(later == 0 || later > seen, "{seen} was over, and {later} is shown"),
    }
}

#[test]
fn a_number_is_seen_only_while_its_token_is_in_service() {
    explore("one writer, one reader that looks twice", 500, || {
        let shown = Arc::new(Shown::new(None));
        let writer = Arc::clone(&shown);
        let writes = thread::spawn(move || {
            publish(&writer, 1);
            withdraw(&writer);
            publish(&writer, 2);
        });
        look_and_ask(&shown);
        look_and_ask(&shown);
        writes.join().unwrap();
        assert_eq!(shown.number(), 2);
    });
}

#[test]
fn readers_do_not_disturb_each_other() {
    explore("one writer, two readers", 500, || {
        let shown = Arc::new(Shown::new(None));
        let (writer, reader) = (Arc::clone(&shown), Arc::clone(&shown));
        let writes = thread::spawn(move || {
            publish(&writer, 1);
            withdraw(&writer);
        });
        let reads = thread::spawn(move || look_and_ask(&reader));
        look_and_ask(&shown);
        writes.join().unwrap();
        reads.join().unwrap();
        assert_eq!(shown.number(), 0);
    });
}

#[test]
fn two_writers_never_leave_a_number_without_its_token() {
    explore("a minting and a rejection, one reader", 500, || {
        let shown = Arc::new(Shown::new(None));
        publish(&shown, 1);
        let (minting, rejecting) = (Arc::clone(&shown), Arc::clone(&shown));
        let mints = thread::spawn(move || publish(&minting, 2));
        let rejects = thread::spawn(move || {
            // As the machine does: only the token that was rejected goes.
            let mut state = rejecting.lock();
            if *state == Some(1) {
                *state = None;
                rejecting.hide(&mut state);
            }
        });
        look_and_ask(&shown);
        mints.join().unwrap();
        rejects.join().unwrap();
        assert_eq!((shown.number(), *shown.lock()), (2, Some(2)));
    });
}

#[test]
fn whoever_sees_a_number_sees_what_was_done_before_it() {
    explore("what comes with a number", 10, || {
        let (shown, done) = (Arc::new(Shown::new(None)), Arc::new(AtomicU64::new(0)));
        let (writer, does) = (Arc::clone(&shown), Arc::clone(&done));
        let writes = thread::spawn(move || {
            does.store(1, Ordering::Relaxed);
            publish(&writer, 1);
            withdraw(&writer);
            does.store(2, Ordering::Relaxed);
            publish(&writer, 2);
        });
        let seen = shown.number();
        assert!(done.load(Ordering::Relaxed) >= seen);
        writes.join().unwrap();
    });
}
