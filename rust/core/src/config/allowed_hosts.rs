//! The setting `allowed_hosts`: where a token may be sent.
//!
//! A redirect or an embedded resource is enough to send a token to a host that is not the API's. With an empty list the
//! plan decides, and tokens that go to another host are only reported. A list is enforced: an unknown origin is not on it.

use std::fmt;

use url::{Host, Url};

/// The hosts that a profile's token may be sent to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<Pattern>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    /// In lower case; of `*.example.com` only `example.com`.
    host: String,
    /// `*.`: matches subdomains of `host`, not `host` itself.
    subdomains: bool,
    /// `None` matches any port.
    port: Option<u16>,
}

impl AllowedHosts {
    /// Parses a list separated by commas or blanks: `api.example.com`, `*.example.com`, `localhost:8443`.
    ///
    /// # Errors
    /// The first entry that is no host.
    pub fn read(text: &str) -> Result<Self, &str> {
        let entries = text.split([',', ' ', '\t', '\n', '\r']).filter(|entry| !entry.is_empty());
        entries.map(|entry| Pattern::read(entry).ok_or(entry)).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a token may be sent to any host.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a token may be sent to `origin`, like `https://api.example.com:443`. An unknown or malformed origin is on
    /// no list.
    #[must_use]
    pub fn permits(&self, origin: &str) -> bool {
        self.is_empty()
            || HostAndPort::of(origin)
                .is_some_and(|place| self.0.iter().any(|pattern| pattern.matches(&place)))
    }

    /// Whether a token meant for `own` that went to `to` left its host: `to` is off the list or, without a list, has
    /// another host or port. A change from http to https of one host is allowed.
    #[must_use]
    pub fn is_elsewhere(&self, own: &str, to: &str) -> bool {
        if !self.is_empty() {
            return !self.permits(to);
        }
        match (HostAndPort::of(own), HostAndPort::of(to)) {
            (Some(own), Some(to)) => {
                own.host != to.host || (own.port != to.port && [own.port, to.port] != [80, 443])
            }
            _ => own != to,
        }
    }
}

/// As in settings.
impl fmt::Display for AllowedHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, Pattern { host, subdomains, port }) in self.0.iter().enumerate() {
            let (comma, star) = (if n > 0 { ", " } else { "" }, if *subdomains { "*." } else { "" });
            write!(f, "{comma}{star}{host}")?;
            port.map_or(Ok(()), |port| write!(f, ":{port}"))?;
        }
        Ok(())
    }
}

impl Pattern {
    fn read(entry: &str) -> Option<Self> {
        let (subdomains, rest) = entry.strip_prefix("*.").map_or((false, entry), |rest| (true, rest));
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !rest.ends_with(']') => (host, Some(port.parse().ok().filter(|n| *n > 0)?)),
            _ => (rest, None),
        };
        if host.contains('*') {
            return None; // `Host::parse` accepts it
        }
        let host = match Host::parse(host).ok()? {
            Host::Domain(name) => name,
            _ if subdomains => return None,
            address => address.to_string(),
        };
        Some(Self { host, subdomains, port })
    }

    fn matches(&self, place: &HostAndPort) -> bool {
        let host = if self.subdomains {
            place
                .host
                .strip_suffix(&self.host)
                .is_some_and(|before| before.len() > 1 && before.ends_with('.'))
        } else {
            place.host == self.host
        };
        host && self.port.is_none_or(|port| port == place.port)
    }
}

/// Host and port of an origin.
struct HostAndPort {
    host: String,
    port: u16,
}

impl HostAndPort {
    fn of(origin: &str) -> Option<Self> {
        let url = Url::parse(origin).ok()?;
        let port = url.port_or_known_default()?;
        // `url` keeps the case of the host if it does not know the scheme.
        Some(Self { host: url.host_str()?.to_ascii_lowercase(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> AllowedHosts {
        AllowedHosts::read(text).unwrap()
    }

    #[test]
    fn an_empty_list_permits_every_host() {
        for origin in ["https://api.example.com:443", "", "what"] {
            assert!(list(" ").permits(origin), "{origin}");
        }
        assert!(list("").is_empty() && !list("a.example").is_empty());
    }

    #[test]
    fn a_star_matches_subdomains_only() {
        let hosts = list("api.example.com, *.test.example.com localhost:8443 [::1] 10.0.0.1:80");
        for (origin, permitted) in [
            ("https://api.example.com:443", true),
            ("http://API.Example.com:8080", true),
            ("https://x.api.example.com:443", false),
            ("https://notapi.example.com:443", false),
            ("https://api.example.com.evil.example:443", false),
            ("https://a.test.example.com:443", true),
            ("https://a.b.test.example.com:443", true),
            ("wss://a.test.example.com", true),
            ("https://test.example.com:443", false),
            ("https://.test.example.com:443", false),
            ("https://eviltest.example.com:443", false),
            ("https://localhost:8443", true),
            ("https://localhost:8444", false),
            ("https://localhost", false),
            ("http://[::1]:1", true),
            ("http://10.0.0.1", true),
            ("http://10.0.0.1:81", false),
            ("https://user@evil.example:443", false),
            ("api.example.com", false),
            ("", false),
        ] {
            assert_eq!(hosts.permits(origin), permitted, "{origin}");
        }
    }

    #[test]
    fn an_entry_that_is_no_host_is_named() {
        for (text, entry) in [
            ("a.example, https://b.example", "https://b.example"),
            ("a.example/x", "a.example/x"),
            ("*", "*"),
            ("a.*", "a.*"),
            ("*.10.0.0.1", "*.10.0.0.1"),
            ("a.example:0", "a.example:0"),
            ("a.example:http", "a.example:http"),
            ("a.example:99999", "a.example:99999"),
        ] {
            assert_eq!(AllowedHosts::read(text), Err(entry), "{text}");
        }
    }

    #[test]
    fn elsewhere_means_another_host_or_off_the_list() {
        for (own, to, is_elsewhere) in [
            ("https://a.example:443", "https://a.example:443", false),
            ("https://a.example:443", "https://A.example", false),
            ("http://a.example:80", "https://a.example:443", false),
            ("https://a.example:443", "http://a.example:80", true),
            ("https://a.example:443", "https://b.example:443", true),
            ("http://a.example:80", "http://a.example:8080", true),
            ("http://a.example:80", "", true),
        ] {
            assert_eq!(list("").is_elsewhere(own, to), is_elsewhere, "{own} {to}");
        }
        assert!(!list("*.example").is_elsewhere("https://a.example", "https://b.example"));
        assert!(list("a.example").is_elsewhere("https://a.example", "https://b.example"));
    }

    #[test]
    fn a_list_is_formatted_as_in_settings() {
        assert_eq!(list("A.example *.b.example:8443").to_string(), "a.example, *.b.example:8443");
    }
}
