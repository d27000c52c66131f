//! In place of the `rustls-platform-verifier` of crates.io, which reqwest depends on wherever it does TLS with rustls.
//!
//! Tollgate trusts what the JVM trusts and hands reqwest those certificates with `tls_certs_only`, so the operating
//! system's verifier would never be asked. The real crate links to the system's TLS frameworks all the same: on macOS to
//! Security and CoreFoundation, which can't be linked without Apple's SDK.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};

/// Has no values: a client without `tls_certs_only` can't be built.
#[derive(Debug)]
pub enum Verifier {}

impl Verifier {
    /// Fails.
    ///
    /// # Errors
    /// Always.
    pub fn new(_provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        Err(Error::General(
            "the operating system's certificates are not used: name those to trust".to_owned(),
        ))
    }

    /// Fails.
    ///
    /// # Errors
    /// Always.
    pub fn new_with_extra_roots(
        _roots: impl IntoIterator<Item = CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        Self::new(provider)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match *self {}
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match *self {}
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match *self {}
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        match *self {}
    }
}
