//! The store's scripts in a real server.

#[path = "tests/refusals.rs"]
mod refusals;
#[path = "tests/same_as_model.rs"]
mod same_as_model;

#[path = "../../tests/fleet/redis.rs"]
#[allow(dead_code)] // what the other tests use of it
mod redis_server;

use std::sync::Arc;
use std::time::Duration;

use redis::AsyncCommands;
use redis::aio::MultiplexedConnection;
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::Handle;
use tollgate_core::config::profile::{StoreSettings, Topology};
use tollgate_core::fleet::protocol::{Fence, Owner};
use tollgate_core::machine::SharedLimits;
use tollgate_core::machine::rejection::Replacement;
use tollgate_core::time::budget::Budget;

use super::commands::{
    Admission, Done, LeaseEnd, Presented, RefreshEnd, SharedClient, SharedCredential, SharedRefreshToken,
};
use super::connection::{Store, StoreError};
use super::envelope::StoreKeys;
use super::store_clock::Reading;
use crate::context::EngineContext;
use crate::time::clock::Clock;
use redis_server::RealStore;

const LEASE: Duration = Duration::from_secs(60);
const LIFETIME: Duration = Duration::from_secs(600);

impl RealStore {
    async fn connection(&self) -> MultiplexedConnection {
        let client = redis::Client::open(self.url()).expect("a URL");
        client.get_multiplexed_async_connection().await.expect("a connection")
    }

    fn node(&self, owner: u64) -> Node {
        self.node_with(owner, "the client secret")
    }

    fn node_with(&self, owner: u64, secret: &str) -> Node {
        let keys = StoreKeys::derive(secret.as_bytes(), "https://login.example.com/token", "load-test");
        let context = Arc::new(EngineContext::on(Handle::current()));
        let settings = StoreSettings {
            url: self.url(),
            topology: Topology::Unix(self.socket().display().to_string()),
            servers: Vec::new(),
            tls: false,
            database: 0,
            user: None,
            password: None,
            password_file: None,
            key: None,
        };
        let clock = context.clock;
        let store = Store::new(context, Arc::new(settings), String::new());
        let client = SharedClient::new(Arc::clone(&store), keys, "load-test", Owner(owner));
        let credential = client.credential(b"a cache key");
        let presented = client.presented_with([7, 7], "client_credentials");
        Node { store, client, credential, presented, clock }
    }
}

/// One process of the fleet.
struct Node {
    store: Arc<Store>,
    client: SharedClient,
    credential: SharedCredential,
    presented: Presented,
    clock: Clock,
}

/// A granted request.
struct Granted {
    fence: Fence,
    refresh: SharedRefreshToken,
    reading: Reading,
}

impl Node {
    async fn admit(&self, known: u64) -> Admission {
        self.admit_within(known, &SharedLimits::default()).await
    }

    async fn admit_within(&self, known: u64, limits: &SharedLimits) -> Admission {
        self.ask((Fence(known), false), limits).await.expect("the store answers")
    }

    async fn ask(&self, wish: (Fence, bool), limits: &SharedLimits) -> Result<Admission, StoreError> {
        self.connect().await;
        self.client.admit(&self.credential, &self.presented, wish, LEASE, limits).await
    }

    /// An injector gives up a connection that takes a second, as it may on a busy machine; here there is nothing to do
    /// without one.
    async fn connect(&self) {
        let connected = async {
            while self.store.connection().await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), connected).await.expect("a connection");
    }

    async fn granted(&self, known: u64) -> Granted {
        match self.admit(known).await {
            Admission::Granted { fence, refresh, reading } => Granted { fence, refresh, reading },
            other => panic!("not granted: {other:?}"),
        }
    }

    async fn token(&self, known: u64) -> (Fence, String) {
        match self.admit(known).await {
            Admission::Token { fence, ends, secret, .. } => {
                let left = ends.since(self.clock.now().mono);
                assert!(left > LIFETIME / 2 && left <= LIFETIME, "{left:?}");
                (fence, secret.expose_secret().to_owned())
            }
            other => panic!("no token: {other:?}"),
        }
    }

    async fn publish(&self, granted: &Granted, token: &str, refresh: RefreshEnd) -> Done {
        let token = SecretString::from(token);
        let deadline = self.clock.now().mono.after(LIFETIME);
        let presented = Some(&self.presented);
        let end = LeaseEnd { token: Some((&token, deadline)), refresh, presented, ..LeaseEnd::unsent() };
        self.end(granted, end).await
    }

    async fn end(&self, granted: &Granted, end: LeaseEnd<'_>) -> Done {
        let ended = self.client.end(&self.credential, granted.fence, end, granted.reading);
        ended.await.expect("the store answers")
    }

    async fn release(&self, granted: &Granted, refresh: RefreshEnd) -> Done {
        self.end(granted, LeaseEnd { refresh, ..LeaseEnd::unsent() }).await
    }

    /// Every lease is gone, as if it had run out.
    async fn leases_end(&self, store: &RealStore) {
        let mut connection = store.connection().await;
        let leases: Vec<String> = connection.keys("tollgate:v1:*:lease:*").await.expect("keys");
        assert!(!leases.is_empty(), "there is a lease");
        connection.del::<_, ()>(leases).await.expect("gone");
    }
}

