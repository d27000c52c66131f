//! The driver of a token endpoint: the one task that owns its machine.
//!
//! Threads put inputs into the driver's queue; the driver lets the machine handle one after the other, performs the
//! outputs, and publishes in the credentials' cells what readers see without a lock. It only decides: token requests, their
//! signing, TLS and parsing run in tasks of their own, files are read and written on blocking threads. Invariants: outputs
//! are performed in order; a granted request is always answered; a fault of ours costs the credential that it struck and
//! nothing else, and readers are shown no token that the machine does not have in service.

mod member;
mod perform;
mod read_again;
mod refresh_exchange;
mod send;
mod shared_exchange;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use secrecy::SecretString;
use tokio::sync::mpsc::UnboundedReceiver;
use tollgate_core::machine::{self as machine, CredentialId, Input, NewCredential, RequestId};
use tollgate_core::time::clock::{Mono, Now, SplitMix};

use crate::context::EngineContext;
use crate::endpoint::WeakEndpoint;
#[cfg(test)]
use crate::fault_injection::{FaultyJitter, Spot};
use crate::outbox::Event as Message;
use crate::shared_state::member::HeldLease;
use crate::time::boot_timer::DueTimer;
pub(crate) use member::Member;

/// Commands taken before the driver looks at its timers again, and timeouts handled before it looks at its commands.
const BATCH: usize = 64;

/// What other threads and tasks want of the driver.
pub(crate) enum Command {
    /// Something happened.
    Input(Input),
    /// Do this.
    Act(Box<dyn FnOnce(&mut Driver) + Send>),
}

/// The driver.
pub(crate) struct Driver {
    pub(crate) context: Arc<EngineContext>,
    endpoint: WeakEndpoint,
    pub(crate) machine: machine::Endpoint,
    members: FxHashMap<CredentialId, Box<Member>>,
    /// Client secrets that were read again, by client and by fingerprint of what the profile has.
    secrets: HashMap<(Arc<str>, u64), SecretString>,
    /// Of requests that a store granted and that are about to be sent.
    leases: HashMap<RequestId, Box<HeldLease>>,
    #[cfg(test)]
    struck: Arc<parking_lot::Mutex<String>>,
}

impl Driver {
    pub(crate) fn new(context: Arc<EngineContext>, endpoint: WeakEndpoint, run_active: bool) -> Self {
        let jitter = SplitMix::seeded(RandomState::new().hash_one("endpoint"));
        #[cfg(test)]
        let struck = Arc::default();
        #[cfg(test)]
        let jitter = FaultyJitter::new(jitter, context.faults.clone(), Arc::clone(&struck));
        let mut machine = machine::Endpoint::new(Box::new(jitter));
        if run_active {
            machine.handle(context.clock.now(), Input::RunStarted, &mut Vec::new());
        }
        Self {
            context,
            endpoint,
            machine,
            members: FxHashMap::default(),
            secrets: HashMap::new(),
            leases: HashMap::new(),
            #[cfg(test)]
            struck,
        }
    }

    /// Takes commands and fires timers until the endpoint is dropped.
    pub(crate) async fn run(mut self, mut commands: UnboundedReceiver<Command>) {
        let (mut due_timer, stands_still) = DueTimer::new();
        if let Some(error) = stands_still {
            let message = format!("Tollgate's timers stand still while this machine is suspended: {error}");
            self.context.outbox.post(Message::Warn(message));
        }
        loop {
            let now = self.now().mono;
            let due = self.machine.next_timeout().unwrap_or(Mono::NEVER);
            if due <= now {
                // Not one alone: a task that yields costs a turn of the runtime.
                self.handle_due(now);
                tokio::task::yield_now().await;
            } else if commands.is_empty() {
                tokio::select! {
                    command = commands.recv() => match command {
                        Some(command) => self.take(command),
                        None => return,
                    },
                    () = due_timer.wait(now, due) => {}
                }
            }
            for _ in 0..BATCH {
                let Ok(command) = commands.try_recv() else { break };
                self.take(command);
            }
            // Where commands come faster than they are taken, other tasks of the engine have to run too.
            tokio::task::coop::consume_budget().await;
        }
    }

    /// Handles what was due at `now`, at most a batch of it.
    fn handle_due(&mut self, now: Mono) {
        for _ in 0..BATCH {
            if self.machine.next_timeout().is_none_or(|due| due > now) {
                return;
            }
            self.handle(Input::Timeout);
        }
    }

    pub(crate) fn now(&self) -> Now {
        self.context.clock.now()
    }

    fn take(&mut self, command: Command) {
        match command {
            Command::Input(input) => self.handle(input),
            Command::Act(act) => {
                if catch_unwind(AssertUnwindSafe(|| act(self))).is_err() {
                    let message = "Tollgate failed while doing what a thread asked for; please report it";
                    self.context.outbox.post(Message::Error(message.to_owned()));
                }
            }
        }
    }

