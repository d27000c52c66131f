//! One credential of this process in the store of its fleet: asks for leave to send, and tells how the request ended.
//!
//! [`Node`] decides; here its commands are carried out. Invariants: one request or end at a time has the node; a command that
//! the store does not answer in time is one that it did not answer, and a lease that comes after all is given back; a request
//! is not sent where its lease has less than half left.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::FutureExt as _;
use secrecy::SecretString;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tollgate_core::config::profile::Profile;
use tollgate_core::fleet::node::{Input, Node, Outcome, Output, Sequence};
use tollgate_core::fleet::protocol::{self, ClientRefused, Command, Fence, RefreshId, RefreshRecord, Reply};
use tollgate_core::machine::rejection::Replacement;
use tollgate_core::machine::{SharedLimits, SharedToken, StoreAnswer};
use tollgate_core::time::clock::Mono;

use super::commands::{
    Admission, Done, LeaseEnd, Presented, RefreshEnd, SharedClient, SharedCredential, SharedRefreshToken,
};
use super::connection::StoreError;
use super::envelope::hasher;
use super::store_clock::Reading;

/// Who waits for the request of another process looks again so soon, if no news come before.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A refresh token has no name in the protocol here: the store has one for each credential.
const ID: RefreshId = RefreshId(0);

/// A credential in the store.
pub(crate) struct SharedMember {
    client: Arc<SharedClient>,
    credential: Arc<SharedCredential>,
    node: Arc<Mutex<Node>>,
    /// The fence of its token, for who does not have the node.
    known: AtomicU64,
    scope: Option<Box<str>>,
    /// How long a lease lasts: longer than two requests.
    lease: Duration,
    listener: OnceLock<u64>,
}

/// The credential of a profile, as all processes of the fleet name it.
pub(super) fn credential_of(client: &SharedClient, profile: &Profile) -> SharedCredential {
    let key = profile.shared_key(&[hasher(client.keys(), 0), hasher(client.keys(), 1)]);
    client.credential(&key.bytes())
}

/// Leave to send, of the store or without one.
pub(crate) struct HeldLease {
    node: OwnedMutexGuard<Node>,
    /// `None`: the store was silent.
    granted: Option<(Fence, Reading)>,
    /// The refresh token that is sent.
    pub(crate) refresh_token: Option<SecretString>,
}

impl HeldLease {
    /// Whether the store gave it.
    pub(crate) fn is_of_store(&self) -> bool {
        self.granted.is_some()
    }
}

/// What came of asking.
pub(crate) enum Asked {
    Leave(Box<HeldLease>),
    Wait(StoreAnswer),
}

/// How a request ended, for the store.
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    /// The token in service, if the request brought it, and when it ends.
    pub(crate) token: Option<(SecretString, Mono)>,
    /// It replaced a token that the API refused.
    pub(crate) replacement: Option<Replacement>,
    /// The refresh token that came.
    pub(crate) refresh_token: Option<SecretString>,
    /// When the gate of the client opens.
    pub(crate) gate_opens: Mono,
    /// How the client was presented, where the request was sent.
    pub(crate) presented: Option<Presented>,
    /// The server refused the client, which is believed until then.
    pub(crate) refused: Option<(ClientRefused, Mono)>,
}

impl Ended {
    /// A request that brought no token.
    pub(crate) fn without_token(outcome: Outcome) -> Self {
        let gate_opens = Mono::ZERO;
        let (token, replacement, refresh_token, presented, refused) = (None, None, None, None, None);
        Self { outcome, token, replacement, refresh_token, gate_opens, presented, refused }
    }
}

impl SharedMember {
    pub(super) fn new(client: Arc<SharedClient>, profile: &Profile) -> Self {
        Self {
            credential: Arc::new(credential_of(&client, profile)),
            node: Arc::new(Mutex::new(Node::new(client.owner))),
            known: AtomicU64::new(0),
            scope: profile.grant.scope.as_deref().map(Into::into),
            lease: profile.policy.worst_exchange * 2 + Duration::from_secs(5),
            listener: OnceLock::new(),
            client,
        }
    }

    /// Has `changed` called when something changes at the store. `true`: there is a token that is newer than the one here.
    pub(crate) fn listen(self: &Arc<Self>, changed: impl Fn(bool) + Send + Sync + 'static) {
        let this = Arc::downgrade(self);
        let listener = move |fence: Option<Fence>| {
            let Some(this) = this.upgrade() else { return };
            let known = this.known.load(Ordering::Acquire);
            match fence {
                Some(fence) if fence.0 > known => changed(true),
                // Its own, or one that it has.
                Some(_) => {}
                None => changed(false),
            }
        };
        self.listener.get_or_init(|| self.client.members.add(&self.credential.name, Box::new(listener)));
    }

