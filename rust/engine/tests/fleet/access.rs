//! The ways into a store: a user of its ACL, TLS, sentinels, a cluster.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::fleet::{Injector, eventually, requests_alone};
use crate::redis::{RealStore, free_port, program};
use crate::server::{Answer, Server, http, token};
use crate::state::{assert_fine, look_with, problem};

/// What the operator's page tells to grant, word by word.
const RULES: &str = include_str!("../../../../docs/fleet.md");

/// Three injectors get one token. On a busy machine one may give the store up and go alone: then three others try.
fn share(settings: &[(&str, &str)]) {
    eventually("three injectors have one token", || {
        let server = Server::start(|number, _| token(number, 3600));
        let url = server.url();
        let settings = [&[("token_url", &*url)], settings].concat();
        let fleet: Vec<_> = (0..3).map(|_| Injector::start(&settings)).collect();
        fleet.iter().for_each(|injector| drop(injector.token()));
        let alone = requests_alone(&fleet);
        fleet.iter().for_each(|injector| print!("{}", injector.log()));
        assert!(server.count() <= 1 + alone, "{} requests", server.count());
        alone == 0
    });
}

/// The page's line for a user.
pub(crate) fn rules(user: &str) -> String {
    let begin = format!("ACL SETUSER {user} ");
    let rules = RULES.lines().find(|line| line.starts_with(&begin)).expect("the page has it");
    rules.replace("PASSWORD", "pass-of-the-user")
}

/// The commands that a line grants.
pub(crate) fn granted(rules: &str) -> BTreeSet<String> {
    rules.split_whitespace().filter_map(|rule| rule.strip_prefix('+')).map(str::to_owned).collect()
}

#[test]
fn a_user_of_the_acl_as_the_page_says() {
    let store = RealStore::start();
    store.command(&rules("tollgate").split_whitespace().collect::<Vec<_>>());
    store.command(&["ACL", "SETUSER", "default", "off"]);
    // Limits have keys of their own.
    let limits = [("mint_budget", "100/1h"), ("token_request_spacing", "1ms")];
    let user = [("store_user", "tollgate"), ("store_password", "pass-of-the-user")];
    share(&[&[("store", &*store.url())], &user[..], &limits].concat());
}

/// All that injectors do, counted by the store: a line that grants more is as wrong as one that grants less.
#[test]
fn the_page_grants_the_commands_that_injectors_send_and_no_other() {
    let port = free_port();
    let store = RealStore::with(&["--bind", "127.0.0.1", "--port", &port.to_string()]);
    store.command(&rules("tollgate").split_whitespace().collect::<Vec<_>>());
    let server = Server::start(|number, _| {
        let body =
            format!(r#"{{"access_token":"token-{number}","expires_in":3600,"refresh_token":"r{number}"}}"#);
        Answer::Say(http(200, "", &body))
    });
    let settings = [
        ("token_url", &*server.url()),
        ("store", &*format!("redis://127.0.0.1:{port}/1")),
        ("store_user", "tollgate"),
        ("store_password", "pass-of-the-user"),
        ("mint_budget", "1000/1h"),
        ("token_request_spacing", "1ms"),
        ("grant", "password"),
        ("username", "ann"),
        ("password", "pw"),
        ("refresh_interval", "1s"),
    ];
    let granted = granted(&rules("tollgate"));
    let fleet = [Injector::start(&settings), Injector::start(&settings)];
    eventually("all that injectors do was done", || {
        fleet.iter().for_each(|injector| drop(injector.token()));
        server.count() >= 3 && sent(&store).len() >= granted.len()
    });
    assert_eq!(sent(&store), granted);
}

/// The commands that the store was sent, by whom that was not the test.
fn sent(store: &RealStore) -> BTreeSet<String> {
    let stats: String = redis::from_redis_value(store.command(&["INFO", "commandstats"])).unwrap();
    let names = stats.lines().filter_map(|line| line.strip_prefix("cmdstat_"));
    let names = names.filter_map(|line| line.split_once(':')).map(|(name, _)| name.to_owned());
    // A login needs no right; and what Valkey counts of itself and of this connection.
    let not_granted = ["info", "acl|setuser", "auth", "config|get", "client|setinfo"];
    names.filter(|name| !not_granted.contains(&name.as_str())).collect()
}

#[test]
fn tls_with_the_certificates_that_the_profile_trusts() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    std::fs::write(at("ca.pem"), authority.pem()).unwrap();
    std::fs::write(at("store.pem"), certificate.pem()).unwrap();
    std::fs::write(at("store.key"), key.serialize_pem()).unwrap();
    let port = free_port();
    let _store = RealStore::with(&[
        "--bind",
        "127.0.0.1",
        "--tls-port",
        &port.to_string(),
        "--tls-auth-clients",
        "no",
        "--tls-cert-file",
        &at("store.pem"),
        "--tls-key-file",
        &at("store.key"),
        "--tls-ca-cert-file",
        &at("ca.pem"),
    ]);
    let url = format!("rediss://localhost:{port}");
    share(&[("store", &url), ("ca_file", &at("ca.pem"))]);
    // Who does not trust it goes alone, and says why.
    let server = Server::start(|number, _| token(number, 3600));
    let stranger = Injector::start(&[("token_url", &server.url()), ("store", &url)]);
    assert_eq!(stranger.token(), "token-1");
    assert_eq!(stranger.requests_alone(), 1);
    let log = stranger.log();
    assert!(log.to_lowercase().contains("certificate"), "{log}");
    let token_url = ("token_url", "http://127.0.0.1:1/");
    assert_fine(&look_with(&[token_url, ("store", &url), ("ca_file", &at("ca.pem"))], true));
    let state = look_with(&[token_url, ("store", &url)], true);
    assert!(problem(&state).contains("Set ca_file"), "{state:#}");
}

