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
//!
//! Beside a number its acceptance is shown: the thing was accepted and not refused since, so that reports of more
//! acceptance change nothing. It is one value with the number, which is thus never seen with the acceptance of another.
//!
//! And it is shown from when on the next refusal hides the thing. Whoever reports one later than that waits for the lock,
//! so as not to find the thing again; others need not. Invariant: that time moves on only after the thing was hidden.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use smallvec::SmallVec;

use crate::sync::{AtomicU64, Mutex, MutexGuard, Swap};

/// A number in memory that is never freed, moved or given to anyone else. 0: nothing is shown.
pub(crate) struct Word {
    /// Twice the number, and one more if it is accepted.
    value: AtomicU64,
}

impl Word {
    pub(crate) fn new() -> Self {
        Self { value: AtomicU64::new(0) }
    }

    /// What it shows. Never blocks.
    #[must_use]
    pub(crate) fn number(&self) -> u64 {
        self.value.load(Ordering::Acquire) >> 1
    }

    /// Whether it shows this number, and as accepted. Never blocks.
    #[must_use]
    pub(crate) fn is_accepted(&self, number: u64) -> bool {
        self.value.load(Ordering::Acquire) == number << 1 | 1
    }

    fn show(&self, value: u64) {
        self.value.store(value, Ordering::Release);
    }
}

/// The words that show the number of a state, which has them under its lock.
#[derive(Default)]
pub(crate) struct Words(SmallVec<[&'static Word; 1]>);

/// The state, and what is shown of it: 0 and nothing while there is nothing to show.
pub(crate) struct Shown<S, T> {
    own: Word,
    /// From when on the next refusal hides the thing.
    armed_from: AtomicU64,
    thing: Swap<T>,
    state: Mutex<S>,
}

impl<S: AsMut<Words>, T> Shown<S, T> {
    pub(crate) fn new(state: S) -> Self {
        let armed_from = AtomicU64::new(0);
        Self { own: Word::new(), armed_from, thing: Swap::default(), state: Mutex::new(state) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, S> {
        self.state.lock()
    }

    /// The number that is shown, or 0. Never blocks.
    pub(crate) fn number(&self) -> u64 {
        self.own.number()
    }

    /// Whether this number is shown, and as accepted. Never blocks.
    pub(crate) fn is_accepted(&self, number: u64) -> bool {
        self.own.is_accepted(number)
    }

    /// Whether a refusal at this time hides the thing. Never blocks.
    pub(crate) fn is_armed(&self, at: u64) -> bool {
        at >= self.armed_from.load(Ordering::Acquire)
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
        self.write(locked, number << 1);
    }

    /// Shows nothing.
    pub(crate) fn hide(&self, locked: &mut S) {
        self.thing.store(None);
        self.write(locked, 0);
    }

    /// Shows whether the number that is shown is accepted, and from when on a refusal hides the thing. To be called after
    /// everything else was shown.
    pub(crate) fn judge(&self, locked: &mut S, accepted: bool, armed_from: u64) {
        let number = self.number();
        let value = number << 1 | u64::from(accepted && number != 0);
        if self.own.value.load(Ordering::Relaxed) != value {
            self.write(locked, value);
        }
        self.armed_from.store(armed_from, Ordering::Release);
    }

    fn write(&self, locked: &mut S, value: u64) {
        locked.as_mut().0.iter().for_each(|word| word.show(value));
        self.own.show(value);
    }

    /// Shows the number in this word too, from now on. A word is put up once in its life.
    pub(crate) fn put_up(&self, locked: &mut S, word: &'static Word) {
        locked.as_mut().0.push(word);
        word.show(self.own.value.load(Ordering::Relaxed));
    }

    /// Shows nothing in this word any more, ever.
    pub(crate) fn take_down(&self, locked: &mut S, word: &'static Word) {
        locked.as_mut().0.retain(|other| !std::ptr::eq(*other, word));
        word.show(0);
    }
}
