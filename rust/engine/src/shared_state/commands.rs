//! The commands of the protocol as scripts in Redis or Valkey.
//!
//! Invariants: an answer, "another has the lease" and "no answer" are three things; a record that is not of this fleet is no
//! record; a gate or a refusal that nobody of this fleet wrote is disregarded, and nothing else is.

use std::sync::Arc;
use std::time::Duration;

use redis::Value;
use secrecy::{ExposeSecret, SecretString};
use tollgate_core::config::profile::Profile;
use tollgate_core::fleet::protocol::{self, ClientRefused, Fence, Owner};
use tollgate_core::machine::SharedLimits;
use tollgate_core::machine::rejection::Replacement;
use tollgate_core::time::clock::Mono;

use super::connection::{Store, StoreError};
use super::envelope::{Belonging, Forged, Kind, StoreKeys, hasher};
use super::news::Members;
use super::scripts::Scripts;
use super::store_clock::Reading;
use super::values::{bytes_of, millis, number, text_of};
use crate::time::clock::Clock;

/// A refresh token is kept for so long after the last token came; servers commonly let one lie for a month.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// No gate of the fleet is believed for longer: waits beyond a year are bounded everywhere.
pub(super) const LONGEST_GATE: Duration = Duration::from_secs(366 * 24 * 3600);

/// No refusal of a client is believed for longer: that is the most that `permanent_cooldown` can be.
const LONGEST_REFUSAL: Duration = Duration::from_secs(24 * 3600);

/// The refresh token that the store has.
#[derive(Debug)]
pub(crate) enum SharedRefreshToken {
    None,
    /// It may be sent, after it was marked.
    Kept(SecretString),
    /// Another one sent it, and its answer never came.
    Sent,
}

/// What came of asking for a request.
#[derive(Debug)]
pub(crate) enum Admission {
    /// A token that is newer than the one at hand.
    Token { fence: Fence, ends: Mono, secret: SecretString, replacement: Option<Replacement> },
    /// This node is to send a request.
    Granted { fence: Fence, refresh: SharedRefreshToken, reading: Reading },
    /// Another node does, and its lease lasts no longer than this.
    Held { left: Duration },
    /// The server asked to wait.
    Gated { until: Mono },
    /// The server refused the client with this secret.
    Refused { refused: ClientRefused, until: Mono },
    /// A limit of the client holds it back: the time between two requests, or a budget.
    Limited { until: Mono, by_spacing: bool },
}

/// What became of the refresh token of a request; see
/// [`RefreshEnd`](tollgate_core::fleet::protocol::RefreshEnd).
#[derive(Debug, Default)]
pub(crate) enum RefreshEnd {
    #[default]
    Untouched,
    Given(SecretString),
    Good,
    Refused,
    Doubtful,
}

/// How a lease ends.
#[derive(Debug, Default)]
pub(crate) struct LeaseEnd<'a> {
    /// The token that came, and when it ends here.
    pub(crate) token: Option<(&'a SecretString, Mono)>,
    /// It replaced a token that the API refused.
    pub(crate) replacement: Option<Replacement>,
    pub(crate) refresh: RefreshEnd,
    /// When the server lets requests come again.
    pub(crate) gate: Option<Mono>,
    /// How the client was presented, where the request was sent.
    pub(crate) presented: Option<&'a Presented>,
    /// The server refused the client, which is believed until then.
    pub(crate) refused: Option<(ClientRefused, Mono)>,
}

impl LeaseEnd<'_> {
    /// The lease of a request that was not sent.
    pub(crate) fn unsent() -> Self {
        Self::default()
    }
}

/// Whether a command found what it was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Done,
    /// The lease is another's, or a newer token is there.
    Late,
}

/// What was read and is not of this fleet.
#[derive(Debug, Default)]
struct Forgery {
    gate: String,
    token: Vec<u8>,
    refusal: Vec<u8>,
}

/// One client of an endpoint in the store.
pub(crate) struct SharedClient {
    pub(super) store: Arc<Store>,
    scripts: Scripts,
    keys: StoreKeys,
    clock: Clock,
    /// As authenticated in its gates.
    pub(super) client: String,
    /// Before all its keys; the braces put them into one slot of a cluster.
    pub(super) prefix: String,
    pub(super) owner: Owner,
    pub(super) members: Members,
}

