//! Facts in the words of the log.

use tollgate_core::config::profile::Profile;
use tollgate_core::failure::in_words;
use tollgate_core::machine::fact::Fact;

use crate::outbox::Event as Message;

/// With more tokens of an endpoint than this, what goes well with one user is counted and not told: a line for each would
/// bury what people should read.
const MANY: usize = 1000;

/// The log line for a fact, if it deserves one where so many credentials have a token.
pub(crate) fn message(profile: &Profile, fact: &Fact, in_service: usize) -> Option<Message> {
    // Where a line each would be too many, so would be the work of writing and dropping it.
    if is_silent(fact) || goes_well(fact) && profile.user().is_some() && in_service > MANY {
        return None;
    }
    words(profile, fact)
}

/// Whether it never has a line.
fn is_silent(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Sent { .. }
            | Fact::RejectionIgnored { .. }
            | Fact::Rotated
            | Fact::StoreSilent
            | Fact::Unchanged { noticed: false, .. }
            | Fact::Failed { repeated: true, .. }
    )
}

/// Whether its line is one for [`Message::Info`].
fn goes_well(fact: &Fact) -> bool {
    match fact {
        Fact::Minted { lifetime_assumed, missing_scopes, .. } => {
            !lifetime_assumed && missing_scopes.is_empty()
        }
        Fact::Drained { cut_off, .. } => *cut_off == 0,
        Fact::FellBack { stolen } => !stolen,
        Fact::Held { .. }
        | Fact::Shared { .. }
        | Fact::Rejected { .. }
        | Fact::Suspected { .. }
        | Fact::Expired { .. }
        | Fact::Unchanged { .. }
        | Fact::Challenged => true,
        _ => false,
    }
}

