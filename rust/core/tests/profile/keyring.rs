//! Several tokens in one profile: slots and further clients.

use secrecy::ExposeSecret;
use std::collections::BTreeSet;
use std::hash::RandomState;

use tollgate_core::config::lanes::Lanes;
use tollgate_core::oauth::grant::RequestGrant;

use crate::{SECRET, mistake_in, with};

const KEYS: [(&str, &str); 5] = [
    ("client_id.2", "second"),
    ("client_secret.2", "file:/secrets/unix"),
    ("client_id.7", "seventh"),
    ("client_secret.7", "s3cret-7"),
    ("client_auth", "client_secret_post"),
];

#[test]
fn each_lane_is_a_profile_with_its_client_and_a_key_of_its_own() {
    let profile = with(&[&KEYS[..], &[("pool", "2")]].concat()).unwrap();
    assert_eq!(profile.lanes_of(), Lanes { clients: 3, slots: 2 });
    let lanes = profile.lanes();
    let titles: Vec<_> = lanes.iter().map(|lane| lane.title()).collect();
    assert_eq!(titles[0], "profile 'demo', client 1, slot 1");
    assert_eq!(titles[5], "profile 'demo', client 7, slot 2");
    assert_eq!(profile.title(), "profile 'demo'");
    let asks = |at: usize| {
        let request = lanes[at].request(&RequestGrant::Primary);
        let fields = request.form.iter().filter(|(name, _)| name.starts_with("client_"));
        fields.map(|(_, value)| value.expose_secret().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(asks(1), ["demo", SECRET]);
    assert_eq!(asks(2), ["second", SECRET]);
    assert_eq!(asks(5), ["seventh", "s3cret-7"]);
    assert_eq!(lanes[2].secret_file.as_deref(), Some("/secrets/unix"), "read again when it is refused");
    assert_eq!((lanes[1].secret_file.as_ref(), lanes[4].secret_file.as_ref()), (None, None));
    let hashers = [RandomState::new(), RandomState::new()];
    let alone = with(&[("client_auth", "client_secret_post")]).unwrap();
    let of_three = with(&[("client_auth", "client_secret_post"), ("pool", "3")]).unwrap();
    let all = lanes.iter().chain([&alone]).map(|lane| lane.cache_key(&hashers));
    let of_three = of_three.lanes();
    let keys: BTreeSet<_> = all.chain(of_three.iter().map(|lane| lane.cache_key(&hashers))).collect();
    assert_eq!(keys.len(), 6 + 1 + 3, "no two share a token");
}

#[test]
fn one_lane_equals_the_profile() {
    let profile = with(&[]).unwrap();
    assert!(!profile.lanes_of().several());
    assert_eq!(profile.policy.limits.per_client, None);
    let hashers = [RandomState::new(), RandomState::new()];
    assert_eq!(profile.lanes()[0].title(), profile.title());
    assert_eq!(profile.lanes()[0].cache_key(&hashers), profile.cache_key(&hashers));
    let key = |pairs| with(pairs).unwrap().lanes()[0].cache_key(&hashers);
    assert_eq!(
        key(&KEYS[..]),
        key(&[("client_auth", "client_secret_post")]),
        "a client of a keyring is that client"
    );
}

#[test]
fn a_pool_is_filled_a_quarter_at_a_time_and_never_by_fewer_than_five() {
    for (slots, most) in [("2", 5), ("16", 5), ("20", 5), ("24", 6), ("64", 16)] {
        assert_eq!(with(&[("pool", slots)]).unwrap().policy.limits.per_client, Some(most), "{slots}");
    }
}

#[test]
fn a_user_has_one_token_by_the_first_client() {
    let profile = with(&[&KEYS[..], &[("pool", "2")]].concat()).unwrap();
    let user = profile.for_user("ann", "pw".to_owned().into());
    assert!(!user.lanes_of().several());
    assert_eq!((user.client.id.as_str(), user.policy.limits.per_client), ("demo", None));
}

#[test]
fn impossible_keyrings_are_errors() {
    for (changes, parts) in [
        (&[("pool", "0")][..], &["pool (from property) is '0'", "a whole number from 1 to 64"][..]),
        (&[("pool", "65")], &["from 1 to 64"]),
        (&[("client_id.1", "x")], &["client_id.1", "number more clients from 2 to 1000: client_id.2"]),
        (&[("client_id.1001", "x")], &["client_id.1001", "from 2 to 1000"]),
        (&[("client_id.02", "x")], &["client_id.02"]),
        (&[("client_secret.x", "x")], &["client_secret.x", "names no client", "client_secret.2"]),
        (&[("client_id.2", "x")], &["client_secret.2 is missing", "tollgate.profile.demo.client_secret.2"]),
        (
            &[("client_id.2", "x"), ("tls_client_cert", "file:/keys/both.pem")],
            &["client_secret.2 is missing"],
        ),
        (&[("client_secret.2", SECRET)], &["client_id.2 is missing"]),
        (
            &[("client_id.2", "demo"), ("client_secret.2", SECRET)],
            &["client_id.2", "names a client that this profile already has", "pool"],
        ),
        (
            &[("pool", "2"), ("refresh_token", "r3fresh")],
            &["pool", "sets several tokens, and refresh_token brings one at a time", "forUser"],
        ),
        (&[("pool", "2"), ("refresh_token", "file:/secrets/none")], &["refresh_token brings one at a time"]),
        (
            &[("pool", "2"), ("grant", "refresh_token"), ("refresh_token", "r")],
            &["refresh_token brings one at a time"],
        ),
        (
            &[("client_id.2", "x"), ("client_secret.2", SECRET), ("refresh_token", "r3fresh")],
            &["client_id.2", "refresh_token brings one at a time"],
        ),
        (
            &[
                ("client_id.2", "x"),
                ("client_secret.2", SECRET),
                ("grant", "jwt_bearer"),
                ("private_key", "file:/keys/client"),
            ],
            &["client_id.2", "names one client", "a profile for each client"],
        ),
    ] {
        let message = mistake_in(changes);
        for part in parts {
            assert!(message.contains(part), "{part} in {message}");
        }
    }
}
