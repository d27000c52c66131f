//! One credential at work: its machine, the machine of its endpoint, its word, its counts.
//!
//! Invariants: every event goes through [`Vault::drive`], which holds both machines for the whole step (the
//! credential's lock first, then the endpoint's, never the other way); the word shows a generation only while
//! that token is in service; a granted request is always answered, even if its task panics.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use parking_lot::{Mutex, MutexGuard};
use reqwest::Client;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Notify;
use tollgate_core::admission::{Admission, Ticket};
use tollgate_core::api_gate::ApiGate;
use tollgate_core::clock::{Context, Mono, Now, SplitMix};
use tollgate_core::credential::{Credential, Event};
use tollgate_core::fact::Fact;
use tollgate_core::failure::spoken;
use tollgate_core::grant::TokenRequest;
use tollgate_core::profile::Profile;
use tollgate_core::response::{Class, Refusal};
use tollgate_core::settings::Outside;
use tollgate_core::step::{Effect, step};
use tollgate_core::token::Generation;

use crate::attribution::Fingerprints;
use crate::clock::Clock;
use crate::exchange;
use crate::outbox::{Event as Message, Outbox};
use crate::outside::ThisMachine;
use crate::registry::Handle;
use crate::supervised::supervised;
use crate::tally::Tally;

/// What a vault shares with the rest of the engine.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) clock: Clock,
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) outbox: Arc<Outbox>,
}

/// Everything that changes, under one lock.
pub(crate) struct State {
    pub(crate) credential: Credential,
    pub(crate) api: ApiGate,
    pub(crate) prints: Fingerprints,
    pub(crate) tally: Tally,
    request: TokenRequest,
    secret: SecretString,
    jitter: SplitMix,
    handles: Vec<Handle>,
}

/// One credential.
pub(crate) struct Vault {
    pub(crate) profile: Arc<Profile>,
    pub(crate) endpoint: Arc<Mutex<Admission>>,
    surroundings: Surroundings,
    client: Client,
    state: Mutex<State>,
    word: AtomicU64,
    rearm: Arc<Notify>,
    timer: OnceLock<()>,
}

impl Vault {
    pub(crate) fn new(
        profile: Arc<Profile>,
        client: Client,
        endpoint: Arc<Mutex<Admission>>,
        surroundings: Surroundings,
    ) -> Arc<Self> {
        let state = State {
            credential: Credential::new(profile.client.id.clone(), profile.policy),
            api: ApiGate::default(),
            prints: Fingerprints::default(),
            tally: Tally::default(),
            request: profile.request(),
            secret: profile.client.secret.clone(),
            jitter: SplitMix::seeded(RandomState::new().hash_one(&profile.name)),
            handles: Vec::new(),
        };
        Arc::new(Self {
            profile,
            endpoint,
            surroundings,
            client,
            state: Mutex::new(state),
            word: AtomicU64::new(0),
            rearm: Arc::default(),
            timer: OnceLock::new(),
        })
    }

    /// The generation of the token in service, or 0. Never blocks.
    pub(crate) fn word(&self) -> Generation {
        self.word.load(Ordering::Acquire)
    }

