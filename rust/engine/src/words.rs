//! Where the words of handles live: in memory that this process never gives back.
//!
//! A read looks at the word of its handle at any time, without a lock, and a handle is never given out twice. So a word is
//! leaked on purpose, handed out once and never reused; a handle costs 64 bytes for good, which a hundred thousand users
//! make 6.4 MB. Invariant: nothing here writes to a word.

use parking_lot::Mutex;

use crate::shown::Word;

/// Words leaked at a time: a page of memory, so that a plan of one profile leaks no more than that.
const CHUNK: usize = 64;

/// Words that nobody has yet.
#[derive(Default)]
pub(crate) struct Blanks(Mutex<std::slice::Iter<'static, Word>>);

impl Blanks {
    /// One that nobody else has, or will have.
    pub(crate) fn next(&self) -> &'static Word {
        let mut rest = self.0.lock();
        loop {
            if let Some(word) = rest.next() {
                return word;
            }
            let chunk: Box<[Word]> = (0..CHUNK).map(|_| Word::new()).collect();
            *rest = Box::leak(chunk).iter();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_word_is_handed_out_once_and_has_a_cache_line_to_itself() {
        let blanks = Blanks::default();
        let lines: BTreeSet<_> = (0..3 * CHUNK)
            .map(|_| std::ptr::from_ref(blanks.next()).addr())
            .inspect(|at| assert_eq!(at % 64, 0))
            .collect();
        assert_eq!(lines.len(), 3 * CHUNK);
    }
}
