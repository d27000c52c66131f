//! What is true of a client: servers throttle, count and refuse per client, whatever its users and profiles.
//!
//! Invariants: each fact here is kept once a client; the limits in force are the strictest of all open profile views; a
//! refusal of the client is believed by all its credentials at once, and tried again by one request.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::client_rejections::ClientRejections;
use super::gate::Gate;
use super::input::{ClientPresented, RequestId};
use super::mint_budget::Attempts;
use super::obstacle::{Limit, Obstacle, Until};
use super::output::SharedLimits;
use super::reset_unit::ResetUnit;
use crate::config::policy::Policy;
use crate::http::rate_headers::{self, Unit};
use crate::oauth::token_answer::{Class, Peculiarity, Refusal};
use crate::time::budget::Budget;
use crate::time::clock::Mono;

/// A refusal that does not change by itself.
#[derive(Debug)]
struct Refused {
    why: Arc<Refusal>,
    /// Believed until then; after that one request tries again.
    until: Mono,
    presented: ClientPresented,
    /// Whether it concerns the grant alone.
    of_grant: bool,
    /// The newest request when it was heard: a success that was sent before then does not end it.
    newest: RequestId,
    probe: Option<RequestId>,
}

impl Refused {
    fn concerns(&self, presented: ClientPresented) -> bool {
        self.presented.authentication == presented.authentication
            && (!self.of_grant || self.presented.grant == presented.grant)
    }
}

/// How much a refusal of the client tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClientRefusal {
    News,
    /// Another request was refused before.
    Known,
    /// A newer secret was read since the request was sent.
    OfOlderSecret,
}

/// The limits of all open views together.
#[derive(Debug)]
struct LimitsInForce {
    concurrent: u32,
    spacing: Duration,
    budgets: Vec<Budget>,
}

/// A client of the endpoint.
#[derive(Debug, Default)]
pub(super) struct Client {
    pub(super) gate: Gate,
    attempts: Attempts,
    last_granted: Option<Mono>,
    in_flight: BTreeSet<RequestId>,
    refusals: Vec<Refused>,
    /// A request brought a token.
    has_minted: bool,
    /// How often each secret was read again, so that a refusal of an older one says nothing of the newest.
    secrets: Vec<(u64, u32)>,
    /// The settings of open views, and how many views have each.
    views: Vec<(Arc<Policy>, usize)>,
    in_force: Option<LimitsInForce>,
    /// The settings in which open views differ, as last told.
    differing: Vec<&'static str>,
    /// What is unusual in its token answers, as told.
    peculiarities: Vec<Peculiarity>,
    /// How its quotas count down.
    reset_unit: ResetUnit,
    /// Until when a limit holds the requests of all processes of the fleet back.
    fleet_limited: Option<(Mono, Limit)>,
    /// What 401s the tokens of the client met.
    pub(super) rejections: ClientRejections,
}

impl Client {
    /// Whether the server refused the client itself, or the client for one grant (RFC 6749 section 5.2), or there is no token
    /// endpoint for any of its requests. A URL that gave it a token is that of one, whatever it answers later.
    pub(super) fn is_refused_by(&self, refusal: &Refusal) -> bool {
        let has_no_endpoint = refusal.of_issuer || refusal.of_token_url && !self.has_minted;
        refusal.refuses_client() || refusal.class == Class::Permanent && has_no_endpoint
    }

