//! Threads that wait for a token while it comes, is refused, is rejected by the API or is given up for good: the two
//! machines of the core behind the engine's locks, driven as its vault drives them. No time passes, so a waiter whose
//! wake-up were lost would hang, which loom tells.

use std::time::Duration;

use loom::sync::{Arc, Mutex, Notify};
use loom::thread;
use tollgate_core::acquire::{HOLD, Outlook, Waiter};
use tollgate_core::failure::Code;
use tollgate_core::machine::admission::{Admission, Ticket};
use tollgate_core::machine::credential::{Credential, Event};
use tollgate_core::machine::step::{Effect, step};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::token::Token;
use tollgate_core::oauth::token_answer::{Class, Minted, Refusal};
use tollgate_core::time::clock::{Context, Mono, Now, SplitMix, Wall};

use crate::explore;
use crate::handle::Handle;
use crate::outbox::{Event as Message, Outbox};
use crate::policy::POLICY;
use crate::shown::{Shown, Words};

const NOW: Now = Now { mono: Mono::ZERO, wall: Wall(1_795_168_800_000) };

struct State {
    credential: Credential,
    /// Requests on their way.
    sent: Vec<Ticket>,
    /// All that were ever sent.
    requests: u64,
    words: Words,
}

impl AsMut<Words> for State {
    fn as_mut(&mut self) -> &mut Words {
        &mut self.words
    }
}

/// What a vault is but for the network, the disk and the log.
struct Vault {
    shown: Shown<State, Token>,
    endpoint: Mutex<Admission>,
    outbox: Outbox,
    /// The server has something to answer.
    asked: Notify,
}

impl Vault {
    fn new() -> Arc<Self> {
        let credential = Credential::new("client", POLICY, GrantSources::PRIMARY);
        let vault = Arc::new(Self {
            shown: Shown::new(State { credential, sent: Vec::new(), requests: 0, words: Words::default() }),
            endpoint: Mutex::new(Admission::default()),
            outbox: Outbox::default(),
            asked: Notify::new(),
        });
        vault.drive(Event::RunStarted);
        vault
    }

    fn drive(&self, event: Event) {
        self.drive_locked(&mut self.shown.lock(), event);
    }

    fn drive_locked(&self, state: &mut State, event: Event) {
        let mut jitter = SplitMix::seeded(1);
        let mut ctx = Context { now: NOW, jitter: &mut jitter };
        let effects = step(&mut state.credential, &mut self.endpoint.lock().unwrap(), &mut ctx, event);
        for effect in effects {
            match effect {
                Effect::Send(ticket, ..) => {
                    state.sent.push(ticket);
                    state.requests += 1;
                    self.asked.notify();
                }
                Effect::Publish => match state.credential.token(NOW.mono).cloned() {
                    Some(token) => self.shown.show(state, token.generation, token),
                    None => self.shown.hide(state),
                },
                Effect::Withdraw => self.shown.hide(state),
                Effect::Wake => self.outbox.post(Message::Wake(Handle::from(1))),
                // One credential stands in no line.
                Effect::Stand(_) | Effect::Leave(_) | Effect::Call(_) => unreachable!(),
                Effect::Keep(_) | Effect::Note(_) | Effect::Vacate => {}
            }
        }
    }

    /// Answers the next request, once there is one.
    fn answer(&self, outcome: impl FnOnce() -> Result<Minted, Refusal>) {
        let (mut state, ticket) = loop {
            self.asked.wait(); // returns for nothing too
            let mut state = self.shown.lock();
            if let Some(ticket) = state.sent.pop() {
                break (state, ticket);
            }
        };
        self.drive_locked(&mut state, Event::Answered { ticket, sent: NOW.mono, outcome: outcome() });
    }

    /// One look of a waiter, as `Engine::read` looks.
    fn look(&self) -> Option<Result<u64, Code>> {
        let waiter = Waiter { waited: HOLD, limit: Duration::from_secs(30), floor: Duration::ZERO };
        let mut state = self.shown.lock();
        match state.credential.outlook(NOW.mono, &waiter) {
            Outlook::Serve(token) => {
                let generation = token.generation;
                assert_eq!(self.shown.number(), generation, "what is served is what is shown");
                self.drive_locked(&mut state, Event::Read(generation));
                Some(Ok(generation))
            }
            Outlook::Deny(denial) => Some(Err(denial.code())),
            Outlook::Wait => {
                if !state.credential.is_on_its_way() {
                    self.drive_locked(&mut state, Event::Wanted);
                }
                None
            }
        }
    }