/// One credential of it.
#[derive(Clone)]
pub(crate) struct SharedCredential {
    /// The name of the credential, as authenticated in its records.
    pub(super) name: String,
    pub(super) token: String,
    pub(super) lease: String,
}

/// The client as a request presents it. Its refusals are kept by this: another secret may be the right one, and another
/// grant may be allowed.
#[derive(Clone, Debug)]
pub(crate) struct Presented {
    /// Keys of the refusals of the secret, and of the secret with this grant.
    pub(super) refusals: [String; 2],
}

impl SharedClient {
    /// A client whose records are sealed with these keys.
    pub(crate) fn new(store: Arc<Store>, keys: StoreKeys, client: &str, owner: Owner) -> Self {
        let prefix = format!("tollgate:v1:{{{}}}:", keys.name(client.as_bytes()));
        Self {
            clock: store.context.clock,
            store,
            scripts: Scripts::default(),
            keys,
            client: client.to_owned(),
            prefix,
            owner,
            members: Members::default(),
        }
    }

    /// The credential of a cache key.
    pub(crate) fn credential(&self, cache_key: &[u8]) -> SharedCredential {
        self.credential_named(self.keys.name(cache_key))
    }

    /// The credential whose records have this name.
    pub(super) fn credential_named(&self, name: String) -> SharedCredential {
        let token = format!("{}token:{name}", self.prefix);
        SharedCredential { token, lease: format!("{}lease:{name}", self.prefix), name }
    }

    /// How a profile presents it. The names are keyed hashes, as all names are.
    pub(crate) fn presented(&self, profile: &Profile) -> Presented {
        let with = [0, 1].map(|number| profile.shared_authentication(&hasher(&self.keys, number)));
        self.presented_with(with, profile.primary().kind())
    }

    pub(super) fn presented_with(&self, authentication: [u64; 2], grant: &str) -> Presented {
        let name = |grant: &str| self.keys.name(format!("{authentication:x?} {grant}").as_bytes());
        Presented { refusals: ["", grant].map(|grant| self.key(&format!("refusal:{}", name(grant)))) }
    }

    /// What its records are sealed with.
    pub(super) fn keys(&self) -> &StoreKeys {
        &self.keys
    }

    /// Where changes are announced.
    pub(crate) fn channel(&self) -> String {
        format!("{}news", self.prefix)
    }

    pub(super) fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn holder(&self, fence: Fence) -> String {
        format!("{:016x} {}", self.owner.0, fence.0)
    }

    /// Asks for leave to send a request, or for a token that is newer than `known`.
    pub(crate) async fn admit(
        &self,
        credential: &SharedCredential,
        presented: &Presented,
        (known, rejected): (Fence, bool),
        lease: Duration,
        limits: &SharedLimits,
    ) -> Result<Admission, StoreError> {
        let mut forged = Forgery::default();
        // What is forged is disregarded by its text. One that forges again and again holds a node up for no longer.
        for _ in 0..8 {
            match self.ask(credential, presented, (known, rejected), lease, limits, &forged).await? {
                Ok(admission) => return Ok(admission),
                Err(found) => forged = found,
            }
        }
        Err(StoreError::Garbled)
    }

