//! The private key of a client: PEM, JWK, or the key file of a Google service account.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::config::settings::Settings;
use crate::failure::Failure;
use crate::oauth::assertion::{Algorithm, CertificateHeader, SigningKey};

/// A key, and its owner if the file names one.
pub(super) struct Key {
    pub(super) signing: SigningKey,
    pub(super) owner: Option<String>,
}

/// Settings of the key that mean nothing without one.
const OF_THE_KEY: [&str; 5] = [
    "private_key_id",
    "private_key_algorithm",
    "private_key_passphrase",
    "private_key_certificate",
    "private_key_x5c",
];

pub(super) fn key(settings: &Settings<'_>) -> Result<Option<Key>, Failure> {
    let Some(text) = settings.text("private_key")? else {
        for key in OF_THE_KEY {
            if settings.text(key)?.is_some() {
                let cause = "is set, but there is no private_key";
                return Err(settings.wrong(key, cause, "set private_key=file:PATH, or remove it"));
            }
        }
        return Ok(None);
    };
    let (text, id, owner) = parse_key_file(&text);
    let remedy = "give a PEM file (PKCS#8, PKCS#1, SEC1) or a JWK: private_key=file:PATH";
    let text = match settings.text("private_key_passphrase")? {
        Some(passphrase) => settings
            .decrypted(&text, &passphrase)
            .map_err(|cause| settings.wrong("private_key", &cause, "check private_key_passphrase"))?,
        None => SecretString::from(text),
    };
    let wanted = settings.choice("private_key_algorithm", &Algorithm::PRIVATE)?;
    let algorithm = settings
        .algorithm_of(text.expose_secret(), wanted)
        .map_err(|cause| settings.wrong("private_key", &cause, remedy))?;
    let id = settings.text("private_key_id")?.or(id);
    let certificate = certificate(settings, text.expose_secret())?;
    Ok(Some(Key { signing: SigningKey { text, algorithm, id, certificate }, owner }))
}

/// The certificate of the key. Its chain is sent with `private_key_x5c=true` only: it makes each assertion larger.
fn certificate(settings: &Settings<'_>, key: &str) -> Result<Option<CertificateHeader>, Failure> {
    let sends_chain = settings.flag("private_key_x5c")?;
    let Some(pem) = settings.text("private_key_certificate")? else {
        if sends_chain {
            let cause = "is true, but there is no private_key_certificate";
            let remedy = "set private_key_certificate=file:PATH, or remove it";
            return Err(settings.wrong("private_key_x5c", cause, remedy));
        }
        return Ok(None);
    };
    let mut header = settings.certificate(&pem, key).map_err(|cause| {
        let remedy = "give the PEM of the certificate of private_key: private_key_certificate=file:PATH";
        settings.wrong("private_key_certificate", &cause, remedy)
    })?;
    if !sends_chain {
        header.chain.clear();
    }
    Ok(Some(header))
}

/// The key, and its id and owner if the text names them.
fn parse_key_file(text: &str) -> (String, Option<String>, Option<String>) {
    let Ok(Value::Object(json)) = serde_json::from_str(text) else { return (text.to_owned(), None, None) };
    let field = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
    match field("private_key") {
        Some(pem) => (pem, field("private_key_id"), field("client_email")),
        None => (text.to_owned(), field("kid"), None),
    }
}
