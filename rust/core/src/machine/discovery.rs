//! Where an issuer has its token endpoint: one look-up for all who need it.
//!
//! Every token request of an issuer needs the endpoint first. Without this machine, requests of many credentials would each
//! ask the issuer, and after a 429 each would ask again inside the wait that the first heard. Invariants: at most one
//! look-up is in flight, and all requests that need it meanwhile share its outcome. During a wait that the issuer named,
//! the issuer is not asked again: each request gets the refusal that named the wait, with what is left of it. A refusal
//! without a wait is not kept: the backoff of the credentials decides when the next look-up is due.
//!
//! The wait is kept without slack. Each credential adds slack of its own, so that the wait is over when the first one asks.

use std::time::Duration;

use url::Url;

use crate::http::retry_after::RetryAfter;
use crate::oauth::token_answer::Refusal;
use crate::time::clock::Mono;

/// What a token request that needs the endpoint does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// It goes there.
    Send(Url),
    /// It fails so.
    Fail(Refusal),
    /// It asks the issuer, and tells the outcome by [`Discovery::answered`].
    LookUp,
    /// It waits for the look-up in flight.
    Join,
}

/// What is known of the token endpoint of one issuer.
#[derive(Debug, Default)]
pub enum Discovery {
    /// Nothing.
    #[default]
    Unknown,
    /// The issuer is being asked.
    InFlight,
    /// The issuer named it.
    Found(Url),
    /// The issuer is not to be asked before then.
    Refused {
        /// What it answered.
        refusal: Refusal,
        /// The end of the wait it named.
        until: Mono,
    },
}

impl Discovery {
    /// A token request needs the endpoint.
    pub fn wanted(&mut self, now: Mono) -> Next {
        match self {
            Self::Found(url) => Next::Send(url.clone()),
            Self::InFlight => Next::Join,
            Self::Refused { refusal, until } if now < *until => {
                let left = RetryAfter { wait: until.since(now), dated: false };
                Next::Fail(Refusal { retry_after: Some(left), ..refusal.clone() })
            }
            Self::Unknown | Self::Refused { .. } => {
                *self = Self::InFlight;
                Next::LookUp
            }
        }
    }

    /// The endpoint, once the issuer named it.
    #[must_use]
    pub fn found(&self) -> Option<&Url> {
        if let Self::Found(url) = self { Some(url) } else { None }
    }

    /// The look-up ended.
    pub fn answered(&mut self, now: Mono, outcome: &Result<Url, Refusal>) {
        *self = match outcome {
            Ok(url) => Self::Found(url.clone()),
            Err(refusal) => match refusal.retry_after.map(Self::at_least) {
                Some(wait) => Self::Refused { refusal: refusal.clone(), until: now.after(wait) },
                None => Self::Unknown,
            },
        };
    }

    /// There is no token endpoint at `url` any more: the next request asks the issuer again. An answer that is late says
    /// nothing of an endpoint that was found since.
    pub fn forget(&mut self, url: &Url) {
        if matches!(self, Self::Found(found) if found == url) {
            *self = Self::Unknown;
        }
    }

    /// The wait as named; a date is exact to the second only.
    fn at_least(named: RetryAfter) -> Duration {
        named.wait.saturating_add(if named.dated { RetryAfter::DATE_SLACK } else { Duration::ZERO })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Mono {
        Mono::ZERO.after(Duration::from_secs(seconds))
    }

    fn endpoint(path: &str) -> Url {
        Url::parse("https://sso.example.com").unwrap().join(path).unwrap()
    }

    fn refused(wait: Option<RetryAfter>) -> Refusal {
        Refusal { retry_after: wait, ..Refusal::not_sent("busy") }
    }

    #[test]
    fn one_asks_and_the_others_join_until_the_endpoint_is_found() {
        let mut discovery = Discovery::default();
        assert_eq!(discovery.wanted(at(0)), Next::LookUp);
        assert_eq!([1, 2].map(|second| discovery.wanted(at(second))), [Next::Join, Next::Join]);
        discovery.answered(at(3), &Ok(endpoint("/t")));
        assert_eq!(discovery.wanted(at(4)), Next::Send(endpoint("/t")));
    }

    #[test]
    fn nobody_asks_inside_a_wait_and_everybody_hears_what_is_left_of_it() {
        for (dated, over) in [(false, 10), (true, 11)] {
            let mut discovery = Discovery::default();
            assert_eq!(discovery.wanted(at(0)), Next::LookUp);
            let named = RetryAfter { wait: Duration::from_secs(10), dated };
            discovery.answered(at(0), &Err(refused(Some(named))));
            for second in 0..over {
                let left = RetryAfter { wait: Duration::from_secs(over - second), dated: false };
                assert_eq!(discovery.wanted(at(second)), Next::Fail(refused(Some(left))));
            }
            assert_eq!(discovery.wanted(at(over)), Next::LookUp);
            assert_eq!(discovery.wanted(at(over)), Next::Join);
        }
    }

    #[test]
    fn a_refusal_without_a_wait_is_not_kept() {
        let mut discovery = Discovery::default();
        assert_eq!(discovery.wanted(at(0)), Next::LookUp);
        discovery.answered(at(1), &Err(refused(None)));
        assert_eq!(discovery.wanted(at(1)), Next::LookUp);
    }

    #[test]
    fn an_endpoint_that_is_gone_is_forgotten_and_one_found_since_is_not() {
        let mut discovery = Discovery::Found(endpoint("/new"));
        discovery.forget(&endpoint("/old"));
        assert_eq!(discovery.wanted(at(0)), Next::Send(endpoint("/new")));
        discovery.forget(&endpoint("/new"));
        assert_eq!(discovery.wanted(at(0)), Next::LookUp);
        discovery.forget(&endpoint("/new"));
        assert_eq!(discovery.wanted(at(0)), Next::Join, "a late answer starts no second look-up");
    }
}
