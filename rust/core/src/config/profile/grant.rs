//! What is requested, and with which headers and parameters: scopes, audiences, the tenant header, the stored refresh
//! token.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::own_request::OwnRequests;
use super::primary::Kind;
use crate::config::allowed_hosts::AllowedHosts;
use crate::config::settings::Settings;
use crate::failure::Failure;
use crate::oauth::grant::{Grant, Primary};
use crate::oauth::own_request::OwnRequest;

/// Prefix of settings that add a header to the token request: `token_header.<Name>`.
pub(super) const HEADER: &str = "token_header.";
/// Prefix of settings that add a form parameter: `token_param.<name>`.
pub(super) const PARAM: &str = "token_param.";

/// Headers that Tollgate or the connection sets.
const OWN_HEADERS: [&str; 9] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "dpop",
    "host",
    "proxy-authorization",
    "transfer-encoding",
];

/// A form parameter, and the setting that sets it.
type OwnParam = (&'static str, &'static str);

/// What every grant but a login has.
const GRANT_TYPE: OwnParam = ("grant_type", "grant");

/// Form parameters with a setting of their own, whatever the grant.
const OF_EVERY_GRANT: [OwnParam; 10] = [
    ("client_id", "client_id"),
    ("client_secret", "client_secret"),
    ("refresh_token", "refresh_token"),
    ("username", "username"),
    ("password", "password"),
    ("scope", "scope"),
    ("audience", "audience"),
    ("resource", "resource"),
    ("client_assertion", "client_assertion"),
    ("client_assertion_type", "client_auth"),
];

/// Those of certain grants. A grant that the server defines may give them another meaning.
const OF_CERTAIN_GRANTS: [OwnParam; 6] = [
    ("assertion", "assertion"),
    ("subject_token", "subject_token"),
    ("subject_token_type", "subject_token_type"),
    ("actor_token", "actor_token"),
    ("actor_token_type", "actor_token_type"),
    ("requested_token_type", "requested_token_type"),
];

/// The first refresh token, and the file that stores it.
#[derive(Clone, Debug, Default)]
pub struct StoredRefreshToken {
    /// The refresh token, if there is one.
    pub token: Option<SecretString>,
    /// The file it was read from, and its successors are written to.
    pub file: Option<String>,
}

impl StoredRefreshToken {
    /// The part of the profile's identity: the path of the file, because its content changes with every refresh, or the
    /// refresh token itself.
    pub(super) fn identity(&self) -> Option<SecretString> {
        match (&self.file, &self.token) {
            (Some(path), _) => Some(format!("file:{path}").into()),
            (None, token) => token.clone(),
        }
    }
}

pub(super) fn grant(
    settings: &Settings<'_>,
    kind: Kind,
    requests: &OwnRequests,
    primary: Primary,
    tenant: Option<&(String, String)>,
) -> Result<Grant, Failure> {
    // Those of a login are templates.
    let mut headers = if kind == Kind::Login { Vec::new() } else { extras(settings, HEADER)? };
    for (name, value) in &mut headers {
        check_header(settings, &format!("{HEADER}{name}"), name, value.expose_secret(), &OWN_HEADERS)?;
        name.make_ascii_lowercase();
    }
    let params = extras(settings, PARAM)?;
    let has_body = requests.login.iter().any(|login| login.body.is_some());
    let is_own = |name: &String, of: &[OwnParam]| of.iter().find(|(own, _)| own == name).copied();
    for (name, _) in &params {
        let own = match kind {
            Kind::Own => is_own(name, &[GRANT_TYPE]).or_else(|| is_own(name, &OF_EVERY_GRANT)),
            // A login has parameters of its own only; with a body, their names must not be those of other values.
            Kind::Login if has_body => is_own(name, &OF_EVERY_GRANT),
            Kind::Login => None,
            _ => is_own(name, &[GRANT_TYPE])
                .or_else(|| is_own(name, &OF_EVERY_GRANT))
                .or_else(|| is_own(name, &OF_CERTAIN_GRANTS)),
        };
        if let Some((_, own)) = own {
            let key = format!("{PARAM}{name}");
            return Err(settings.wrong(
                &key,
                "is a parameter that Tollgate sets itself",
                &format!("set {own} instead"),
            ));
        }
    }
    if let Some((name, value)) = tenant {
        let name = name.to_ascii_lowercase();
        let is_templated = |login: &Arc<OwnRequest>| login.headers.iter().any(|(other, _)| *other == name);
        if headers.iter().any(|(other, _)| *other == name) || requests.login.iter().any(is_templated) {
            let cause = "names a header that token_header sets too";
            return Err(settings.wrong(
                "tenant_header",
                cause,
                "keep one of them: tenant_header is sent with token requests",
            ));
        }
        headers.push((name, value.clone().into()));
    }
    Ok(Grant {
        primary,
        scope: Some(list(settings, "scope")?.join(" ")).filter(|scope| !scope.is_empty()),
        audience: list(settings, "audience")?,
        resource: list(settings, "resource")?,
        headers,
        params,
        method: requests.method,
        refresh_request: requests.refresh.clone(),
    })
}

