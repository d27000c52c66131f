//! Grants: RFC 6749 sections 4.3, 4.4 and 6, RFC 7523 (JWT), RFC 7522 (SAML), RFC 8693 (token exchange).

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

use crate::oauth::assertion::Assertion;
use crate::oauth::own_request::{Login, OwnRequest};
use crate::oauth::token_request::{Method, TokenRequest};

/// The grant of a request without a refresh token.
#[derive(Clone, Debug)]
pub enum Primary {
    /// The client's own (RFC 6749 section 4.4).
    ClientCredentials,
    /// A user's, by name and password (RFC 6749 section 4.3).
    Password {
        /// The user's name; public.
        username: String,
        /// The password. Zeroed when dropped; `Debug` hides it.
        password: SecretString,
    },
    /// That of the subject of a JWT (RFC 7523 section 2.1).
    JwtBearer(Bearer),
    /// That of the subject of a SAML assertion (RFC 7522 section 2.1), in base64url.
    Saml2Bearer(SecretString),
    /// That of the subject of another token (RFC 8693).
    TokenExchange(Box<Exchange>),
    /// A grant that the server defines (RFC 6749 section 4.5).
    Own(Box<OwnGrant>),
    /// A login that is no OAuth.
    Login(Login),
    /// No primary grant: only a refresh token gets a token.
    None,
}

/// A user, by name and password.
#[derive(Clone, Debug)]
pub struct User {
    /// Public.
    pub name: String,
    /// Zeroed when dropped; `Debug` hides it.
    pub password: SecretString,
}

/// A grant that the server defines. Its other parameters are those of [`Grant::params`].
#[derive(Clone, Debug)]
pub struct OwnGrant {
    /// The value of `grant_type`.
    pub grant_type: String,
    /// The user whose token is requested, if the grant has one.
    pub user: Option<User>,
}

/// The JWT of the JWT bearer grant.
#[derive(Clone, Debug)]
pub enum Bearer {
    /// Made elsewhere.
    Given(SecretString),
    /// Made and signed here for each request.
    Signed(Box<Assertion>),
}

/// Parameters of a token exchange (RFC 8693 section 2.1). Types are URIs.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The subject token.
    pub subject: SecretString,
    /// Type of the subject token.
    pub subject_type: String,
    /// The actor token and its type, if someone acts for the subject.
    pub actor: Option<(SecretString, String)>,
    /// Type of the requested token.
    pub requested_type: Option<String>,
}

/// What a credential can request a token with.
#[derive(Clone, Debug)]
pub struct GrantSources {
    /// Whether there is a primary grant.
    pub primary: bool,
    /// The first refresh token.
    pub refresh_token: Option<SecretString>,
    /// A file holds it, and may bring back one that was replaced.
    pub stored: bool,
}

impl GrantSources {
    /// A primary grant and no refresh token.
    pub const PRIMARY: Self = Self { primary: true, refresh_token: None, stored: false };
}

