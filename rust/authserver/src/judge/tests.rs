use super::*;
use crate::settings::{ExpiresIn, Rate};

fn at(millis: u64) -> Moment {
    Duration::from_millis(millis)
}

/// A judge, its settings, and the time, which the test moves.
struct Court {
    judge: Judge,
    settings: Settings,
    now: Moment,
}

impl Court {
    fn new() -> Self {
        Self { judge: Judge::default(), settings: Settings::default(), now: at(1_000_000) }
    }

    fn pass(&mut self, millis: u64) {
        self.now += at(millis);
    }

    fn ask(&mut self) -> Judged {
        self.judge.token_request("demo", self.now, self.now, &self.settings)
    }

    /// A token whose answer is fully written at once.
    fn token(&mut self, name: &str) {
        let minted = self.judge.mint("demo", name, self.now, &self.settings);
        self.judge.token_written(minted, self.now);
    }

    fn call(&mut self, token: &str) -> ApiVerdict {
        self.call_at(token, self.now)
    }

    fn call_at(&mut self, token: &str, arrived: Moment) -> ApiVerdict {
        self.judge.api_request(Some(&format!("Bearer {token}")), arrived, self.now, &self.settings)
    }

    fn demo(&self) -> ClientCounts {
        self.judge.counts().clients["demo"]
    }

    fn blame(&self) -> (u64, u64) {
        let api = self.judge.counts().api;
        (api.unauthorized_avoidable, api.unauthorized_unavoidable)
    }
}

#[test]
fn duplicates_are_requests_closer_than_100_ms_to_the_one_before() {
    let mut court = Court::new();
    for pause in [0, 99, 100, 99] {
        court.pass(pause);
        court.ask();
    }
    assert_eq!(court.demo().duplicates_within_100ms, 2);
    court.judge.token_request("other", court.now, court.now, &court.settings);
    assert_eq!(court.judge.counts().totals.duplicates_within_100ms, 2, "another client's request is none");
}

#[test]
fn a_request_read_out_of_order_is_a_duplicate_of_its_neighbour() {
    let mut court = Court::new();
    court.ask();
    let earlier = court.now - at(50);
    court.judge.token_request("demo", earlier, court.now, &court.settings);
    assert_eq!(court.demo().duplicates_within_100ms, 1);
}

#[test]
fn over_the_rate_the_wait_is_the_time_until_a_place_is_free() {
    let mut court = Court::new();
    court.settings.rate_limit = Some(Rate { count: 1, per: at(10_000) });
    assert_eq!(court.ask().verdict, TokenVerdict::Proceed);
    court.pass(4_000);
    assert_eq!(court.ask().verdict, TokenVerdict::Throttled(at(6_000)));
    court.pass(6_000);
    assert_eq!(court.ask().verdict, TokenVerdict::Proceed);
    assert_eq!(court.demo().throttled, 1);
    assert_eq!(court.demo().inside_retry_after, 0, "no answer told it to wait");
}

#[test]
fn a_call_inside_what_it_was_told_counts_and_suspends_once() {
    let mut court = Court::new();
    court.settings.suspend_for = at(30_000);
    court.judge.told_to_wait("demo", court.now, court.now + at(5_000));
    let early = court.judge.token_request("demo", court.now - at(1), court.now, &court.settings);
    assert_eq!(
        (early.inside_retry_after, early.verdict),
        (false, TokenVerdict::Proceed),
        "it was on its way"
    );

    court.pass(1_000);
    let first = court.ask();
    assert_eq!((first.inside_retry_after, first.verdict), (true, TokenVerdict::Throttled(at(30_000))));
    court.judge.told_to_wait("demo", court.now, court.now + at(30_000));
    court.pass(10_000);
    assert_eq!(court.ask().verdict, TokenVerdict::Throttled(at(20_000)), "suspended on, not anew");
    assert_eq!((court.demo().inside_retry_after, court.demo().suspensions), (2, 1));

    court.pass(20_000);
    let after = court.ask();
    assert_eq!((after.inside_retry_after, after.verdict), (false, TokenVerdict::Proceed));
    assert_eq!((court.demo().throttled, court.demo().suspensions), (2, 1));
}

#[test]
fn without_suspension_a_call_inside_only_counts() {
    let mut court = Court::new();
    court.judge.told_to_wait("demo", court.now, court.now + at(5_000));
    let judged = court.ask();
    assert_eq!((judged.inside_retry_after, judged.verdict), (true, TokenVerdict::Proceed));
    assert_eq!(court.demo().suspensions, 0);
}

