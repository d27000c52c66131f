//! Writes down what happens to one credential. The driver keeps it with the credential.
//!
//! Invariant: each request that was sent gets exactly one entry of how it ended, whatever the machine made of the answer.

use std::sync::Arc;
use std::time::Duration;

use tollgate_core::config::profile::Profile;
use tollgate_core::machine::fact::{Fact, Reason};
use tollgate_core::oauth::token::Generation;
use tollgate_core::time::clock::{Mono, Now, Wall};

use super::{How, Journal, Spell, What};

/// Shorter ones are looks that found nothing, not waits: nobody would see them in a sample.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// The entries that may still grow, by number; 0 for none.
#[derive(Clone, Default)]
struct Growing {
    rejected: u64,
    ignored: u64,
    unattributed: u64,
    token_gate: u64,
    api_gate: u64,
    waited: u64,
    paused: u64,
}

/// What a writer writes in, and of which credential.
#[derive(Clone, Copy)]
pub(crate) struct JournalContext<'a> {
    pub(crate) journal: &'a Journal,
    pub(crate) profile: &'a Arc<Profile>,
    /// The number of the credential.
    pub(crate) credential: u32,
}

/// Requests: when each was sent, and why.
#[derive(Default)]
struct UnderWay {
    asked: Option<(Now, Reason)>,
    /// The one whose answer is being taken.
    answering: Option<(Now, Reason)>,
}

/// The one who writes. There may be a hundred thousand of them, so each keeps only what it has written about, and finds
/// the rest at its context.
#[derive(Default)]
pub(crate) struct JournalWriter {
    under_way: Option<Box<UnderWay>>,
    /// The newest token, 0 before the first, and when it came.
    minted: (Generation, Mono),
    growing: Option<Box<Growing>>,
}

impl JournalWriter {
    fn add(&self, context: JournalContext<'_>, now: Now, what: What) -> u64 {
        context.journal.add(now, Some((context.credential, context.profile)), what)
    }

    fn growing(&mut self) -> &mut Growing {
        self.growing.get_or_insert_default()
    }

    /// Lets the entry grow whose number `which` has, if it is still there and is of the kind.
    fn grow(
        &self,
        context: JournalContext<'_>,
        which: impl FnOnce(&Growing) -> u64,
        now: Now,
        grow: impl FnOnce(&mut What) -> bool,
    ) -> bool {
        self.growing.as_deref().is_some_and(|growing| context.journal.grow(which(growing), now, grow))
    }

    /// The answer to the request under way is about to be taken.
    pub(crate) fn answering(&mut self) {
        if let Some(under_way) = &mut self.under_way {
            under_way.answering = under_way.asked.take();
        }
    }

    /// It was taken: if the machine had nothing to tell of it, this does.
    pub(crate) fn answered(&mut self, context: JournalContext<'_>, now: Now) {
        let words = || "its answer came when nobody wanted it any more".to_owned();
        self.end(context, now, || How::Refused { status: None, cause: "STOPPED", words: words() });
    }

    fn end(&mut self, context: JournalContext<'_>, now: Now, how: impl FnOnce() -> How) {
        let answering = self.under_way.as_mut().and_then(|under_way| under_way.answering.take());
        self.under_way.take_if(|under_way| under_way.asked.is_none());
        if let Some((sent, reason)) = answering {
            let (started, elapsed) = (sent.wall, now.mono.since(sent.mono));
            self.add(context, now, What::Answered { reason, started, elapsed, how: how() });
        }
    }

    /// Takes a fact.
    pub(crate) fn note(&mut self, context: JournalContext<'_>, now: Now, fact: &Fact) {
        match fact {
            Fact::Sent { reason } => {
                self.under_way.get_or_insert_default().asked = Some((now, *reason));
                self.add(context, now, What::Sent(*reason));
            }
            Fact::Minted { generation, lifetime, .. } => {
                self.minted = (*generation, now.mono);
                self.end(context, now, || How::Minted { generation: *generation, lifetime: *lifetime });
            }
            Fact::Unchanged { generation, lifetime, .. } => {
                self.end(context, now, || How::Unchanged { generation: *generation, lifetime: *lifetime });
            }
            Fact::Failed { refusal, .. } => self.end(context, now, || How::Refused {
                status: refusal.status,
                cause: refusal.code.name(),
                words: refusal.describe(context.profile),
            }),
            Fact::Challenged => self.end(context, now, || How::Refused {
                status: None,
                cause: "PROTOCOL",
                words: "the server wants a nonce in the proof".to_owned(),
            }),
            Fact::Held { wait } => self.token_gate(context, now, *wait),
            Fact::Rejected { generation } | Fact::Suspected { generation, .. } => {
                let (newest, at) = self.minted;
                let age = (newest == *generation).then(|| now.mono.since(at));
                let spell = Spell::begun(now);
                self.growing().rejected =
                    self.add(context, now, What::Rejected { generation: *generation, age, late: 0, spell });
            }
            Fact::RejectionIgnored { generation } => self.ignored(context, now, *generation),
            Fact::NotTheToken { generation, wait } => {
                self.add(context, now, What::NotTheToken { generation: *generation, wait: *wait });
            }
            Fact::Expired { generation } => {
                self.add(context, now, What::Expired { generation: *generation });
            }
            Fact::Drained { held, .. } => {
                self.add(context, now, What::Drained { held: *held });
            }
            Fact::RevokesPrevious { generation } => {
                self.add(context, now, What::RevokesPrevious { generation: *generation });
            }
            Fact::FellBack { .. } | Fact::RefreshTokenLost { dropped: true } => {
                self.add(context, now, What::SignedInAgain);
            }
            Fact::Shared { generation, lifetime } => {
                self.minted = (*generation, now.mono);
                self.add(context, now, What::Shared { generation: *generation, lifetime: *lifetime });
            }
            Fact::StoreSilent => {
                self.add(context, now, What::StoreSilent);
            }
            Fact::LimitsDiffer { .. }
            | Fact::RefusedElsewhere { .. }
            | Fact::Peculiar(_)
            | Fact::Rotated
            | Fact::RefreshTokenLost { dropped: false } => {}
        }
    }

