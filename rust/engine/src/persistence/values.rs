//! Where `env:` and `file:` values come from in production.

use secrecy::SecretString;
use tollgate_core::config::settings::ValueSource;
use tollgate_core::oauth::assertion::{Algorithm, CertificateHeader};

use super::file_threads::FileThreads;
use crate::http::{certificate, private_key, signing};

/// This process's environment, and files that are read on threads of their own.
pub(crate) struct ThisMachine<'a>(pub(crate) &'a FileThreads);

impl ValueSource for ThisMachine<'_> {
    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn file(&self, path: &str) -> Result<String, String> {
        self.0.text(path).map(|text| text.as_str().to_owned())
    }

    fn is_missing(&self, path: &str) -> bool {
        let path = path.to_owned();
        matches!(self.0.wait(move || std::fs::exists(path)), Ok(Ok(false)))
    }

    fn algorithm_of(&self, key: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
        signing::algorithm_of(key, wanted)
    }

    fn decrypted(&self, key: &str, passphrase: &str) -> Result<SecretString, String> {
        private_key::decrypted(key, passphrase)
    }

    fn certificate(&self, pem: &str, key: &str) -> Result<CertificateHeader, String> {
        certificate::header(pem, key)
    }
}
