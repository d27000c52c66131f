//! The metadata of an issuer, after the status in the first line. Checks that an accepted URL may get a secret, and that a
//! refusal is a message of one line.

use tollgate_core::oauth::discovery::Issuer;
use tollgate_core::oauth::token_answer::Reply;
use tollgate_core::time::clock::Wall;

use crate::message;

const NAME: &str = "https://issuer.example.com";

/// Checks one input.
pub fn check(data: &[u8]) {
    let line = data.iter().position(|b| *b == b'\n').unwrap_or(data.len());
    let status = std::str::from_utf8(&data[..line]).ok().and_then(|status| status.parse().ok());
    let (headers, body) = message::message(data.get(line + 1..).unwrap_or_default());
    let issuer = Issuer { name: NAME.into(), url: NAME.parse().expect("a URL"), allow_http: false };
    let reply = Reply { status: status.unwrap_or(200), headers: &headers, body };
    match issuer.token_endpoint(&issuer.metadata_urls()[0], &reply, Wall(1_795_168_800_000)) {
        Ok(url) => {
            let loopback = ["127.", "[::", "localhost"]
                .iter()
                .any(|host| url.host_str().is_some_and(|h| h.starts_with(host)));
            assert!(url.scheme() == "https" || url.scheme() == "http" && loopback, "{url}");
            assert!(
                url.username().is_empty() && url.password().is_none() && url.fragment().is_none(),
                "{url}"
            );
            assert!(String::from_utf8_lossy(body).contains("issuer"), "metadata without issuer");
        }
        Err(refusal) => {
            assert!(refusal.message.chars().count() <= 301 && !refusal.message.chars().any(char::is_control));
            assert!(!refusal.maybe_processed, "nothing secret was sent");
        }
    }
}
