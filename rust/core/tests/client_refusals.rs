//! A refusal of the client itself: all its credentials believe it at once, and one request tries again when it is over.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::acquire::{AcquireOutcome, Waiter, acquire};
use tollgate_core::failure::Code;
use tollgate_core::http::retry_after::RetryAfter;
use tollgate_core::machine::fact::Fact;
use tollgate_core::machine::{ClientPresented, CredentialId, Input, NewCredential, Output, RequestId};
use tollgate_core::oauth::token_answer::{Class, Refusal};
use virtual_time::{HOUR, MINUTE, SECOND, Step, VirtualTime, refused, token, with_primary_grant};

/// Readers of so many users of one client want a token.
fn users(number: u64) -> VirtualTime {
    let mut time = VirtualTime::seeded(3);
    let policy = Arc::new(POLICY);
    for user in 0..number {
        let id = time.add(user, "client", &policy);
        time.happen(Input::Wanted(id, Duration::ZERO));
    }
    time
}

fn reads_of_the_secret(time: &VirtualTime) -> usize {
    time.outputs.iter().filter(|output| matches!(output, Output::ReadClientSecret(_))).count()
}

fn news_of_a_failure(time: &VirtualTime) -> usize {
    let is_news = |output: &&Output| matches!(output, Output::Note(_, Fact::Failed { repeated: false, .. }));
    time.outputs.iter().filter(is_news).count()
}

/// Whether a reader that has waited ten seconds of thirty goes on waiting.
fn is_waited_for(time: &VirtualTime, id: CredentialId) -> bool {
    let waiter =
        Waiter { waited: SECOND * 10, limit: SECOND * 30, floor: Duration::ZERO, max_retry_after: None };
    matches!(acquire(None, &time.endpoint.availability(id), time.now, &waiter), AcquireOutcome::Wait)
}

/// The requests in flight, oldest first.
fn in_flight(time: &VirtualTime) -> Vec<RequestId> {
    time.in_flight.keys().copied().collect()
}

#[test]
fn ten_thousand_users_with_a_wrong_secret_make_eight_requests_until_it_is_another() {
    let mut time = users(10_000);
    let (mut reads, mut news) = (0, 0);
    time.serve_until(time.now.after(POLICY.permanent_cooldown - SECOND), SECOND / 10, |time, step| {
        if let Step::Answer(request, id) = step {
            time.answer(request, refused("invalid_client"));
            (reads, news) = (reads + reads_of_the_secret(time), news + news_of_a_failure(time));
            time.happen(Input::Wanted(id, Duration::ZERO)); // its readers go on waiting
        }
    });
    assert!(time.sent.len() <= 8, "{} requests", time.sent.len());
    assert_eq!((reads, news), (1, 1), "the secret is read once, and one failure is worth a line");
    let known = time.endpoint.availability(CredentialId(9_999)).permanent;
    assert_eq!(known.unwrap().0.error.as_deref(), Some("invalid_client"), "all are told");

    time.happen(Input::ClientRenewed(CredentialId(77)));
    time.serve_until(time.now.after(MINUTE * 5), SECOND / 100, |time, step| {
        if let Step::Answer(request, _) = step {
            time.answer(request, token(HOUR));
        }
    });
    assert_eq!(time.endpoint.in_service(), 10_000, "all are served");
    assert!(time.sent.len() <= 10_008);
}

#[test]
fn after_the_cool_down_one_request_tries_again_for_all() {
    let mut time = users(50);
    for request in in_flight(&time) {
        time.answer(request, refused("invalid_client"));
    }
    time.wait(POLICY.permanent_cooldown - SECOND);
    assert_eq!(time.in_flight.len(), 0);
    time.wait(SECOND * 10);
    let probe = in_flight(&time);
    assert_eq!(probe.len(), 1, "one tries");
    let other = if time.request_of(CredentialId(9)).is_none() { CredentialId(9) } else { CredentialId(8) };
    assert!(is_waited_for(&time, other), "its outcome is not known yet");
    time.answer(probe[0], refused("invalid_client"));
    assert_eq!((reads_of_the_secret(&time), news_of_a_failure(&time)), (1, 1), "it is refused anew");
    time.wait(SECOND);
    assert!(!is_waited_for(&time, other), "each has looked again");
    time.wait(POLICY.permanent_cooldown + SECOND * 10);
    let probe = in_flight(&time);
    assert_eq!(probe.len(), 1, "one tries again");
    time.answer(probe[0], token(HOUR));
    time.wait(SECOND * 10);
    assert_eq!(time.in_flight.len(), 8, "the client is accepted: all may ask");
}