#[test]
fn what_another_client_was_told_binds_no_one_else() {
    let mut court = Court::new();
    court.judge.told_to_wait("other", court.now, court.now + at(5_000));
    assert!(!court.ask().inside_retry_after);
}

#[test]
fn a_revoked_predecessor_is_unavoidable_until_the_new_answer_is_written_plus_five_milliseconds() {
    let mut court = Court::new();
    court.settings.revoke_previous = true;
    court.token("a");
    assert!(matches!(court.call("a"), ApiVerdict::Ok(..)));
    let minted = court.judge.mint("demo", "b", court.now, &court.settings);
    court.pass(300);
    assert_eq!(court.call("a"), ApiVerdict::Unauthorized);
    assert_eq!(court.blame(), (0, 1), "the new token is still on its way");

    let written = court.now;
    court.judge.token_written(minted, written);
    court.pass(50);
    court.call_at("a", written + at(4));
    assert_eq!(court.blame(), (0, 2), "arrived in time, judged late");
    court.call_at("a", written + at(5));
    assert_eq!(court.blame(), (1, 2));
    assert!(matches!(court.call("b"), ApiVerdict::Ok(..)));
}

#[test]
fn an_answer_that_never_reached_the_client_leaves_it_blameless() {
    let mut court = Court::new();
    court.settings.revoke_previous = true;
    court.token("a");
    court.judge.mint("demo", "lost", court.now, &court.settings);
    court.pass(1_000);
    court.call("a");
    assert_eq!(court.blame(), (0, 1));
    court.token("c");
    court.pass(5);
    court.call("a");
    assert_eq!(court.blame(), (1, 1));
}

#[test]
fn without_revocation_the_predecessor_lives_on() {
    let mut court = Court::new();
    court.token("a");
    court.token("b");
    court.pass(10);
    assert!(matches!(court.call("a"), ApiVerdict::Ok(..)));
}

#[test]
fn a_new_token_of_another_client_kills_and_supersedes_nothing() {
    let mut court = Court::new();
    court.settings.revoke_previous = true;
    court.token("a");
    let other = court.judge.mint("other", "o", court.now, &court.settings);
    court.judge.token_written(other, court.now);
    assert!(matches!(court.call("a"), ApiVerdict::Ok(..)));
    assert_eq!(court.judge.revoke("demo", court.now), 1);
    court.pass(1_000);
    court.call("a");
    assert_eq!(court.blame(), (0, 1));
}

#[test]
fn an_expired_a_made_up_and_a_malformed_token_are_avoidable() {
    let mut court = Court::new();
    court.token("a");
    court.pass(20_000);
    court.call("a");
    court.call("never-issued");
    court.judge.api_request(Some("Basic abc"), court.now, court.now, &court.settings);
    court.judge.api_request(Some(""), court.now, court.now, &court.settings);
    assert_eq!(court.blame(), (4, 0));
    assert_eq!(court.judge.counts().api.unauthorized, 4);
}

#[test]
fn a_request_that_arrived_before_the_end_is_served_when_read_after_it() {
    let mut court = Court::new();
    court.token("a");
    let end = court.now + at(20_000);
    court.pass(20_050);
    assert!(matches!(court.call_at("a", end - at(1)), ApiVerdict::Ok(..)));
}

#[test]
fn a_token_that_dies_of_use_is_unavoidable_until_the_next_is_there() {
    let mut court = Court::new();
    court.settings.die_after_uses = 2;
    court.token("a");
    for _ in 0..4 {
        court.call("a");
    }
    let api = court.judge.counts().api;
    assert_eq!((api.ok, api.unauthorized_unavoidable), (2, 2));
    court.token("b");
    court.pass(5);
    court.call("a");
    assert_eq!(court.blame(), (1, 2));
}

#[test]
fn a_token_that_ends_before_what_its_client_was_told_is_unavoidable() {
    let mut court = Court::new();
    court.settings.expires_in = Some(ExpiresIn::Raw("86400".into()));
    court.token("a");
    court.pass(20_000);
    court.call("a");
    assert_eq!(court.blame(), (0, 1));
}

