//! Who asks for a token, and whether it may: RFC 6749, 2.3.1 and 3.2.
//!
//! Genesys Cloud's own SDKs put id and secret into `Basic` as they are; the RFC wants them form-encoded first. Both are
//! accepted.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use crate::settings::Clients;

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
}

/// A token request, read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The client it claims to be from.
    pub(crate) id: String,
    /// Whether it may have a token.
    pub(crate) outcome: Result<(), Refusal>,
}

impl Claim {
    /// A request that names no client, refused.
    pub(crate) fn unnamed(refusal: Refusal) -> Self {
        Self { id: UNNAMED.into(), outcome: Err(refusal) }
    }
}

/// Reads a token request and checks it against the clients there are.
pub(crate) fn check(headers: &HeaderMap, body: &[u8], clients: &Clients) -> Claim {
    let unnamed = Claim::unnamed;
    let form = match Form::read(headers, body) {
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
        None => match (form.client_id, form.client_secret) {
            (Some(id), Some(secret)) => vec![(id, secret)],
            (Some(id), None) => return Claim { id, outcome: Err(Refusal::WrongSecret) },
            _ => return unnamed(Refusal::Malformed("no client authentication")),
        },
    };
    let (id, known) = recognize(candidates, clients);
    let outcome = known.and(match form.grant_type.as_deref() {
        Some("client_credentials") => Ok(()),
        Some(_) => Err(Refusal::Grant),
        None => Err(Refusal::Malformed("grant_type is missing")),
    });
    Claim { id, outcome }
}

/// The parts of the form that matter here.
#[derive(Default)]
struct Form {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
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
        let claim = check(&headers, body.as_bytes(), clients);
        (claim.id, claim.outcome)
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
        assert_eq!(with(Some(&good), "grant_type=password", &listed).1, Err(Refusal::Grant));
        let bare = check(&HeaderMap::new(), GRANT.as_bytes(), &listed);
        assert!(matches!(bare.outcome, Err(Refusal::Malformed(_))));
    }
}
