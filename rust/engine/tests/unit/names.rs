//! Names that hang and names that are lost. A name server that never answers holds a thread of the resolver's, as
//! `getaddrinfo` does; it must not hold anything that another profile needs. One that forgets a name must not cost a
//! token in service.

use std::io::BufReader;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use parking_lot::Mutex as Lock;
use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::*;
use crate::persistence::file_threads::FileThreads;
use crate::persistence::values::ThisMachine;
use crate::runtime;
use crate::scripted::{answer_last, eventually, request, setting};

/// Resolves `hung.*` not before it is released, on a blocking thread, and says when it has asked for one; everything else
/// is loopback.
pub(super) struct HungNames {
    pub(super) asked: Sender<()>,
    pub(super) release: Arc<Lock<Receiver<()>>>,
}

impl Resolve for HungNames {
    fn resolve(&self, name: Name) -> Resolving {
        let hung = name.as_str().starts_with("hung.");
        let (asked, release) = (self.asked.clone(), Arc::clone(&self.release));
        Box::pin(async move {
            let look_up = move || {
                if hung {
                    release.lock().recv().unwrap_err(); // hangs until the test lets go
                }
                Box::new(std::iter::once(SocketAddr::from(([127, 0, 0, 1], 0)))) as Addrs
            };
            let looking = tokio::task::spawn_blocking(look_up);
            if hung {
                asked.send(()).unwrap();
            }
            Ok(looking.await?)
        })
    }
}

/// Knows every name as loopback, until it is told to forget them.
struct LostNames(Arc<AtomicBool>);

impl Resolve for LostNames {
    fn resolve(&self, _: Name) -> Resolving {
        let lost = self.0.load(Ordering::SeqCst);
        Box::pin(async move {
            if lost {
                return Err("no such host is known".into());
            }
            Ok(Box::new(std::iter::once(SocketAddr::from(([127, 0, 0, 1], 0)))) as Addrs)
        })
    }
}

/// Answers every token request with a token, on a connection of its own.
pub(super) fn token_endpoint() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = BufReader::new(stream.unwrap());
            request(&mut stream).unwrap();
            let body = format!(r#"{{"access_token":"t{number}","expires_in":60}}"#);
            answer_last(stream.get_mut(), &body).unwrap();
        }
    });
    port
}

pub(super) fn transport(names: impl Resolve + 'static) -> Arc<HttpTransport> {
    drop(rustls::crypto::ring::default_provider().install_default());
    Arc::new(HttpTransport::new(
        Client::builder().no_proxy().tls_certs_only([]).dns_resolver(Arc::new(names)).build().unwrap(),
        Arc::default(),
        Arc::default(),
    ))
}

pub(super) fn credential(
    host: &str,
    port: u16,
    transport: &Arc<HttpTransport>,
    context: &Arc<EngineContext>,
) -> OpenCredential {
    let given = [
        setting("token_url", &format!("http://{host}:{port}/token")),
        setting("allow_http", "true"),
        setting("client_id", "me"),
        setting("client_secret", "secret"),
        setting("refresh_interval", "200ms"),
        setting("backoff_base", "20ms"),
    ];
    let profile = Arc::new(Profile::validate("p", &given, &ThisMachine(&FileThreads::new())).unwrap());
    OpenCredential::add(NewCell {
        profile,
        authentication: 0,
        transport: Arc::clone(transport),
        api: Arc::default(),
        extras: Extras::default(),
        endpoint: Endpoint::start(context, false),
    })
}

#[test]
fn a_hung_name_of_one_profile_delays_no_other() {
    let port = token_endpoint();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let context = Arc::new(EngineContext::on(runtime.handle().clone()));
    let (asked, was_asked) = channel();
    let (let_go, release) = channel();
    let transport = transport(HungNames { asked, release: Arc::new(Lock::new(release)) });
    let hung: Vec<_> =
        (0..20).map(|n| credential(&format!("hung.{n}.test"), port, &transport, &context)).collect();
    let healthy = credential("healthy.test", port, &transport, &context);

    hung.iter().for_each(|hung| hung.want(Duration::ZERO));
    for _ in &hung {
        was_asked.recv_timeout(Duration::from_secs(20)).unwrap();
    }
    healthy.want(Duration::ZERO);

    eventually("its token", || healthy.generation() == 1);
    assert!(hung.iter().all(|hung| hung.generation() == 0));
    drop(let_go);
}

#[test]
fn names_that_hang_do_not_keep_refresh_tokens_from_their_files() {
    let runtime = runtime::start().unwrap();
    let context = Arc::new(EngineContext::on(runtime.handle().clone()));
    let (asked, was_asked) = channel();
    let (let_go, release) = channel();
    let transport = transport(HungNames { asked, release: Arc::new(Lock::new(release)) });
    // More than there are threads for.
    let hung: Vec<_> =
        (0..20).map(|n| credential(&format!("hung.{n}.test"), 1, &transport, &context)).collect();
    hung.iter().for_each(|hung| hung.want(Duration::ZERO));
    hung.iter().for_each(|_| was_asked.recv_timeout(Duration::from_secs(20)).unwrap());

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token");
    let file = context.refresh_token_files.open(path.to_str().unwrap(), &context.file_threads).unwrap();
    assert_eq!(runtime.block_on(file.keep("next".into())), None);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "next\n");
    drop(let_go);
}

#[test]
fn a_token_in_service_outlives_the_name_of_its_server() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let context = Arc::new(EngineContext::on(runtime.handle().clone()));
    let lost = Arc::new(AtomicBool::new(false));
    let transport = transport(LostNames(Arc::clone(&lost)));
    let credential = credential("login.test", token_endpoint(), &transport, &context);
    credential.endpoint.post(Input::RunStarted);
    credential.want(Duration::ZERO);
    eventually("a token", || credential.generation() > 0);
    lost.store(true, Ordering::SeqCst);
    credential.note_read(credential.generation()); // so that it is refreshed
    let mut log = String::new();
    eventually("that a refresh failed", || {
        log += &format!("{:?}", context.outbox.take(Duration::ZERO));
        log.contains("The token in service lives")
    });
    assert!(log.contains("no connection: no such host is known"), "{log}");
    assert_eq!(credential.generation(), 1);
    lost.store(false, Ordering::SeqCst);
    eventually("the next token", || credential.generation() == 2);
}