    /// How a profile presents the client.
    pub(crate) fn presented(&self, profile: &Profile) -> Presented {
        self.client.presented(profile)
    }

    /// Asks the store for leave to send a request.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        presented: Presented,
        rejected: bool,
        limits: SharedLimits,
    ) -> Asked {
        let mut node = Arc::clone(&self.node).lock_owned().await;
        if !node.is_idle() {
            node.restart();
        }
        let mut asking =
            Asking { member: self, presented, limits, granted: None, refresh_token: None, answer: None };
        let mut outputs = Vec::new();
        node.handle(Input::Wanted(rejected), &mut outputs);
        while let Some(output) = outputs.pop() {
            let Output::Tell(sequence, command) = output else {
                if matches!(output, Output::Send(_)) && asking.has_run_out() {
                    node.handle(Input::LeaseRunsOut, &mut outputs);
                }
                continue;
            };
            let input = asking.tell(sequence, command).await;
            node.handle(input, &mut outputs);
        }
        self.known.store(node.known().0, Ordering::Release);
        let Asking { granted, refresh_token, answer, .. } = asking;
        if node.is_sending() {
            return Asked::Leave(Box::new(HeldLease { node, granted, refresh_token }));
        }
        Asked::Wait(answer.unwrap_or(StoreAnswer::Again))
    }

    /// Whether a lease has so little left that the request could outlast it.
    pub(crate) fn has_run_out(&self, lease: &HeldLease) -> bool {
        lease.granted.is_some_and(|(_, reading)| self.is_late(reading))
    }

    fn is_late(&self, reading: Reading) -> bool {
        self.client.store.context.clock.now().mono > reading.asked.after(self.lease / 2)
    }

    /// Keeps the lease for as long as the request takes.
    pub(crate) async fn keep<T>(&self, lease: &HeldLease, request: impl Future<Output = T>) -> T {
        let mut request = std::pin::pin!(request);
        let Some((fence, _)) = lease.granted else { return request.await };
        loop {
            match tokio::time::timeout(self.lease / 3, &mut request).await {
                Ok(outcome) => return outcome,
                Err(_) => {
                    let (client, credential, length) =
                        (Arc::clone(&self.client), Arc::clone(&self.credential), self.lease);
                    let renewal = async move { client.renew(&credential, fence, length).await };
                    // A request in flight can't be recalled, whatever the store says of its lease.
                    self.client.store.within(renewal, |_| async {}.boxed()).await;
                }
            }
        }
    }

    /// Tells the store how the request ended.
    pub(crate) async fn end(&self, mut lease: Box<HeldLease>, ended: Ended) {
        let mut outputs = Vec::new();
        lease.node.handle(Input::Ended(ended.outcome), &mut outputs);
        self.known.store(lease.node.known().0, Ordering::Release);
        let told = outputs.into_iter().find_map(|output| match output {
            Output::Tell(sequence, command) => Some((sequence, command)),
            Output::Send(_) | Output::Serve(_) => None,
        });
        let (Some((sequence, command)), Some((_, reading))) = (told, lease.granted) else { return };
        let done = self.end_lease(command, ended, reading).await;
        let reply = done.map(|done| if done == Done::Done { Reply::Done } else { Reply::Late });
        let input = reply.map_or(Input::Unanswered(sequence), |reply| Input::Answered(sequence, reply));
        lease.node.handle(input, &mut Vec::new());
    }

    async fn end_lease(&self, command: Command, ended: Ended, reading: Reading) -> Option<Done> {
        let (fence, refresh, token, (closes_gate, refuses_client)) = match command {
            Command::Publish { fence, refresh, .. } => (fence, refresh, ended.token, (false, false)),
            Command::Release { fence, refresh, closes_gate, refuses_client, .. } => {
                (fence, refresh, None, (closes_gate, refuses_client))
            }
            Command::Admit { .. } | Command::Mark { .. } => return None,
        };
        let refresh = match (refresh, ended.refresh_token) {
            (protocol::RefreshEnd::Given(_), Some(given)) => RefreshEnd::Given(given),
            (protocol::RefreshEnd::Given(_), None) | (protocol::RefreshEnd::Untouched, _) => {
                RefreshEnd::Untouched
            }
            (protocol::RefreshEnd::Good, _) => RefreshEnd::Good,
            (protocol::RefreshEnd::Refused, _) => RefreshEnd::Refused,
            (protocol::RefreshEnd::Doubtful, _) => RefreshEnd::Doubtful,
        };
        let gate = closes_gate.then_some(ended.gate_opens);
        let (presented, refused) = (ended.presented, ended.refused.filter(|_| refuses_client));
        let (client, credential) = (Arc::clone(&self.client), Arc::clone(&self.credential));
        let telling = async move {
            let token = token.as_ref().map(|(secret, ends)| (secret, *ends));
            let replacement = ended.replacement;
            let end = LeaseEnd { token, replacement, refresh, gate, presented: presented.as_ref(), refused };
            client.end(&credential, fence, end, reading).await
        };
        self.client.store.within(telling, |_| async {}.boxed()).await
    }
}

