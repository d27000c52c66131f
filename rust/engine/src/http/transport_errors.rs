//! Why a request got no whole answer, in words that say what to check next.
//!
//! The libraries below tell their errors to programmers and in layers; what a tester needs is the one layer that
//! says what to do, and then that. Their words are kept beside ours, so that they can be searched for.

use std::error::Error;
use std::io;
use std::time::Duration;

use rustls::CertificateError;
use tollgate_core::config::profile::{Profile, Proxy};
use tollgate_core::failure::{Code, in_words};
use tollgate_core::oauth::token_answer::Refusal;

use crate::http::tls::deepest;

/// A fault of ours, as the outcome of a request that may have been sent.
pub(crate) fn fault(when: &str) -> Refusal {
    let words = format!("Tollgate failed {when}; please report it");
    Refusal { code: Code::Internal, ..Refusal::unanswered(words) }
}

/// Whether the server said that it did not act on the request (RFC 9113 sections 6.8 and 8.7). Nothing was sent, then,
/// as far as a refresh token in it is concerned.
pub(crate) fn is_unprocessed(error: &reqwest::Error) -> bool {
    layers(error).filter_map(|layer| layer.downcast_ref::<h2::Error>()).any(|error| {
        let refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
        let turned_away = error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
        error.is_remote() && (refused || turned_away)
    })
}

/// What broke.
pub(crate) fn describe(error: &reqwest::Error, profile: &Profile) -> String {
    let transport = &profile.transport;
    let cause = deepest(error);
    if let Some(words) = layers(error).find_map(|layer| of_tls(layer.downcast_ref()?, &cause)) {
        return words;
    }
    if is_unprocessed(error) {
        return format!("it did not take the request: {cause}");
    }
    match (error.is_timeout(), error.is_connect()) {
        (true, true) => {
            format!("no connection within {} (connect_timeout)", in_words(transport.connect_timeout))
        }
        (true, false) => {
            format!("no complete answer within {} (request_timeout)", in_words(transport.request_timeout))
        }
        (false, true) => no_connection(error, &transport.proxy, &cause),
        (false, false) if cause.ends_with(" parsed") => {
            format!("something answered that does not speak HTTP as it should: {cause}")
        }
        (false, false) => format!("the connection broke: {cause}"),
    }
}

fn no_connection(error: &reqwest::Error, proxy: &Proxy, cause: &str) -> String {
    let has = |words: &str| layers(error).any(|layer| layer.to_string().contains(words));
    if has("proxy authorization required") {
        return "the proxy wants a user and a password (407): put them into proxy=http://user:password@host:port, or \
                give JMeter -u and -a"
            .into();
    }
    if has("tunnel error") {
        return format!("the proxy is there and does not let this machine through to it: {cause}");
    }
    match proxy {
        Proxy::Through(url) if has("tcp connect error") || has("dns error") => {
            let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default());
            format!("no connection to the proxy {host}:{}: {cause}", port.unwrap_or_default())
        }
        _ if cause.contains("handshake eof") => format!("it hung up during the TLS handshake: {cause}"),
        _ => format!("no connection: {cause}"),
    }
}

/// What TLS has against the server.
fn of_tls(error: &rustls::Error, cause: &str) -> Option<String> {
    Some(match error {
        rustls::Error::InvalidCertificate(CertificateError::ExpiredContext { time, not_after }) => {
            let over = Duration::from_secs(time.as_secs().saturating_sub(not_after.as_secs()));
            format!(
                "its TLS certificate expired {} ago: renew it there, or set the clock of this machine",
                days(over)
            )
        }
        rustls::Error::InvalidCertificate(CertificateError::NotValidYetContext { time, not_before }) => {
            let ahead = Duration::from_secs(not_before.as_secs().saturating_sub(time.as_secs()));
            format!("its TLS certificate begins in {}: set the clock of this machine", days(ahead))
        }
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => format!(
            "its TLS certificate is of another host: {cause} (token_url must name the host as the certificate does)"
        ),
        rustls::Error::InvalidCertificate(_) => format!(
            "its TLS certificate is not trusted: {cause} (JMeter's own samplers accept any certificate, token requests \
             do not: ca_file adds an authority beside the JVM's; tls_verify=false accepts any certificate, for test \
             servers only)"
        ),
        rustls::Error::InvalidMessage(_) => {
            format!("what answers on this port does not speak TLS: {cause} (another port, or http://?)")
        }
        _ => return None,
    })
}

/// As certificates count.
fn days(time: Duration) -> String {
    const DAY: u64 = 24 * 3600;
    match time.as_secs() / DAY {
        0 | 1 => in_words(time),
        days => format!("{days} days"),
    }
}

/// An error and what it comes from, the outermost first.
fn layers<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |layer: &&'a (dyn Error + 'static)| {
        let layer: &'a (dyn Error + 'static) = *layer;
        // An io::Error hides what it carries from source().
        let carried = layer.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        carried.map(|carried| carried as &(dyn Error + 'static)).or_else(move || layer.source())
    })
}
