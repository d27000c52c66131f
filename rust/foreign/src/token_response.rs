//! A token answer with status 200, read as RFC 6749 has it and as a profile with places of its own has it. Checks that it
//! gives a token that fits a header, or a message of one line.

use tollgate_core::failure::Code;
use tollgate_core::oauth::token_answer::{AnswerFormat, Class, LifetimeUnit, Place, Reply, read};
use tollgate_core::time::clock::Wall;

use crate::message;
use crate::request;

const PLACES: [&str; 4] = ["\"\"", "token", "/data/accessToken", "/0/a~1b"];

/// Checks one input.
pub fn check(data: &[u8]) {
    check_as(data, &AnswerFormat::default());
    // The length chooses among the formats: each input is read twice, and near ones in all ways.
    let token = PLACES[data.len() % PLACES.len()];
    let (_, unit) = LifetimeUnit::NAMES[data.len() / PLACES.len() % LifetimeUnit::NAMES.len()];
    let format = AnswerFormat {
        token: Place::read(token),
        lifetime: Place::read("/data/life").filter(|_| token.starts_with("/data")),
        unit: Some(unit),
        refresh_token: Place::read("/refresh").filter(|_| token == "token"),
        errors: &[],
    };
    check_as(data, &format);
}

fn check_as(data: &[u8], format: &AnswerFormat) {
    let (headers, body) = message::message(data);
    let (client, sent) = request::token_request();
    let reply = Reply { status: 200, headers: &headers, body };
    match read(reply, Wall(1_795_168_800_000), &client, &sent, Some("read write"), format) {
        Ok(mut minted) => {
            minted.scope = None; // the server's own text; all other fields are checked
            minted.peculiarities.clear(); // the server's own text too
            assert!(minted.missing_scopes.iter().all(|scope| ["read", "write"].contains(&scope.as_str())));
            assert!(!format!("{minted:?}").contains("access_token"));
        }
        Err(refusal) => {
            assert!(refusal.message.chars().count() <= 301 && !refusal.message.chars().any(char::is_control));
            let explained = refusal.code == Code::CredentialRejected || refusal.remedy.is_some();
            assert!(refusal.class != Class::Permanent || explained || refusal.is_about_binding());
        }
    }
}
