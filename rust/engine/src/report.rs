//! What the API said, brought to the token that was sent.
//!
//! Nearly every answer is a 200 to the token in service of an API that names no limit: it is dropped without a lock. All
//! others reach the API gates at once and the machine through the driver's queue; a 401 that withdraws the token has done
//! so when this returns.

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use tollgate_core::config::profile::Profile;
use tollgate_core::failure::in_words;
use tollgate_core::http::rate_headers::{Quota, quotas};
use tollgate_core::http::retry_after::LONGEST;
use tollgate_core::machine::Input;
use tollgate_core::machine::api_answer::{ApiAnswer, Finding};
use tollgate_core::machine::api_gate::Signal;
use tollgate_core::oauth::dpop::{self, Challenge};
use tollgate_core::oauth::token::{Generation, Token};
use tollgate_core::time::clock::{Mono, Now, Wall};

use crate::api_gates::Observed;
use crate::endpoint::credential::CredentialCell;
use crate::endpoint::driver::Member;
use crate::outbox::Event as Message;
use crate::published::fingerprints::{Sent, Stamp, is_recorded, recorded};

/// An API answer as a script or an element reports it.
#[derive(Clone, Copy, Default)]
pub struct Report<'a> {
    /// HTTP status.
    pub status: u16,
    /// `https://host:port` of the request, if known.
    pub origin: Option<&'a str>,
    /// The answer's header fields.
    pub headers: &'a [(String, String)],
    /// The start of the body, where it may say more than the status.
    pub body: &'a str,
    /// What an element of the plan found in the answer.
    pub finding: Option<Finding>,
    /// The value that was sent with the token, or the bare token, if known.
    pub authorization: Option<&'a str>,
    /// What the live header left for this request.
    pub stamp: Option<Stamp>,
    /// How long ago the request was sent; zero where that is not known.
    pub ago: Duration,
}

/// What an API answer says of a token.
enum Verdict {
    Accepted,
    Refused,
    /// The token may be as good as ever: this is about the proof that went with it.
    OfTheProof(Challenge),
    /// The token lacks a permission.
    Forbidden,
    Nothing,
}

/// What a report does to what the driver keeps of a credential.
type Noted = Box<dyn FnOnce(&mut Member, Now) + Send>;

