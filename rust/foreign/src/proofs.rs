//! Header lines of an answer about proofs, and a request's URL in the body. Checks that a nonce fits a proof, and that a
//! target contains no secret part of the URL.

use tollgate_core::oauth::dpop::{challenge, nonce, target};
use url::Url;

use crate::message;

/// Checks one input.
pub fn check(data: &[u8]) {
    let (headers, url) = message::message(data);
    if let Some(nonce) = nonce(&headers) {
        assert!(
            (1..=1024).contains(&nonce.len()) && nonce.bytes().all(|b| b.is_ascii_graphic()),
            "{nonce:?}"
        );
        assert!(!nonce.contains(['"', '\\']), "{nonce:?}");
    }
    if let Some(said) = challenge(&headers) {
        let values = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
        let ours = |value: &str| value.to_ascii_lowercase().contains("dpop");
        assert!(values.clone().any(|(_, value)| ours(value)), "{said:?}");
    }
    if let Some(found) = target(&String::from_utf8_lossy(url)) {
        let read = Url::parse(&found.url).expect("a parsed URL is a URL");
        assert!(read.query().is_none() && read.fragment().is_none(), "{}", found.url);
        assert!(read.username().is_empty() && read.password().is_none(), "{}", found.url);
        assert_eq!(target(&found.url).as_ref(), Some(&found), "the same again");
        assert!(found.origin.starts_with("http"), "{}", found.origin);
    }
}
