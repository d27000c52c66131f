//! The key binding of tokens: `dpop` and `dpop_key`.

use secrecy::SecretString;

use crate::config::settings::Settings;
use crate::failure::Failure;
use crate::oauth::assertion::SigningKey;
use crate::oauth::dpop::Binding;

pub(super) fn binding(settings: &Settings<'_>) -> Result<Option<Binding>, Failure> {
    let text = settings.text("dpop_key")?;
    if !settings.flag("dpop")? {
        return match text {
            None => Ok(None),
            Some(_) => Err(settings.wrong(
                "dpop_key",
                "is set, but no token is bound to it",
                "set dpop=true, or remove it",
            )),
        };
    }
    let Some(text) = text else { return Ok(Some(Binding { key: None })) };
    let algorithm = settings.algorithm_of(&text, None).map_err(|cause| {
        let remedy = "give a PEM file (PKCS#8) or a JWK: dpop_key=file:PATH";
        settings.wrong("dpop_key", &cause, remedy)
    })?;
    // No `kid`: a proof contains the whole public key.
    Ok(Some(Binding { key: Some(SigningKey::new(SecretString::from(text), algorithm)) }))
}
