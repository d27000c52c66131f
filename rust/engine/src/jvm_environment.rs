//! What the JVM knows about the network and Rust does not: proxies and trust anchors.

use reqwest::Url;
use serde_json::Value;

/// Proxy and trust settings of the JVM that hosts the engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// For `http` token endpoints (`http.proxyHost` …).
    pub http: Option<JvmProxy>,
    /// For `https` token endpoints (`https.proxyHost` …).
    pub https: Option<JvmProxy>,
    /// `http.nonProxyHosts`: `a|*.b|c.*`.
    pub non_proxy_hosts: Vec<String>,
    /// The trust anchors of the JVM, DER.
    pub anchors: Vec<Vec<u8>>,
}

/// One proxy. `Debug` hides the password.
#[derive(Clone, PartialEq, Eq)]
pub struct JvmProxy {
    host: String,
    port: u16,
    user: Option<String>,
    password: Option<String>,
}

impl std::fmt::Debug for JvmProxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl Environment {
    /// Reads what Java passes: `{"proxy":{"http":{"host","port","user","password"},"https":{…},"non_proxy_hosts":"a|*.b"}}`.
    /// Whatever is missing or unreadable is as if it were not set.
    #[must_use]
    pub fn read(json: &str, anchors: Vec<Vec<u8>>) -> Self {
        let json: Value = serde_json::from_str(json).unwrap_or_default();
        let proxies = &json["proxy"];
        let hosts = proxies["non_proxy_hosts"].as_str().unwrap_or_default();
        let non_proxy_hosts =
            hosts.split('|').map(|host| host.trim().to_ascii_lowercase()).filter(|h| !h.is_empty());
        Self {
            http: JvmProxy::read(&proxies["http"], 80),
            https: JvmProxy::read(&proxies["https"], 443),
            non_proxy_hosts: non_proxy_hosts.collect(),
            anchors,
        }
    }

    /// Whether there is a proxy for anything.
    pub(crate) fn has_proxies(&self) -> bool {
        self.http.is_some() || self.https.is_some()
    }

    /// The proxy for a request to `url`, as the JVM would choose it.
    pub(crate) fn proxy_for(&self, url: &Url) -> Option<Url> {
        if !self.has_proxies() {
            return None;
        }
        let host = url.host_str()?.trim_matches(['[', ']']).to_ascii_lowercase();
        if self.non_proxy_hosts.iter().any(|pattern| matches(pattern, &host)) {
            return None;
        }
        let proxy = if url.scheme() == "https" { &self.https } else { &self.http };
        proxy.as_ref()?.url()
    }
}

impl JvmProxy {
    fn read(json: &Value, default_port: u16) -> Option<Self> {
        let text = |name: &str| {
            json[name].as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let port = match &json["port"] {
            Value::Number(number) => number.as_u64().and_then(|port| u16::try_from(port).ok()),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        Some(Self {
            host: text("host")?,
            port: port.unwrap_or(default_port),
            user: text("user"),
            password: text("password"),
        })
    }

    fn url(&self) -> Option<Url> {
        let mut url = Url::parse(&format!("http://{}:{}", self.host, self.port)).ok()?;
        if let Some(user) = &self.user {
            url.set_username(user).ok()?;
            url.set_password(self.password.as_deref()).ok()?;
        }
        Some(url)
    }
}

/// The JVM's patterns: a `*` at the start or the end, or none.
fn matches(pattern: &str, host: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(""), _) => true,
        (Some(end), _) => host.ends_with(end),
        (None, Some(start)) => host.starts_with(start),
        (None, None) => host == pattern.trim_matches(['[', ']']),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(environment: &Environment, url: &str) -> Option<String> {
        environment.proxy_for(&Url::parse(url).unwrap()).map(|url| url.to_string())
    }

    #[test]
    fn proxies_and_exceptions_are_chosen_as_the_jvm_does() {
        let json = r#"{"proxy":{"https":{"host":"proxy","port":"3128","user":"u","password":"p"},
                       "non_proxy_hosts":"localhost|127.*|*.corp.example"}}"#;
        let environment = Environment::read(json, Vec::new());
        assert_eq!(chosen(&environment, "https://login.example/").as_deref(), Some("http://u:p@proxy:3128/"));
        assert_eq!(chosen(&environment, "https://sso.CORP.example/"), None);
        assert_eq!(chosen(&environment, "https://127.0.0.1/"), None);
        assert_eq!(chosen(&environment, "http://login.example/"), None);
        assert!(!format!("{environment:?}").contains("\"p\""));
    }

    #[test]
    fn nothing_readable_is_no_proxy() {
        for json in ["", "null", "[]", "{}", r#"{"proxy":{"https":{"host":""}}}"#] {
            assert_eq!(Environment::read(json, Vec::new()), Environment::default(), "{json}");
        }
    }
}
