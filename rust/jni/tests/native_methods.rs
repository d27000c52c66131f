//! The native methods that Rust declares are those that Java declares, and all but the hot path catch panics.

use std::collections::BTreeSet;

use tollgate_engine::{Engine, Moment};

const RUST: &str = include_str!("../src/native_methods.rs");
const CALLED: [&str; 5] = [
    include_str!("../src/native_methods/api_answers.rs"),
    include_str!("../src/native_methods/profiles.rs"),
    include_str!("../src/native_methods/runs.rs"),
    include_str!("../src/native_methods/tokens.rs"),
    include_str!("../src/native_methods/trials.rs"),
];
const JAVA: &str = include_str!("../../../java/src/main/java/io/tollgate/engine/NativeEngine.java");

/// The hot path: a look at a clock, one look-up in a table and one atomic load, which can't panic.
const UNGUARDED: [&str; 2] = ["look", "is_accepted"];

/// The names that follow `keyword` in `source`, up to a bracket or a brace.
fn names_after<'a>(source: &'a str, keyword: &str) -> BTreeSet<&'a str> {
    let ends = ['(', '{', ' '];
    source.split(keyword).skip(1).map(|rest| rest.split(ends).next().unwrap_or_default()).collect()
}

/// A Rust name as Java spells it.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

#[test]
fn both_sides_declare_the_same_methods() {
    let java: BTreeSet<_> = JAVA
        .lines()
        .filter(|line| line.contains(" native ") && line.contains('('))
        .filter_map(|line| line.split('(').next()?.split(' ').next_back())
        .map(str::to_owned)
        .collect();
    let (_, table) = RUST.split_once("native_methods {").unwrap_or_default();
    let (table, _) = table.split_once("\n    },").unwrap_or_default();
    let table = table.replace("fn = ", "");
    let declared = names_after(&table, " fn ").into_iter();
    let rust: BTreeSet<_> = declared.map(camel_case).collect();
    assert!(!java.is_empty());
    assert_eq!(rust, java);
}

#[test]
fn all_but_the_hot_path_catch_panics() {
    assert_eq!(names_after(RUST, " raw fn "), BTreeSet::from(UNGUARDED));
    for unguarded in ["catch_unwind", "native_method!", "no_mangle", "extern \"system\""] {
        assert!(CALLED.iter().chain([&RUST]).all(|source| !source.contains(unguarded)), "{unguarded}");
    }
}

#[test]
fn the_hot_path_takes_any_number() {
    let engine = Engine::start().expect("threads");
    for id in [0, 1, u64::from(u32::MAX), i64::MAX.unsigned_abs(), u64::MAX] {
        for until in [Moment::from_nanos(0), Moment::now(), Moment::NEVER] {
            assert_eq!(engine.look(id.into(), until), 0);
            assert!(!engine.is_accepted(id.into(), id));
        }
    }
}
