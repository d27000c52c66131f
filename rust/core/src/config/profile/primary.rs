//! The primary grant and its parameters.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::client::audience;
use super::endpoint::Endpoint;
use super::grant::{StoredRefreshToken, extras};
use super::key::Key;
use super::own_request::OwnRequests;
use crate::config::preset::Subject;
use crate::config::settings::Settings;
use crate::failure::Failure;
use crate::oauth::assertion::Assertion;
use crate::oauth::grant::{Bearer, Exchange, OwnGrant, Primary, User, encoded_xml};
use crate::oauth::own_request::Login;

/// Prefix of settings that add a claim: `assertion_claim.<name>`.
const CLAIM: &str = "assertion_claim.";

/// Claims that Tollgate sets.
const OWN_CLAIMS: [(&str, &str); 6] = [
    ("iss", "assertion_issuer"),
    ("sub", "assertion_subject"),
    ("aud", "assertion_audience"),
    ("exp", "assertion_lifetime"),
    ("iat", "assertion_lifetime"),
    ("jti", "nothing: it is new for each request"),
];

/// RFC 8693 section 3.
const TOKEN_TYPES: [&str; 6] = ["access_token", "refresh_token", "id_token", "saml1", "saml2", "jwt"];

/// The values of `grant` whose grant has a `grant_type` in a standard, and that value.
pub const GRANT_TYPES: [(&str, &str); 6] = [
    ("client_credentials", "client_credentials"),
    ("password", "password"),
    ("refresh_token", "refresh_token"),
    ("jwt_bearer", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
    ("saml2_bearer", "urn:ietf:params:oauth:grant-type:saml2-bearer"),
    ("token_exchange", "urn:ietf:params:oauth:grant-type:token-exchange"),
];

/// The value of the setting `grant`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    ClientCredentials,
    Password,
    RefreshToken,
    JwtBearer,
    Saml2Bearer,
    TokenExchange,
    /// Defined by the server: `grant_type`.
    Own,
    /// No OAuth.
    Login,
}

