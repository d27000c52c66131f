//! Settings that are wrong, and settings that are right: what the user is told, and what they become.

#![allow(clippy::unwrap_used)] // a panic is a failed test

mod assertions;
mod grants;
mod keyring;
mod login;
mod mistakes;
mod own_grant;
mod requests;
mod values;

use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, Source, ValueSource};
use tollgate_core::failure::{Code, Failure};
use tollgate_core::oauth::assertion::Algorithm;

pub(crate) const SECRET: &str = "very-s3cr3t-value";

/// A machine with two variables and a few files.
pub(crate) struct Machine;

impl ValueSource for Machine {
    fn env(&self, name: &str) -> Option<String> {
        match name {
            "GENESYS_SECRET" => Some(SECRET.into()),
            "EMPTY" => Some(String::new()),
            _ => None,
        }
    }

    fn is_missing(&self, path: &str) -> bool {
        self.file(path).is_err_and(|error| error.starts_with("No such file"))
    }

    fn file(&self, path: &str) -> Result<String, String> {
        match path {
            "/secrets/unix" => Ok(format!("{SECRET}\n")),
            "/secrets/windows" => Ok(format!("{SECRET}\r\n")),
            "/secrets/spaced" => Ok(format!(" {SECRET} \n\n")),
            "/keys/client" => Ok("PEM of a key\n".into()),
            "/keys/both.pem" => Ok("-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n".into()),
            "/ca.pem" => Ok("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".into()),
            "/secrets/refresh" => Ok("r3fresh-s3cr3t\n".into()),
            "/unreadable" => Err("Permission denied (os error 13)".into()),
            "/etc/hosts" => Ok("127.0.0.1 localhost\n".into()),
            _ => Err("No such file or directory (os error 2)".into()),
        }
    }

    fn algorithm_of(&self, key: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
        assert!(!key.is_empty());
        if key.contains("broken") {
            Err("is of no use".into())
        } else {
            Ok(wanted.unwrap_or(Algorithm::Rs256))
        }
    }
}

pub(crate) fn setting(key: &str, value: &str, source: Source) -> Setting {
    Setting { key: key.into(), value: value.into(), source }
}

/// A good profile, except for these properties.
pub(crate) fn with(changes: &[(&str, &str)]) -> Result<Profile, Failure> {
    let good = [
        ("token_url", "https://login.example.com/oauth/token"),
        ("client_id", "demo"),
        ("client_secret", SECRET),
    ];
    let given: Vec<_> = good
        .iter()
        .filter(|(key, _)| !changes.iter().any(|(changed, _)| changed == key))
        .chain(changes)
        .map(|(key, value)| setting(key, value, Source::Property))
        .collect();
    Profile::validate("demo", &given, &Machine)
}

pub(crate) fn told(changes: &[(&str, &str)]) -> String {
    let failure = with(changes).expect_err("these settings are wrong");
    assert_eq!(failure.code, Code::Config, "{failure}");
    assert!(failure.message.contains("'demo'"), "names no profile: {failure}");
    assert!(!failure.message.contains(SECRET), "tells the secret: {failure}");
    failure.message
}