#[test]
fn a_run_that_starts_is_reason_enough_to_try_again() {
    let mut time = users(50);
    for request in in_flight(&time) {
        time.answer(request, refused("invalid_client"));
    }
    time.happen(Input::RunStarted);
    assert_eq!(time.in_flight.len(), 8);
}

/// What fails for another reason while the client is refused waits no longer than that reason, or than the refusal.
#[test]
fn a_run_that_starts_frees_those_whose_own_request_failed_meanwhile() {
    let mut time = users(2);
    let requests = in_flight(&time);
    time.answer(requests[0], refused("invalid_client"));
    time.answer(requests[1], Err(Refusal::not_sent("no connection")));
    time.happen(Input::Wanted(CredentialId(1), Duration::ZERO));
    time.happen(Input::RunStarted);
    time.wait(MINUTE);
    if let Some(probe) = time.request_of(CredentialId(0)) {
        time.answer(probe, token(HOUR));
        time.wait(SECOND);
    }
    assert!(time.request_of(CredentialId(1)).is_some(), "long before the cool-down would have ended");
}

#[test]
fn a_refusal_of_the_older_secret_says_nothing_of_the_newest() {
    let mut time = users(20);
    let sent_with_the_older = in_flight(&time);
    time.answer(sent_with_the_older[0], refused("invalid_client"));
    assert_eq!(reads_of_the_secret(&time), 1);
    time.happen(Input::ClientRenewed(CredentialId(0)));
    for request in &sent_with_the_older[1..] {
        time.answer(*request, refused("invalid_client"));
        assert_eq!((reads_of_the_secret(&time), news_of_a_failure(&time)), (0, 0));
        assert_eq!(time.in_flight.len(), 8, "another is sent at once, with the newest");
    }
    let sent_with_the_newest = in_flight(&time);
    time.answer(sent_with_the_newest[0], refused("invalid_client"));
    assert_eq!(reads_of_the_secret(&time), 1, "a refusal of the newest is news");
    for request in &sent_with_the_newest[1..] {
        time.answer(*request, refused("invalid_client"));
    }
    assert_eq!(time.in_flight.len(), 0);
}

#[test]
fn a_success_that_was_sent_before_the_refusal_does_not_end_it() {
    let mut time = users(50);
    let requests = in_flight(&time);
    time.answer(requests[0], refused("invalid_client"));
    for request in &requests[1..4] {
        time.answer(*request, token(HOUR));
    }
    assert_eq!(time.sent.len(), 8, "the server minted those before the secret was wrong");
    for request in &requests[4..] {
        time.answer(*request, refused("invalid_client"));
        assert_eq!((reads_of_the_secret(&time), news_of_a_failure(&time)), (0, 0), "it is known");
    }
    time.wait(POLICY.permanent_cooldown - SECOND);
    assert_eq!(time.sent.len(), 8);
}

#[test]
fn a_refusal_that_nobody_is_told_of_is_not_kept() {
    let mut time = users(9);
    let requests = in_flight(&time);
    for user in 0..8 {
        time.happen(Input::Removed(CredentialId(user)));
    }
    for request in &requests {
        time.answer(*request, refused("invalid_client"));
    }
    let request = time.request_of(CredentialId(8)).expect("it has heard of no refusal");
    time.answer(request, refused("invalid_client"));
    assert_eq!((reads_of_the_secret(&time), news_of_a_failure(&time)), (1, 1), "and hears of its own");
}

