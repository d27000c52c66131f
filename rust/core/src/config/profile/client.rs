//! The client and its authentication.

use secrecy::SecretString;
use serde_json::{Map, json};

use super::endpoint::Endpoint;
use super::key::Key;
use super::own_request::OwnRequests;
use super::primary::Kind;
use crate::config::settings::Settings;
use crate::failure::Failure;
use crate::oauth::assertion::{Algorithm, Assertion, SigningKey};
use crate::oauth::client_auth::{Client, ClientAuth};

/// The names of the settings of a client: `client_id`, or `client_id.2` in a keyring.
pub(super) struct Names {
    pub(super) id: String,
    pub(super) secret: String,
    /// Whether only [`crate::config::profile::Profile::for_client`] may name a client.
    pub(super) may_be_missing: bool,
}

pub(super) fn client(
    settings: &Settings<'_>,
    endpoint: &Endpoint,
    key: Option<&Key>,
    kind: Kind,
    requests: &OwnRequests,
    names: &Names,
) -> Result<Client, Failure> {
    let secret = settings.text(&names.secret)?;
    let given_assertion = settings.text("client_assertion")?;
    let has_certificate = settings.text("tls_client_cert")?.is_some();
    let default = match (&secret, has_certificate, key) {
        _ if kind == Kind::Login && !has_certificate => ClientAuth::None,
        _ if given_assertion.is_some() => ClientAuth::GivenJwt,
        (Some(_), ..) if kind != Kind::Login => endpoint.preset.with_secret,
        (_, true, _) => ClientAuth::Tls,
        (_, false, _) if kind.identifies_client() => ClientAuth::None,
        (_, false, Some(_)) => ClientAuth::PrivateKeyJwt,
        (_, false, None) if kind.may_lack_client() => ClientAuth::None,
        (_, false, None) => endpoint.preset.with_secret,
    };
    let auth = settings.choice("client_auth", &ClientAuth::NAMES)?.unwrap_or(default);
    let auth = match auth {
        // The preset's variant of Basic.
        ClientAuth::SecretBasic if endpoint.preset.with_secret == ClientAuth::SecretBasicRaw => {
            ClientAuth::SecretBasicRaw
        }
        other => other,
    };
    if kind == Kind::Login
        && !auth.sends_id_alone()
        && requests.login.iter().any(|login| login.body.is_some())
    {
        let basic = matches!(auth, ClientAuth::SecretBasic | ClientAuth::SecretBasicRaw);
        if !basic {
            let cause =
                format!("is {}, which adds parameters to a form, and token_body is the body", auth.name());
            return Err(settings.wrong(
                "client_auth",
                &cause,
                "name {{client_id}} and {{client_secret}} in the body",
            ));
        }
    }
    let id = if auth == ClientAuth::None || kind == Kind::Login && auth.sends_id_alone() {
        settings.text(&names.id)?.unwrap_or_default()
    } else if names.may_be_missing && settings.text(&names.id)?.is_none() && secret.is_none() {
        String::new()
    } else {
        settings.required(&names.id)?
    };
    let secret = match secret {
        Some(secret) if auth.wants_secret() || requests.names("client_secret") => secret,
        Some(_) => {
            let cause = format!("is set, but client_auth={} uses none", auth.name());
            return Err(settings.wrong(&names.secret, &cause, "remove it, or choose another client_auth"));
        }
        None if auth == ClientAuth::GivenJwt => settings.required("client_assertion")?.trim().to_owned(),
        None if auth.wants_secret() && !(names.may_be_missing && id.is_empty()) => {
            settings.required(&names.secret)?
        }
        None => String::new(),
    };
    if given_assertion.is_some() && auth != ClientAuth::GivenJwt {
        let cause = format!("is set, but client_auth={} uses none", auth.name());
        return Err(settings.wrong(
            "client_assertion",
            &cause,
            "set client_auth=client_assertion, or remove it",
        ));
    }
    let secret = SecretString::from(secret);
    let signing = match auth {
        ClientAuth::SecretJwt => Some(SigningKey::new(secret.clone(), Algorithm::Hs256)),
        ClientAuth::PrivateKeyJwt => match key {
            Some(key) => Some(key.signing.clone()),
            None => return Err(settings.missing("private_key", "")),
        },
        _ => None,
    };
    if auth == ClientAuth::Tls && !has_certificate {
        return Err(settings.missing("tls_client_cert", ""));
    }
    let assertion = match signing {
        Some(key) => {
            let audience = audience(settings, endpoint)?;
            let claims = [("iss", json!(id)), ("sub", json!(id)), ("aud", json!(audience))];
            let claims =
                claims.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>();
            let lifetime = settings.duration("assertion_lifetime")?;
            Some(Assertion { field: "client_assertion", key, claims, lifetime })
        }
        None => None,
    };
    Ok(Client { id, secret, auth, assertion })
}

/// The audience of assertions made here.
pub(super) fn audience(settings: &Settings<'_>, endpoint: &Endpoint) -> Result<String, Failure> {
    Ok(settings.text("assertion_audience")?.unwrap_or_else(|| endpoint.audience.clone()))
}
