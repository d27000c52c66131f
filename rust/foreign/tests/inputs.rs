//! Runs the inputs under `rust/fuzz`: those written by hand (`seeds`), those that fuzzing found (`corpus`), and random
//! mutations of both, which are shrunk on failure.

#![allow(clippy::unwrap_used)] // in a test an unwrap is an assertion

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use tollgate_foreign::CHECKS;

/// Mutated inputs of each check: seconds in a debug build.
const CHANGED: u32 = 10_000;

/// Mutated keys: fewer, since each is read into three profiles and its numbers are checked.
const CHANGED_KEYS: u32 = 500;

/// Bytes with a meaning in one of the formats.
const WORDS: [&[u8]; 24] = [
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"\\u0000",
    b"\\",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"\xff",
    b"\xef\xbb\xbf",
    b"-1",
    b"1e400",
    b"0",
    b"18446744073709551616",
    b"null",
    b"%",
    b"&",
    b"=",
    b";",
    b"$",
];

/// One change of an input.
#[derive(Clone, Debug)]
enum Change {
    /// Inserts bytes.
    Insert(Index, Vec<u8>),
    /// Removes bytes.
    Remove(Index, usize),
    /// Continues as another input.
    Splice(Index, Index, Index),
    /// Repeats a part.
    Repeat(Index, usize),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let word = prop_oneof![select(&WORDS[..]).prop_map(<[u8]>::to_vec), vec(any::<u8>(), 1..5)];
    let change = prop_oneof![
        (any::<Index>(), word).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (any::<Index>(), 1..20_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        any::<(Index, Index, Index)>().prop_map(|(at, other, from)| Change::Splice(at, other, from)),
        (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
    ];
    vec(change, 1..6)
}

fn changed(mut input: Vec<u8>, changes: &[Change], all: &[Vec<u8>]) -> Vec<u8> {
    for change in changes {
        let place = |at: &Index, of: &[u8]| at.index(of.len() + 1);
        match change {
            Change::Insert(at, bytes) => {
                let at = place(at, &input);
                input.splice(at..at, bytes.iter().copied());
            }
            Change::Remove(at, length) => {
                let at = place(at, &input);
                input.drain(at..input.len().min(at + length));
            }
            Change::Splice(at, other, from) => {
                input.truncate(place(at, &input));
                let other = &all[other.index(all.len())];
                input.extend(&other[place(from, other)..]);
            }
            Change::Repeat(at, length) => {
                let at = place(at, &input);
                input.extend_from_within(at..input.len().min(at + length));
            }
        }
    }
    input
}

fn inputs(name: &str) -> Vec<Vec<u8>> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let files = ["seeds", "corpus"].map(|kind| fs::read_dir(fuzz.join(kind).join(name)));
    let mut paths: Vec<_> = files.into_iter().flatten().flatten().map(|file| file.unwrap().path()).collect();
    paths.sort(); // or an input that failed could not be named again
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn what_was_found_and_what_is_like_it_breaks_nothing() {
    for (name, check) in CHECKS {
        let all = inputs(name);
        assert!(all.len() > 1, "{name}: there are no inputs");
        all.iter().for_each(|input| check(input));
        let cases = if name == "keys" { CHANGED_KEYS } else { CHANGED };
        let mut runner = TestRunner::new(Config { cases, ..Config::default() });
        let result = runner.run(&(any::<Index>(), changes()), |(of, changes)| {
            let input = changed(all[of.index(all.len())].clone(), &changes, &all);
            let shown = String::from_utf8_lossy(&input).into_owned();
            let outcome = std::panic::catch_unwind(|| check(&input));
            outcome.map_err(|_| TestCaseError::fail(format!("{name}: {shown:?}")))
        });
        assert!(result.is_ok(), "{}", result.unwrap_err());
    }
}
