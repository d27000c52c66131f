//! Settings that change while a token serves: each is in force from the next open of its profile, and the token stays.

#![allow(clippy::unwrap_used)] // a panic is a failed test

#[path = "model/policy.rs"]
mod policy;
mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use policy::POLICY;
use tollgate_core::config::limits::Limits;
use tollgate_core::config::policy::{Policy, Refresh};
use tollgate_core::http::rate_headers::Unit;
use tollgate_core::machine::fact::Fact;
use tollgate_core::machine::{CredentialId, Input, Output};
use tollgate_core::oauth::token_answer::{Minted, Quotas, Refusal};
use tollgate_core::time::backoff::Backoff;
use tollgate_core::time::budget::Budget;
use tollgate_core::time::clock::{Mono, Wall};
use virtual_time::{Always, HOUR, MINUTE, SECOND, VirtualTime, refused, silence, token};

const ID: CredentialId = CredentialId(0);

/// A credential with a token of an hour that readers take, before and after its profile was opened with other settings.
struct Changed {
    time: VirtualTime,
    start: Mono,
    before: Arc<Policy>,
}

impl Changed {
    fn from(before: Policy, units: f64) -> Self {
        let mut time = VirtualTime::new(Box::new(Always(units)));
        let before = Arc::new(before);
        time.add(ID.0, "client", &before);
        let start = time.now;
        time.mint(ID, HOUR);
        Self { time, start, before }
    }

    /// Opens the profile again, and closes the view it had.
    fn to(mut self, after: Policy) -> Self {
        let sent = self.time.sent.len();
        self.time.happen(Input::ViewOpened(ID, Arc::new(after)));
        self.time.happen(Input::ViewClosed(ID, Arc::clone(&self.before)));
        assert!(self.time.has_token(ID), "the token stays");
        assert_eq!(self.time.sent.len(), sent, "and no other is requested");
        self
    }

    /// When the token is refreshed.
    fn refresh(&self) -> Duration {
        self.time.endpoint.next_timeout().unwrap().since(self.start)
    }

    /// The API refuses the token, so that another is requested; says how that one ends.
    fn fail(&mut self, outcome: Result<Minted, Refusal>) {
        self.time.happen(Input::Rejected(ID, self.time.generation(ID), self.time.now));
        let request = self.time.request_of(ID).unwrap();
        self.time.answer(request, outcome);
    }

    /// The request in flight brings a token of an hour, which readers take.
    fn mint_again(&mut self) {
        let request = self.time.request_of(ID).unwrap();
        self.time.answer(request, token(HOUR));
        self.time.happen(Input::Read(ID, self.time.generation(ID)));
    }

    /// For how long no request is sent.
    fn closed(&self) -> Duration {
        self.time.endpoint.opens(self.time.now, ID).since(self.time.now)
    }

    /// A reader of another credential of the client wants a token.
    fn another(&mut self, number: u64) -> bool {
        let policy = Arc::new(*self.time.endpoint.credential(ID).unwrap().policy());
        let id = self.time.add(number, "client", &policy);
        self.time.want(id).is_some()
    }
}

fn changed(after: Policy) -> Changed {
    Changed::from(POLICY, 0.0).to(after)
}

fn limited(limits: Limits) -> Changed {
    changed(Policy { limits, ..POLICY })
}

#[test]
fn each_is_in_force_at_the_next_open() {
    // A setting without a check here does not compile.
    let Policy {
        margin,
        interval: None,
        worst_exchange,
        default_lifetime,
        rejection_backoff: _, // in `the_pause_between_refreshes_that_401s_cause_changes`
        permanent_cooldown,
        backoff: Backoff { base, throttle_base, cap },
        refresh: Refresh::Ahead { learns: true },
        drain_timeout,
        max_retry_after: None, // decides what readers get and not what is requested
        limits: Limits { concurrent, per_client: None, spacing: Duration::ZERO, budget: None },
        reset_unit: None,
        shared: false, // another credential: its cache key differs
    } = POLICY
    else {
        panic!("another default");
    };
    refresh_moves(margin, worst_exchange);
    lifetime_of_the_next_token(default_lifetime);
    cool_down(permanent_cooldown);
    backoff([base, throttle_base, cap]);
    drain(drain_timeout);
    places(concurrent);
    pace_and_budget();
    unit_of_resets();
}