fn words(profile: &Profile, fact: &Fact) -> Option<Message> {
    let title = profile.title();
    Some(match fact {
        Fact::Sent { .. } | Fact::RejectionIgnored { .. } | Fact::StoreSilent => return None,
        Fact::Shared { generation, lifetime } => Message::Info(format!(
            "{title}: token {generation} came from the store, requested by another injector, lives {}",
            in_words(*lifetime)
        )),
        Fact::RefusedElsewhere { refusal } => {
            Message::Warn(format!("{title}: {}. {}", refusal.describe(profile), refusal.advice(profile)))
        }
        Fact::LimitsDiffer { settings } => Message::Warn(format!(
            "{title}: another profile of this client is open with other limits ({}); the strictest of each is in force",
            settings.join(", ")
        )),
        Fact::Minted { generation, reason, refreshed, lifetime, lifetime_assumed, missing_scopes } => {
            let life = in_words(*lifetime);
            let by = if *refreshed { ", by refresh token" } else { "" };
            let minted = format!("{title}: token {generation} minted ({}{by}), lives {life}", reason.name());
            if !missing_scopes.is_empty() {
                let missing = missing_scopes.join(" ");
                Message::Warn(format!("{minted}; the server did not grant the scopes {missing}"))
            } else if *lifetime_assumed {
                Message::Warn(format!(
                    "{minted}: assumed, for the server named no lifetime (default_lifetime)"
                ))
            } else {
                Message::Info(minted)
            }
        }
        Fact::Unchanged { generation, noticed: true, .. } => Message::Info(format!(
            "{title}: the server gave token {generation} again: it hands out the same token until its end, and none is \
             asked for before that from now on"
        )),
        Fact::Unchanged { noticed: false, .. } => return None,
        Fact::Peculiar(peculiarity) => Message::Warn(format!("{title}: {}", peculiarity.describe())),
        Fact::Failed { refusal, refreshing: true, .. }
            if refusal.is_about_grant() && profile.grant_sources().primary =>
        {
            Message::Warn(format!("{title}: {}", refusal.describe_for_refresh_token(profile)))
        }
        Fact::Failed { refusal, still_valid, .. } => {
            let served =
                still_valid.map(|left| format!(" The token in service lives {} more.", in_words(left)));
            Message::Warn(format!(
                "{title}: {}. {}{}",
                refusal.describe(profile),
                refusal.advice(profile),
                served.unwrap_or_default()
            ))
        }
        Fact::Held { wait } => Message::Info(format!("{title}: no token request for {}", in_words(*wait))),
        Fact::Rejected { generation } => {
            Message::Info(format!("{title}: the API answered 401 to token {generation}; getting another"))
        }
        Fact::Suspected { generation, .. } => Message::Info(format!(
            "{title}: the API answered 401 to token {generation} several times in a row; getting another, and token \
             {generation} serves meanwhile"
        )),
        Fact::NotTheToken { generation, wait } => Message::Warn(format!(
            "{title}: the API answers 401 to token {generation} too, which replaced a refused one. It stays in service, \
             and 401s bring no new one for {} unless many come in a row. Check the client's permissions, the API's host \
             and its health: one node behind a balancer may refuse all tokens.",
            in_words(*wait)
        )),
        Fact::Expired { generation } => Message::Info(format!("{title}: token {generation} ran out")),
        Fact::Challenged => Message::Info(format!(
            "{title}: the server wants a nonce in the proof; it is asked again with the one it gave"
        )),
        Fact::Rotated => return None,
        Fact::FellBack { stolen: true } => Message::Warn(format!(
            "{title}: the server refused a refresh token that it had just issued and that was never used here: \
             either it was revoked there, or another process uses the same one (two injectors, two profiles, a file \
             that was copied?): each needs its own. Signing in again with grant={}",
            profile.primary().name()
        )),
        Fact::FellBack { stolen: false } => {
            Message::Info(format!("{title}: signing in again with grant={}", profile.primary().name()))
        }
        Fact::RefreshTokenLost { dropped: true } => Message::Warn(format!(
            "{title}: whether the server used the refresh token up is not known, and sending it twice could revoke \
             all tokens: the next request uses grant={}",
            profile.primary().name()
        )),
        Fact::RefreshTokenLost { dropped: false } => Message::Warn(format!(
            "{title}: whether the server used the refresh token up is not known, and there is no other grant: it is \
             sent again once the token in service has run out"
        )),
        Fact::Drained { held, cut_off } => {
            let held = in_words(*held);
            match cut_off {
                0 => Message::Info(format!("{title}: sends were held for {held} to refresh between them")),
                n => Message::Warn(format!(
                    "{title}: sends were held for {held}, and {n} under way had not ended after drain_timeout ({}): \
                     raise it, and tell the end of each with report(prev)",
                    in_words(profile.policy.drain_timeout)
                )),
            }
        }
        Fact::RevokesPrevious { generation } => Message::Warn(format!(
            "{title}: the API refused token {generation} before its time, after the next one had come: the server \
             revokes the previous token when it mints. Refreshing as late as is safe from now on; refresh=drain would \
             spare the requests under way too"
        )),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tollgate_core::config::settings::{Setting, Source};
    use tollgate_core::machine::fact::Reason;
    use tollgate_core::oauth::token_answer::{Peculiarity, Refusal};

    use super::*;
    use crate::persistence::file_threads::FileThreads;
    use crate::persistence::values::ThisMachine;

    fn profile() -> Profile {
        let setting = |(key, value): (&str, &str)| Setting {
            key: key.into(),
            value: value.into(),
            source: Source::Define,
        };
        let given = [("token_url", "https://login.example/"), ("client_id", "x"), ("client_secret", "y")];
        Profile::validate("p", &given.map(setting), &ThisMachine(&FileThreads::new())).unwrap()
    }

    fn minted(lifetime_assumed: bool, missing: &[&str]) -> Fact {
        let missing_scopes = missing.iter().map(|scope| (*scope).to_owned()).collect();
        let (generation, reason, lifetime) = (1, Reason::First, Duration::from_secs(60));
        Fact::Minted { generation, reason, refreshed: false, lifetime, lifetime_assumed, missing_scopes }
    }

    /// One of each kind, and of those that are told of in two ways one of each.
    fn facts() -> Vec<Fact> {
        let (generation, wait) = (1, Duration::from_secs(1));
        let failed = |refreshing| {
            let refusal = Arc::new(Refusal::not_sent("down"));
            Fact::Failed { refusal, refreshing, still_valid: None, repeated: false }
        };
        vec![
            Fact::Sent { reason: Reason::First },
            minted(false, &[]),
            minted(true, &[]),
            minted(false, &["write"]),
            failed(false),
            failed(true),
            Fact::Held { wait },
            Fact::Unchanged { generation, reason: Reason::Ahead, lifetime: wait, noticed: true },
            Fact::Unchanged { generation, reason: Reason::Ahead, lifetime: wait, noticed: false },
            Fact::Peculiar(Peculiarity::TokenType("own".into())),
            Fact::Rejected { generation },
            Fact::RejectionIgnored { generation },
            Fact::Suspected { generation, wait },
            Fact::NotTheToken { generation, wait },
            Fact::Expired { generation },
            Fact::Challenged,
            Fact::Rotated,
            Fact::FellBack { stolen: true },
            Fact::FellBack { stolen: false },
            Fact::RefreshTokenLost { dropped: true },
            Fact::RefreshTokenLost { dropped: false },
            Fact::Drained { held: wait, cut_off: 0 },
            Fact::Drained { held: wait, cut_off: 1 },
            Fact::RevokesPrevious { generation },
        ]
    }

    #[test]
    fn of_many_users_it_is_told_what_a_person_should_do_something_about_and_of_a_few_everything() {
        let profile = profile();
        let user = profile.for_user("ann", "secret".into());
        for fact in facts() {
            let words = words(&profile, &fact);
            assert_eq!(message(&profile, &fact, MANY + 1), words, "a profile's own: {fact:?}");
            assert_eq!(message(&user, &fact, MANY).is_some(), words.is_some(), "{fact:?}");
            let of_many = message(&user, &fact, MANY + 1);
            let quiet = matches!(words, None | Some(Message::Info(_)));
            assert_eq!(of_many.is_none(), quiet, "{fact:?}");
        }
    }
}
