//! A profile: its settings, validated once.
//!
//! 100,000 users of one profile differ in name and password only, so they share one [`SharedSettings`]. Invariant: shared
//! settings never change; a changed profile gets new ones.

mod answer_format;
mod api;
mod client;
mod dpop;
mod endpoint;
mod grant;
mod key;
mod keyring;
mod own_request;
mod policy;
mod primary;
mod requests;
mod store;
mod transport;
mod validate;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::config::allowed_hosts::AllowedHosts;
use crate::config::answer_rules::AnswerRules;
use crate::config::placement::Placement;
use crate::config::policy::Policy;
use crate::config::settings::Source;
use crate::failure::{Code, Failure};
use crate::oauth::client_auth::Client;
use crate::oauth::discovery::Issuer;
use crate::oauth::dpop::Binding;
use crate::oauth::grant::{Grant, Primary, User};
use crate::oauth::token_answer::AnswerFormat;
pub use grant::StoredRefreshToken;
pub use keyring::{KeyringClient, LanePosition};
pub use primary::GRANT_TYPES;
pub use store::{StoreSettings, Topology};
pub use transport::{Proxy, Transport};

/// What a sampler does without a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnTokenFailure {
    /// The sample fails and says why.
    FailSample,
    /// The request is sent without the header.
    SendWithout,
    /// The sample fails and its thread ends.
    StopThread,
    /// The sample fails and the test stops.
    StopTest,
}

impl OnTokenFailure {
    const NAMES: [(&'static str, Self); 4] = [
        ("fail_sample", Self::FailSample),
        ("send_without", Self::SendWithout),
        ("stop_thread", Self::StopThread),
        ("stop_test", Self::StopTest),
    ];

    /// Its spelling in settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, value)| *value == self).map_or("fail_sample", |(name, _)| name)
    }
}

/// A validated profile, or one user of it.
#[derive(Clone, Debug)]
pub struct Profile {
    shared: Arc<SharedSettings>,
    owner: TokenOwner,
}

/// Whose token is requested.
#[derive(Clone, Debug)]
enum TokenOwner {
    /// The profile's own. Holds the settings of its users, once it has one.
    Profile(OnceLock<Arc<SharedSettings>>),
    /// A user's, by [`Profile::for_user`].
    User(Primary),
}

impl Deref for Profile {
    type Target = SharedSettings;

    fn deref(&self) -> &SharedSettings {
        &self.shared
    }
}

/// The settings that a profile and its users share.
#[derive(Clone, Debug)]
pub struct SharedSettings {
    /// Its name.
    pub name: String,
    /// The token endpoint; with an issuer, the issuer.
    pub token_url: Url,
    /// The issuer whose metadata name the token endpoint, if set.
    pub issuer: Option<Issuer>,
    /// The Genesys Cloud domain, if a region chose the endpoint.
    pub genesys_domain: Option<&'static str>,
    /// The client.
    pub client: Client,
    /// Further clients that request the same.
    pub keyring: Arc<[KeyringClient]>,
    /// Number of tokens of each client in use at once.
    pub slots: u32,
    /// The lane, if this is one of [`Profile::lanes`].
    pub position: Option<LanePosition>,
    /// The file of the secret, to read again when the server refuses the secret.
    pub secret_file: Option<String>,
    /// The file of the assertion or subject token, to read again when the server refuses it.
    pub assertion_file: Option<String>,
    /// What is requested.
    pub grant: Grant,
    /// Why it has no token of its own, if only its users have tokens.
    pub lacks_user: Option<Failure>,
    /// How the answer is read.
    pub answer_format: AnswerFormat,
    /// The same, if only clients of [`Profile::for_client`] have tokens.
    pub lacks_client: Option<Failure>,
    /// Whether [`Profile::for_client`] named the client.
    pub is_for_client: bool,
    /// The first refresh token.
    pub refresh_token: StoredRefreshToken,
    /// The key binding of its tokens, if they have one.
    pub dpop: Option<Binding>,
    /// A header, name and value, of every API request and token request.
    pub tenant_header: Option<(String, String)>,
    /// Hosts that its token may be sent to.
    pub allowed_hosts: AllowedHosts,
    /// Refresh and rejection rules.
    pub policy: Arc<Policy>,
    /// Timeouts, proxy and TLS.
    pub transport: Arc<Transport>,
    /// The store that it shares its token in, if it does.
    pub store: Option<Arc<StoreSettings>>,
    /// How long a reader waits for a token.
    pub token_timeout: Duration,
    /// Longest duration of one `pause()`.
    pub max_pause: Duration,
    /// Where API requests have the token.
    pub placement: Placement,
    /// How answers of the API are read.
    pub answers: AnswerRules,
    /// What samplers do without a token.
    pub on_token_failure: OnTokenFailure,
    /// The source of each setting that was given.
    pub sources: Arc<BTreeMap<String, Source>>,
}

