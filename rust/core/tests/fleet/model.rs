//! Three nodes, a store and a token server, with every order in which their messages can arrive.
//!
//! A message in flight may arrive at any time later, or never: nothing makes it arrive. A node gives up on an answer, a lease
//! ends, a node crashes and starts again, a request outlives its node: so often in all as the model has faults.

use stateright::{Checker as _, Model, Property};
use tollgate_core::fleet::node::{Input, Node, Outcome, Output, Sequence, Token};
use tollgate_core::fleet::protocol::{Command, Fence, Owner, RefreshId, RefreshRecord, Reply};

use crate::store::Store;

/// A fleet to be checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fleet {
    pub(crate) nodes: usize,
    /// Faults of any kind, in all.
    pub(crate) faults: u8,
    /// How often the token of all ends.
    pub(crate) ends: u8,
}

impl Fleet {
    /// Its promises hold in each state that it can come to.
    pub(crate) fn hold(self) {
        let checker = self.checker().threads(2).spawn_bfs().join();
        println!(
            "{self:?}: {} states, {} of them distinct",
            checker.state_count(),
            checker.unique_state_count()
        );
        checker.assert_properties();
    }
}

/// A token request, with its node as it was when it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Request {
    node: usize,
    owner: Owner,
    refresh: Option<RefreshId>,
    /// The node gave it up, or is gone.
    abandoned: bool,
}

/// A state of all of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    nodes: Vec<(Owner, Node)>,
    /// The token that the readers of each node have.
    tokens: Vec<Option<Token>>,
    pub(crate) store: Store,
    to_store: Vec<(usize, Owner, Sequence, Command)>,
    to_node: Vec<(usize, Owner, Sequence, Reply)>,
    requests: Vec<Request>,
    owners: u64,
    refresh_tokens: u64,
    spent: Vec<RefreshId>,
    faults: u8,
    ends: u8,
    /// Faults that may cost a token: leaders that crashed, leases that ended early, answers that did not come.
    costly: u8,
    pub(crate) mints: u8,
    pub(crate) reused: bool,
    pub(crate) granted_while_closed: bool,
    pub(crate) granted_while_refused: bool,
    pub(crate) replaced_by_older: bool,
    pub(crate) dropped_for_another: bool,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    Want(usize),
    /// The API refuses the token of this node.
    Reject(usize),
    /// The lifetime of the newest token is over.
    End,
    LookAgain(usize),
    ReachStore(usize),
    ReachNode(usize),
    /// The server carries a request out and the answer arrives.
    Mint(usize),
    /// The server carries out a request whose node is gone, or has given it up.
    MintLate(usize),
    Throttle(usize),
    RefuseClient(usize),
    RefuseRefresh(usize),
    /// The answer is lost. The request may arrive later.
    LoseAnswer(usize),
    Unanswered(usize),
    LeaseRunsOut(usize),
    LeaseEnds,
    Crash(usize),
    GateOpens,
    RefusalEnds,
}

impl State {
    fn feed(&mut self, node: usize, input: Input) {
        let mut outputs = Vec::new();
        let owner = self.nodes[node].0;
        self.nodes[node].1.handle(input, &mut outputs);
        for output in outputs {
            match output {
                Output::Tell(sequence, command) => self.to_store.push((node, owner, sequence, command)),
                Output::Send(refresh) => {
                    self.requests.push(Request { node, owner, refresh, abandoned: false });
                }
                Output::Serve(token) => self.tokens[node] = Some(token),
            }
        }
    }

    fn mint(&mut self, request: Request) -> Outcome {
        if let Some(id) = request.refresh {
            if self.spent.contains(&id) {
                self.reused = true;
                return Outcome::RefreshRefused;
            }
            self.spent.push(id);
        }
        self.mints += 1;
        self.refresh_tokens += 1;
        Outcome::Token(Some(RefreshId(self.refresh_tokens)))
    }

    /// Whether the node that has the lease still lives and is about something.
    fn lease_is_used(&self) -> bool {
        let Some((holder, _)) = self.store.lease else { return false };
        let lives = self.nodes.iter().any(|(owner, node)| *owner == holder && !node.is_idle());
        lives || self.to_store.iter().any(|(_, owner, ..)| *owner == holder)
    }

