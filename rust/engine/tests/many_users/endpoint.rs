//! A token endpoint that costs as little as one can, so that what is measured is the client: HTTP/1.1 on threads of its
//! own, no parsing beyond the length, tokens of one length and one life. Where it is asked to, it remembers who came when.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

/// The characters of a token: those of a JWT with few claims are three times as many.
pub(crate) const TOKEN: usize = 400;

/// Who came when: the number of the user as it stands in its name.
type Arrivals = Mutex<Vec<(u32, Instant)>>;

pub(crate) struct Endpoint {
    address: SocketAddr,
    minted: Arc<AtomicUsize>,
    arrivals: Arc<Arrivals>,
    gate: Arc<Mutex<()>>,
}

impl Endpoint {
    /// Its tokens live for `life`, in whole seconds.
    pub(crate) fn start(life: Duration) -> Self {
        Self::remembering(life, false)
    }

    /// The same; `remembers` who came when.
    pub(crate) fn remembering(life: Duration, remembers: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let minted = Arc::<AtomicUsize>::default();
        let arrivals = Arc::<Arrivals>::default();
        let (mints, seen) = (Arc::clone(&minted), Arc::clone(&arrivals));
        let gate = Arc::<Mutex<()>>::default();
        let passed = Arc::clone(&gate);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (mints, seen) = (Arc::clone(&mints), remembers.then(|| Arc::clone(&seen)));
                let gate = Arc::clone(&passed);
                thread::spawn(move || serve(stream, &mints, life, &gate, seen.as_deref()));
            }
        });
        Self { address, minted, arrivals, gate }
    }

    /// Answers nobody for as long as this is held.
    #[allow(dead_code)] // the bench asks
    pub(crate) fn hold(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().unwrap()
    }

    /// Who came when, so far; forgets it.
    #[allow(dead_code)] // the bench asks
    pub(crate) fn arrivals(&self) -> Vec<(u32, Instant)> {
        std::mem::take(&mut self.arrivals.lock().unwrap())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/oauth/token", self.address)
    }

    /// The tokens that it gave out: the requests that it saw.
    pub(crate) fn minted(&self) -> usize {
        self.minted.load(Ordering::SeqCst)
    }
}

/// Until the client goes.
#[allow(clippy::disallowed_methods)] // it looks at the clock as a server does
fn serve(
    stream: TcpStream,
    mints: &AtomicUsize,
    life: Duration,
    gate: &Mutex<()>,
    seen: Option<&Arrivals>,
) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::new(stream);
    let (mut line, mut body) = (String::new(), Vec::new());
    loop {
        let mut length = 0;
        line.clear();
        while line != "\r\n" {
            line.clear();
            stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
            line.make_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
        }
        body.resize(length, 0);
        stream.read_exact(&mut body).ok()?;
        if let Some(seen) = seen {
            let text = String::from_utf8_lossy(&body);
            let user = text.split_once("username=user-").and_then(|(_, rest)| rest.get(..6)?.parse().ok());
            seen.lock().unwrap().push((user.unwrap_or(u32::MAX), Instant::now()));
        }
        drop(gate.lock().unwrap());
        let n = mints.fetch_add(1, Ordering::SeqCst) + 1;
        let body = format!(r#"{{"access_token":"{n:0>TOKEN$}","expires_in":{}}}"#, life.as_secs());
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.get_mut().write_all(answer.as_bytes()).ok()?;
    }
}
