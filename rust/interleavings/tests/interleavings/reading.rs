//! A reader looks at the number without a lock, then takes its token without one, or asks for it under the lock, while
//! tokens come and go.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;

use crate::explore;
use crate::shown::{Shown, Word, Words};

/// What the engine's state has under its lock.
#[derive(Default)]
struct InService {
    /// The generation of the token in service.
    token: Option<u64>,
    words: Words,
}

impl AsMut<Words> for InService {
    fn as_mut(&mut self) -> &mut Words {
        &mut self.words
    }
}

fn nothing_in_service() -> Shown<InService, u64> {
    Shown::new(InService::default())
}

/// A word of a handle, leaked as the engine's are.
fn word() -> &'static Word {
    Box::leak(Box::new(Word::new()))
}

fn publish(shown: &Shown<InService, u64>, generation: u64) {
    let mut state = shown.lock();
    state.token = Some(generation);
    shown.show(&mut state, generation, std::sync::Arc::new(generation));
}

fn withdraw(shown: &Shown<InService, u64>) {
    let mut state = shown.lock();
    state.token = None;
    shown.hide(&mut state);
}

/// Looks, then asks: gets that very token or a later one, or learns that it is over. Then looks again.
fn look_and_ask(shown: &Shown<InService, u64>) {
    let seen = shown.number();
    let found = {
        let state = shown.lock();
        assert_eq!(shown.number(), state.token.unwrap_or(0), "under the lock they are in step");
        state.token
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

/// Looks, then takes: that very token, a later one, or nothing. What was over is never found.
fn look_and_take(shown: &Shown<InService, u64>, over: u64) {
    let seen = shown.number();
    let found = shown.thing().map(|token| *token);
    let later = shown.number();
    match found {
        Some(token) => {
            assert!(token > over, "{token} was found, and {over} was over");
            assert!(token >= seen, "token {token} was found where {seen} was shown");
        }
        // Whoever finds nothing asks under the lock: it may be about to be hidden.
        None => {
            assert!(later == 0 || later >= seen, "nothing was found, {later} is shown, {seen} was before")
        }
    }
}

#[test]
fn whoever_sees_a_number_takes_its_token_or_a_later_one_without_the_lock() {
    explore("one writer, one reader that takes twice", 500, || {
        let shown = Arc::new(nothing_in_service());
        let writer = Arc::clone(&shown);
        let writes = thread::spawn(move || {
            publish(&writer, 1);
            publish(&writer, 2);
            withdraw(&writer);
        });
        look_and_take(&shown, 0);
        look_and_take(&shown, 0);
        writes.join().unwrap();
        assert_eq!(shown.thing(), None);
    });
}

#[test]
fn whoever_sees_that_a_token_is_over_does_not_take_it() {
    explore("a token that is withdrawn, one reader that sees it", 10, || {
        let shown = Arc::new(nothing_in_service());
        publish(&shown, 1);
        let writer = Arc::clone(&shown);
        let writes = thread::spawn(move || {
            withdraw(&writer);
            publish(&writer, 2);
        });
        let over = if shown.number() == 1 { 0 } else { 1 };
        look_and_take(&shown, over);
        writes.join().unwrap();
        look_and_take(&shown, 1);
    });
}

#[test]
fn a_token_is_taken_while_another_thread_stands_still_with_the_lock() {
    explore("a lock that is held for ever, one reader", 1, || {
        let shown = Arc::new(nothing_in_service());
        publish(&shown, 1);
        let held = shown.lock();
        let reader = Arc::clone(&shown);
        thread::spawn(move || {
            look_and_take(&reader, 0);
            assert!(reader.try_lock().is_none());
        })
        .join()
        .unwrap();
        drop(held);
    });
}

/// When 401s are reported here, and until when the first of them makes the next ones change nothing.
const NOW: u64 = 5;
const LATER: u64 = 35;

/// What a thread does that heard a 401 to token 1: it tells so, and looks whether it may use it again. Whoever waits for the
/// lock does as the machine does; whoever need not wait must not find token 1 either, if the first 401 withdrew it.
fn tell_and_look(shown: &Shown<InService, u64>, word: &Word) {
    let over = shown.settled(|token| *token).is_some_and(|found| found.is_none_or(|token| *token != 1))
        || !shown.is_armed(NOW);
    if !over {
        let mut state = shown.lock();
        if state.token == Some(1) {
            state.token = None;
            shown.hide(&mut state);
        }
        shown.judge(&mut state, false, LATER);
    }
    assert_ne!(word.number(), 1, "over: {over}");
    assert_ne!(shown.thing().as_deref(), Some(&1), "over: {over}");
}

#[test]
fn whoever_tells_that_a_token_was_refused_does_not_find_it_again() {
    explore("two tell of the token that is shown", 10, || {
        let (shown, word) = (Arc::new(nothing_in_service()), word());
        shown.put_up(&mut shown.lock(), word);
        publish(&shown, 1);
        let other = Arc::clone(&shown);
        let tells = thread::spawn(move || tell_and_look(&other, word));
        tell_and_look(&shown, word);
        tells.join().unwrap();
        assert_eq!(word.number(), 0);
    });
    explore("one tells of a token that is being replaced", 10, || {
        let (shown, word) = (Arc::new(nothing_in_service()), word());
        shown.put_up(&mut shown.lock(), word);
        publish(&shown, 1);
        let other = Arc::clone(&shown);
        let replaces = thread::spawn(move || publish(&other, 2));
        tell_and_look(&shown, word);
        replaces.join().unwrap();
        assert_eq!(word.number(), 2);
    });
}

#[test]
fn a_number_is_never_seen_with_the_acceptance_of_another() {
    explore("a token that is accepted and replaced, one reader", 10, || {
        let (shown, word) = (Arc::new(nothing_in_service()), word());
        shown.put_up(&mut shown.lock(), word);
        let writer = Arc::clone(&shown);
        let writes = thread::spawn(move || {
            publish(&writer, 1);
            writer.judge(&mut writer.lock(), true, NOW);
            publish(&writer, 2);
            writer.judge(&mut writer.lock(), false, NOW);
        });
        assert!(!word.is_accepted(2) && !shown.is_accepted(2) && !word.is_accepted(0));
        writes.join().unwrap();
        assert!(!word.is_accepted(1), "it is replaced");
        shown.judge(&mut shown.lock(), true, NOW);
        assert!(word.is_accepted(2) && shown.is_accepted(2));
        withdraw(&shown);
        assert!(!word.is_accepted(2) && !word.is_accepted(0));
    });
}

#[test]
fn a_number_is_seen_only_while_its_token_is_in_service() {
    explore("one writer, one reader that looks twice", 500, || {
        let shown = Arc::new(nothing_in_service());
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
        let shown = Arc::new(nothing_in_service());
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
        let shown = Arc::new(nothing_in_service());
        publish(&shown, 1);
        let (minting, rejecting) = (Arc::clone(&shown), Arc::clone(&shown));
        let mints = thread::spawn(move || publish(&minting, 2));
        let rejects = thread::spawn(move || {
            // As the machine does: only the token that was rejected goes.
            let mut state = rejecting.lock();
            if state.token == Some(1) {
                state.token = None;
                rejecting.hide(&mut state);
            }
        });
        look_and_ask(&shown);
        mints.join().unwrap();
        rejects.join().unwrap();
        assert_eq!((shown.number(), shown.lock().token), (2, Some(2)));
    });
}

#[test]
fn whoever_sees_a_number_sees_what_was_done_before_it() {
    explore("what comes with a number", 10, || {
        let (shown, done) = (Arc::new(nothing_in_service()), Arc::new(AtomicU64::new(0)));
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

#[test]
fn a_word_shows_the_number_until_it_is_taken_down_and_never_again() {
    explore("a word that goes up and down while tokens come and go, one reader", 500, || {
        let (shown, word) = (Arc::new(nothing_in_service()), word());
        let (writer, registry) = (Arc::clone(&shown), Arc::clone(&shown));
        let writes = thread::spawn(move || {
            publish(&writer, 1);
            publish(&writer, 2);
        });
        let stands = thread::spawn(move || {
            registry.put_up(&mut registry.lock(), word);
            let mut state = registry.lock();
            assert_eq!(word.number(), state.token.unwrap_or(0), "under the lock they are in step");
            registry.take_down(&mut state, word);
            word.number()
        });
        let (seen, later) = (word.number(), word.number());
        assert!(later == 0 || later >= seen, "{later} is shown after {seen}");
        assert_eq!(stands.join().unwrap(), 0);
        writes.join().unwrap();
        assert_eq!((word.number(), shown.number()), (0, 2), "what comes later is not shown in it");
    });
}

#[test]
fn a_word_that_is_put_up_while_a_token_comes_shows_that_token_and_its_end() {
    explore("a word put up beside a minting, then the token is withdrawn", 5, || {
        let (shown, word) = (Arc::new(nothing_in_service()), word());
        let writer = Arc::clone(&shown);
        let writes = thread::spawn(move || publish(&writer, 1));
        shown.put_up(&mut shown.lock(), word);
        writes.join().unwrap();
        assert_eq!(word.number(), 1);
        withdraw(&shown);
        assert_eq!(word.number(), 0);
    });
}
