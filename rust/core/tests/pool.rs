//! Slots of one client against servers of every kind: which of them let tokens live side by side?

mod play;

use std::time::Duration;

use play::{Play, Server, Trouble};
use proptest::prelude::*;
use tollgate_core::machine::fact::Reason;
use tollgate_core::machine::pool::Pool;
use tollgate_core::time::clock::Mono;

fn at(ms: u64) -> Mono {
    Mono::from_nanos(ms * 1_000_000)
}

/// What a row of a table does to the pool, in milliseconds.
#[derive(Clone, Copy, Debug)]
enum Observed {
    /// A request for this reason, sent and answered then.
    Minted(usize, Reason, u64, u64),
    /// A request is on its way.
    Asked(usize, Reason),
    /// It failed.
    Failed(usize),
    Refused(usize, u64),
    Accepted(usize, u64),
}
use Observed::{Accepted, Asked, Failed, Minted, Refused};
use Reason::{Ahead, First, Rejected};

/// Two slots whose first tokens came at 10 and 20 ms.
const FILLED: [Observed; 2] = [Minted(0, First, 0, 10), Minted(1, First, 10, 20)];

/// Which slot serves alone in the end, and after which row.
fn played(slots: usize, rows: &[Observed]) -> Option<(usize, usize)> {
    let mut pool = Pool::of(slots);
    let mut generations = vec![0; slots];
    for (row, heard) in rows.iter().enumerate() {
        match *heard {
            Minted(slot, reason, sent, arrived) => {
                generations[slot] += 1;
                pool.asked(slot, reason);
                pool.minted(slot, generations[slot], at(sent), at(arrived));
            }
            Asked(slot, reason) => pool.asked(slot, reason),
            Failed(slot) => pool.failed(slot),
            Refused(slot, ms) => drop(pool.rejected(at(ms), slot, generations[slot])),
            Accepted(slot, ms) => drop(pool.accepted(at(ms), slot, generations[slot])),
        }
        if let Some(alone) = pool.alone() {
            return Some((alone, row));
        }
    }
    None
}

/// The same after two slots were filled.
fn decided(rows: &[Observed]) -> Option<(usize, usize)> {
    let all: Vec<_> = FILLED.iter().chain(rows).copied().collect();
    played(2, &all).map(|(alone, row)| (alone, row - FILLED.len()))
}

#[test]
fn slots_that_kill_each_other_in_turn_are_found_at_the_second_death() {
    let chain = [
        Accepted(1, 30),
        Refused(0, 40),
        Minted(0, Rejected, 40, 50),
        Accepted(0, 55),
        Refused(1, 60), // it was asked for before the first death was heard: whatever killed that could have killed it
        Minted(1, Rejected, 60, 70),
        Accepted(1, 75),
        Refused(0, 80),
    ];
    assert_eq!(decided(&chain), Some((1, 7)), "the slot of the token that lives serves alone");
}

#[test]
fn late_answers_do_not_prove_that_a_token_lives() {
    let chain = [
        Accepted(0, 30),
        Refused(0, 40),
        Minted(0, Rejected, 40, 50),
        Accepted(1, 55),
        Refused(1, 60),
        Minted(1, Rejected, 60, 70),
        Accepted(0, 75),
        Accepted(1, 76),
        Refused(0, 80),
    ];
    assert_eq!(decided(&chain), Some((1, 8)));
}

#[test]
fn nothing_is_decided_before_the_last_token_was_accepted() {
    let chain = [
        Refused(0, 40),
        Minted(0, Rejected, 40, 50),
        Refused(1, 60),
        Minted(1, Rejected, 60, 70),
        Refused(0, 80),
        Minted(0, Rejected, 80, 90),
        Accepted(0, 95),
    ];
    assert_eq!(decided(&chain), Some((0, 6)));
    assert_eq!(decided(&chain[..6]), None);
}

#[test]
fn an_older_token_that_is_still_accepted_does_not_show_that_new_ones_work() {
    let chain = [
        Minted(0, First, 0, 10),
        Minted(1, First, 10, 20),
        Minted(2, First, 20, 30),
        Refused(0, 40),
        Minted(0, Rejected, 40, 50),
        Refused(1, 60),
        Minted(1, Rejected, 60, 70),
        Refused(0, 80),
        Accepted(2, 85), // under way when the others died
        Minted(0, Rejected, 80, 90),
        Accepted(0, 95),
    ];
    assert_eq!(played(3, &chain), Some((0, 10)));
}

