//! How a user signs in elsewhere: `GET /oauth/authorize` (RFC 6749 section 4.1 with PKCE, RFC 7636) and `POST /oauth/device`
//! (RFC 8628). No password is asked for: a browser is signed in as `login_hint`, a device at its second poll.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};
use url::Url;

use crate::answers;
use crate::app::App;
use crate::client_auth::{Refusal, RequestedGrant};

/// The user if the request names none.
const ANYONE: &str = "ann";
/// Codes kept at a time, and devices.
const MOST: usize = 1000;
/// Seconds between two polls of a device.
const INTERVAL: u64 = 1;

/// Sign-ins that await their token request.
#[derive(Debug, Default)]
pub(crate) struct SignIns {
    codes: HashMap<String, Code>,
    devices: HashMap<String, Device>,
}

/// A code and what it was given for.
#[derive(Debug)]
struct Code {
    client: String,
    redirect_uri: String,
    challenge: String,
    user: String,
}

#[derive(Debug)]
struct Device {
    client: String,
    polls: u32,
}

impl SignIns {
    /// What a token is asked for with, once the code or the device that stands for a user is known.
    pub(crate) fn redeem(&mut self, asked: RequestedGrant, client: &str) -> Result<RequestedGrant, Refusal> {
        match asked {
            RequestedGrant::Code { code, redirect_uri, verifier } => {
                // Used up, whatever becomes of it (RFC 6749 section 4.1.2).
                let given = self.codes.remove(&code).ok_or(Refusal::Code)?;
                let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
                let fits = given.client == client
                    && given.redirect_uri == redirect_uri
                    && given.challenge == challenge;
                if fits { Ok(RequestedGrant::User(given.user)) } else { Err(Refusal::Code) }
            }
            RequestedGrant::Device(code) => {
                let device = self
                    .devices
                    .get_mut(&code)
                    .filter(|device| device.client == client)
                    .ok_or(Refusal::Code)?;
                device.polls += 1;
                if device.polls < 2 {
                    return Err(Refusal::Pending);
                }
                self.devices.remove(&code);
                Ok(RequestedGrant::User(ANYONE.into()))
            }
            other => Ok(other),
        }
    }
}

/// Sends the browser back with a code.
pub(crate) async fn authorize(State(app): State<Arc<App>>, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default().as_bytes();
    let query: HashMap<_, _> = url::form_urlencoded::parse(query).into_owned().collect();
    let id = app.correlation_ids.next();
    let part = |name: &str| query.get(name).cloned().unwrap_or_default();
    let redirect = Url::parse(&part("redirect_uri")).ok().filter(|url| url.scheme() == "http");
    let wrong = match () {
        () if part("response_type") != "code" => Some("response_type must be code"),
        () if part("client_id").is_empty() => Some("client_id is missing"),
        () if part("code_challenge_method") != "S256" || part("code_challenge").is_empty() => {
            Some("code_challenge_method must be S256, with a code_challenge (RFC 7636)")
        }
        () => None,
    };
    let (Some(mut redirect), None) = (redirect, wrong) else {
        let message = wrong.unwrap_or("redirect_uri must be a loopback URL");
        return answers::json(
            StatusCode::BAD_REQUEST,
            &id,
            answers::error_body(400, "invalid_request", message, &id),
        );
    };
    let Ok(code) = random() else { return unable(&id) };
    let hint = part("login_hint");
    let given = Code {
        client: part("client_id"),
        redirect_uri: part("redirect_uri"),
        challenge: part("code_challenge"),
        user: if hint.is_empty() { ANYONE.into() } else { hint },
    };
    let mut sign_ins = app.sign_ins.lock();
    if sign_ins.codes.len() < MOST {
        sign_ins.codes.insert(code.clone(), given);
    }
    redirect.query_pairs_mut().append_pair("code", &code).append_pair("state", &part("state"));
    let mut response = answers::json(StatusCode::FOUND, &id, "");
    if let Ok(location) = HeaderValue::from_str(redirect.as_str()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Gives a device its codes.
pub(crate) async fn device(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    let id = app.correlation_ids.next();
    let form: HashMap<_, _> = url::form_urlencoded::parse(&body).into_owned().collect();
    let Some(client) = form.get("client_id") else {
        let body = answers::error_body(400, "invalid_request", "client_id is missing", &id);
        return answers::json(StatusCode::BAD_REQUEST, &id, body);
    };
    let Ok(code) = random() else { return unable(&id) };
    let mut sign_ins = app.sign_ins.lock();
    if sign_ins.devices.len() < MOST {
        sign_ins.devices.insert(code.clone(), Device { client: client.clone(), polls: 0 });
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let answer = json!({
        "device_code": code,
        "user_code": "TOLL-GATE",
        "verification_uri": format!("http://{host}/oauth/device"),
        "expires_in": 600,
        "interval": INTERVAL,
    });
    answers::json(StatusCode::OK, &id, answer.to_string())
}

fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn unable(id: &str) -> Response {
    let (code, message) = answers::plain_error(500);
    answers::json(StatusCode::INTERNAL_SERVER_ERROR, id, answers::error_body(500, code, message, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_code(challenge: &str) -> SignIns {
        let mut sign_ins = SignIns::default();
        let given = Code {
            client: "demo".into(),
            redirect_uri: "http://127.0.0.1:1/".into(),
            challenge: challenge.into(),
            user: "bob".into(),
        };
        sign_ins.codes.insert("c".into(), given);
        sign_ins
    }

    fn code(redirect_uri: &str, verifier: &str) -> RequestedGrant {
        RequestedGrant::Code {
            code: "c".into(),
            redirect_uri: redirect_uri.into(),
            verifier: verifier.into(),
        }
    }

    /// The pair is that of RFC 7636, appendix B.
    #[test]
    fn a_code_is_good_once_with_its_verifier_and_redirect() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let redirect = "http://127.0.0.1:1/";
        let mut sign_ins = with_code(challenge);
        assert_eq!(sign_ins.redeem(code(redirect, verifier), "demo"), Ok(RequestedGrant::User("bob".into())));
        assert_eq!(sign_ins.redeem(code(redirect, verifier), "demo"), Err(Refusal::Code), "used");
        for (redirect, verifier, client) in [
            ("http://127.0.0.1:2/", verifier, "demo"),
            (redirect, "another", "demo"),
            (redirect, verifier, "other"),
        ] {
            assert_eq!(with_code(challenge).redeem(code(redirect, verifier), client), Err(Refusal::Code));
        }
    }

    #[test]
    fn a_device_waits_for_its_user() {
        let mut sign_ins = SignIns::default();
        sign_ins.devices.insert("d".into(), Device { client: "demo".into(), polls: 0 });
        let poll = || RequestedGrant::Device("d".into());
        assert_eq!(sign_ins.redeem(poll(), "other"), Err(Refusal::Code));
        assert_eq!(sign_ins.redeem(poll(), "demo"), Err(Refusal::Pending));
        assert_eq!(sign_ins.redeem(poll(), "demo"), Ok(RequestedGrant::User(ANYONE.into())));
        assert_eq!(sign_ins.redeem(poll(), "demo"), Err(Refusal::Code));
    }
}
