//! A scripted token endpoint on loopback: it says exactly what a test tells it to, byte for byte, and counts.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What the server does with a request.
pub(crate) enum Answer {
    /// These bytes, and the connection stays open.
    Say(String),
    /// These bytes, then the connection closes.
    Last(String),
}

pub(crate) trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

type Wrap = dyn Fn(TcpStream) -> Box<dyn Stream> + Send + Sync;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Starts a server; `script` gets the number of the request, from 1, and its head and body.
    pub(crate) fn start(script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static) -> Self {
        Self::wrapped(|stream| Box::new(stream), script)
    }

    pub(crate) fn wrapped(
        wrap: impl Fn(TcpStream) -> Box<dyn Stream> + Send + Sync + 'static,
        script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let connections = Arc::<AtomicUsize>::default();
        let (seen, counted) = (Arc::clone(&requests), Arc::clone(&connections));
        let (script, wrap): (Arc<_>, Arc<Wrap>) = (Arc::new(script), Arc::new(wrap));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                counted.fetch_add(1, Ordering::SeqCst);
                let (seen, script, wrap) = (Arc::clone(&seen), Arc::clone(&script), Arc::clone(&wrap));
                thread::spawn(move || converse(wrap(stream), &seen, &*script));
            }
        });
        Self { address, requests, connections }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/oauth/token", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Serves one connection. A TLS client that does not trust us ends it in the first read.
fn converse(stream: Box<dyn Stream>, seen: &Mutex<Vec<String>>, script: &dyn Fn(usize, &str) -> Answer) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_request(&mut stream) {
        let number = {
            let mut seen = seen.lock().unwrap();
            seen.push(request.clone());
            seen.len()
        };
        let (bytes, more) = match script(number, &request) {
            Answer::Say(bytes) => (bytes, true),
            Answer::Last(bytes) => (bytes, false),
        };
        if stream.get_mut().write_all(bytes.as_bytes()).is_err() || stream.get_mut().flush().is_err() || !more
        {
            return;
        }
    }
}

fn read_request(stream: &mut BufReader<Box<dyn Stream>>) -> Option<String> {
    let mut request = String::new();
    let mut length = 0;
    loop {
        let start = request.len();
        if stream.read_line(&mut request).ok()? == 0 {
            return None;
        }
        let line = request[start..].trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    request.push_str(&String::from_utf8(body).unwrap());
    Some(request)
}

/// An HTTP answer with a body and further header lines.
pub(crate) fn http(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}

/// A token answer.
pub(crate) fn token(number: usize, expires_in: u64) -> Answer {
    let body =
        format!(r#"{{"access_token":"token-{number}","token_type":"bearer","expires_in":{expires_in}}}"#);
    Answer::Say(http(200, "Content-Type: application/json\r\n", &body))
}
