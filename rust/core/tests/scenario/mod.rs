//! The world that a scenario file acts on.

mod file;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::Value;
use tollgate_core::acquire::{AcquireOutcome, Waiter, acquire};
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, Source, ValueSource};
use tollgate_core::machine::{
    Availability, ClientPresented, CredentialId, Endpoint, Input, NewCredential, Output, RequestId,
};
use tollgate_core::oauth::assertion::Algorithm;
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::oauth::token::Token;
use tollgate_core::oauth::token_answer::{self, Minted, Refusal, Reply};
use tollgate_core::time::clock::{Mono, Now, Wall};

use file::{Answer, Look, Scenario, Step, bare, shown, time};

/// Wall-clock time at the start of every scenario: Sun, 06 Nov 1994 08:49:37 GMT.
const START: i64 = 784_111_777_000;

/// Runs one scenario file.
///
/// # Errors
/// The first step that went otherwise, with what was expected and what came.
pub(crate) fn run(text: &str) -> Result<(), String> {
    let mut scenario: Scenario = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if scenario.credentials.is_empty() {
        scenario.credentials.insert("app".into(), "client-1".into());
    }
    if scenario.story.is_empty() || scenario.proves.is_empty() || scenario.steps.is_empty() {
        return Err("story, proves and steps must not be empty".into());
    }
    let steps = std::mem::take(&mut scenario.steps);
    let story = scenario.story.clone();
    let mut world = World::new(scenario)?;
    for (index, step) in steps.iter().enumerate() {
        let place = format!("step {} ({}) of \u{201c}{story}\u{201d}", index + 1, step.at);
        world.play(step).map_err(|failure| format!("{place}\n    {failure}"))?;
    }
    Ok(())
}

struct Party {
    name: String,
    id: CredentialId,
    in_flight: Option<(RequestId, RequestGrant)>,
    /// Sends under way, and whether new ones are held.
    sends: BTreeSet<u64>,
    held: bool,
    availability: Availability,
    token: Option<Arc<Token>>,
}

struct World {
    parties: Vec<Party>,
    endpoint: Endpoint,
    profile: Profile,
    now: Now,
    happened: Vec<String>,
    facts: Vec<String>,
}

struct NoValues;

impl ValueSource for NoValues {
    fn env(&self, _: &str) -> Option<String> {
        None
    }
    /// One holds a refresh token.
    fn file(&self, path: &str) -> Result<String, String> {
        if path == "token" { Ok("r0".into()) } else { Err(format!("no file {path} in a scenario")) }
    }
    fn is_missing(&self, path: &str) -> bool {
        path != "token"
    }

    fn algorithm_of(&self, _: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
        wanted.ok_or_else(|| "is no key".into())
    }
}

impl World {
    fn new(scenario: Scenario) -> Result<Self, String> {
        let fixed = [
            ("token_url", "https://login.example.com/oauth/token"),
            ("client_id", "client-1"),
            ("client_secret", "s3cr3t"),
        ];
        let given: Vec<_> = fixed
            .into_iter()
            .chain(scenario.given.iter().map(|(key, value)| (key.as_str(), value.as_str())))
            .map(|(key, value)| Setting { key: key.into(), value: value.into(), source: Source::Define })
            .collect();
        let profile =
            Profile::validate("app", &given, &NoValues).map_err(|failure| failure.message.clone())?;
        let mut world = Self {
            parties: Vec::new(),
            endpoint: Endpoint::new(Box::new(scenario.jitter)),
            profile,
            now: Now { mono: Mono::ZERO, wall: Wall(START) },
            happened: Vec::new(),
            facts: Vec::new(),
        };
        for ((name, client), number) in scenario.credentials.into_iter().zip(1..) {
            let id = CredentialId(number);
            world.parties.push(Party {
                name,
                id,
                in_flight: None,
                sends: BTreeSet::new(),
                held: false,
                availability: Availability::default(),
                token: None,
            });
            let new = NewCredential {
                client: client.into(),
                policy: Arc::clone(&world.profile.policy),
                presented: ClientPresented { grant: world.profile.primary().kind(), authentication: 0 },
                sources: world.profile.grant_sources(),
                seat: None,
            };
            world.happen(Input::Added(id, Box::new(new)));
        }
        Ok(world)
    }

