//! One client at the token endpoint: its window, how long it was told to wait, its suspension and its tokens.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::announced_wait::AnnouncedWait;
use super::api_limit::ApiLimit;
use super::window::SlidingWindow;
use super::{ClientCounts, Judged, RequestTimes, TokenVerdict};
use crate::clock::Moment;
use crate::cpu_wait::CpuWait;
use crate::settings::Settings;

/// Two token requests of a client closer than this are duplicates.
const DUPLICATE: Duration = Duration::from_millis(100);
/// Tokens of one client that can be alive, or wait for a successor, at once; beyond, the oldest are let go.
const LISTED: usize = 10_000;

/// What the judge knows of a client.
#[derive(Debug)]
pub(super) struct ClientState {
    pub(super) id: Arc<str>,
    pub(super) counts: ClientCounts,
    pub(super) wait: AnnouncedWait,
    /// At the API, where its limit is per client.
    pub(super) api: ApiLimit,
    pub(super) users: HashSet<Box<str>>,
    /// Tokens that may still be alive.
    pub(super) live: VecDeque<Arc<str>>,
    /// Tokens no later token's answer has been written for.
    pub(super) unsuperseded: VecDeque<Arc<str>>,
    window: SlidingWindow,
    suspended_until: Moment,
    last_arrival: Option<Moment>,
    serials: u64,
}

impl ClientState {
    pub(super) fn new(id: Arc<str>) -> Self {
        Self {
            id,
            counts: ClientCounts::default(),
            wait: AnnouncedWait::default(),
            api: ApiLimit::default(),
            users: HashSet::new(),
            live: VecDeque::new(),
            unsuperseded: VecDeque::new(),
            window: SlidingWindow::default(),
            suspended_until: Moment::ZERO,
            last_arrival: None,
            serials: 0,
        }
    }

    /// Decides on a token request.
    pub(super) fn token_request(
        &mut self,
        times: &RequestTimes,
        cpu_wait: CpuWait,
        settings: &Settings,
    ) -> Judged {
        let (at, now) = (times.arrived, times.now);
        self.counts.token_requests += 1;
        if self.last_arrival.is_some_and(|last| at.abs_diff(last) < DUPLICATE) {
            self.counts.duplicates_within_100ms += 1;
        }
        self.last_arrival = Some(self.last_arrival.map_or(at, |last| last.max(at)));
        let inside_retry_after = self.wait.is_ignored(times.composed, Duration::ZERO, cpu_wait);
        if inside_retry_after {
            self.counts.inside_retry_after += 1;
        }
        let wait = if now < self.suspended_until {
            Some(self.suspended_until - now)
        } else if inside_retry_after && !settings.suspend_for.is_zero() {
            self.counts.suspensions += 1;
            self.suspended_until = now + settings.suspend_for;
            Some(settings.suspend_for)
        } else {
            settings.rate_limit.and_then(|rate| self.window.admit(now, rate).err())
        };
        let verdict = match wait {
            Some(wait) => {
                self.counts.throttled += 1;
                TokenVerdict::Throttled(wait)
            }
            None => TokenVerdict::Proceed,
        };
        Judged { verdict, inside_retry_after }
    }

    /// Lists a new token and returns its serial.
    pub(super) fn mint(&mut self, token: &Arc<str>) -> u64 {
        self.counts.minted += 1;
        self.serials += 1;
        for list in [&mut self.live, &mut self.unsuperseded] {
            if list.len() >= LISTED {
                list.pop_front();
            }
            list.push_back(Arc::clone(token));
        }
        self.serials
    }
}
