//! Why a store is of no use, in a line for the one who operates it: what happened, and what to check next.

use std::time::Duration;

use redis::{ErrorKind, RedisError};
use tollgate_core::config::profile::StoreSettings;
use tollgate_core::failure::in_words;

/// An error of the connection, or an answer of the store.
pub(super) fn of(error: &RedisError, settings: &StoreSettings) -> String {
    let (user, text) = (user(settings), words(error));
    match (error.code(), error.kind()) {
        (Some("WRONGPASS" | "NOAUTH"), _) | (_, ErrorKind::AuthenticationFailed) => {
            return format!(
                "it refuses the login of {user}: {text}. Check store_user and store_password, and that the user is on"
            );
        }
        (Some("NOPERM"), _) => {
            return format!(
                "{user} may not look at it: {text}. Give it the rights of an injector (docs/fleet.md)"
            );
        }
        (_, ErrorKind::MasterNameNotFoundBySentinel) => {
            return format!(
                "the sentinels do not know that name: {text}. Check it in store=redis+sentinel://host:26379/NAME"
            );
        }
        _ => {}
    }
    if text.to_lowercase().contains("certificate") {
        return format!(
            "its certificate is not trusted: {text}. Set ca_file to that of the authority which signed it, and write the host as \
             the certificate does"
        );
    }
    if error.is_io_error() {
        let scheme =
            if settings.tls { "rediss:// is right for a store with TLS" } else { "with TLS it is rediss://" };
        return format!(
            "it can't be reached: {text}. Check that it runs, its host and port, and that this machine may reach it; {scheme}"
        );
    }
    format!("it answers: {text}. Look into its log")
}

/// An error in the store's words, without a full stop.
pub(super) fn words(error: &RedisError) -> String {
    let text = match (error.code(), error.detail()) {
        (Some(code), Some(detail)) => format!("{code} {detail}"),
        _ => error.to_string(),
    };
    text.trim_end_matches('.').to_owned()
}

/// It did not answer.
pub(super) fn silent(within: Duration) -> String {
    format!(
        "no answer within {}. Injectors wait a second at most and then request tokens for themselves. Check its load, and what is \
         between it and this machine",
        in_words(within)
    )
}

/// A record that nobody with this secret wrote.
pub(super) fn foreign(key: &str) -> String {
    format!(
        "{key} was not written with this client's secret: injectors disregard it. Check who else writes to the store, and that all \
         have one store_key"
    )
}

/// The one who is logged in.
pub(super) fn user(settings: &StoreSettings) -> String {
    format!("user '{}'", settings.user.as_deref().unwrap_or("default"))
}
