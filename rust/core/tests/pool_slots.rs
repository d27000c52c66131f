//! What a slot of a pool does that a credential alone never has to: leave, come back, and wait its turn.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::Policy;
use tollgate_core::machine::fact::Fact;
use tollgate_core::machine::{CredentialId, Input, NewCredential, Output, PoolId, RequestId, Seat};
use tollgate_core::time::budget::Budget;
use virtual_time::{
    Always, HOUR, MINUTE, SECOND, VirtualTime, refused, throttled, token, with_primary_grant,
};

const LIMITS: Limits = Limits { concurrent: 64, per_client: Some(5), ..POLICY.limits };
const POOL: PoolId = PoolId(1);
const SLOTS: [CredentialId; 2] = [CredentialId(0), CredentialId(1)];

/// Two slots of one client.
fn pool(limits: Limits) -> VirtualTime {
    let mut time = VirtualTime::new(Box::new(Always(0.5)));
    let policy = Arc::new(Policy { limits, ..POLICY });
    for slot in SLOTS {
        time.happen(Input::Added(slot, Box::new(seated(slot, &policy))));
    }
    time
}

fn seated(slot: CredentialId, policy: &Arc<Policy>) -> NewCredential {
    let seat = Seat { pool: POOL, slot: usize::try_from(slot.0).unwrap(), slots: SLOTS.len() };
    NewCredential { seat: Some(seat), ..with_primary_grant("client", policy) }
}

fn soon(time: &mut VirtualTime) {
    time.wait(Duration::from_millis(10));
}

/// A reader of a slot wants a token, or the API refused the one it had: another comes.
fn mint(time: &mut VirtualTime, slot: CredentialId) {
    let request = time.request_of(slot).or_else(|| time.want(slot)).unwrap();
    soon(time);
    time.answer(request, token(HOUR));
    time.happen(Input::Read(slot, time.generation(slot)));
}

fn reject(time: &mut VirtualTime, slot: CredentialId) {
    soon(time);
    time.happen(Input::Rejected(slot, time.generation(slot), time.now));
}

/// Each mint kills the token of the other slot: that is found out, and the second slot serves alone. The request of the
/// first is still in flight.
fn find_out(time: &mut VirtualTime) -> RequestId {
    let [first, second] = SLOTS;
    mint(time, first);
    mint(time, second);
    for killed in [first, second] {
        reject(time, killed);
        mint(time, killed);
    }
    reject(time, first);
    time.happen(Input::Wanted(first, HOUR * 2)); // by a reader who needs a longer life
    let request = time.request_of(first).unwrap();
    soon(time);
    time.happen(Input::Accepted(second, time.generation(second), time.now));
    assert!(output_names_the_slot_that_serves_alone(time, Some(1)), "{:?}", time.outputs);
    request
}

fn output_names_the_slot_that_serves_alone(time: &VirtualTime, slot: Option<usize>) -> bool {
    time.outputs.iter().any(|output| matches!(output, Output::ServeAlone(POOL, alone) if *alone == slot))
}

fn publishes(time: &VirtualTime) -> bool {
    time.outputs.iter().any(|output| matches!(output, Output::Publish(_)))
}

#[test]
fn a_retired_slot_hands_nothing_out_and_asks_for_nothing_until_it_is_recalled() {
    let mut time = pool(LIMITS);
    let request = find_out(&mut time);
    let [retired, alone] = SLOTS;
    let is = |what: fn(&Output) -> bool| time.outputs.iter().any(what);
    assert!(is(|one| matches!(one, Output::Withdraw(CredentialId(0)))), "{:?}", time.outputs);
    assert!(is(|one| matches!(one, Output::Wake(CredentialId(0)))), "{:?}", time.outputs);
    assert!(time.endpoint.credential(retired).unwrap().is_retired() && !time.has_token(retired));
    assert!(time.has_token(alone) && !time.endpoint.credential(alone).unwrap().is_retired());
    time.answer(request, token(HOUR));
    assert_eq!(time.want(retired), None);
    time.happen(Input::Rejected(retired, time.generation(retired), time.now));
    time.happen(Input::RunStarted);
    time.wait(HOUR / 2);
    assert_eq!(time.request_of(retired), None, "neither a 401 nor a run nor a timer is a reason");
    time.happen(Input::PoolRenewed(POOL));
    assert!(output_names_the_slot_that_serves_alone(&time, None));
    assert_eq!(time.request_of(retired), None, "no reader wants one yet");
    assert!(time.want(retired).is_some());
}

