use super::*;

#[test]
fn a_revoked_predecessor_is_unavoidable_until_the_new_answer_is_written_plus_five_milliseconds() {
    let mut fixture = Fixture::new();
    fixture.settings.revoke_previous = true;
    fixture.token("a");
    assert!(matches!(fixture.call("a"), ApiVerdict::Ok(..)));
    let minted = fixture.judge.mint("demo", "b", fixture.now, &fixture.settings);
    fixture.pass(300);
    assert_eq!(fixture.call("a"), ApiVerdict::Unauthorized);
    assert_eq!(fixture.unauthorized(), (0, 1), "the new token is still on its way");

    let written = fixture.now;
    fixture.judge.token_written(minted, fixture.notice(written));
    fixture.pass(50);
    fixture.call_at("a", written + at(4));
    assert_eq!(fixture.unauthorized(), (0, 2), "arrived in time, judged late");
    fixture.call_at("a", written + at(5));
    assert_eq!(fixture.unauthorized(), (1, 2));
    assert!(matches!(fixture.call("b"), ApiVerdict::Ok(..)));
}

#[test]
fn a_request_composed_before_the_new_token_is_unavoidable_however_late_it_arrives() {
    let mut fixture = Fixture::new();
    fixture.settings.revoke_previous = true;
    fixture.token("a");
    fixture.token("b");
    let written = fixture.now;
    fixture.pass(200);
    fixture.call_composed_at("a", written - at(40), written + at(159));
    assert_eq!(fixture.unauthorized(), (0, 1));
    fixture.call_composed_at("a", written + at(5), written + at(159));
    assert_eq!(fixture.unauthorized(), (1, 1));
}

#[test]
fn a_client_whose_threads_could_not_run_is_excused_for_as_long_and_no_longer() {
    let mut fixture = Fixture::new();
    fixture.settings.revoke_previous = true;
    fixture.token("a");
    fixture.token("b");
    let written = fixture.now;
    fixture.cpu_wait.late_beats += at(30);
    fixture.pass(40);
    fixture.call_at("a", written + at(34));
    assert_eq!(fixture.unauthorized(), (0, 1));
    fixture.call_at("a", written + at(35));
    assert_eq!(fixture.unauthorized(), (1, 1));
    // A machine that never has a processor to spare does not excuse a client for ever.
    fixture.cpu_wait.pressure += at(60_000);
    fixture.pass(300);
    fixture.call_at("a", written + at(5) + MOST_EXCUSED);
    assert_eq!(fixture.unauthorized(), (2, 1));
}

#[test]
fn an_api_request_composed_before_the_429_could_be_known_ignores_no_wait() {
    let mut fixture = Fixture::new();
    fixture.settings.api_rate_limit = Some(Rate { count: 1, per: at(10_000) });
    fixture.token("a");
    fixture.call("a");
    fixture.call("a");
    let throttled = fixture.now;
    fixture.pass(400);
    fixture.call_composed_at("a", throttled + at(99), throttled + at(399));
    assert_eq!(fixture.judge.counts().api.inside_retry_after, 0);
    fixture.call_composed_at("a", throttled + at(100), throttled + at(399));
    assert_eq!(fixture.judge.counts().api.inside_retry_after, 1);
}

#[test]
fn a_successor_whose_answer_was_never_written_makes_nothing_avoidable() {
    let mut fixture = Fixture::new();
    fixture.settings.revoke_previous = true;
    fixture.token("a");
    fixture.judge.mint("demo", "lost", fixture.now, &fixture.settings);
    fixture.pass(1_000);
    fixture.call("a");
    assert_eq!(fixture.unauthorized(), (0, 1));
    fixture.token("c");
    fixture.pass(5);
    fixture.call("a");
    assert_eq!(fixture.unauthorized(), (1, 1));
}

#[test]
fn without_revocation_the_predecessor_lives_on() {
    let mut fixture = Fixture::new();
    fixture.token("a");
    fixture.token("b");
    fixture.pass(10);
    assert!(matches!(fixture.call("a"), ApiVerdict::Ok(..)));
}

#[test]
fn a_new_token_of_another_client_kills_and_supersedes_nothing() {
    let mut fixture = Fixture::new();
    fixture.settings.revoke_previous = true;
    fixture.token("a");
    let other = fixture.judge.mint("other", "o", fixture.now, &fixture.settings);
    fixture.judge.token_written(other, fixture.notice(fixture.now));
    assert!(matches!(fixture.call("a"), ApiVerdict::Ok(..)));
    assert_eq!(fixture.judge.revoke("demo", fixture.now), 1);
    fixture.pass(1_000);
    fixture.call("a");
    assert_eq!(fixture.unauthorized(), (0, 1));
}

