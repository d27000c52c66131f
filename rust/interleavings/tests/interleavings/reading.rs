//! A reader looks at the generation and takes the token without a lock, while tokens come and go and threads report 401s.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;

use crate::explore;
use crate::handle::Handle;
use crate::published::{GenerationCell, Published};

/// When 401s are reported here.
const NOW: u64 = 5;
/// From when on a 401 withdraws the token: before that, and after that.
const ARMED: u64 = 0;
const LATER: u64 = 35;

fn published() -> Arc<Published<u64>> {
    Arc::new(Published::default())
}

/// A cell of a handle, leaked as the engine's are.
fn cell() -> &'static GenerationCell {
    Box::leak(Box::new(GenerationCell::new()))
}

fn publish(published: &Published<u64>, generation: u64) {
    published.show(generation, std::sync::Arc::new(generation));
}

/// Looks, then takes: that very token, a later one, or nothing. A token that was over is never found.
fn look_and_take(published: &Published<u64>, over: u64) {
    let seen = published.generation();
    let found = published.token().map(|token| *token);
    let later = published.generation();
    match found {
        Some(token) => {
            assert!(token > over, "{token} was found, and {over} was over");
            assert!(token >= seen, "token {token} was found where {seen} was shown");
            assert!(later == 0 || later + 1 >= token, "{later} is shown after {token} was found");
        }
        // It may be about to be hidden.
        None => {
            assert!(later == 0 || later >= seen, "nothing was found, {later} is shown, {seen} was before");
        }
    }
}

#[test]
fn a_reader_that_sees_a_generation_takes_its_token_or_a_later_one() {
    explore("one writer, one reader that takes twice", 500, || {
        let published = published();
        let writer = Arc::clone(&published);
        let writes = thread::spawn(move || {
            publish(&writer, 1);
            publish(&writer, 2);
            writer.hide();
        });
        look_and_take(&published, 0);
        look_and_take(&published, 0);
        writes.join().unwrap();
        assert_eq!((published.token(), published.generation()), (None, 0));
    });
}

#[test]
fn a_reader_that_sees_that_a_token_is_over_does_not_take_it() {
    explore("a token that is withdrawn, one reader that sees it", 10, || {
        let published = published();
        publish(&published, 1);
        let writer = Arc::clone(&published);
        let writes = thread::spawn(move || {
            writer.hide();
            publish(&writer, 2);
        });
        let over = if published.generation() == 1 { 0 } else { 1 };
        look_and_take(&published, over);
        writes.join().unwrap();
        look_and_take(&published, 1);
    });
}

#[test]
fn readers_do_not_disturb_each_other() {
    explore("one writer, two readers", 500, || {
        let published = published();
        let (writer, reader) = (Arc::clone(&published), Arc::clone(&published));
        let writes = thread::spawn(move || {
            publish(&writer, 1);
            writer.hide();
        });
        let reads = thread::spawn(move || look_and_take(&reader, 0));
        look_and_take(&published, 0);
        writes.join().unwrap();
        reads.join().unwrap();
        assert_eq!(published.generation(), 0);
    });
}

/// What a thread does that received a 401 to token 1: it reports that, and looks whether it may use the token again.
fn report_and_look(published: &Published<u64>, cell: &GenerationCell) {
    published.refuse(1, NOW);
    assert_ne!(cell.generation(), 1);
    assert_ne!(published.token().as_deref(), Some(&1));
}

#[test]
fn a_thread_that_reports_the_first_401_does_not_find_the_token_again() {
    explore("two report a 401 to the token that is published", 10, || {
        let (published, cell) = (published(), cell());
        published.add_view(Handle::from(1), Some(cell));
        publish(&published, 1);
        published.judge(0, ARMED);
        let other = Arc::clone(&published);
        let reports = thread::spawn(move || report_and_look(&other, cell));
        report_and_look(&published, cell);
        reports.join().unwrap();
        assert_eq!(cell.generation(), 0);
    });
    explore("one reports a 401 to a token that is being published", 5, || {
        let (published, cell) = (published(), cell());
        published.add_view(Handle::from(1), Some(cell));
        published.judge(0, ARMED);
        let other = Arc::clone(&published);
        let publishes = thread::spawn(move || publish(&other, 1));
        let found = published.token().is_some();
        if found {
            report_and_look(&published, cell);
        }
        publishes.join().unwrap();
        assert_eq!(published.generation(), u64::from(!found));
    });
    explore("one reports a 401 to a token that is being replaced", 10, || {
        let (published, cell) = (published(), cell());
        published.add_view(Handle::from(1), Some(cell));
        publish(&published, 1);
        published.judge(0, ARMED);
        let other = Arc::clone(&published);
        let replaces = thread::spawn(move || publish(&other, 2));
        report_and_look(&published, cell);
        replaces.join().unwrap();
        assert_eq!((cell.generation(), published.token().as_deref()), (2, Some(&2)));
    });
}

