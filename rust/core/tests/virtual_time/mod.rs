//! An endpoint in virtual time, and a token server that answers each request as a test wants.

#![allow(dead_code)] // each test file uses its part

use secrecy::SecretString;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tollgate_core::config::policy::Policy;
use tollgate_core::failure::Code;
use tollgate_core::http::retry_after::RetryAfter;
use tollgate_core::machine::fact::{Fact, Reason};
use tollgate_core::machine::{
    ClientPresented, CredentialId, Endpoint, Input, NewCredential, Output, RequestId,
};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::token_answer::{Class, Minted, Refusal};
use tollgate_core::time::clock::{Jitter, Mono, Now, SplitMix, Wall};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// A source of chance that always says the same.
pub(crate) struct Always(pub(crate) f64);

impl Jitter for Always {
    fn unit(&mut self) -> f64 {
        self.0
    }
}

/// A request in flight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) credential: CredentialId,
    pub(crate) at: Mono,
    pub(crate) reason: Reason,
    /// How long it waited for a place at the endpoint.
    pub(crate) waited: Duration,
}

pub(crate) struct VirtualTime {
    pub(crate) endpoint: Endpoint,
    pub(crate) now: Mono,
    /// Requests in flight, oldest first.
    pub(crate) in_flight: BTreeMap<RequestId, Sent>,
    /// Every request so far.
    pub(crate) sent: Vec<Sent>,
    /// Every output of the last input.
    pub(crate) outputs: Vec<Output>,
    /// How often readers of a credential were told why they have no token.
    pub(crate) explained: u64,
    /// Since when a credential waits for a place at the endpoint.
    in_line: HashMap<CredentialId, Mono>,
}

impl VirtualTime {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self::new(Box::new(SplitMix::seeded(seed)))
    }

    /// A run is active.
    pub(crate) fn new(jitter: Box<dyn Jitter + Send>) -> Self {
        let mut time = Self {
            endpoint: Endpoint::new(jitter),
            now: Mono::from_nanos(1),
            in_flight: BTreeMap::new(),
            sent: Vec::new(),
            outputs: Vec::new(),
            explained: 0,
            in_line: HashMap::new(),
        };
        time.happen(Input::RunStarted);
        time
    }

    /// Adds a credential of a client that can request a token by its primary grant.
    pub(crate) fn add(&mut self, number: u64, client: &str, policy: &Arc<Policy>) -> CredentialId {
        let id = CredentialId(number);
        self.happen(Input::Added(id, Box::new(with_primary_grant(client, policy))));
        id
    }

    pub(crate) fn happen(&mut self, input: Input) {
        if let Input::Answered(request, _) = &input {
            self.in_flight.remove(request);
        }
        self.outputs.clear();
        let now = Now { mono: self.now, wall: Wall(0) };
        self.endpoint.handle(now, input, &mut self.outputs);
        for output in &self.outputs {
            match output {
                Output::Send { credential, request, reason, .. } => {
                    let since = self.in_line.remove(credential).unwrap_or(self.now);
                    let waited = self.now.since(since);
                    let sent = Sent { credential: *credential, at: self.now, reason: *reason, waited };
                    self.sent.push(sent);
                    self.in_flight.insert(*request, sent);
                }
                Output::Explain(id) => {
                    self.explained += 1;
                    if self.endpoint.availability(*id).held.is_some_and(|held| held.why.is_local_limit()) {
                        self.in_line.entry(*id).or_insert(self.now);
                    } else {
                        self.in_line.remove(id);
                    }
                }
                _ => {}
            }
        }
    }

    /// A reader of this credential wants a token.
    pub(crate) fn want(&mut self, id: CredentialId) -> Option<RequestId> {
        self.happen(Input::Wanted(id, Duration::ZERO));
        self.request_of(id)
    }

    /// The request in flight of a credential.
    pub(crate) fn request_of(&self, id: CredentialId) -> Option<RequestId> {
        self.in_flight.iter().find(|(_, sent)| sent.credential == id).map(|(request, _)| *request)
    }

    pub(crate) fn answer(&mut self, request: RequestId, outcome: Result<Minted, Refusal>) {
        self.happen(Input::Answered(request, outcome));
    }

    /// A reader wants a token, gets one with this life at once, and takes it.
    pub(crate) fn mint(&mut self, id: CredentialId, life: Duration) {
        let request = self.want(id).expect("a request is sent");
        self.answer(request, token(life));
        self.happen(Input::Read(id, self.generation(id)));
    }

    pub(crate) fn generation(&self, id: CredentialId) -> u64 {
        self.endpoint.credential(id).map_or(0, |credential| credential.generation())
    }

    pub(crate) fn has_token(&self, id: CredentialId) -> bool {
        self.endpoint.credential(id).is_some_and(|credential| credential.token(self.now).is_some())
    }

    /// What the last input noted of a credential.
    pub(crate) fn noted(&self, is: impl Fn(&Fact) -> bool) -> bool {
        self.outputs.iter().any(|output| matches!(output, Output::Note(_, fact) if is(fact)))
    }

    /// Lets the timer fire at each of its times up to `end`.
    pub(crate) fn wait_until(&mut self, end: Mono) {
        for _ in 0..10_000_000 {
            let Some(due) = self.endpoint.next_timeout().filter(|due| *due <= end) else {
                self.now = end.max(self.now);
                return;
            };
            self.timeout_at(due);
        }
        panic!("timers fire for ever");
    }

    pub(crate) fn wait(&mut self, length: Duration) {
        self.wait_until(self.now.after(length));
    }

    fn timeout_at(&mut self, due: Mono) {
        self.now = due.max(self.now);
        self.happen(Input::Timeout);
    }

    /// The same, with a server that takes `exchange` for each answer. `step` gives it, and sees what each timer did.
    pub(crate) fn serve_until(
        &mut self,
        end: Mono,
        exchange: Duration,
        mut step: impl FnMut(&mut Self, Step),
    ) {
        loop {
            let oldest = self.in_flight.first_key_value();
            let answer = oldest.map(|(request, sent)| (sent.at.after(exchange), *request, sent.credential));
            let timer = self.endpoint.next_timeout().map(|due| due.max(self.now));
            let at = answer.map(|(at, ..)| at).into_iter().chain(timer).min();
            let Some(at) = at.filter(|at| *at <= end) else { break };
            match answer {
                Some((due, request, id)) if due == at => {
                    self.now = at;
                    step(self, Step::Answer(request, id));
                }
                _ => {
                    self.timeout_at(at);
                    step(self, Step::Timeout);
                }
            }
        }
        self.now = end;
    }
}

