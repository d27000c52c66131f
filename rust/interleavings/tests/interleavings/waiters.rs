//! Threads that wait for a token while it comes, is refused, is rejected by the API or is given up for good: the machine of
//! an endpoint behind the driver's queue, published as the engine publishes. No time passes, so a waiter whose wake-up were
//! lost would hang, which loom tells.

use std::collections::VecDeque;
use std::time::Duration;

use loom::sync::atomic::{AtomicBool, Ordering};
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;
use tollgate_core::acquire::{AcquireOutcome, HOLD, Waiter, acquire};
use tollgate_core::failure::Code;
use tollgate_core::machine::{
    Availability, ClientPresented, CredentialId, Endpoint, Input, NewCredential, Output, RequestId,
};
use tollgate_core::oauth::grant::GrantSources;
use tollgate_core::oauth::token::Token;
use tollgate_core::oauth::token_answer::{Class, Minted, Refusal};
use tollgate_core::time::clock::Mono;
use tollgate_core::time::clock::{Now, SplitMix, Wall};

use crate::explore;
use crate::handle::Handle;
use crate::outbox::{Event as Message, Outbox};
use crate::policy::POLICY;
use crate::published::Published;
use crate::sync::Swap;

const NOW: Now = Now { mono: Mono::ZERO, wall: Wall(1_795_168_800_000) };
const ID: CredentialId = CredentialId(1);

/// What threads and the driver share of a credential.
struct Cell {
    published: Published<Token>,
    availability: Swap<Availability>,
    wanted: AtomicBool,
    queue: Mutex<VecDeque<Input>>,
    filled: Condvar,
    outbox: Outbox,
}

impl Cell {
    fn post(&self, input: Input) {
        self.queue.lock().unwrap().push_back(input);
        self.filled.notify_one();
    }

