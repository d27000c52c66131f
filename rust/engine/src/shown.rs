//! A state behind a lock, and what is shown of it to those who don't lock: a number, and the thing it is the number of.
//!
//! It is shown in one place of its own and in any number of [`Word`]s, which outlive it: whoever was given one may read
//! it for ever. Invariants: numbers change only under the lock, so that whoever holds the lock finds them in step with
//! the state; a number that was hidden or replaced is never seen again by anyone who could know; whoever sees a number
//! also sees all that was done before it was shown; a word that was taken down shows 0, and nothing else ever again.
//!
//! The thing changes before its number, both ways: whoever sees a number finds that very thing, or what came later, and
//! whoever sees 0 does not find what was hidden. To take it needs no lock, which a thread that is not running may hold
//! while hundreds come for the thing. The number of its own changes last: where that is in step with the thing, all words
//! are.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use smallvec::SmallVec;

use crate::sync::{AtomicU64, Mutex, MutexGuard, Swap};

/// A number in memory that is never freed, moved or given to anyone else. 0: nothing is shown.
pub(crate) struct Word {
    pub(crate) number: AtomicU64,
}

impl Word {
    pub(crate) fn new() -> Self {
        Self { number: AtomicU64::new(0) }
    }

    /// What it shows. Never blocks.
    #[must_use]
    pub(crate) fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    fn show(&self, number: u64) {
        self.number.store(number, Ordering::Release);
    }
}

/// The words that show the number of a state, which has them under its lock.
#[derive(Default)]
pub(crate) struct Words(SmallVec<[&'static Word; 1]>);

/// The state, and what is shown of it: 0 and nothing while there is nothing to show.
pub(crate) struct Shown<S, T> {
    number: AtomicU64,
    thing: Swap<T>,
    state: Mutex<S>,
}

impl<S: AsMut<Words>, T> Shown<S, T> {
    pub(crate) fn new(state: S) -> Self {
        Self { number: AtomicU64::new(0), thing: Swap::default(), state: Mutex::new(state) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, S> {
        self.state.lock()
    }

    /// The number that is shown, or 0. Never blocks.
    pub(crate) fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    /// The state, if nobody has it now. Never blocks.
    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, S>> {
        self.state.try_lock()
    }

    /// What is shown. Never blocks.
    pub(crate) fn thing(&self) -> Option<Arc<T>> {
        self.thing.load_full()
    }

    /// What is shown, if it is the same wherever one looks; `None` while somebody changes it. Whatever is not that is over:
    /// it is found in no word any more. Never blocks.
    pub(crate) fn settled(&self, number_of: impl FnOnce(&T) -> u64) -> Option<Option<Arc<T>>> {
        let thing = self.thing();
        (self.number() == thing.as_deref().map_or(0, number_of)).then_some(thing)
    }

    /// Shows a thing and its number to all. The caller has locked the state.
    pub(crate) fn show(&self, locked: &mut S, number: u64, thing: Arc<T>) {
        self.thing.store(Some(thing));
        self.write(locked, number);
    }

    /// Shows nothing.
    pub(crate) fn hide(&self, locked: &mut S) {
        self.thing.store(None);
        self.write(locked, 0);
    }

    fn write(&self, locked: &mut S, number: u64) {
        locked.as_mut().0.iter().for_each(|word| word.show(number));
        self.number.store(number, Ordering::Release);
    }

    /// Shows the number in this word too, from now on. A word is put up once in its life.
    pub(crate) fn put_up(&self, locked: &mut S, word: &'static Word) {
        locked.as_mut().0.push(word);
        word.show(self.number());
    }

    /// Shows nothing in this word any more, ever.
    pub(crate) fn take_down(&self, locked: &mut S, word: &'static Word) {
        locked.as_mut().0.retain(|other| !std::ptr::eq(*other, word));
        word.show(0);
    }
}