impl Profile {
    fn own(shared: SharedSettings) -> Self {
        Self { shared: Arc::new(shared), owner: TokenOwner::Profile(OnceLock::new()) }
    }

    /// A copy with changed settings: another secret, another lane.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut SharedSettings)) -> Self {
        let mut shared = SharedSettings::clone(&self.shared);
        change(&mut shared);
        match &self.owner {
            TokenOwner::Profile(_) => Self::own(shared),
            TokenOwner::User(_) => Self { shared: Arc::new(shared), owner: self.owner.clone() },
        }
    }

    /// The same client, endpoint and rules for a user: the password grant (RFC 6749 section 4.3), or the profile's if the
    /// server defines that. The user does not get
    /// this profile's own refresh token, and has one token, by the first client.
    #[must_use]
    pub fn for_user(&self, user: &str, password: SecretString) -> Self {
        let shared = match &self.owner {
            TokenOwner::Profile(for_users) => for_users.get_or_init(|| Arc::new(self.shared.for_users())),
            TokenOwner::User(_) => &self.shared,
        };
        let user = self.primary().for_user(User { name: user.to_owned(), password });
        Self { shared: Arc::clone(shared), owner: TokenOwner::User(user) }
    }

    /// Whether both are of users of one profile, of one client of it, or the same profile's.
    #[must_use]
    pub fn shares_settings_with(&self, other: &Self) -> bool {
        let are_clients = self.is_for_client && other.is_for_client && self.user().or(other.user()).is_none();
        Arc::ptr_eq(&self.shared, &other.shared) || are_clients && self.name == other.name
    }

    /// The same endpoint, grant and rules for another client, which authenticates as the profile's does. It does not get this
    /// profile's own refresh token, and has one token.
    ///
    /// # Errors
    /// `CONFIG` if there can be no such client. The message has no secret.
    pub fn for_client(&self, id: &str, secret: SecretString) -> Result<Self, Failure> {
        let wrong = |cause: &str| {
            let shown: String = id.escape_debug().take(80).collect();
            Failure::new(Code::Config, format!("profile '{}', client '{shown}': {cause}", self.name))
        };
        if matches!(self.grant.primary, Primary::JwtBearer(_) | Primary::Saml2Bearer(_)) {
            return Err(wrong(
                "the assertion of this grant names one client; make a profile for each client",
            ));
        }
        let mut shared =
            SharedSettings { is_for_client: true, lacks_client: None, ..self.shared.for_clients() };
        shared.client =
            self.client.another(id, secret, self.names("client_secret")).map_err(|cause| wrong(&cause))?;
        shared.secret_file = None;
        let profile = Self::own(shared);
        if profile.lacks_user.is_none() {
            profile.check_filled_in()?;
        }
        Ok(profile)
    }

    /// Whether a template of it names this value.
    fn names(&self, name: &str) -> bool {
        let login = if let Primary::Login(login) = &self.grant.primary { Some(&login.request) } else { None };
        login.into_iter().chain(&self.grant.refresh_request).any(|request| request.names(name))
    }

    /// Why it has no token of its own: only users or clients of it can have one.
    #[must_use]
    pub fn lack(&self) -> Option<&Failure> {
        self.lacks_client.as_ref().or(self.lacks_user.as_ref())
    }

    /// The name of the user, if it was made by [`Profile::for_user`].
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        match &self.owner {
            TokenOwner::User(primary) => primary.user().map(|(name, _)| name),
            TokenOwner::Profile(_) => None,
        }
    }

    /// The primary grant.
    #[must_use]
    pub fn primary(&self) -> &Primary {
        match &self.owner {
            TokenOwner::Profile(_) => &self.grant.primary,
            TokenOwner::User(user) => user,
        }
    }

    /// Its name in messages: `profile 'genesys'`, `profile 'genesys', user 'ann'`, `profile 'genesys', slot 2`.
    #[must_use]
    pub fn title(&self) -> String {
        let user = self.user().map(|user| format!(", user '{user}'")).unwrap_or_default();
        let position = self.position.map(|position| position.suffix()).unwrap_or_default();
        let client =
            if self.is_for_client { format!(", client '{}'", self.client.id) } else { String::new() };
        format!("profile '{}'{client}{user}{position}", self.name)
    }
}

impl SharedSettings {
    /// The settings of a user: one token, by the first client, without the profile's own refresh token.
    fn for_users(&self) -> Self {
        Self { lacks_user: None, ..self.for_clients() }
    }

    /// The settings of a client of [`Profile::for_client`], but for the client.
    fn for_clients(&self) -> Self {
        let mut shared = self.clone();
        shared.refresh_token = StoredRefreshToken::default();
        shared.keyring = Arc::default();
        shared.slots = 1;
        Arc::make_mut(&mut shared.policy).limits.per_client = None;
        shared
    }
}
