//! A token endpoint that costs as little as one can, so that what is measured is the client: HTTP/1.1 on threads of its
//! own, no parsing beyond the length, tokens of one length and one life.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// The characters of a token: those of a JWT with few claims are three times as many.
pub(crate) const TOKEN: usize = 400;

pub(crate) struct Endpoint {
    address: SocketAddr,
    minted: Arc<AtomicUsize>,
}

impl Endpoint {
    /// Its tokens live for `life`, in whole seconds.
    pub(crate) fn start(life: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let minted = Arc::<AtomicUsize>::default();
        let mints = Arc::clone(&minted);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mints = Arc::clone(&mints);
                thread::spawn(move || serve(stream, &mints, life));
            }
        });
        Self { address, minted }
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
fn serve(stream: TcpStream, mints: &AtomicUsize, life: Duration) -> Option<()> {
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
        let n = mints.fetch_add(1, Ordering::SeqCst) + 1;
        let body = format!(r#"{{"access_token":"{n:0>TOKEN$}","expires_in":{}}}"#, life.as_secs());
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.get_mut().write_all(answer.as_bytes()).ok()?;
    }
}
