//! Settings that are wrong, and settings that are right: what the user is told, and what they become.

#![allow(clippy::unwrap_used)] // a panic is a failed test

mod assertions;
mod client_auth;
mod clients;
mod contradictions;
mod grants;
mod keyring;
mod login;
mod mistakes;
mod own_grant;
mod presets;
mod requests;
mod store;
mod values;

use secrecy::SecretString;
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, Source, ValueSource};
use tollgate_core::failure::{Code, Failure};
use tollgate_core::oauth::assertion::{Algorithm, CertificateHeader};

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
            "/keys/encrypted.pem" => Ok("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n\
                -----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                .into()),
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

    fn decrypted(&self, key: &str, passphrase: &str) -> Result<SecretString, String> {
        match passphrase {
            "right" if key.contains("CERTIFICATE") => Ok("-----BEGIN PRIVATE KEY-----".into()),
            "right" => Ok(format!("{key} decrypted").into()),
            _ => Err("can't be decrypted with this passphrase".into()),
        }
    }

    fn certificate(&self, pem: &str, _: &str) -> Result<CertificateHeader, String> {
        if pem.contains("broken") {
            return Err("holds no PEM certificate".into());
        }
        let chain = vec!["one".into(), "two".into()];
        Ok(CertificateHeader { sha1: "sha1".into(), sha256: "sha256".into(), chain })
    }
}

pub(crate) fn setting(key: &str, value: &str, source: Source) -> Setting {
    Setting { key: key.into(), value: value.into(), source }
}

/// A profile of a token endpoint, with these settings and no others.
pub(crate) fn only(pairs: &[(&str, &str)]) -> Profile {
    let url = [("token_url", "https://login.example.com/token")];
    let given: Vec<_> =
        url.iter().chain(pairs).map(|(key, value)| setting(key, value, Source::Property)).collect();
    Profile::validate("demo", &given, &Machine).unwrap_or_else(|failure| panic!("{failure}"))
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

pub(crate) fn mistake_in(changes: &[(&str, &str)]) -> String {
    let failure = with(changes).expect_err("these settings are wrong");
    assert_eq!(failure.code, Code::Config, "{failure}");
    assert!(failure.message.contains("'demo'"), "names no profile: {failure}");
    assert!(!failure.message.contains(SECRET), "tells the secret: {failure}");
    failure.message
}