#[tokio::test]
async fn one_node_asks_and_all_get_its_token() {
    let store = RealStore::start();
    let (one, two) = (store.node(1), store.node(2));
    let granted = one.granted(0).await;
    let Admission::Held { left } = two.admit(0).await else { panic!("two leases") };
    assert!(left > LEASE / 2 && left <= LEASE, "{left:?}");
    assert_eq!(one.publish(&granted, "the token", RefreshEnd::Untouched).await, Done::Done);
    assert_eq!(two.token(0).await, (granted.fence, "the token".to_owned()));
    // What is known is not told again: the next is wanted.
    let next = two.granted(granted.fence.0).await;
    assert!(next.fence > granted.fence);
    assert!(matches!(one.admit(granted.fence.0).await, Admission::Held { .. }));
}

#[tokio::test]
async fn a_token_that_the_api_refused_is_no_token_for_anybody() {
    let store = RealStore::start();
    let (one, two, three) = (store.node(1), store.node(2), store.node(3));
    let granted = one.granted(0).await;
    one.publish(&granted, "first", RefreshEnd::Untouched).await;
    let rejected = two.ask((granted.fence, true), &SharedLimits::default()).await;
    let Ok(Admission::Granted { .. }) = rejected else { panic!("not granted") };
    assert!(matches!(three.admit(0).await, Admission::Held { .. }), "a new node gets the refused one");
}

#[tokio::test]
async fn a_token_says_that_it_replaced_a_refused_one_and_nobody_else_can() {
    let store = RealStore::start();
    let (one, two) = (store.node(1), store.node(2));
    let heard = async |known| match two.admit(known).await {
        Admission::Token { replacement, .. } => Ok(replacement),
        other => Err(other),
    };
    let asked = one.clock.now().mono;
    let granted = one.granted(0).await;
    let told = Replacement { asked, distance: Duration::from_secs(20), certain: 32 };
    let (token, deadline) = (SecretString::from("second"), asked.after(LIFETIME));
    let replacement = Some(told);
    one.end(&granted, LeaseEnd { token: Some((&token, deadline)), replacement, ..LeaseEnd::unsent() }).await;
    let found = heard(0).await.expect("a token").expect("it says so");
    assert_eq!((found.distance, found.certain), (told.distance, told.certain));
    let off = found.asked.since(asked).max(asked.since(found.asked));
    assert!(off < Duration::from_secs(30), "it was requested {off:?} from then");
    // The next was not requested for a 401.
    let next = one.granted(granted.fence.0).await;
    one.publish(&next, "third", RefreshEnd::Untouched).await;
    assert_eq!(heard(0).await.expect("a token"), None);
    let mut thief = store.connection().await;
    let key: Vec<String> = thief.keys("*:token:*").await.expect("keys");
    thief.hset::<_, _, _, ()>(&key[0], "after", "600000 64").await.expect("planted");
    assert!(matches!(heard(0).await, Err(Admission::Granted { .. })), "what it says is not authenticated");
}

#[tokio::test]
async fn a_wait_closes_the_gate_of_all_in_the_step_that_ends_the_lease() {
    let store = RealStore::start();
    let (one, two) = (store.node(1), store.node(2));
    let granted = one.granted(0).await;
    let opens = one.clock.now().mono.after(Duration::from_secs(40));
    let end = LeaseEnd { gate: Some(opens), ..LeaseEnd::unsent() };
    assert_eq!(one.end(&granted, end).await, Done::Done);
    let before = two.clock.now().mono;
    let Admission::Gated { until } = two.admit(0).await else { panic!("the gate is open") };
    let wait = until.since(before);
    assert!(wait > Duration::from_secs(20) && wait < Duration::from_secs(60), "{wait:?}");
}