#[test]
fn a_restart_is_not_the_servers_policy_however_it_falls() {
    // Quiet for a minute, then all tokens are gone.
    let quiet = [Accepted(0, 60_000), Accepted(1, 60_000)];
    let after = [
        Refused(0, 60_100),
        Minted(0, Rejected, 60_100, 60_110),
        Refused(1, 60_120),
        Minted(1, Rejected, 60_120, 60_130),
        Accepted(0, 60_140),
        Accepted(1, 60_140),
    ];
    assert_eq!(decided(&[&quiet[..], &after].concat()), None);
    // It falls together with a refresh, which looks like the killer.
    let refresh = [Minted(1, Ahead, 60_000, 60_050)];
    assert_eq!(decided(&[&quiet[..], &refresh, &after].concat()), None);
    // A minute later there is another, and nothing was refreshed then: two deaths, but no two killers.
    let again = [
        Accepted(0, 120_000),
        Accepted(1, 120_000),
        Refused(0, 120_100),
        Minted(0, Rejected, 120_100, 120_110),
        Refused(1, 120_120),
        Minted(1, Rejected, 120_120, 120_130),
        Accepted(1, 120_140),
    ];
    assert_eq!(decided(&[&quiet[..], &refresh, &after, &again].concat()), None);
}

#[test]
fn a_killer_that_only_answered_an_unexplained_death_is_none() {
    let unexplained = [
        Accepted(0, 60_000),
        Accepted(1, 60_000),
        Refused(0, 60_100),
        Minted(0, Rejected, 60_100, 60_110),
        Refused(1, 60_120),
        Minted(1, Rejected, 60_120, 60_130),
        Refused(0, 60_140),
        Minted(0, Rejected, 60_140, 60_150),
        Refused(1, 60_160),
        Accepted(0, 60_170),
    ];
    assert_eq!(decided(&unexplained), None);
}

#[test]
fn an_api_that_refuses_everything_is_not_the_servers_policy() {
    let mut rows = Vec::new();
    for n in 0..20 {
        let ms = 100 * n + 100;
        let slot = usize::try_from(n % 2).unwrap_or(0);
        rows.extend([Refused(slot, ms), Minted(slot, Rejected, ms, ms + 10)]);
    }
    assert_eq!(decided(&rows), None);
}

/// The first death, and the second but for its proof.
const NEARLY: [Observed; 5] = [
    Refused(0, 40),
    Minted(0, Rejected, 40, 50),
    Refused(1, 60),
    Minted(1, Rejected, 60, 70),
    Refused(0, 80),
];

#[test]
fn proof_of_the_contrary_takes_everything_back() {
    let proof = [Accepted(1, 90)];
    assert_eq!(decided(&[&NEARLY[..], &proof].concat()), Some((1, 5)));
    // An older token that is accepted clearly after another came: they do live side by side.
    let older = [Minted(0, Rejected, 80, 85), Accepted(1, 10_100), Accepted(0, 10_200)];
    assert_eq!(decided(&[&NEARLY[..], &older].concat()), None);
    // Not so clearly: the request may have been under way when the other came.
    let late = [Minted(0, Rejected, 80, 85), Accepted(1, 10_080)];
    assert_eq!(decided(&[&NEARLY[..], &late].concat()), Some((0, 6)));
    // A token that is accepted again was not dead.
    let revived = [
        Asked(0, Rejected),
        Refused(1, 90),
        Accepted(1, 10_091),
        Minted(0, Rejected, 10_100, 10_110),
        Accepted(0, 10_120),
    ];
    assert_eq!(decided(&[&NEARLY[..], &revived].concat()), None);
    // A death without a killer: tokens die here of something else.
    let alone = [Refused(1, 90), Minted(1, Rejected, 90, 95), Accepted(1, 100)];
    assert_eq!(decided(&[&NEARLY[..], &alone].concat()), None);
}

#[test]
fn a_request_on_its_way_explains_a_death_and_a_failed_one_does_not() {
    let quiet = [Accepted(0, 60_000), Accepted(1, 60_000), Asked(1, Ahead)];
    let chain = [
        Refused(0, 60_010),
        Minted(0, Rejected, 60_010, 60_020),
        Minted(1, Ahead, 60_005, 60_021),
        Refused(0, 60_030),
        Minted(0, Rejected, 60_030, 60_040),
        Accepted(0, 60_045),
        Refused(1, 60_050),
        Minted(1, Rejected, 60_050, 60_060),
        Accepted(1, 60_065),
        Refused(0, 60_070),
    ];
    assert_eq!(decided(&[&quiet[..], &chain].concat()), Some((1, 12)));
    let failed = [&quiet[..], &[Failed(1), Refused(0, 60_010), Minted(0, Rejected, 60_010, 60_020)]].concat();
    let after = [
        Refused(1, 60_030),
        Minted(1, Rejected, 60_030, 60_040),
        Refused(0, 60_050),
        Minted(0, Rejected, 60_050, 60_055),
        Refused(1, 60_060),
        Accepted(0, 60_070),
    ];
    assert_eq!(decided(&[&failed[..], &after].concat()), None);
}

