//! The HTTP client of a profile: pooled, bounded in time, trusting what the JVM trusts.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Identity, Proxy as ClientProxy, retry};
use secrecy::ExposeSecret;
use tollgate_core::config::profile::{Profile, Proxy};
use tollgate_core::failure::{Code, Failure};

use crate::jvm_environment::Environment;

/// Idle connections are kept this long: longer than the refresh interval of short tokens, shorter than most
/// load balancers allow.
const KEEP_ALIVE: Duration = Duration::from_secs(55);

/// A token answer is a few kilobytes, and a decoder is one more thing that a hostile server can talk to.
const NO_CODING: HeaderValue = HeaderValue::from_static("identity");

/// Builds the client of `profile`.
///
/// # Errors
/// `CONFIG` if `ca_file` or `tls_client_cert` holds something that can't be read.
pub(crate) fn client(profile: &Profile, environment: &Arc<Environment>) -> Result<Client, Failure> {
    // A second call finds the provider installed, which is just as well.
    drop(rustls::crypto::ring::default_provider().install_default());
    let transport = &profile.transport;
    let own = match &transport.ca_pem {
        Some(pem) => Certificate::from_pem_bundle(pem.as_bytes())
            .map_err(|error| wrong(profile, "ca_file", "holds a certificate that can't be read", &error))?,
        None => Vec::new(),
    };
    let builder = Client::builder()
        .default_headers(HeaderMap::from_iter([(ACCEPT_ENCODING, NO_CODING)]))
        .no_proxy() // HTTP_PROXY of the process is not JMeter's proxy
        .redirect(Policy::none())
        .retry(retry::never()) // it would send three requests for each that admission grants
        .connect_timeout(transport.connect_timeout)
        .timeout(transport.request_timeout)
        .pool_idle_timeout(KEEP_ALIVE)
        .tcp_keepalive(Duration::from_secs(20))
        // A request that times out leaves its HTTP/2 connection open, and the next one would wait for the same server.
        .http2_keep_alive_interval(transport.request_timeout / 2)
        .http2_keep_alive_timeout(transport.request_timeout)
        .tls_certs_only(anchors(environment).into_iter().chain(own))
        .tls_danger_accept_invalid_certs(!transport.tls_verify);
    let builder = match &transport.client_pem {
        Some(pem) => builder.identity(
            Identity::from_pem(pem.expose_secret().as_bytes())
                .map_err(|error| wrong(profile, "tls_client_cert", "can't be read", &error))?,
        ),
        None => builder,
    };
    let builder = match &transport.proxy {
        Proxy::None => builder,
        Proxy::Through(url) => builder.proxy(
            ClientProxy::all(url.clone()).map_err(|error| wrong(profile, "proxy", "is of no use", &error))?,
        ),
        // Asked of each request, even where there is nothing to say.
        Proxy::Inherited if !environment.has_proxies() => builder,
        Proxy::Inherited => {
            let environment = Arc::clone(environment);
            builder.proxy(ClientProxy::custom(move |url| environment.proxy_for(url)))
        }
    };
    builder
        .build()
        .map_err(|error| wrong(profile, "tls_client_cert", "or another TLS setting is of no use", &error))
}

/// The JVM's trust anchors, or Mozilla's where the JVM has none. The operating system's are not asked: slim
/// images have none, and JMeter's users set up the JVM.
fn anchors(environment: &Environment) -> Vec<Certificate> {
    let jvm: Vec<_> = environment.anchors.iter().filter_map(|der| readable(der)).collect();
    if !jvm.is_empty() {
        return jvm;
    }
    webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .filter_map(|der| Certificate::from_der(der).ok())
        .collect()
}

/// The certificates that a profile trusts, as PEM: those of its clients of another protocol than HTTP are the same.
pub(crate) fn trusted_pem(profile: &Profile, environment: &Environment) -> String {
    let jvm: Vec<&[u8]> =
        environment.anchors.iter().map(AsRef::as_ref).filter(|der: &&[u8]| readable(der).is_some()).collect();
    let anchors = if jvm.is_empty() {
        webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(AsRef::as_ref).collect()
    } else {
        jvm
    };
    let own = profile.transport.ca_pem.clone().unwrap_or_default();
    anchors.into_iter().fold(own, |mut pem, der| {
        let text = BASE64_STANDARD.encode(der);
        pem.push_str(&format!("\n-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"));
        pem
    })
}

/// One certificate that rustls can't read must not cost the user all the others.
fn readable(der: &[u8]) -> Option<Certificate> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(der.to_vec().into()).ok()?;
    Certificate::from_der(der).ok()
}

fn wrong(profile: &Profile, setting: &str, cause: &str, error: &dyn Error) -> Failure {
    let words = deepest(error);
    Failure::new(Code::Config, format!("{}: {setting} {cause}: {words}", profile.title()))
}

/// The innermost cause, which is the one that says something.
pub(crate) fn deepest(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
