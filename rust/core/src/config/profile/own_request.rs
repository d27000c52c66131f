//! Requests that settings describe: a login that is no OAuth (`grant=login`), and a refresh that is another request than
//! that of RFC 6749 section 6.

use std::sync::Arc;

use secrecy::ExposeSecret;
use serde_json::Value;
use url::Url;

use super::client::Names;
use super::endpoint::{Endpoint, checked};
use super::grant::{HEADER, PARAM, check_header, extras};
use super::primary::Kind;
use crate::config::settings::Settings;
use crate::failure::Failure;
use crate::oauth::client_auth::Client;
use crate::oauth::grant::{Grant, Primary, RequestGrant};
use crate::oauth::own_request::{OwnBody, OwnRequest, VALUES, Values, body_format};
use crate::oauth::template::{Escape, Template};
use crate::oauth::token_request::{Method, TokenRequest};

/// Prefix of settings that add a header to the refresh request: `refresh_header.<Name>`.
const REFRESH_HEADER: &str = "refresh_header.";

/// Headers that the connection sets.
pub(super) const OF_THE_CONNECTION: [&str; 6] =
    ["connection", "content-length", "dpop", "host", "proxy-authorization", "transfer-encoding"];

/// What settings describe of the requests of a profile.
#[derive(Default)]
pub(super) struct OwnRequests {
    /// With `grant=login`.
    pub(super) login: Option<Arc<OwnRequest>>,
    pub(super) refresh: Option<Arc<OwnRequest>>,
    pub(super) method: Method,
}

impl OwnRequests {
    /// Whether a request names this value.
    pub(super) fn names(&self, name: &str) -> bool {
        self.login.iter().chain(&self.refresh).any(|request| request.names(name))
    }
}

/// A value that a template names and the profile does not have.
pub(super) enum Lack {
    /// Of a user: the profile can still have users.
    User(Failure),
    /// Of a client: the profile can still have clients.
    Client(Failure),
    /// Anything else.
    Other(Failure),
}

pub(super) fn own_requests(
    settings: &Settings<'_>,
    kind: Kind,
    endpoint: &Endpoint,
) -> Result<OwnRequests, Failure> {
    let method = settings.choice("token_method", &Method::NAMES)?.unwrap_or_default();
    let login = if kind == Kind::Login {
        if endpoint.issuer.is_some() {
            let cause = "names an OAuth token endpoint, and grant=login is no OAuth";
            return Err(settings.wrong("issuer", cause, "set token_url instead"));
        }
        Some(Arc::new(login(settings, method)?))
    } else if settings.text("token_body")?.is_some() {
        let cause = "is set, but the body of this grant is a form";
        return Err(settings.wrong("token_body", cause, "set grant=login, or remove it"));
    } else {
        None
    };
    let refresh = refresh(settings, login.as_deref(), endpoint)?.map(Arc::new);
    if login.is_some() && refresh.is_none() && settings.is_given("refresh_token") {
        let cause = "is set, but grant=login does not say how it is sent";
        let remedy = "set refresh_url, refresh_body or refresh_header.<Name>, or remove it";
        return Err(settings.wrong("refresh_token", cause, remedy));
    }
    let requests = OwnRequests { login, refresh, method };
    for (name, _) in extras(settings, PARAM)?.iter().filter(|_| kind == Kind::Login) {
        let has_body = requests.login.iter().any(|login| login.body.is_some());
        if has_body && !requests.names(name) {
            let cause = format!("is set, but no template names {{{{{name}}}}}");
            let remedy = "with token_body it is a value for templates: name it there, or remove it";
            return Err(settings.wrong(&format!("{PARAM}{name}"), &cause, remedy));
        }
    }
    Ok(requests)
}

fn login(settings: &Settings<'_>, method: Method) -> Result<OwnRequest, Failure> {
    let headers = headers(settings, HEADER, false)?;
    let body = body(settings, "token_body", method, &headers, false)?;
    let params = if body.is_some() {
        Vec::new()
    } else {
        let template =
            |name: String| template(settings, &format!("{PARAM}{name}"), false).map(|it| (name, it));
        extras(settings, PARAM)?.into_iter().map(|(name, _)| template(name)).collect::<Result<_, _>>()?
    };
    Ok(OwnRequest { url: None, method: None, headers, params, body })
}

fn refresh(
    settings: &Settings<'_>,
    login: Option<&OwnRequest>,
    endpoint: &Endpoint,
) -> Result<Option<OwnRequest>, Failure> {
    let own = headers(settings, REFRESH_HEADER, true)?;
    let method = settings.choice("refresh_method", &Method::NAMES)?;
    let url = refresh_url(settings, endpoint)?;
    // Those of the login are sent with its refresh too.
    let mut headers: Vec<_> = login.map(|login| login.headers.clone()).unwrap_or_default();
    headers.retain(|(name, _)| !own.iter().any(|(other, _)| other == name));
    let has_own_headers = !own.is_empty();
    headers.extend(own);
    let sent_by = method.or(settings.choice("token_method", &Method::NAMES)?).unwrap_or_default();
    let body = body(settings, "refresh_body", sent_by, &headers, true)?;
    let described = url.is_some() || method.is_some() || has_own_headers || body.is_some();
    if !described {
        return Ok(None);
    }
    Ok(Some(OwnRequest { url, method, headers, params: Vec::new(), body }))
}

fn refresh_url(settings: &Settings<'_>, endpoint: &Endpoint) -> Result<Option<Url>, Failure> {
    let Some(text) = settings.text("refresh_url")? else { return Ok(None) };
    if endpoint.issuer.is_some() {
        let cause = "is set, but issuer finds the endpoint of all requests";
        return Err(settings.wrong("refresh_url", cause, "set token_url instead of issuer, or remove it"));
    }
    checked(settings, "refresh_url", &text).map(Some)
}

