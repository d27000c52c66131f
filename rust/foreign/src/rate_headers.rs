//! Rate headers, one a line. Checks that every wait is more than zero and at most a year.

use std::time::Duration;

use tollgate_core::http::rate_headers::{refused, spent};
use tollgate_core::machine::api_gate::signal;
use tollgate_core::time::clock::Wall;

use crate::message;

/// Checks one input.
pub fn check(data: &[u8]) {
    let (headers, _) = message::message(data);
    let now = Wall(1_795_168_800_000);
    let (spent, refused) = (spent(&headers, now), refused(&headers, now));
    for read in [spent, refused].into_iter().flatten() {
        assert!(!read.wait.is_zero() && read.wait <= Duration::from_secs(366 * 24 * 3600), "{read:?}");
    }
    assert!(spent.map(|spent| spent.wait) <= refused.map(|refused| refused.wait), "a refusal needs less");
    for status in [0, 200, 404, 429, 503] {
        let _ = signal(status, &headers, now, true);
    }
}
