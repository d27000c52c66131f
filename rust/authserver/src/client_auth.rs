//! Who asks for a token, and whether it may: RFC 6749, 2.3.1 and 3.2.
//!
//! Genesys Cloud's own SDKs put id and secret into `Basic` as they are; the RFC wants them form-encoded first. Both are
//! accepted.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use crate::settings::{Clients, Grant, Grants, RefreshRefusal, User};

/// Stands for the client in counts when a request names none.
const UNNAMED: &str = "(unnamed)";

/// Why a token request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// 400 `invalid_request`, and why.
    Malformed(&'static str),
    /// 400, Genesys Cloud's way to say that it does not know the client.
    UnknownClient,
    /// 401 `invalid_client`.
    WrongSecret,
    /// 400 `unsupported_grant_type`.
    Grant,
    /// 400 `invalid_grant`: no such user, or another password.
    WrongPassword,
    /// 400 `invalid_grant`: the code or device code is not good.
    Code,
    /// 400 `authorization_pending` (RFC 8628 section 3.5).
    Pending,
    /// The refresh token is not good, in the words the settings choose.
    RefreshToken(RefreshRefusal),
}

/// What a token is asked for with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RequestedGrant {
    /// The client's own credentials.
    Client,
    /// A user's name and password, which are good.
    User(String),
    /// A refresh token, not yet looked at.
    Refresh(String),
    /// A code of a sign-in, not yet looked at.
    Code {
        /// The code.
        code: String,
        /// Where it was sent.
        redirect_uri: String,
        /// What its challenge was made of (RFC 7636).
        verifier: String,
    },
    /// The code of a device, not yet looked at.
    Device(String),
}

impl RequestedGrant {
    pub(crate) fn grant(&self) -> Grant {
        match self {
            Self::Client => Grant::ClientCredentials,
            Self::User(_) => Grant::Password,
            Self::Refresh(_) => Grant::RefreshToken,
            Self::Code { .. } => Grant::AuthorizationCode,
            Self::Device(_) => Grant::DeviceCode,
        }
    }

    pub(crate) fn user(&self) -> Option<&str> {
        if let Self::User(name) = self { Some(name) } else { None }
    }
}

/// A token request, read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The client it claims to be from.
    pub(crate) id: String,
    /// What it may have a token with.
    pub(crate) outcome: Result<RequestedGrant, Refusal>,
    /// The scopes it asks for.
    pub(crate) scope: String,
}

impl Claim {
    /// A request that names no client, refused.
    pub(crate) fn unnamed(refusal: Refusal) -> Self {
        Self { id: UNNAMED.into(), outcome: Err(refusal), scope: String::new() }
    }
}

/// Reads a token request and checks it against the clients there are.
pub(crate) fn check(headers: &HeaderMap, body: &[u8], clients: &Clients, grants: &Grants) -> Claim {
    let unnamed = Claim::unnamed;
    let mut form = match Form::read(headers, body) {
        Ok(form) => form,
        Err(problem) => return unnamed(Refusal::Malformed(problem)),
    };
    let candidates = match headers.get(header::AUTHORIZATION) {
        Some(value) => match value.to_str().ok().and_then(basic) {
            Some(_) if form.client_secret.is_some() => {
                return unnamed(Refusal::Malformed("more than one client authentication"));
            }
            Some(candidates) => candidates,
            None => return unnamed(Refusal::Malformed("Authorization is not Basic with id and secret")),
        },
        None => match (form.client_id.take(), form.client_secret.take()) {
            (Some(id), Some(secret)) => vec![(id, secret)],
            (Some(id), None) => {
                return Claim { id, ..unnamed(Refusal::WrongSecret) };
            }
            _ => return unnamed(Refusal::Malformed("no client authentication")),
        },
    };
    let (id, known) = recognize(candidates, clients);
    let scope = form.scope.take().unwrap_or_default();
    let outcome = known.and_then(|()| asked(form, grants));
    Claim { id, outcome, scope }
}

