//! Proxies that stand between and say no.

use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;

use super::Fault;
use super::connection::healthy;
use super::site::{Break, Seen, Site, read_request, serve_well};
use super::tls::{accept, config, issued, ours, trusting};

pub(super) const FAULTS: &[Fault] = &[
    Fault { name: "the proxy does not run", site: dead },
    Fault {
        name: "the proxy wants a password (https)",
        site: || tunnels("407 Proxy Authentication Required"),
    },
    Fault { name: "the proxy can't reach the server (https)", site: || tunnels("502 Bad Gateway") },
    Fault { name: "the proxy forbids the server (https)", site: || tunnels("403 Forbidden") },
    Fault { name: "the proxy wants a password (http)", site: forwards },
];

/// The site is the proxy; the server behind it only answers.
fn through(site: Site, token_url: String) -> Site {
    let proxy = format!("http://{}", site.address);
    site.set("token_url", token_url).set("proxy", proxy).set("allow_http", "true")
}

fn dead() -> Site {
    through(Site::breaking(Break::Refuses, healthy), "http://token.example/oauth/token".into())
}

/// A proxy that is asked for a tunnel and, broken, says this.
fn tunnels(status: &'static str) -> Site {
    let tls = config(&issued(ours(), "localhost"), &[]);
    let server = Site::met_by(move |stream, seen| serve_well(&mut accept(stream, &tls), seen));
    let behind = server.address;
    let url = format!("https://localhost:{}/oauth/token", behind.port());
    let site = Site::met_by(move |mut stream, seen| {
        let Some(request) = read_request(&mut stream) else { return };
        assert!(request.starts_with("CONNECT localhost:"), "{request}");
        if seen.is_broken() {
            let head = "Content-Length: 0\r\nConnection: close\r\n\r\n";
            drop(write!(stream, "HTTP/1.1 {status}\r\n{head}"));
        } else {
            tunnel(stream, behind);
        }
    });
    trusting(through(site, url)).before(server)
}

fn tunnel(mut client: TcpStream, behind: SocketAddr) {
    let server = TcpStream::connect(behind).unwrap();
    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
    let (mut up, mut down) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let upwards = thread::spawn(move || {
        drop(io::copy(&mut up, &mut &server));
        drop(server.shutdown(Shutdown::Write));
    });
    drop(io::copy(&mut down, &mut client));
    drop(client.shutdown(Shutdown::Both));
    upwards.join().unwrap();
}

/// A proxy that reads the request itself.
fn forwards() -> Site {
    let site = Site::met_by(|mut stream, seen: &Seen| {
        if !seen.is_broken() {
            return serve_well(&mut stream, seen);
        }
        if read_request(&mut stream).is_some() {
            seen.request();
            let head =
                "Proxy-Authenticate: Basic realm=\"corp\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            drop(write!(stream, "HTTP/1.1 407 Proxy Authentication Required\r\n{head}"));
        }
    });
    through(site, "http://token.example/oauth/token".into())
}