/// As Keycloak says it.
#[test]
fn a_401_for_an_unauthorized_client_has_the_secret_read_again() {
    let mut time = users(2);
    let requests = in_flight(&time);
    time.answer(requests[0], refused("unauthorized_client"));
    assert_eq!(reads_of_the_secret(&time), 1, "the secret may be wrong");
    time.happen(Input::ClientRenewed(CredentialId(0)));
    let request = time.want(CredentialId(0)).expect("it has another secret");
    time.answer(request, token(HOUR));
    assert_eq!(time.endpoint.in_service(), 1);
}

#[test]
fn a_client_that_may_not_use_a_grant_may_use_another() {
    let mut time = VirtualTime::seeded(3);
    let policy = Arc::new(POLICY);
    for (number, grant) in [(1, "password"), (2, "password"), (3, "client_credentials")] {
        let presented = ClientPresented { grant, authentication: 0 };
        let new = NewCredential { presented, ..with_primary_grant("client", &policy) };
        time.happen(Input::Added(CredentialId(number), Box::new(new)));
    }
    let [one, other, without_user] = [1, 2, 3].map(CredentialId);
    let request = time.want(one).unwrap();
    let may_not = refused("unauthorized_client").map_err(|refusal| Refusal { status: Some(400), ..refusal });
    time.answer(request, may_not);
    assert_eq!(reads_of_the_secret(&time), 0, "the secret is right");
    assert_eq!(time.want(other), None, "refused for the grant");
    let request = time.want(without_user).unwrap();
    time.answer(request, token(HOUR));
    assert_eq!(time.want(other), None, "the success of another grant says nothing of it");
    time.wait(POLICY.permanent_cooldown + SECOND);
    assert!(time.request_of(other).or_else(|| time.want(one)).is_some(), "until the cool-down is over");
}

#[test]
fn a_refusal_of_a_user_concerns_that_user_only() {
    let mut time = users(2);
    let requests = in_flight(&time);
    time.answer(requests[0], refused("invalid_grant"));
    time.answer(requests[1], token(SECOND * 20));
    assert_eq!(time.want(CredentialId(0)), None);
    time.wait(SECOND * 30);
    assert!(time.want(CredentialId(1)).is_some());
    assert_eq!(time.want(CredentialId(0)), None, "it is believed although others are served");
    time.happen(Input::GrantRenewed(CredentialId(0)));
    assert!(time.request_of(CredentialId(0)).is_some() || time.want(CredentialId(0)).is_some());
}

#[test]
fn a_client_that_is_refused_with_one_secret_may_be_accepted_with_another() {
    let mut time = VirtualTime::seeded(3);
    let ids = with_secrets(&mut time, [7, 7, 8]);
    let request = time.want(ids[0]).unwrap();
    time.answer(request, refused("invalid_client"));
    assert_eq!(time.want(ids[1]), None, "it has the same secret");
    let request = time.want(ids[2]).unwrap();
    time.answer(request, token(HOUR));
    assert_eq!(time.want(ids[1]), None, "the success with another secret says nothing of it");
}

/// Credentials of one client that present it by these secrets.
fn with_secrets<const N: usize>(time: &mut VirtualTime, secrets: [u64; N]) -> [CredentialId; N] {
    let policy = Arc::new(POLICY);
    let mut number = 0;
    secrets.map(|authentication| {
        number += 1;
        let new = with_primary_grant("client", &policy);
        let presented = ClientPresented { authentication, ..new.presented };
        time.happen(Input::Added(CredentialId(number), Box::new(NewCredential { presented, ..new })));
        CredentialId(number)
    })
}

#[test]
fn a_secret_that_was_read_again_is_tried_and_no_other() {
    let mut time = VirtualTime::seeded(3);
    let [renewed, other, like_other] = with_secrets(&mut time, [7, 8, 8]);
    for id in [renewed, other] {
        let request = time.want(id).unwrap();
        time.answer(request, refused("invalid_client"));
        time.happen(Input::Wanted(id, Duration::ZERO));
    }
    time.happen(Input::ClientRenewed(renewed));
    assert!(time.request_of(renewed).is_some());
    assert_eq!(time.request_of(other).or(time.want(like_other)), None, "theirs was refused and is the same");
}

