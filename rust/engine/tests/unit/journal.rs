//! The ring: bounded, numbered without gaps, and one entry for what is one thing.

use std::sync::Arc;

use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, Source};
use tollgate_core::time::clock::{Mono, Wall};

use super::*;
use crate::persistence::file_threads::FileThreads;
use crate::persistence::values::ThisMachine;

fn at(second: u64) -> Now {
    Now { mono: Mono::from_nanos(second * 1_000_000_000), wall: Wall(i64::try_from(second).unwrap() * 1000) }
}

/// The value of a key in a line.
fn value<'a>(line: &'a str, key: &str) -> &'a str {
    line.split('\t').find_map(|field| field.strip_prefix(&format!("{key}="))).unwrap_or("")
}

fn numbers(lines: &[String]) -> Vec<u64> {
    lines[1..].iter().map(|line| value(line, "number").parse().unwrap()).collect()
}

#[test]
fn the_oldest_go_and_each_reader_is_told_how_many_it_lost() {
    let journal = Journal::default();
    for n in 0..MOST as u64 + 10 {
        journal.add(at(n), None, What::Expired { generation: n });
    }
    let all = journal.read(0, usize::MAX, at(9));
    assert_eq!(all.len(), 1 + MOST);
    assert_eq!((value(&all[0], "lost"), numbers(&all)[0]), ("10", 11));
    assert_eq!(value(&journal.read(7, 1, at(9))[0], "lost"), "3");
    assert_eq!(value(&journal.read(10, 1, at(9))[0], "lost"), "0", "it had read all that went");
    assert_eq!(value(&all[0], "last"), (MOST + 10).to_string());
}

#[test]
fn readers_have_places_of_their_own_and_take_nothing_away() {
    let journal = Journal::default();
    assert_eq!(journal.read(0, 10, at(0)).len(), 1, "an empty one has no entries");
    for n in 1..=5 {
        journal.add(at(n), None, What::RunStarted);
    }
    assert_eq!(numbers(&journal.read(0, 2, at(9))), [1, 2]);
    assert_eq!(numbers(&journal.read(2, 2, at(9))), [3, 4]);
    assert_eq!(numbers(&journal.read(0, 9, at(9))), [1, 2, 3, 4, 5]);
    assert_eq!(numbers(&journal.read(5, 9, at(9))), [0; 0]);
    assert_eq!(numbers(&journal.read(u64::MAX, 9, at(9))), [0; 0], "a place nobody gave out");
}

#[test]
fn an_entry_grows_for_a_while_and_no_longer() {
    let journal = Journal::default();
    let number = journal.add(at(100), None, What::Unattributed(Spell::begun(at(100))));
    let more = |second| {
        journal.grow(number, at(second), |what| {
            let What::Unattributed(spell) = what else { return false };
            spell.again(at(second));
            true
        })
    };
    assert!(more(101) && more(159) && !more(160));
    let line = &journal.read(0, 9, at(200))[1];
    assert_eq!((value(line, "count"), value(line, "until")), ("3", "159000"));
    assert!(!journal.grow(0, at(100), |_| true) && !journal.grow(99, at(100), |_| true), "no such entry");
}

#[test]
fn no_text_breaks_a_line() {
    let setting =
        |key: &str, value: &str| Setting { key: key.into(), value: value.into(), source: Source::Define };
    let settings = [
        setting("token_url", "https://login.example/oauth/token"),
        setting("client_id", "x"),
        setting("client_secret", "y"),
    ];
    let profile = Profile::validate("p", &settings, &ThisMachine(&FileThreads::new())).unwrap();
    let profile = Arc::new(profile.for_user("a\tb\\n\nkind=minted", "z".into()));
    let alive = Arc::downgrade(&profile);
    let journal = Journal::default();
    journal.add(at(1), Some((1, &profile)), What::SignedInAgain);
    drop(profile);
    let line = &journal.read(0, 9, at(1))[1];
    assert_eq!(value(line, "kind"), "signed_in_again");
    assert_eq!(value(line, "title"), r"profile 'p', user 'a\tb\\n\nkind=minted'");
    assert!(!line.contains('\n'));
    assert!(alive.upgrade().is_none(), "an entry keeps a profile, and its secrets");
}

#[test]
fn each_entry_names_its_own_profile_and_endpoint_whoever_came_before() {
    let profile = |name: &str, url: &str| {
        let setting =
            |key: &str, value: &str| Setting { key: key.into(), value: value.into(), source: Source::Define };
        let settings = [setting("token_url", url), setting("client_id", "x"), setting("client_secret", "y")];
        Profile::validate(name, &settings, &ThisMachine(&FileThreads::new())).unwrap()
    };
    let urls = [
        ("p", "https://login.example/token?key=secret", "https://login.example/token"),
        ("p", "https://login.example/token?key=other", "https://login.example/token"),
        ("p", "https://login.example/other", "https://login.example/other"),
        ("p", "https://login.example:8443/other", "https://login.example:8443/other"),
        ("p", "https://other.example/other", "https://other.example/other"),
        ("q", "https://other.example/other", "https://other.example/other"),
    ];
    let journal = Journal::default();
    for (name, url, _) in urls {
        journal.add(at(1), Some((1, &profile(name, url))), What::SignedInAgain);
    }
    let lines = journal.read(0, 9, at(1));
    for (line, (name, _, endpoint)) in lines[1..].iter().zip(urls) {
        assert_eq!((value(line, "profile"), value(line, "endpoint")), (name, endpoint));
    }
}

#[test]
fn the_first_line_says_how_long_stores_took() {
    let journal = Journal::default();
    let head = |journal: &Journal| journal.read(0, 0, at(0)).remove(0);
    assert_eq!(value(&head(&journal), "store_counts"), "", "no store was asked");
    for micros in [1, 500, 501, 1_000_000, 1_000_001] {
        journal.store_latency.add(Duration::from_micros(micros));
    }
    assert_eq!(value(&head(&journal), "store_counts"), "2,1,0,0,0,0,0,0,0,0,1,1");
    assert_eq!(value(&head(&journal), "store_ns"), "2001003000");
    assert!(value(&head(&journal), "store_bounds_us").starts_with("500,1000,"));
}
