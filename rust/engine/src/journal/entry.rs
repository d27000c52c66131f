//! One entry: when, whose, what; and how it is written down. No secrets.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use tollgate_core::config::profile::{LanePosition, Profile};
use tollgate_core::machine::fact::Reason;
use tollgate_core::oauth::token::Generation;
use tollgate_core::time::clock::{Now, Wall};

/// Whom an entry is about. Not the profile itself: an entry outlives it, and it has secrets.
#[derive(Clone, Debug)]
pub(crate) struct Whose {
    /// The number of the credential.
    credential: u32,
    profile: Arc<ProfileNames>,
    user: Option<Box<str>>,
}

/// Of a profile or a lane of it, without its user.
#[derive(Debug, PartialEq, Eq)]
struct ProfileNames {
    name: String,
    lane: Option<LanePosition>,
    /// The token endpoint, without its query.
    endpoint: Url,
}

impl ProfileNames {
    fn new(profile: &Profile) -> Self {
        let mut endpoint = profile.token_url.clone();
        endpoint.set_query(None);
        endpoint.set_fragment(None);
        Self { name: profile.name.clone(), lane: profile.position, endpoint }
    }

    /// Whether these are the names of this profile: compared and not made, since each entry asks.
    fn are_of(&self, profile: &Profile) -> bool {
        let (one, other) = (&self.endpoint, &profile.token_url);
        self.name == profile.name
            && self.lane == profile.position
            && one.path() == other.path()
            && one.host_str() == other.host_str()
            && (one.scheme(), one.port()) == (other.scheme(), other.port())
    }
}

impl Whose {
    /// Of many users of a profile the names are kept once: as `last` has them, where it is of one of them.
    pub(super) fn new(credential: u32, profile: &Profile, last: Option<&Self>) -> Self {
        let shared = last.map(|last| &last.profile).filter(|names| names.are_of(profile)).cloned();
        let names = shared.unwrap_or_else(|| Arc::new(ProfileNames::new(profile)));
        Self { credential, profile: names, user: profile.user().map(Into::into) }
    }

    fn title(&self) -> String {
        let ProfileNames { name, lane, .. } = &*self.profile;
        let position = lane.map(|lane| lane.suffix()).unwrap_or_default();
        let user = self.user.as_ref().map(|user| format!(", user '{user}'")).unwrap_or_default();
        format!("profile '{name}'{user}{position}")
    }
}

/// How a token request ended.
#[derive(Clone, Debug)]
pub(crate) enum How {
    Minted {
        generation: Generation,
        lifetime: Duration,
    },
    /// The server gave the same token again.
    Unchanged {
        generation: Generation,
        lifetime: Duration,
    },
    Refused {
        status: Option<u16>,
        cause: &'static str,
        words: String,
    },
}

/// Something that happens to many threads at once, or again and again: how often, and the last time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spell {
    pub(crate) count: u64,
    pub(crate) last: Wall,
}

impl Spell {
    pub(crate) const fn begun(now: Now) -> Self {
        Self { count: 1, last: now.wall }
    }

    pub(crate) fn again(&mut self, now: Now) {
        self.count += 1;
        self.last = self.last.max(now.wall);
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub(crate) enum What {
    RunStarted,
    RunEnded,
    /// A token request was sent.
    Sent(Reason),
    /// It ended.
    Answered {
        reason: Reason,
        started: Wall,
        elapsed: Duration,
        how: How,
    },
    /// No token request before then.
    TokenGate {
        until: Wall,
        spell: Spell,
    },
    /// The API wants no request before then.
    ApiGate {
        origin: String,
        until: Wall,
        spell: Spell,
    },
    /// The API refused the token in service: 401. `late`: how many said so after its successor had come.
    Rejected {
        generation: Generation,
        age: Option<Duration>,
        late: u64,
        spell: Spell,
    },
    /// A 401 to a token that was replaced or withdrawn long ago, or that is not the problem.
    Ignored {
        generation: Generation,
        spell: Spell,
    },
    /// A 401 to a request that carried none of our tokens.
    Unattributed(Spell),
    /// The API refused a fresh successor too.
    NotTheToken {
        generation: Generation,
        wait: Duration,
    },
    Expired {
        generation: Generation,
    },
    /// Threads waited for a token.
    Waited {
        longest: Duration,
        spell: Spell,
    },
    /// Threads paused for the API gate.
    Paused {
        longest: Duration,
        total: Duration,
        spell: Spell,
    },
    /// Sends were held to refresh between them.
    Drained {
        held: Duration,
    },
    /// The server revokes the previous token when it mints.
    RevokesPrevious {
        generation: Generation,
    },
    /// A refresh token was refused or given up: the primary grant again.
    SignedInAgain,
    /// Another process requested a token, and it came by the store.
    Shared {
        generation: Generation,
        /// From now.
        lifetime: Duration,
    },
    /// The store did not answer, and a token was requested for this process alone.
    StoreSilent,
}

/// One line of the journal.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) now: Now,
    /// Nobody's: about the run.
    pub(crate) whose: Option<Whose>,
    pub(crate) what: What,
}

impl Entry {
    /// As Java reads it: `key=value` with tabs between; a tab, a line end or a backslash in a value is escaped.
    pub(crate) fn line(&self) -> String {
        let mut line = Line(format!("number={}\tat={}", self.number, self.now.wall.0));
        if let Some(whose) = &self.whose {
            line.put("credential", whose.credential);
            line.text("profile", &whose.profile.name);
            line.text("title", &whose.title());
            line.text("endpoint", whose.profile.endpoint.as_str());
        }
        self.what.put(&mut line);
        line.0
    }
}

struct Line(String);

impl Line {
    fn put(&mut self, key: &str, value: impl std::fmt::Display) {
        // Writing to a string cannot fail.
        let _ = write!(self.0, "\t{key}={value}");
    }

