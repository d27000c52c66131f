//! A server, an API and the slots of one client in virtual time: every message takes its own time on the way, so that
//! answers and reports overtake each other.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tollgate_core::machine::client_rejections::ClientRejections;
use tollgate_core::machine::fact::Reason;
use tollgate_core::machine::pool::Pool;
use tollgate_core::machine::rejection::{Published, Rejections, Report, Verdict};
use tollgate_core::time::clock::{Jitter, Mono, SplitMix};

/// What a mint does to the client's other tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Keeps,
    Revokes,
}

/// What goes wrong once.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trouble {
    /// The server loses all tokens.
    Forgets,
    /// The API refuses every token from then on.
    Refuses,
}

type Token = u64;

#[derive(Clone, Copy, Debug)]
enum Coming {
    /// A thread of this slot sends.
    Use(usize),
    /// The API judges a request that was sent then.
    Judge(usize, u64, Token, Mono),
    /// The verdict is reported.
    Report(usize, u64, bool, Mono),
    /// The server mints.
    Mint(usize, Mono),
    /// Its answer arrives.
    Arrive(usize, Mono, Token),
    /// The token is refreshed though it is good.
    Ahead(usize),
    Trouble(Trouble),
}

#[derive(Debug, Default)]
struct Slot {
    generation: u64,
    token: Option<Token>,
    /// When the token request in flight was sent.
    under_way: Option<Mono>,
    /// As the credential has it.
    rejections: Rejections,
}

/// The least distance between replacements while none works.
const BACKOFF: Duration = Duration::from_secs(30);

pub(crate) struct Play {
    dice: SplitMix,
    now: Mono,
    queue: BTreeMap<(Mono, u64), Coming>,
    numbers: u64,
    server: Server,
    living: BTreeSet<Token>,
    refuses: bool,
    slots: Vec<Slot>,
    client: ClientRejections,
    pool: Pool,
    slow: Duration,
    pace: Duration,
    mints: usize,
    decided: Option<usize>,
    deaths_since: usize,
}

impl Play {
    pub(crate) fn new(seed: u64, slots: usize, server: Server, slow: Duration, pace: Duration) -> Self {
        let mut play = Self {
            dice: SplitMix::seeded(seed),
            now: Mono::from_nanos(1),
            queue: BTreeMap::new(),
            numbers: 0,
            server,
            living: BTreeSet::new(),
            refuses: false,
            slots: (0..slots).map(|_| Slot::default()).collect(),
            client: ClientRejections::default(),
            pool: Pool::of(slots),
            slow,
            pace,
            mints: 0,
            decided: None,
            deaths_since: 0,
        };
        (0..slots).for_each(|slot| {
            play.soon(pace, Coming::Use(slot));
            play.soon(Duration::from_secs(120), Coming::Ahead(slot));
        });
        play
    }

    /// Mints until it was decided that one slot serves alone.
    pub(crate) fn mints_before_the_decision(&self) -> Option<usize> {
        self.decided
    }