fn asked(form: Form, grants: &Grants) -> Result<RequestedGrant, Refusal> {
    let grant = form.grant_type.ok_or(Refusal::Malformed("grant_type is missing"))?;
    let grant = Grant::named(&grant).filter(|grant| grants.accepted.contains(grant)).ok_or(Refusal::Grant)?;
    match grant {
        Grant::ClientCredentials => Ok(RequestedGrant::Client),
        Grant::Password => {
            let name = form.username.ok_or(Refusal::Malformed("username is missing"))?;
            let password = form.password.ok_or(Refusal::Malformed("password is missing"))?;
            let known =
                |users: &Vec<User>| users.iter().any(|user| user.name == name && user.password == password);
            if grants.users.as_ref().is_none_or(known) {
                Ok(RequestedGrant::User(name))
            } else {
                Err(Refusal::WrongPassword)
            }
        }
        Grant::RefreshToken => form
            .refresh_token
            .map(RequestedGrant::Refresh)
            .ok_or(Refusal::Malformed("refresh_token is missing")),
        Grant::AuthorizationCode => {
            let part = |part: Option<String>, missing| part.ok_or(Refusal::Malformed(missing));
            Ok(RequestedGrant::Code {
                code: part(form.code, "code is missing")?,
                redirect_uri: part(form.redirect_uri, "redirect_uri is missing")?,
                verifier: part(form.code_verifier, "code_verifier is missing")?,
            })
        }
        Grant::DeviceCode => {
            form.device_code.map(RequestedGrant::Device).ok_or(Refusal::Malformed("device_code is missing"))
        }
    }
}

/// The parts of the form that matter here.
#[derive(Default)]
struct Form {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    username: Option<String>,
    password: Option<String>,
    refresh_token: Option<String>,
    code: Option<String>,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
    device_code: Option<String>,
    scope: Option<String>,
}

impl Form {
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, &'static str> {
        let kind =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err("the body is not application/x-www-form-urlencoded");
        }
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            let field = match &*name {
                "grant_type" => &mut form.grant_type,
                "client_id" => &mut form.client_id,
                "client_secret" => &mut form.client_secret,
                "username" => &mut form.username,
                "password" => &mut form.password,
                "refresh_token" => &mut form.refresh_token,
                "code" => &mut form.code,
                "redirect_uri" => &mut form.redirect_uri,
                "code_verifier" => &mut form.code_verifier,
                "device_code" => &mut form.device_code,
                "scope" => &mut form.scope,
                _ => continue,
            };
            if field.replace(value.into_owned()).is_some() {
                return Err("a parameter is given more than once");
            }
        }
        Ok(form)
    }
}

/// The readings of `Basic …`: form-decoded and, if that differs, raw.
fn basic(value: &str) -> Option<Vec<(String, String)>> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let mut candidates = vec![(id.to_owned(), secret.to_owned())];
    if text.contains(['%', '+'])
        && let Some(decoded) = form_decoded(id).zip(form_decoded(secret))
    {
        candidates.insert(0, decoded);
    }
    Some(candidates)
}

fn form_decoded(text: &str) -> Option<String> {
    Some(percent_decode_str(&text.replace('+', " ")).decode_utf8().ok()?.into_owned())
}