#[test]
fn revoking_tells_how_many_lived_and_an_unknown_client_has_none() {
    let mut court = Court::new();
    court.token("a");
    court.pass(20_000);
    court.token("b");
    court.token("c");
    assert_eq!(court.judge.revoke("demo", court.now), 2);
    assert_eq!(court.judge.revoke("demo", court.now), 0);
    assert_eq!(court.judge.revoke("nobody", court.now), 0);
    assert!(!court.judge.counts().clients.contains_key("nobody"));
}

#[test]
fn requests_without_a_header_are_no_401_of_anyone() {
    let mut court = Court::new();
    let verdict = court.judge.api_request(None, court.now, court.now, &court.settings);
    assert_eq!(verdict, ApiVerdict::Unauthenticated);
    let api = court.judge.counts().api;
    assert_eq!(api, ApiCounts { requests: 1, unauthenticated: 1, ..ApiCounts::default() });
}

#[test]
fn an_api_fault_blames_no_one() {
    let mut court = Court::new();
    for (authenticated, status) in [(true, 401), (true, 429), (true, 503), (false, 401)] {
        court.judge.api_fault(authenticated, status);
    }
    let expected = ApiCounts {
        requests: 4,
        faulted: 4,
        unauthorized: 1,
        throttled: 1,
        unauthenticated: 1,
        ..Default::default()
    };
    assert_eq!(court.judge.counts().api, expected);
}

#[test]
fn over_the_api_quota_a_valid_token_is_throttled_and_not_used() {
    let mut court = Court::new();
    court.settings.api_rate_limit = Some(Rate { count: 1, per: at(60_000) });
    court.settings.die_after_uses = 2;
    court.token("a");
    assert!(matches!(court.call("a"), ApiVerdict::Ok(_, Some(Quota { count: 1, allowed: 1, .. }))));
    court.pass(1_000);
    let quota = Quota { count: 2, allowed: 1, reset: at(59_000), exceeded: true };
    assert_eq!(court.call("a"), ApiVerdict::Throttled(quota));
    court.settings.lifetime = at(120_000);
    court.token("b");
    assert!(
        matches!(court.call("b"), ApiVerdict::Throttled(_)),
        "the quota is the client's, not the token's"
    );
    court.pass(18_000);
    court.settings.api_rate_limit = None;
    assert!(matches!(court.call("a"), ApiVerdict::Ok(..)));
}

#[test]
fn an_api_quota_of_tokens_is_each_tokens_own() {
    let mut court = Court::new();
    court.settings.api_rate_limit = Some(Rate { count: 1, per: at(60_000) });
    court.settings.api_rate_per_token = true;
    court.token("a");
    court.token("b");
    for token in ["a", "b"] {
        assert!(matches!(court.call(token), ApiVerdict::Ok(..)), "{token}");
        assert!(matches!(court.call(token), ApiVerdict::Throttled(_)), "{token}");
    }
    court.pass(1_000);
    court.call("a");
    assert_eq!(court.judge.counts().api.inside_retry_after, 1);
}

#[test]
fn a_reset_zeroes_the_counts_and_keeps_what_is_going_on() {
    let mut court = Court::new();
    court.settings.rate_limit = Some(Rate { count: 1, per: at(10_000) });
    court.ask();
    court.token("a");
    court.judge.token_connection();
    court.judge.reset_counts();
    let counts = court.judge.counts();
    assert_eq!(counts.totals, ClientCounts::default());
    assert_eq!((counts.token_connections, counts.api), (0, ApiCounts::default()));
    assert!(counts.clients.contains_key("demo"));
    assert_eq!(court.judge.round(), 1);
    assert!(matches!(court.ask().verdict, TokenVerdict::Throttled(_)));
    assert!(matches!(court.call("a"), ApiVerdict::Ok(..)));
}

#[test]
fn memory_is_bounded() {
    let mut court = Court::new();
    for number in 0..=TOKENS_KEPT {
        court.judge.mint("demo", &number.to_string(), court.now, &court.settings);
    }
    assert_eq!(court.judge.tokens.len(), TOKENS_KEPT);
    assert!(court.judge.clients[0].live.len() <= 10_000);
    assert_eq!(court.call("0"), ApiVerdict::Unauthorized);

    for number in 0..=CLIENTS_KEPT {
        court.judge.rejected(&format!("guess-{number}"));
    }
    let counts = court.judge.counts();
    assert!(counts.clients.len() <= CLIENTS_KEPT + 1);
    assert_eq!(counts.totals.rejected, CLIENTS_KEPT as u64 + 1);
    assert_eq!(counts.clients[OTHERS].rejected, 2);
}
