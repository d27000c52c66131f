use super::*;

#[test]
fn duplicates_are_requests_closer_than_100_ms_to_the_one_before() {
    let mut fixture = Fixture::new();
    for pause in [0, 99, 100, 99] {
        fixture.pass(pause);
        fixture.ask();
    }
    assert_eq!(fixture.demo().duplicates_within_100ms, 2);
    let now = RequestTimes::at_once(fixture.now);
    fixture.judge.token_request("other", &now, fixture.cpu_wait, &fixture.settings);
    assert_eq!(fixture.judge.counts().totals.duplicates_within_100ms, 2, "another client's request is none");
}

#[test]
fn a_request_read_out_of_order_is_a_duplicate_of_its_neighbour() {
    let mut fixture = Fixture::new();
    fixture.ask();
    fixture.ask_at(fixture.now - at(50));
    assert_eq!(fixture.demo().duplicates_within_100ms, 1);
}

#[test]
fn over_the_rate_the_wait_is_the_time_until_a_place_is_free() {
    let mut fixture = Fixture::new();
    fixture.settings.rate_limit = Some(Rate { count: 1, per: at(10_000) });
    assert_eq!(fixture.ask().verdict, TokenVerdict::Proceed);
    fixture.pass(4_000);
    assert_eq!(fixture.ask().verdict, TokenVerdict::Throttled(at(6_000)));
    fixture.pass(6_000);
    assert_eq!(fixture.ask().verdict, TokenVerdict::Proceed);
    assert_eq!(fixture.demo().throttled, 1);
    assert_eq!(fixture.demo().inside_retry_after, 0, "no answer told it to wait");
}

#[test]
fn a_call_inside_its_retry_after_counts_and_suspends_once() {
    let mut fixture = Fixture::new();
    fixture.settings.suspend_for = at(30_000);
    fixture.announce_wait("demo", 5_000);
    let early = fixture.ask_at(fixture.now - at(1));
    assert_eq!(
        (early.inside_retry_after, early.verdict),
        (false, TokenVerdict::Proceed),
        "it was on its way"
    );

    fixture.pass(1_000);
    let first = fixture.ask();
    assert_eq!((first.inside_retry_after, first.verdict), (true, TokenVerdict::Throttled(at(30_000))));
    fixture.announce_wait("demo", 30_000);
    fixture.pass(10_000);
    assert_eq!(fixture.ask().verdict, TokenVerdict::Throttled(at(20_000)), "suspended on, not anew");
    assert_eq!((fixture.demo().inside_retry_after, fixture.demo().suspensions), (2, 1));

    fixture.pass(20_000);
    let after = fixture.ask();
    assert_eq!((after.inside_retry_after, after.verdict), (false, TokenVerdict::Proceed));
    assert_eq!((fixture.demo().throttled, fixture.demo().suspensions), (2, 1));
}

#[test]
fn without_suspension_a_call_inside_only_counts() {
    let mut fixture = Fixture::new();
    fixture.announce_wait("demo", 5_000);
    let judged = fixture.ask();
    assert_eq!((judged.inside_retry_after, judged.verdict), (true, TokenVerdict::Proceed));
    assert_eq!(fixture.demo().suspensions, 0);
}

#[test]
fn a_wait_binds_the_client_it_was_announced_to_and_no_other() {
    let mut fixture = Fixture::new();
    fixture.announce_wait("other", 5_000);
    assert!(!fixture.ask().inside_retry_after);
}
