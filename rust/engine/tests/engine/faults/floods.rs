//! A server that sends for as long as one lets it, and what that costs: one error in words, and little memory.

use std::io::{Read, Write};
use std::process::Command;
use std::thread;
use std::time::Duration;
use std::{env, fs};

use tollgate_engine::{Code, Engine, Failure};

use super::answers::TIMEOUT;
use super::http2::{
    CONTINUATION, DATA, END_HEADERS, HEADERS, PING, PUSH_PROMISE, SETTINGS, STATUS_200, frame,
};
use super::site::{Seen, Site, read_request, serve_well};
use super::tls::{accept, behind_tls, config, issued, ours};
use super::{Fault, count, http2, visit};
use crate::{PATIENCE, eventually};

/// What comes after a request, and never ends.
#[derive(Clone, Copy)]
struct Flood {
    name: &'static str,
    /// Over HTTP/2.
    framed: bool,
    begin: fn() -> Vec<u8>,
    /// Comes again and again.
    part: fn() -> Vec<u8>,
    ends: Ends,
}

/// What ends a request that is answered by a flood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// The client has read as much as it reads at most.
    Bound,
    /// Its `request_timeout`.
    Timeout,
}

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\n";

/// A field that is no entry of HPACK's tables (RFC 7541 section 6.2.2): `x: y`.
const FIELD: [u8; 5] = [0, 1, b'x', 1, b'y'];

const HEAD_WITHOUT_END: Flood = Flood {
    name: "a head without end",
    framed: false,
    begin: || [HEAD, b"X: "].concat(),
    part: || vec![b'x'; 4096],
    ends: Ends::Bound,
};

const FIELDS: Flood = Flood {
    name: "100,000 header fields",
    begin: || HEAD.to_vec(),
    part: || b"X: y\r\n".repeat(1000),
    ..HEAD_WITHOUT_END
};

const INTERIM: Flood = Flood {
    name: "interim answers without end",
    begin: Vec::new,
    part: || [b"HTTP/1.1 103 Early Hints\r\nX: ", &[b'x'; 4096][..], b"\r\n\r\n"].concat(),
    ends: Ends::Timeout,
    ..HEAD_WITHOUT_END
};

const CHUNK_HEAD: Flood = Flood {
    name: "the head of a chunk without end",
    begin: || [HEAD, b"Transfer-Encoding: chunked\r\n\r\n1;"].concat(),
    ..HEAD_WITHOUT_END
};

const TRAILERS: Flood = Flood {
    name: "trailers without end",
    begin: || [HEAD, b"Transfer-Encoding: chunked\r\n\r\n0\r\n"].concat(),
    part: || b"X: y\r\n".repeat(1000),
    ..HEAD_WITHOUT_END
};

const BODY: Flood = Flood {
    name: "a body without end",
    begin: || [HEAD, b"\r\n"].concat(),
    part: || vec![b' '; 4096],
    ..HEAD_WITHOUT_END
};

const FRAMED_HEAD: Flood = Flood {
    name: "HTTP/2: a head without end",
    framed: true,
    begin: || frame(HEADERS, 0, 1, &STATUS_200),
    part: || frame(CONTINUATION, 0, 1, &FIELD.repeat(800)),
    ends: Ends::Bound,
};

const PUSHES: Flood = Flood {
    name: "HTTP/2: pushes that nobody wants",
    begin: Vec::new,
    part: || frame(PUSH_PROMISE, END_HEADERS, 1, &[&2_u32.to_be_bytes()[..], &STATUS_200].concat()),
    ..FRAMED_HEAD
};

const FRAMED_BODY: Flood = Flood {
    name: "HTTP/2: a body without end",
    begin: || frame(HEADERS, END_HEADERS, 1, &STATUS_200),
    part: || frame(DATA, 0, 1, &[b' '; 4096]),
    ..FRAMED_HEAD
};

const EMPTY_FRAMES: Flood = Flood {
    name: "HTTP/2: a body of nothing, without end",
    part: || frame(DATA, 0, 1, &[]).repeat(400),
    ends: Ends::Timeout,
    ..FRAMED_BODY
};

const ALL_SETTINGS: Flood = Flood {
    name: "HTTP/2: settings without end",
    begin: Vec::new,
    part: || frame(SETTINGS, 0, 0, &[]).repeat(400),
    ..EMPTY_FRAMES
};

const PINGS: Flood = Flood {
    name: "HTTP/2: pings without end",
    part: || frame(PING, 0, 0, &[0; 8]).repeat(200),
    ..ALL_SETTINGS
};

const ALL: [Flood; 12] = [
    HEAD_WITHOUT_END,
    FIELDS,
    INTERIM,
    CHUNK_HEAD,
    TRAILERS,
    BODY,
    FRAMED_HEAD,
    PUSHES,
    FRAMED_BODY,
    EMPTY_FRAMES,
    ALL_SETTINGS,
    PINGS,
];

