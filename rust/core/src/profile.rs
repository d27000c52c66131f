//! A profile: every setting of one credential, validated once. What is read here is true everywhere else.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use secrecy::SecretString;
use url::{Host, Url};

use crate::backoff::Backoff;
use crate::client_auth::{Client, ClientAuth};
use crate::credential::Policy;
use crate::failure::{Code, Failure};
use crate::genesys;
use crate::grant::{Grant, TokenRequest};
use crate::settings::{Outside, Setting, Settings, Source, is_profile_name};

/// Every setting there is.
pub const KEYS: [&str; 24] = [
    "region",
    "token_url",
    "grant",
    "client_id",
    "client_secret",
    "client_auth",
    "scope",
    "refresh_margin",
    "refresh_interval",
    "default_lifetime",
    "token_timeout",
    "connect_timeout",
    "request_timeout",
    "backoff_base",
    "backoff_throttle_base",
    "backoff_cap",
    "rejection_backoff",
    "permanent_cooldown",
    "max_pause",
    "proxy",
    "ca_file",
    "tls_verify",
    "allow_http",
    "on_token_failure",
];

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const YEAR: Duration = Duration::from_secs(366 * 24 * 3600);

/// What a sampler does when there is no token to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnTokenFailure {
    /// The sample fails and says why.
    FailSample,
    /// The request goes out without the header.
    SendWithout,
    /// The sample fails and its thread ends.
    StopThread,
    /// The sample fails and the test stops.
    StopTest,
}

impl OnTokenFailure {
    const WORDS: [(&'static str, Self); 4] = [
        ("fail_sample", Self::FailSample),
        ("send_without", Self::SendWithout),
        ("stop_thread", Self::StopThread),
        ("stop_test", Self::StopTest),
    ];

    /// Its spelling in settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(_, value)| *value == self).map_or("fail_sample", |(name, _)| name)
    }
}

/// The way to the token endpoint. `Debug` shows no user information.
#[derive(Clone, PartialEq, Eq)]
pub enum Proxy {
    /// As JMeter and the JVM are set up.
    Inherited,
    /// Straight, whatever the JVM says.
    None,
    /// Through this one.
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

/// How the token endpoint is reached and trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transport {
    /// Longest time to a connection: name look-up, TCP and TLS together.
    pub connect_timeout: Duration,
    /// Longest time from the start to the end of the answer.
    pub request_timeout: Duration,
    /// Which proxy.
    pub proxy: Proxy,
    /// Certificates (PEM) to trust beside the JVM's.
    pub ca_pem: Option<String>,
    /// Off only by `tls_verify=false`.
    pub tls_verify: bool,
}

/// A validated profile.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// The token endpoint.
    pub token_url: Url,
    /// The Genesys Cloud domain, if the preset chose the endpoint.
    pub genesys_domain: Option<&'static str>,
    /// Who asks.
    pub client: Client,
    /// The file the secret was read from, to be read again when the server no longer knows the secret.
    pub secret_file: Option<String>,
    /// What is asked for.
    pub grant: Grant,
    /// Refresh and rejection rules.
    pub policy: Policy,
    /// How it travels.
    pub transport: Transport,
    /// How long a reader waits for a token.
    pub token_timeout: Duration,
    /// How long one `pause()` lasts at most.
    pub max_pause: Duration,
    /// What samplers do without a token.
    pub on_token_failure: OnTokenFailure,
    /// Where each setting came from; those not listed have their defaults.
    pub sources: BTreeMap<String, Source>,
}

impl Profile {
    /// Validates the settings of one profile.
    ///
    /// # Errors
    /// `CONFIG`, naming profile, setting, source and remedy. Never holds the value of a secret.
    pub fn validate(name: &str, given: &[Setting], outside: &dyn Outside) -> Result<Self, Failure> {
        if !is_profile_name(name) {
            let message = format!(
                "'{}' can't name a profile: use letters, digits, _ and - only",
                name.escape_debug().take(60).collect::<String>()
            );
            return Err(Failure::new(Code::Config, message));
        }
        let settings = Settings::choose(name, given, &KEYS, outside)?;
        if given.is_empty() {
            let message = format!(
                "profile '{name}' is not defined; set tollgate.profile.{name}.token_url (or .region), .client_id and \
                 .client_secret in user.properties or with -J, or call Tollgate.define('{name}', […])"
            );
            return Err(Failure::new(Code::Config, message));
        }
        let (token_url, genesys_domain) = endpoint(&settings)?;
        settings.choice("grant", &[("client_credentials", ())], ())?;
        let basic =
            if genesys_domain.is_some() { ClientAuth::SecretBasicRaw } else { ClientAuth::SecretBasic };
        let auth_words = [("client_secret_basic", basic), ("client_secret_post", ClientAuth::SecretPost)];
        let client = Client {
            id: settings.required("client_id")?,
            secret: SecretString::from(settings.required("client_secret")?),
            auth: settings.choice("client_auth", &auth_words, basic)?,
        };
        let transport = transport(&settings)?;
        Ok(Self {
            name: name.to_owned(),
            token_url,
            genesys_domain,
            client,
            secret_file: settings.file_of("client_secret").map(str::to_owned),
            grant: Grant {
                scope: settings.text("scope")?.map(|s| s.split_whitespace().collect::<Vec<_>>().join(" ")),
            },
            policy: policy(&settings, &transport)?,
            transport,
            token_timeout: settings.duration("token_timeout", 30 * SECOND, (MS, HOUR))?,
            max_pause: settings.duration("max_pause", 5 * MINUTE, (MS, 24 * HOUR))?,
            on_token_failure: settings.choice(
                "on_token_failure",
                &OnTokenFailure::WORDS,
                OnTokenFailure::FailSample,
            )?,
            sources: settings.sources(),
        })
    }