    /// One look of a waiter, as `Engine::read` looks.
    fn look(&self) -> Option<Result<u64, Code>> {
        let (limit, floor) = (Duration::from_secs(30), Duration::ZERO);
        let waiter = Waiter { waited: HOLD, limit, floor, max_retry_after: None };
        let token = self.published.token();
        let availability = self.availability.load_full().unwrap_or_default();
        match acquire(token.as_deref(), &availability, NOW.mono, &waiter) {
            AcquireOutcome::Serve(token) => Some(Ok(token.generation)),
            AcquireOutcome::Unavailable(unavailable) => Some(Err(unavailable.code())),
            AcquireOutcome::Wait => {
                if !availability.expected && !self.wanted.swap(true, Ordering::AcqRel) {
                    self.post(Input::Wanted(ID, floor));
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

/// The driver, without network, disk and log. It answers its own requests.
struct Driver {
    cell: Arc<Cell>,
    machine: Endpoint,
    requests: u64,
    answers: VecDeque<Result<Minted, Refusal>>,
}

impl Driver {
    fn new(answers: impl IntoIterator<Item = Result<Minted, Refusal>>) -> Self {
        let cell = Arc::new(Cell {
            published: Published::default(),
            availability: Swap::default(),
            wanted: AtomicBool::new(false),
            queue: Mutex::new(VecDeque::new()),
            filled: Condvar::new(),
            outbox: Outbox::default(),
        });
        cell.published.add_view(Handle::from(1), None);
        let machine = Endpoint::new(Box::new(SplitMix::seeded(1)));
        let mut driver = Self { cell, machine, requests: 0, answers: answers.into_iter().collect() };
        let new = NewCredential {
            client: "client".into(),
            policy: POLICY.into(),
            presented: ClientPresented { grant: "client_credentials", authentication: 1 },
            sources: GrantSources::PRIMARY,
            seat: None,
        };
        driver.handle(Input::Added(ID, Box::new(new)));
        driver
    }

    /// Handles so many inputs from the queue, and the answers of the requests that follow.
    fn run(&mut self, inputs: usize) {
        for _ in 0..inputs {
            let input = self.next();
            self.handle(input);
        }
    }

    /// Handles inputs until the end.
    fn run_to_the_end(&mut self) {
        loop {
            let input = self.next();
            let ends = matches!(input, Input::ShutDown);
            self.handle(input);
            if ends {
                return;
            }
        }
    }

    fn next(&self) -> Input {
        let mut queue = self.cell.queue.lock().unwrap();
        loop {
            match queue.pop_front() {
                Some(input) => return input,
                None => queue = self.cell.filled.wait(queue).unwrap(),
            }
        }
    }

    fn handle(&mut self, input: Input) {
        let mut next = Some(input);
        while let Some(input) = next.take() {
            if matches!(input, Input::Wanted(..)) {
                self.cell.wanted.store(false, Ordering::Release);
            }
            let mut outputs = Vec::new();
            self.machine.handle(NOW, input, &mut outputs);
            let verdict = self.machine.credential(ID).map(|credential| credential.verdict());
            if let Some((settled, armed_from)) = verdict {
                self.cell.published.judge(settled.unwrap_or(0), armed_from.nanos());
            }
            let mut sent: Option<RequestId> = None;
            for output in outputs {
                match output {
                    Output::Send { request, .. } => sent = Some(request),
                    Output::Publish(_) => {
                        let credential = self.machine.credential(ID);
                        let token = credential.and_then(|credential| credential.token(NOW.mono)).unwrap();
                        self.cell.published.show(token.generation, std::sync::Arc::clone(token));
                    }
                    Output::Withdraw(_) => self.cell.published.hide(),
                    Output::Explain(_) => {
                        let availability = self.machine.availability(ID);
                        self.cell.availability.store(Some(std::sync::Arc::new(availability)));
                    }
                    Output::Wake(_) => {
                        let handles = self.cell.published.views().into_iter().map(|(handle, _)| handle);
                        handles.into_iter().for_each(|handle| self.cell.outbox.post(Message::Wake(handle)));
                    }
                    _ => {}
                }
            }
            if let Some(request) = sent {
                self.requests += 1;
                next = self.answers.pop_front().map(|answer| Input::Answered(request, answer));
            }
        }
    }
}

fn token() -> Result<Minted, Refusal> {
    let (secret, lifetime) = ("token".into(), Some(Duration::from_secs(3600)));
    Ok(Minted {
        secret,
        lifetime,
        missing_scopes: Vec::new(),
        scope: None,
        refresh_token: None,
        peculiarities: Vec::new(),
    })
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
        let mut driver = Driver::new([token()]);
        let cell = Arc::clone(&driver.cell);
        let drives = thread::spawn(move || {
            driver.run(1);
            driver.requests
        });
        assert_eq!(cell.wait(), Ok(1));
        assert_eq!(drives.join().unwrap(), 1);
    });
}

#[test]
fn a_waiter_gets_the_servers_no() {
    explore("a waiter and a refusal", 5, || {
        let mut driver = Driver::new([refused()]);
        let cell = Arc::clone(&driver.cell);
        let drives = thread::spawn(move || {
            driver.run(1);
            driver.requests
        });
        assert_eq!(cell.wait(), Err(Code::CredentialRejected));
        assert_eq!((drives.join().unwrap(), cell.published.generation()), (1, 0));
    });
}

/// The reader that gives up may post its want before the token comes or after: one that comes late changes nothing.
#[test]
fn a_waiter_and_one_that_gives_up_cause_one_request() {
    explore("a waiter, one that gives up after a look, and the token", 100, || {
        let mut driver = Driver::new([token()]);
        let (cell, other) = (Arc::clone(&driver.cell), Arc::clone(&driver.cell));
        let drives = thread::spawn(move || {
            driver.run(1);
            driver
        });
        let looks = thread::spawn(move || other.look());
        assert_eq!(cell.wait(), Ok(1));
        assert!(matches!(looks.join().unwrap(), None | Some(Ok(1))));
        let mut driver = drives.join().unwrap();
        let left = driver.cell.queue.lock().unwrap().len();
        driver.run(left);
        assert_eq!(driver.requests, 1);
    });
}

#[test]
fn the_end_wakes_a_waiter() {
    explore("a waiter, its token and the end", 20, || {
        let mut driver = Driver::new([token()]);
        let (cell, ending) = (Arc::clone(&driver.cell), Arc::clone(&driver.cell));
        let drives = thread::spawn(move || driver.run_to_the_end());
        let ends = thread::spawn(move || ending.post(Input::ShutDown));
        let got = cell.wait();
        assert!(matches!(got, Ok(1) | Err(Code::Stopped)), "{got:?}");
        ends.join().unwrap();
        drives.join().unwrap();
        assert_eq!(cell.published.generation(), 0, "nothing is published after the end");
        assert_eq!(cell.wait(), Err(Code::Stopped));
    });
}

#[test]
fn two_reports_of_one_401_cause_one_request_and_no_reporter_gets_the_old_token() {
    explore("two reports of a 401 and the next token", 100, || {
        let mut driver = Driver::new([token(), token()]);
        driver.handle(Input::Wanted(ID, Duration::ZERO));
        let (cell, other) = (Arc::clone(&driver.cell), Arc::clone(&driver.cell));
        let report = |cell: &Cell| {
            cell.published.refuse(1, NOW.mono.nanos());
            cell.post(Input::Rejected(ID, 1, NOW.mono));
            let found = cell.look();
            assert!(matches!(found, None | Some(Ok(2))), "{found:?}");
        };
        let drives = thread::spawn(move || {
            driver.run(2);
            driver
        });
        let reports = thread::spawn(move || report(&other));
        report(&cell);
        reports.join().unwrap();
        let mut driver = drives.join().unwrap();
        let left = driver.cell.queue.lock().unwrap().len();
        driver.run(left);
        assert_eq!((cell.published.generation(), driver.requests), (2, 2));
    });
}
