//! A token endpoint that remembers nothing, so that all that grows is ours.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub(crate) struct Endpoint {
    address: SocketAddr,
    minted: Arc<AtomicUsize>,
}

impl Endpoint {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let minted = Arc::<AtomicUsize>::default();
        let mints = Arc::clone(&minted);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mints = Arc::clone(&mints);
                thread::spawn(move || serve(stream, &mints));
            }
        });
        Self { address, minted }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/oauth/token", self.address)
    }

    pub(crate) fn minted(&self) -> usize {
        self.minted.load(Ordering::SeqCst)
    }
}

/// Until the client goes.
fn serve(stream: TcpStream, mints: &AtomicUsize) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::new(stream);
    loop {
        let (mut line, mut length) = (String::new(), 0);
        while line != "\r\n" {
            line.clear();
            stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
        }
        stream.read_exact(&mut vec![0; length]).ok()?;
        let n = mints.fetch_add(1, Ordering::SeqCst) + 1;
        let body = format!(r#"{{"access_token":"token-{n}","expires_in":86400}}"#);
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.get_mut().write_all(answer.as_bytes()).ok()?;
    }
}
