//! The store that injectors share.

use tollgate_core::config::profile::{Profile, Topology};

use crate::{SECRET, mistake_in, with};

fn profile(changes: &[(&str, &str)]) -> Profile {
    with(changes).expect("the settings are right")
}

const STORE: (&str, &str) = ("store", "redis://store:6379/2");
const KEY: (&str, &str) = ("store_key", "sixteen or more characters");

#[test]
fn a_store_is_read_with_its_user_and_key() {
    let store = profile(&[STORE, ("store_user", "me"), ("store_password", SECRET), KEY]).store.clone();
    let store = store.expect("it is set");
    assert_eq!((&*store.url, &store.topology, store.database), (STORE.1, &Topology::Single, 2));
    assert_eq!(
        (store.user.as_deref(), store.password.is_some(), store.key.is_some()),
        (Some("me"), true, true)
    );
    assert!(!format!("{store:?}").contains(SECRET));
    assert!(profile(&[]).store.is_none());
}

#[test]
fn what_can_not_be_shared_is_refused() {
    for (changes, parts) in [
        (&[("store", "http://store")][..], &["store (from property) is 'http://store'", "redis://host"][..]),
        (
            &[("store", "redis://me:pw@store")],
            &["a user or a password in it", "store_user and store_password"],
        ),
        (&[("store_user", "me")], &["store_user", "there is no store"]),
        (&[STORE, ("store_key", "short")], &["store_key", "shorter than 16", "openssl rand"]),
        (&[STORE, ("client_secret", ""), ("client_auth", "none")], &["store_key is missing"]),
        (&[STORE, ("refresh_token", SECRET)], &["refresh_token", "`serve`"]),
        (&[STORE, ("refresh_token", "file:/any/where")], &["refresh_token", "`serve`"]),
        (&[STORE, ("dpop", "true")], &["dpop", "binds tokens to a key"]),
        (&[STORE, ("refresh", "drain")], &["refresh (from property)", "this injector alone"]),
    ] {
        let mistake = mistake_in(changes);
        for part in parts {
            assert!(mistake.contains(part), "{changes:?}: {mistake}");
        }
    }
}

#[test]
fn another_store_is_another_credential() {
    let keys = [std::hash::RandomState::new(), std::hash::RandomState::new()];
    let key = |changes: &[(&str, &str)]| profile(changes).cache_key(&keys);
    assert_ne!(key(&[]), key(&[STORE]));
    assert_ne!(key(&[STORE]), key(&[STORE, KEY]));
    // How a request travels differs from one injector to the next, and its token is that of all.
    let (direct, by_proxy) = (profile(&[STORE]), profile(&[STORE, ("proxy", "http://proxy:3128")]));
    assert_ne!(direct.cache_key(&keys), by_proxy.cache_key(&keys));
    assert_eq!(direct.shared_key(&keys), by_proxy.shared_key(&keys));
    assert_ne!(direct.shared_key(&keys), profile(&[STORE, ("scope", "other")]).shared_key(&keys));
}
