//! Reads where token, lifetime and refresh token stand in a token answer.

use crate::config::preset::Preset;
use crate::config::settings::Settings;
use crate::failure::Failure;
use crate::oauth::token_answer::{AnswerFormat, LifetimeUnit, Place};

pub(super) fn answer_format(settings: &Settings<'_>, preset: &Preset) -> Result<AnswerFormat, Failure> {
    Ok(AnswerFormat {
        token: place(settings, "token_field")?,
        lifetime: place(settings, "lifetime_field")?,
        unit: settings.choice("lifetime_unit", &LifetimeUnit::NAMES)?,
        refresh_token: place(settings, "refresh_token_field")?,
        errors: preset.errors,
    })
}

fn place(settings: &Settings<'_>, key: &str) -> Result<Option<Place>, Failure> {
    let Some(text) = settings.text(key)? else { return Ok(None) };
    Place::read(text.trim()).map(Some).ok_or_else(|| {
        let cause = format!("is '{}', which names no place in an answer", settings.shown(key, &text));
        settings.wrong(key, &cause, "write it like id_token, /data/accessToken or \"\" (the whole answer)")
    })
}
