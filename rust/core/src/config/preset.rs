//! What is known of the servers that people test against: where the token endpoint is and what the server wants
//! otherwise than others. Data only; every setting of a profile wins over its preset.

use crate::oauth::client_auth::ClientAuth;

/// On whose behalf a JWT of the `jwt_bearer` grant speaks when `assertion_subject` is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The issuer's own.
    Issuer,
    /// Nobody's: the server takes a subject as a wish to act for a user.
    Nobody,
    /// It must be set.
    Required,
}

/// A kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// As the setting `preset` names it.
    pub name: &'static str,
    /// The token endpoint; `{host}` and `{tenant}` are settings. Empty: `token_url` or `region` says it.
    pub token_url: &'static str,
    /// `host` where it is not set; empty: it must be.
    pub host: &'static str,
    /// `tenant` where it is not set; empty: it must be, if it stands in `token_url`.
    pub tenant: &'static str,
    /// What `tenant` is called there, for those who have to be told to set it.
    pub tenant_is: &'static str,
    /// `grant` where it is not set.
    pub grant: &'static str,
    /// How a client with a secret proves itself.
    pub with_secret: ClientAuth,
    /// The audience of statements where it is not set; empty: the token endpoint.
    pub assertion_audience: &'static str,
    /// Whom they speak for.
    pub subject: Subject,
    /// Scopes are asked for in the statement, not in the form.
    pub scope_in_assertion: bool,
}

const GENERIC: Preset = Preset {
    name: "generic",
    token_url: "",
    host: "",
    tenant: "",
    tenant_is: "",
    grant: "client_credentials",
    with_secret: ClientAuth::SecretBasic,
    assertion_audience: "",
    subject: Subject::Issuer,
    scope_in_assertion: false,
};

/// The kinds there are; the first is the one without peculiarities.
pub const PRESETS: [Preset; 8] = [
    GENERIC,
    // Reads id and secret as they are, not form-encoded; its token endpoint goes by region.
    Preset { name: "genesys_cloud", with_secret: ClientAuth::SecretBasicRaw, ..GENERIC },
    Preset {
        name: "keycloak",
        token_url: "https://{host}/realms/{tenant}/protocol/openid-connect/token",
        tenant_is: "the realm",
        ..GENERIC
    },
    // A client's id holds no character that form-encoding would change, its secret may: Entra documents the body.
    Preset {
        name: "entra",
        token_url: "https://{host}/{tenant}/oauth2/v2.0/token",
        host: "login.microsoftonline.com",
        tenant_is: "the directory's id or domain",
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
    // A service account: its key file is the `private_key`, its scopes stand in the statement, a subject is a user to
    // act for.
    Preset {
        name: "google",
        token_url: "https://{host}/token",
        host: "oauth2.googleapis.com",
        grant: "jwt_bearer",
        with_secret: ClientAuth::SecretPost,
        subject: Subject::Nobody,
        scope_in_assertion: true,
        ..GENERIC
    },
    // The audience is the login host, the subject the user's name.
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
    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.name == name)
    }
}
