mod api_requests;
mod token_requests;

use super::*;
use crate::settings::{ExpiresIn, Rate};

fn at(millis: u64) -> Moment {
    Duration::from_millis(millis)
}

/// A judge. The test sets its settings, the time, and how long ready threads waited.
struct Fixture {
    judge: Judge,
    settings: Settings,
    now: Moment,
    cpu_wait: CpuWait,
}

impl Fixture {
    fn new() -> Self {
        Self {
            judge: Judge::default(),
            settings: Settings::default(),
            now: at(1_000_000),
            cpu_wait: CpuWait::default(),
        }
    }

    fn pass(&mut self, millis: u64) {
        self.now += at(millis);
    }

    fn ask(&mut self) -> Judged {
        self.ask_at(self.now)
    }

    fn ask_at(&mut self, arrived: Moment) -> Judged {
        let times = RequestTimes { composed: arrived, arrived, now: self.now };
        self.judge.token_request("demo", &times, self.cpu_wait, &self.settings)
    }

    /// Has the client told to wait, now.
    fn announce_wait(&mut self, id: &str, millis: u64) {
        let notice = self.notice(self.now);
        self.judge.announce_wait(id, notice, self.now + at(millis));
    }

    fn notice(&self, given: Moment) -> Notice {
        Notice { given, cpu_wait: self.cpu_wait }
    }

    /// A token whose answer is fully written at once.
    fn token(&mut self, name: &str) {
        let minted = self.judge.mint("demo", name, self.now, &self.settings);
        self.judge.token_written(minted, self.notice(self.now));
    }

    fn call(&mut self, token: &str) -> ApiVerdict {
        self.call_at(token, self.now)
    }

    fn call_at(&mut self, token: &str, arrived: Moment) -> ApiVerdict {
        self.call_composed_at(token, arrived, arrived)
    }

    fn call_composed_at(&mut self, token: &str, composed: Moment, arrived: Moment) -> ApiVerdict {
        self.present(Some(&format!("Bearer {token}")), composed, arrived)
    }

    fn present(&mut self, authorization: Option<&str>, composed: Moment, arrived: Moment) -> ApiVerdict {
        let times = RequestTimes { composed, arrived, now: self.now };
        self.judge.api_request(authorization, &times, || self.cpu_wait, &self.settings)
    }

    fn demo(&self) -> ClientCounts {
        self.judge.counts().clients["demo"]
    }

    /// 401s: avoidable, unavoidable.
    fn unauthorized(&self) -> (u64, u64) {
        let api = self.judge.counts().api;
        (api.unauthorized_avoidable, api.unauthorized_unavoidable)
    }
}

#[test]
fn a_reset_zeroes_the_counts_and_keeps_what_is_going_on() {
    let mut fixture = Fixture::new();
    fixture.settings.rate_limit = Some(Rate { count: 1, per: at(10_000) });
    fixture.ask();
    fixture.token("a");
    fixture.judge.token_connection();
    fixture.judge.reset_counts();
    let counts = fixture.judge.counts();
    assert_eq!(counts.totals, ClientCounts::default());
    assert_eq!((counts.token_connections, counts.api), (0, ApiCounts::default()));
    assert!(counts.clients.contains_key("demo"));
    assert_eq!(fixture.judge.round(), 1);
    assert!(matches!(fixture.ask().verdict, TokenVerdict::Throttled(_)));
    assert!(matches!(fixture.call("a"), ApiVerdict::Ok(..)));
}

#[test]
fn memory_is_bounded() {
    let mut fixture = Fixture::new();
    for number in 0..=TOKENS_KEPT {
        fixture.judge.mint("demo", &number.to_string(), fixture.now, &fixture.settings);
    }
    assert_eq!(fixture.judge.tokens.len(), TOKENS_KEPT);
    assert!(fixture.judge.clients[0].live.len() <= 10_000);
    assert_eq!(fixture.call("0"), ApiVerdict::Unauthorized);

    for number in 0..=CLIENTS_KEPT {
        fixture.judge.rejected(&format!("guess-{number}"));
    }
    let counts = fixture.judge.counts();
    assert!(counts.clients.len() <= CLIENTS_KEPT + 1);
    assert_eq!(counts.totals.rejected, CLIENTS_KEPT as u64 + 1);
    assert_eq!(counts.clients[OTHERS].rejected, 2);
}