/// `refresh_token=…` or `refresh_token=file:PATH`. The file may be missing: it is created with the first refresh token.
pub(super) fn stored_refresh_token(settings: &Settings<'_>) -> Result<StoredRefreshToken, Failure> {
    let file = settings.file_of("refresh_token").map(str::to_owned);
    if file.as_deref().is_some_and(|path| settings.is_missing(path)) {
        return Ok(StoredRefreshToken { token: None, file });
    }
    let token = settings.text("refresh_token")?.map(|token| token.trim().to_owned().into());
    Ok(StoredRefreshToken { token, file })
}

/// `tenant_header=Name: value`.
pub(super) fn tenant_header(settings: &Settings<'_>) -> Result<Option<(String, String)>, Failure> {
    let Some(text) = settings.text("tenant_header")? else { return Ok(None) };
    let (name, value) = text.split_once(':').map_or(("", ""), |(name, value)| (name.trim(), value.trim()));
    if name.is_empty() || value.is_empty() {
        let shown = settings.shown("tenant_header", &text);
        return Err(settings.wrong(
            "tenant_header",
            &format!("is '{shown}'"),
            "write it like X-Tenant: acme",
        ));
    }
    check_header(settings, "tenant_header", name, value, &OWN_HEADERS)?;
    Ok(Some((name.to_owned(), value.to_owned())))
}

/// `allowed_hosts=api.example.com, *.example.com`.
pub(super) fn allowed_hosts(settings: &Settings<'_>) -> Result<AllowedHosts, Failure> {
    let text = settings.text("allowed_hosts")?.unwrap_or_default();
    AllowedHosts::read(&text).map_err(|entry| {
        let cause = format!("contains '{}', which is no host", settings.shown("allowed_hosts", entry));
        settings.wrong(
            "allowed_hosts",
            &cause,
            "write it like api.example.com, *.example.com or localhost:8443",
        )
    })
}

fn list(settings: &Settings<'_>, key: &str) -> Result<Vec<String>, Failure> {
    Ok(settings.text(key)?.unwrap_or_default().split_whitespace().map(str::to_owned).collect())
}

/// The names and values of all settings that begin with `prefix`.
pub(super) fn extras(settings: &Settings<'_>, prefix: &str) -> Result<Vec<(String, SecretString)>, Failure> {
    let mut extras = Vec::new();
    for key in settings.beginning_with(prefix) {
        if let Some(value) = settings.text(key)? {
            extras.push((key[prefix.len()..].to_owned(), value.into()));
        }
    }
    Ok(extras)
}

/// RFC 9110 sections 5.1 and 5.5, with the rules for senders. `own`: headers that Tollgate or the connection sets.
pub(super) fn check_header(
    settings: &Settings<'_>,
    key: &str,
    name: &str,
    value: &str,
    own: &[&str],
) -> Result<(), Failure> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if !name.bytes().all(token) {
        return Err(settings.wrong(key, "has a name that no header can have", "use letters, digits and -"));
    }
    if !value.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Err(settings.wrong(
            key,
            "has a value that no header can have",
            "use printable ASCII characters only",
        ));
    }
    if own.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return Err(settings.wrong(
            key,
            "is a header that Tollgate sets itself",
            "choose another, or remove it",
        ));
    }
    Ok(())
}
