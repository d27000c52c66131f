//! Performs what the [machine](Discovery) of an issuer decides: one look-up in flight, its outcome shared by all requests
//! that wait for it.
//!
//! Shared by profiles that trust and reach the same servers: what one that checks no certificates was told must not send the
//! secret of one that does. Invariants: a look-up that panics ends with a refusal, like one that is refused; it goes on when
//! the request that began it is gone; the lock is held for no longer than a decision takes.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use parking_lot::Mutex;
use reqwest::{Client, Url};
use secrecy::zeroize::Zeroizing;
use tollgate_core::config::profile::Profile;
use tollgate_core::failure::in_words;
use tollgate_core::machine::discovery::{Discovery, Next};
use tollgate_core::oauth::discovery::Issuer;
use tollgate_core::oauth::token_answer::{Refusal, Reply};

use crate::http::body;
use crate::http::transport_errors::{describe, fault};
use crate::time::clock::Clock;

type Outcome = Result<Url, Refusal>;

/// What is known of one issuer.
#[derive(Default)]
pub(crate) struct SharedDiscovery(Mutex<State>);

#[derive(Default)]
struct State {
    machine: Discovery,
    /// The look-up in flight.
    look_up: Option<Shared<BoxFuture<'static, Outcome>>>,
}

impl SharedDiscovery {
    /// The token endpoint. Asks by `look_up` unless it is known, another asks, or the issuer said to wait.
    pub(crate) async fn token_endpoint(
        self: &Arc<Self>,
        clock: Clock,
        look_up: impl Future<Output = Outcome> + Send + 'static,
    ) -> Outcome {
        let look_up = {
            let State { machine, look_up: in_flight } = &mut *self.0.lock();
            match machine.wanted(clock.now().mono) {
                Next::Send(url) => return Ok(url),
                Next::Fail(refusal) => return Err(refusal),
                Next::LookUp => in_flight.insert(self.begin(clock, look_up)).clone(),
                Next::Join => in_flight.get_or_insert_with(|| self.begin(clock, look_up)).clone(),
            }
        };
        look_up.await
    }

    /// The token endpoint, once the issuer named it.
    pub(crate) fn found(&self) -> Option<Url> {
        self.0.lock().machine.found().cloned()
    }

    /// There is no token endpoint at `url`.
    pub(crate) fn forget(&self, url: &Url) {
        self.0.lock().machine.forget(url);
    }

    fn begin(
        self: &Arc<Self>,
        clock: Clock,
        look_up: impl Future<Output = Outcome> + Send + 'static,
    ) -> Shared<BoxFuture<'static, Outcome>> {
        let discovery = Arc::downgrade(self); // it is in there itself
        let look_up = AssertUnwindSafe(look_up).catch_unwind();
        let whole = async move {
            let outcome = look_up.await.unwrap_or_else(|_| {
                Err(Refusal { maybe_processed: false, ..fault("while looking for the token endpoint") })
            });
            if let Some(discovery) = discovery.upgrade() {
                let mut state = discovery.0.lock();
                state.machine.answered(clock.now().mono, &outcome);
                state.look_up = None;
            }
            outcome
        };
        let look_up = whole.boxed().shared();
        tokio::spawn(look_up.clone());
        look_up
    }
}

/// Asks `issuer` for its metadata: as OpenID Connect has it, and as RFC 8414 has it if there is none. Takes one
/// `request_timeout` at most.
pub(crate) async fn look_up(client: Client, profile: Arc<Profile>, issuer: Issuer, clock: Clock) -> Outcome {
    let both = async {
        let [first, second] = issuer.metadata_urls();
        match ask(&client, &issuer, first, &profile, clock).await {
            Err(Refusal { status: Some(404), .. }) => ask(&client, &issuer, second, &profile, clock).await,
            other => other,
        }
    };
    within(profile.transport.request_timeout, both).await
}

/// Waits for a look-up for as long as the request that needs it may take.
pub(crate) async fn within(most: Duration, look_up: impl Future<Output = Outcome>) -> Outcome {
    tokio::time::timeout(most, look_up).await.unwrap_or_else(|_| {
        Err(Refusal::not_sent(format!(
            "no metadata of the issuer within {} (request_timeout)",
            in_words(most)
        )))
    })
}

/// More in a row are a loop.
const MOST_REDIRECTS: usize = 3;

async fn ask(client: &Client, issuer: &Issuer, mut place: Url, profile: &Profile, clock: Clock) -> Outcome {
    let broke = |error: reqwest::Error| Refusal::not_sent(describe(&error, profile));
    let get = |place: &Url| client.get(place.clone()).header("accept", "application/json").send();
    let mut answer = get(&place).await.map_err(broke)?;
    let (mut status, mut headers) = body::head(&answer);
    for _ in 0..MOST_REDIRECTS {
        let Some(next) = issuer.redirect(&place, &Reply { status, headers: &headers, body: b"" }) else {
            break;
        };
        place = next;
        answer = get(&place).await.map_err(broke)?;
        (status, headers) = body::head(&answer);
    }
    let (body, unread) = match body::read(&mut answer).await {
        Ok(body) => (body, None),
        Err(unread) => (Zeroizing::default(), Some(unread)),
    };
    let reply = Reply { status, headers: &headers, body: &body };
    let found = issuer.token_endpoint(&place, &reply, clock.now().wall);
    match unread {
        Some(unread) => found.map_err(|refusal| Refusal {
            maybe_processed: false,
            ..unread.refusal(refusal, |error| describe(error, profile))
        }),
        None => found,
    }
}

#[cfg(test)]
#[path = "../../tests/unit/discovery.rs"]
mod tests;
