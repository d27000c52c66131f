//! Where the token endpoint is: a URL, or a Genesys Cloud region.

use std::net::IpAddr;

use url::{Host, Url};

use crate::failure::Failure;
use crate::genesys;
use crate::settings::Settings;

pub(super) fn endpoint(settings: &Settings<'_>) -> Result<(Url, Option<&'static str>), Failure> {
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