    /// A view was opened with this policy. The settings in which the open views differ, if that is news.
    pub(super) fn open_view(&mut self, policy: &Arc<Policy>) -> Option<Vec<&'static str>> {
        match self.views.iter_mut().find(|(open, _)| Arc::ptr_eq(open, policy)) {
            Some((_, count)) => *count += 1,
            None => {
                self.views.push((Arc::clone(policy), 1));
                self.weigh();
            }
        }
        let differing = self.differences();
        let news = !differing.is_empty() && differing != self.differing;
        self.differing.clone_from(&differing);
        news.then_some(differing)
    }

    /// A view that was opened with this policy is gone.
    pub(super) fn close_view(&mut self, policy: &Arc<Policy>) {
        let Some(at) = self.views.iter().position(|(open, _)| Arc::ptr_eq(open, policy)) else { return };
        self.views[at].1 -= 1;
        if self.views[at].1 == 0 {
            self.views.remove(at);
            self.weigh();
            self.differing = self.differences();
        }
    }

    /// Takes the strictest of all limits.
    fn weigh(&mut self) {
        let limits = || self.views.iter().map(|(policy, _)| &policy.limits);
        let mut budgets: Vec<_> = limits().filter_map(|limits| limits.budget).collect();
        budgets.sort_by_key(|budget| (budget.window, budget.most));
        budgets.dedup();
        self.in_force = limits().map(|limits| limits.concurrent).min().map(|concurrent| LimitsInForce {
            concurrent,
            spacing: limits().map(|limits| limits.spacing).max().unwrap_or_default(),
            budgets,
        });
    }

    fn differences(&self) -> Vec<&'static str> {
        let differ = |setting: fn(&Policy) -> (u32, Duration, Option<Budget>)| {
            self.views.windows(2).any(|pair| setting(&pair[0].0) != setting(&pair[1].0))
        };
        let mut differing = Vec::new();
        if differ(|policy| (policy.limits.concurrent, Duration::ZERO, None)) {
            differing.push("max_concurrent_token_requests");
        }
        if differ(|policy| (0, policy.limits.spacing, None)) {
            differing.push("token_request_spacing");
        }
        if differ(|policy| (0, Duration::ZERO, policy.limits.budget)) {
            differing.push("mint_budget");
        }
        differing
    }

    /// Most requests in flight at the endpoint while this client sends one more.
    pub(super) fn concurrent(&self) -> usize {
        self.in_force.as_ref().map_or(usize::MAX, |limits| limits.concurrent as usize)
    }

    /// How many of its requests are in flight.
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// What is true of the client and holds a request back; of several facts the one that lasts longest.
    pub(super) fn obstacle(
        &self,
        now: Mono,
        presented: ClientPresented,
        voluntary: bool,
    ) -> Option<Obstacle> {
        let refused =
            self.refusals.iter().filter(|refused| refused.concerns(presented)).filter_map(|refused| {
                let until = if now < refused.until {
                    Until::Believed(refused.until)
                } else {
                    refused.probe.map(|_| Until::ProbeEnds)?
                };
                Some(Obstacle::of_server(until, &refused.why))
            });
        let limits = self.in_force.as_ref();
        let spaced = limits.and_then(|limits| {
            let until = self.last_granted?.after(limits.spacing);
            (now < until).then(|| Obstacle::of_limit(Until::At(until), Limit::Spacing(limits.spacing)))
        });
        let budgets = limits.into_iter().flat_map(|limits| &limits.budgets).filter_map(|budget| {
            let until = self.attempts.held_until(now, *budget, voluntary)?;
            Some(Obstacle::of_limit(Until::At(until), Limit::Budget(*budget)))
        });
        let of_fleet = self.fleet_limited.filter(|(until, _)| now < *until);
        let of_fleet = of_fleet.map(|(until, limit)| Obstacle::of_limit(Until::At(until), limit));
        let own = self.gate.obstacle(now).into_iter().chain(refused).chain(spaced).chain(budgets);
        Obstacle::longest(own.chain(of_fleet))
    }

    /// The limits that count for all processes of a fleet. A request that can wait leaves the rest of a budget alone.
    pub(super) fn shared_limits(&self, voluntary: bool) -> SharedLimits {
        let Some(limits) = &self.in_force else { return SharedLimits::default() };
        let windowed = limits.budgets.iter().filter(|budget| budget.window.is_some());
        let budgets = windowed.map(|budget| Budget {
            most: budget.most - if voluntary { budget.reserve() } else { 0 },
            window: budget.window,
        });
        SharedLimits { spacing: limits.spacing, budgets: budgets.collect() }
    }

    /// A limit holds the requests of all processes of the fleet back.
    pub(super) fn limit_fleet(&mut self, until: Mono, by_spacing: bool) {
        let Some(limits) = &self.in_force else { return };
        let budget = limits.budgets.iter().find(|budget| budget.window.is_some() && !by_spacing);
        let limit = budget.map_or(Limit::Spacing(limits.spacing), |budget| Limit::Budget(*budget));
        self.fleet_limited = Some((until, limit));
    }

    /// The refusal of the client that credentials which present it like this believe, and until when.
    pub(super) fn refusal(&self, now: Mono, presented: ClientPresented) -> Option<(&Arc<Refusal>, Mono)> {
        let believed = |refused: &&Refused| refused.concerns(presented) && now < refused.until;
        self.refusals.iter().find(believed).map(|refused| (&refused.why, refused.until))
    }

    /// Keeps of what is unusual in an answer what was not told yet.
    pub(super) fn keep_news(&mut self, peculiarities: &mut Vec<Peculiarity>) {
        peculiarities.retain(|one| !self.peculiarities.iter().any(|known| known.is_same_kind(one)));
        self.peculiarities.extend_from_slice(peculiarities);
    }

    /// A refusal with the wait that its rate headers name, where it is a limit and has no other. `set`: the unit of bare
    /// numbers; otherwise it is learned.
    pub(super) fn read_wait(&mut self, now: Mono, refusal: Refusal, set: Option<Unit>) -> Refusal {
        if set.is_none() {
            self.reset_unit.observe(now, refusal.quotas());
        }
        if refusal.class != Class::Throttled || refusal.retry_after.is_some() {
            return refusal;
        }
        let named = rate_headers::refused(refusal.quotas(), set.or(self.reset_unit.known()));
        Refusal { retry_after: named, waits_for_quota: named.is_some(), ..refusal }
    }

    /// One of its requests was granted.
    pub(super) fn enter(&mut self, request: RequestId, presented: ClientPresented) {
        self.gate.enter(request);
        self.in_flight.insert(request);
        for refused in self.refusals.iter_mut().filter(|refused| refused.concerns(presented)) {
            refused.probe = Some(request);
        }
    }

    /// A request of it is sent.
    pub(super) fn count(&mut self, now: Mono) {
        self.last_granted = Some(now);
        let largest = self.in_force.iter().flat_map(|limits| &limits.budgets).map(|budget| budget.most).max();
        self.attempts.add(now, largest.unwrap_or(0) as usize);
    }

    /// What holds back a trial: the wait that the server named, and mint budgets. Those of a run are whole between two.
    pub(super) fn holds_trial(
        &self,
        now: Mono,
        budget: Option<Budget>,
        run_active: bool,
    ) -> Option<Obstacle> {
        let in_force = self.in_force.iter().flat_map(|limits| limits.budgets.iter().copied());
        let counts = |budget: &Budget| run_active || budget.window.is_some();
        let budgets = in_force.chain(budget).filter(counts).filter_map(|budget| {
            let until = self.attempts.held_until(now, budget, false)?;
            Some(Obstacle::of_limit(Until::At(until), Limit::Budget(budget)))
        });
        Obstacle::longest(self.gate.named_wait(now).into_iter().chain(budgets))
    }

    /// One of its requests ended.
    pub(super) fn leave(&mut self, request: RequestId) {
        self.gate.leave(request);
        self.in_flight.remove(&request);
        for refused in &mut self.refusals {
            refused.probe = refused.probe.filter(|probe| *probe != request);
        }
    }

    /// The server accepted the client, presented like this. Its token URL is right, whenever the request was sent.
    pub(super) fn authenticate(&mut self, request: RequestId, presented: ClientPresented) {
        self.has_minted = true;
        self.refusals.retain(|refused| {
            !refused.why.of_token_url && (!refused.concerns(presented) || request <= refused.newest)
        });
    }

    /// The server refused the client until something changes. Requests in flight say it again.
    pub(super) fn refuse(
        &mut self,
        now: Mono,
        why: &Arc<Refusal>,
        presented: ClientPresented,
        (newest, until): (RequestId, Mono),
    ) -> ClientRefusal {
        let of_grant = why.error.as_deref() == Some("unauthorized_client");
        let known = |refused: &&mut Refused| refused.of_grant == of_grant && refused.concerns(presented);
        match self.refusals.iter_mut().find(known) {
            Some(refused) if now < refused.until => return ClientRefusal::Known,
            Some(refused) => {
                (refused.why, refused.until, refused.newest) = (Arc::clone(why), until, newest);
            }
            None => {
                let why = Arc::clone(why);
                self.refusals.push(Refused { why, until, presented, of_grant, newest, probe: None });
            }
        }
        ClientRefusal::News
    }

    /// How often the secret that is presented like this was read again.
    pub(super) fn secret(&self, presented: ClientPresented) -> u32 {
        let read =
            self.secrets.iter().find(|(authentication, _)| *authentication == presented.authentication);
        read.map_or(0, |(_, times)| *times)
    }

    /// The secret that was presented like this is another one: the refusals of the old one are over.
    pub(super) fn renew_secret(&mut self, presented: ClientPresented) {
        let times = self.secret(presented) + 1;
        self.secrets.retain(|(authentication, _)| *authentication != presented.authentication);
        self.secrets.push((presented.authentication, times));
        self.refusals.retain(|refused| refused.presented.authentication != presented.authentication);
    }

    /// A run began.
    pub(super) fn run_started(&mut self) {
        self.refusals.clear();
        self.fleet_limited = None;
        self.attempts.run_started();
        self.gate.run_started();
    }

    /// How many requests are left of the strictest budget in force, and when one more will be if none is.
    pub(super) fn budget_left(&self, now: Mono) -> Option<(u32, Option<Mono>)> {
        let budgets = &self.in_force.as_ref()?.budgets;
        budgets.iter().map(|budget| self.attempts.left(now, *budget)).min_by_key(|(left, more)| {
            // Of those that are used up the one that lasts longest.
            (*left, std::cmp::Reverse(*more))
        })
    }
}
