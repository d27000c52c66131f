//! What the API's 401s mean for the tokens of one credential.
//!
//! A 401 may say that the token was revoked, or nothing about the token: one bad node behind a balancer answers 401 to
//! good tokens. Replacing the token for each would take the load away; replacing it for none would never end after a
//! revocation. A 401 to the token in service is judged by the first of these that matches:
//!
//! 1. No 401 for [`QUIET`] before: the token is withdrawn and replaced. A single thread that finds its token revoked
//!    sends one refused request.
//! 2. A run of 401s that chance can't explain, to a token that the API had accepted: withdrawn and replaced.
//! 3. A run of [`SUSPICIOUS`] 401s, and the distance to the last replacement has passed: replaced, and the token in
//!    service goes on serving until its successor comes.
//!
//! A run is the 401s to one token since it was last acquitted. A 200 acquits it if its request was *sent* after the first
//! 401 of the run had arrived: one sent before says nothing, because the token may have been revoked in between.
//! Invariants:
//!
//! - Replacements by rules 2 and 3 keep a distance that doubles, or take a run that grows longer each time.
//! - Only a token that worked can be found revoked. A token works if a 200 said so, or, because many scripts report
//!   failures only, if it was in use for [`PROVING`] without a 401.
//! - While no replacement has worked since the last 401, silence before a 401 does not count as quiet: a plan slower than
//!   [`QUIET`] must not replace its token for each 401 of an API that refuses all.
//! - A token is replaced for a 401 only if the [client](ClientRejections) allows one more.
//! - Where processes of a fleet share the token, one replaces it for all: for the others it is as if they had seen its 401,
//!   and distances and runs are as long as they are there. But each waits after replacements of its own only: the few 401s
//!   in a row of one that has not replaced one lately are what shows the fleet a revocation soon.
//! - That a server revokes the previous token is concluded only from refreshes that no 401 had caused.
//!
//! Nothing here knows the token itself. The caller says which generation an answer is about.

mod memory;

use std::collections::VecDeque;
use std::time::Duration;

use memory::{CERTAIN, DISTANCE, MOST_CERTAIN, Memory, Run};

use crate::machine::client_rejections::ClientRejections;
use crate::time::clock::Mono;

/// After so long without a 401 the first one is believed. At 400 requests a second, one stray 401 in 12,000 requests is the
/// most that a run with this quiet time can have.
const QUIET: Duration = Duration::from_secs(30);

/// Fewer 401s in a row are chance: of the requests of a minute at 400 a second, one in twenty refused, three in a row come
/// three times.
const SUSPICIOUS: u32 = 3;

/// A token that was in use for so long without a 401 works.
const PROVING: Duration = Duration::from_secs(1);

/// A load test that lasts an hour wants to know again.
const LONGEST_DISTANCE: Duration = Duration::from_secs(600);

/// What is to be done about a 401 to the token in service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Ignore,
    /// Nothing, and 401s will bring no new token for this long. Given once a token.
    Keep {
        /// From now.
        wait: Duration,
    },
    /// Get another token. The one in service serves meanwhile.
    Replace {
        /// No more for this reason before then, from now, unless the API refuses many more in a row.
        wait: Duration,
    },
    /// Serve the token no longer and get another, unless a token request is in flight.
    Withdraw,
}

/// A token came into service.
#[derive(Clone, Copy, Debug)]
pub struct Published {
    /// When it was asked for.
    pub asked: Mono,
    /// The deadline of the token that it replaced, if a 401 to that token would teach something: it was replaced neither for
    /// a 401 nor at its end.
    pub replaced: Option<Mono>,
}

/// A 401 to the token in service, or a 200.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// When the request that it answers was sent; where that is not known, when it was reported.
    pub sent: Mono,
    /// When it was reported.
    pub now: Mono,
}

/// A token was replaced for 401s, as the processes of a fleet tell each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// When its successor was requested.
    pub asked: Mono,
    /// From the next replacement to the one after it, by rule 3.
    pub distance: Duration,
    /// How long a run must be for rule 2.
    pub certain: u32,
}

/// The state.
#[derive(Debug)]
pub struct Rejections {
    /// When the token in service was first handed out.
    first_use: Mono,
    /// A 200 to the token in service was reported.
    saw_200: bool,
    /// The token in service worked, as far as rule 2 cares.
    accepted: bool,
    /// The next token replaces one that was refused.
    pending: bool,
    /// A token was replaced for a 401, and none has worked since.
    unproven: bool,
    /// Boxed: most credentials never see a 401.
    memory: Option<Box<Memory>>,
    /// Boxed: most credentials have none, or know already what it could show.
    previous: Option<Box<Previous>>,
}

