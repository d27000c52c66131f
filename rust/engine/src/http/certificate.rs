//! The certificate of a key that signs assertions: how a server finds the public key (RFC 7515 sections 4.1.6 to 4.1.8).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tollgate_core::oauth::assertion::CertificateHeader;

use crate::http::private_key::PrivateKey;

/// The header that the first certificate of `pem`, with the others as its chain, gives to assertions signed with `key`.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn header(pem: &str, key: &str) -> Result<CertificateHeader, String> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let chain = chain.map_err(|_| "holds a certificate that can't be read".to_owned())?;
    let Some(own) = chain.first() else { return Err("holds no PEM certificate".into()) };
    // The public key stands in a certificate as it is.
    let public = PrivateKey::read(key)?.public_bytes();
    if !own.windows(public.len()).any(|bytes| bytes == public) {
        return Err("is the certificate of another key than private_key".into());
    }
    Ok(CertificateHeader {
        sha1: URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, own)),
        sha256: URL_SAFE_NO_PAD.encode(digest(&SHA256, own)),
        chain: chain.iter().map(|certificate| STANDARD.encode(certificate)).collect(),
    })
}
