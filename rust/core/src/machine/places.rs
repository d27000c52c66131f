//! The places at an endpoint: the token requests in flight, of all its credentials.
//!
//! Invariant: a request that is never answered leaves its place, so that its credential asks again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashMap;

use super::input::{ClientPresented, CredentialId, RequestId};
use crate::config::policy::Policy;
use crate::time::clock::Mono;

/// A request counts as lost after this many times `request_timeout`. The HTTP client ends an exchange within one, or
/// three where it has to discover the endpoint; what takes longer is a fault of ours.
const LOST_AFTER: u32 = 10;

/// A timer that comes later than this was kept by a suspended machine, and answers may be waiting with it.
const LATE: Duration = Duration::from_secs(5);

/// A request in flight.
#[derive(Debug)]
pub(super) struct InFlight {
    pub(super) credential: CredentialId,
    pub(super) client: u32,
    pub(super) presented: ClientPresented,
    /// How often the client's secret had been read again.
    pub(super) secret: u32,
    pub(super) sent: Mono,
    /// The settings it was sent under.
    pub(super) policy: Arc<Policy>,
}

/// All requests in flight.
#[derive(Debug, Default)]
pub(super) struct Places {
    newest: RequestId,
    in_flight: FxHashMap<RequestId, (InFlight, Mono)>,
    lost_at: BTreeSet<(Mono, RequestId)>,
}

impl Places {
    /// The newest request granted so far.
    pub(super) fn newest(&self) -> RequestId {
        self.newest
    }

    /// How many requests are in flight.
    pub(super) fn taken(&self) -> usize {
        self.in_flight.len()
    }

    /// A request takes a place.
    pub(super) fn enter(&mut self, request: InFlight) -> RequestId {
        self.newest = RequestId(self.newest.0 + 1);
        let lost_at = request.sent.after(request.policy.worst_exchange.saturating_mul(LOST_AFTER));
        self.lost_at.insert((lost_at, self.newest));
        self.in_flight.insert(self.newest, (request, lost_at));
        self.newest
    }

    /// A request that stood in its place is sent now; `None` if it ended before.
    pub(super) fn send(&mut self, now: Mono, request: RequestId) -> Option<&InFlight> {
        let (in_flight, _) = self.in_flight.get_mut(&request)?;
        in_flight.sent = now;
        Some(in_flight)
    }

    /// A request ended; `None` if it ended before.
    pub(super) fn leave(&mut self, request: RequestId) -> Option<InFlight> {
        let (in_flight, lost_at) = self.in_flight.remove(&request)?;
        self.lost_at.remove(&(lost_at, request));
        Some(in_flight)
    }

    /// The credential whose request that is.
    pub(super) fn requester(&self, request: RequestId) -> Option<CredentialId> {
        self.in_flight.get(&request).map(|(in_flight, _)| in_flight.credential)
    }

    /// The request of a credential.
    pub(super) fn request_of(&self, credential: CredentialId) -> Option<RequestId> {
        let of = |(_, (in_flight, _)): &(&RequestId, &(InFlight, Mono))| in_flight.credential == credential;
        self.in_flight.iter().find(of).map(|(request, _)| *request)
    }

    /// A request that counts as lost by now.
    pub(super) fn lost(&mut self, now: Mono) -> Option<RequestId> {
        loop {
            let (lost_at, request) = self.lost_at.first().copied().filter(|(lost_at, _)| *lost_at <= now)?;
            let (in_flight, listed) = self.in_flight.get_mut(&request)?;
            if now < lost_at.after(LATE) {
                return Some(request);
            }
            *listed = now.after(in_flight.policy.worst_exchange);
            self.lost_at.remove(&(lost_at, request));
            self.lost_at.insert((*listed, request));
        }
    }

    /// When the next request counts as lost.
    pub(super) fn next_lost(&self) -> Option<Mono> {
        self.lost_at.first().map(|(lost_at, _)| *lost_at)
    }
}