#[test]
fn a_401_that_withdraws_nothing_unsettles_the_token_and_leaves_it_published() {
    explore("a 401 while the driver settles the token", 5, || {
        let (published, cell) = (published(), cell());
        published.add_view(Handle::from(1), Some(cell));
        publish(&published, 1);
        published.judge(0, LATER);
        let driver = Arc::clone(&published);
        let settles = thread::spawn(move || driver.judge(1, LATER));
        published.refuse(1, NOW);
        assert_eq!((cell.generation(), published.token().as_deref()), (1, Some(&1)));
        settles.join().unwrap();
        published.refuse(1, NOW);
        assert!(!published.is_settled(1) && !cell.is_settled(1));
        assert_eq!((cell.generation(), published.generation()), (1, 1));
    });
}

#[test]
fn a_generation_is_never_seen_settled_for_another() {
    explore("a token that is settled and replaced, one reader", 10, || {
        let (published, cell) = (published(), cell());
        published.add_view(Handle::from(1), Some(cell));
        let driver = Arc::clone(&published);
        let drives = thread::spawn(move || {
            publish(&driver, 1);
            driver.judge(1, LATER);
            publish(&driver, 2);
            driver.judge(0, LATER);
        });
        assert!(!cell.is_settled(2) && !published.is_settled(2) && !cell.is_settled(0));
        drives.join().unwrap();
        assert!(!cell.is_settled(1), "it is replaced");
        published.judge(2, LATER);
        assert!(cell.is_settled(2) && published.is_settled(2));
        published.hide();
        assert!(!cell.is_settled(2) && !cell.is_settled(0));
    });
}

#[test]
fn a_reader_that_sees_a_generation_sees_what_was_done_before_it() {
    explore("what comes with a generation", 10, || {
        let (published, done) = (published(), Arc::new(AtomicU64::new(0)));
        let (writer, does) = (Arc::clone(&published), Arc::clone(&done));
        let writes = thread::spawn(move || {
            does.store(1, Ordering::Relaxed);
            publish(&writer, 1);
            writer.hide();
            does.store(2, Ordering::Relaxed);
            publish(&writer, 2);
        });
        let seen = published.generation();
        assert!(done.load(Ordering::Relaxed) >= seen);
        writes.join().unwrap();
    });
}

#[test]
fn a_cell_shows_the_generation_until_it_is_taken_down_and_never_again() {
    explore("a cell that goes up and down while tokens come and go, one reader", 500, || {
        let (published, cell) = (published(), cell());
        let (writer, registry) = (Arc::clone(&published), Arc::clone(&published));
        let writes = thread::spawn(move || {
            publish(&writer, 1);
            publish(&writer, 2);
        });
        let stands = thread::spawn(move || {
            registry.add_view(Handle::from(1), Some(cell));
            registry.remove_view(Handle::from(1), cell);
            cell.generation()
        });
        let (seen, later) = (cell.generation(), cell.generation());
        assert!(later == 0 || later >= seen, "{later} is shown after {seen}");
        assert_eq!(stands.join().unwrap(), 0);
        writes.join().unwrap();
        assert_eq!((cell.generation(), published.generation()), (0, 2), "a later token is not shown in it");
        assert!(published.views().is_empty());
    });
}

#[test]
fn a_cell_that_is_put_up_while_a_token_comes_shows_that_token_and_its_end() {
    explore("a cell put up beside a mint, then the token is withdrawn", 5, || {
        let (published, cell) = (published(), cell());
        let writer = Arc::clone(&published);
        let writes = thread::spawn(move || publish(&writer, 1));
        published.add_view(Handle::from(1), Some(cell));
        writes.join().unwrap();
        assert_eq!(cell.generation(), 1);
        published.hide();
        assert_eq!(cell.generation(), 0);
    });
}