/// The reading that fits a client, else the one that names a client, else the first.
fn recognize(candidates: Vec<(String, String)>, clients: &Clients) -> (String, Result<(), Refusal>) {
    let Clients::Listed(listed) = clients else {
        return (candidates.into_iter().next().unwrap_or_default().0, Ok(()));
    };
    let mut named = None;
    let mut first = None;
    for (id, secret) in candidates {
        if let Some(client) = listed.iter().find(|client| client.id == id) {
            if client.secret == secret {
                return (id, Ok(()));
            }
            named.get_or_insert(id);
        } else {
            first.get_or_insert(id);
        }
    }
    match named {
        Some(id) => (id, Err(Refusal::WrongSecret)),
        None => (first.unwrap_or_default(), Err(Refusal::UnknownClient)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    const GRANT: &str = "grant_type=client_credentials";

    fn clients(entries: &[&str]) -> Clients {
        let mut settings = Settings::default();
        settings.set_clients(entries).unwrap();
        settings.clients
    }

    fn with(authorization: Option<&str>, body: &str, clients: &Clients) -> (String, Result<(), Refusal>) {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            "application/x-www-form-urlencoded; charset=utf-8".parse().unwrap(),
        );
        if let Some(text) = authorization {
            headers.insert(header::AUTHORIZATION, text.parse().unwrap());
        }
        let claim = check(&headers, body.as_bytes(), clients, &Grants::default());
        (claim.id, claim.outcome.map(drop))
    }

    fn asked_with(body: &str, grants: &Grants) -> Result<RequestedGrant, Refusal> {
        let listed = clients(&["demo:x"]);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        let basic = format!("Basic {}", STANDARD.encode("demo:x"));
        headers.insert(header::AUTHORIZATION, basic.parse().unwrap());
        check(&headers, body.as_bytes(), &listed, grants).outcome
    }

    #[test]
    fn a_user_signs_in_with_the_right_password_only() {
        let mut grants = Grants::default();
        let ann = "grant_type=password&username=ann&password=p%26w";
        assert_eq!(asked_with(ann, &grants), Ok(RequestedGrant::User("ann".into())), "anyone may");
        grants.users = Some(vec![User { name: "ann".into(), password: "p&w".into() }]);
        assert_eq!(asked_with(ann, &grants), Ok(RequestedGrant::User("ann".into())));
        for wrong in ["username=ann&password=x", "username=bob&password=p%26w"] {
            let asked = asked_with(&format!("grant_type=password&{wrong}"), &grants);
            assert_eq!(asked, Err(Refusal::WrongPassword), "{wrong}");
        }
        let nameless = asked_with("grant_type=password&password=x", &grants);
        assert!(matches!(nameless, Err(Refusal::Malformed(_))));
    }

    #[test]
    fn only_the_grants_that_are_served_are_served() {
        let mut grants = Grants::default();
        let refresh = "grant_type=refresh_token&refresh_token=r";
        assert_eq!(asked_with(refresh, &grants), Ok(RequestedGrant::Refresh("r".into())));
        grants.accepted = vec![Grant::Password];
        assert_eq!(asked_with(refresh, &grants), Err(Refusal::Grant));
        assert_eq!(asked_with("grant_type=implicit", &grants), Err(Refusal::Grant));
    }

    fn via_basic(credentials: &str, clients: &Clients) -> (String, Result<(), Refusal>) {
        with(Some(&format!("Basic {}", STANDARD.encode(credentials))), GRANT, clients)
    }

    #[test]
    fn basic_is_accepted_raw_and_form_encoded() {
        let listed = clients(&["my app:p%41+s:x"]);
        assert_eq!(via_basic("my app:p%41+s:x", &listed), ("my app".into(), Ok(())));
        assert_eq!(via_basic("my+app:p%2541%2Bs%3Ax", &listed), ("my app".into(), Ok(())));
        assert_eq!(via_basic("my+app:nope", &listed), ("my app".into(), Err(Refusal::WrongSecret)));
        assert_eq!(via_basic("%6dine:x", &listed), ("mine".into(), Err(Refusal::UnknownClient)));
    }

    #[test]
    fn credentials_in_the_body_are_accepted() {
        let listed = clients(&["demo:demo-secret"]);
        let post = |rest: &str| with(None, &format!("{GRANT}{rest}"), &listed);
        assert_eq!(post("&client_id=demo&client_secret=demo-secret"), ("demo".into(), Ok(())));
        assert_eq!(post("&client_id=demo&client_secret=no"), ("demo".into(), Err(Refusal::WrongSecret)));
        assert_eq!(post("&client_id=demo"), ("demo".into(), Err(Refusal::WrongSecret)));
        assert_eq!(post("&client_id=who&client_secret=x"), ("who".into(), Err(Refusal::UnknownClient)));
        assert!(matches!(post("").1, Err(Refusal::Malformed(_))));
    }

    #[test]
    fn any_credentials_do_for_a_star() {
        assert_eq!(via_basic("who:ever", &clients(&["*"])), ("who".into(), Ok(())));
    }

    #[test]
    fn requests_that_break_the_rules_are_malformed() {
        let listed = clients(&["demo:demo-secret"]);
        let good = format!("Basic {}", STANDARD.encode("demo:demo-secret"));
        for (authorization, body) in [
            ("Bearer x", GRANT),
            ("Basic ???", GRANT),
            (good.as_str(), ""),
            (good.as_str(), "grant_type=client_credentials&grant_type=client_credentials"),
            (good.as_str(), "grant_type=client_credentials&client_secret=demo-secret"),
        ] {
            let (_, outcome) = with(Some(authorization), body, &listed);
            assert!(matches!(outcome, Err(Refusal::Malformed(_))), "{authorization} {body}: {outcome:?}");
        }
        assert_eq!(with(Some(&good), "grant_type=implicit", &listed).1, Err(Refusal::Grant));
        let bare = check(&HeaderMap::new(), GRANT.as_bytes(), &listed, &Grants::default());
        assert!(matches!(bare.outcome, Err(Refusal::Malformed(_))));
    }
}
