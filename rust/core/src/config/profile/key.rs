//! The private key of a client: PEM, JWK, or the key file of a Google service account.

use secrecy::SecretString;
use serde_json::Value;

use crate::config::settings::Settings;
use crate::failure::Failure;
use crate::oauth::assertion::{Algorithm, SigningKey};

/// A key, and its owner if the file names one.
pub(super) struct Key {
    pub(super) signing: SigningKey,
    pub(super) owner: Option<String>,
}

pub(super) fn key(settings: &Settings<'_>) -> Result<Option<Key>, Failure> {
    let Some(text) = settings.text("private_key")? else {
        for key in ["private_key_id", "private_key_algorithm"] {
            if settings.text(key)?.is_some() {
                let cause = "is set, but there is no private_key";
                return Err(settings.wrong(key, cause, "set private_key=file:PATH, or remove it"));
            }
        }
        return Ok(None);
    };
    let (text, id, owner) = parse_key_file(&text);
    let wanted = settings.choice("private_key_algorithm", &Algorithm::PRIVATE)?;
    let algorithm = settings.algorithm_of(&text, wanted).map_err(|cause| {
        settings.wrong("private_key", &cause, "give a PEM file (PKCS#8) or a JWK: private_key=file:PATH")
    })?;
    let id = settings.text("private_key_id")?.or(id);
    Ok(Some(Key { signing: SigningKey { text: SecretString::from(text), algorithm, id }, owner }))
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
