//! A profile: every setting of one credential, validated once. What is read here is true everywhere else.
//!
//! A hundred thousand users of one profile differ in a name and a password, so that is all that each of them has of its
//! own: the [`SharedSettings`] are one for all. Invariant: terms never change once they are made; what changes a profile makes
//! new ones.

mod client;
mod dpop;
mod endpoint;
mod grant;
mod key;
mod keyring;
mod policy;
mod primary;
mod transport;

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::config::allowed_hosts::AllowedHosts;
use crate::config::policy::Policy;
use crate::config::settings::{Setting, Settings, Source, ValueSource, is_profile_name};
use crate::failure::{Code, Failure};
use crate::oauth::client_auth::{Client, ClientAuth};
use crate::oauth::discovery::Issuer;
use crate::oauth::dpop::Binding;
use crate::oauth::grant::GrantSources;
use crate::oauth::grant::{Bearer, Grant, Primary, RequestGrant};
use crate::oauth::token_request::{CacheKey, TokenRequest};
pub use grant::Kept;
pub use keyring::{Key as KeyringClient, LanePosition};
use primary::Kind;
pub use transport::{Proxy, Transport};

/// What a sampler does when there is no token to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnTokenFailure {
    /// The sample fails and says why.
    FailSample,
    /// The request goes out without the header.
    SendWithout,
    /// The sample fails and its thread ends.
    StopThread,
    /// The sample fails and the test stops.
    StopTest,
}

impl OnTokenFailure {
    const WORDS: [(&'static str, Self); 4] = [
        ("fail_sample", Self::FailSample),
        ("send_without", Self::SendWithout),
        ("stop_thread", Self::StopThread),
        ("stop_test", Self::StopTest),
    ];

    /// Its spelling in settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(_, value)| *value == self).map_or("fail_sample", |(name, _)| name)
    }
}

/// A validated profile, or one user of it: the terms, and whose token is asked for under them.
#[derive(Clone, Debug)]
pub struct Profile {
    terms: Arc<SharedSettings>,
    whose: Whose,
}

/// Whose token is asked for.
#[derive(Clone, Debug)]
enum Whose {
    /// The profile's own. With the terms of its users, once it has one.
    Own(OnceLock<Arc<SharedSettings>>),
    /// That of a user it was made for by [`Profile::for_user`].
    User(Primary),
}

impl Deref for Profile {
    type Target = SharedSettings;

    fn deref(&self) -> &SharedSettings {
        &self.terms
    }
}

/// The settings of a profile, whoever of its users asks under them.
#[derive(Clone, Debug)]
pub struct SharedSettings {
    /// Its name.
    pub name: String,
    /// The token endpoint; with an issuer, the issuer.
    pub token_url: Url,
    /// Who is to be asked where the token endpoint is.
    pub issuer: Option<Issuer>,
    /// The Genesys Cloud domain, if the preset chose the endpoint.
    pub genesys_domain: Option<&'static str>,
    /// Who asks.
    pub client: Client,
    /// Further clients, which ask for the same.
    pub keyring: Vec<KeyringClient>,
    /// How many tokens each client has in use side by side.
    pub slots: u32,
    /// Which of its lanes this is, if the profile was taken apart by [`Profile::lanes`].
    pub seat: Option<LanePosition>,
    /// The file the secret was read from, to be read again when the server no longer knows the secret.
    pub secret_file: Option<String>,
    /// The file the assertion or the subject token was read from, to be read again when the server refuses it.
    pub assertion_file: Option<String>,
    /// What is asked for.
    pub grant: Grant,
    /// The refresh token to begin with.
    pub refresh_token: Kept,
    /// What its tokens are bound to, if they are.
    pub dpop: Option<Binding>,
    /// A header, by name and value, that every API request and every token request carries.
    pub tenant_header: Option<(String, String)>,
    /// Where its token may go.
    pub allowed_hosts: AllowedHosts,
    /// Refresh and rejection rules.
    pub policy: Arc<Policy>,
    /// How it travels.
    pub transport: Transport,
    /// How long a reader waits for a token.
    pub token_timeout: Duration,
    /// How long one `pause()` lasts at most.
    pub max_pause: Duration,
    /// Whether rate headers of the API close its gate before a 429 does.
    pub rate_headers: bool,
    /// What samplers do without a token.
    pub on_token_failure: OnTokenFailure,
    /// Where each setting came from; those not listed have their defaults.
    pub sources: BTreeMap<String, Source>,
}