#[tokio::test]
async fn a_late_holder_replaces_nothing_newer_and_drops_nobodys_refresh_token() {
    let store = RealStore::start();
    let (one, two, three) = (store.node(1), store.node(2), store.node(3));
    let late = one.granted(0).await;
    one.leases_end(&store).await;
    let granted = two.granted(0).await;
    assert!(granted.fence > late.fence);
    let refresh = RefreshEnd::Given(SecretString::from("refresh"));
    assert_eq!(two.publish(&granted, "newer", refresh).await, Done::Done);
    let refresh = RefreshEnd::Given(SecretString::from("older refresh"));
    assert_eq!(one.publish(&late, "older", refresh).await, Done::Late);
    // It hears invalid_grant of a refresh token that the other has replaced.
    assert_eq!(one.release(&late, RefreshEnd::Refused).await, Done::Done);
    assert_eq!(three.token(0).await.1, "newer");
    let SharedRefreshToken::Kept(kept) = three.granted(granted.fence.0).await.refresh else {
        panic!("the refresh token is gone")
    };
    assert_eq!(kept.expose_secret(), "refresh");
}

#[tokio::test]
async fn a_refresh_token_that_was_marked_is_never_sent_by_another() {
    let store = RealStore::start();
    let (one, two) = (store.node(1), store.node(2));
    let first = one.granted(0).await;
    one.publish(&first, "token", RefreshEnd::Given(SecretString::from("refresh"))).await;
    let granted = one.granted(first.fence.0).await;
    assert!(matches!(granted.refresh, SharedRefreshToken::Kept(_)));
    assert_eq!(one.client.mark(&one.credential, granted.fence).await.expect("answers"), Done::Done);
    assert_eq!(one.client.mark(&one.credential, granted.fence).await.expect("answers"), Done::Late, "twice");
    one.leases_end(&store).await; // it was killed
    let next = two.granted(first.fence.0).await;
    assert!(matches!(next.refresh, SharedRefreshToken::Sent), "{:?}", next.refresh);
    assert_eq!(one.client.mark(&one.credential, granted.fence).await.expect("answers"), Done::Late);
    two.release(&next, RefreshEnd::Untouched).await;
    // Where the server never read the request, it stays good.
    one.release(&granted, RefreshEnd::Good).await;
    assert!(matches!(two.granted(first.fence.0).await.refresh, SharedRefreshToken::Kept(_)));
}

#[tokio::test]
async fn fences_grow_where_the_memory_of_the_store_is_lost() {
    let store = RealStore::start();
    let one = store.node(1);
    let granted = one.granted(0).await;
    redis::cmd("FLUSHALL").exec_async(&mut store.connection().await).await.expect("flushed");
    let next = one.granted(0).await;
    assert!(next.fence > granted.fence);
    one.publish(&next, "after", RefreshEnd::Untouched).await;
    assert_eq!(one.publish(&granted, "before", RefreshEnd::Untouched).await, Done::Late);
}

#[tokio::test]
async fn limits_are_counted_for_all() {
    let store = RealStore::start();
    let (one, two) = (store.node(1), store.node(2));
    let budgets = vec![Budget { most: 2, window: Some(Duration::from_secs(3600)) }];
    let limits = SharedLimits { spacing: Duration::ZERO, budgets };
    for node in [&one, &two] {
        let Admission::Granted { fence, refresh, reading } = node.admit_within(0, &limits).await else {
            panic!("there is a budget of two")
        };
        node.release(&Granted { fence, refresh, reading }, RefreshEnd::Untouched).await;
    }
    let before = one.clock.now().mono;
    let Admission::Limited { until, by_spacing: false } = one.admit_within(0, &limits).await else {
        panic!("a third")
    };
    let wait = until.since(before);
    assert!(wait > Duration::from_secs(3000) && wait <= Duration::from_secs(3601), "{wait:?}");
    let spaced = SharedLimits { spacing: Duration::from_secs(50), budgets: Vec::new() };
    assert!(matches!(two.admit_within(0, &spaced).await, Admission::Limited { .. }));
}

