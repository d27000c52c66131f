//! The token endpoint: a URL, or from a Genesys Cloud region, a preset or an issuer.

use url::Url;

use crate::config::genesys;
use crate::config::preset::{PRESETS, Preset};
use crate::config::settings::Settings;
use crate::failure::Failure;
use crate::oauth::discovery::Issuer;
use crate::oauth::endpoint_url::is_loopback;

/// The server of a profile.
pub(super) struct Endpoint {
    pub(super) url: Url,
    /// The issuer whose metadata name the endpoint; `url` is then the issuer's.
    pub(super) issuer: Option<Issuer>,
    /// The Genesys Cloud domain, if a region chose it.
    pub(super) domain: Option<&'static str>,
    pub(super) preset: &'static Preset,
    /// The audience that the server expects of assertions.
    pub(super) audience: String,
}

pub(super) fn endpoint(settings: &Settings<'_>) -> Result<Endpoint, Failure> {
    let presets = PRESETS.each_ref().map(|preset| (preset.name, preset));
    let chosen = settings.choice("preset", &presets)?;
    let region = settings.text("region")?;
    let preset = chosen.unwrap_or(if region.is_some() { &PRESETS[1] } else { &PRESETS[0] });
    if region.is_some() && preset.name != "genesys_cloud" {
        let cause = format!("is set, but preset={} has no regions", preset.name);
        return Err(settings.wrong("region", &cause, "set preset=genesys_cloud, or remove it"));
    }
    let (given, issuer) = (settings.text("token_url")?, settings.text("issuer")?);
    for (key, set) in [("token_url", given.is_some()), ("region", region.is_some())] {
        if set && issuer.is_some() {
            return Err(settings.wrong("issuer", &format!("and {key} are both set"), "keep one of them"));
        }
    }
    for required in preset.requires {
        if settings.text(required.key)?.is_none() {
            let what = format!(" ({}, for preset={})", required.meaning, preset.name);
            return Err(settings.missing(required.key, &what));
        }
    }
    let known = given.is_some() || issuer.is_some();
    let (key, text, domain) = match (&given, region) {
        _ if let Some(issuer) = &issuer => ("issuer", issuer.trim().to_owned(), None),
        (Some(_), Some(_)) => {
            return Err(settings.wrong("token_url", "and region are both set", "keep one of them"));
        }
        (Some(url), None) => ("token_url", url.clone(), None),
        (None, Some(region)) => {
            let domain = genesys::domain(&region).map_err(|cause| {
                let shown = settings.shown("region", &region);
                settings.wrong("region", &format!("'{shown}' {cause}"), "or set token_url")
            })?;
            ("region", genesys::token_url(domain), Some(domain))
        }
        (None, None) if preset.token_url.is_empty() => {
            return Err(settings.missing("token_url", " (or region, or issuer)"));
        }
        (None, None) => ("token_url", filled(settings, preset, preset.token_url)?, None),
    };
    if known || preset.token_url.is_empty() {
        for key in ["host", "tenant"] {
            if settings.text(key)?.is_some() {
                let cause = "is set, but the token endpoint does not need it";
                return Err(settings.wrong(key, cause, "remove it, or choose a preset instead of token_url"));
            }
        }
    }
    let url = checked(settings, key, &text)?;
    let issuer = match key {
        "issuer" => Some(Issuer { name: text, url: url.clone(), allow_http: settings.flag("allow_http")? }),
        _ => None,
    };
    let audience = match (preset.assertion_audience, &issuer) {
        ("", Some(issuer)) => issuer.name.clone(),
        ("", None) => url.to_string(),
        // `token_url` may replace the host of the preset.
        (template, _) => template.replace("{host}", url.host_str().unwrap_or_default()),
    };
    Ok(Endpoint { url, issuer, domain, preset, audience })
}

/// A preset's URL with `host` and `tenant` filled in.
fn filled(settings: &Settings<'_>, preset: &Preset, template: &str) -> Result<String, Failure> {
    let mut url = template.to_owned();
    for (key, default, what) in
        [("host", preset.host, "the server's name"), ("tenant", preset.tenant, preset.tenant_meaning)]
    {
        let place = format!("{{{key}}}");
        if !template.contains(&place) {
            continue;
        }
        let value = match settings.text(key)? {
            Some(value) => value.trim().to_owned(),
            None if default.is_empty() => {
                return Err(settings.missing(key, &format!(" ({what}, for preset={})", preset.name)));
            }
            None => default.to_owned(),
        };
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
        if !value.bytes().all(fits) {
            let cause = format!("is '{}'", settings.shown(key, &value));
            let remedy = format!("give {what} alone: no scheme, no slash");
            return Err(settings.wrong(key, &cause, &remedy));
        }
        url = url.replace(&place, &value);
    }
    Ok(url)
}

pub(super) fn checked(settings: &Settings<'_>, key: &str, text: &str) -> Result<Url, Failure> {
    let remedy = "write it like https://login.example.com/oauth/token";
    let parsed = Url::parse(text.trim()).map_err(|error| {
        // User information and query may be secrets.
        let shown = settings.shown(key, text).rsplit('@').next().unwrap_or_default();
        let shown = shown.split(['?', '#']).next().unwrap_or_default();
        settings.wrong(key, &format!("'{shown}' is not a URL: {error}"), remedy)
    })?;
    let has_userinfo = !parsed.username().is_empty() || parsed.password().is_some();
    if has_userinfo {
        return Err(settings.wrong(
            key,
            "contains a user or password",
            "move them to client_id and client_secret",
        ));
    }
    match parsed.scheme() {
        "https" => {}
        "http" if is_loopback(&parsed) || settings.flag("allow_http")? => {}
        "http" => {
            let remedy = "use https, or set allow_http=true for a test network";
            return Err(settings.wrong(
                key,
                "is plain http, which would send the secret in clear text",
                remedy,
            ));
        }
        other => return Err(settings.wrong(key, &format!("has the scheme '{other}'"), remedy)),
    }
    if parsed.fragment().is_some() {
        return Err(settings.wrong(key, "has a fragment (#…)", "remove it (RFC 6749 section 3.2)"));
    }
    Ok(parsed)
}

/// The URLs of a login of a user. The engine does not use them, so a mistake in them is told here.
pub(super) fn check_login_urls(settings: &Settings<'_>) -> Result<(), Failure> {
    for key in ["authorization_url", "device_authorization_url"] {
        if let Some(text) = settings.text(key)? {
            checked(settings, key, &text)?;
        }
    }
    Ok(())
}