/// A sentinel of the test's own.
struct Sentinel(Child);

impl Sentinel {
    fn start(folder: &Path, port: u16, master: u16) -> Self {
        let file = folder.join("sentinel.conf");
        let text = format!(
            "bind 127.0.0.1\nport {port}\ndir {}\nsentinel monitor fleet 127.0.0.1 {master} 1\n",
            folder.display()
        );
        std::fs::write(&file, text).unwrap();
        let mut command = Command::new(program());
        Self(command.arg(&file).arg("--sentinel").stdout(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn sentinels_name_the_master() {
    let (master, port) = (free_port(), free_port());
    let store = RealStore::with(&["--bind", "127.0.0.1", "--port", &master.to_string()]);
    let _sentinel = Sentinel::start(store.folder(), port, master);
    eventually("the sentinel answers", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    let named = |name: &str| format!("redis+sentinel://127.0.0.1:1,127.0.0.1:{port}/{name}");
    share(&[("store", &named("fleet"))]);
    let token_url = ("token_url", "http://127.0.0.1:1/");
    assert_fine(&look_with(&[token_url, ("store", &named("fleet"))], true));
    let state = look_with(&[token_url, ("store", &named("navy"))], true);
    assert!(problem(&state).contains("do not know that name"), "{state:#}");
}

#[test]
fn a_cluster() {
    let (port, bus) = (free_port(), free_port());
    let store = RealStore::with(&[
        "--bind",
        "127.0.0.1",
        "--port",
        &port.to_string(),
        "--cluster-enabled",
        "yes",
        "--cluster-port",
        &bus.to_string(),
    ]);
    store.command(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    eventually("the cluster is whole", || {
        let info = store.command(&["CLUSTER", "INFO"]);
        format!("{info:?}").contains("cluster_state:ok")
    });
    for rules in [rules("tollgate"), "ACL SETUSER tollgate +cluster|slots +ping".to_owned()] {
        assert!(RULES.contains(&rules.replace("pass-of-the-user", "PASSWORD")), "the page has it");
        store.command(&rules.split_whitespace().collect::<Vec<_>>());
    }
    let url = format!("redis+cluster://127.0.0.1:{port}");
    let user = [("store", &*url), ("store_user", "tollgate"), ("store_password", "pass-of-the-user")];
    share(&user);
    assert_fine(&look_with(&[&[("token_url", "http://127.0.0.1:1/")], &user[..]].concat(), true));
}
