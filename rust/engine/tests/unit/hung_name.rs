//! A name server that never answers holds a thread of the resolver's, as `getaddrinfo` does. It must not hold
//! anything that another profile needs.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use parking_lot::Mutex as Lock;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::*;

/// Resolves `hung.*` never, on a blocking thread, and says when it was asked; everything else is loopback.
struct HungNames {
    asked: Sender<()>,
    release: Arc<Lock<Receiver<()>>>,
}

impl Resolve for HungNames {
    fn resolve(&self, name: Name) -> Resolving {
        let hung = name.as_str().starts_with("hung.");
        let (asked, release) = (self.asked.clone(), Arc::clone(&self.release));
        Box::pin(async move {
            let look_up = move || {
                if hung {
                    asked.send(()).unwrap();
                    release.lock().recv().unwrap_err(); // hangs until the test ends
                }
                Box::new(std::iter::once(SocketAddr::from(([127, 0, 0, 1], 0)))) as Addrs
            };
            Ok(tokio::task::spawn_blocking(look_up).await?)
        })
    }
}

fn vault(host: &str, port: u16, client: &Client, surroundings: &Surroundings) -> Arc<Vault> {
    let setting = |key: &str, value: &str| tollgate_core::settings::Setting {
        key: key.into(),
        value: value.into(),
        source: tollgate_core::settings::Source::Define,
    };
    let given = [
        setting("token_url", &format!("http://{host}:{port}/token")),
        setting("allow_http", "true"),
        setting("client_id", "me"),
        setting("client_secret", "secret"),
    ];
    let profile = Arc::new(Profile::validate("p", &given, &ThisMachine).unwrap());
    Vault::new(profile, client.clone(), Arc::default(), surroundings.clone())
}

#[test]
fn a_hung_name_of_one_profile_delays_no_other() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            assert!(stream.read(&mut request).unwrap() > 0);
            let body = r#"{"access_token":"t","expires_in":60}"#;
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let entered = runtime.enter();
    let surroundings =
        Surroundings { clock: Clock::start(), runtime: runtime.handle().clone(), outbox: Arc::default() };
    drop(entered);
    let (asked, was_asked) = channel();
    let (let_go, release) = channel();
    let names = HungNames { asked, release: Arc::new(Lock::new(release)) };
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::builder().no_proxy().dns_resolver(Arc::new(names)).build().unwrap();
    let hung: Vec<_> =
        (0..20).map(|n| vault(&format!("hung.{n}.test"), port, &client, &surroundings)).collect();
    let healthy = vault("healthy.test", port, &client, &surroundings);

    hung.iter().for_each(|vault| vault.drive(Event::Wanted));
    for _ in &hung {
        was_asked.recv_timeout(Duration::from_secs(20)).unwrap();
    }
    healthy.drive(Event::Wanted);

    for _ in 0..4000 {
        if healthy.word() == 1 {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(healthy.word(), 1);
    assert!(hung.iter().all(|vault| vault.word() == 0));
    drop(let_go);
}
