//! What is known about common servers: the token endpoint and how the server differs from others. Data only; every
//! setting of a profile beats its preset.

use crate::oauth::client_auth::ClientAuth;
use crate::oauth::token_answer::KnownError;

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

/// A kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The value of the setting `preset`.
    pub name: &'static str,
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
    /// What the server's errors mean, where their status and standard code say otherwise.
    pub errors: &'static [KnownError],
}

const GENERIC: Preset = Preset {
    name: "generic",
    token_url: "",
    host: "",
    tenant: "",
    tenant_meaning: "",
    grant: "client_credentials",
    with_secret: ClientAuth::SecretBasic,
    assertion_audience: "",
    subject: Subject::Issuer,
    scope_in_assertion: false,
    errors: &[],
};

/// All presets; the first has no peculiarities.
pub const PRESETS: [Preset; 8] = [
    GENERIC,
    // Does not form-decode id and secret; the token endpoint depends on the region.
    Preset { name: "genesys_cloud", with_secret: ClientAuth::SecretBasicRaw, ..GENERIC },
    Preset {
        name: "keycloak",
        token_url: "https://{host}/realms/{tenant}/protocol/openid-connect/token",
        tenant_meaning: "the realm",
        ..GENERIC
    },
    // Form-encoding never changes a client's id but may change its secret, so send both in the body, as Entra documents.
    Preset {
        name: "entra",
        token_url: "https://{host}/{tenant}/oauth2/v2.0/token",
        host: "login.microsoftonline.com",
        tenant_meaning: "the directory's id or domain",
        with_secret: ClientAuth::SecretPost,
        ..GENERIC
    },
    Preset {
        name: "okta",
        token_url: "https://{host}/oauth2/{tenant}/v1/token",
        tenant: "default",
        ..GENERIC
    },
    Preset {
        name: "auth0",
        token_url: "https://{host}/oauth/token",
        with_secret: ClientAuth::SecretPost,
        ..GENERIC
    },
    // A service account: `private_key` is its key file, scopes are a claim of the assertion, a subject is a user to act
    // for.
    Preset {
        name: "google",
        token_url: "https://{host}/token",
        host: "oauth2.googleapis.com",
        grant: "jwt_bearer",
        with_secret: ClientAuth::SecretPost,
        subject: Subject::Omitted,
        scope_in_assertion: true,
        ..GENERIC
    },
    // The audience is the login host, the subject a user name.
    Preset {
        name: "salesforce",
        token_url: "https://{host}/services/oauth2/token",
        host: "login.salesforce.com",
        with_secret: ClientAuth::SecretPost,
        assertion_audience: "https://{host}",
        subject: Subject::Required,
        ..GENERIC
    },
];

impl Preset {
    /// The preset of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.name == name)
    }
}