    fn play(&mut self, step: &Step) -> Result<(), String> {
        let at = Mono::ZERO.after(time(&step.at)?);
        if at < self.now.mono {
            return Err("steps must be in order of time".into());
        }
        let who = self.whom(step)?;
        self.facts.clear();
        if step.peek.is_none() {
            self.fire_until(at)?;
        }
        self.advance(at);
        if let Some(asleep) = &step.suspended {
            self.advance(at.after(time(asleep)?));
        }
        if let Some((look, got)) = self.act(who, step)?
            && look.gets != got
        {
            return Err(format!("expected: the reader gets {}, got {}", bare(&look.gets), bare(&got)));
        }
        if step.peek.is_none() {
            self.fire_until(self.now.mono)?;
        }
        let expected: Vec<_> = step.then.iter().map(|line| self.spell(line, &step.at)).collect();
        let happened = std::mem::take(&mut self.happened);
        if expected != happened {
            return Err(format!("expected {expected:?}\n         got {happened:?}"));
        }
        match step.tells.iter().find(|part| !self.facts.iter().any(|fact| fact.contains(part.as_str()))) {
            Some(untold) => Err(format!("nobody told {untold:?}; facts were {:?}", self.facts)),
            None => Ok(()),
        }
    }

    fn whom(&self, step: &Step) -> Result<usize, String> {
        let Some(name) = &step.who else { return Ok(0) };
        self.parties.iter().position(|party| party.name == *name).ok_or_else(|| format!("who is {name}?"))
    }

    /// Writes an expected line the way [`World::happen`] does: with name and time.
    fn spell(&self, line: &str, now: &str) -> String {
        let (what, at) = line.split_once(" at ").unwrap_or((line, now));
        let name = if self.parties.len() > 1 { String::new() } else { format!("{}: ", self.parties[0].name) };
        format!("{name}{what} at {}", time(at).map_or_else(|error| error, shown))
    }