    /// The token request of this profile.
    #[must_use]
    pub fn request(&self) -> TokenRequest {
        TokenRequest::new(&self.token_url, &self.client, &self.grant)
    }

    /// The way the request travels, as text for [`TokenRequest::cache_key`]. May hold a proxy's password.
    #[must_use]
    pub fn route(&self) -> String {
        let Transport { proxy, ca_pem, tls_verify, .. } = &self.transport;
        let proxy = match proxy {
            Proxy::Through(url) => url.as_str(),
            Proxy::None => "none",
            Proxy::Inherited => "inherited",
        };
        format!("{proxy}\n{ca_pem:?}\n{tls_verify}")
    }
}

fn endpoint(settings: &Settings<'_>) -> Result<(Url, Option<&'static str>), Failure> {
    let (url, domain) = match (settings.text("token_url")?, settings.text("region")?) {
        (Some(_), Some(_)) => {
            return Err(settings.wrong("token_url", "and region are both set", "keep one of them"));
        }
        (Some(url), None) => (url, None),
        (None, Some(region)) => {
            let domain = genesys::domain(&region).map_err(|cause| {
                let shown = settings.shown("region", &region);
                settings.wrong("region", &format!("'{shown}' {cause}"), "or set token_url")
            })?;
            (genesys::token_url(domain), Some(domain))
        }
        (None, None) => return Err(settings.missing("token_url", " (or region)")),
    };
    let remedy = "write it like https://login.example.com/oauth/token";
    let parsed = Url::parse(url.trim()).map_err(|error| {
        // What stands before an @ or after a ? may be a secret.
        let shown = settings.shown("token_url", &url).rsplit('@').next().unwrap_or_default();
        let shown = shown.split(['?', '#']).next().unwrap_or_default();
        settings.wrong("token_url", &format!("'{shown}' is not a URL: {error}"), remedy)
    })?;
    let has_userinfo = !parsed.username().is_empty() || parsed.password().is_some();
    if has_userinfo {
        return Err(settings.wrong(
            "token_url",
            "holds a user or password",
            "move them to client_id and client_secret",
        ));
    }
    match parsed.scheme() {
        "https" => {}
        "http" if is_loopback(&parsed) || settings.flag("allow_http", false)? => {}
        "http" => {
            let remedy = "use https, or set allow_http=true for a test network";
            return Err(settings.wrong(
                "token_url",
                "is plain http, which would send the secret in clear",
                remedy,
            ));
        }
        other => return Err(settings.wrong("token_url", &format!("has the scheme '{other}'"), remedy)),
    }
    if parsed.fragment().is_some() {
        return Err(settings.wrong("token_url", "has a fragment (#…)", "remove it (RFC 6749 section 3.2)"));
    }
    Ok((parsed, domain))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|v4| IpAddr::from(v4).is_loopback())
        }
        Some(Host::Domain(name)) => name.trim_end_matches('.') == "localhost",
        None => false,
    }
}

fn transport(settings: &Settings<'_>) -> Result<Transport, Failure> {
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
    let request_timeout = settings.duration("request_timeout", 15 * SECOND, (10 * MS, 10 * MINUTE))?;
    let connect_timeout =
        settings.duration("connect_timeout", (5 * SECOND).min(request_timeout), (10 * MS, 10 * MINUTE))?;
    if connect_timeout > request_timeout {
        let remedy = "a request includes its connection: raise request_timeout or lower connect_timeout";
        return Err(settings.wrong("connect_timeout", "is longer than request_timeout", remedy));
    }
    Ok(Transport {
        connect_timeout,
        request_timeout,
        proxy,
        ca_pem: ca_file(settings)?,
        tls_verify: settings.flag("tls_verify", true)?,
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

fn policy(settings: &Settings<'_>, transport: &Transport) -> Result<Policy, Failure> {
    Ok(Policy {
        margin: settings.duration("refresh_margin", 5 * MINUTE, (MS, 24 * HOUR))?,
        interval: settings.optional_duration("refresh_interval", (100 * MS, YEAR))?,
        worst_exchange: transport.request_timeout,
        default_lifetime: settings.duration("default_lifetime", 5 * MINUTE, (SECOND, YEAR))?,
        rejection_backoff: settings.duration("rejection_backoff", 30 * SECOND, (100 * MS, HOUR))?,
        permanent_cooldown: settings.duration("permanent_cooldown", 5 * MINUTE, (100 * MS, 24 * HOUR))?,
        backoff: Backoff {
            base: settings.duration("backoff_base", 500 * MS, (MS, HOUR))?,
            throttle_base: settings.duration("backoff_throttle_base", SECOND, (MS, HOUR))?,
            cap: settings.duration("backoff_cap", MINUTE, (MS, HOUR))?,
        },
    })
}