#[test]
fn what_was_decided_stays_decided() {
    let proof = [Accepted(1, 90), Accepted(1, 99_000), Refused(1, 99_001), Refused(0, 99_002)];
    let mut pool = Pool::of(2);
    let rows: Vec<_> = FILLED.iter().chain(&NEARLY).chain(&proof[..1]).copied().collect();
    assert!(played(2, &rows).is_some());
    for heard in rows.iter().chain(&proof[1..]) {
        match *heard {
            Minted(slot, reason, sent, arrived) => {
                pool.asked(slot, reason);
                pool.minted(slot, u64::from(reason != First), at(sent), at(arrived));
            }
            Refused(slot, ms) => drop((pool.rejected(at(ms), slot, 0), pool.rejected(at(ms), slot, 1))),
            Accepted(slot, ms) => drop(pool.accepted(at(ms), slot, 1)),
            Asked(..) | Failed(_) => {}
        }
    }
    assert_eq!(pool.alone(), Some(1));
}

#[test]
fn the_slot_that_serves_alone_is_excused_for_what_others_had_under_way() {
    let mut pool = Pool::of(2);
    let first = |pool: &mut Pool, slot, sent, arrived, generation| {
        pool.asked(slot, Rejected);
        pool.minted(slot, generation, at(sent), at(arrived));
    };
    first(&mut pool, 0, 0, 10, 1);
    first(&mut pool, 1, 10, 20, 1);
    pool.rejected(at(40), 0, 1);
    first(&mut pool, 0, 40, 50, 2);
    pool.rejected(at(60), 1, 1);
    first(&mut pool, 1, 60, 70, 2);
    pool.accepted(at(75), 1, 2);
    pool.asked(0, Rejected);
    assert!(!pool.excuses(1, 2), "nothing is decided yet");
    assert_eq!(pool.rejected(at(80), 0, 2), Some(1));
    assert!(pool.excuses(1, 2), "one is under way");
    assert!(!pool.excuses(0, 2), "that slot does not serve");
    pool.minted(0, 3, at(80), at(90));
    assert!(pool.excuses(1, 2), "it came");
    pool.asked(1, Rejected);
    pool.minted(1, 3, at(95), at(99));
    assert!(!pool.excuses(1, 3), "this one came after it");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever the traffic and the delays: a server that lets one token of a client live is found, and soon.
    #[test]
    fn a_server_that_revokes_is_always_found(seed: u64, slots in 2_usize..9, slow in 1_u64..200, pace in 20_u64..2000) {
        let mut play = Play::new(seed, slots, Server::Revokes, Duration::from_millis(slow), Duration::from_millis(pace));
        play.run(Duration::from_secs(300), None);
        let mints = play.mints_before_the_decision();
        prop_assert!(mints.is_some_and(|mints| mints <= 5 * slots), "{mints:?} mints");
        let (deaths, mints) = play.since_the_decision();
        prop_assert!(deaths <= slots && mints <= slots, "{deaths} deaths and {mints} mints of the slot that was kept");
    }

    /// A server that keeps them all is never taken for one that does not, though it loses everything once, at any time.
    #[test]
    fn a_server_that_forgets_everything_once_is_never_blamed(
        seed: u64,
        slots in 2_usize..9,
        slow in 1_u64..200,
        pace in 20_u64..2000,
        when in 0_u64..300_000,
    ) {
        let mut play = Play::new(seed, slots, Server::Keeps, Duration::from_millis(slow), Duration::from_millis(pace));
        play.run(Duration::from_secs(600), Some((at(when), Trouble::Forgets)));
        prop_assert_eq!(play.mints_before_the_decision(), None);
    }

    /// Nor is one whose API refuses every token from some time on.
    #[test]
    fn an_api_that_refuses_everything_is_never_blamed_on_the_server(
        seed: u64,
        slots in 2_usize..9,
        slow in 1_u64..200,
        pace in 20_u64..2000,
        when in 0_u64..60_000,
    ) {
        let mut play = Play::new(seed, slots, Server::Keeps, Duration::from_millis(slow), Duration::from_millis(pace));
        play.run(Duration::from_secs(120), Some((at(when), Trouble::Refuses)));
        prop_assert_eq!(play.mints_before_the_decision(), None);
    }
}
