//! Finds the token endpoint of an issuer (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3).
//!
//! Invariants: metadata count only if they name exactly the configured issuer (RFC 8414 section 3.3), otherwise any server
//! could answer for it; a token endpoint from metadata must be as safe as a configured one; the request contains no secret,
//! so a refusal never costs a refresh token.

use serde_json::Value;
use url::Url;

use crate::oauth::endpoint_url::is_safe;
use crate::oauth::token_answer::{Class, Refusal, Reply, by_status};
use crate::time::clock::Wall;

/// A server whose metadata name its endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// As configured; the metadata must repeat it.
    pub name: String,
    /// The same as a URL.
    pub url: Url,
    /// Whether plain `http` is allowed for other hosts than loopback.
    pub allow_http: bool,
}

impl Issuer {
    /// The URLs of its metadata: that of OpenID Connect, then that of RFC 8414 section 3.1.
    #[must_use]
    pub fn metadata_urls(&self) -> [Url; 2] {
        let path = self.url.path().trim_end_matches('/');
        [
            format!("{path}/.well-known/openid-configuration"),
            format!("/.well-known/oauth-authorization-server{path}"),
        ]
        .map(|path| {
            let mut url = self.url.clone();
            url.set_path(&path);
            url
        })
    }

    /// The token endpoint that the metadata at `url` name.
    ///
    /// # Errors
    /// Every answer without a usable token endpoint.
    pub fn token_endpoint(&self, url: &Url, reply: &Reply<'_>, received: Wall) -> Result<Url, Refusal> {
        let refused = |message: String| by_status(reply, received, &message);
        let wrong = |message: String| Refusal {
            class: Class::Permanent,
            ..refused(format!("the metadata at {url} {message}"))
        };
        if !(200..300).contains(&reply.status) {
            return Err(refused(format!("no metadata of the issuer at {url}")));
        }
        let Ok(metadata) = serde_json::from_slice::<Value>(reply.body) else {
            return Err(wrong("is not JSON".into()));
        };
        let text = |name: &str| metadata.get(name).and_then(Value::as_str).unwrap_or_default();
        let issuer = text("issuer");
        if issuer != self.name {
            let said: String = issuer.chars().filter(|c| !c.is_control()).take(200).collect();
            return Err(wrong(format!(
                "is of the issuer '{said}': set issuer exactly so, if that is the one"
            )));
        }
        let endpoint = Url::parse(text("token_endpoint")).ok();
        endpoint.filter(|url| is_safe(url, self.allow_http)).ok_or_else(|| {
            wrong("names no token_endpoint that can be used (https, without user or fragment)".into())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Code;

    fn issuer(name: &str) -> Issuer {
        Issuer { name: name.into(), url: Url::parse(name).unwrap(), allow_http: false }
    }

    fn found(name: &str, status: u16, body: &str) -> Result<String, Refusal> {
        let issuer = issuer(name);
        let reply = Reply { status, headers: &[("Retry-After".into(), "7".into())], body: body.as_bytes() };
        issuer.token_endpoint(&issuer.metadata_urls()[0], &reply, Wall(0)).map(String::from)
    }

    #[test]
    fn the_metadata_urls_are_those_of_the_standards() {
        let urls = |name| issuer(name).metadata_urls().map(String::from);
        assert_eq!(
            urls("https://sso.example.com/realms/load"),
            [
                "https://sso.example.com/realms/load/.well-known/openid-configuration",
                "https://sso.example.com/.well-known/oauth-authorization-server/realms/load",
            ]
        );
        assert_eq!(
            urls("https://acme.auth0.com/"),
            [
                "https://acme.auth0.com/.well-known/openid-configuration",
                "https://acme.auth0.com/.well-known/oauth-authorization-server",
            ]
        );
    }

    #[test]
    fn metadata_must_repeat_the_issuer() {
        const NAME: &str = "https://sso.example.com";
        let body = |issuer: &str, endpoint: &str| {
            format!(r#"{{"issuer":"{issuer}","token_endpoint":"{endpoint}"}}"#)
        };
        assert_eq!(
            found(NAME, 200, &body(NAME, "https://t.example.com/x")),
            Ok("https://t.example.com/x".into())
        );
        for (body, part) in [
            (body("https://sso.example.com/", "https://t/x"), "is of the issuer 'https://sso.example.com/'"),
            (body("https://evil.example.com", "https://t/x"), "is of the issuer 'https://evil.example.com'"),
            (body(NAME, "http://t.example.com/x"), "no token_endpoint that can be used"),
            (body(NAME, "https://u:p@t.example.com/x"), "no token_endpoint that can be used"),
            (body(NAME, "/relative"), "no token_endpoint that can be used"),
            (format!(r#"{{"issuer":"{NAME}"}}"#), "no token_endpoint that can be used"),
            ("<html>".into(), "is not JSON"),
        ] {
            let refusal = found(NAME, 200, &body).unwrap_err();
            assert_eq!(
                (refusal.class, refusal.code, refusal.maybe_processed),
                (Class::Permanent, Code::Protocol, false)
            );
            assert!(refusal.message.contains(part), "{} lacks {part}", refusal.message);
        }
    }

    #[test]
    fn a_refusal_means_what_its_status_means() {
        for (status, class) in [(404, Class::Permanent), (429, Class::Throttled), (503, Class::Unavailable)] {
            let refusal = found("https://sso.example.com", status, "").unwrap_err();
            assert_eq!(
                (refusal.class, refusal.status, refusal.maybe_processed),
                (class, Some(status), false)
            );
            assert_eq!(refusal.retry_after.map(|named| named.wait.as_secs()), Some(7));
            assert!(refusal.message.contains(".well-known/openid-configuration"), "{}", refusal.message);
        }
    }
}