impl<'a> Report<'a> {
    fn answer(&self, quotas: &'a [Quota], received: Wall) -> ApiAnswer<'a> {
        let Self { status, headers, body, finding, .. } = *self;
        ApiAnswer { status, headers, body, finding, quotas, received }
    }

    /// What it says of the token; `signal` is what it says of limits.
    fn verdict(&self, view: &Profile, cell: &CredentialCell, signal: Option<Signal>) -> Verdict {
        if self.status == 401
            && let Some(challenge) = cell.proving().and_then(|_| dpop::challenge(self.headers))
        {
            return Verdict::OfTheProof(challenge);
        }
        let is_limit = matches!(signal, Some(Signal::Throttled(_)));
        match self.status {
            _ if self.answer(&[], Wall(0)).is_rejection(&view.answers) && !is_limit => Verdict::Refused,
            100..=399 if !is_limit => Verdict::Accepted,
            403 if !is_limit => Verdict::Forbidden,
            _ => Verdict::Nothing,
        }
    }

    /// Whether the token that was sent is one of this credential.
    pub(crate) fn is_known_to(&self, cell: &CredentialCell) -> bool {
        self.authorization.is_some_and(|sent| cell.generation_of(sent).is_some())
    }

    /// Takes note of it for a credential, under the rules of the profile view that sent the request. An answer to a request
    /// without a token of the credential says nothing about its token or its limits.
    pub(crate) fn deliver(self, view: &Profile, cell: &Arc<CredentialCell>) {
        let now = cell.now();
        let quotas = quotas(self.headers, now.wall);
        let answer = self.answer(&quotas, now.wall);
        let is_fine = answer.signal(&view.answers, None) == Some(Signal::Fine);
        let at_home = self.origin.is_none_or(|origin| view.allowed_hosts.permits(origin));
        let tells_quotas = !quotas.is_empty() && cell.api.wants_quotas();
        if at_home && is_fine && !tells_quotas && self.changes_nothing(cell, now.mono) {
            return;
        }
        let stamp = self.stamp.and_then(|stamp| cell.generation_stamped(stamp));
        let sent = Sent::new(&cell.context().fingerprint_key, self.authorization, stamp);
        let generation = match cell.fingerprints.load().as_deref() {
            Some(known) => known.attribute(sent),
            None => None,
        };
        let Some(generation) = generation else {
            if answer.is_rejection(&view.answers) {
                note(cell, |member, now| {
                    member.metrics.rejections_unattributed += 1;
                    member.write(|writer, journal| writer.unattributed(journal, now));
                });
            }
            return;
        };
        if !at_home {
            // The token had no business there, and what is said there is not the API's word.
            return note(cell, |member, _| member.metrics.strayed += 1);
        }
        if let Some(proving) = cell.proving() {
            proving.observe_api(self.origin, self.headers);
        }
        let unit = cell.api.observe(now, self.origin, &quotas, view.answers.reset_unit);
        let signal = answer.signal(&view.answers, unit);
        self.deliver_verdict(view, cell, (generation, signal), now);
        if let Some(signal) = signal {
            self.deliver_limits(view, cell, signal, now);
        }
    }

    /// Whether the same was heard before, and of limits there is nothing to say.
    fn changes_nothing(&self, cell: &CredentialCell, now: Mono) -> bool {
        cell.proving().is_none()
            && cell
                .published
                .token()
                .is_some_and(|token| self.is_of(cell, &token) && cell.published.is_settled(token.generation))
            && cell.api.is_calm(now, self.origin)
    }

    /// Whether this very token was sent.
    fn is_of(&self, cell: &CredentialCell, token: &Token) -> bool {
        is_recorded(self.authorization, token.secret.expose_secret())
            || (self.stamp == Some(cell.stamp(token.generation)) && recorded(self.authorization).is_none())
    }

    fn deliver_verdict(
        &self,
        view: &Profile,
        cell: &Arc<CredentialCell>,
        (generation, signal): (Generation, Option<Signal>),
        now: Now,
    ) {
        let sent = now.mono.before(self.ago);
        match self.verdict(view, cell, signal) {
            Verdict::Refused => {
                cell.published.refuse(generation, now.mono.nanos());
                let id = cell.id();
                cell.endpoint.enqueue(move |driver| {
                    driver.member(id).into_iter().for_each(|member| member.metrics.rejections += 1);
                    driver.handle(Input::Rejected(id, generation, sent));
                });
            }
            Verdict::Accepted => {
                if !cell.published.is_settled(generation) {
                    cell.endpoint.post(Input::Accepted(cell.id(), generation, sent));
                }
            }
            Verdict::Forbidden => {
                let message = view.describe_forbidden(generation, self.headers);
                note(cell, move |member, _| {
                    member.metrics.forbidden += 1;
                    if std::mem::replace(&mut member.metrics.forbidden_logged, generation) != generation {
                        member.cell.context().outbox.post(Message::Warn(message));
                    }
                });
            }
            // That a nonce is wanted needs no line: the next proof has it.
            Verdict::OfTheProof(Challenge::Nonce) => {
                note(cell, |member, _| member.metrics.nonces_asked += 1);
            }
            Verdict::OfTheProof(Challenge::InvalidProof) => {
                let message = view.describe_invalid_proof();
                note(cell, move |member, _| {
                    member.metrics.proofs_refused += 1;
                    if member.metrics.proofs_refused == 1 {
                        member.cell.context().outbox.post(Message::Warn(message));
                    }
                });
            }
            Verdict::Nothing => {}
        }
    }

    fn deliver_limits(&self, view: &Profile, cell: &Arc<CredentialCell>, signal: Signal, now: Now) {
        let Observed { closed, wait } = cell.api.on_answer(now, self.origin, signal, &view.policy.backoff);
        let throttles = match signal {
            Signal::Throttled(_) | Signal::Unavailable(_) => true,
            // Answers under way say it again, a hundred times perhaps: it is one limit.
            Signal::Spent(_) => closed,
            Signal::Fine => return,
        };
        let origin = self.origin.unwrap_or_default().to_owned();
        let message = closed.then(|| describe_limit(view, self.status, &origin, wait)).flatten();
        note(cell, move |member, now| {
            if let Some(message) = message
                && !std::mem::replace(&mut member.metrics.limit_explained, true)
            {
                member.cell.context().outbox.post(Message::Warn(message));
            }
            member.metrics.api_throttles += u64::from(throttles);
            if !wait.is_zero() {
                member.write(|writer, journal| writer.api_gate(journal, now, &origin, wait));
            }
        });
    }
}

/// What is said once in a run of a limit that a reader of results would take for something else.
fn describe_limit(view: &Profile, status: u16, origin: &str, wait: Duration) -> Option<String> {
    let (title, over) = (view.title(), in_words(wait));
    if wait >= LONGEST {
        return Some(format!(
            "{title}: the API at {origin} names a wait of more than a year. It is kept for a year at most, and ends with the \
             run. If the number has another meaning, see rate_reset_unit and rate_headers"
        ));
    }
    let is_usual = matches!(status, 100..=399 | 429 | 503);
    (!is_usual).then(|| {
        format!(
            "{title}: the API at {origin} says with status {status} that a limit was met, not that a permission is missing. \
             Its gate is closed for {over}"
        )
    })
}

/// Has the driver note something about a credential. What happened has the time at which it was reported.
pub(crate) fn note(cell: &Arc<CredentialCell>, noted: impl FnOnce(&mut Member, Now) + Send + 'static) {
    let (id, now, noted): (_, _, Noted) = (cell.id(), cell.now(), Box::new(noted));
    cell.endpoint.enqueue(move |driver| {
        if let Some(member) = driver.member(id) {
            noted(member, now);
        }
    });
}