    async fn ask(
        &self,
        credential: &SharedCredential,
        presented: &Presented,
        (known, rejected): (Fence, bool),
        lease: Duration,
        limits: &SharedLimits,
        forged: &Forgery,
    ) -> Result<Result<Admission, Forgery>, StoreError> {
        let mut call = self.scripts.admit.prepare_invoke();
        call.key(&credential.token).key(&credential.lease).key(self.key("gate"));
        call.key(self.key("fence")).key(self.key("attempts"));
        for key in &presented.refusals {
            call.key(key);
        }
        call.arg(format!("{:016x}", self.owner.0)).arg(known.0).arg(u8::from(rejected));
        call.arg(millis(lease)).arg(&forged.gate).arg(&forged.token).arg(&forged.refusal);
        call.arg(millis(limits.spacing));
        for budget in &limits.budgets {
            let Some(window) = budget.window else { continue };
            call.arg(millis(window)).arg(budget.most);
        }
        let mut connection = self.store.connection().await?;
        let asked = self.clock.now().mono;
        let answer: Vec<Value> = call.invoke_async(&mut connection).await?;
        let heard = self.clock.now().mono;
        let field = |at: usize| answer.get(at).and_then(text_of).ok_or(StoreError::Garbled);
        let reading = Reading { asked, heard, shown: number(&field(1)?)? };
        Ok(match field(0)?.as_str() {
            "token" => {
                let (fence, ends) = (Fence(number(&field(2)?)?), number(&field(3)?)?);
                let sealed = bytes_of(answer.get(4));
                let after = answer.get(5).and_then(text_of).unwrap_or_default();
                let name = &credential.name;
                let of = Belonging { kind: Kind::Token, credential: name, fence, ends, after: &after };
                match self.open(&of, sealed) {
                    Ok(secret) => {
                        let replacement = protocol::replacement(&after, reading.past(fence.0 / 1000));
                        Ok(Admission::Token { fence, ends: reading.end(ends), secret, replacement })
                    }
                    Err(Forged) => Err(Forgery { token: sealed.to_vec(), ..Forgery::default() }),
                }
            }
            "gated" => {
                let gate = field(2)?;
                match self.keys.closed_until(&self.client, &gate, millis(LONGEST_GATE)) {
                    Ok(until) => Ok(Admission::Gated { until: reading.opening(until) }),
                    Err(Forged) => Err(Forgery { gate, ..Forgery::default() }),
                }
            }
            "refused" => {
                let record = bytes_of(answer.get(3));
                let key = presented.refusals.iter().find(|key| Some(&***key) == field(2).ok().as_deref());
                match key.ok_or(Forged).and_then(|key| self.refusal(key, record, reading.shown)) {
                    Ok((refused, until)) => Ok(Admission::Refused { refused, until: reading.opening(until) }),
                    Err(Forged) => Err(Forgery { refusal: record.to_vec(), ..Forgery::default() }),
                }
            }
            // A lease without an end is none of ours, and is looked at again soon.
            "held" => Ok(Admission::Held { left: Duration::from_millis(number(&field(2)?).unwrap_or(0)) }),
            "limited" => Ok(Admission::Limited {
                until: reading.opening(number(&field(3)?)?),
                by_spacing: field(2)? == "spacing",
            }),
            "granted" => {
                let fence = Fence(number(&field(2)?)?);
                let refresh = self.refresh_token(credential, answer.get(3..).unwrap_or_default())?;
                Ok(Admission::Granted { fence, refresh, reading })
            }
            _ => return Err(StoreError::Garbled),
        })
    }

    fn refresh_token(
        &self,
        credential: &SharedCredential,
        fields: &[Value],
    ) -> Result<SharedRefreshToken, StoreError> {
        let Some(fence) = fields.get(1).and_then(text_of) else { return Ok(SharedRefreshToken::None) };
        if fields.get(2).and_then(text_of).is_some() {
            return Ok(SharedRefreshToken::Sent);
        }
        let fence = Fence(number(&fence)?);
        let of = Belonging::of_refresh_token(&credential.name, fence);
        let kept = self.open(&of, bytes_of(fields.first()));
        Ok(kept.map_or(SharedRefreshToken::None, SharedRefreshToken::Kept))
    }

    /// What a record of a refusal says, and until when. One that is over is put back by somebody.
    pub(super) fn refusal(&self, key: &str, record: &[u8], now: u64) -> Result<(ClientRefused, u64), Forged> {
        let ends = protocol::end_of(record).filter(|ends| *ends > now).ok_or(Forged)?;
        let sealed = record.splitn(2, |byte| *byte == b' ').nth(1).ok_or(Forged)?;
        let text = self.keys.open(&Belonging::of_refusal(key, ends), sealed)?;
        let refused = serde_json::from_str(&text).map_err(|_| Forged)?;
        Ok((refused, ends.min(now.saturating_add(millis(LONGEST_REFUSAL)))))
    }

