//! What is known about common servers: the token endpoint and how the server differs from others. Data only; every
//! setting of a profile beats its preset. The rows are in `table`, what their errors mean in `errors`.

mod errors;
mod table;

use url::Url;

use crate::oauth::client_auth::ClientAuth;
use crate::oauth::token_answer::KnownError;
pub use table::{NAMES, PRESETS};

/// The `sub` of a `jwt_bearer` assertion if `assertion_subject` is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The issuer.
    Issuer,
    /// Left out: the server reads a subject as a user to act for.
    Omitted,
    /// The setting is required.
    Required,
}

/// A setting that a server requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Required {
    /// Its name.
    pub key: &'static str,
    /// What the server calls it, for forms.
    pub label: &'static str,
    /// What it means at this server, for messages.
    pub meaning: &'static str,
}

/// A kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The value of the setting `preset`.
    pub name: &'static str,
    /// The server's name in messages.
    pub title: &'static str,
    /// The page of its documentation that the row was written by.
    pub page: &'static str,
    /// By what its token endpoints are known: the end of a host, or, with a `/` before it, the end of a path.
    pub known_by: &'static [&'static str],
    /// The token endpoint; `{host}` and `{tenant}` are settings. Empty: it comes from `token_url` or `region`.
    pub token_url: &'static str,
    /// Default of `host`; empty: the setting is required.
    pub host: &'static str,
    /// Default of `tenant`; empty: the setting is required if `token_url` contains it.
    pub tenant: &'static str,
    /// What `tenant` means at this server, for messages.
    pub tenant_meaning: &'static str,
    /// Default of `grant`.
    pub grant: &'static str,
    /// How a client with a secret authenticates.
    pub with_secret: ClientAuth,
    /// Default audience of assertions; empty: the token endpoint.
    pub assertion_audience: &'static str,
    /// Default subject of assertions.
    pub subject: Subject,
    /// Scopes are a claim of the assertion, not a form field.
    pub scope_in_assertion: bool,
    /// Defaults of other settings.
    pub defaults: &'static [(&'static str, &'static str)],
    /// Settings that must be given.
    pub requires: &'static [Required],
    /// What the server's errors mean, where their status and standard code say otherwise.
    pub errors: &'static [KnownError],
}

impl Preset {
    /// The preset of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// The preset whose token endpoints look like this one.
    #[must_use]
    pub fn like(url: &Url) -> Option<&'static Self> {
        let host = url.host_str()?;
        let is_known = |end: &&str| match end.strip_prefix('/') {
            Some(_) => url.path().ends_with(end),
            None => host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
        };
        PRESETS.iter().find(|preset| preset.known_by.iter().any(is_known))
    }

    /// Its default of a setting.
    #[must_use]
    pub fn default_of(&self, key: &str) -> Option<&'static str> {
        self.defaults.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_of_an_error_is_written_as_words() {
        for row in PRESETS.iter().flat_map(|preset| preset.errors) {
            assert!(row.is_well_written(), "{row:?}");
        }
    }

    #[test]
    fn a_token_url_is_known_by_its_host_or_path() {
        for (url, name) in [
            ("https://login.mypurecloud.com.au/oauth/token", Some("genesys_cloud")),
            ("https://acme.okta.com/oauth2/default/v1/token", Some("okta")),
            ("https://sso.example.com/realms/a/protocol/openid-connect/token", Some("keycloak")),
            ("https://zoom.us/oauth/token", Some("zoom")),
            ("https://dev1.service-now.com/oauth_token.do", Some("servicenow")),
            ("https://pf.example.com:9031/as/token.oauth2", Some("ping_federate")),
            ("https://a.auth.eu-west-1.amazoncognito.com/oauth2/token", Some("cognito")),
            ("https://notzoom.us/oauth/token", None),
            ("https://login.example.com/oauth/token", None),
        ] {
            let like = Url::parse(url).ok().and_then(|url| Preset::like(&url));
            assert_eq!(like.map(|preset| preset.name), name, "{url}");
        }
    }

    #[test]
    fn every_default_is_a_setting_and_every_row_has_its_page() {
        for preset in &PRESETS[1..] {
            assert!(preset.page.starts_with("https://"), "{}", preset.name);
            let required = preset.requires.iter().map(|required| required.key);
            for key in preset.defaults.iter().map(|(key, _)| *key).chain(required) {
                assert!(crate::config::settings::row(key).is_some(), "{}: {key}", preset.name);
            }
        }
    }
}
