//! A token answer of status 200: either a token that can stand in a header, or words that can stand in a line.

use tollgate_core::oauth::token_answer::{Class, Reply, read};
use tollgate_core::time::clock::Wall;

use crate::asked;
use crate::message;

/// Checks one input.
pub fn check(data: &[u8]) {
    let (headers, body) = message::message(data);
    let (client, request) = asked::request();
    let reply = Reply { status: 200, headers: &headers, body };
    match read(reply, Wall(1_795_168_800_000), &client, &request, Some("read write")) {
        Ok(mut minted) => {
            minted.scope = None; // the server's own words, whatever they are; all else is ours
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