#[test]
fn a_secret_that_was_read_again_takes_back_no_refusal_of_another() {
    let mut time = VirtualTime::seeded(3);
    let ids = with_secrets(&mut time, [7, 8]);
    let request = time.want(ids[1]).unwrap();
    time.happen(Input::ClientRenewed(ids[0]));
    time.answer(request, refused("invalid_client"));
    assert_eq!((reads_of_the_secret(&time), news_of_a_failure(&time)), (1, 1));
    assert_eq!(time.request_of(ids[1]), None, "the same secret is not sent again");
}

fn no_endpoint() -> Refusal {
    Refusal { class: Class::Permanent, code: Code::Protocol, ..Refusal::not_sent("no token endpoint") }
}

/// An issuer whose metadata can't be used refuses all requests that need its token endpoint.
#[test]
fn an_issuer_without_a_token_endpoint_is_asked_by_eight_of_ten_thousand_users() {
    eight_of_ten_thousand_users_ask(&Refusal { of_issuer: true, ..no_endpoint() });
}

#[test]
fn a_url_without_a_token_endpoint_is_asked_by_eight_of_ten_thousand_users() {
    eight_of_ten_thousand_users_ask(&no_endpoint_at_url());
}

fn eight_of_ten_thousand_users_ask(refusal: &Refusal) {
    let mut time = users(10_000);
    let mut news = 0;
    time.serve_until(time.now.after(POLICY.permanent_cooldown - SECOND), SECOND / 10, |time, step| {
        if let Step::Answer(request, id) = step {
            time.answer(request, Err(refusal.clone()));
            news += news_of_a_failure(time);
            time.happen(Input::Wanted(id, Duration::ZERO));
        }
    });
    assert!(time.sent.len() <= 8, "{} requests", time.sent.len());
    assert_eq!(news, 1, "one failure is worth a line");
    let known = time.endpoint.availability(CredentialId(9_999)).permanent;
    assert_eq!(*known.unwrap().0, *refusal, "all are told");
    time.wait(SECOND * 10);
    assert_eq!(time.in_flight.len(), 1, "after the cool-down one tries again");
    time.happen(Input::RunStarted);
    assert_eq!(time.in_flight.len(), 8, "a run that starts is reason enough to ask again");
}

fn no_endpoint_at_url() -> Refusal {
    Refusal { status: Some(404), of_token_url: true, ..no_endpoint() }
}

/// One node of many may lack it, or the server answers 404 to one user.
#[test]
fn a_url_that_gave_a_token_is_that_of_a_token_endpoint() {
    let mut time = users(50);
    let requests = in_flight(&time);
    time.answer(requests[0], token(HOUR));
    for request in &requests[1..] {
        time.answer(*request, Err(no_endpoint_at_url()));
        assert_eq!(time.in_flight.len(), 8, "the others go on");
    }
}

#[test]
fn a_token_under_way_shows_that_the_url_is_right() {
    let mut time = users(50);
    let requests = in_flight(&time);
    time.answer(requests[0], Err(no_endpoint_at_url()));
    assert_eq!(time.in_flight.len(), 7, "until a token comes, no more is sent");
    time.answer(requests[1], token(HOUR));
    assert_eq!(time.in_flight.len(), 8, "the others ask");
    time.wait(POLICY.permanent_cooldown - SECOND);
    assert_eq!(time.request_of(CredentialId(0)), None, "but for the one that was refused");
}

/// Only the wait that the server named concerns the others: it is one of the client.
#[test]
fn a_refusal_of_a_user_with_a_wait_is_not_told_to_others_as_theirs() {
    let mut time = users(2);
    let requests = in_flight(&time);
    let named = RetryAfter { wait: MINUTE, dated: false };
    let with_wait = |refusal| Refusal { retry_after: Some(named), ..refusal };
    time.answer(requests[1], token(SECOND * 10));
    time.answer(requests[0], refused("invalid_grant").map_err(with_wait));
    time.wait(SECOND * 20);
    let other = CredentialId(1);
    assert_eq!(time.want(other), None, "the wait holds its request back");
    let known = time.endpoint.availability(other);
    assert!(known.permanent.is_none() && known.held.is_some(), "{known:?}");
    assert!(time.endpoint.availability(CredentialId(0)).permanent.is_some());
}