fn refresh_moves(margin: Duration, worst_exchange: Duration) {
    assert_eq!(Changed::from(POLICY, 0.0).refresh(), HOUR - margin);
    assert_eq!(changed(Policy { margin: margin * 2, ..POLICY }).refresh(), HOUR - margin * 2);
    assert_eq!(changed(Policy { interval: Some(MINUTE * 9), ..POLICY }).refresh(), MINUTE * 9);
    let late = Policy { refresh: Refresh::Late, ..POLICY };
    assert_eq!(changed(late).refresh(), HOUR - SECOND / 2);
    assert_eq!(Changed::from(late, 0.0).to(POLICY).refresh(), HOUR - margin);
    // Room for one exchange, of a margin that would allow more.
    let wide = Policy { margin: HOUR, ..POLICY };
    assert_eq!(Changed::from(wide, 0.0).refresh(), HOUR / 5 * 4);
    let slow = Policy { worst_exchange: MINUTE * 20, ..wide };
    assert_eq!(Changed::from(wide, 0.0).to(slow).refresh(), MINUTE * 40);
    let mut impatient = changed(Policy { worst_exchange: worst_exchange / 5, ..POLICY });
    impatient.time.happen(Input::Rejected(ID, 1, impatient.time.now));
    let given_up = impatient.time.endpoint.next_timeout().unwrap();
    assert_eq!(given_up.since(impatient.time.now), worst_exchange / 5 * 10);
}

fn lifetime_of_the_next_token(default_lifetime: Duration) {
    let mut changed = changed(Policy { default_lifetime: default_lifetime * 2, ..POLICY });
    changed.fail(token(HOUR).map(|minted| Minted { lifetime: None, ..minted }));
    let token = changed.time.endpoint.credential(ID).unwrap().token(changed.time.now).unwrap();
    assert_eq!(token.lifetime(), default_lifetime * 2);
}

fn cool_down(permanent_cooldown: Duration) {
    for error in ["invalid_grant", "invalid_client"] {
        let mut changed = changed(Policy { permanent_cooldown: permanent_cooldown * 2, ..POLICY });
        changed.fail(refused(error));
        changed.time.happen(Input::Wanted(ID, Duration::ZERO));
        let sent = changed.time.sent.len();
        changed.time.wait(permanent_cooldown * 2 - SECOND);
        changed.time.happen(Input::Wanted(ID, Duration::ZERO));
        assert_eq!(changed.time.sent.len(), sent, "{error}");
        changed.time.wait(SECOND);
        changed.time.happen(Input::Wanted(ID, Duration::ZERO));
        assert_eq!(changed.time.sent.len(), sent + 1, "{error}");
    }
}

fn backoff([base, throttle_base, cap]: [Duration; 3]) {
    // The longest of each range.
    let closed = |backoff, outcome: fn() -> Result<Minted, Refusal>| {
        let mut changed = Changed::from(POLICY, 1.0).to(Policy { backoff, ..POLICY });
        changed.fail(outcome());
        changed.closed()
    };
    let unnamed: fn() -> Result<Minted, Refusal> =
        || virtual_time::throttled(SECOND).map_err(|refusal| Refusal { retry_after: None, ..refusal });
    let backoff = POLICY.backoff;
    assert_eq!(closed(backoff, silence), base);
    assert_eq!(closed(Backoff { base: base * 7, ..backoff }, silence), base * 7);
    assert_eq!(closed(backoff, unnamed), throttle_base);
    assert_eq!(closed(Backoff { throttle_base: throttle_base * 7, ..backoff }, unnamed), throttle_base * 7);
    assert!(cap > base);
    assert_eq!(closed(Backoff { cap: base / 2, ..backoff }, silence), base / 2);
}

fn unit_of_resets() {
    let closed = |reset_unit| {
        let mut changed = Changed::from(POLICY, 0.0).to(Policy { reset_unit, ..POLICY });
        let headers = [("X-RateLimit-Reset".to_owned(), "7200".to_owned())];
        let quotas = Quotas::of(&headers, Wall(0));
        changed.fail(virtual_time::throttled(SECOND).map_err(|refusal| Refusal {
            retry_after: None,
            quotas,
            ..refusal
        }));
        changed.closed()
    };
    assert_eq!(closed(None), MINUTE);
    assert_eq!(closed(Some(Unit::Seconds)), HOUR * 2);
    assert_eq!(closed(Some(Unit::Millis)), SECOND * 36 / 5);
}