impl Profile {
    /// Validates the settings of one profile.
    ///
    /// # Errors
    /// `CONFIG`, naming profile, setting, source and remedy. Never holds the value of a secret.
    pub fn validate(name: &str, given: &[Setting], outside: &dyn ValueSource) -> Result<Self, Failure> {
        if !is_profile_name(name) {
            let message = format!(
                "'{}' can't name a profile: use letters, digits, _ and - only",
                name.escape_debug().take(60).collect::<String>()
            );
            return Err(Failure::new(Code::Config, message));
        }
        let settings = Settings::choose(name, given, outside)?;
        if given.is_empty() {
            let message = format!(
                "profile '{name}' is not defined; set tollgate.profile.{name}.token_url (or .region), .client_id and \
                 .client_secret in user.properties or with -J, or call Tollgate.define('{name}', […])"
            );
            return Err(Failure::new(Code::Config, message));
        }
        let endpoint = endpoint::endpoint(&settings)?;
        let kind = Kind::of(&settings, &endpoint)?;
        let key = key::key(&settings)?;
        let identifies_client = kind.identifies_client();
        let names = keyring::names(1);
        let client = client::client(&settings, &endpoint, key.as_ref(), identifies_client, &names)?;
        let keyring = keyring::keyring(&settings, kind, &client, |names| {
            client::client(&settings, &endpoint, key.as_ref(), identifies_client, names)
        })?;
        let refresh_token = grant::kept(&settings)?;
        let slots = keyring::slots(&settings, kind, &keyring, &refresh_token)?;
        let primary = primary::primary(&settings, kind, &endpoint, key.as_ref(), &refresh_token)?;
        if key.is_some() && client.auth != ClientAuth::PrivateKeyJwt && !primary.is_signed() {
            let remedy = "set client_auth=private_key_jwt or grant=jwt_bearer, or remove it";
            return Err(settings.wrong("private_key", "is set, but nothing is signed with it", remedy));
        }
        let transport = transport::transport(&settings)?;
        let tenant_header = grant::tenant_header(&settings)?;
        let terms = SharedSettings {
            name: name.to_owned(),
            token_url: endpoint.url,
            issuer: endpoint.issuer,
            genesys_domain: endpoint.domain,
            client,
            keyring,
            slots,
            seat: None,
            secret_file: settings.file_of("client_secret").map(str::to_owned),
            assertion_file: ["assertion", "subject_token"]
                .iter()
                .find_map(|key| settings.file_of(key))
                .map(str::to_owned),
            grant: grant::grant(&settings, primary, tenant_header.as_ref())?,
            refresh_token,
            dpop: dpop::binding(&settings)?,
            tenant_header,
            allowed_hosts: grant::allowed_hosts(&settings)?,
            policy: Arc::new(policy::policy(&settings, transport.request_timeout)?),
            transport,
            token_timeout: settings.duration("token_timeout")?,
            max_pause: settings.duration("max_pause")?,
            rate_headers: settings.flag("rate_headers")?,
            on_token_failure: settings
                .choice("on_token_failure", &OnTokenFailure::WORDS)?
                .unwrap_or(OnTokenFailure::FailSample),
            sources: settings.sources(),
        };
        Ok(Self::own(terms))
    }

    fn own(terms: SharedSettings) -> Self {
        Self { terms: Arc::new(terms), whose: Whose::Own(OnceLock::new()) }
    }