    fn has_all(&self) -> bool {
        self.tokens.iter().all(Option::is_some)
    }
}

impl Model for Fleet {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let owners = 1..=self.nodes as u64;
        vec![State {
            nodes: owners.map(|owner| (Owner(owner), Node::new(Owner(owner)))).collect(),
            tokens: vec![None; self.nodes],
            store: Store::default(),
            to_store: Vec::new(),
            to_node: Vec::new(),
            requests: Vec::new(),
            owners: self.nodes as u64,
            refresh_tokens: 0,
            spent: Vec::new(),
            faults: self.faults,
            ends: self.ends,
            costly: 0,
            mints: 0,
            reused: false,
            granted_while_closed: false,
            granted_while_refused: false,
            replaced_by_older: false,
            dropped_for_another: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let may_fail = state.faults > 0;
        let store = &state.store;
        let store_may_grant = store.lease.is_none() && !store.gate_closed && !store.client_refused;
        for (at, (_, node)) in state.nodes.iter().enumerate() {
            if node.is_idle() && !node.is_waiting() && state.tokens[at].is_none() {
                actions.push(Action::Want(at));
            }
            let has_news = state.store.token > node.known() && !state.store.is_dead;
            if node.is_waiting() && (store_may_grant || has_news) {
                actions.push(Action::LookAgain(at));
            }
            if state.ends > 0 && node.is_idle() && !node.is_waiting() && state.tokens[at].is_some() {
                actions.push(Action::Reject(at));
            }
            if may_fail && node.asked().is_some() {
                actions.push(Action::Unanswered(at));
            }
            if may_fail && node.is_preparing() {
                actions.push(Action::LeaseRunsOut(at));
            }
            if may_fail && !node.is_idle() {
                actions.push(Action::Crash(at));
            }
        }
        if state.ends > 0 && state.store.token > Fence(0) && !state.store.is_dead {
            actions.push(Action::End);
        }
        for at in 0..state.to_store.len() {
            actions.push(Action::ReachStore(at));
        }
        for at in 0..state.to_node.len() {
            actions.push(Action::ReachNode(at));
        }
        for (at, request) in state.requests.iter().enumerate() {
            if request.abandoned {
                actions.push(Action::MintLate(at));
                continue;
            }
            actions.push(Action::Mint(at));
            if request.refresh.is_some() {
                // As often as it likes: the primary grant follows.
                actions.push(Action::RefuseRefresh(at));
            }
            if may_fail {
                actions.extend([Action::Throttle(at), Action::RefuseClient(at), Action::LoseAnswer(at)]);
            }
        }
        // An abandoned lease ends by itself; one in use ends early.
        if state.store.lease.is_some() && (may_fail || !state.lease_is_used()) {
            actions.push(Action::LeaseEnds);
        }
        if state.store.gate_closed {
            actions.push(Action::GateOpens);
        }
        if state.store.client_refused {
            actions.push(Action::RefusalEnds);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        let fault = |state: &mut State, costly: bool| {
            state.faults -= 1;
            state.costly += u8::from(costly);
        };
        match action {
            Action::Want(node) => state.feed(node, Input::Wanted(false)),
            Action::LookAgain(node) => state.feed(node, Input::Wanted(false)),
            Action::Reject(node) => {
                state.ends -= 1;
                state.tokens[node] = None;
                state.feed(node, Input::Wanted(true));
            }
            Action::End => {
                state.ends -= 1;
                state.store.is_dead = true;
                let newest = Some(Token::Shared(state.store.token));
                state.tokens.iter_mut().filter(|token| **token == newest).for_each(|token| *token = None);
            }
            Action::ReachStore(at) => {
                let (node, owner, sequence, command) = state.to_store.remove(at);
                let (was_closed, was_refused) = (state.store.gate_closed, state.store.client_refused);
                let token = state.store.token;
                let of_another = match (command, state.store.refresh) {
                    (Command::Publish { fence, .. } | Command::Release { fence, .. }, record) => {
                        record != RefreshRecord::None
                            && !matches!(record, RefreshRecord::Sent(_, by) if by == fence)
                    }
                    _ => false,
                };
                let reply = state.store.handle(command);
                let is_granted = matches!(reply, Reply::Granted { .. });
                state.granted_while_closed |= was_closed && is_granted;
                state.granted_while_refused |= was_refused && is_granted;
                state.dropped_for_another |= of_another && state.store.refresh == RefreshRecord::None;
                state.replaced_by_older |= state.store.token < token;
                // Nobody waits for the answer to a lease that is given back.
                if sequence != Sequence(0) {
                    state.to_node.push((node, owner, sequence, reply));
                }
            }
            Action::ReachNode(at) => {
                let (node, owner, sequence, reply) = state.to_node.remove(at);
                if state.nodes[node].0 == owner {
                    state.feed(node, Input::Answered(sequence, reply));
                }
            }
            Action::Mint(at) => {
                let request = state.requests.remove(at);
                let outcome = state.mint(request);
                state.feed(request.node, Input::Ended(outcome));
            }
            Action::MintLate(at) => {
                let request = state.requests.remove(at);
                state.mint(request);
            }
            Action::Throttle(at) => {
                fault(&mut state, false);
                let request = state.requests.remove(at);
                state.feed(request.node, Input::Ended(Outcome::Unread(true)));
            }
            Action::RefuseClient(at) => {
                fault(&mut state, false);
                let request = state.requests.remove(at);
                state.feed(request.node, Input::Ended(Outcome::ClientRefused(false)));
            }
            Action::RefuseRefresh(at) => {
                let request = state.requests.remove(at);
                state.feed(request.node, Input::Ended(Outcome::RefreshRefused));
            }
            Action::LoseAnswer(at) => {
                fault(&mut state, true);
                let request = state.requests[at];
                state.requests[at].abandoned = true;
                state.feed(request.node, Input::Ended(Outcome::Unknown(false)));
            }
            Action::Unanswered(node) => {
                fault(&mut state, true);
                let sequence = state.nodes[node].1.asked()?;
                state.feed(node, Input::Unanswered(sequence));
            }
            Action::LeaseRunsOut(node) => {
                fault(&mut state, false);
                state.feed(node, Input::LeaseRunsOut);
            }
            Action::LeaseEnds => {
                if state.lease_is_used() {
                    fault(&mut state, true);
                }
                state.store.lease = None;
            }
            Action::Crash(node) => {
                fault(&mut state, true);
                state.owners += 1;
                let owner = Owner(state.owners);
                for request in state.requests.iter_mut().filter(|request| request.node == node) {
                    request.abandoned = true;
                }
                state.nodes[node] = (owner, Node::new(owner));
                state.tokens[node] = None;
            }
            Action::GateOpens => state.store.gate_closed = false,
            Action::RefusalEnds => state.store.client_refused = false,
        }
        state.to_store.sort_by_key(|message| (message.1, message.2));
        state.to_node.sort_by_key(|message| (message.1, message.2));
        state.requests.sort();
        state.spent.sort();
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no more tokens than causes", |model: &Fleet, state: &State| {
                state.mints <= 1 + (model.ends - state.ends) + state.costly
            }),
            Property::always("no refresh token is sent twice", |_, state: &State| !state.reused),
            Property::always("nothing is granted while the gate is closed", |_, state: &State| {
                !state.granted_while_closed
            }),
            Property::always("nothing is granted to a client that is refused", |_, state: &State| {
                !state.granted_while_refused
            }),
            Property::sometimes("a node hears that the client is refused", |_, state: &State| {
                state.to_node.iter().any(|(.., reply)| *reply == Reply::Refused)
            }),
            Property::always("no token takes the place of a newer one", |_, state: &State| {
                !state.replaced_by_older
            }),
            Property::always("no refresh token is dropped for the refusal of another", |_, state: &State| {
                !state.dropped_for_another
            }),
            Property::always("nobody waits for ever", |model: &Fleet, state: &State| {
                let mut actions = Vec::new();
                model.actions(state, &mut actions);
                !actions.is_empty() || state.has_all()
            }),
            Property::sometimes("all have the same token", |_, state: &State| {
                state.has_all() && state.tokens.windows(2).all(|pair| pair[0] == pair[1])
            }),
            Property::sometimes("a refresh token brings the next token", |_, state: &State| {
                state.mints > 1 && !state.spent.is_empty()
            }),
        ]
    }
}
