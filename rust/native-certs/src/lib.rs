//! In place of the `rustls-native-certs` of crates.io, which redis depends on wherever it does TLS with rustls.
//!
//! Tollgate trusts what the JVM trusts and hands redis those certificates. redis asks for the operating system's all the same,
//! with each connection, and fails if one can't be read; and the real crate links to the system's TLS frameworks: on macOS to
//! Security, which can't be linked without Apple's SDK.

use std::fmt;

use rustls::pki_types::CertificateDer;

/// What was found.
#[derive(Debug, Default)]
pub struct CertificateResult {
    /// None.
    pub certs: Vec<CertificateDer<'static>>,
    /// None.
    pub errors: Vec<Error>,
}

/// Has no values.
#[derive(Debug)]
pub enum Error {}

impl fmt::Display for Error {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Error {}

/// No certificates.
#[must_use]
pub fn load_native_certs() -> CertificateResult {
    CertificateResult::default()
}
