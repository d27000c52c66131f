//! No secret of the request is repeated, however the server echoes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::oauth::client_auth::form_encoded;

#[test]
fn an_echoed_secret_is_removed_in_every_encoding() {
    let form = "s3cr3t%2Fwith%2Bodd+chars";
    let raw = STANDARD.encode(format!("my client:{SECRET}"));
    let encoded = STANDARD.encode(format!("my+client:{form}"));
    for echo in [SECRET, form, &raw, &encoded] {
        let json = serde_json::json!({ "error": echo, "error_description": format!("you sent {echo}!") });
        let html = format!("<title>{echo}</title>");
        let long = format!("{} {echo}", echo.repeat(200));
        for (status, headers, body) in [
            (401, vec![], json.to_string()),
            (200, vec![], json.to_string()),
            (500, vec![], html),
            (500, vec![], format!("bad header: Basic {echo}")),
            (500, vec![], long),
            (302, vec![("location", echo)], String::new()),
            (500, vec![("x-request-id", echo)], String::new()),
            (400, vec![], serde_json::json!({ echo: 1 }).to_string()),
            (200, vec![], serde_json::json!({ "access_token": "own-t0ken", "token_type": echo }).to_string()),
            (200, vec![("x-request-id", echo)], r#"{"access_token":"t","token_type":"mac"}"#.into()),
        ] {
            let text = match answer(status, &headers, &body) {
                Ok(minted) => format!("{:?}", minted.peculiarities),
                Err(refusal) => format!("{refusal:?}"),
            };
            for part in [SECRET, form, &raw, &encoded] {
                assert!(!text.contains(part), "{status} {body}: {text}");
            }
            assert!(!text.contains("s3cr3t"), "a part was left: {text}");
        }
    }
}

#[test]
fn every_secret_of_the_request_is_removed() {
    for secret in [REFRESH, HEADER, PARAM] {
        for echo in [secret.to_owned(), form_encoded(secret).to_string()] {
            let body = serde_json::json!({ "error": "x", "error_description": echo }).to_string();
            assert_eq!(refused(400, &body).message, "x: [redacted]");
        }
    }
}

#[test]
fn a_long_echo_is_redacted_before_it_is_shortened() {
    let secret: String = ('!'..='~').cycle().filter(|c| c.is_ascii_alphanumeric()).take(500).collect();
    let client = Client {
        id: "id".into(),
        secret: secret.clone().into(),
        auth: ClientAuth::SecretPost,
        assertion: None,
    };
    let body = secret.repeat(10);
    let reply = Reply { status: 500, headers: &[], body: body.as_bytes() };
    let words = read(reply, Wall(0), &client, &request(&client), None, &AnswerFormat::default())
        .expect_err("a failure")
        .message;
    assert_eq!(words, "[redacted]".repeat(10));
}

#[test]
fn an_empty_secret_removes_nothing() {
    let client =
        Client { id: String::new(), secret: "".into(), auth: ClientAuth::SecretPost, assertion: None };
    assert_eq!(
        crate::oauth::token_answer::error_text::redact("as it is", &client, &request(&client)),
        "as it is"
    );
}

#[test]
fn values_too_short_to_be_secrets_stay() {
    let client = client();
    let mut request = request(&client);
    request.form.push(("three".into(), "abc".into()));
    request.form.push(("four".into(), "wxyz".into()));
    let reply = Reply { status: 500, headers: &[], body: b"abc wxyz" };
    let refusal =
        read(reply, Wall(0), &client, &request, None, &AnswerFormat::default()).expect_err("a failure");
    assert_eq!(refusal.message, "abc [redacted]");
}
