//! The same with more nodes and faults: minutes each, so `make test-long` names it and `cargo test` leaves it out.

mod model;
mod store;

use model::Fleet;

#[test]
fn two_nodes_with_two_faults() {
    Fleet { nodes: 2, faults: 2, ends: 1 }.hold();
}

#[test]
fn three_nodes_with_a_fault() {
    Fleet { nodes: 3, faults: 1, ends: 1 }.hold();
}
