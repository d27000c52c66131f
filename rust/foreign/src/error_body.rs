//! A refusal with the status in its first line. The server echoes a secret at each `$` of the input. Checks that no text
//! contains it.

use tollgate_core::oauth::token_answer::{AnswerFormat, Reply, read};
use tollgate_core::time::clock::Wall;

use crate::message;
use crate::request;

/// Checks one input.
pub fn check(data: &[u8]) {
    let line = data.iter().position(|b| *b == b'\n').unwrap_or(data.len());
    let status = std::str::from_utf8(&data[..line]).ok().and_then(|status| status.parse().ok());
    let rest = data.get(line + 1..).unwrap_or_default();
    let echoed = rest.split(|b| *b == b'$').collect::<Vec<_>>().join(request::SECRET.as_bytes());
    let (headers, body) = message::message(&echoed);
    let (client, sent) = request::token_request();
    let reply = Reply { status: status.unwrap_or(400), headers: &headers, body };
    if let Err(refusal) = read(reply, Wall(1_795_168_800_000), &client, &sent, None, &AnswerFormat::default())
    {
        let text = format!("{refusal:?}");
        assert!(!text.contains(request::SECRET), "{text}");
        assert!(refusal.message.chars().count() <= 301 && !refusal.message.chars().any(char::is_control));
        assert!(refusal.retry_after.is_none_or(|named| !named.wait.is_zero()));
    }
}
