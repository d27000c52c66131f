//! Validates the settings of a profile, once.

use std::sync::Arc;

use super::own_request::Lack;
use super::primary::Kind;
use super::{
    OnTokenFailure, Profile, SharedSettings, answer_format, api, client, dpop, endpoint, grant, key, keyring,
    own_request, policy, primary, store, transport,
};
use crate::config::settings::{Setting, Settings, ValueSource, is_profile_name};
use crate::failure::{Code, Failure};
use crate::oauth::client_auth::ClientAuth;
use crate::oauth::grant::RequestGrant;

impl Profile {
    /// Validates the settings of one profile.
    ///
    /// # Errors
    /// `CONFIG`, with profile, setting, source and remedy, and without the value of a secret.
    pub fn validate(name: &str, given: &[Setting], values: &dyn ValueSource) -> Result<Self, Failure> {
        if !is_profile_name(name) {
            let message = format!(
                "'{}' can't name a profile: use letters, digits, _ and - only",
                name.escape_debug().take(60).collect::<String>()
            );
            return Err(Failure::new(Code::Config, message));
        }
        let settings = Settings::choose(name, given, values)?;
        if given.is_empty() {
            let message = format!(
                "profile '{name}' is not defined; set tollgate.profile.{name}.token_url (or .region), .client_id and \
                 .client_secret in user.properties or with -J, or call Tollgate.define('{name}', […])"
            );
            return Err(Failure::new(Code::Config, message));
        }
        let endpoint = endpoint::endpoint(&settings)?;
        endpoint::check_login_urls(&settings)?;
        let kind = Kind::of(&settings, &endpoint)?;
        let key = key::key(&settings)?;
        let names = keyring::names(1);
        let requests = own_request::own_requests(&settings, kind, &endpoint)?;
        let client = client::client(&settings, &endpoint, key.as_ref(), kind, &requests, &names)?;
        let keyring = keyring::keyring(&settings, kind, &client, |names| {
            client::client(&settings, &endpoint, key.as_ref(), kind, &requests, names)
        })?;
        let refresh_token = grant::stored_refresh_token(&settings)?;
        let slots = keyring::slots(&settings, kind, &keyring, &refresh_token)?;
        let primary = primary::primary(&settings, kind, &endpoint, key.as_ref(), &refresh_token, &requests)?;
        if key.is_some() && client.auth != ClientAuth::PrivateKeyJwt && !primary.is_signed() {
            let remedy = "set client_auth=private_key_jwt or grant=jwt_bearer, or remove it";
            return Err(settings.wrong("private_key", "is set, but nothing is signed with it", remedy));
        }
        let transport = transport::transport(&settings)?;
        let tenant_header = grant::tenant_header(&settings)?;
        let grant = grant::grant(&settings, kind, &requests, primary, tenant_header.as_ref())?;
        let is_required =
            !client.auth.sends_id_alone() || client.auth == ClientAuth::Tls && kind != Kind::Login;
        let mut lacks_client =
            (is_required && client.id.is_empty()).then(|| settings.missing("client_id", ""));
        let mut lacks_user = None;
        match own_request::check(&settings, &requests, (&client, &names), &grant) {
            Ok(()) => {}
            Err(Lack::User(lack)) => lacks_user = Some(lack),
            Err(Lack::Client(lack)) => lacks_client = Some(lack),
            Err(Lack::Other(lack)) => return Err(lack),
        }
        let dpop = dpop::binding(&settings)?;
        let store = store::store(&settings, &client)?.map(Arc::new);
        let shared = SharedSettings {
            name: name.to_owned(),
            token_url: endpoint.url,
            issuer: endpoint.issuer,
            genesys_domain: endpoint.domain,
            client,
            keyring: keyring.into(),
            slots,
            position: None,
            secret_file: ["client_secret", "client_assertion"]
                .iter()
                .find_map(|key| settings.file_of(key))
                .map(str::to_owned),
            assertion_file: ["assertion", "subject_token"]
                .iter()
                .find_map(|key| settings.file_of(key))
                .map(str::to_owned),
            grant,
            lacks_user,
            answer_format: answer_format::answer_format(&settings, endpoint.preset)?,
            lacks_client,
            is_for_client: false,
            refresh_token,
            placement: api::placement(&settings, dpop.is_some(), tenant_header.as_ref())?,
            dpop,
            tenant_header,
            allowed_hosts: grant::allowed_hosts(&settings)?,
            policy: Arc::new(policy::policy(&settings, transport.request_timeout)?),
            transport: Arc::new(transport),
            store,
            token_timeout: settings.duration("token_timeout")?,
            max_pause: settings.duration("max_pause")?,
            answers: api::answer_rules(&settings, endpoint.preset)?,
            on_token_failure: settings
                .choice("on_token_failure", &OnTokenFailure::NAMES)?
                .unwrap_or(OnTokenFailure::FailSample),
            sources: Arc::new(settings.sources()),
        };
        let profile = Self::own(shared);
        if profile.lack().is_none() {
            profile.check_filled_in()?;
        }
        Ok(profile)
    }

    /// Whether its requests are well formed once their templates are filled in.
    ///
    /// # Errors
    /// `CONFIG`, without a value.
    pub fn check_filled_in(&self) -> Result<(), Failure> {
        for using in [RequestGrant::Primary, RequestGrant::Refresh("refresh-token".into())] {
            let request = self.request(&using);
            if let Some(mistake) = own_request::mistake(&self.grant, self.primary(), &request, &using) {
                return Err(Failure::new(Code::Config, format!("{}: {mistake}", self.title())));
            }
        }
        Ok(())
    }
}
