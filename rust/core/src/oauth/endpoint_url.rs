//! URLs that a secret may be sent to: `https`, and plain `http` to loopback or with `allow_http`.

use std::net::IpAddr;

use url::{Host, Url};

/// Whether a secret may be sent to this token endpoint.
pub(crate) fn is_safe(url: &Url, allow_http: bool) -> bool {
    let scheme = match url.scheme() {
        "https" => true,
        "http" => allow_http || is_loopback(url),
        _ => false,
    };
    scheme
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|v4| IpAddr::from(v4).is_loopback())
        }
        Some(Host::Domain(name)) => name.trim_end_matches('.') == "localhost",
        None => false,
    }
}