    /// Tokens of the slot that was kept that were refused, and mints, since then.
    pub(crate) fn since_the_decision(&self) -> (usize, usize) {
        (self.deaths_since, self.mints - self.decided.unwrap_or(self.mints))
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Within so long.
    fn soon(&mut self, within: Duration, coming: Coming) {
        let wait = within.mul_f64(self.dice.unit()) + Duration::from_nanos(1);
        let number = self.number();
        self.queue.insert((self.now.after(wait), number), coming);
    }

    pub(crate) fn run(&mut self, length: Duration, trouble: Option<(Mono, Trouble)>) {
        if let Some((when, trouble)) = trouble {
            let number = self.number();
            self.queue.insert((when, number), Coming::Trouble(trouble));
        }
        while let Some(((when, _), coming)) = self.queue.pop_first() {
            if when.since(Mono::ZERO) > length {
                return;
            }
            self.now = when.max(self.now);
            self.happen(coming);
        }
    }

    fn serves(&self, slot: usize) -> bool {
        self.pool.alone().is_none_or(|alone| alone == slot)
    }

    fn happen(&mut self, coming: Coming) {
        match coming {
            Coming::Use(slot) => {
                self.soon(self.pace, Coming::Use(slot));
                let Slot { token, generation, .. } = self.slots[slot];
                match token {
                    _ if !self.serves(slot) => {}
                    Some(token) => {
                        self.slots[slot].rejections.on_used(self.now, &mut self.client);
                        self.soon(self.slow, Coming::Judge(slot, generation, token, self.now));
                    }
                    None => {
                        self.ask(slot, if generation == 0 { Reason::First } else { Reason::Rejected });
                    }
                }
            }
            Coming::Judge(slot, generation, token, sent) => {
                let good = self.living.contains(&token) && !self.refuses;
                self.soon(self.slow, Coming::Report(slot, generation, good, sent));
            }
            Coming::Report(slot, generation, true, sent) => {
                if generation == self.slots[slot].generation {
                    let report = Report { sent, now: self.now };
                    self.slots[slot].rejections.on_accepted(report, &mut self.client);
                }
                let alone = self.pool.accepted(self.now, slot, generation);
                self.settle(alone);
            }
            Coming::Report(slot, generation, false, sent) => {
                if self.pool.excuses(slot, generation) {
                    self.slots[slot].rejections.forget(&mut self.client);
                }
                let Slot { generation: newest, token, under_way, .. } = self.slots[slot];
                if !self.serves(slot) || newest != generation || token.is_none() {
                    return;
                }
                self.deaths_since += usize::from(self.decided.is_some());
                let alone = self.pool.rejected(self.now, slot, generation);
                self.settle(alone);
                if !self.serves(slot) {
                    return;
                }
                let (report, mine) = (Report { sent, now: self.now }, &mut self.slots[slot]);
                let verdict = mine.rejections.on_rejected(report, under_way, BACKOFF, &mut self.client);
                // Where the server keeps its tokens, each 401 mints: the pool must not be misled by more mints either.
                let verdict = if self.server == Server::Keeps { Verdict::Withdraw } else { verdict };
                match verdict {
                    Verdict::Withdraw => mine.token = None,
                    Verdict::Replace { .. } => {}
                    Verdict::Ignore | Verdict::Keep { .. } => return,
                }
                self.ask(slot, Reason::Rejected);
            }
            Coming::Mint(slot, sent) => {
                if self.server == Server::Revokes {
                    self.living.clear();
                }
                let token = self.number();
                self.living.insert(token);
                self.mints += 1;
                self.soon(self.slow, Coming::Arrive(slot, sent, token));
            }
            Coming::Arrive(slot, sent, token) => {
                let serves = self.serves(slot);
                let mine = &mut self.slots[slot];
                mine.under_way = None;
                mine.generation += 1;
                mine.token = serves.then_some(token);
                mine.rejections.on_published(Published { asked: sent, replaced: None });
                self.pool.minted(slot, mine.generation, sent, self.now);
            }
            Coming::Ahead(slot) => {
                self.soon(Duration::from_secs(120), Coming::Ahead(slot));
                if self.serves(slot) && self.slots[slot].token.is_some() && self.decided.is_none() {
                    self.ask(slot, Reason::Ahead);
                }
            }
            Coming::Trouble(Trouble::Forgets) => self.living.clear(),
            Coming::Trouble(Trouble::Refuses) => self.refuses = true,
        }
    }

    fn ask(&mut self, slot: usize, reason: Reason) {
        if self.slots[slot].under_way.is_none() {
            self.slots[slot].under_way = Some(self.now);
            self.pool.asked(slot, reason);
            self.soon(self.slow, Coming::Mint(slot, self.now));
        }
    }

    fn settle(&mut self, alone: Option<usize>) {
        if let Some(alone) = alone {
            self.decided = Some(self.mints);
            for (n, slot) in self.slots.iter_mut().enumerate() {
                slot.token = slot.token.filter(|_| n == alone);
                slot.rejections.forget(&mut self.client);
            }
        }
    }
}
