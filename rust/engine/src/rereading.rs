//! Secrets that are kept in files may be changed there while a test runs. When the server refuses one, its file is read
//! again: if it holds another by now, the "no" was to the old one, and the machine is told that things have changed.

use std::sync::Arc;

use secrecy::ExposeSecret;
use tollgate_core::config::settings::ValueSource;
use tollgate_core::machine::credential::Event;

use crate::outbox::Event as Message;
use crate::outside::ThisMachine;
use crate::vault::{State, Vault};

impl Vault {
    /// The client's secret was refused.
    pub(crate) fn reread_secret(self: &Arc<Self>, state: &mut State) {
        let Some(secret) = self.profile.secret_file.as_deref().and_then(read_again) else { return };
        if secret == state.asking.client.secret.expose_secret() {
            return;
        }
        let renewed = state.asking.with(|shared| shared.client.replace_secret(secret.into()));
        state.asking = Arc::new(renewed);
        self.tell_of_reading_again("client_secret");
        self.drive_locked(state, Event::Reconfigured);
    }

    /// An assertion or a subject token was refused: its time is over sooner or later.
    pub(crate) fn reread_assertion(self: &Arc<Self>, state: &mut State) {
        let Some(text) = self.profile.assertion_file.as_deref().and_then(read_again) else { return };
        let text = text.trim();
        if text.is_empty() || state.asking.primary().presents(text) {
            return;
        }
        let renewed = state.asking.with(|shared| shared.grant.primary.replace_secret(text));
        state.asking = Arc::new(renewed);
        self.tell_of_reading_again("what it asks with");
        self.drive_locked(state, Event::Reconfigured);
    }

    /// A refresh token was refused, and there is no other grant to fall back on.
    pub(crate) fn reread_refresh_token(self: &Arc<Self>, state: &mut State) {
        let path =
            self.profile.refresh_token.file.as_deref().filter(|_| state.credential.holds_refresh_token());
        let Some(token) = path.and_then(read_again) else { return };
        if token.is_empty() || state.credential.is_refresh_token(&token) {
            return;
        }
        self.tell_of_reading_again("refresh_token");
        self.drive_locked(state, Event::RefreshToken(token.into()));
    }

    fn tell_of_reading_again(&self, setting: &str) {
        let title = self.profile.title();
        self.post(Message::Info(format!("{title}: {setting} was read again from its file")));
    }
}

fn read_again(path: &str) -> Option<String> {
    Some(ThisMachine.file(path).ok()?.trim_end_matches(['\r', '\n']).to_owned())
}
