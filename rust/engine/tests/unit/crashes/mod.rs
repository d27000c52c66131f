//! Crashes at each step of an exchange, and each call of the operating system failed, against a token server that revokes
//! everything when a refresh token comes twice.
//!
//! Killing a process shows nothing of what was not synced, so the disk is one of the test's own ([`Disk`]). Every crash
//! is walked with everything that it can leave on that disk, alone and after each call that failed before it. Then a second
//! process starts on what is left, and a third, with a well disk.

mod disk;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use secrecy::{ExposeSecret, SecretString};

use self::disk::{Disk, Fault, STATE, Situation, Survival, TOKEN};
use super::file_system::FileSystem;
use super::refresh_token_file::{NotSent, RefreshTokenFile};

/// Rotates with each refresh, and takes a refresh token once.
#[derive(Clone, Default)]
struct TokenServer {
    given: usize,
    current: Option<String>,
    used: BTreeSet<String>,
    sent_twice: usize,
}

impl TokenServer {
    fn start() -> (Self, String) {
        let mut server = Self::default();
        let first = server.sign_in();
        (server, first)
    }

    /// The primary grant.
    fn sign_in(&mut self) -> String {
        self.given += 1;
        let token = format!("a-refresh-token-{}", self.given);
        self.current = Some(token.clone());
        token
    }

    fn refresh(&mut self, token: &str) -> Option<String> {
        if self.used.contains(token) {
            self.sent_twice += 1;
            self.current = None;
        }
        if self.current.as_deref() != Some(token) {
            return None;
        }
        self.used.insert(token.to_owned());
        Some(self.sign_in())
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It has tokens.
    Served,
    /// It signed in again, or would have to.
    SignedIn,
    /// It can't start: nothing that it sends could be recorded.
    Refused,
    Crashed,
}

/// Two refreshes: as `RefreshExchange` does them, for a credential that was opened with what its file held.
fn play(disk: &Arc<Disk>, server: &mut TokenServer) -> End {
    const CREDENTIAL: u64 = 1;
    let files = Arc::clone(disk) as Arc<dyn FileSystem>;
    let mut file = RefreshTokenFile::new(files, Path::new(TOKEN), Some(STATE.into()));
    if file.check().is_err() {
        return if disk.has_crashed() { End::Crashed } else { End::Refused };
    }
    let text = disk.read(Path::new(TOKEN)).map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    let mut held: Option<SecretString> = text.ok().filter(|text| !text.is_empty()).map(Into::into);
    let mut end = End::Served;
    for _ in 0..2 {
        if disk.has_crashed() {
            return End::Crashed;
        }
        let Ok(Some(_lock)) = file.try_lock() else { continue };
        let Some(own) = held.clone() else {
            let next: SecretString = server.sign_in().into();
            disk.pass(); // the answer is on its way
            if disk.has_crashed() {
                return End::Crashed;
            }
            // Where it can't be written it is in memory only, and people are told.
            drop(file.replace_with(&next));
            (held, end) = (Some(next), End::SignedIn);
            continue;
        };
        let Ok(found) = file.find() else { continue };
        let token = found.unwrap_or(own);
        match file.mark(&token, CREDENTIAL) {
            Ok(()) => {}
            Err(NotSent::Unmarked(_)) => continue,
            Err(NotSent::Spent) => {
                (held, end) = (None, End::SignedIn);
                continue;
            }
        }
        disk.pass(); // the request is on its way
        if disk.has_crashed() {
            return End::Crashed;
        }
        let answer = server.refresh(token.expose_secret());
        disk.pass(); // and the answer
        if disk.has_crashed() {
            return End::Crashed;
        }
        held = answer.map(Into::into);
        match &held {
            Some(next) => drop(file.replace_with(next)),
            None => end = End::SignedIn,
        }
    }
    if disk.has_crashed() { End::Crashed } else { end }
}

/// What came of all crashes in one situation.
#[derive(Default)]
struct Counts {
    crashes: usize,
    failures: usize,
    served: usize,
    signed_in: usize,
}

impl Counts {
    /// Two more processes, on what is left.
    fn go_on(&mut self, disk: Disk, server: &TokenServer, what: &str) {
        let mut server = server.clone();
        let disk = Arc::new(disk);
        let end = play(&disk, &mut server);
        match end {
            End::Served => self.served += 1,
            End::SignedIn => self.signed_in += 1,
            End::Refused | End::Crashed => panic!("{what}: {end:?}"),
        }
        let third = play(&Arc::new(disk.with(&[])), &mut server);
        assert!(matches!(third, End::Served | End::SignedIn), "{what}: {third:?}");
        assert_eq!(server.sent_twice, 0, "{what}: a refresh token was sent twice");
    }