fn drain(drain_timeout: Duration) {
    let drains = Policy { refresh: Refresh::Drain, interval: Some(MINUTE), ..POLICY };
    let mut changed = Changed::from(drains, 0.0).to(Policy { drain_timeout: drain_timeout * 2, ..drains });
    let is_cut_off =
        |time: &VirtualTime| time.outputs.iter().any(|one| matches!(one, Output::CutOffSends(ID)));
    changed.time.wait_until(changed.time.endpoint.next_timeout().unwrap());
    assert!(changed.time.outputs.iter().any(|one| matches!(one, Output::HoldSends(ID))));
    changed.time.happen(Input::SendsLeft(ID, 1));
    changed.time.wait(drain_timeout * 2 - SECOND);
    assert!(!is_cut_off(&changed.time));
    changed.time.wait(SECOND);
    assert!(is_cut_off(&changed.time));
    // And back again.
    let mut changed = Changed::from(drains, 0.0).to(POLICY);
    changed.time.wait_until(changed.time.endpoint.next_timeout().unwrap());
    assert!(changed.time.request_of(ID).is_some(), "no send is waited for");
}

fn places(concurrent: u32) {
    let limits = POLICY.limits;
    let mut one = limited(Limits { concurrent: 1, ..limits });
    assert_eq!([1, 2].map(|number| one.another(number)), [true, false]);
    let mut filling = limited(Limits { per_client: Some(1), ..limits });
    assert_eq!([1, 2].map(|number| filling.another(number)), [true, false]);
    // More places than before: a reader that waits for one gets it at once.
    let mut time = VirtualTime::seeded(1);
    let narrow = Arc::new(Policy { limits: Limits { concurrent: 1, ..limits }, ..POLICY });
    let wide = Arc::new(Policy { limits: Limits { concurrent, ..limits }, ..POLICY });
    let ids = [0, 1].map(|number| time.add(number, "client", &narrow));
    assert_eq!(ids.map(|id| time.want(id).is_some()), [true, false]);
    for id in ids {
        time.happen(Input::ViewOpened(id, Arc::clone(&wide)));
        time.happen(Input::ViewClosed(id, Arc::clone(&narrow)));
    }
    assert!(time.request_of(ids[1]).is_some());
}

fn pace_and_budget() {
    let limits = POLICY.limits;
    let mut paced = limited(Limits { spacing: SECOND * 10, ..limits });
    assert!(!paced.another(1), "the request of the token in service was just sent");
    paced.time.wait(SECOND * 10);
    assert!(paced.time.request_of(CredentialId(1)).is_some());
    let budget = Some(Budget { most: 2, window: Some(MINUTE) });
    let mut counted = limited(Limits { budget, ..limits });
    assert_eq!([1, 2].map(|number| counted.another(number)), [true, false]);
}

/// The user may know better than one 401 to an older token.
#[test]
fn what_was_learned_of_the_server_gives_way_to_what_is_set() {
    let mut changed = Changed::from(POLICY, 0.0);
    changed.time.wait_until(changed.time.endpoint.next_timeout().unwrap());
    changed.mint_again();
    changed.time.happen(Input::Accepted(ID, 2, changed.time.now));
    changed.time.happen(Input::Rejected(ID, 1, changed.time.now));
    let minted = changed.time.now;
    let refresh = |changed: &Changed| changed.time.endpoint.next_timeout().unwrap().since(minted);
    assert_eq!(refresh(&changed), HOUR - SECOND / 2, "the server revokes the previous token");
    let changed = changed.to(Policy { refresh: Refresh::Ahead { learns: false }, ..POLICY });
    assert_eq!(refresh(&changed), HOUR - POLICY.margin);
}

/// The API refuses every token. After the first was replaced, three 401s in a row bring another, and then none for as long
/// as is set.
#[test]
fn the_pause_between_refreshes_that_401s_cause_changes() {
    let pause = |backoff| {
        let mut changed = changed(Policy { rejection_backoff: backoff, ..POLICY });
        changed.fail(token(HOUR));
        changed.time.wait(SECOND * 10);
        let mut wait = None;
        for _ in 0..3 {
            changed.time.happen(Input::Rejected(ID, 2, changed.time.now));
            wait = changed.time.outputs.iter().find_map(|output| match output {
                Output::Note(ID, Fact::Suspected { wait, .. }) => Some(*wait),
                _ => None,
            });
        }
        assert!(changed.time.request_of(ID).is_some() && changed.time.has_token(ID));
        wait.unwrap()
    };
    assert_eq!([POLICY.rejection_backoff, MINUTE * 2].map(pause), [POLICY.rejection_backoff, MINUTE * 2]);
}
