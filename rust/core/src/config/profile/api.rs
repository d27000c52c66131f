//! Reads what concerns API requests and their answers: where the token goes, what a rejection is, what a limit.

use secrecy::ExposeSecret;

use super::grant::{check_header, extras};
use super::own_request::OF_THE_CONNECTION;
use super::policy;
use crate::config::answer_rules::AnswerRules;
use crate::config::placement::{Place, Placement};
use crate::config::preset::Preset;
use crate::config::settings::Settings;
use crate::failure::Failure;
use crate::oauth::dpop;

/// Prefix of settings that add a header to API requests: `api_header.<Name>`.
const HEADER: &str = "api_header.";

pub(super) fn answer_rules(settings: &Settings<'_>, preset: &Preset) -> Result<AnswerRules, Failure> {
    let texts = |key| Ok::<_, Failure>(AnswerRules::texts(&settings.text(key)?.unwrap_or_default()));
    let statuses = settings.text("rejection_statuses")?.unwrap_or_default();
    let rejection_statuses = AnswerRules::statuses(&statuses).map_err(|entry| {
        let cause = format!(
            "contains '{}', which is no status of a failed request",
            settings.shown("rejection_statuses", entry)
        );
        settings.wrong("rejection_statuses", &cause, "write it like 403, 419, 498")
    })?;
    Ok(AnswerRules {
        rejection_statuses,
        rejection_texts: texts("rejection_text")?,
        limit_texts: texts("limit_text")?,
        errors: preset.errors,
        rate_headers: settings.flag("rate_headers")?,
        reset_unit: policy::reset_unit(settings)?,
        paced: settings.choice("pacing", &[("off", false), ("rate_headers", true)])?.unwrap_or(false),
    })
}

/// `bound`: whether tokens are bound to a key (RFC 9449), which leaves no choice.
pub(super) fn placement(
    settings: &Settings<'_>,
    bound: bool,
    tenant: Option<&(String, String)>,
) -> Result<Placement, Failure> {
    let place = settings.choice("token_place", &Place::NAMES)?.unwrap_or(Place::Header);
    let name = settings.text("token_name")?.map(|name| name.trim().to_owned());
    let scheme = settings.text("token_scheme")?.map(|scheme| scheme.trim().to_owned());
    if bound {
        let set = [
            ("token_place", place != Place::Header),
            ("token_name", name.is_some()),
            ("token_scheme", scheme.is_some()),
        ];
        if let Some((key, _)) = set.iter().find(|(_, is_set)| *is_set) {
            let cause = "is set, and tokens with dpop=true go as Authorization: DPoP (RFC 9449 section 7.1)";
            return Err(settings.wrong(key, cause, "remove it, or dpop"));
        }
    }
    let named = match (place, name) {
        (_, Some(name)) => name,
        (Place::Header, None) => Placement::HEADER.into(),
        (Place::Query, None) => Placement::PARAM.into(),
        (Place::Cookie, None) => return Err(settings.missing("token_name", "")),
    };
    match place {
        Place::Header if named.eq_ignore_ascii_case(Placement::HEADER) => {}
        Place::Header | Place::Cookie => {
            check_header(settings, "token_name", &named, "", &OF_THE_CONNECTION)?
        }
        Place::Query if named.bytes().all(|b| b.is_ascii_graphic() && !b"&=#?".contains(&b)) => {}
        Place::Query => {
            return Err(settings.wrong(
                "token_name",
                "is no name of a parameter",
                "use letters, digits and _",
            ));
        }
    }
    let before = match scheme.as_deref() {
        Some(scheme) if place != Place::Header => {
            let cause = format!(
                "is '{}', and nothing stands before a token in a {}",
                settings.shown("token_scheme", scheme),
                place.name()
            );
            return Err(settings.wrong("token_scheme", &cause, "remove it, or set token_place=header"));
        }
        Some("none") => String::new(),
        Some(scheme) if !scheme.bytes().all(|b| (0x20..0x7f).contains(&b)) => {
            return Err(settings.wrong(
                "token_scheme",
                "has characters that no header can have",
                "use printable ASCII characters only",
            ));
        }
        Some(scheme) => Placement::before(scheme),
        None if bound => Placement::before(dpop::SCHEME),
        None if place == Place::Header && named.eq_ignore_ascii_case(Placement::HEADER) => {
            Placement::before("Bearer")
        }
        None => String::new(),
    };
    let headers = extras(settings, HEADER)?;
    for (name, value) in &headers {
        let key = format!("{HEADER}{name}");
        check_header(settings, &key, name, value.expose_secret(), &OF_THE_CONNECTION)?;
        let of_token = place == Place::Header && name.eq_ignore_ascii_case(&named);
        if of_token || tenant.is_some_and(|(tenant, _)| name.eq_ignore_ascii_case(tenant)) {
            let other = if of_token { "token_name" } else { "tenant_header" };
            return Err(settings.wrong(
                &key,
                &format!("names a header that {other} sets too"),
                "keep one of them",
            ));
        }
    }
    Ok(Placement { place, name: named, before, headers })
}
