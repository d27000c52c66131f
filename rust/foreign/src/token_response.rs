//! A token answer with status 200. Checks that it gives a token that fits a header, or a message of one line.

use tollgate_core::oauth::token_answer::{Class, Reply, read};
use tollgate_core::time::clock::Wall;

use crate::message;
use crate::request;

/// Checks one input.
pub fn check(data: &[u8]) {
    let (headers, body) = message::message(data);
    let (client, sent) = request::token_request();
    let reply = Reply { status: 200, headers: &headers, body };
    match read(reply, Wall(1_795_168_800_000), &client, &sent, Some("read write")) {
        Ok(mut minted) => {
            minted.scope = None; // the server's own text; all other fields are checked
            assert!(minted.missing_scopes.iter().all(|scope| ["read", "write"].contains(&scope.as_str())));
            assert!(!format!("{minted:?}").contains("access_token"));
        }
        Err(refusal) => {
            assert!(refusal.message.chars().count() <= 301 && !refusal.message.chars().any(char::is_control));
            assert!(
                refusal.class != Class::Permanent || refusal.error.is_some() || refusal.is_about_binding()
            );
        }
    }
}
