//! Every answer that a token endpoint can give, as tables: what it becomes, under which code, in which words.

mod elsewhere;
mod error_text;
mod fields;
mod peculiarities;
mod plain;
mod secrets;
mod statuses;
mod success;
mod words;

use super::*;
use crate::oauth::client_auth::ClientAuth;
use crate::oauth::grant::{Grant, Primary, RequestGrant};

const SECRET: &str = "s3cr3t/with+odd chars";
const REFRESH: &str = "r3fresh/with+odd chars";
const HEADER: &str = "h3ader/with+odd chars";
const PARAM: &str = "p4ram/with+odd chars";
/// What every answer here has for a token: no text may hold it.
const TOKEN: &str = "t0ken";

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");

fn client() -> Client {
    Client { id: "my client".into(), secret: SECRET.into(), auth: ClientAuth::SecretBasic, assertion: None }
}

/// The request that `client` sent: with a refresh token and whatever a profile adds.
fn request(client: &Client) -> TokenRequest {
    let grant = Grant {
        headers: vec![("x-key".into(), HEADER.into())],
        params: vec![("pin".into(), PARAM.into()), ("n".into(), "as".into())],
        ..Grant::of(Primary::ClientCredentials)
    };
    let url = url::Url::parse("https://login.example.com/oauth/token").unwrap();
    TokenRequest::new(&url, client, &grant, &grant.primary, &RequestGrant::Refresh(REFRESH.into()))
}

fn headers_of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Result<Minted, Refusal> {
    answer_in(&AnswerFormat::default(), status, headers, body)
}

/// The same where the profile says how the answer is read.
fn answer_in(
    format: &AnswerFormat,
    status: u16,
    headers: &[(&str, &str)],
    body: impl AsRef<[u8]>,
) -> Result<Minted, Refusal> {
    let headers = headers_of(headers);
    let reply = Reply { status, headers: &headers, body: body.as_ref() };
    let read = read(reply, Wall(0), &client(), &request(&client()), Some("read write"), format);
    if let Err(refusal) = &read {
        let text = format!("{refusal:?}");
        for secret in [SECRET, REFRESH, HEADER, PARAM, TOKEN] {
            assert!(!text.contains(secret), "{status} tells a secret: {text}");
        }
    }
    read
}

fn refused(status: u16, body: &str) -> Refusal {
    answer(status, &[], body).expect_err("this answer holds no token")
}

fn minted(body: &str) -> Minted {
    answer(200, &[], body).expect("this answer holds a token")
}

/// The life of an answer with this after its token, or the words of its refusal.
fn lifetime(expires_in: &str) -> Result<Option<Duration>, String> {
    answer(200, &[], format!(r#"{{"access_token":"{TOKEN}","token_type":"bearer"{expires_in}}}"#))
        .map(|minted| minted.lifetime)
        .map_err(|refusal| refusal.message)
}
