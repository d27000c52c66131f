//! Finds the token endpoint of an issuer (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3).
//!
//! Invariants: metadata count only if they name exactly the configured issuer (RFC 8414 section 3.3), otherwise any server
//! could answer for it, whatever redirects led there; a token endpoint from metadata, and each redirect to them, must be as
//! safe as a configured one; the request contains no secret, so a refusal never costs a refresh token.

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

    /// Where the metadata at `url` are, if the server redirects to another place that is as safe (RFC 9110 section 15.4).
    #[must_use]
    pub fn redirect(&self, url: &Url, reply: &Reply<'_>) -> Option<Url> {
        let location = reply.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
        let is_redirect = matches!(reply.status, 301 | 302 | 303 | 307 | 308);
        let (_, location) = location.filter(|_| is_redirect)?;
        url.join(location).ok().filter(|url| is_safe(url, self.allow_http))
    }

    /// The token endpoint that the metadata at `url` name.
    ///
    /// # Errors
    /// Every answer without a usable token endpoint.
    pub fn token_endpoint(&self, url: &Url, reply: &Reply<'_>, received: Wall) -> Result<Url, Refusal> {
        let refused = |message: String| Refusal { of_issuer: true, ..by_status(reply, received, &message) };
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
    fn a_redirect_is_followed_to_a_place_as_safe_as_the_issuer() {
        let place = "https://sso.example.com/a/.well-known/openid-configuration";
        let to = |status, location: &str| {
            let headers = [("Location".to_owned(), location.to_owned())];
            let reply = Reply { status, headers: &headers, body: b"" };
            issuer("https://sso.example.com/a")
                .redirect(&Url::parse(place).unwrap(), &reply)
                .map(String::from)
        };
        assert_eq!(to(302, "/b"), Some("https://sso.example.com/b".into()));
        assert_eq!(to(308, "https://login.example.com/c"), Some("https://login.example.com/c".into()));
        for (status, location) in [
            (200, "/b"),
            (404, "/b"),
            (304, "/b"),
            (301, "http://sso.example.com/b"),
            (301, "https://u:p@x/"),
        ] {
            assert_eq!(to(status, location), None, "{status} {location}");
        }
    }

    /// Nothing was sent that the issuer could have refused.
    #[test]
    fn no_refusal_of_the_issuer_is_one_of_the_grant() {
        for status in [400, 401] {
            let refusal = found("https://sso.example.com", status, "").unwrap_err();
            assert!(refusal.is_permanent() && !refusal.is_about_grant(), "{status}");
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
            assert!(refusal.of_issuer);
            assert_eq!(refusal.retry_after.map(|named| named.wait.as_secs()), Some(7));
            assert!(refusal.message.contains(".well-known/openid-configuration"), "{}", refusal.message);
        }
    }
}
