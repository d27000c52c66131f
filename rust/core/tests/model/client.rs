//! What the model believes of a client: every request it ever sent, the limits of its open views, and its refusals.

use std::collections::BTreeMap;
use std::sync::Arc;

use tollgate_core::config::policy::Policy;
use tollgate_core::machine::fact::Reason;
use tollgate_core::machine::{ClientPresented, RequestId};
use tollgate_core::oauth::token_answer::Refusal;
use tollgate_core::time::budget::Budget;
use tollgate_core::time::clock::Mono;

use super::gate::Gate;

struct Refused {
    presented: ClientPresented,
    /// It concerns this grant alone.
    of_grant: bool,
    /// Its token URL is not that of a token endpoint: any token shows the contrary.
    of_token_url: bool,
    until: Mono,
    /// The newest request when it was heard: only the success of a later one takes it back.
    newest: RequestId,
    /// The one request that tries again.
    probe: Option<RequestId>,
}

#[derive(Default)]
pub(super) struct Client {
    pub(super) gate: Gate,
    /// How often each secret was read again.
    secrets: BTreeMap<u64, u32>,
    /// The settings of all open views.
    pub(super) views: Vec<Arc<Policy>>,
    refusals: Vec<Refused>,
    has_minted: bool,
    sent: Vec<Mono>,
    in_run: usize,
    /// A 401 to any of its tokens was reported.
    pub(super) saw_401: bool,
}

impl Client {
    /// Most requests in flight at the endpoint: the strictest of all views.
    pub(super) fn concurrent(&self) -> usize {
        self.views.iter().map(|view| view.limits.concurrent as usize).min().unwrap_or(usize::MAX)
    }

    pub(super) fn send(&mut self, at: Mono, request: RequestId, presented: ClientPresented, reason: Reason) {
        self.gate.send(at, request);
        for refused in self.refusals.iter_mut().filter(|refused| refused.concerns(presented)) {
            assert!(at >= refused.until, "a request of a client that is refused");
            assert!(refused.probe.is_none(), "two requests try whether a client is still refused");
            refused.probe = Some(request);
        }
        for view in &self.views {
            let close = self.sent.last().is_some_and(|last| at < last.after(view.limits.spacing));
            assert!(!close, "a request too soon after the last of its client");
        }
        for budget in self.budgets() {
            let (spent, most) = (self.spent(at, budget), Self::most(budget, reason));
            assert!(spent < most, "{spent} requests and one more, where the budget is {most}");
        }
        self.sent.push(at);
        self.in_run += 1;
    }

    /// Whether neither a probe nor a refusal or limit of the client holds a request back.
    pub(super) fn may_send(&self, at: Mono, presented: ClientPresented, reason: Reason) -> bool {
        let mut refusals = self.refusals.iter().filter(|refused| refused.concerns(presented));
        let is_spaced =
            |view: &Arc<Policy>| self.sent.last().is_some_and(|last| at < last.after(view.limits.spacing));
        let is_spent = |budget| self.spent(at, budget) >= Self::most(budget, reason);
        self.gate.may_send()
            && refusals.all(|refused| at >= refused.until && refused.probe.is_none())
            && !self.views.iter().any(is_spaced)
            && !self.budgets().any(is_spent)
    }

    fn most(budget: Budget, reason: Reason) -> usize {
        (budget.most - if reason == Reason::Ahead { budget.reserve() } else { 0 }) as usize
    }

    fn budgets(&self) -> impl Iterator<Item = Budget> {
        self.views.iter().filter_map(|view| view.limits.budget)
    }

    fn spent(&self, at: Mono, budget: Budget) -> usize {
        match budget.window {
            None => self.in_run,
            Some(length) => self.sent.iter().rev().take_while(|sent| at < sent.after(length)).count(),
        }
    }

    /// What is left of the budget that allows least.
    pub(super) fn budget_left(&self, at: Mono) -> Option<u32> {
        let left = |budget: Budget| {
            budget.most.saturating_sub(u32::try_from(self.spent(at, budget)).unwrap_or(u32::MAX))
        };
        self.budgets().map(left).min()
    }

    pub(super) fn end(&mut self, request: RequestId) {
        self.gate.end(request);
        for refused in &mut self.refusals {
            refused.probe = refused.probe.filter(|probe| *probe != request);
        }
    }

    /// The server accepted the client.
    pub(super) fn authenticate(&mut self, request: RequestId, presented: ClientPresented) {
        self.has_minted = true;
        self.refusals.retain(|refused| {
            !refused.of_token_url && (!refused.concerns(presented) || request <= refused.newest)
        });
    }

    /// Whether the server refused the client and not what the credential asks with.
    pub(super) fn is_refused_by(&self, refusal: &Refusal) -> bool {
        let is_named = matches!(refusal.error.as_deref(), Some("invalid_client" | "unauthorized_client"));
        let is_lost = refusal.of_issuer || refusal.of_token_url && !self.has_minted;
        refusal.is_permanent() && (is_named || is_lost)
    }

    /// The server refused the client, or the client for one grant. Whether that is news.
    pub(super) fn refuse(
        &mut self,
        now: Mono,
        refusal: &Refusal,
        presented: ClientPresented,
        (newest, until): (RequestId, Mono),
    ) -> bool {
        let of_grant = refusal.error.as_deref() == Some("unauthorized_client");
        let is_known = |refused: &Refused| refused.of_grant == of_grant && refused.concerns(presented);
        let known = self.refusals.iter().find(|refused| is_known(refused));
        if known.is_some_and(|refused| now < refused.until) {
            return false;
        }
        let probe = known.and_then(|refused| refused.probe);
        self.refusals.retain(|refused| !is_known(refused));
        let of_token_url = refusal.of_token_url;
        self.refusals.push(Refused { presented, of_grant, of_token_url, until, newest, probe });
        true
    }

    pub(super) fn secret(&self, presented: ClientPresented) -> u32 {
        self.secrets.get(&presented.authentication).copied().unwrap_or(0)
    }

    pub(super) fn renew_secret(&mut self, presented: ClientPresented) {
        *self.secrets.entry(presented.authentication).or_default() += 1;
        self.refusals.retain(|refused| refused.presented.authentication != presented.authentication);
    }

    pub(super) fn run_started(&mut self) {
        self.refusals.clear();
        self.in_run = 0;
    }
}

impl Refused {
    /// Another secret may be the right one, and another grant may be allowed.
    fn concerns(&self, presented: ClientPresented) -> bool {
        self.presented.authentication == presented.authentication
            && (!self.of_grant || self.presented.grant == presented.grant)
    }
}