    /// Adds a credential.
    pub(crate) fn add(&mut self, id: CredentialId, new: NewCredential, member: Member) {
        self.members.insert(id, Box::new(member));
        self.handle(Input::Added(id, Box::new(new)));
    }

    /// What is kept beside the machine of a credential.
    pub(crate) fn member(&mut self, id: CredentialId) -> Option<&mut Member> {
        self.members.get_mut(&id).map(Box::as_mut)
    }

    /// The same, to look at.
    pub(crate) fn kept(&self, id: CredentialId) -> Option<&Member> {
        self.members.get(&id).map(Box::as_ref)
    }

    /// All credentials.
    pub(crate) fn members(&mut self) -> impl Iterator<Item = &mut Member> {
        self.members.values_mut().map(Box::as_mut)
    }

    /// Lets the machine handle an input, and performs what it wants done.
    pub(crate) fn handle(&mut self, input: Input) {
        let now = self.now();
        let concerned = self.concerned(&input);
        let answered = matches!(input, Input::Answered(..));
        if let Some(member) = concerned.and_then(|id| self.member(id)) {
            member.before(&input);
        }
        let rejected = if let Input::Rejected(id, ..) = &input { Some(*id) } else { None };
        let removed = if let Input::Removed(id) = &input { Some(*id) } else { None };
        let mut outputs = Vec::new();
        #[cfg(test)]
        self.aim(concerned);
        let decided = catch_unwind(AssertUnwindSafe(|| {
            #[cfg(test)]
            self.strike(if matches!(input, Input::Timeout) { Spot::Timer } else { Spot::Event }, concerned);
            self.machine.handle(now, input, &mut outputs);
        }));
        if decided.is_err() {
            self.recover(concerned, &mut outputs);
        }
        if let Some((id, credential)) = concerned.and_then(|id| Some((id, self.machine.credential(id)?))) {
            let (settled, armed_from) = credential.verdict();
            if let Some(member) = self.members.get(&id) {
                member.cell.published.judge(settled.unwrap_or(0), armed_from.nanos());
            }
        }
        self.perform_all(outputs, now);
        if let Some(id) = rejected {
            // The thread that reported it may have withdrawn the token, and the machine may keep it.
            self.publish_again(id, now);
        }
        if answered && let Some(member) = concerned.and_then(|id| self.member(id)) {
            member.answered(now);
        }
        if let Some(id) = removed {
            self.members.remove(&id);
        }
    }

    /// The credential that an input is about.
    fn concerned(&self, input: &Input) -> Option<CredentialId> {
        match input {
            Input::Added(id, _)
            | Input::ViewOpened(id, _)
            | Input::ViewClosed(id, _)
            | Input::Removed(id)
            | Input::Wanted(id, _)
            | Input::Read(id, _)
            | Input::Accepted(id, ..)
            | Input::Rejected(id, ..)
            | Input::SendsLeft(id, _)
            | Input::RefreshTokenFound(id, _)
            | Input::GrantRenewed(id)
            | Input::StoreChanged(id, _)
            | Input::ClientRenewed(id) => Some(*id),
            Input::Answered(request, _) | Input::RefreshTokenTaken(request, _) | Input::Store(request, _) => {
                self.machine.requester(*request)
            }
            Input::Timeout => self.machine.next_due(),
            Input::PoolRenewed(_) | Input::RunStarted | Input::RunEnded | Input::ShutDown => None,
        }
    }

    /// After a fault of ours in deciding: the credential starts again, the gates stay, and people are told. Where all
    /// credentials were concerned, all are put back in order.
    fn recover(&mut self, concerned: Option<CredentialId>, outputs: &mut Vec<machine::Output>) {
        let ids = concerned.map_or_else(|| self.members.keys().copied().collect(), |id| vec![id]);
        for id in ids {
            self.machine.recover(id, outputs);
            self.log_fault(id, "deciding what to do");
        }
    }

    fn log_fault(&mut self, id: CredentialId, doing: &str) {
        if let Some(member) = self.member(id) {
            let title = member.cell.profile.title();
            let message = format!("{title}: Tollgate failed while {doing}; please report it");
            self.context.outbox.post(Message::Error(message));
        }
    }
}

#[cfg(test)]
impl Driver {
    /// Faults in the machine's chance strike the credential that it decides about.
    fn aim(&mut self, concerned: Option<CredentialId>) {
        let name = concerned.and_then(|id| self.member(id)).map(|member| member.cell.profile.name.clone());
        *self.struck.lock() = name.unwrap_or_default();
    }

    fn strike(&self, spot: Spot, concerned: Option<CredentialId>) {
        let member = concerned.and_then(|id| self.members.get(&id));
        self.context.faults.strike(spot, member.map_or("", |member| &member.cell.profile.name));
    }
}
