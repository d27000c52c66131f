//! Reads from a socket together with the kernel's own time of the bytes' arrival.
//!
//! On a busy machine a request can lie in the socket for many milliseconds before the server gets to read it. Judged by
//! the time of reading, a client would be blamed for the server's delay; so on Linux the kernel stamps what it receives
//! (`SO_TIMESTAMPNS`), and elsewhere the time of reading has to do.

use std::io;
use std::time::SystemTime;

use tokio::net::TcpStream;

#[cfg(target_os = "linux")]
mod stamped {
    use std::io::{self, IoSliceMut};
    use std::os::fd::{AsFd, AsRawFd};
    use std::time::{Duration, SystemTime};

    use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt};
    use nix::sys::time::TimeSpec;
    use tokio::io::Interest;
    use tokio::net::TcpStream;

    /// Asks for stamps on a listening socket; accepted connections inherit the wish.
    pub(crate) fn ask_for_stamps(listening: &impl AsFd) -> bool {
        setsockopt(listening, sockopt::ReceiveTimestampns, &true).is_ok()
    }

    /// Room for the control messages of one read, kept from read to read.
    pub(crate) struct Stamps(Vec<u8>);

    impl Stamps {
        pub(crate) fn new() -> Self {
            Self(nix::cmsg_space!(TimeSpec))
        }

        pub(crate) fn read(
            &mut self,
            stream: &TcpStream,
            buffer: &mut [u8],
        ) -> io::Result<(usize, Option<SystemTime>)> {
            stream.try_io(Interest::READABLE, || {
                let mut slices = [IoSliceMut::new(buffer)];
                let flags = MsgFlags::empty();
                let message = recvmsg::<()>(stream.as_raw_fd(), &mut slices, Some(&mut self.0), flags)?;
                let stamp = message.cmsgs()?.find_map(|part| match part {
                    ControlMessageOwned::ScmTimestampns(stamp) => since_epoch(stamp),
                    _ => None,
                });
                Ok((message.bytes, stamp))
            })
        }
    }

    fn since_epoch(stamp: TimeSpec) -> Option<SystemTime> {
        let seconds = u64::try_from(stamp.tv_sec()).ok()?;
        let nanos = u32::try_from(stamp.tv_nsec()).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanos))
    }
}

#[cfg(not(target_os = "linux"))]
mod stamped {
    use std::io;
    use std::time::SystemTime;

    use tokio::net::TcpStream;

    pub(crate) fn ask_for_stamps<S>(_listening: &S) -> bool {
        false
    }

    pub(crate) struct Stamps;

    impl Stamps {
        pub(crate) fn new() -> Self {
            Self
        }

        pub(crate) fn read(
            &mut self,
            stream: &TcpStream,
            buffer: &mut [u8],
        ) -> io::Result<(usize, Option<SystemTime>)> {
            Ok((stream.try_read(buffer)?, None))
        }
    }
}

pub(crate) use stamped::ask_for_stamps;

/// A connection's reads.
pub(crate) struct StampedReads(stamped::Stamps);

impl StampedReads {
    pub(crate) fn new() -> Self {
        Self(stamped::Stamps::new())
    }

    /// Reads what is there without blocking: the number of bytes, 0 at the end of the stream, and when the last of them
    /// arrived, if the kernel tells.
    pub(crate) fn read(
        &mut self,
        stream: &TcpStream,
        buffer: &mut [u8],
    ) -> io::Result<(usize, Option<SystemTime>)> {
        self.0.read(stream, buffer)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Write;
    use std::net::TcpStream as Client;
    use std::time::Duration;

    use tokio::net::TcpSocket;

    use super::*;
    use crate::clock::{Clock, SystemClock};

    #[tokio::test]
    async fn the_stamp_is_the_time_of_arrival_however_late_the_read() {
        let socket = TcpSocket::new_v4().unwrap();
        assert!(ask_for_stamps(&socket));
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener = socket.listen(1).unwrap();
        let mut client = Client::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().await.unwrap();

        let clock = SystemClock::start().unwrap();
        let mut reads = StampedReads::new();
        let (before, stamp, arrived) = loop {
            let before = clock.read();
            client.write_all(b"request").unwrap();
            stream.readable().await.unwrap();
            let arrived = clock.read();
            let (count, stamp) = reads.read(&stream, &mut [0; 64]).unwrap();
            assert_eq!(count, 7);
            // The first socket of the machine that asks for stamps may have to wait for the kernel to begin.
            if let Some(stamp) = stamp {
                break (before, stamp, arrived);
            }
            assert!(clock.read().mono < Duration::from_secs(20), "the kernel gives no stamps");
        };
        assert!(before.wall <= stamp && stamp <= arrived.wall, "{before:?} {stamp:?} {arrived:?}");
        let arrival = clock.arrival(Some(stamp));
        assert!(arrival <= clock.read().mono);
    }
}
