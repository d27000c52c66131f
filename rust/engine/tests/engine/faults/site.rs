//! A token endpoint on loopback that works, breaks in one way when it is told to, and works again once mended.
//!
//! It counts the token requests that reached it, whole or in part, and answers each on a connection of its own, so
//! that what a row says of a request holds whatever came before.

use std::any::Any;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::{Domain, SockRef, Socket, Type};

/// A server gives up on a client that says nothing for so long.
const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// What every connection of a site can see.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    broken: Arc<AtomicBool>,
    requests: Arc<AtomicUsize>,
    mints: Arc<AtomicUsize>,
}

impl Seen {
    pub(crate) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::SeqCst)
    }

    /// A token request reached the server.
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::SeqCst);
    }

    /// The body of a token answer.
    pub(crate) fn mint(&self) -> String {
        let number = self.mints.fetch_add(1, Ordering::SeqCst) + 1;
        format!(r#"{{"access_token":"token-{number}","token_type":"bearer","expires_in":3600}}"#)
    }
}

pub(crate) type Meet = Arc<dyn Fn(TcpStream, &Seen) + Send + Sync>;

/// How a site breaks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// Connections are met otherwise: whoever meets them looks at [`Seen::is_broken`].
    Meets,
    /// Nobody listens.
    Refuses,
    /// Somebody listens and never takes a connection: SYNs go unanswered.
    Swallows,
}

/// The door of a site: who stands behind it.
enum Door {
    Open(JoinHandle<TcpListener>, Arc<AtomicBool>),
    /// Bound, not listening.
    Shut(Socket),
    /// Listening with a full backlog, which these connections fill.
    Full(TcpListener, Vec<TcpStream>),
    Ajar,
}

pub(crate) struct Site {
    /// What leads a profile here.
    pub(crate) settings: Vec<(&'static str, String)>,
    pub(crate) seen: Seen,
    pub(crate) address: SocketAddr,
    /// Whether it can work at all before it breaks.
    pub(crate) works: bool,
    /// Who counts the requests, if another server stands behind this one.
    counted: Option<Seen>,
    breaks: Break,
    meet: Meet,
    door: Mutex<Door>,
    kept: Vec<Box<dyn Any + Send>>,
}

impl Site {
    /// A site whose connections are met so, in `http`.
    pub(crate) fn met_by(meet: impl Fn(TcpStream, &Seen) + Send + Sync + 'static) -> Self {
        Self::breaking(Break::Meets, meet)
    }

    pub(crate) fn breaking(breaks: Break, meet: impl Fn(TcpStream, &Seen) + Send + Sync + 'static) -> Self {
        let (seen, meet): (Seen, Meet) = (Seen::default(), Arc::new(meet));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let door = Mutex::new(open(listener, &meet, &seen));
        let settings = vec![("token_url", format!("http://{address}/oauth/token"))];
        Self { settings, seen, address, works: true, counted: None, breaks, meet, door, kept: Vec::new() }
    }

    /// With this setting too.
    pub(crate) fn set(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.settings.retain(|(other, _)| *other != key);
        self.settings.push((key, value.into()));
        self
    }

    /// It is broken from the start.
    pub(crate) fn that_never_worked(self) -> Self {
        Self { works: false, ..self }
    }

    /// The requests are those that the server behind it sees.
    pub(crate) fn before(self, server: Self) -> Self {
        Self { counted: Some(server.seen.clone()), ..self }.keep(server)
    }

    /// Keeps something for as long as the site lives.
    pub(crate) fn keep(mut self, thing: impl Any + Send) -> Self {
        self.kept.push(Box::new(thing));
        self
    }

    pub(crate) fn requests(&self) -> usize {
        self.counted.as_ref().unwrap_or(&self.seen).requests.load(Ordering::SeqCst)
    }

    pub(crate) fn break_now(&self) {
        self.seen.broken.store(true, Ordering::SeqCst);
        let mut door = self.door.lock().unwrap();
        match self.breaks {
            Break::Meets => {}
            Break::Refuses => {
                drop(close(&mut door, self.address));
                *door = Door::Shut(bound(self.address));
            }
            Break::Swallows => {
                let listener = close(&mut door, self.address);
                let fillers = fill(&listener, self.address);
                *door = Door::Full(listener, fillers);
            }
        }
    }

    pub(crate) fn mend(&self) {
        self.seen.broken.store(false, Ordering::SeqCst);
        let mut door = self.door.lock().unwrap();
        let listener = match std::mem::replace(&mut *door, Door::Ajar) {
            Door::Shut(socket) => {
                socket.listen(128).unwrap();
                socket.into()
            }
            Door::Full(listener, fillers) => {
                SockRef::from(&listener).listen(128).unwrap();
                drop(fillers);
                listener
            }
            other => {
                *door = other;
                return;
            }
        };
        *door = open(listener, &self.meet, &self.seen);
    }
}

fn open(listener: TcpListener, meet: &Meet, seen: &Seen) -> Door {
    let closing = Arc::<AtomicBool>::default();
    let (closes, meet, seen) = (Arc::clone(&closing), Arc::clone(meet), seen.clone());
    let accepting = thread::spawn(move || {
        loop {
            let (stream, _) = listener.accept().unwrap();
            if closes.load(Ordering::SeqCst) {
                return listener;
            }
            stream.set_read_timeout(Some(LONGEST_SILENCE)).unwrap();
            let (meet, seen) = (Arc::clone(&meet), seen.clone());
            thread::spawn(move || meet(stream, &seen));
        }
    });
    Door::Open(accepting, closing)
}

/// Stops accepting and gives the listener back.
fn close(door: &mut Door, address: SocketAddr) -> TcpListener {
    let Door::Open(accepting, closing) = std::mem::replace(door, Door::Ajar) else {
        panic!("it was broken already")
    };
    closing.store(true, Ordering::SeqCst);
    drop(TcpStream::connect(address).unwrap()); // it may be asleep in `accept`
    accepting.join().unwrap()
}

/// A socket that holds the address and refuses whoever connects.
fn bound(address: SocketAddr) -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_reuse_address(true).unwrap();
    socket.bind(&address.into()).unwrap();
    socket
}

/// Fills the backlog until a connection gets no answer any more.
fn fill(listener: &TcpListener, address: SocketAddr) -> Vec<TcpStream> {
    SockRef::from(listener).listen(0).unwrap();
    let mut fillers = Vec::new();
    for _ in 0..200 {
        match TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
            Ok(filler) => fillers.push(filler),
            Err(_) => return fillers,
        }
    }
    panic!("the backlog has no end");
}

/// Reads a request: its head and as much of a body as it names. `None` if the client went before.
pub(crate) fn read_request(stream: &mut impl Read) -> Option<String> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
    stream.read_exact(&mut body).ok()?;
    request.extend(body);
    Some(String::from_utf8_lossy(&request).into_owned())
}

/// Serves one token request well, and no other on this connection.
pub(crate) fn serve_well(stream: &mut (impl Read + Write), seen: &Seen) {
    if read_request(stream).is_none() {
        return;
    }
    seen.request();
    let body = seen.mint();
    let length = body.len();
    // A client that gave up is no concern of the server.
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    drop(stream.write_all(format!("{head}{body}").as_bytes()).and_then(|()| stream.flush()));
}

/// Waits until the client has gone.
pub(crate) fn wait_for_its_end(stream: &mut impl Read) {
    let mut ignored = [0; 256];
    while stream.read(&mut ignored).is_ok_and(|read| read > 0) {}
}

/// Closes with a reset instead of a farewell.
pub(crate) fn reset(stream: TcpStream) {
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
}
