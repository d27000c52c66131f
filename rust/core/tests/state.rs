//! What the machine says of itself when it is asked: status lines, summaries and decisions of the engine rest on it.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::{Policy, Refresh};
use tollgate_core::machine::{Credential, CredentialId, Input};
use tollgate_core::oauth::token_answer::Minted;
use tollgate_core::time::budget::Budget;
use tollgate_core::time::clock::Mono;
use virtual_time::{SECOND, VirtualTime, refused, token};

const BUDGET: Budget = Budget { most: 3, window: Some(Duration::from_secs(60)) };
const LIMITS: Limits = Limits { budget: Some(BUDGET), ..POLICY.limits };
const LIFE: Duration = Duration::from_secs(600);
const ID: CredentialId = CredentialId(1);

/// One credential with a budget of three requests a minute.
fn one() -> VirtualTime {
    let mut time = VirtualTime::seeded(1);
    time.now = Mono::ZERO;
    time.add(ID.0, "client", &Arc::new(Policy { limits: LIMITS, ..POLICY }));
    time
}

fn credential(time: &VirtualTime) -> &Credential {
    time.endpoint.credential(ID).unwrap()
}

#[test]
fn generations_count_the_tokens() {
    let mut time = one();
    assert_eq!(time.generation(ID), 0);
    time.mint(ID, LIFE);
    assert_eq!(time.generation(ID), 1);
    time.happen(Input::Rejected(ID, 1, time.now));
    assert_eq!(time.generation(ID), 1, "it names the last one minted, in service or not");
    time.mint(ID, LIFE);
    assert_eq!(time.generation(ID), 2);
}

#[test]
fn a_401_says_from_when_on_the_next_is_believed_at_once() {
    let mut time = one();
    time.mint(ID, LIFE);
    assert_eq!(credential(&time).verdict(), (None, Mono::ZERO));
    time.happen(Input::Accepted(ID, 1, time.now));
    assert_eq!(credential(&time).verdict().0, Some(1), "more of them change nothing");
    time.happen(Input::Rejected(ID, 1, time.now));
    assert!(!time.has_token(ID), "the first after a quiet time");
    let request = time.request_of(ID).unwrap();
    time.answer(request, token(LIFE));
    time.happen(Input::Rejected(ID, 2, time.now));
    assert!(time.has_token(ID), "the second at once may be chance");
    assert_eq!(time.request_of(ID), None);
}

#[test]
fn credentials_with_a_token_in_service_are_counted() {
    let mut time = one();
    assert_eq!(time.endpoint.in_service(), 0);
    time.mint(ID, LIFE);
    assert_eq!(time.endpoint.in_service(), 1);
    time.happen(Input::Removed(ID));
    assert_eq!(time.endpoint.in_service(), 0);
    assert!(time.endpoint.credential(ID).is_none());
}

#[test]
fn the_refresh_token_at_hand_is_known() {
    let mut time = one();
    assert!(!credential(&time).holds_refresh_token() && credential(&time).is_new_refresh_token(&"r1".into()));
    let request = time.want(ID).unwrap();
    let with_refresh_token = |minted| Minted { refresh_token: Some("r1".into()), ..minted };
    time.answer(request, token(LIFE).map(with_refresh_token));
    assert!(credential(&time).holds_refresh_token());
    assert!(
        !credential(&time).is_new_refresh_token(&"r1".into())
            && credential(&time).is_new_refresh_token(&"r2".into())
    );
}

#[test]
fn what_was_learned_of_the_server_is_told() {
    let mut time = one();
    time.mint(ID, LIFE);
    let learned = |time: &VirtualTime| (credential(time).has_learned(), credential(time).refresh().name());
    assert_eq!(learned(&time), (false, "ahead"));
    time.wait_until(time.endpoint.next_timeout().unwrap());
    let request = time.request_of(ID).unwrap();
    time.answer(request, token(LIFE));
    time.happen(Input::Accepted(ID, 2, time.now));
    time.happen(Input::Rejected(ID, 1, time.now));
    assert_eq!(learned(&time), (true, "late"));
}

#[test]
fn what_is_left_of_a_budget_is_told_with_the_time_of_the_next() {
    let mut time = one();
    let left = |time: &VirtualTime| time.endpoint.budget_left(time.now, ID);
    assert_eq!(left(&time), Some((3, None)));
    for (at, more) in [(0, 2), (10, 1), (20, 0)] {
        time.wait_until(Mono::ZERO.after(at * SECOND));
        let request = time.want(ID).unwrap();
        time.answer(request, token(SECOND));
        assert_eq!(left(&time).map(|(left, _)| left), Some(more));
    }
    let first_leaves = Mono::ZERO.after(60 * SECOND);
    assert_eq!(left(&time), Some((0, Some(first_leaves))), "the first leaves the window first");
    time.wait_until(first_leaves);
    assert_eq!(left(&time), Some((1, None)), "the window is over for it at that very moment");
    assert_eq!(time.endpoint.budget_left(time.now, CredentialId(9)), None, "it is not there");
    time.add(2, "another client", &Arc::new(POLICY));
    assert_eq!(time.endpoint.budget_left(time.now, CredentialId(2)), None, "it has no budget");
}

#[test]
fn it_is_told_when_the_gates_of_a_credential_open() {
    let mut time = one();
    assert!(time.endpoint.opens(time.now, ID) <= time.now, "nothing is in the way");
    let request = time.want(ID).unwrap();
    time.answer(request, refused("invalid_client"));
    assert_eq!(time.endpoint.opens(time.now, ID), time.now.after(POLICY.permanent_cooldown));
}

#[test]
fn modes_have_the_words_of_the_setting() {
    let words = [Refresh::Ahead { learns: false }, Refresh::Late, Refresh::Drain].map(Refresh::name);
    assert_eq!(words, ["ahead", "late", "drain"]);
}
