//! A master that ends, and the replica that its sentinel makes the next one.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::fleet::{Injector, eventually, within};
use crate::redis::{RealStore, free_port, program};
use crate::server::{Server, token};

/// A sentinel that a busy machine holds up trusts itself again after half a minute, and one that failed tries again later.
const FAILOVER: Duration = Duration::from_secs(300);

/// A sentinel of the test's own.
struct Sentinel(Child);

impl Drop for Sentinel {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn injectors_are_a_fleet_again_after_a_failover() {
    let (master, replica, port) = (free_port(), free_port(), free_port());
    let [master, replica, port] = [master, replica, port].map(|port| port.to_string());
    let mut store = RealStore::with(&["--bind", "127.0.0.1", "--port", &master]);
    let next = RealStore::with(&[
        "--bind",
        "127.0.0.1",
        "--port",
        &replica,
        "--replicaof",
        &format!("127.0.0.1 {master}"),
    ]);
    let file = next.folder().join("sentinel.conf");
    let text = format!(
        "bind 127.0.0.1\nport {port}\ndir {}\nsentinel monitor fleet 127.0.0.1 {master} 1\n\
         sentinel down-after-milliseconds fleet 1000\nsentinel failover-timeout fleet 5000\n",
        next.folder().display()
    );
    std::fs::write(&file, text).unwrap();
    let mut command = Command::new(program());
    let sentinel = command.arg(&file).arg("--sentinel").stdout(Stdio::null()).spawn().unwrap();
    let _sentinel = Sentinel(sentinel);
    eventually("the sentinel answers", || TcpStream::connect(format!("127.0.0.1:{port}")).is_ok());
    eventually("the replica follows", || {
        format!("{:?}", next.command(&["INFO", "replication"])).contains("master_link_status:up")
    });
    // It hears of the replica by the master's INFO, every ten seconds.
    eventually("the sentinel knows the replica", || {
        let mut sentinel = ::redis::Client::open(format!("redis://127.0.0.1:{port}")).unwrap();
        let mut known = ::redis::cmd("SENTINEL");
        let known = known.arg("REPLICAS").arg("fleet").query::<::redis::Value>(&mut sentinel);
        format!("{known:?}").contains(&replica)
    });
    let server = Server::start(|number, _| token(number, 3600));
    let (url, at) = (server.url(), format!("redis+sentinel://127.0.0.1:{port}/fleet"));
    let settings = [("token_url", &*url), ("store", &*at), ("refresh_interval", "1s")];
    let fleet: Vec<_> = (0..4).map(|_| Injector::start(&settings)).collect();
    let mut logs = vec![String::new(); fleet.len()];
    let mut until = |what: &str, is_so: &dyn Fn(&str) -> bool| {
        within(FAILOVER, what, || {
            for (injector, log) in fleet.iter().zip(&mut logs) {
                let read = injector.engine.read(injector.handle, Duration::ZERO, Duration::ZERO, None, None);
                assert!(log.is_empty() || read.unwrap().is_some(), "a valid token is withheld");
                log.push_str(&injector.log());
            }
            logs.iter().all(|log| is_so(log))
        });
    };
    fleet.iter().for_each(|injector| drop(injector.token()));
    until("all share", &|log| log.contains("came from the store"));
    store.stop();
    until("all hear that it is gone", &|log| log.contains("Until it answers"));
    until("all hear the next one", &|log| log.contains("it answers again"));
    until("all share again", &|log| {
        let back = log.rfind("it answers again").unwrap_or_default();
        log[back..].contains("came from the store")
    });
    let role = format!("{:?}", next.command(&["ROLE"]));
    assert!(role.contains("master"), "{role}");
}
