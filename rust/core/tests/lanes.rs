//! Which lane serves which thread.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tollgate_core::config::lanes::{Lane, Lanes};

/// The key of a thread of a group.
fn thread(group: u32, number: u32) -> u64 {
    (u64::from(group) << 32) | u64::from(number)
}

fn all_serve(_: Lane) -> bool {
    true
}

#[test]
fn threads_of_a_group_are_spread_over_clients_first_and_then_over_slots() {
    let lanes = Lanes { clients: 3, slots: 4 };
    let homes: Vec<_> = (0..12).map(|n| lanes.choose(thread(0, n), all_serve)).collect();
    assert_eq!(homes.iter().collect::<BTreeSet<_>>().len(), 12);
    assert_eq!(homes[..3].iter().map(|lane| lane.client).collect::<BTreeSet<_>>().len(), 3);
    assert_eq!(lanes.all().map(|lane| lanes.position(lane)).collect::<Vec<_>>(), (0..12).collect::<Vec<_>>());
}

#[test]
fn groups_begin_at_different_lanes() {
    let lanes = Lanes { clients: 1, slots: 16 };
    let starts: BTreeSet<_> = (0..40).map(|group| lanes.choose(thread(group * 7919, 0), all_serve)).collect();
    assert!(starts.len() > 8, "{starts:?}");
}

#[test]
fn slots_of_one_client_are_not_steered_between() {
    let lanes = Lanes { clients: 1, slots: 4 };
    for n in 0..8 {
        assert_eq!(lanes.choose(thread(1, n), |_| false), lanes.choose(thread(1, n), all_serve));
    }
}

#[test]
fn a_thread_whose_client_can_not_serve_goes_to_one_that_can_and_comes_back() {
    let lanes = Lanes { clients: 3, slots: 1 };
    for n in 0..30 {
        let home = lanes.choose(thread(1, n), all_serve);
        let away = lanes.choose(thread(1, n), |lane| lane != home);
        assert_ne!(away, home);
        let other = lanes.choose(thread(1, n), |lane| lane != home && lane != away);
        assert!(other != home && other != away, "the third client");
        assert_eq!(lanes.choose(thread(1, n), |_| false), home, "nobody can serve: it waits at home");
    }
}

proptest! {
    /// Steered threads are spread over those that can serve, and no slot is used by all of them.
    #[test]
    fn those_who_are_steered_are_spread_evenly(
        group: u32,
        clients in 2_usize..9,
        slots in 1_usize..9,
        closed in proptest::collection::vec(any::<bool>(), 8),
        rounds in 1_u32..6,
    ) {
        let lanes = Lanes { clients, slots };
        let open = closed[..clients].iter().filter(|closed| !**closed).count();
        prop_assume!(open > 0);
        let serves = |lane: Lane| !closed[lane.client];
        let threads = u32::try_from(clients * slots * open).unwrap_or(1) * rounds;
        let mut load = BTreeMap::<Lane, usize>::new();
        for n in 0..threads {
            let lane = lanes.choose(thread(group, n), serves);
            prop_assert_eq!(lanes.choose(thread(group, n), serves), lane, "sticky");
            prop_assert!(serves(lane), "{:?} can't serve", lane);
            *load.entry(lane).or_default() += 1;
        }
        prop_assert_eq!(load.len(), open * slots, "every lane that can serve does");
        let (least, most) = (load.values().min(), load.values().max());
        let spread = most.zip(least).map_or(0, |(most, least)| most - least);
        // A window of threads may begin in the middle of a round of each closed client.
        prop_assert!(spread <= 2 * (clients - open), "{load:?}");
    }
}

#[test]
fn there_is_something_to_choose_where_there_are_several_clients_or_slots() {
    for (clients, slots, several) in [(1, 1, false), (1, 4, true), (3, 1, true), (3, 4, true)] {
        assert_eq!(Lanes { clients, slots }.several(), several, "{clients} clients, {slots} slots");
    }
}