#[tokio::test]
async fn who_has_the_store_and_no_secret_can_neither_read_nor_plant_nor_close_the_gate() {
    let store = RealStore::start();
    let (one, two) = (store.node(1), store.node(2));
    let granted = one.granted(0).await;
    let refresh = RefreshEnd::Given(SecretString::from("secret-refresh"));
    one.publish(&granted, "secret-token", refresh).await;
    let mut thief = store.connection().await;
    let keys: Vec<String> = thief.keys("*").await.expect("keys");
    for key in &keys {
        assert!(key.starts_with("tollgate:v1:{"), "{key}");
        assert!(!key.contains("load-test"), "{key}");
        let dump: Vec<u8> = redis::cmd("DUMP").arg(key).query_async(&mut thief).await.expect("a value");
        assert!(!String::from_utf8_lossy(&dump).contains("secret-"), "{key}");
    }
    let named = |end: &str| {
        keys.iter().find(|key| key.contains(end)).unwrap_or_else(|| panic!("no {end} in {keys:?}")).clone()
    };
    let token = named(":token:");
    // It lives longer, it is newer: neither opens, and a request is granted as if there were none.
    for (field, value) in [("ends", "4102444800000"), ("fence", "9007199254740990")] {
        thief.hset::<_, _, _, ()>(&token, field, value).await.expect("planted");
        let next = two.granted(0).await;
        assert_eq!(two.publish(&next, "real", RefreshEnd::Untouched).await, Done::Done);
        assert_eq!(one.token(0).await.1, "real");
    }
    let gate = named("fence").replace(":fence", ":gate");
    for forged in ["4102444800000 1 00", "4102444800000", "for ever"] {
        thief.set::<_, _, ()>(&gate, forged).await.expect("planted");
        let known = one.token(0).await.0;
        let next = one.granted(known.0).await;
        one.release(&next, RefreshEnd::Untouched).await;
        assert!(!thief.exists::<_, bool>(&gate).await.expect("asked"), "{forged}");
    }
    let stranger = store.node_with(3, "another secret");
    assert!(matches!(stranger.admit(0).await, Admission::Granted { .. }), "it has names of its own");
}

#[tokio::test]
async fn a_store_that_is_gone_is_no_lease_of_another() {
    let mut store = RealStore::start();
    let one = store.node(1);
    store.stop();
    let limits = SharedLimits::default();
    let asked = one.client.admit(&one.credential, &one.presented, (Fence(0), false), LEASE, &limits).await;
    assert!(matches!(asked, Err(StoreError::Unreachable(_))), "{asked:?}");
}

#[tokio::test]
async fn clocks_of_injectors_that_differ_by_minutes_change_nothing() {
    for (writer, reader) in [(-300_000, 300_000), (300_000, -300_000), (0, 300_000)] {
        let store = RealStore::start();
        let (one, two) = (store.node(1), store.node(2));
        one.clock.step_wall(writer);
        two.clock.step_wall(reader);
        let granted = one.granted(0).await;
        one.publish(&granted, "token", RefreshEnd::Untouched).await;
        // It asserts that about the whole lifetime is left.
        assert_eq!(two.token(0).await.1, "token");
        let granted = two.granted(granted.fence.0).await;
        let opens = two.clock.now().mono.after(Duration::from_secs(40));
        two.end(&granted, LeaseEnd { gate: Some(opens), ..LeaseEnd::unsent() }).await;
        let Admission::Gated { until } = one.admit(granted.fence.0).await else { panic!("the gate is open") };
        let wait = until.since(one.clock.now().mono);
        assert!(wait > Duration::from_secs(20) && wait < Duration::from_secs(60), "{wait:?}");
    }
}

#[tokio::test]
async fn a_lease_is_renewed_by_its_holder_alone() {
    let store = RealStore::start();
    let (one, two) = (store.node(1), store.node(2));
    let granted = one.granted(0).await;
    let longer = LEASE * 10;
    assert_eq!(two.client.renew(&two.credential, granted.fence, longer).await.expect("answers"), Done::Late);
    assert_eq!(one.client.renew(&one.credential, granted.fence, longer).await.expect("answers"), Done::Done);
    let Admission::Held { left } = two.admit(0).await else { panic!("two leases") };
    assert!(left > LEASE, "{left:?}");
}