    /// The same, but for what `change` does to its terms: another secret, another place in a pool.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut SharedSettings)) -> Self {
        let mut terms = SharedSettings::clone(&self.terms);
        change(&mut terms);
        match &self.whose {
            Whose::Own(_) => Self::own(terms),
            Whose::User(_) => Self { terms: Arc::new(terms), whose: self.whose.clone() },
        }
    }

    /// The same client, endpoint and rules for another user: the password grant (RFC 6749 section 4.3). Nothing of
    /// this profile's own refresh token goes along, and the user has one token, by the first client.
    #[must_use]
    pub fn for_user(&self, user: &str, password: SecretString) -> Self {
        let terms = match &self.whose {
            Whose::Own(of_users) => of_users.get_or_init(|| Arc::new(self.terms.of_users())),
            Whose::User(_) => &self.terms,
        };
        let user = Primary::Password { username: user.to_owned(), password };
        Self { terms: Arc::clone(terms), whose: Whose::User(user) }
    }

    /// The user it was made for by [`Profile::for_user`].
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        match &self.whose {
            Whose::User(Primary::Password { username, .. }) => Some(username),
            _ => None,
        }
    }

    /// On whose behalf a token is asked for.
    #[must_use]
    pub fn primary(&self) -> &Primary {
        match &self.whose {
            Whose::Own(_) => &self.grant.primary,
            Whose::User(user) => user,
        }
    }

    /// As messages name it: `profile 'genesys'`, `profile 'genesys', user 'ann'`, `profile 'genesys', slot 2`.
    #[must_use]
    pub fn title(&self) -> String {
        let user = self.user().map(|user| format!(", user '{user}'")).unwrap_or_default();
        let seat = self.seat.map(|seat| seat.told()).unwrap_or_default();
        format!("profile '{}'{user}{seat}", self.name)
    }

    /// Who the server counts requests against.
    #[must_use]
    pub fn account(&self) -> &str {
        match self.primary() {
            Primary::JwtBearer(Bearer::Signed(assertion)) if self.client.id.is_empty() => {
                assertion.claims.get("iss").and_then(serde_json::Value::as_str).unwrap_or_default()
            }
            _ => &self.client.id,
        }
    }

    /// The token request of this profile that relies on `using`.
    #[must_use]
    pub fn request(&self, using: &RequestGrant) -> TokenRequest {
        let request = TokenRequest::new(&self.token_url, &self.client, &self.grant, self.primary(), using);
        TokenRequest { bound: self.dpop.is_some(), ..request }
    }

    /// What tells this profile's tokens from those of others: two profiles with the same identity share a token.
    #[must_use]
    pub fn identity(&self) -> TokenRequest {
        let mut request = self.request(&RequestGrant::Primary);
        request.form.extend(self.dpop.iter().map(|binding| ("dpop_key".into(), binding.identity())));
        if let Some(kept) = self.refresh_token.identity() {
            request.form.push(("refresh_token".into(), kept));
        }
        request
    }

    /// The key under which its token is shared. Each slot of a pool has its own, whatever it asks for; so has the pool:
    /// what is learned of one with four slots is nothing to one with two.
    #[must_use]
    pub fn cache_key(&self, keys: &[impl BuildHasher; 2]) -> CacheKey {
        let slot = self.seat.filter(|seat| seat.of.slots > 1);
        let slot = slot.map(|seat| format!("slot {} of {}\n", seat.lane.slot, seat.of.slots));
        self.identity().cache_key(&[slot.unwrap_or_default(), self.route()].concat(), keys)
    }

    /// What its credential can ask with.
    #[must_use]
    pub fn grant_sources(&self) -> GrantSources {
        GrantSources {
            primary: !matches!(self.primary(), Primary::None),
            refresh_token: self.refresh_token.token.clone(),
        }
    }

    /// The way the request travels, as text for [`TokenRequest::cache_key`]. May hold secrets.
    #[must_use]
    pub fn route(&self) -> String {
        let Transport { proxy, ca_pem, client_pem, tls_verify, .. } = &self.transport;
        let proxy = match proxy {
            Proxy::Through(url) => url.as_str(),
            Proxy::None => "none",
            Proxy::Inherited => "inherited",
        };
        let shown = client_pem.as_ref().map_or("", |pem| pem.expose_secret());
        format!("{proxy}\n{ca_pem:?}\n{tls_verify}\n{shown}")
    }
}

impl SharedSettings {
    /// The terms of a user: one token, by the first client, and nothing of the profile's own refresh token.
    fn of_users(&self) -> Self {
        let mut terms = self.clone();
        terms.refresh_token = Kept::default();
        terms.keyring.clear();
        terms.slots = 1;
        Arc::make_mut(&mut terms.policy).limits.per_client = None;
        terms
    }
}
