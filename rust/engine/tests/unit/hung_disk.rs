//! A disk that hangs while a refresh token is written, and the end of the process.

#![allow(clippy::disallowed_methods)] // what is measured here is real time

use std::io;
use std::io::BufReader;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use parking_lot::Mutex;
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::*;
use crate::persistence::file_system::{FileSystem, Lock, ThisFileSystem};
use crate::persistence::shared_refresh_token_file::RefreshTokenFiles;
use crate::scripted::{answer, eventually, request, setting};

/// This machine's, but for renaming, which begins when it is released.
struct HungDisk {
    renaming: Sender<()>,
    release: Mutex<Receiver<()>>,
}

impl FileSystem for HungDisk {
    fn canonical(&self, path: &Path) -> PathBuf {
        ThisFileSystem.canonical(path)
    }
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        ThisFileSystem.read(path)
    }
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        ThisFileSystem.create(path, bytes)
    }
    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        ThisFileSystem.overwrite(path, bytes)
    }
    fn sync(&self, path: &Path) -> io::Result<()> {
        ThisFileSystem.sync(path)
    }
    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        ThisFileSystem.sync_directory(path)
    }
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        ThisFileSystem.create_directory(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.renaming.send(()).unwrap();
        self.release.lock().recv().unwrap();
        ThisFileSystem.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        ThisFileSystem.remove(path)
    }
    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        ThisFileSystem.names(path)
    }
    fn try_lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        ThisFileSystem.try_lock(path)
    }
}

/// Answers each request with a token and a refresh token of its number.
fn token_endpoint() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        for n in 1.. {
            request(&mut stream).unwrap();
            let body = format!(r#"{{"access_token":"t{n}","expires_in":3600,"refresh_token":"next-{n}"}}"#);
            answer(stream.get_mut(), &body).unwrap();
        }
    });
    url
}

/// Of the hung disk.
const TOLD: &str = "no answer from its disk or network within 1.5 s";

#[test]
fn a_token_is_served_though_the_disk_hangs_and_the_end_waits_for_it() {
    let runtime = runtime::start().unwrap();
    let (renaming, begun) = channel();
    let (let_go, release) = channel();
    let files = RefreshTokenFiles::new(Arc::new(HungDisk { renaming, release: Mutex::new(release) }), None);
    let mut context = EngineContext::on(runtime.handle().clone());
    context.refresh_token_files = Arc::new(files);
    let engine = Engine { _runtime: Some(runtime), ..Engine::of(context) };
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token");
    std::fs::write(&path, "first\n").unwrap();
    let given = [
        setting("token_url", &token_endpoint()),
        setting("client_id", "me"),
        setting("client_auth", "none"),
        setting("grant", "refresh_token"),
        setting("refresh_token", &format!("file:{}", path.display())),
    ];
    let handle = engine.open("p", &given, false).unwrap();
    let look = || engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).unwrap();
    assert!(look().is_none());
    begun.recv_timeout(Duration::from_secs(20)).unwrap();
    // Not before its refresh token is on the disk, or people were told why it is not: that takes a while, and a busy machine
    // as long to get here.
    let early = look().is_some();
    let log = format!("{:?}", engine.await_events(Duration::ZERO));
    assert!(!early || log.contains(TOLD), "{log}");
    let waited = Instant::now();
    eventually("the token", || look().is_some_and(|served| served.token.expose_secret() == "t1"));
    assert!(waited.elapsed() < Duration::from_secs(20), "{:?}", waited.elapsed());
    let log = log + &format!("{:?}", engine.await_events(Duration::ZERO));
    assert!(log.contains(TOLD), "{log}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "first\n");

    assert!(!engine.finish(Duration::from_millis(1)), "it is not on the disk");
    thread::scope(|scope| {
        let finished = scope.spawn(|| engine.finish(Duration::from_secs(20)));
        let_go.send(()).unwrap();
        assert!(finished.join().unwrap());
    });
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "next-1\n");
}
