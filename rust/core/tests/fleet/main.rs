//! The protocol of the fleet's store, with every order of its messages.

mod model;
mod store;

use model::Fleet;

#[test]
fn two_nodes_with_a_fault() {
    Fleet { nodes: 2, faults: 1, ends: 1 }.hold();
}
