//! TLS that can't be trusted, or is none.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, OnceLock};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::Fault;
use super::site::{Seen, Site, serve_well, wait_for_its_end};

pub(super) const FAULTS: &[Fault] = &[
    Fault { name: "its certificate has expired", site: || certified(|| config(&expired(), &[])) },
    Fault {
        name: "its certificate is of another host",
        site: || certified(|| config(&issued(ours(), "other.example"), &[])),
    },
    Fault {
        name: "its authority is unknown",
        site: || certified(|| config(&issued(&authority("theirs"), "localhost"), &[])),
    },
    Fault {
        name: "plain HTTP on the TLS port",
        site: || {
            secured(|mut stream| {
                drop(stream.read(&mut [0; 1024]));
                drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
            })
        },
    },
    Fault {
        name: "a TLS handshake that hangs",
        site: || secured(|mut stream| wait_for_its_end(&mut stream)).set("connect_timeout", "500ms"),
    },
    Fault {
        name: "closed in the TLS handshake",
        site: || secured(|mut stream| drop(stream.read(&mut [0; 1024]))),
    },
];

pub(super) type Authority = CertifiedIssuer<'static, KeyPair>;
type Identity = (rcgen::Certificate, KeyPair);
pub(super) type Secured = StreamOwned<ServerConnection, TcpStream>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// The authority that the profiles trust.
pub(super) fn ours() -> &'static Authority {
    static OURS: OnceLock<Authority> = OnceLock::new();
    OURS.get_or_init(|| authority("ours"))
}

pub(super) fn issued(authority: &Authority, name: &str) -> Identity {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.into()]).unwrap();
    (params.signed_by(&key, authority).unwrap(), key)
}

fn expired() -> Identity {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".into()]).unwrap();
    (params.not_before, params.not_after) = (date_time_ymd(2019, 1, 1), date_time_ymd(2020, 1, 1));
    (params.signed_by(&key, ours()).unwrap(), key)
}

pub(super) fn config((certificate, key): &Identity, protocols: &[&str]) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(config)
}

pub(super) fn accept(stream: TcpStream, config: &Arc<ServerConfig>) -> Secured {
    StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream)
}

/// A site behind TLS, whose profile trusts our authority.
pub(super) fn behind_tls(meet: impl Fn(TcpStream, &Seen) + Send + Sync + 'static) -> Site {
    let site = Site::met_by(meet);
    let url = format!("https://localhost:{}/oauth/token", site.address.port());
    trusting(site.set("token_url", url))
}

pub(super) fn trusting(site: Site) -> Site {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), ours().pem()).unwrap();
    let path = file.path().display().to_string();
    site.set("ca_file", path).keep(file)
}

/// Broken, it meets connections so instead of in TLS.
fn secured(broken: impl Fn(TcpStream) + Send + Sync + 'static) -> Site {
    let good = config(&issued(ours(), "localhost"), &[]);
    behind_tls(
        move |stream, seen| {
            if seen.is_broken() { broken(stream) } else { serve_well(&mut accept(stream, &good), seen) }
        },
    )
}

/// Broken, it shows another certificate.
fn certified(broken: impl Fn() -> Arc<ServerConfig>) -> Site {
    let (good, bad) = (config(&issued(ours(), "localhost"), &[]), broken());
    behind_tls(move |stream, seen| {
        serve_well(&mut accept(stream, if seen.is_broken() { &bad } else { &good }), seen);
    })
}