/// What happens next while a server answers.
pub(crate) enum Step {
    /// The request of this credential is to be answered.
    Answer(RequestId, CredentialId),
    /// The timer was called.
    Timeout,
}

/// What a credential starts with.
pub(crate) fn with_primary_grant(client: &str, policy: &Arc<Policy>) -> NewCredential {
    NewCredential {
        client: client.into(),
        policy: Arc::clone(policy),
        presented: ClientPresented { grant: "client_credentials", authentication: 0 },
        sources: GrantSources::PRIMARY,
        seat: None,
    }
}

/// An answer with a token of this life.
pub(crate) fn token(life: Duration) -> Result<Minted, Refusal> {
    Ok(Minted {
        secret: another_secret(),
        lifetime: Some(life),
        missing_scopes: Vec::new(),
        scope: None,
        refresh_token: None,
        peculiarities: Vec::new(),
    })
}

/// An answer with a refusal that will not change, of this error (RFC 6749 section 5.2).
pub(crate) fn refused(error: &str) -> Result<Minted, Refusal> {
    Err(Refusal {
        class: Class::Permanent,
        code: Code::CredentialRejected,
        status: Some(401),
        error: Some(error.into()),
        ..Refusal::not_sent(error)
    })
}

/// An answer with a 429, and the wait that it names.
pub(crate) fn throttled(wait: Duration) -> Result<Minted, Refusal> {
    Err(Refusal {
        class: Class::Throttled,
        code: Code::ThrottledUntil,
        status: Some(429),
        retry_after: Some(RetryAfter { wait, dated: false }),
        ..Refusal::not_sent("too many requests")
    })
}

/// No answer.
pub(crate) fn silence() -> Result<Minted, Refusal> {
    Err(Refusal::not_sent("nothing came"))
}

/// A token's text: no two are alike, because the same token is the same token.
fn another_secret() -> SecretString {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("t0ken-{}", NEXT.fetch_add(1, Ordering::Relaxed)).into()
}
