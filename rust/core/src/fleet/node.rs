//! One process of a fleet, for one credential: when it turns to the store, and when it sends a token request.

use super::protocol::{Command, Fence, Owner, RefreshEnd, RefreshId, RefreshRecord, Reply};

/// What happens to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// Readers want a token, and the one at hand has ended, or the API refused it (`true`). Where another has the lease or the
    /// gate is closed, it is put again once something changed at the store, or time has passed.
    Wanted(bool),
    /// The store answered this command.
    Answered(Sequence, Reply),
    /// The store did not answer this command in time. Whether it was carried out is not known.
    Unanswered(Sequence),
    /// The request that was granted ended.
    Ended(Outcome),
    /// The lease has so little time left that the request could outlast it. Comes before the request is sent or not at all.
    LeaseRunsOut,
}

/// How a token request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// With a token, and perhaps a refresh token.
    Token(Option<RefreshId>),
    /// The server refused the refresh token.
    RefreshRefused,
    /// The server refused the client. `true`: it asked to wait.
    ClientRefused(bool),
    /// The server did not process it. `true`: it asked to wait.
    Unread(bool),
    /// No answer came, or none that says so: the server may have carried it out. `true`: it asked to wait.
    Unknown(bool),
}

/// What a node wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    /// Tell the store.
    Tell(Sequence, Command),
    /// Send a token request, by this refresh token or by the primary grant.
    Send(Option<RefreshId>),
    /// Readers get this token from now on.
    Serve(Token),
}

/// A token at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Token {
    /// That of this lease.
    Shared(Fence),
    /// Requested while the store did not answer. Only this node has it.
    Own,
}

/// The number of a command of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sequence(pub u32);

/// What a node is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Phase {
    #[default]
    Idle,
    /// Another node has the lease, the gate is closed, or the client is refused.
    Waiting,
    Admitting,
    Marking(Fence, RefreshId),
    /// A request is in flight, under this lease or without one.
    Sending(Option<Fence>, Option<RefreshId>),
    /// Its end is being told. Whether it brought a token.
    Telling(bool),
}

/// What the server said to all of its client's requests.
#[derive(Clone, Copy, Default)]
struct Told {
    closes_gate: bool,
    refuses_client: bool,
}

/// The node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    owner: Owner,
    sequence: Sequence,
    phase: Phase,
    /// The newest token of the fleet that it saw.
    known: Fence,
    rejected: bool,
    /// The token at hand is one that only this node has.
    has_own: bool,
}

impl Node {
    /// A node that has just started.
    #[must_use]
    pub fn new(owner: Owner) -> Self {
        Self {
            owner,
            sequence: Sequence::default(),
            phase: Phase::default(),
            known: Fence::default(),
            rejected: false,
            has_own: false,
        }
    }

    /// The same node after its task was lost: it begins anew, with the token it knows.
    pub fn restart(&mut self) {
        self.phase = Phase::Idle;
    }

