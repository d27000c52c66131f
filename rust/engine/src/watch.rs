//! Notices that the machine was suspended, for as long as there is anything that ages.
//!
//! Invariants: while a credential has a token or a wait that ages, the clocks are compared every second; while none does,
//! no thread wakes for it, and a machine that slept then made nothing older: a token that is minted afterwards keeps its
//! whole life.

use std::sync::Weak;
use std::time::Duration;

use tollgate_core::time::clock::Drift;

use crate::clock::Clock;
use crate::timetable::Timetable;

/// How soon a suspended machine is noticed after it wakes.
const PERIOD: Duration = Duration::from_secs(1);

/// Tells how much time passed unseen, whenever some did, until it is not wanted any more.
pub(crate) async fn keep(
    timetable: Weak<Timetable>,
    clock: Clock,
    mut tell: impl FnMut(Option<Duration>) -> bool,
) {
    let mut drift = Drift::from(clock.now());
    loop {
        let Some(ageless) = timetable.upgrade().map(|listed| listed.ageless()) else { return };
        if let Some(aged) = ageless {
            aged.notified().await;
            drift = Drift::from(clock.now());
            continue;
        }
        tokio::time::sleep(PERIOD).await;
        if !tell(drift.observe(clock.now())) {
            return;
        }
    }
}
