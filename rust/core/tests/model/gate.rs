//! What the model believes of a gate: until when the server wants no request, and whether it is in an outage.

use tollgate_core::machine::RequestId;
use tollgate_core::time::clock::Mono;

#[derive(Default)]
pub(super) struct Gate {
    closed_until: Mono,
    /// An outage is going on. The newest request when it began: only a later one can end it.
    outage: Option<RequestId>,
    /// The newest request when the last failure was counted: what was in flight then says nothing new.
    counted: Option<RequestId>,
    /// The one request that tries a server in an outage.
    probe: Option<RequestId>,
}

impl Gate {
    pub(super) fn send(&mut self, at: Mono, request: RequestId) {
        assert!(at >= self.closed_until, "a request inside the wait of a gate");
        if self.outage.is_some() {
            assert!(self.probe.is_none(), "two requests try a server in an outage");
            self.probe = Some(request);
        }
    }

    /// Whether no request tries the server now.
    pub(super) fn may_send(&self) -> bool {
        self.probe.is_none()
    }

    pub(super) fn end(&mut self, request: RequestId) {
        self.probe = self.probe.filter(|probe| *probe != request);
    }

    pub(super) fn heal(&mut self, request: RequestId) {
        self.outage = self.outage.filter(|began| request <= *began);
    }

    /// Whether a failure counts.
    pub(super) fn fail(&mut self, request: RequestId, newest: RequestId) -> bool {
        self.fail_between(request, newest, newest)
    }

    /// The same, where the newest request at that time is only known to be one of these.
    pub(super) fn fail_between(&mut self, request: RequestId, oldest: RequestId, newest: RequestId) -> bool {
        let counts = self.counted.is_none_or(|counted| request > counted);
        if counts {
            self.outage.get_or_insert(oldest);
            self.counted = Some(newest);
        }
        counts
    }

    pub(super) fn close(&mut self, until: Mono) {
        self.closed_until = self.closed_until.max(until);
    }
}
