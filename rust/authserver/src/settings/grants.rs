//! Settings of grants: which there are, for whom, and what becomes of refresh tokens.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::{number, values};

/// A grant of RFC 6749 or RFC 8628.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Section 4.4.
    ClientCredentials,
    /// Section 4.3.
    Password,
    /// Section 6.
    RefreshToken,
    /// Section 4.1.
    AuthorizationCode,
    /// RFC 8628.
    DeviceCode,
}

impl Grant {
    /// All there are.
    pub const ALL: [Self; 5] = [
        Self::ClientCredentials,
        Self::Password,
        Self::RefreshToken,
        Self::AuthorizationCode,
        Self::DeviceCode,
    ];

    /// The value of `grant_type`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Password => "password",
            Self::RefreshToken => "refresh_token",
            Self::AuthorizationCode => "authorization_code",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
        }
    }

    /// The grant of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.name() == name)
    }
}

/// A user and the password, which never shows.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The user's name.
    pub name: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("name", &self.name).finish_non_exhaustive()
    }
}

/// With which tokens a refresh token comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshTokens {
    /// None.
    Never,
    /// Those of users, and those minted by a refresh token.
    Users,
    /// All.
    Always,
}

/// How a refresh token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshRefusal {
    /// 400 `invalid_grant` (RFC 6749, 5.2).
    OAuth,
    /// 401 `bad_request`, without an OAuth error code, as Genesys Cloud words it.
    Genesys,
}

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grants {
    /// Those that are accepted.
    pub accepted: Vec<Grant>,
    /// Who may sign in; `None`: anyone.
    pub users: Option<Vec<User>>,
    /// Which tokens come with a refresh token.
    pub refresh_tokens: RefreshTokens,
    /// Whether a refresh takes the old refresh token back and gives a new one.
    pub rotate: bool,
    /// How long a refresh token lives; zero: for ever.
    pub refresh_lifetime: Duration,
    /// Whether an old refresh token that comes again takes all tokens of its family with it.
    pub reuse_revokes: bool,
    /// How it is refused.
    pub refresh_refusal: RefreshRefusal,
    /// Refreshes before a family of refresh tokens is refused; zero: any number.
    pub refresh_uses: u64,
}

impl Default for Grants {
    fn default() -> Self {
        Self {
            accepted: Grant::ALL.to_vec(),
            users: None,
            refresh_tokens: RefreshTokens::Users,
            rotate: true,
            refresh_lifetime: Duration::ZERO,
            reuse_revokes: false,
            refresh_refusal: RefreshRefusal::OAuth,
            refresh_uses: 0,
        }
    }
}

impl Grants {
    /// Takes one value; `None` if the key is not one of these.
    pub(super) fn set(&mut self, key: &str, text: &str) -> Option<Result<(), String>> {
        Some(match key {
            "grants" => grants(text).map(|grants| self.accepted = grants),
            "user" => users(&[text]).map(|users| self.users = users),
            "refresh_tokens" => match text {
                "never" => Ok(RefreshTokens::Never),
                "users" => Ok(RefreshTokens::Users),
                "always" => Ok(RefreshTokens::Always),
                _ => Err(format!("`{text}` is none of never, users, always")),
            }
            .map(|which| self.refresh_tokens = which),
            "rotate" => values::flag(text).map(|rotate| self.rotate = rotate),
            "refresh_lifetime" => values::duration(text).map(|life| self.refresh_lifetime = life),
            "reuse_revokes" => values::flag(text).map(|revokes| self.reuse_revokes = revokes),
            "refresh_refusal" => match text {
                "oauth" => Ok(RefreshRefusal::OAuth),
                "genesys" => Ok(RefreshRefusal::Genesys),
                _ => Err(format!("`{text}` is neither oauth nor genesys")),
            }
            .map(|refusal| self.refresh_refusal = refusal),
            "refresh_uses" => number(text).map(|uses| self.refresh_uses = uses),
            _ => return None,
        })
    }

    /// A key's value as a patch would give it; users show without their passwords.
    pub(super) fn value(&self, key: &str) -> Option<Value> {
        Some(match key {
            "grants" => {
                let names: Vec<_> = self.accepted.iter().map(|grant| grant.name()).collect();
                Value::from(names.join(","))
            }
            "user" => match &self.users {
                None => Value::from("*"),
                Some(users) => users.iter().map(|user| Value::from(user.name.clone())).collect(),
            },
            "refresh_tokens" => Value::from(match self.refresh_tokens {
                RefreshTokens::Never => "never",
                RefreshTokens::Users => "users",
                RefreshTokens::Always => "always",
            }),
            "rotate" => Value::from(self.rotate),
            "refresh_lifetime" => Value::from(values::duration_text(self.refresh_lifetime)),
            "reuse_revokes" => Value::from(self.reuse_revokes),
            "refresh_refusal" => Value::from(match self.refresh_refusal {
                RefreshRefusal::OAuth => "oauth",
                RefreshRefusal::Genesys => "genesys",
            }),
            "refresh_uses" => Value::from(self.refresh_uses),
            _ => return None,
        })
    }
}

fn grants(text: &str) -> Result<Vec<Grant>, String> {
    let known = || format!("`{text}` is no list of {}", Grant::ALL.map(Grant::name).join(", "));
    text.split(',').map(|name| Grant::named(name.trim()).ok_or_else(known)).collect()
}

/// Users as `NAME:PASSWORD`, or `*`.
pub(super) fn users(entries: &[&str]) -> Result<Option<Vec<User>>, String> {
    let mut listed = Vec::new();
    for entry in entries {
        if *entry == "*" {
            return Ok(None);
        }
        // The entry may hold a password, so the text says what to write and not what was written.
        match entry.split_once(':') {
            Some((name, password)) if !name.is_empty() => {
                listed.push(User { name: name.into(), password: password.into() });
            }
            _ => return Err("write NAME:PASSWORD, or * for anyone".into()),
        }
    }
    Ok(Some(listed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_listed_without_their_passwords() {
        let mut grants = Grants::default();
        assert_eq!(grants.value("user"), Some(Value::from("*")));
        grants.users = users(&["ann:hunter2", "bob:x:y"]).unwrap();
        assert_eq!(grants.value("user").unwrap().to_string(), r#"["ann","bob"]"#);
        assert!(!format!("{grants:?}").contains("hunter2"));
        assert!(users(&["hunter2"]).unwrap_err().contains("NAME:PASSWORD"));
    }

    #[test]
    fn mistakes_are_told_with_what_there_is() {
        let mut grants = Grants::default();
        let mut mistake = |key, text| grants.set(key, text).unwrap().unwrap_err();
        assert!(mistake("grants", "implicit").contains("client_credentials, password"));
        assert!(mistake("refresh_tokens", "yes").contains("never, users, always"));
        assert!(mistake("rotate", "yes").contains("neither true nor false"));
        assert!(mistake("refresh_refusal", "x").contains("oauth nor genesys"));
        assert!(grants.set("lifetime", "1s").is_none());
    }
}