impl Primary {
    /// The value of the setting `grant`, or of `grant_type` for a grant that the server defines.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Own(own) => &own.grant_type,
            _ => self.kind(),
        }
    }

    /// The value of the setting `grant`; one for all grants that servers define.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Password { .. } => "password",
            Self::JwtBearer(_) => "jwt_bearer",
            Self::Saml2Bearer(_) => "saml2_bearer",
            Self::TokenExchange(_) => "token_exchange",
            Self::Own(_) => "own",
            Self::Login(_) => "login",
            Self::None => "refresh_token",
        }
    }

    /// The user whose name and password it sends.
    #[must_use]
    pub fn user(&self) -> Option<(&str, &SecretString)> {
        match self {
            Self::Password { username, password } => Some((username, password)),
            Self::Own(own) => own.user.as_ref().map(|user| (&*user.name, &user.password)),
            Self::Login(login) => login.user.as_ref().map(|user| (&*user.name, &user.password)),
            _ => None,
        }
    }

    /// The same for another user: a grant that the server defines and a login stay, any other becomes the password grant.
    #[must_use]
    pub fn for_user(&self, user: User) -> Self {
        match self {
            Self::Own(own) => {
                let grant_type = own.grant_type.clone();
                Self::Own(Box::new(OwnGrant { grant_type, user: Some(user) }))
            }
            Self::Login(login) => {
                Self::Login(Login { request: Arc::clone(&login.request), user: Some(user) })
            }
            _ => Self::Password { username: user.name, password: user.password },
        }
    }

    /// Whether its assertion is signed here.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        matches!(self, Self::JwtBearer(Bearer::Signed(_)))
    }

    /// Replaces the assertion or subject token.
    pub fn replace_secret(&mut self, secret: &str) {
        match self {
            Self::JwtBearer(Bearer::Given(assertion)) => *assertion = secret.into(),
            Self::Saml2Bearer(assertion) => *assertion = encoded_xml(secret),
            Self::TokenExchange(exchange) => exchange.subject = secret.into(),
            Self::JwtBearer(Bearer::Signed(_))
            | Self::ClientCredentials
            | Self::Password { .. }
            | Self::Own(_)
            | Self::Login(_)
            | Self::None => {}
        }
    }

    /// Whether its assertion or subject token is `secret`.
    #[must_use]
    pub fn presents(&self, secret: &str) -> bool {
        match self {
            Self::JwtBearer(Bearer::Given(held)) => held.expose_secret() == secret,
            Self::Saml2Bearer(held) => held.expose_secret() == encoded_xml(secret).expose_secret(),
            Self::TokenExchange(exchange) => exchange.subject.expose_secret() == secret,
            _ => true,
        }
    }

    /// The value of `grant_type`.
    pub(crate) fn grant_type(&self) -> Cow<'static, str> {
        if let Self::Own(own) = self {
            return Cow::Owned(own.grant_type.clone());
        }
        Cow::Borrowed(self.standard_grant_type())
    }

    const fn standard_grant_type(&self) -> &'static str {
        match self {
            Self::JwtBearer(_) => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            Self::Saml2Bearer(_) => "urn:ietf:params:oauth:grant-type:saml2-bearer",
            Self::TokenExchange(_) => "urn:ietf:params:oauth:grant-type:token-exchange",
            Self::ClientCredentials | Self::Password { .. } | Self::Own(_) | Self::Login(_) | Self::None => {
                self.kind()
            }
        }
    }

    /// Adds its form fields or assertion to the request.
    pub(crate) fn add_to(&self, request: &mut TokenRequest) {
        let mut field = |name: &'static str, value: SecretString| request.form.push((name.into(), value));
        match self {
            Self::ClientCredentials | Self::Login(_) | Self::None => {}
            Self::Password { username, password } => {
                field("username", username.clone().into());
                field("password", password.clone());
            }
            Self::Own(own) => {
                if let Some(User { name, password }) = &own.user {
                    field("username", name.clone().into());
                    field("password", password.clone());
                }
            }
            Self::JwtBearer(Bearer::Given(assertion)) | Self::Saml2Bearer(assertion) => {
                field("assertion", assertion.clone());
            }
            Self::JwtBearer(Bearer::Signed(assertion)) => {
                request.assertions.push(Assertion::clone(assertion))
            }
            Self::TokenExchange(exchange) => {
                field("subject_token", exchange.subject.clone());
                field("subject_token_type", exchange.subject_type.clone().into());
                if let Some((actor, kind)) = &exchange.actor {
                    field("actor_token", actor.clone());
                    field("actor_token_type", kind.clone().into());
                }
                if let Some(kind) = &exchange.requested_type {
                    field("requested_token_type", kind.clone().into());
                }
            }
        }
    }
}

/// The assertion in base64url (RFC 7522 section 2.1): XML is encoded, base64 is converted.
pub(crate) fn encoded_xml(text: &str) -> SecretString {
    let text = text.trim();
    if text.starts_with('<') {
        return URL_SAFE_NO_PAD.encode(text).into();
    }
    let letter = |c: char| match c {
        '+' => '-',
        '/' => '_',
        other => other,
    };
    text.trim_end_matches('=').chars().filter(|c| !c.is_whitespace()).map(letter).collect::<String>().into()
}

/// What a token request asks for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The primary grant.
    pub primary: Primary,
    /// Space-separated scopes, if any are requested.
    pub scope: Option<String>,
    /// Services that the token is for, by name (RFC 8693 section 2.1).
    pub audience: Vec<String>,
    /// Services that the token is for, by URI (RFC 8707 section 2).
    pub resource: Vec<String>,
    /// Additional header fields, names in lower case.
    pub headers: Vec<(String, SecretString)>,
    /// Additional form parameters; of a login with a body of its own, values that its templates may name.
    pub params: Vec<(String, SecretString)>,
    /// The method of its requests.
    pub method: Method,
    /// What is different in the request with a refresh token, if anything is.
    pub refresh_request: Option<Arc<OwnRequest>>,
}

impl Grant {
    /// `primary` alone.
    #[must_use]
    pub const fn of(primary: Primary) -> Self {
        Self {
            primary,
            scope: None,
            audience: Vec::new(),
            resource: Vec::new(),
            headers: Vec::new(),
            params: Vec::new(),
            method: Method::Post,
            refresh_request: None,
        }
    }
}

/// The grant of one token request.
#[derive(Clone, Debug)]
pub enum RequestGrant {
    /// The primary grant.
    Primary,
    /// This refresh token (RFC 6749 section 6).
    Refresh(SecretString),
}

impl RequestGrant {
    /// The value of the setting `grant`.
    #[must_use]
    pub fn name<'a>(&self, primary: &'a Primary) -> &'a str {
        match self {
            Self::Primary => primary.name(),
            Self::Refresh(_) => "refresh_token",
        }
    }
}

impl PartialEq for RequestGrant {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Primary, Self::Primary) => true,
            (Self::Refresh(one), Self::Refresh(two)) => one.expose_secret() == two.expose_secret(),
            _ => false,
        }
    }
}

impl Eq for RequestGrant {}
