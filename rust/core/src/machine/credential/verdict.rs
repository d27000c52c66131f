//! What a credential does with the API's answers: [`Rejections`](super::Rejections) judges them, and the token in service
//! and the next request follow.
//!
//! Invariant: an answer concerns exactly the generation that was sent.

use super::super::client_rejections::ClientRejections;
use super::super::fact::Fact;
use super::super::rejection::{Report, Verdict};
use super::{Action, Credential, FetchState};
use crate::config::policy::Refresh;
use crate::oauth::token::Generation;
use crate::time::clock::Mono;

impl Credential {
    /// The generation whose 200s change nothing until the next 401, and from when on a 401 withdraws the token in service,
    /// whatever comes before.
    #[must_use]
    pub fn verdict(&self) -> (Option<Generation>, Mono) {
        let settled = self.service.as_ref().filter(|_| self.rejections.is_settled());
        (settled.map(|token| token.generation), self.rejections.armed_from())
    }

    /// Whether the API refuses the token in service and no other is requested now.
    #[must_use]
    pub fn keeps_refused_token(&self, now: Mono) -> bool {
        self.service.is_some() && self.rejections.keeps_refused(now)
    }

    pub(super) fn accept(
        &mut self,
        report: Report,
        generation: Generation,
        client: &mut ClientRejections,
        actions: &mut Vec<Action>,
    ) {
        if self.is_current(generation) {
            self.rejections.on_accepted(report, client);
        } else if self.is_previous(generation) {
            self.rejections.on_previous_accepted(report.sent);
        }
        self.learn(report.now, actions);
    }

    pub(super) fn reject(
        &mut self,
        report: Report,
        generation: Generation,
        client: &mut ClientRejections,
        actions: &mut Vec<Action>,
    ) {
        if !self.is_current(generation) {
            if self.is_previous(generation) {
                self.rejections.on_previous_rejected(report);
                self.learn(report.now, actions);
            } else {
                self.rejections.on_late_rejection(report.now);
            }
            return actions.push(Action::Note(Fact::RejectionIgnored { generation }));
        }
        let requested = match &self.fetch {
            FetchState::InFlight(request) => Some(request.sent),
            _ => None,
        };
        let backoff = self.policy.rejection_backoff;
        match self.rejections.on_rejected(report, requested, backoff, client) {
            Verdict::Ignore => actions.push(Action::Note(Fact::RejectionIgnored { generation })),
            Verdict::Keep { wait } => actions.push(Action::Note(Fact::NotTheToken { generation, wait })),
            Verdict::Replace { wait } => {
                (self.rejected, self.wanted) = (true, true);
                actions.push(Action::Note(Fact::Suspected { generation, wait }));
            }
            Verdict::Withdraw => {
                (self.rejected, self.wanted) = (true, true);
                self.end_service();
                actions.extend([Action::Note(Fact::Rejected { generation }), Action::Withdraw]);
                self.release(report.now, actions);
            }
        }
        self.learn(report.now, actions);
    }

    pub(super) fn is_current(&self, generation: Generation) -> bool {
        self.service.as_ref().is_some_and(|token| token.generation == generation)
    }

    /// Whether the token in service, if there is one, replaced this one.
    fn is_previous(&self, generation: Generation) -> bool {
        self.service.is_some() && generation + 1 == self.generation
    }

    /// Whether it is to be found out if the server revokes the previous token.
    pub(super) fn learns(&self) -> bool {
        !self.learned && self.policy.refresh == (Refresh::Ahead { learns: true })
    }

    /// Concludes that the server revokes the previous token: refreshes come late from now on.
    fn learn(&mut self, now: Mono, actions: &mut Vec<Action>) {
        if self.learns() && self.rejections.shows_revocation(now) {
            self.learned = true;
            self.postpone();
            actions.push(Action::Note(Fact::RevokesPrevious { generation: self.generation - 1 }));
        }
    }

    /// Moves the refresh of the token in service to where [`Refresh::Late`] has it.
    fn postpone(&mut self) {
        if let Some(token) = &self.service {
            let late = token.deadline.before(self.policy.late_margin(token.lifetime(), self.slowest()));
            let interval = self.policy.interval.map_or(Mono::NEVER, |interval| token.sent.after(interval));
            self.service_due = self.service_due.max(late.min(interval));
        }
    }
}
