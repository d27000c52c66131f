//! The scripts do what the model's store does, whatever commands come in whatever order.

use std::collections::HashMap;

use redis::AsyncCommands;
use secrecy::{ExposeSecret, SecretString};
use tollgate_core::fleet::protocol::{self, Command, Fence, Owner, RefreshId, RefreshRecord, Reply};
use tollgate_core::machine::SharedLimits;
use tollgate_core::time::clock::{Jitter, SplitMix};

use super::super::commands::{Admission, Done, LeaseEnd, RefreshEnd, SharedRefreshToken};
use super::super::store_clock::Reading;
use super::refusals::refused;
use super::{LIFETIME, Node, RealStore};

#[path = "../../../../core/tests/fleet/store.rs"]
mod model;
use model::Store;

const SEQUENCES: u64 = 150;
const COMMANDS: usize = 30;

/// A store of the model and a real one, with the fences of both.
struct Both {
    model: Store,
    real: HashMap<Fence, Fence>,
    /// Leases that were granted: owner, fence of the model, reading.
    leases: Vec<(usize, Fence, Reading)>,
    refresh_tokens: u64,
}

fn pick(chance: &mut SplitMix, of: usize) -> usize {
    let share = chance.unit() * of as f64;
    (0..of).rev().find(|at| share >= *at as f64).unwrap_or(0)
}

impl Both {
    fn real(&self, fence: Fence) -> Fence {
        self.real.get(&fence).copied().unwrap_or_default()
    }

    async fn admit(&mut self, node: &Node, at: usize, known: Fence, rejected: bool) {
        let owner = Owner(at as u64);
        let expected = self.model.handle(Command::Admit { owner, known, rejected });
        let wish = (self.real(known), rejected);
        let found = node.ask(wish, &SharedLimits::default()).await.expect("answers");
        match (expected, found) {
            (Reply::Token(expected), Admission::Token { fence, .. }) => {
                assert_eq!(fence, self.real(expected))
            }
            (Reply::Held, Admission::Held { .. })
            | (Reply::Gated, Admission::Gated { .. })
            | (Reply::Refused, Admission::Refused { .. }) => {}
            (
                Reply::Granted { fence, refresh },
                Admission::Granted { fence: real, refresh: found, reading },
            ) => {
                match (refresh, found) {
                    (RefreshRecord::None, SharedRefreshToken::None)
                    | (RefreshRecord::Sent(..), SharedRefreshToken::Sent) => {}
                    (RefreshRecord::Kept(RefreshId(id)), SharedRefreshToken::Kept(found)) => {
                        assert_eq!(found.expose_secret(), format!("refresh {id}"));
                    }
                    other => panic!("{other:?}"),
                }
                self.real.insert(fence, real);
                self.leases.push((at, fence, reading));
            }
            other => panic!("{other:?}"),
        }
    }

    async fn mark(&mut self, node: &Node, at: usize, fence: Fence) {
        let expected = self.model.handle(Command::Mark { owner: Owner(at as u64), fence });
        let found = node.client.mark(&node.credential, self.real(fence)).await.expect("answers");
        assert_same(expected, found);
    }

    async fn end(&mut self, node: &Node, lease: usize, chance: &mut SplitMix) {
        let (at, fence, reading) = self.leases[lease];
        let owner = Owner(at as u64);
        let brings_token = pick(chance, 2) == 0;
        let closes_gate = !brings_token && pick(chance, 3) == 0;
        let refuses_client = !brings_token && pick(chance, 3) == 0;
        let (refresh, real) = match pick(chance, if brings_token { 4 } else { 5 }) {
            0 => (protocol::RefreshEnd::Untouched, RefreshEnd::Untouched),
            1 => (protocol::RefreshEnd::Good, RefreshEnd::Good),
            2 => (protocol::RefreshEnd::Refused, RefreshEnd::Refused),
            3 if brings_token => {
                self.refresh_tokens += 1;
                let text = SecretString::from(format!("refresh {}", self.refresh_tokens));
                (protocol::RefreshEnd::Given(RefreshId(self.refresh_tokens)), RefreshEnd::Given(text))
            }
            _ => (protocol::RefreshEnd::Doubtful, RefreshEnd::Doubtful),
        };
        let expected = self.model.handle(if brings_token {
            Command::Publish { owner, fence, refresh }
        } else {
            Command::Release { owner, fence, refresh, closes_gate, refuses_client }
        });
        let now = node.clock.now().mono;
        let token = SecretString::from("a token");
        let end = LeaseEnd {
            replacement: None,
            token: brings_token.then(|| (&token, now.after(LIFETIME))),
            refresh: real,
            gate: closes_gate.then(|| now.after(LIFETIME)),
            presented: Some(&node.presented),
            refused: refuses_client.then(|| (refused("invalid_client"), now.after(LIFETIME))),
        };
        let found = node.client.end(&node.credential, self.real(fence), end, reading).await.expect("answers");
        assert_same(expected, found);
    }
}

fn assert_same(expected: Reply, found: Done) {
    let expected = if expected == Reply::Late { Done::Late } else { Done::Done };
    assert_eq!(found, expected);
}

#[tokio::test]
async fn scripts_do_what_the_store_of_the_model_does() {
    let store = RealStore::start();
    let nodes = [store.node(0), store.node(1), store.node(2)];
    let mut hand = store.connection().await;
    for seed in 0..SEQUENCES {
        redis::cmd("FLUSHALL").exec_async(&mut hand).await.expect("flushed");
        let mut chance = SplitMix::seeded(seed);
        let model = Store::default();
        let mut both = Both { model, real: HashMap::new(), leases: Vec::new(), refresh_tokens: 0 };
        for _ in 0..COMMANDS {
            let at = pick(&mut chance, nodes.len());
            let some = pick(&mut chance, both.leases.len() + 1);
            let lease = both.leases.get(some).copied();
            match (pick(&mut chance, 9), lease) {
                (0..=2, _) => {
                    let known = lease.map_or(Fence(0), |(_, fence, _)| fence);
                    let rejected = pick(&mut chance, 3) == 0;
                    both.admit(&nodes[at], at, known, rejected).await;
                }
                (3, Some((at, fence, _))) => both.mark(&nodes[at], at, fence).await,
                (4 | 5, Some((at, ..))) => both.end(&nodes[at], some, &mut chance).await,
                (6, _) => {
                    both.model.lease = None;
                    let leases: Vec<String> = hand.keys("*:lease:*").await.expect("keys");
                    hand.del::<_, ()>([leases, vec!["none".to_owned()]].concat()).await.expect("gone");
                }
                (7, _) => {
                    both.model.gate_closed = false;
                    let gates: Vec<String> = hand.keys("*:gate").await.expect("keys");
                    hand.del::<_, ()>([gates, vec!["none".to_owned()]].concat()).await.expect("gone");
                }
                (8, _) => {
                    both.model.client_refused = false;
                    let refusals: Vec<String> = hand.keys("*:refusal:*").await.expect("keys");
                    hand.del::<_, ()>([refusals, vec!["none".to_owned()]].concat()).await.expect("gone");
                }
                _ => {}
            }
        }
    }
}
