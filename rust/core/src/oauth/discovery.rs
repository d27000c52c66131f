//! Where an issuer has its token endpoint (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3).
//!
//! Invariants: metadata counts only if it names exactly the issuer that was asked (RFC 8414 section 3.3), or any server
//! could speak for it; a token endpoint that was found must be as safe as one that was set; nothing secret is sent to find
//! it, so a refusal never costs a refresh token.

use serde_json::Value;
use url::Url;

use crate::oauth::endpoint_url::is_safe;
use crate::oauth::token_answer::{Class, Refusal, Reply, answered_instead};
use crate::time::clock::Wall;

/// A server that says itself where its endpoints are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// As the user wrote it, and as it must name itself.
    pub name: String,
    /// The same as a URL.
    pub url: Url,
    /// Whether plain `http` is allowed beyond loopback.
    pub allow_http: bool,
}

impl Issuer {
    /// Where its metadata may be: as OpenID Connect has it, then as RFC 8414 section 3.1 has it.
    #[must_use]
    pub fn metadata_urls(&self) -> [Url; 2] {
        let path = self.url.path().trim_end_matches('/');
        [
            format!("{path}/.well-known/openid-configuration"),
            format!("/.well-known/oauth-authorization-server{path}"),
        ]
        .map(|path| {
            let mut place = self.url.clone();
            place.set_path(&path);
            place
        })
    }

    /// The token endpoint that the metadata at `place` names.
    ///
    /// # Errors
    /// Every answer that names none, or none that may be used.
    pub fn token_endpoint(&self, place: &Url, reply: &Reply<'_>, received: Wall) -> Result<Url, Refusal> {
        let refused = |words: String| answered_instead(reply, received, &words);
        let wrong = |words: String| Refusal {
            class: Class::Permanent,
            ..refused(format!("the metadata at {place} {words}"))
        };
        if !(200..300).contains(&reply.status) {
            return Err(refused(format!("no metadata of the issuer at {place}")));
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
    fn metadata_is_looked_for_where_the_standards_have_it() {
        let places = |name| issuer(name).metadata_urls().map(String::from);
        assert_eq!(
            places("https://sso.example.com/realms/load"),
            [
                "https://sso.example.com/realms/load/.well-known/openid-configuration",
                "https://sso.example.com/.well-known/oauth-authorization-server/realms/load",
            ]
        );
        assert_eq!(
            places("https://acme.auth0.com/"),
            [
                "https://acme.auth0.com/.well-known/openid-configuration",
                "https://acme.auth0.com/.well-known/oauth-authorization-server",
            ]
        );
    }

    #[test]
    fn an_issuer_speaks_for_itself_alone() {
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
            assert!(refusal.words.contains(part), "{} lacks {part}", refusal.words);
        }
    }

    #[test]
    fn a_refusal_means_what_its_status_grant_sources() {
        for (status, class) in [(404, Class::Permanent), (429, Class::Throttled), (503, Class::Unavailable)] {
            let refusal = found("https://sso.example.com", status, "").unwrap_err();
            assert_eq!(
                (refusal.class, refusal.status, refusal.maybe_processed),
                (class, Some(status), false)
            );
            assert_eq!(refusal.retry_after.map(|named| named.wait.as_secs()), Some(7));
            assert!(refusal.words.contains(".well-known/openid-configuration"), "{}", refusal.words);
        }
    }
}