/// Those after which a connection is of no use any more, so that each request comes on one of its own.
pub(super) const FAULTS: &[Fault] = &[
    Fault { name: HEAD_WITHOUT_END.name, site: || HEAD_WITHOUT_END.site(MIB_A_SECOND) },
    Fault { name: FIELDS.name, site: || FIELDS.site(MIB_A_SECOND) },
    Fault { name: INTERIM.name, site: || INTERIM.site(MIB_A_SECOND) },
    Fault { name: CHUNK_HEAD.name, site: || CHUNK_HEAD.site(MIB_A_SECOND) },
    Fault { name: TRAILERS.name, site: || TRAILERS.site(MIB_A_SECOND) },
    Fault { name: FRAMED_HEAD.name, site: || FRAMED_HEAD.site(MIB_A_SECOND) },
    Fault { name: PUSHES.name, site: || PUSHES.site(MIB_A_SECOND) },
];

/// The time between two parts of 4 KiB.
const MIB_A_SECOND: Option<Duration> = Some(Duration::from_millis(4));

/// The same, where more than [`MOST`] is to come before the timeout.
const QUICK: Duration = Duration::from_micros(500);

impl Flood {
    fn site(self, pause: Option<Duration>) -> Site {
        let site = if self.framed {
            let config = config(&issued(ours(), "localhost"), &["h2"]);
            behind_tls(move |stream, seen| {
                let mut stream = accept(stream, &config);
                if stream.write_all(&http2::settings()).is_err() || http2::read_request(&mut stream).is_none()
                {
                    return;
                }
                seen.request();
                if seen.is_broken() {
                    self.pour(&mut stream, pause);
                } else {
                    http2::end(&mut stream, &http2::answer(&seen.mint()));
                }
            })
        } else {
            Site::met_by(move |mut stream, seen: &Seen| {
                if !seen.is_broken() {
                    return serve_well(&mut stream, seen);
                }
                if read_request(&mut stream).is_some() {
                    seen.request();
                    self.pour(&mut stream, pause);
                }
            })
        };
        if self.ends == Ends::Timeout { site.set("request_timeout", TIMEOUT) } else { site }
    }

    /// Until the client has gone.
    fn pour(&self, stream: &mut (impl Read + Write), pause: Option<Duration>) {
        let (begin, part) = ((self.begin)(), (self.part)());
        let mut comes = stream.write_all(&begin).is_ok();
        while comes {
            comes = stream.write_all(&part).and_then(|()| stream.flush()).is_ok();
            pause.into_iter().for_each(thread::sleep);
        }
    }
}

/// Set in the process that is flooded, so that no other test is measured with it.
const FLOODED: &str = "TOLLGATE_TEST_FLOODED";

/// What a flood may take at most, in KiB: a body of 1 MiB, what HTTP/2 lets a server send unasked (2 MiB), their buffers,
/// and what the allocator keeps. 5 MiB were seen.
const MOST: u64 = 8 << 10;

/// The largest resident set of this process since [`reset_most_resident`] was called, in KiB.
fn most_resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Makes the present resident set the largest (proc(5), `clear_refs`).
fn reset_most_resident() {
    fs::write("/proc/self/clear_refs", "5").unwrap();
}

/// The error of a request that is flooded, and the KiB that it took. After the flood there is a token.
fn flooded(flood: Flood) -> (Failure, u64) {
    let site = flood.site((flood.ends == Ends::Timeout).then_some(QUICK)).set("request_timeout", "2s");
    let engine = Engine::start().unwrap();
    let handle = visit(&engine, &site, &[("backoff_base", "1ms"), ("backoff_cap", "20ms")]);
    let look = || engine.read(handle, Duration::ZERO, Duration::ZERO, None, None);
    site.break_now();
    reset_most_resident();
    let before = most_resident();
    eventually("a failed request", || {
        drop(look());
        count(&engine, handle, "failed") > 0
    });
    let took = most_resident() - before;
    // The patience of this one is over.
    let failure = engine.read(handle, Duration::ZERO, PATIENCE, Some(PATIENCE), None).err().unwrap();
    site.mend();
    eventually("a token", || look().is_ok_and(|token| token.is_some()));
    (failure, took)
}

#[test]
fn a_flood_ends_in_an_error_and_takes_no_memory() {
    if env::var(FLOODED).is_ok() {
        for flood in ALL {
            let (failure, took) = flooded(flood);
            println!("{}: {took} KiB, {failure}", flood.name);
            assert!(took < MOST, "{}: {took} KiB", flood.name);
            assert!(matches!(failure.code, Code::Unreachable | Code::Protocol), "{failure}");
        }
        return;
    }
    let name = thread::current().name().expect("a test's thread has its name").to_owned();
    let mut process = Command::new(env::current_exe().unwrap());
    let flooded = process.args(["--exact", &name, "--nocapture"]).env(FLOODED, "1").output().unwrap();
    let said = String::from_utf8_lossy(&flooded.stdout) + String::from_utf8_lossy(&flooded.stderr);
    println!("{said}");
    assert!(flooded.status.success(), "{said}");
}
