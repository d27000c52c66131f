//! Proxy, TLS and timeouts of token requests.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::config::settings::Settings;
use crate::failure::Failure;

/// The proxy. `Debug` shows no user information.
#[derive(Clone, PartialEq, Eq)]
pub enum Proxy {
    /// That of JMeter and the JVM.
    Inherited,
    /// No proxy, whatever the JVM has.
    None,
    /// This proxy.
    Through(Url),
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inherited => f.write_str("Inherited"),
            Self::None => f.write_str("None"),
            Self::Through(url) => {
                write!(f, "Through({:?}, {:?})", url.host_str(), url.port_or_known_default())
            }
        }
    }
}

/// Proxy, TLS and timeouts of token requests.
#[derive(Clone, Debug)]
pub struct Transport {
    /// Timeout of name look-up, TCP and TLS together.
    pub connect_timeout: Duration,
    /// Timeout of the whole request.
    pub request_timeout: Duration,
    /// The proxy.
    pub proxy: Proxy,
    /// Certificates (PEM) trusted beside the JVM's.
    pub ca_pem: Option<String>,
    /// Client certificate chain and key (PEM).
    pub client_pem: Option<SecretString>,
    /// False only with `tls_verify=false`.
    pub tls_verify: bool,
}

pub(super) fn transport(settings: &Settings<'_>) -> Result<Transport, Failure> {
    let proxy = match settings.text("proxy")?.as_deref().map(str::trim) {
        None => Proxy::Inherited,
        Some("none") => Proxy::None,
        Some(url) => Proxy::Through(
            Url::parse(url)
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
                .ok_or_else(|| {
                    settings.wrong("proxy", "is not a proxy URL", "write it like http://proxy:3128, or none")
                })?,
        ),
    };
    let request_timeout = settings.duration("request_timeout")?;
    let connect_timeout = match settings.optional_duration("connect_timeout")? {
        Some(given) => given,
        None => settings.duration("connect_timeout")?.min(request_timeout),
    };
    if connect_timeout > request_timeout {
        let remedy = "a request includes its connection: raise request_timeout or lower connect_timeout";
        return Err(settings.wrong("connect_timeout", "is longer than request_timeout", remedy));
    }
    Ok(Transport {
        connect_timeout,
        request_timeout,
        proxy,
        ca_pem: ca_file(settings)?,
        client_pem: client_cert(settings)?,
        tls_verify: settings.flag("tls_verify")?,
    })
}

/// `ca_file=PATH` (a bare path, or `file:PATH`): the setting is a file in either spelling.
fn ca_file(settings: &Settings<'_>) -> Result<Option<String>, Failure> {
    let pem = if settings.file_of("ca_file").is_some() {
        settings.text("ca_file")?
    } else {
        settings.text("ca_file")?.map(|path| settings.read_file("ca_file", path.trim())).transpose()?
    };
    match pem {
        Some(pem) if !pem.contains("-----BEGIN CERTIFICATE-----") => Err(settings.wrong(
            "ca_file",
            "holds no PEM certificate",
            "give a file of BEGIN CERTIFICATE blocks",
        )),
        other => Ok(other),
    }
}

/// `tls_client_cert=file:PATH`: the chain and the key in one file. A key store arrives here as the PEM of what it holds.
fn client_cert(settings: &Settings<'_>) -> Result<Option<SecretString>, Failure> {
    let password = settings.text("tls_client_password")?;
    let Some(pem) = settings.text("tls_client_cert")? else {
        return match password {
            Some(_) => {
                let cause = "is set, but there is no tls_client_cert";
                let remedy = "set tls_client_cert=file:PATH, or remove it";
                Err(settings.wrong("tls_client_password", cause, remedy))
            }
            None => Ok(None),
        };
    };
    for (part, what) in [("-----BEGIN CERTIFICATE-----", "certificate"), ("PRIVATE KEY-----", "private key")]
    {
        if !pem.contains(part) {
            let cause = format!("holds no PEM {what}");
            let remedy =
                "give a file of the certificate chain and its key (cat client.crt client.key > client.pem)";
            return Err(settings.wrong("tls_client_cert", &cause, remedy));
        }
    }
    if settings.text("tls_client_alias")?.is_some() {
        let cause = "is set, but tls_client_cert is PEM, which has no names";
        return Err(settings.wrong("tls_client_alias", cause, "remove it, or give a key store"));
    }
    let Some(password) = password else {
        if pem.contains("ENCRYPTED") {
            let cause = "holds a key that is encrypted with a passphrase";
            return Err(settings.wrong("tls_client_cert", cause, "set tls_client_password"));
        }
        return Ok(Some(pem.into()));
    };
    let key = settings
        .decrypted(&pem, &password)
        .map_err(|cause| settings.wrong("tls_client_cert", &cause, "check tls_client_password"))?;
    let certificates: String = pem
        .split_inclusive("-----END CERTIFICATE-----")
        .filter_map(|part| {
            part.find("-----BEGIN CERTIFICATE-----").map(|start| format!("{}\n", &part[start..]))
        })
        .collect();
    Ok(Some([&certificates, key.expose_secret()].concat().into()))
}
