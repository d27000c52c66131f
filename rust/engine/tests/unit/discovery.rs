//! Look-ups by hand, so that the test says when they end. The clock stands still but for what the test lets pass.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::oneshot;
use tollgate_core::http::retry_after::RetryAfter;

use super::*;

const MOST: Duration = Duration::from_secs(15);

/// Counts look-ups.
#[derive(Default)]
struct Asked(AtomicUsize);

impl Asked {
    fn look_up(
        self: &Arc<Self>,
        outcome: impl Future<Output = Outcome> + Send + 'static,
    ) -> impl Future<Output = Outcome> + Send + 'static {
        let asked = Arc::clone(self);
        async move {
            asked.0.fetch_add(1, Ordering::SeqCst);
            outcome.await
        }
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn endpoint() -> Url {
    Url::parse("https://sso.example.com/t").unwrap()
}

fn busy(seconds: u64) -> Refusal {
    let named = RetryAfter { wait: Duration::from_secs(seconds), dated: false };
    Refusal { retry_after: Some(named), ..Refusal::not_sent("busy") }
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_share_the_outcome_of_one_look_up() {
    for outcome in [Ok(endpoint()), Err(Refusal::not_sent("down")), Err(busy(2))] {
        let (clock, discovery, asked) =
            (Clock::start(), Arc::<SharedDiscovery>::default(), Arc::<Asked>::default());
        let waiting: Vec<_> = (0..8)
            .map(|_| {
                let (discovery, outcome) = (Arc::clone(&discovery), outcome.clone());
                let look_up = asked.look_up(async move {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    outcome
                });
                tokio::spawn(async move { discovery.token_endpoint(clock, look_up).await })
            })
            .collect();
        for waiter in waiting {
            assert_eq!(waiter.await.unwrap(), outcome);
        }
        assert_eq!((asked.count(), clock.now().mono.nanos()), (1, 1_000_000_000), "one, and the time of one");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_asks_inside_the_wait_that_the_first_heard() {
    let (clock, discovery, asked) =
        (Clock::start(), Arc::<SharedDiscovery>::default(), Arc::<Asked>::default());
    let want = || discovery.token_endpoint(clock, asked.look_up(async { Err(busy(2)) }));
    assert_eq!(want().await, Err(busy(2)));
    tokio::time::advance(Duration::from_millis(1900)).await;
    let left = want().await.unwrap_err().retry_after.unwrap().wait;
    assert_eq!((left, asked.count()), (Duration::from_millis(100), 1));
    tokio::time::advance(left).await;
    assert_eq!((want().await, asked.count()), (Err(busy(2)), 2));
}

#[tokio::test(start_paused = true)]
async fn a_look_up_goes_on_when_the_request_that_began_it_is_gone() {
    let (clock, discovery, asked) =
        (Clock::start(), Arc::<SharedDiscovery>::default(), Arc::<Asked>::default());
    let (answer, answered) = oneshot::channel::<Outcome>();
    let look_up = asked.look_up(async move { answered.await.unwrap() });
    let late = within(MOST, discovery.token_endpoint(clock, look_up)).await.unwrap_err();
    assert!(late.message.contains("within 15 s (request_timeout)") && !late.maybe_processed, "{late:?}");
    answer.send(Ok(endpoint())).unwrap();
    let found = discovery.token_endpoint(clock, asked.look_up(std::future::pending())).await;
    assert_eq!((found, asked.count()), (Ok(endpoint()), 1));
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_panics_refuses_those_who_wait_and_the_next_asks_again() {
    let (clock, discovery, asked) =
        (Clock::start(), Arc::<SharedDiscovery>::default(), Arc::<Asked>::default());
    let failed = discovery.token_endpoint(clock, asked.look_up(async { panic!("on purpose") })).await;
    assert!(failed.unwrap_err().message.contains("while looking for the token endpoint"));
    let found = discovery.token_endpoint(clock, asked.look_up(async { Ok(endpoint()) })).await;
    assert_eq!((found, asked.count()), (Ok(endpoint()), 2));
}