    fn text(&mut self, key: &str, text: &str) {
        let escaped =
            text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r");
        self.put(key, escaped);
    }

    fn millis(&mut self, key: &str, duration: Duration) {
        self.put(key, duration.as_millis());
    }

    fn spell(&mut self, spell: &Spell) {
        self.put("count", spell.count);
        self.put("until", spell.last.0);
    }
}

impl What {
    fn put(&self, line: &mut Line) {
        line.put("kind", self.name());
        match self {
            Self::RunStarted | Self::RunEnded | Self::SignedInAgain | Self::StoreSilent => {}
            Self::Sent(reason) => line.put("reason", reason.name()),
            Self::Answered { reason, started, elapsed, how } => {
                line.put("reason", reason.name());
                line.put("started", started.0);
                line.put("elapsed_ns", elapsed.as_nanos());
                match how {
                    How::Minted { generation, lifetime } | How::Unchanged { generation, lifetime } => {
                        line.put("generation", generation);
                        line.millis("lifetime", *lifetime);
                    }
                    How::Refused { status, cause, words } => {
                        if let Some(status) = status {
                            line.put("status", status);
                        }
                        line.put("cause", cause);
                        line.text("words", words);
                    }
                }
            }
            Self::TokenGate { until, spell } => {
                line.put("count", spell.count);
                line.put("until", until.0);
            }
            Self::ApiGate { origin, until, spell } => {
                line.text("origin", origin);
                line.put("count", spell.count);
                line.put("until", until.0);
            }
            Self::Rejected { generation, age, late, spell } => {
                line.put("generation", generation);
                if let Some(age) = age {
                    line.millis("age", *age);
                }
                line.put("late", late);
                line.spell(spell);
            }
            Self::Ignored { generation, spell } => {
                line.put("generation", generation);
                line.spell(spell);
            }
            Self::Unattributed(spell) => line.spell(spell),
            Self::NotTheToken { generation, wait } => {
                line.put("generation", generation);
                line.millis("wait", *wait);
            }
            Self::Expired { generation } | Self::RevokesPrevious { generation } => {
                line.put("generation", generation);
            }
            Self::Waited { longest, spell } => {
                line.millis("longest", *longest);
                line.spell(spell);
            }
            Self::Paused { longest, total, spell } => {
                line.millis("longest", *longest);
                line.millis("total", *total);
                line.spell(spell);
            }
            Self::Drained { held } => line.millis("held", *held),
            Self::Shared { generation, lifetime } => {
                line.put("generation", generation);
                line.millis("lifetime", *lifetime);
            }
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::RunStarted => "run_started",
            Self::RunEnded => "run_ended",
            Self::Sent(_) => "sent",
            Self::Answered { how: How::Minted { .. }, .. } => "minted",
            Self::Answered { how: How::Unchanged { .. }, .. } => "unchanged",
            Self::Answered { how: How::Refused { .. }, .. } => "refused",
            Self::TokenGate { .. } => "token_gate",
            Self::ApiGate { .. } => "api_gate",
            Self::Rejected { .. } => "rejected",
            Self::Ignored { .. } => "rejection_ignored",
            Self::Unattributed(_) => "unattributed",
            Self::NotTheToken { .. } => "not_the_token",
            Self::Expired { .. } => "expired",
            Self::Waited { .. } => "waited",
            Self::Paused { .. } => "paused",
            Self::Drained { .. } => "drained",
            Self::RevokesPrevious { .. } => "revokes_previous",
            Self::SignedInAgain => "signed_in_again",
            Self::Shared { .. } => "shared",
            Self::StoreSilent => "store_silent",
        }
    }
}