impl Default for Rejections {
    fn default() -> Self {
        Self {
            first_use: Mono::NEVER,
            saw_200: false,
            accepted: false,
            pending: false,
            unproven: false,
            memory: None,
            previous: None,
        }
    }
}

/// The token before the one in service, which replaced it although nothing was wrong with it.
#[derive(Clone, Copy, Debug)]
struct Previous {
    /// When its successor was asked for: a server that revokes it does so after that.
    asked: Mono,
    deadline: Mono,
    run: Run,
}

impl Rejections {
    /// A token came into service.
    pub fn on_published(&mut self, published: Published) {
        let run = self.memory.as_ref().map_or_else(Run::default, |memory| memory.run);
        self.previous = published.replaced.map(|deadline| {
            let run = Run { length: run.since_asked, ..run };
            Box::new(Previous { asked: published.asked, deadline, run })
        });
        self.unproven |= std::mem::take(&mut self.pending);
        (self.first_use, self.saw_200, self.accepted) = (Mono::NEVER, false, false);
        if let Some(memory) = &mut self.memory {
            (memory.run, memory.tripped) = (Run::default(), false);
            (memory.refused, memory.kept, memory.good_at) = (false, false, Mono::ZERO);
            memory.recent = VecDeque::new();
        }
    }

    /// Another process replaced the token for 401s: what comes into service next is its successor.
    pub fn on_replaced_elsewhere(&mut self, replacement: Replacement, client: &mut ClientRejections) {
        let Replacement { asked, distance, certain } = replacement;
        if !std::mem::replace(&mut self.pending, true) {
            client.on_replaced(asked);
        }
        let memory = self.memory.get_or_insert_with(|| Box::new(Memory::begun(asked)));
        memory.last = memory.last.max(asked);
        memory.certain = memory.certain.max(certain.min(MOST_CERTAIN));
        memory.distance = memory.distance.max(distance.min(LONGEST_DISTANCE));
    }

    /// What the other processes have to know where the token in service, requested then, replaced one for 401s and none has
    /// worked since.
    #[must_use]
    pub fn replacement(&self, asked: Mono) -> Option<Replacement> {
        let memory = self.memory.as_ref().filter(|_| self.unproven)?;
        Some(Replacement { asked, distance: memory.distance, certain: memory.certain })
    }

    /// The token in service was handed out.
    pub fn on_used(&mut self, now: Mono, client: &mut ClientRejections) {
        if !self.is_used() {
            self.first_use = now;
            if self.unproven {
                client.on_successor_used(now);
            }
        }
    }