#[test]
fn an_expired_a_made_up_and_a_malformed_token_are_avoidable() {
    let mut fixture = Fixture::new();
    fixture.token("a");
    fixture.pass(20_000);
    fixture.call("a");
    fixture.call("never-issued");
    fixture.present(Some("Basic abc"), fixture.now, fixture.now);
    fixture.present(Some(""), fixture.now, fixture.now);
    assert_eq!(fixture.unauthorized(), (4, 0));
    assert_eq!(fixture.judge.counts().api.unauthorized, 4);
}

#[test]
fn a_request_that_arrived_before_the_end_is_served_when_read_after_it() {
    let mut fixture = Fixture::new();
    fixture.token("a");
    let end = fixture.now + at(20_000);
    fixture.pass(20_050);
    assert!(matches!(fixture.call_at("a", end - at(1)), ApiVerdict::Ok(..)));
}

#[test]
fn a_token_that_dies_of_use_is_unavoidable_until_the_next_is_there() {
    let mut fixture = Fixture::new();
    fixture.settings.die_after_uses = 2;
    fixture.token("a");
    for _ in 0..4 {
        fixture.call("a");
    }
    let api = fixture.judge.counts().api;
    assert_eq!((api.ok, api.unauthorized_unavoidable), (2, 2));
    fixture.token("b");
    fixture.pass(5);
    fixture.call("a");
    assert_eq!(fixture.unauthorized(), (1, 2));
}

#[test]
fn a_token_that_ends_before_its_announced_end_is_unavoidable() {
    let mut fixture = Fixture::new();
    fixture.settings.expires_in = Some(ExpiresIn::Raw("86400".into()));
    fixture.token("a");
    fixture.pass(20_000);
    fixture.call("a");
    assert_eq!(fixture.unauthorized(), (0, 1));
}

#[test]
fn revoking_returns_how_many_lived_and_an_unknown_client_has_none() {
    let mut fixture = Fixture::new();
    fixture.token("a");
    fixture.pass(20_000);
    fixture.token("b");
    fixture.token("c");
    assert_eq!(fixture.judge.revoke("demo", fixture.now), 2);
    assert_eq!(fixture.judge.revoke("demo", fixture.now), 0);
    assert_eq!(fixture.judge.revoke("nobody", fixture.now), 0);
    assert!(!fixture.judge.counts().clients.contains_key("nobody"));
}

#[test]
fn requests_without_a_header_count_as_unauthenticated_only() {
    let mut fixture = Fixture::new();
    let verdict = fixture.present(None, fixture.now, fixture.now);
    assert_eq!(verdict, ApiVerdict::Unauthenticated);
    let api = fixture.judge.counts().api;
    assert_eq!(api, ApiCounts { requests: 1, unauthenticated: 1, ..ApiCounts::default() });
}

#[test]
fn a_401_by_an_api_fault_is_neither_avoidable_nor_unavoidable() {
    let mut fixture = Fixture::new();
    for (authenticated, status) in [(true, 401), (true, 429), (true, 503), (false, 401)] {
        fixture.judge.api_fault(authenticated, status);
    }
    let expected = ApiCounts {
        requests: 4,
        faulted: 4,
        unauthorized: 1,
        throttled: 1,
        unauthenticated: 1,
        ..Default::default()
    };
    assert_eq!(fixture.judge.counts().api, expected);
}

#[test]
fn over_the_api_quota_a_valid_token_is_throttled_and_not_used() {
    let mut fixture = Fixture::new();
    fixture.settings.api_rate_limit = Some(Rate { count: 1, per: at(60_000) });
    fixture.settings.die_after_uses = 2;
    fixture.token("a");
    assert!(matches!(fixture.call("a"), ApiVerdict::Ok(_, Some(Quota { count: 1, allowed: 1, .. }))));
    fixture.pass(1_000);
    let quota = Quota { count: 2, allowed: 1, reset: at(59_000), exceeded: true };
    assert_eq!(fixture.call("a"), ApiVerdict::Throttled(quota));
    fixture.settings.lifetime = at(120_000);
    fixture.token("b");
    assert!(
        matches!(fixture.call("b"), ApiVerdict::Throttled(_)),
        "the quota is the client's, not the token's"
    );
    fixture.pass(18_000);
    fixture.settings.api_rate_limit = None;
    assert!(matches!(fixture.call("a"), ApiVerdict::Ok(..)));
}

#[test]
fn an_api_quota_of_tokens_is_each_tokens_own() {
    let mut fixture = Fixture::new();
    fixture.settings.api_rate_limit = Some(Rate { count: 1, per: at(60_000) });
    fixture.settings.api_rate_per_token = true;
    fixture.token("a");
    fixture.token("b");
    for token in ["a", "b"] {
        assert!(matches!(fixture.call(token), ApiVerdict::Ok(..)), "{token}");
        assert!(matches!(fixture.call(token), ApiVerdict::Throttled(_)), "{token}");
    }
    fixture.pass(1_000);
    fixture.call("a");
    assert_eq!(fixture.judge.counts().api.inside_retry_after, 1);
}
