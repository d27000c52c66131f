//! Secrets in files may be changed while a test runs. When the server refuses one, its file is read again, on a thread
//! for files: if it holds another by now, the server refused the old one, and the machine learns that things have changed.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use tollgate_core::config::profile::Profile;
use tollgate_core::machine::{CredentialId, Input};

use super::Driver;
use crate::outbox::Event as Message;

impl Driver {
    /// The server refused the client's secret.
    pub(super) fn read_client_secret(&mut self, id: CredentialId) {
        self.read(
            id,
            |profile| profile.secret_file.clone(),
            move |driver, profile, secret| {
                let Some(presented) = driver.machine.presented(id) else { return };
                let client: Arc<str> = profile.account().into();
                let key = (client, presented.authentication);
                let known = driver.secrets.get(&key).unwrap_or(&profile.client.secret);
                if known.expose_secret() == secret {
                    return;
                }
                driver.secrets.insert(key, SecretString::from(secret));
                driver.log_read_again(profile, "client_secret");
                driver.handle(Input::ClientRenewed(id));
            },
        );
    }

    /// The server refused an assertion or a subject token: its time is over sooner or later.
    pub(super) fn read_grant(&mut self, id: CredentialId) {
        self.read(
            id,
            |profile| profile.assertion_file.clone(),
            move |driver, profile, text| {
                let text = text.trim();
                let Some(member) = driver.member(id) else { return };
                if text.is_empty() || member.requests_with.primary().presents(text) {
                    return;
                }
                let renewed = member.requests_with.with(|terms| terms.grant.primary.replace_secret(text));
                member.requests_with = Arc::new(renewed);
                driver.log_read_again(profile, "what it asks with");
                driver.handle(Input::GrantRenewed(id));
            },
        );
    }

    /// The server refused a refresh token, and there is no other grant to fall back on.
    pub(super) fn read_refresh_token(&mut self, id: CredentialId) {
        self.read(
            id,
            |profile| profile.refresh_token.file.clone(),
            move |driver, profile, token| {
                let token = SecretString::from(token.trim());
                let news = driver.machine.credential(id).is_some_and(|credential| {
                    credential.holds_refresh_token()
                        && !token.expose_secret().is_empty()
                        && credential.is_new_refresh_token(&token)
                });
                if news {
                    driver.log_read_again(profile, "refresh_token");
                    driver.handle(Input::RefreshTokenFound(id, token));
                }
            },
        );
    }

    /// Reads a file of a credential's profile, if it has one, and lets `take` have what is in it.
    fn read(
        &mut self,
        id: CredentialId,
        path: impl FnOnce(&Profile) -> Option<String>,
        take: impl FnOnce(&mut Self, &Profile, String) + Send + 'static,
    ) {
        let Some(member) = self.members.get(&id) else { return };
        let profile = Arc::clone(&member.cell.profile);
        let (Some(path), Some(endpoint)) = (path(&profile), self.endpoint.upgrade()) else { return };
        self.context.file_threads.read(&path, move |text| {
            if let Ok(text) = text {
                let text = text.trim_end_matches(['\r', '\n']).to_owned();
                endpoint.enqueue(move |driver| take(driver, &profile, text));
            }
        });
    }

    fn log_read_again(&self, profile: &Profile, setting: &str) {
        let title = profile.title();
        self.context.outbox.post(Message::Info(format!("{title}: {setting} was read again from its file")));
    }
}