    pub(crate) fn now(&self) -> Now {
        self.surroundings.clock.now()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Waiters of this handle are to be woken too.
    pub(crate) fn serve(&self, handle: Handle) {
        self.lock().handles.push(handle);
    }

    /// Lets `use_it` use the API gate with time and chance.
    pub(crate) fn with_api<T>(&self, use_it: impl FnOnce(&mut ApiGate, &mut Context<'_>) -> T) -> T {
        let now = self.now();
        let State { api, jitter, .. } = &mut *self.lock();
        use_it(api, &mut Context { now, jitter })
    }

    /// Runs one event through the machines and does what they say.
    pub(crate) fn drive(self: &Arc<Self>, event: Event) {
        let mut state = self.lock();
        self.drive_locked(&mut state, event);
    }

    pub(crate) fn drive_locked(self: &Arc<Self>, state: &mut State, event: Event) {
        let now = self.now();
        let effects = {
            let State { credential, jitter, .. } = state;
            step(credential, &mut self.endpoint.lock(), &mut Context { now, jitter }, event)
        };
        let mut reread = false;
        for effect in effects {
            match effect {
                Effect::Send(ticket, _) => self.send(state, ticket),
                Effect::Publish => self.publish(state, now),
                Effect::Withdraw => self.word.store(0, Ordering::Release),
                Effect::Wake => {
                    state
                        .handles
                        .iter()
                        .for_each(|handle| self.surroundings.outbox.post(Message::Wake(*handle)));
                }
                Effect::Note(fact) => {
                    reread |= matches!(&fact, Fact::Failed { refusal, .. } if is_unknown_secret(refusal));
                    state.tally.count(&fact);
                    if let Some(message) = self.told(&fact) {
                        self.surroundings.outbox.post(message);
                    }
                }
            }
        }
        self.arm();
        if reread {
            self.reread_secret(state);
        }
    }

    fn publish(&self, state: &mut State, now: Now) {
        if let Some(token) = state.credential.token(now.mono) {
            state.prints.remember(token.generation, token.secret.expose_secret());
            self.word.store(token.generation, Ordering::Release);
        }
    }

    fn send(self: &Arc<Self>, state: &State, ticket: Ticket) {
        let Surroundings { clock, runtime, .. } = self.surroundings.clone();
        let exchange =
            exchange::send(self.client.clone(), Arc::clone(&self.profile), state.request.clone(), clock);
        let sent = self.now().mono;
        let vault = Arc::clone(self);
        runtime.clone().spawn(async move {
            let bug = || Err(Refusal::silence("Tollgate failed while sending the request; please report it"));
            let outcome = supervised(&runtime, exchange).await.unwrap_or_else(bug);
            vault.drive(Event::Answered { ticket, sent, outcome });
        });
    }

    /// A secret kept in a file may have been changed there: if so, the server's "no" was to the old one.
    fn reread_secret(self: &Arc<Self>, state: &mut State) {
        let Some(path) = &self.profile.secret_file else { return };
        let Ok(text) = ThisMachine.file(path) else { return };
        let mut renewed = Profile::clone(&self.profile);
        renewed.client.secret = text.trim_end_matches(['\r', '\n']).to_owned().into();
        if renewed.client.secret.expose_secret() == state.secret.expose_secret() {
            return;
        }
        state.request = renewed.request();
        state.secret = renewed.client.secret;
        self.surroundings.outbox.post(Message::Info(format!(
            "profile '{}': client_secret was read again from its file",
            self.profile.name
        )));
        self.drive_locked(state, Event::Reconfigured);
    }

    /// Makes sure the timer is running and looks at the machine again.
    fn arm(self: &Arc<Self>) {
        self.timer.get_or_init(|| {
            let Surroundings { clock, runtime, outbox } = self.surroundings.clone();
            let (weak, rearm) = (Arc::downgrade(self), Arc::clone(&self.rearm));
            runtime.clone().spawn(async move {
                while supervised(&runtime, keep_time(weak.clone(), Arc::clone(&rearm), clock)).await.is_none()
                {
                    outbox.post(Message::Error(
                        "a timer of Tollgate failed and was restarted; please report it".into(),
                    ));
                    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                }
            });
        });
        self.rearm.notify_one();
    }

    fn told(&self, fact: &Fact) -> Option<Message> {
        let profile = &*self.profile;
        let name = &profile.name;
        Some(match fact {
            Fact::Sent { .. } | Fact::RejectionIgnored { .. } => return None,
            Fact::Minted { generation, reason, lifetime, lifetime_assumed, missing_scopes } => {
                let life = spoken(*lifetime);
                let minted =
                    format!("profile '{name}': token {generation} minted ({}), lives {life}", reason.name());
                if !missing_scopes.is_empty() {
                    let missing = missing_scopes.join(" ");
                    Message::Warn(format!("{minted}; the server did not grant the scopes {missing}"))
                } else if *lifetime_assumed {
                    Message::Warn(format!(
                        "{minted}: assumed, for the server named no lifetime (default_lifetime)"
                    ))
                } else {
                    Message::Info(minted)
                }
            }
            Fact::Failed { refusal, still_valid } => {
                let served =
                    still_valid.map(|left| format!(" The token in service lives {} more.", spoken(left)));
                Message::Warn(format!(
                    "profile '{name}': {}. {}{}",
                    refusal.told_of(profile),
                    refusal.advice(profile),
                    served.unwrap_or_default()
                ))
            }
            Fact::Held { wait } => {
                Message::Info(format!("profile '{name}': no token request for {}", spoken(*wait)))
            }
            Fact::Rejected { generation } => Message::Info(format!(
                "profile '{name}': the API answered 401 to token {generation}; getting another"
            )),
            Fact::NotTheToken { generation, wait } => Message::Warn(format!(
                "profile '{name}': the API answers 401 to the fresh token {generation} too, so the token is not the \
                 problem; it stays in service, and 401s bring no new one for {}. Check the client's permissions, the \
                 API's host and its health.",
                spoken(*wait)
            )),
            Fact::Expired { generation } => {
                Message::Info(format!("profile '{name}': token {generation} ran out"))
            }
        })
    }
}

fn is_unknown_secret(refusal: &Refusal) -> bool {
    refusal.class == Class::Permanent && refusal.error.as_deref() == Some("invalid_client")
}

/// Fires the credential's timer whenever it is due, for as long as the vault exists.
async fn keep_time(vault: Weak<Vault>, rearm: Arc<Notify>, clock: Clock) {
    loop {
        let Some(strong) = vault.upgrade() else { return };
        let due = strong.lock().credential.next_wake().unwrap_or(Mono::NEVER);
        if due <= clock.now().mono {
            strong.drive(Event::Timer);
            continue;
        }
        drop(strong);
        tokio::select! {
            () = clock.until(due) => {}
            () = rearm.notified() => {}
        }
    }
}

#[cfg(test)]
#[path = "../tests/unit/hung_name.rs"]
mod hung_name;
