//! A refusal of the client in the store: heard by all that present it alike, and planted by nobody.

use std::time::Duration;

use redis::AsyncCommands;
use tollgate_core::fleet::protocol::ClientRefused;

use super::{Admission, Granted, LeaseEnd, Node, RealStore, RefreshEnd};

const COOLDOWN: Duration = Duration::from_secs(300);

pub(super) fn refused(error: &str) -> ClientRefused {
    ClientRefused { status: 401, error: error.into(), message: "wrong secret".into() }
}

impl Node {
    /// The server refuses the client.
    async fn refuse(&self, granted: &Granted, error: &str) {
        self.refuse_for(granted, error, COOLDOWN).await;
    }

    async fn refuse_for(&self, granted: &Granted, error: &str, cooldown: Duration) {
        let refused = Some((refused(error), self.clock.now().mono.after(cooldown)));
        self.end(granted, LeaseEnd { presented: Some(&self.presented), refused, ..LeaseEnd::unsent() }).await;
    }

    /// What it hears of a refusal, and how long that is believed.
    async fn hears(&self) -> Option<(ClientRefused, Duration)> {
        let before = self.clock.now().mono;
        match self.admit(0).await {
            Admission::Refused { refused, until } => Some((refused, until.since(before))),
            Admission::Granted { fence, refresh, reading } => {
                self.release(&Granted { fence, refresh, reading }, RefreshEnd::Untouched).await;
                None
            }
            other => panic!("{other:?}"),
        }
    }

    /// The same node with another secret than the one that its records are sealed with.
    fn presenting(mut self, secret: u64, grant: &str) -> Self {
        self.presented = self.client.presented_with([secret, 7], grant);
        self
    }
}

async fn refusals(store: &RealStore) -> Vec<String> {
    store.connection().await.keys("*:refusal:*").await.expect("keys")
}

#[tokio::test]
async fn a_refusal_holds_back_all_that_present_the_client_alike_until_one_is_accepted() {
    let store = RealStore::start();
    let (one, two) = (store.node(1), store.node(2));
    let rotated = store.node(3).presenting(8, "client_credentials");
    let other_grant = store.node(4).presenting(7, "password");
    let granted = one.granted(0).await;
    one.refuse(&granted, "invalid_client").await;
    for node in [&one, &two, &other_grant] {
        let (heard, wait) = node.hears().await.expect("refused");
        assert_eq!(heard, refused("invalid_client"));
        assert!(wait > COOLDOWN / 2 && wait <= COOLDOWN + Duration::from_secs(30), "{wait:?}");
    }
    assert_eq!(rotated.hears().await, None, "another secret may be the right one");
    assert_eq!(refusals(&store).await.len(), 1);
    let accepted = rotated.granted(0).await;
    rotated.publish(&accepted, "token", RefreshEnd::Untouched).await;
    assert_eq!(refusals(&store).await.len(), 1, "it says nothing of the other secret");
    assert!(matches!(two.admit(0).await, Admission::Token { .. }), "a token that is there serves");
    one.publish(&granted, "another", RefreshEnd::Untouched).await;
    assert!(refusals(&store).await.is_empty(), "the secret was accepted");
}

#[tokio::test]
async fn what_is_refused_to_one_grant_is_not_refused_to_another() {
    let store = RealStore::start();
    let one = store.node(1);
    let other = store.node(2).presenting(7, "password");
    let granted = one.granted(0).await;
    one.refuse(&granted, "unauthorized_client").await;
    assert_eq!(one.hears().await.expect("refused").0, refused("unauthorized_client"));
    assert_eq!(other.hears().await, None);
}

#[tokio::test]
async fn a_refusal_ends_with_its_cooldown_or_the_memory_of_the_store_and_lasts_no_longer_than_a_day() {
    let store = RealStore::start();
    let one = store.node(1);
    let granted = one.granted(0).await;
    one.refuse_for(&granted, "invalid_client", COOLDOWN * 1000).await;
    let day = Duration::from_secs(24 * 3600);
    let wait = one.hears().await.expect("refused").1;
    assert!(wait <= day + Duration::from_secs(30), "{wait:?}");
    let key = refusals(&store).await.remove(0);
    let mut hand = store.connection().await;
    let left: i64 = hand.pttl(&key).await.expect("asked");
    assert!(left > 0 && left <= 24 * 3600 * 1000, "{left}");
    redis::cmd("FLUSHALL").exec_async(&mut hand).await.expect("flushed");
    assert_eq!(one.hears().await, None);
}

#[tokio::test]
async fn who_has_the_store_and_no_secret_can_neither_plant_a_refusal_nor_keep_one() {
    let store = RealStore::start();
    let (one, two) = (store.node(1), store.node(2).presenting(8, "client_credentials"));
    let stranger = store.node_with(3, "another secret");
    let granted = one.granted(0).await;
    one.refuse(&granted, "invalid_client").await;
    let mut thief = store.connection().await;
    let key = refusals(&store).await.remove(0);
    let record: Vec<u8> = thief.get(&key).await.expect("a record");
    assert!(!String::from_utf8_lossy(&record).contains("secret"), "the server's words can be read");
    // The keys of the others, as the thief sees them: by refusals of theirs.
    let granted = stranger.granted(0).await;
    stranger.refuse(&granted, "invalid_client").await;
    let foreign = refusals(&store).await.into_iter().find(|other| *other != key).expect("the stranger's");
    let foreign: Vec<u8> = thief.get(foreign).await.expect("a record");
    let granted = two.granted(0).await;
    two.refuse(&granted, "invalid_client").await;
    let space = record.iter().position(|byte| *byte == b' ').expect("its end");
    let later = [b"4102444800000", &record[space..]].concat();
    let mut earlier = record.clone();
    earlier[space - 1] ^= 1;
    let theirs: Vec<u8> = {
        let key = refusals(&store).await.into_iter();
        let mut records = Vec::new();
        for key in key {
            records.push(thief.get::<_, Vec<u8>>(key).await.expect("a record"));
        }
        records.into_iter().find(|other| *other != record && *other != foreign).expect("that of two")
    };
    for planted in [later, earlier, foreign, theirs, b"4102444800000 x".to_vec(), b"for ever".to_vec()] {
        thief.set::<_, _, ()>(&key, &planted).await.expect("planted");
        assert_eq!(one.hears().await, None, "{}", String::from_utf8_lossy(&planted));
        assert!(!thief.exists::<_, bool>(&key).await.expect("asked"), "it is gone");
    }
}

#[tokio::test]
async fn a_refusal_that_somebody_keeps_beyond_its_end_is_none() {
    let store = RealStore::start();
    let one = store.node(1);
    let mut granted = one.granted(0).await;
    // Heard an hour ago.
    granted.reading.shown -= 3_600_000;
    one.refuse(&granted, "invalid_client").await;
    assert_eq!(refusals(&store).await.len(), 1);
    assert_eq!(one.hears().await, None);
    assert!(refusals(&store).await.is_empty(), "it is gone");
}