impl Kind {
    const NAMES: [(&'static str, Self); 7] = [
        ("client_credentials", Self::ClientCredentials),
        ("password", Self::Password),
        ("refresh_token", Self::RefreshToken),
        ("jwt_bearer", Self::JwtBearer),
        ("saml2_bearer", Self::Saml2Bearer),
        ("token_exchange", Self::TokenExchange),
        ("login", Self::Login),
    ];

    /// The grant of a profile: its own or its preset's.
    pub(super) fn of(settings: &Settings<'_>, endpoint: &Endpoint) -> Result<Self, Failure> {
        let named = |name: &str| Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        let standard = |grant_type: &str| {
            GRANT_TYPES.iter().find(|(_, known)| *known == grant_type).and_then(|(name, _)| named(name))
        };
        let kind = match (settings.text("grant")?, settings.text("grant_type")?) {
            (Some(_), Some(_)) => {
                return Err(settings.wrong("grant_type", "and grant are both set", "keep one of them"));
            }
            (None, Some(grant_type)) => standard(grant_type.trim()).unwrap_or(Self::Own),
            (Some(grant), None) => named(grant.trim()).ok_or_else(|| {
                let names = Self::NAMES.map(|(name, _)| name).join(", ");
                let cause = format!("is '{}'", settings.shown("grant", grant.trim()));
                let remedy =
                    format!("choose one of {names}, or set grant_type for a grant that the server defines");
                settings.wrong("grant", &cause, &remedy)
            })?,
            (None, None) => named(endpoint.preset.grant).unwrap_or(Self::Own),
        };
        kind.check_unused_settings(settings, endpoint)?;
        Ok(kind)
    }

    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// Whether a client without secret, certificate or key authenticates by nothing but the grant.
    pub(super) const fn may_lack_client(self) -> bool {
        matches!(self, Self::JwtBearer | Self::Saml2Bearer | Self::Own | Self::Login)
    }

    /// Whether the grant's assertion also names the client.
    pub(super) const fn identifies_client(self) -> bool {
        matches!(self, Self::JwtBearer | Self::Saml2Bearer)
    }

    /// Refuses settings of other grants: an unused setting is a mistake that is hard to find.
    fn check_unused_settings(self, settings: &Settings<'_>, endpoint: &Endpoint) -> Result<(), Failure> {
        let of: [(&[&str], &[Self], &str); 4] = [
            (&["username", "password"], &[Self::Password, Self::Own, Self::Login], "password"),
            (&["assertion"], &[Self::JwtBearer, Self::Saml2Bearer], "jwt_bearer or grant=saml2_bearer"),
            (&["assertion_issuer", "assertion_subject"], &[Self::JwtBearer], "jwt_bearer"),
            (
                &["subject_token", "actor_token", "requested_token_type"],
                &[Self::TokenExchange],
                "token_exchange",
            ),
        ];
        for (keys, kinds, word) in of {
            for key in keys.iter().filter(|_| !kinds.contains(&self)) {
                if settings.text(key)?.is_some() {
                    let grant = match self {
                        Self::Own => format!("grant_type={}", grant_type(settings, endpoint)?),
                        _ => format!("grant={}", self.name()),
                    };
                    let cause = format!("is set, but {grant} does not use it");
                    return Err(settings.wrong(key, &cause, &format!("set grant={word}, or remove it")));
                }
            }
        }
        Ok(())
    }
}

pub(super) fn primary(
    settings: &Settings<'_>,
    kind: Kind,
    endpoint: &Endpoint,
    key: Option<&Key>,
    stored: &StoredRefreshToken,
    requests: &OwnRequests,
) -> Result<Primary, Failure> {
    match kind {
        Kind::ClientCredentials => Ok(Primary::ClientCredentials),
        Kind::Password => Ok(Primary::Password {
            username: settings.required("username")?,
            password: SecretString::from(settings.required("password")?),
        }),
        Kind::RefreshToken if stored.token.is_some() => Ok(Primary::None),
        Kind::RefreshToken => Err(match &stored.file {
            Some(_) => settings.wrong(
                "refresh_token",
                "names a file that is empty or not there",
                "put a refresh token into it: grant=refresh_token needs one",
            ),
            None => settings.missing("refresh_token", ""),
        }),
        Kind::JwtBearer => bearer(settings, endpoint, key).map(Primary::JwtBearer),
        Kind::Saml2Bearer => Ok(Primary::Saml2Bearer(encoded_xml(&settings.required("assertion")?))),
        Kind::TokenExchange => exchange(settings).map(|exchange| Primary::TokenExchange(Box::new(exchange))),
        Kind::Own => {
            let own = OwnGrant { grant_type: grant_type(settings, endpoint)?, user: user(settings)? };
            Ok(Primary::Own(Box::new(own)))
        }
        Kind::Login => {
            let request = requests.login.clone().unwrap_or_default();
            Ok(Primary::Login(Login { request, user: user(settings)? }))
        }
    }
}

/// The name of a grant that the server defines: RFC 6749 appendix A.10 or, as an absolute URI, section 4.5.
fn grant_type(settings: &Settings<'_>, endpoint: &Endpoint) -> Result<String, Failure> {
    let Some(text) = settings.text("grant_type")? else { return Ok(endpoint.preset.grant.to_owned()) };
    let name = text.trim();
    if !name.bytes().all(|b| (0x21..0x7f).contains(&b)) {
        let cause = "has characters that no grant_type can have";
        return Err(settings.wrong("grant_type", cause, "use printable ASCII characters without blanks"));
    }
    Ok(name.to_owned())
}

/// The user of a grant that may have one.
fn user(settings: &Settings<'_>) -> Result<Option<User>, Failure> {
    if settings.text("username")?.is_none() && settings.text("password")?.is_none() {
        return Ok(None);
    }
    let (name, password) = (settings.required("username")?, settings.required("password")?);
    Ok(Some(User { name, password: SecretString::from(password) }))
}

fn bearer(settings: &Settings<'_>, endpoint: &Endpoint, key: Option<&Key>) -> Result<Bearer, Failure> {
    if let Some(assertion) = settings.text("assertion")? {
        return Ok(Bearer::Given(assertion.trim().to_owned().into()));
    }
    let Some(key) = key else { return Err(settings.missing("private_key", " (or assertion)")) };
    let issuer = match (settings.text("assertion_issuer")?, settings.text("client_id")?) {
        (Some(issuer), _) | (None, Some(issuer)) => issuer,
        (None, None) => match &key.owner {
            Some(owner) => owner.clone(),
            None => return Err(settings.missing("client_id", " (or assertion_issuer)")),
        },
    };
    let subject = match (settings.text("assertion_subject")?, endpoint.preset.subject) {
        (Some(subject), _) => Some(subject),
        (None, Subject::Issuer) => Some(issuer.clone()),
        (None, Subject::Omitted) => None,
        (None, Subject::Required) => return Err(settings.missing("assertion_subject", "")),
    };
    let mut claims = Map::new();
    claims.insert("iss".into(), json!(issuer));
    claims.extend(subject.map(|subject| ("sub".to_owned(), json!(subject))));
    claims.insert("aud".into(), json!(audience(settings, endpoint)?));
    if endpoint.preset.scope_in_assertion
        && let Some(scope) = settings.text("scope")?
    {
        claims.insert("scope".into(), json!(scope.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    for (name, value) in extras(settings, CLAIM)? {
        if let Some((_, own)) = OWN_CLAIMS.iter().find(|(own, _)| *own == name) {
            let key = format!("{CLAIM}{name}");
            return Err(settings.wrong(&key, "is a claim that Tollgate sets itself", &format!("set {own}")));
        }
        claims.insert(name, Value::String(value.expose_secret().to_owned()));
    }
    let lifetime = settings.duration("assertion_lifetime")?;
    let assertion = Assertion { field: "assertion", key: key.signing.clone(), claims, lifetime };
    Ok(Bearer::Signed(Box::new(assertion)))
}

fn exchange(settings: &Settings<'_>) -> Result<Exchange, Failure> {
    let access_token = || format!("{TYPE}access_token");
    let subject = settings.required("subject_token")?.trim().to_owned().into();
    let subject_type = token_type(settings, "subject_token_type")?.unwrap_or_else(access_token);
    let actor_type = token_type(settings, "actor_token_type")?.unwrap_or_else(access_token);
    let actor = settings.text("actor_token")?.map(|token| (token.trim().to_owned().into(), actor_type));
    let requested_type = token_type(settings, "requested_token_type")?;
    Ok(Exchange { subject, subject_type, actor, requested_type })
}

/// Prefix of the token types of RFC 8693 section 3.
const TYPE: &str = "urn:ietf:params:oauth:token-type:";

fn token_type(settings: &Settings<'_>, key: &str) -> Result<Option<String>, Failure> {
    let Some(text) = settings.text(key)? else { return Ok(None) };
    let word = text.trim();
    if TOKEN_TYPES.contains(&word) {
        return Ok(Some(format!("{TYPE}{word}")));
    }
    if word.contains(':') {
        return Ok(Some(word.to_owned()));
    }
    let cause = format!("is '{}'", settings.shown(key, word));
    Err(settings.wrong(key, &cause, &format!("choose one of {}, or give a URI", TOKEN_TYPES.join(", "))))
}