    fn open(&self, of: &Belonging<'_>, sealed: &[u8]) -> Result<SecretString, Forged> {
        self.keys.open(of, sealed).map(|secret| SecretString::from(secret.as_str()))
    }

    /// Records that the refresh token is about to be sent. It must not be sent before this says
    /// [`Done::Done`].
    pub(crate) async fn mark(&self, credential: &SharedCredential, fence: Fence) -> Result<Done, StoreError> {
        let mut call = self.scripts.mark.prepare_invoke();
        call.key(&credential.token).key(&credential.lease).arg(self.holder(fence)).arg(fence.0);
        done(&call.invoke_async(&mut self.store.connection().await?).await?)
    }

    /// Keeps the lease for as long again.
    pub(crate) async fn renew(
        &self,
        credential: &SharedCredential,
        fence: Fence,
        lease: Duration,
    ) -> Result<Done, StoreError> {
        let mut call = self.scripts.renew.prepare_invoke();
        call.key(&credential.lease).arg(self.holder(fence)).arg(millis(lease));
        done(&call.invoke_async(&mut self.store.connection().await?).await?)
    }

    /// Ends a lease: with a token for all, or with none; and closes the gate of the client if the server asked to wait.
    pub(crate) async fn end(
        &self,
        credential: &SharedCredential,
        fence: Fence,
        end: LeaseEnd<'_>,
        reading: Reading,
    ) -> Result<Done, StoreError> {
        let name = &credential.name;
        let after = end.replacement.as_ref().map(protocol::after).unwrap_or_default();
        let (sealed, ends) = match end.token {
            Some((secret, deadline)) => {
                let ends = reading.named_end(deadline);
                let of = Belonging { kind: Kind::Token, credential: name, fence, ends, after: &after };
                (self.keys.seal(&of, secret.expose_secret()), ends)
            }
            None => (Vec::new(), 0),
        };
        let (became, refresh) = match end.refresh {
            RefreshEnd::Untouched => ("untouched", Vec::new()),
            RefreshEnd::Given(secret) => {
                ("given", self.keys.seal(&Belonging::of_refresh_token(name, fence), secret.expose_secret()))
            }
            RefreshEnd::Good => ("good", Vec::new()),
            RefreshEnd::Refused => ("refused", Vec::new()),
            RefreshEnd::Doubtful => ("doubtful", Vec::new()),
        };
        let gate = end.gate.map(|opens| {
            let until = reading.named_opening(opens).min(reading.shown + millis(LONGEST_GATE));
            (self.keys.gate(&self.client, reading.shown, until), until - reading.shown)
        });
        let (gate, closed) = gate.unwrap_or_default();
        let refusals = end.presented.map_or(&[][..], |presented| &presented.refusals[..]);
        let refusal = end.refused.zip(end.presented).map(|((refused, until), presented)| {
            // The grant alone may be refused to it (RFC 6749 section 5.2).
            let at = usize::from(refused.error == "unauthorized_client");
            let ends = reading.named_opening(until).min(reading.shown + millis(LONGEST_REFUSAL));
            let text = serde_json::to_string(&refused).expect("texts are JSON");
            let sealed = self.keys.seal(&Belonging::of_refusal(&presented.refusals[at], ends), &text);
            (at + 1, [format!("{ends} ").as_bytes(), &sealed].concat(), ends - reading.shown)
        });
        let (at, refusal, refused) = refusal.unwrap_or_default();
        let mut call = self.scripts.end.prepare_invoke();
        call.key(&credential.token).key(&credential.lease).key(self.key("gate"));
        for key in refusals {
            call.key(key);
        }
        call.arg(self.holder(fence)).arg(fence.0).arg(became).arg(refresh).arg(sealed).arg(ends);
        call.arg(millis(KEPT)).arg(gate).arg(closed.max(1)).arg(self.channel()).arg(name);
        call.arg(refusal).arg(refused.max(1)).arg(at).arg(after);
        done(&call.invoke_async(&mut self.store.connection().await?).await?)
    }
}

fn done(answer: &Value) -> Result<Done, StoreError> {
    match text_of(answer).as_deref() {
        Some("done") => Ok(Done::Done),
        Some("late") => Ok(Done::Late),
        _ => Err(StoreError::Garbled),
    }
}