    /// A 401 more: to the token whose refusal is being told, or to one of long ago.
    fn ignored(&mut self, context: JournalContext<'_>, now: Now, reported: Generation) {
        let replaced = self.minted.0 > reported;
        let grown = self.grow(
            context,
            |growing| growing.rejected,
            now,
            |what| match what {
                What::Rejected { generation, late, spell, .. } if *generation == reported => {
                    spell.again(now);
                    *late += u64::from(replaced);
                    true
                }
                _ => false,
            },
        );
        let grown = grown
            || self.grow(
                context,
                |growing| growing.ignored,
                now,
                |what| match what {
                    What::Ignored { generation, spell } if *generation == reported => {
                        spell.again(now);
                        true
                    }
                    _ => false,
                },
            );
        if !grown {
            let spell = Spell::begun(now);
            self.growing().ignored = self.add(context, now, What::Ignored { generation: reported, spell });
        }
    }

    /// A 401 to a request without a token of ours.
    pub(crate) fn unattributed(&mut self, context: JournalContext<'_>, now: Now) {
        let grown = self.grow(
            context,
            |growing| growing.unattributed,
            now,
            |what| {
                let What::Unattributed(spell) = what else { return false };
                spell.again(now);
                true
            },
        );
        if !grown {
            self.growing().unattributed = self.add(context, now, What::Unattributed(Spell::begun(now)));
        }
    }

    fn token_gate(&mut self, context: JournalContext<'_>, now: Now, wait: Duration) {
        let closed_until = end_of(now, wait);
        let grown = self.grow(
            context,
            |growing| growing.token_gate,
            now,
            |what| match what {
                What::TokenGate { until, spell } if now.wall <= *until => {
                    spell.again(now);
                    *until = closed_until.max(*until);
                    true
                }
                _ => false,
            },
        );
        if !grown {
            let what = What::TokenGate { until: closed_until, spell: Spell::begun(now) };
            self.growing().token_gate = self.add(context, now, what);
        }
    }

    /// The API's gate is closed for `wait` from now.
    pub(crate) fn api_gate(&mut self, context: JournalContext<'_>, now: Now, asked: &str, wait: Duration) {
        let closed_until = end_of(now, wait);
        let grown = self.grow(
            context,
            |growing| growing.api_gate,
            now,
            |what| match what {
                What::ApiGate { origin, until, spell } if now.wall <= *until && origin == asked => {
                    spell.again(now);
                    *until = closed_until.max(*until);
                    true
                }
                _ => false,
            },
        );
        if !grown {
            let origin = asked.to_owned();
            let what = What::ApiGate { origin, until: closed_until, spell: Spell::begun(now) };
            self.growing().api_gate = self.add(context, now, what);
        }
    }

    /// A thread waited that long for a token.
    pub(crate) fn waited(&mut self, context: JournalContext<'_>, now: Now, time: Duration) {
        if time < SHORTEST_WAIT {
            return;
        }
        let grown = self.grow(
            context,
            |growing| growing.waited,
            now,
            |what| {
                let What::Waited { longest, spell } = what else { return false };
                spell.again(now);
                *longest = (*longest).max(time);
                true
            },
        );
        if !grown {
            let what = What::Waited { longest: time, spell: Spell::begun(now) };
            self.growing().waited = self.add(context, now, what);
        }
    }

    /// A thread paused that long for the API's gate.
    pub(crate) fn paused(&mut self, context: JournalContext<'_>, now: Now, time: Duration) {
        let grown = self.grow(
            context,
            |growing| growing.paused,
            now,
            |what| {
                let What::Paused { longest, total, spell } = what else { return false };
                spell.again(now);
                *longest = (*longest).max(time);
                *total = total.saturating_add(time);
                true
            },
        );
        if !grown {
            let what = What::Paused { longest: time, total: time, spell: Spell::begun(now) };
            self.growing().paused = self.add(context, now, what);
        }
    }
}

fn end_of(now: Now, wait: Duration) -> Wall {
    Wall(now.wall.0.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)))
}
