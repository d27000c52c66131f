//! What the store does with each command, in one atomic step: the scripts that run there, in Rust.

use tollgate_core::fleet::protocol::{Command, Fence, Owner, RefreshEnd, RefreshRecord, Reply};

/// What the store keeps of one credential and its client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Store {
    pub(crate) token: Fence,
    /// The token has ended, or the API refused it.
    pub(crate) is_dead: bool,
    pub(crate) refresh: RefreshRecord,
    pub(crate) lease: Option<(Owner, Fence)>,
    pub(crate) last: Fence,
    pub(crate) gate_closed: bool,
    /// The client was refused with the secret of all nodes.
    pub(crate) client_refused: bool,
}

impl Store {
    pub(crate) fn handle(&mut self, command: Command) -> Reply {
        match command {
            Command::Admit { owner, known, rejected } => self.admit(owner, known, rejected),
            Command::Mark { owner, fence } => match self.refresh {
                RefreshRecord::Kept(id) if self.lease == Some((owner, fence)) => {
                    self.refresh = RefreshRecord::Sent(id, fence);
                    Reply::Done
                }
                _ => Reply::Late,
            },
            Command::Publish { owner, fence, refresh } => {
                let is_newest = self.token < fence;
                if is_newest {
                    (self.token, self.is_dead) = (fence, false);
                }
                self.client_refused = false;
                self.end(owner, fence, refresh, is_newest);
                if is_newest { Reply::Done } else { Reply::Late }
            }
            Command::Release { owner, fence, refresh, closes_gate, refuses_client } => {
                self.gate_closed |= closes_gate;
                self.client_refused |= refuses_client;
                self.end(owner, fence, refresh, false);
                Reply::Done
            }
        }
    }

    fn admit(&mut self, owner: Owner, known: Fence, rejected: bool) -> Reply {
        if rejected && self.token == known {
            self.is_dead = true;
        }
        if self.token > known && !self.is_dead {
            return Reply::Token(self.token);
        }
        if self.client_refused {
            return Reply::Refused;
        }
        if self.gate_closed {
            return Reply::Gated;
        }
        if self.lease.is_some() {
            return Reply::Held;
        }
        self.last = Fence(self.last.0 + 1);
        self.lease = Some((owner, self.last));
        Reply::Granted { fence: self.last, refresh: self.refresh }
    }

    fn end(&mut self, owner: Owner, fence: Fence, refresh: RefreshEnd, is_newest: bool) {
        let sent = match self.refresh {
            RefreshRecord::Sent(id, by) if by == fence => Some(id),
            _ => None,
        };
        match (refresh, sent) {
            (RefreshEnd::Given(id), _) if is_newest => self.refresh = RefreshRecord::Kept(id),
            (RefreshEnd::Good, Some(id)) => self.refresh = RefreshRecord::Kept(id),
            (RefreshEnd::Refused, Some(_)) => self.refresh = RefreshRecord::None,
            _ => {}
        }
        if self.lease == Some((owner, fence)) {
            self.lease = None;
        }
    }
}