    /// Lets the one event of a step happen; for a reader, says what it got.
    fn act<'s>(&mut self, who: usize, step: &'s Step) -> Result<Option<(&'s Look, Value)>, String> {
        let times = step.times.unwrap_or(1);
        let id = self.parties[who].id;
        if let Some(look) = &step.peek {
            return Ok(Some((look, self.look(who, look)?)));
        }
        if let Some(look) = &step.reader {
            let mut got = Value::Null;
            let floor = look.floor.as_deref().map_or(Ok(Duration::ZERO), time)?;
            for _ in 0..times {
                got = self.look(who, look)?;
                match &got {
                    Value::Number(generation) => {
                        self.happen(Input::Read(id, generation.as_u64().unwrap_or(0)));
                    }
                    Value::String(word) if word == "wait" => self.happen(Input::Wanted(id, floor)),
                    _ => {}
                }
            }
            return Ok(Some((look, got)));
        }
        if let Some(answer) = &step.answer {
            let (request, using) = self.parties[who].in_flight.take().ok_or("no request is in flight")?;
            let outcome = self.outcome(answer, &using)?;
            self.happen(Input::Answered(request, outcome));
        }
        let sent =
            step.sent.as_deref().map_or(Ok(self.now.mono), |at| time(at).map(|at| Mono::ZERO.after(at)))?;
        for _ in 0..times {
            if let Some(generation) = step.accepted {
                self.happen(Input::Accepted(id, generation, sent));
            }
            if let Some(generation) = step.rejected {
                self.happen(Input::Rejected(id, generation, sent));
            }
        }
        if let Some(send) = step.begins {
            self.parties[who].sends.insert(send);
        }
        if let Some(send) = step.ends {
            self.parties[who].sends.remove(&send);
            if self.parties[who].held && self.parties[who].sends.is_empty() {
                self.happen(Input::SendsLeft(id, 0));
            }
        }
        if let Some(secret) = &step.refresh_token {
            self.happen(Input::RefreshTokenFound(id, secret.as_str().into()));
        }
        match step.run.as_deref() {
            None => {}
            Some("starts") => self.happen(Input::RunStarted),
            Some("ends") => self.happen(Input::RunEnded),
            Some(other) => return Err(format!("a run {other}?")),
        }
        if step.reconfigured == Some(true) {
            self.happen(Input::ClientRenewed(id));
        }
        if step.shut_down == Some(true) {
            self.happen(Input::ShutDown);
        }
        Ok(None)
    }

    fn look(&self, who: usize, look: &Look) -> Result<Value, String> {
        let given = |text: &Option<String>, default| text.as_deref().map_or(Ok(default), time);
        let waiter = Waiter {
            waited: given(&look.waited, Duration::ZERO)?,
            limit: given(&look.limit, self.profile.token_timeout)?,
            floor: given(&look.floor, Duration::ZERO)?,
            max_retry_after: self.profile.policy.max_retry_after,
        };
        let Party { token, availability, .. } = &self.parties[who];
        Ok(match acquire(token.as_deref(), availability, self.now.mono, &waiter) {
            AcquireOutcome::Serve(token) => token.generation.into(),
            AcquireOutcome::Wait => "wait".into(),
            AcquireOutcome::Unavailable(unavailable) => unavailable.code().name().into(),
        })
    }

    fn outcome(&self, answer: &Answer, using: &RequestGrant) -> Result<Result<Minted, Refusal>, String> {
        if let Some(words) = &answer.silence {
            return Ok(Err(Refusal::not_sent(words.as_str())));
        }
        if let Some(words) = &answer.lost {
            return Ok(Err(Refusal::unanswered(words.as_str())));
        }
        let body = match (&answer.token, &answer.body) {
            (Some(life), _) => {
                let expires_in = match &answer.expires_in {
                    Some(raw) => raw.clone(),
                    None => time(life)?.as_secs_f64().into(),
                };
                let kind = if self.profile.dpop.is_some() { "DPoP" } else { "bearer" };
                static NEXT: AtomicU64 = AtomicU64::new(0);
                let another = || format!("t0ken-{}", NEXT.fetch_add(1, Ordering::Relaxed));
                let secret = answer.secret.clone().unwrap_or_else(another);
                serde_json::json!({"access_token": secret, "token_type": kind, "expires_in": expires_in,
                    "refresh_token": answer.refresh_token})
            }
            (None, Some(body)) => body.clone(),
            (None, None) => Value::Null,
        };
        let body = match body {
            Value::Null => String::new(),
            Value::String(text) => text,
            json => json.to_string(),
        };
        let headers: Vec<_> =
            answer.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let status = answer.status.unwrap_or(200);
        let reply = Reply { status, headers: &headers, body: body.as_bytes() };
        Ok(token_answer::read(
            reply,
            self.now.wall,
            &self.profile.client,
            &self.profile.request(using),
            None,
            &self.profile.answer_format,
        ))
    }

    fn advance(&mut self, to: Mono) {
        let by = to.since(self.now.mono);
        self.now.wall.0 += i64::try_from(by.as_millis()).unwrap();
        self.now.mono = to;
    }

    /// Fires every timer that is due up to `at`, each at its own time, in order.
    fn fire_until(&mut self, at: Mono) -> Result<(), String> {
        for _ in 0..100_000 {
            let Some(due) = self.endpoint.next_timeout().filter(|due| *due <= at) else { return Ok(()) };
            self.advance(due.max(self.now.mono));
            self.happen(Input::Timeout);
        }
        Err("timers fire for ever".into())
    }

    fn happen(&mut self, input: Input) {
        let mut outputs = Vec::new();
        self.endpoint.handle(self.now, input, &mut outputs);
        let published = |output: &Output| matches!(output, Output::Publish(_));
        let woken = |output: &Output| matches!(output, Output::Wake(_));
        assert!(
            !outputs.iter().any(published) || outputs.iter().any(woken),
            "a token is published and those who wait for it sleep on"
        );
        outputs.into_iter().for_each(|output| self.perform(output));
    }

    fn party(&mut self, id: CredentialId) -> &mut Party {
        self.parties.iter_mut().find(|party| party.id == id).expect("the credential was added")
    }

    fn perform(&mut self, output: Output) {
        let now = self.now.mono;
        let (id, what) = match output {
            Output::Admit { .. } => panic!("no credential of a scenario has a store"),
            Output::Send { credential, request, reason, using } => {
                let what = match &using {
                    RequestGrant::Primary => format!("send {}", reason.name()),
                    RequestGrant::Refresh(secret) => {
                        format!("send {} with {}", reason.name(), secret.expose_secret())
                    }
                };
                let before = self.party(credential).in_flight.replace((request, using));
                let in_flight = before.and_then(|(before, _)| self.endpoint.requester(before));
                assert!(in_flight.is_none(), "a second request while one is in flight");
                (credential, what)
            }
            Output::Publish(id) => {
                let token =
                    self.endpoint.credential(id).and_then(|credential| credential.token(now)).cloned();
                let what = format!("publish {}", token.as_ref().map_or(0, |token| token.generation));
                self.party(id).token = token;
                (id, what)
            }
            Output::Withdraw(id) => {
                self.party(id).token = None;
                (id, "withdraw".to_owned())
            }
            Output::Explain(id) => {
                self.party(id).availability = self.endpoint.availability(id);
                return;
            }
            Output::HoldSends(id) => {
                let party = self.party(id);
                party.held = true;
                let left = party.sends.len();
                return self.happen(Input::SendsLeft(id, left));
            }
            Output::CutOffSends(id) => {
                let left = std::mem::take(&mut self.party(id).sends).len();
                return self.happen(Input::SendsLeft(id, left));
            }
            Output::ReleaseSends(id) => {
                self.party(id).held = false;
                return;
            }
            Output::Vacate(id) => (id, "vacate".to_owned()),
            Output::Note(_, fact) => return self.facts.push(format!("{fact:?}")),
            Output::Wake(_)
            | Output::ReadClientSecret(_)
            | Output::ReadGrant(_)
            | Output::ReadRefreshToken(_)
            | Output::ServeAlone(..) => return,
        };
        let at = shown(now.since(Mono::ZERO));
        let line = format!("{}: {what} at {at}", self.party(id).name);
        self.happened.push(line);
    }
}