/// The headers of all settings that begin with `prefix`, names in lower case.
fn headers(
    settings: &Settings<'_>,
    prefix: &str,
    of_refresh: bool,
) -> Result<Vec<(String, Template)>, Failure> {
    let named = extras(settings, prefix)?.into_iter().map(|(name, _)| {
        let key = format!("{prefix}{name}");
        let template = template(settings, &key, of_refresh)?;
        check_header(settings, &key, &name, template.literal().expose_secret(), &OF_THE_CONNECTION)?;
        Ok((name.to_ascii_lowercase(), template))
    });
    named.collect()
}

fn body(
    settings: &Settings<'_>,
    key: &str,
    method: Method,
    headers: &[(String, Template)],
    of_refresh: bool,
) -> Result<Option<OwnBody>, Failure> {
    let Some(text) = settings.text(key)? else { return Ok(None) };
    if method == Method::Get {
        let remedy = "set the method to POST, or send token_param.<name> in place of a body";
        return Err(settings.wrong(key, "is set, but a GET has no body", remedy));
    }
    let template = template(settings, key, of_refresh)?;
    let named = headers.iter().find(|(name, _)| name == "content-type").map(|(_, named)| named.literal());
    let (escape, content_type) = body_format(named.as_ref().map(|named| named.expose_secret()), &text);
    Ok(Some(OwnBody { template, escape, content_type }))
}

/// The template in a setting. Its places are names of values.
fn template(settings: &Settings<'_>, key: &str, of_refresh: bool) -> Result<Template, Failure> {
    let text = settings.text(key)?.unwrap_or_default();
    let template = Template::parse(&text).map_err(|at| {
        let cause = format!("has {{{{ at character {at} and no }}}} after it");
        settings.wrong(key, &cause, "write a place like {{username}}")
    })?;
    let params = extras(settings, PARAM)?;
    let params = params.iter().map(|(name, _)| &**name).filter(|_| !key.starts_with(PARAM));
    let values = VALUES.into_iter().filter(|name| of_refresh || *name != "refresh_token");
    let known: Vec<_> = values.chain(params).collect();
    let Some(place) = template.places().find(|place| !known.contains(&&*place.name)) else {
        return Ok(template);
    };
    // The name may be a part of a secret.
    let near = known.iter().map(|known| (strsim::damerau_levenshtein(&place.name, known), known)).min();
    let remedy = match near.filter(|(distance, _)| *distance <= 2) {
        Some((_, near)) => format!("did you mean {{{{{near}}}}}?"),
        None => format!("name one of {}, or a token_param.<name> of a request with a body", known.join(", ")),
    };
    let cause = format!("has a place at character {} that names no value of this profile", place.at);
    Err(settings.wrong(key, &cause, &remedy))
}

/// Whether the requests of a profile can be filled in: their values are there, JSON is JSON, headers are headers.
pub(super) fn check(
    settings: &Settings<'_>,
    requests: &OwnRequests,
    client: (&Client, &Names),
    grant: &Grant,
) -> Result<(), Lack> {
    let values = Values { client: client.0, grant, primary: &grant.primary, refresh_token: None };
    for request in requests.login.iter().chain(&requests.refresh) {
        for name in VALUES.iter().filter(|name| **name != "refresh_token" && request.names(name)) {
            if values.get(name).is_some() {
                continue;
            }
            let (key, or): (&str, &str) = match *name {
                "client_id" => (&client.1.id, ""),
                "client_secret" => (&client.1.secret, ""),
                "username" | "password" => (name, " (or forUser(name, password))"),
                other => (other, ""),
            };
            let lack = settings.missing(key, or);
            return Err(match *name {
                "username" | "password" => Lack::User(lack),
                "client_id" | "client_secret" => Lack::Client(lack),
                _ => Lack::Other(lack),
            });
        }
    }
    Ok(())
}

/// What is wrong with a request that was filled in, by setting and position: without a value of it.
pub(super) fn mistake(
    grant: &Grant,
    primary: &Primary,
    request: &TokenRequest,
    using: &RequestGrant,
) -> Option<String> {
    let (prefix, body, own) = match using {
        RequestGrant::Refresh(_) => (REFRESH_HEADER, "refresh_body", grant.refresh_request.as_deref()),
        RequestGrant::Primary => match primary {
            Primary::Login(login) => (HEADER, "token_body", Some(&*login.request)),
            _ => (HEADER, "token_body", None),
        },
    };
    let own = own?;
    let text = request.text.as_ref().map(|text| text.expose_secret());
    if let (Some(text), Some(OwnBody { escape: Escape::Json, .. })) = (text, &own.body)
        && let Err(error) = serde_json::from_str::<Value>(text)
    {
        return Some(format!(
            "{body} is no JSON once its values are filled in (line {}, column {}); check its quotes and commas: a \
             value that is text stands in quotes, \"{{{{username}}}}\"",
            error.line(),
            error.column()
        ));
    }
    let illegal = |(name, _): &&(String, Template)| {
        let value = request.headers.iter().find(|(other, _)| other == name);
        value.is_some_and(|(_, value)| !value.expose_secret().bytes().all(|b| (0x20..0x7f).contains(&b)))
    };
    let (name, _) = own.headers.iter().find(illegal)?;
    Some(format!(
        "{prefix}{name} has a value that no header can have once its values are filled in; use printable ASCII \
         characters only"
    ))
}
