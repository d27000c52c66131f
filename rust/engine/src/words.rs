//! Where the words of handles live: in memory that this process never gives back.
//!
//! A read looks at the word of its handle at any time, without a lock, and a handle is never given out twice. So a word is
//! leaked on purpose, handed out once and never reused; a handle costs 8 bytes for good. Words share cache lines with
//! words alone: a neighbour that changes, once in its token's life, costs the readers of this one a look at memory.
//! Invariant: nothing here writes to a word.

use parking_lot::Mutex;

use crate::shown::Word;

/// Words leaked at a time: eight cache lines, so that a plan of one profile leaks no more than that.
const CHUNK: usize = 64;

/// Lines of words and nothing else.
#[repr(align(64))]
struct Lines([Word; CHUNK]);

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
            let lines: &'static Lines = Box::leak(Box::new(Lines(std::array::from_fn(|_| Word::new()))));
            *rest = lines.0.iter();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_word_is_handed_out_once_and_words_fill_whole_lines() {
        let blanks = Blanks::default();
        let words: Vec<_> = (0..3 * CHUNK).map(|_| std::ptr::from_ref(blanks.next()).addr()).collect();
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), 3 * CHUNK);
        let lines: BTreeSet<_> = words.iter().map(|at| at / 64).collect();
        assert_eq!(lines.len(), 3 * CHUNK * size_of::<Word>() / 64, "with nothing else in them");
    }
}