    /// Whether it has nothing in flight, neither at the store nor at the server.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        matches!(self.phase, Phase::Idle | Phase::Waiting)
    }

    /// Whether readers wait for a token here.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.phase == Phase::Waiting
    }

    /// Whether a token request of this node is in flight.
    #[must_use]
    pub fn is_sending(&self) -> bool {
        matches!(self.phase, Phase::Sending(..))
    }

    /// Whether it holds a lease, as far as it knows, and has not sent its request.
    #[must_use]
    pub fn is_preparing(&self) -> bool {
        matches!(self.phase, Phase::Marking(..))
    }

    /// The newest token of the fleet that it saw.
    #[must_use]
    pub fn known(&self) -> Fence {
        self.known
    }

    /// The command whose answer it waits for.
    #[must_use]
    pub fn asked(&self) -> Option<Sequence> {
        matches!(self.phase, Phase::Admitting | Phase::Marking(..) | Phase::Telling(_))
            .then_some(self.sequence)
    }

    /// Handles one input.
    pub fn handle(&mut self, input: Input, outputs: &mut Vec<Output>) {
        match (input, self.phase) {
            (Input::Wanted(rejected), Phase::Idle | Phase::Waiting) => {
                // What the API says of a token of its own says nothing of that of all.
                self.rejected |= rejected && !self.has_own;
                self.admit(outputs);
            }
            (Input::Answered(sequence, reply), _) if self.asked() == Some(sequence) => {
                self.answered(reply, outputs);
            }
            // The answer to a command that was given up. A lease that it grants is nobody's: it is given back.
            (Input::Answered(_, Reply::Granted { fence, .. }), _) => {
                self.give_back(fence, outputs);
            }
            (Input::Unanswered(sequence), _) if self.asked() == Some(sequence) => self.unanswered(outputs),
            (Input::LeaseRunsOut, Phase::Marking(fence, _)) => {
                // The mark may be there by now and the refresh token is not sent: it stays good.
                self.end(fence, RefreshEnd::Good, Told::default(), outputs);
            }
            (Input::LeaseRunsOut, Phase::Sending(Some(fence), refresh)) => {
                let refresh = refresh.map_or(RefreshEnd::Untouched, |_| RefreshEnd::Good);
                self.end(fence, refresh, Told::default(), outputs);
            }
            (Input::Ended(outcome), Phase::Sending(fence, refresh)) => {
                self.ended(outcome, fence, refresh, outputs)
            }
            _ => {}
        }
    }

    fn tell(&mut self, phase: Phase, command: Command, outputs: &mut Vec<Output>) {
        self.sequence = Sequence(self.sequence.0 + 1);
        self.phase = phase;
        outputs.push(Output::Tell(self.sequence, command));
    }

    fn admit(&mut self, outputs: &mut Vec<Output>) {
        let command = Command::Admit { owner: self.owner, known: self.known, rejected: self.rejected };
        self.tell(Phase::Admitting, command, outputs);
    }

    fn answered(&mut self, reply: Reply, outputs: &mut Vec<Output>) {
        match (reply, self.phase) {
            (Reply::Token(fence), Phase::Admitting) => self.serve(fence, outputs),
            (Reply::Granted { fence, refresh }, Phase::Admitting) => match refresh {
                RefreshRecord::Kept(id) => {
                    let command = Command::Mark { owner: self.owner, fence };
                    self.tell(Phase::Marking(fence, id), command, outputs);
                }
                // What another one sent is not sent again.
                RefreshRecord::None | RefreshRecord::Sent(..) => self.send(Some(fence), None, outputs),
            },
            (Reply::Done, Phase::Marking(fence, id)) => self.send(Some(fence), Some(id), outputs),
            // Whether it was done or came too late: the token is good for this node.
            (_, Phase::Telling(true)) => self.phase = Phase::Idle,
            _ => self.phase = Phase::Waiting,
        }
    }

    fn unanswered(&mut self, outputs: &mut Vec<Output>) {
        match self.phase {
            // Without the store each node is on its own, and leaves the refresh token of all alone.
            Phase::Admitting => self.send(None, None, outputs),
            // It may be marked: then nobody sends it.
            Phase::Marking(fence, _) => self.send(Some(fence), None, outputs),
            Phase::Telling(true) => self.phase = Phase::Idle,
            _ => self.phase = Phase::Waiting,
        }
    }

    fn send(&mut self, fence: Option<Fence>, refresh: Option<RefreshId>, outputs: &mut Vec<Output>) {
        self.phase = Phase::Sending(fence, refresh);
        outputs.push(Output::Send(refresh));
    }

    fn serve(&mut self, fence: Fence, outputs: &mut Vec<Output>) {
        self.phase = Phase::Idle;
        if fence > self.known {
            (self.known, self.rejected, self.has_own) = (fence, false, false);
            outputs.push(Output::Serve(Token::Shared(fence)));
        }
    }

    fn ended(
        &mut self,
        outcome: Outcome,
        fence: Option<Fence>,
        refresh: Option<RefreshId>,
        outputs: &mut Vec<Output>,
    ) {
        let Some(fence) = fence else {
            self.phase = Phase::Waiting;
            if let Outcome::Token(_) = outcome {
                (self.phase, self.rejected, self.has_own) = (Phase::Idle, false, true);
                outputs.push(Output::Serve(Token::Own));
            }
            return;
        };
        match outcome {
            Outcome::Token(given) => {
                let refresh = match (given, refresh) {
                    (Some(given), _) => RefreshEnd::Given(given),
                    (None, Some(_)) => RefreshEnd::Good,
                    (None, None) => RefreshEnd::Untouched,
                };
                // Readers need not wait for the store.
                self.known = self.known.max(fence);
                (self.rejected, self.has_own) = (false, false);
                outputs.push(Output::Serve(Token::Shared(fence)));
                let command = Command::Publish { owner: self.owner, fence, refresh };
                self.tell(Phase::Telling(true), command, outputs);
            }
            // The primary grant is another request, with a lease of its own.
            Outcome::RefreshRefused => self.end(fence, RefreshEnd::Refused, Told::default(), outputs),
            Outcome::ClientRefused(closes_gate) => {
                let refresh = refresh.map_or(RefreshEnd::Untouched, |_| RefreshEnd::Good);
                self.end(fence, refresh, Told { closes_gate, refuses_client: true }, outputs);
            }
            Outcome::Unread(closes_gate) => {
                let refresh = refresh.map_or(RefreshEnd::Untouched, |_| RefreshEnd::Good);
                self.end(fence, refresh, Told { closes_gate, ..Told::default() }, outputs);
            }
            Outcome::Unknown(closes_gate) => {
                let refresh = refresh.map_or(RefreshEnd::Untouched, |_| RefreshEnd::Doubtful);
                self.end(fence, refresh, Told { closes_gate, ..Told::default() }, outputs);
            }
        }
    }

    fn end(&mut self, fence: Fence, refresh: RefreshEnd, told: Told, outputs: &mut Vec<Output>) {
        let Told { closes_gate, refuses_client } = told;
        let command = Command::Release { owner: self.owner, fence, refresh, closes_gate, refuses_client };
        self.tell(Phase::Telling(false), command, outputs);
    }

    /// Ends a lease that this node does not use, without waiting for the answer.
    fn give_back(&mut self, fence: Fence, outputs: &mut Vec<Output>) {
        let refresh = RefreshEnd::Untouched;
        let (owner, closes_gate, refuses_client) = (self.owner, false, false);
        let command = Command::Release { owner, fence, refresh, closes_gate, refuses_client };
        outputs.push(Output::Tell(Sequence(0), command));
    }
}
