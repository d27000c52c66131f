//! The settings of a profile, one a line. Checks that errors are `CONFIG` without the secret, and that valid settings are
//! valid again.

use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, Source, ValueSource};
use tollgate_core::failure::Code;
use tollgate_core::oauth::assertion::Algorithm;

const SECRET: &str = "s3cr3t-of-the-variable";

struct Machine;

impl ValueSource for Machine {
    fn env(&self, name: &str) -> Option<String> {
        (name == "SECRET").then(|| SECRET.to_owned())
    }

    fn file(&self, path: &str) -> Result<String, String> {
        match path {
            "/ca" => Ok("-----BEGIN CERTIFICATE-----\n".to_owned()),
            "/secret" => Ok(format!("{SECRET}\r\n")),
            _ => Err("No such file".to_owned()),
        }
    }

    fn is_missing(&self, path: &str) -> bool {
        path == "/new"
    }

    fn algorithm_of(&self, key: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
        if key.contains("key") { Ok(wanted.unwrap_or(Algorithm::Es256)) } else { Err("is no key".into()) }
    }
}

/// Checks one input.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let given: Vec<_> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| Setting { key: key.into(), value: value.into(), source: Source::Property })
        .collect();
    match Profile::validate("fuzz", &given, &Machine) {
        Ok(profile) => {
            assert!(!format!("{profile:?}").contains(SECRET), "{profile:?}");
            assert!(Profile::validate("fuzz", &given, &Machine).is_ok());
        }
        Err(failure) => {
            assert_eq!(failure.code, Code::Config);
            assert!(!failure.message.contains(SECRET), "{failure}");
        }
    }
}