impl Drop for SharedMember {
    fn drop(&mut self) {
        if let Some(number) = self.listener.get() {
            self.client.members.remove(&self.credential.name, *number);
        }
    }
}

/// One round of asking.
struct Asking<'a> {
    member: &'a Arc<SharedMember>,
    presented: Presented,
    limits: SharedLimits,
    granted: Option<(Fence, Reading)>,
    refresh_token: Option<SecretString>,
    answer: Option<StoreAnswer>,
}

impl Asking<'_> {
    /// Whether the lease could end before the request does.
    fn has_run_out(&self) -> bool {
        self.granted.is_some_and(|(_, reading)| self.member.is_late(reading))
    }

    /// Carries a command of the node out. What it hears.
    async fn tell(&mut self, sequence: Sequence, command: Command) -> Input {
        let reply = match command {
            Command::Admit { known, rejected, .. } => self.admit(known, rejected).await,
            Command::Mark { fence, .. } => self.mark(fence).await,
            Command::Release { .. } | Command::Publish { .. } => match self.granted {
                Some((_, reading)) => {
                    let ended = Ended::without_token(Outcome::Unread(false));
                    self.member.end_lease(command, ended, reading).await.map(|_| Reply::Done)
                }
                None => None,
            },
        };
        reply.map_or(Input::Unanswered(sequence), |reply| Input::Answered(sequence, reply))
    }

    async fn admit(&mut self, known: Fence, rejected: bool) -> Option<Reply> {
        let member = Arc::clone(self.member);
        let (presented, limits) = (self.presented.clone(), self.limits.clone());
        let asking = async move {
            let SharedMember { client, credential, lease, .. } = &*member;
            client.admit(credential, &presented, (known, rejected), *lease, &limits).await
        };
        let member = Arc::clone(self.member);
        let late = move |admission| async move { member.give_back(admission).await }.boxed();
        let admission = self.member.client.store.within(asking, late).await?;
        let now = self.member.client.store.context.clock.now().mono;
        Some(match admission {
            Admission::Token { fence, ends, secret, replacement } => {
                let scope = self.member.scope.clone();
                self.answer = Some(StoreAnswer::Token(SharedToken { secret, ends, scope, replacement }));
                Reply::Token(fence)
            }
            Admission::Granted { fence, refresh, reading } => {
                self.granted = Some((fence, reading));
                let refresh = match refresh {
                    SharedRefreshToken::None => RefreshRecord::None,
                    SharedRefreshToken::Sent => RefreshRecord::Sent(ID, Fence(0)),
                    SharedRefreshToken::Kept(secret) => {
                        self.refresh_token = Some(secret);
                        RefreshRecord::Kept(ID)
                    }
                };
                Reply::Granted { fence, refresh }
            }
            Admission::Held { left } => {
                self.answer = Some(StoreAnswer::Held(now.after(left.min(LOOK_AGAIN))));
                Reply::Held
            }
            Admission::Gated { until } => {
                self.answer = Some(StoreAnswer::Gated(until));
                Reply::Gated
            }
            Admission::Refused { refused, until } => {
                self.answer = Some(StoreAnswer::Refused(Box::new(refused.refusal()), until));
                Reply::Refused
            }
            Admission::Limited { until, by_spacing } => {
                self.answer = Some(if by_spacing {
                    StoreAnswer::Spaced(until)
                } else {
                    StoreAnswer::OverBudget(until)
                });
                Reply::Gated
            }
        })
    }

    async fn mark(&mut self, fence: Fence) -> Option<Reply> {
        let (client, credential) = (Arc::clone(&self.member.client), Arc::clone(&self.member.credential));
        let marking = async move { client.mark(&credential, fence).await };
        let done = self.member.client.store.within(marking, |_| async {}.boxed()).await;
        if done != Some(Done::Done) {
            self.refresh_token = None;
        }
        let now = self.member.client.store.context.clock.now().mono;
        self.answer = Some(StoreAnswer::Held(now.after(LOOK_AGAIN)));
        done.map(|done| if done == Done::Done { Reply::Done } else { Reply::Late })
    }
}

impl SharedMember {
    /// A lease that came when nobody waited for it any more.
    async fn give_back(&self, admission: Admission) {
        let Admission::Granted { fence, reading, .. } = admission else { return };
        let ended: Result<Done, StoreError> =
            self.client.end(&self.credential, fence, LeaseEnd::unsent(), reading).await;
        // Where this fails the lease ends by itself.
        drop(ended);
    }
}