#[test]
fn a_token_that_comes_for_a_retired_slot_is_counted_and_not_used() {
    let mut time = pool(LIMITS);
    let request = find_out(&mut time);
    let [retired, _] = SLOTS;
    time.answer(request, token(HOUR));
    assert!(time.noted(|fact| matches!(fact, Fact::Minted { generation: 3, .. })), "{:?}", time.outputs);
    assert!(!publishes(&time) && !time.has_token(retired), "{:?}", time.outputs);
    time.happen(Input::PoolRenewed(POOL));
    let request = time.want(retired).unwrap();
    time.answer(request, token(HOUR));
    assert!(publishes(&time));
    assert_eq!(time.generation(retired), 4);
}

#[test]
fn a_slot_that_comes_after_another_was_left_alone_is_retired() {
    let mut time = pool(LIMITS);
    find_out(&mut time);
    let [retired, _] = SLOTS;
    time.happen(Input::Removed(retired));
    let policy = Arc::new(Policy { limits: LIMITS, ..POLICY });
    let again = CredentialId(2);
    let seat = Seat { pool: POOL, slot: 0, slots: SLOTS.len() };
    let new = NewCredential { seat: Some(seat), ..with_primary_grant("client", &policy) };
    time.happen(Input::Added(again, Box::new(new)));
    assert!(time.endpoint.credential(again).unwrap().is_retired());
    assert_eq!(time.want(again), None, "its token would revoke the one that serves all");
    time.happen(Input::PoolRenewed(POOL));
    assert!(time.want(again).is_some());
}

#[test]
fn a_slot_can_serve_with_a_token_or_if_it_may_ask_for_one_soon() {
    let mut time = pool(LIMITS);
    let [slot, other] = SLOTS;
    let can_serve = |time: &VirtualTime| time.endpoint.can_serve(time.now, slot);
    assert!(can_serve(&time), "none yet, and nothing in the way");
    assert!(!time.endpoint.can_serve(time.now, CredentialId(9)), "it is not there");
    mint(&mut time, slot);
    let request = time.want(other).unwrap();
    time.answer(request, throttled(MINUTE));
    assert!(can_serve(&time), "a token serves while the gate of the client is closed");
    assert!(!time.endpoint.can_serve(time.now, other), "the gate of its client is closed");
    time.wait(MINUTE * 2);
    assert!(time.endpoint.can_serve(time.now, other));
    let request = time.want(other).unwrap();
    assert!(time.endpoint.can_serve(time.now, other), "one is in flight");
    time.answer(request, refused("invalid_scope"));
    assert!(!time.endpoint.can_serve(time.now, other), "refused for good");
    time.happen(Input::ClientRenewed(other));
    assert!(time.endpoint.can_serve(time.now, other));
}

#[test]
fn a_budget_that_is_used_up_is_nothing_to_wait_for_and_a_place_is() {
    let [slot, other] = SLOTS;
    let budget = Budget { most: 1, window: None };
    let mut time = pool(Limits { budget: Some(budget), ..LIMITS });
    let request = time.want(slot).unwrap();
    time.answer(request, token(SECOND * 10));
    time.wait(SECOND * 11);
    assert_eq!(time.want(slot), None);
    assert!(!time.endpoint.can_serve(time.now, slot));
    let mut time = pool(Limits { concurrent: 1, ..LIMITS });
    assert!(time.want(slot).is_some());
    assert_eq!(time.want(other), None);
    assert!(time.endpoint.can_serve(time.now, other));
}

#[test]
fn a_pool_is_filled_five_at_a_time_beside_the_requests_of_other_clients() {
    let mut time = VirtualTime::new(Box::new(Always(0.5)));
    let policy = Arc::new(Policy { limits: LIMITS, ..POLICY });
    let slots: Vec<_> = (0..7).map(|slot| time.add(slot, "client", &policy)).collect();
    let requests: Vec<_> = slots[..5].iter().map(|slot| time.want(*slot).unwrap()).collect();
    assert_eq!(time.want(slots[5]), None, "a sixth is not granted");
    let held = time.endpoint.availability(slots[5]).held.unwrap();
    assert!(held.until.since(time.now) < SECOND * 2);
    let words = &held.why.message;
    assert!(words.contains("5 token requests of this client are in flight"), "{words}");
    let other = time.add(9, "another client", &policy);
    assert!(time.want(other).is_some());
    time.answer(requests[0], token(HOUR));
    assert!(time.request_of(slots[5]).is_some(), "one was answered: the next is called");
    assert_eq!(time.in_flight.len(), 6);
}