    /// Whether the token in service was handed out.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.first_use < Mono::NEVER
    }

    /// The API accepted the token in service.
    pub fn on_accepted(&mut self, report: Report, client: &mut ClientRejections) {
        self.saw_200 = true;
        self.prove(report.now, client);
        if let Some(memory) = &mut self.memory {
            memory.recent = VecDeque::new();
            if memory.run.length > 0 && report.sent <= memory.run.first {
                return;
            }
            memory.good_at = memory.good_at.max(report.sent);
            (memory.run, memory.tripped) = (Run::default(), false);
        }
        self.accepted = true;
    }

    /// The API refused the token in service. `asked`: when the token request in flight was sent, if one is. `backoff`: the
    /// least distance between replacements while none of them works.
    pub fn on_rejected(
        &mut self,
        report: Report,
        asked: Option<Mono>,
        backoff: Duration,
        client: &mut ClientRejections,
    ) -> Verdict {
        let Report { sent, now } = report;
        let silence = self.note(now);
        let first_to_it = self.memory.as_ref().is_some_and(|memory| !memory.refused);
        self.believe_silence(now, silence, first_to_it, client);
        if first_to_it && self.unproven {
            client.on_successor_rejected();
        }
        let (saw_200, accepted) = (self.saw_200, self.accepted);
        let quiet = silence >= QUIET;
        let Some(memory) = &mut self.memory else { return Verdict::Ignore };
        memory.refused = true;
        if sent < memory.good_at {
            return Verdict::Ignore; // a later request was accepted
        }
        let believed = quiet && !self.unproven;
        if believed {
            (memory.certain, memory.distance, memory.not_before) = (CERTAIN, DISTANCE, Mono::ZERO);
        }
        memory.count(report, quiet, asked, saw_200);
        let mut certain = memory.is_certain(now, saw_200);
        if certain && !accepted {
            (memory.tripped, certain) = (true, false);
        }
        if asked.is_some() {
            return self.in_flight(believed || certain);
        }
        let withdraw = (believed && client.allows_single(now)) || (certain && client.allows_run(now));
        if !withdraw && memory.run.length < SUSPICIOUS {
            return Verdict::Ignore;
        }
        if !withdraw && (now < memory.not_before || !client.allows_run(now)) {
            return memory.keep(now);
        }
        if !believed && certain {
            memory.certain = (memory.certain * 2).min(MOST_CERTAIN);
        }
        let least = if self.unproven { backoff } else { Duration::ZERO };
        let wait = memory.distance.max(least);
        memory.not_before = now.after(wait);
        memory.distance = (wait * 2).min(LONGEST_DISTANCE.max(backoff));
        client.on_replaced(now);
        self.pending = true;
        if withdraw { Verdict::Withdraw } else { Verdict::Replace { wait } }
    }

    /// The token request in flight will do.
    fn in_flight(&mut self, withdraw: bool) -> Verdict {
        if !withdraw {
            return Verdict::Ignore;
        }
        self.pending = true;
        Verdict::Withdraw
    }

    /// The API accepted the token before the one in service.
    pub fn on_previous_accepted(&mut self, sent: Mono) {
        if let Some(previous) = self.previous.as_mut().filter(|previous| sent > previous.run.first) {
            previous.run = Run::default();
        }
    }

    /// The API refused the token before the one in service.
    pub fn on_previous_rejected(&mut self, report: Report) {
        let quiet = self.note(report.now) >= QUIET;
        if let Some(previous) = &mut self.previous
            && report.sent >= previous.asked
            && report.now < previous.deadline
        {
            previous.run.add(report.now, quiet);
        }
    }

    /// The API refused a token that is withdrawn or older than the previous one.
    pub fn on_late_rejection(&mut self, now: Mono) {
        self.note(now);
    }

    /// What was heard so far, of any token of the client, says nothing about the 401s to come.
    pub fn forget(&mut self, client: &mut ClientRejections) {
        *client = ClientRejections::default();
        (self.pending, self.unproven, self.memory) = (false, false, None);
    }

    /// Whether a 200 to the token in service was told and no 401 since, so that more 200s change nothing.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.saw_200 && self.memory.as_ref().is_none_or(|memory| memory.run.length == 0)
    }

    /// From when on the next 401 to the token in service withdraws it, whatever comes before: a thread that reports it then
    /// must not be handed that token again.
    #[must_use]
    pub fn armed_from(&self) -> Mono {
        match &self.memory {
            _ if self.unproven => Mono::NEVER,
            Some(memory) => memory.last.after(QUIET),
            None => Mono::ZERO,
        }
    }

    /// Whether the API refuses the token in service and no other is asked for now.
    #[must_use]
    pub fn keeps_refused(&self, now: Mono) -> bool {
        self.memory.as_ref().is_some_and(|memory| memory.run.length >= SUSPICIOUS && now < memory.not_before)
    }

    /// Whether the server revoked the previous token when it issued the one in service, which works. Where stray 401s come,
    /// that takes a run of them, and so long that all 200s that could acquit the previous token have come.
    #[must_use]
    pub fn shows_revocation(&self, now: Mono) -> bool {
        let enough = |run: &Run| {
            let is_run = || run.length >= SUSPICIOUS && now.since(run.first) >= PROVING;
            if run.quiet_before { run.length >= 1 } else { is_run() }
        };
        self.saw_200 && self.previous.as_ref().is_some_and(|previous| enough(&previous.run))
    }

    /// A 401 came; says how long none had.
    fn note(&mut self, now: Mono) -> Duration {
        match &mut self.memory {
            Some(memory) => now.since(std::mem::replace(&mut memory.last, now)),
            none => {
                *none = Some(Box::new(Memory::begun(now)));
                Duration::MAX
            }
        }
    }

    /// Where failures alone are reported, a token works that was in use for a while without one.
    fn believe_silence(
        &mut self,
        now: Mono,
        silence: Duration,
        first_to_it: bool,
        client: &mut ClientRejections,
    ) {
        let used = now.since(self.first_use) >= PROVING;
        let Some(memory) = &mut self.memory else { return };
        let recovered = memory.tripped && silence >= PROVING;
        memory.tripped &= !recovered;
        self.accepted |= recovered || (used && !memory.tripped);
        if used && first_to_it {
            self.prove(now, client);
        }
    }

    fn prove(&mut self, now: Mono, client: &mut ClientRejections) {
        if std::mem::take(&mut self.unproven) {
            client.on_successor_accepted(now);
        }
    }
}