    /// One process with these faults, then two more.
    fn walk(&mut self, situation: Situation, faults: &[Fault]) {
        let (mut server, first) = TokenServer::start();
        let disk = Arc::new(Disk::new(situation, &format!("{first}\n")).with(faults));
        let end = play(&disk, &mut server);
        let what = format!("{situation:?} {faults:?}");
        assert_eq!(server.sent_twice, 0, "{what}");
        if end != End::Crashed {
            self.failures += 1;
            self.go_on(disk.with(&[]), &server, &what);
        }
        // The process may have ended, and the machine stops later.
        for survival in disk.survivals() {
            self.crashes += 1;
            self.go_on(disk.after_crash(survival), &server, &format!("{what} {survival:?}"));
        }
    }
}

fn calls(situation: Situation) -> usize {
    let (mut server, first) = TokenServer::start();
    let disk = Arc::new(Disk::new(situation, &format!("{first}\n")));
    assert_eq!(play(&disk, &mut server), End::Served, "{situation:?}");
    disk.calls()
}

const SITUATIONS: [(Situation, &str); 5] = [
    (Situation::Writable, "all can be written"),
    (Situation::Mounted, "the file is mounted by itself"),
    (Situation::MountedReadOnly, "the file is mounted by itself, read-only"),
    (Situation::DirectoryReadOnly, "its directory is read-only"),
    (Situation::ReadOnly, "file and directory are read-only"),
];

#[test]
fn after_no_crash_and_no_failed_call_is_a_refresh_token_sent_twice() {
    let faults_page = include_str!("../../../../../docs/faults.md");
    let walk = |(situation, name): (Situation, &str)| {
        let calls = calls(situation);
        let mut counts = Counts::default();
        for first in 0..calls {
            let fault = Fault::Fails(first);
            [Fault::Crash(first), fault, Fault::FailsFrom(first)]
                .iter()
                .for_each(|fault| counts.walk(situation, &[*fault]));
            // A call that fails is followed by others than without.
            (first + 1..calls + 12).for_each(|crash| counts.walk(situation, &[fault, Fault::Crash(crash)]));
        }
        let Counts { crashes, failures, served, signed_in } = counts;
        format!("| {name} | {calls} | {crashes} | {failures} | {served} | {signed_in} | 0 |")
    };
    let walks = SITUATIONS.map(|situation| thread::spawn(move || walk(situation)));
    let table = walks.map(|walk| walk.join().unwrap()).join("\n");
    assert!(faults_page.contains(&table), "docs/faults.md has another table than:\n{table}");
}

/// The walk would see it: the same without marks.
#[test]
fn a_file_alone_is_not_enough() {
    let (mut server, first) = TokenServer::start();
    let disk = Disk::new(Situation::Writable, &first);
    server.refresh(&first).unwrap();
    let survived = disk.after_crash(Survival { names: 0, data: disk::Data::Old });
    assert_eq!(play(&Arc::new(survived), &mut server), End::SignedIn);
    assert_eq!(server.sent_twice, 1);
}