    /// Looks until there is a token or the reason why not, and sleeps until it is woken in between.
    fn wait(&self) -> Result<u64, Code> {
        loop {
            if let Some(end) = self.look() {
                return end;
            }
            self.outbox.take(Duration::MAX);
        }
    }
}

fn token() -> Result<Minted, Refusal> {
    let (secret, lifetime) = ("token".into(), Some(Duration::from_secs(3600)));
    Ok(Minted { secret, lifetime, missing_scopes: Vec::new(), scope: None, refresh_token: None })
}

fn refused() -> Result<Minted, Refusal> {
    Err(Refusal {
        class: Class::Permanent,
        code: Code::CredentialRejected,
        ..Refusal::not_sent("no such client")
    })
}

#[test]
fn a_waiter_gets_the_token_that_comes_while_it_goes_to_sleep() {
    explore("a waiter and its token", 5, || {
        let vault = Vault::new();
        let server = Arc::clone(&vault);
        let answers = thread::spawn(move || server.answer(token));
        assert_eq!(vault.wait(), Ok(1));
        answers.join().unwrap();
        assert_eq!(vault.shown.lock().requests, 1);
    });
}

#[test]
fn a_waiter_gets_the_servers_no() {
    explore("a waiter and a refusal", 5, || {
        let vault = Vault::new();
        let server = Arc::clone(&vault);
        let answers = thread::spawn(move || server.answer(refused));
        assert_eq!(vault.wait(), Err(Code::CredentialRejected));
        answers.join().unwrap();
        assert_eq!((vault.shown.number(), vault.shown.lock().requests), (0, 1));
    });
}

#[test]
fn a_waiter_and_one_that_gives_up_cause_one_request() {
    explore("a waiter, one that gives up after a look, and the token", 100, || {
        let vault = Vault::new();
        let (server, other) = (Arc::clone(&vault), Arc::clone(&vault));
        let answers = thread::spawn(move || server.answer(token));
        let looks = thread::spawn(move || other.look());
        assert_eq!(vault.wait(), Ok(1));
        assert!(matches!(looks.join().unwrap(), None | Some(Ok(1))));
        answers.join().unwrap();
        assert_eq!(vault.shown.lock().requests, 1);
    });
}

#[test]
fn the_end_wakes_a_waiter_and_a_late_answer_changes_nothing() {
    explore("a waiter, its token and the end", 100, || {
        let vault = Vault::new();
        let (server, ending) = (Arc::clone(&vault), Arc::clone(&vault));
        vault.drive(Event::Wanted);
        let answers = thread::spawn(move || server.answer(token));
        let ends = thread::spawn(move || ending.drive(Event::ShutDown));
        let got = vault.wait();
        assert!(matches!(got, Ok(1) | Err(Code::Stopped)), "{got:?}");
        answers.join().unwrap();
        ends.join().unwrap();
        assert_eq!(vault.shown.number(), 0, "nothing is shown after the end");
        assert_eq!(vault.wait(), Err(Code::Stopped));
    });
}

fn rejected() -> Event {
    Event::Rejected { generation: 1, sent: NOW.mono }
}

#[test]
fn two_reports_of_one_401_cause_one_request_and_nobody_gets_the_old_token() {
    explore("two reports of a 401, a waiter and the next token", 100, || {
        let vault = Vault::new();
        vault.drive(Event::Wanted);
        vault.answer(token);
        let (server, other) = (Arc::clone(&vault), Arc::clone(&vault));
        let answers = thread::spawn(move || server.answer(token));
        let reports = thread::spawn(move || other.drive(rejected()));
        vault.drive(rejected());
        assert!(matches!(vault.look(), None | Some(Ok(2))), "the old token is gone");
        reports.join().unwrap();
        answers.join().unwrap();
        assert_eq!((vault.shown.number(), vault.shown.lock().requests), (2, 2));
    });
}
