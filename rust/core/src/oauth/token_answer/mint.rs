//! The token of a successful answer: where it stands, and what belongs to it.

use secrecy::SecretString;
use serde_json::Value;

use super::answer_format::{AnswerFormat, LifetimeUnit, Place};
use super::body::Body;
use super::candidate;
use super::error_text::one_line;
use super::fields::{Form, type_name};
use super::lifetime::{Clocks, Lifetime, Stated, lifetime};
use super::peculiarity::{DOUBTFUL_LIFETIME, Peculiarity};
use super::{Class, Minted, Reply};
use crate::oauth::dpop;
use crate::oauth::token_request::TokenRequest;
use crate::time::clock::Wall;

/// The value that should be the token.
pub(super) struct Found<'a> {
    value: Option<&'a Value>,
    /// Where the profile says it stands; `None`: as in RFC 6749.
    place: Option<&'a Place>,
}

/// Why there is none.
pub(super) enum NoToken {
    /// The server's reason stands where the token should.
    Words(String),
    /// There is none where it should be.
    Absent,
}

/// What to say of an answer whose token is not where it should be.
pub(super) struct Missing {
    pub(super) message: String,
    pub(super) remedy: Option<String>,
}

/// Finds the value that should be the token.
pub(super) fn find<'a>(body: &'a Body, format: &'a AnswerFormat) -> Result<Found<'a>, NoToken> {
    let standard = |name| body.fields().and_then(|fields| fields.get(name));
    let (value, found) = match &format.token {
        Some(place) => {
            let value = body.at(place.segments()).filter(|value| value.as_str() != Some(""));
            (value, value.is_some())
        }
        None => {
            let value = standard("access_token");
            let has_error = body.fields().is_some_and(|fields| fields.text("error").is_some());
            let is_text = value.and_then(Value::as_str).is_some_and(|text| !text.is_empty());
            (value, is_text || !has_error && value.is_some())
        }
    };
    if let Some(text) = value.and_then(Value::as_str).filter(|text| is_sentence(text)) {
        return Err(NoToken::Words(text.to_owned()));
    }
    if found { Ok(Found { value, place: format.token.as_ref() }) } else { Err(NoToken::Absent) }
}

/// Of an answer that has no token and does not say why; `None` if nothing in it looks like one and no place was set.
pub(super) fn missing(body: &Body, format: &AnswerFormat) -> Option<Missing> {
    let candidate = candidate::find(body);
    let remedy = candidate.as_ref().map(|pointer| {
        format!("{} looks like a token: if it is the one, set token_field={pointer}.", in_answer(pointer))
    });
    let names = body.names().join(", ");
    let message = match (&format.token, body) {
        (Some(place), _) => format!("token_field={place} finds nothing in the answer (fields: {names})"),
        (None, _) if candidate.is_none() => return None,
        (None, Body::Fields(_)) => format!("JSON without access_token or error (fields: {names})"),
        (None, Body::Other { is_json: true, .. }) => "JSON that is no object".into(),
        (None, Body::Other { .. }) => "a body that is not JSON".into(),
    };
    let remedy = remedy.or_else(|| {
        format.token.as_ref().map(|place| {
            format!("Correct token_field ({place}): a JSON pointer (RFC 6901) to the token in the answer.")
        })
    });
    Some(Missing { message, remedy: remedy.filter(|_| candidate.is_some() || !names.is_empty()) })
}

fn in_answer(pointer: &str) -> String {
    if pointer == "\"\"" { "The whole answer".into() } else { format!("The answer's {pointer}") }
}

/// Whether a text is a reason and no token: at least two blanks, in printable characters.
fn is_sentence(text: &str) -> bool {
    if text.is_ascii() && !text.contains(' ') {
        return false; // every real token: a look at each character would cost more than the rest of the answer
    }
    let words = text.split_whitespace().count();
    let is_error = text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("error"));
    !text.contains(char::is_control) && (words >= 3 || words == 2 && is_error)
}

/// Why an answer with a token is unusable.
pub(super) enum Unusable {
    /// It is malformed.
    Garbled(String),
    /// The token has this type; the profile needs the other.
    WrongType(String, &'static str),
    /// A setting does not fit the answer: what is wrong, and what to do.
    WrongPlace(String, String),
}

impl From<String> for Unusable {
    fn from(message: String) -> Self {
        Self::Garbled(message)
    }
}

impl From<&str> for Unusable {
    fn from(message: &str) -> Self {
        Self::Garbled(message.into())
    }
}

impl Unusable {
    /// A retry returns the same type, or the same fields, and mints a token each time.
    pub(super) const fn class(&self) -> Class {
        match self {
            Self::Garbled(_) => Class::Garbled,
            Self::WrongType(..) | Self::WrongPlace(..) => Class::Permanent,
        }
    }

    /// What is wrong, and the remedy if it is a setting.
    pub(super) fn into_words(self) -> (String, Option<String>) {
        match self {
            Self::Garbled(message) => (message, None),
            Self::WrongType(named, wanted) if named.is_empty() => {
                (format!("the token has no type, not even {wanted}"), None)
            }
            Self::WrongType(named, wanted) => (format!("the token is of type '{named}', not {wanted}"), None),
            Self::WrongPlace(message, remedy) => (message, Some(remedy)),
        }
    }
}

/// Fields whose value must not be guessed if there are two.
const UNAMBIGUOUS: [&str; 3] = ["access_token", "expires_in", "refresh_token"];

pub(super) fn mint(
    reply: &Reply<'_>,
    received: Wall,
    body: &Body,
    found: &Found<'_>,
    request: &TokenRequest,
    asked: Option<&str>,
    format: &AnswerFormat,
) -> Result<Minted, Unusable> {
    if let Some(fields) = body.fields()
        && let Some(name) = UNAMBIGUOUS.iter().find(|name| fields.is_ambiguous(name))
    {
        return Err(format!("{name} comes twice, with different values").into());
    }
    let name = found.place.map_or("access_token".to_owned(), |place| format!("token_field={place}"));
    let token = match found.value {
        Some(Value::String(token)) if !token.is_empty() => token,
        Some(Value::String(_)) | None => return Err(format!("{name} is empty").into()),
        Some(other) => return Err(format!("{name} is {}, not text", type_name(other)).into()),
    };
    if !token.bytes().all(|b| (0x21..0x7f).contains(&b)) {
        return Err("the access token holds characters that can't stand in a header".into());
    }
    let around = Around { body, place: found.place };
    let own_type = check_type(around.get("token_type").or(around.placed("tokenType")), request.bound)?;
    let Lifetime { life, named } = life(&around, token, &Clocks::of(reply, received), format)?;
    let scope_granted = around.get("scope");
    let much_sooner = named.filter(|named| life.is_some_and(|life| life < *named - *named / 10));
    let peculiarities = [
        own_type.filter(|own| !own.contains(token.as_str())).map(Peculiarity::TokenType),
        much_sooner.zip(life).map(|(named, life)| Peculiarity::EndsSooner { life, named }),
        life.filter(|life| *life > DOUBTFUL_LIFETIME).map(Peculiarity::LongLife),
    ];
    Ok(Minted {
        secret: SecretString::from(token.as_str()),
        lifetime: life,
        missing_scopes: missing_scopes(asked, scope_granted),
        scope: scope(asked, scope_granted).filter(|scope| !scope.contains(token.as_str())),
        refresh_token: refresh_token(&around, request, format)?,
        peculiarities: peculiarities.into_iter().flatten().collect(),
    })
}

/// What stands beside the token.
struct Around<'a> {
    body: &'a Body,
    place: Option<&'a Place>,
}

impl<'a> Around<'a> {
    fn get(&self, name: &str) -> Option<&'a Value> {
        match self.place {
            Some(place) => self.body.beside(place, name),
            None => self.body.fields()?.get(name),
        }
    }

    /// The same for a name that RFC 6749 does not have: only where the profile says where the token stands.
    fn placed(&self, name: &str) -> Option<&'a Value> {
        self.place.and_then(|_| self.get(name))
    }
}

/// Beside a token whose place was set: names of a lifetime, and their units.
const LIFETIMES: [(&str, LifetimeUnit); 3] = [
    ("expiresIn", LifetimeUnit::Seconds),
    ("expires_at", LifetimeUnit::Date),
    ("expiresAt", LifetimeUnit::Date),
];

fn life(
    around: &Around<'_>,
    token: &str,
    clocks: &Clocks,
    format: &AnswerFormat,
) -> Result<Lifetime, Unusable> {
    if let Some(place) = &format.lifetime {
        let Some(value) = around.body.at(place.segments()) else {
            let names = around.body.names().join(", ");
            return Err(Unusable::WrongPlace(
                format!("lifetime_field={place} finds nothing in the answer (fields: {names})"),
                "Correct or remove lifetime_field.".into(),
            ));
        };
        let unit = format.unit.unwrap_or(LifetimeUnit::Seconds);
        return lifetime(&Stated::As(value, unit), token, clocks).map_err(|wanted| {
            Unusable::WrongPlace(
                format!("lifetime_field={place} is not {wanted}"),
                "Correct lifetime_field, or set lifetime_unit: s, ms, date or epoch.".into(),
            )
        });
    }
    // Facebook's form-encoded answers say `expires`.
    let is_form = around.body.fields().is_some_and(|fields| fields.form == Form::Urlencoded);
    let expires = around.get("expires").filter(|_| is_form);
    // An answer names the lifetime of its access token; another token says in its own claims when it ends.
    let of_other =
        around.placed("access_token").is_some() && !is_access_token(around.place) && candidate::is_jwt(token);
    let standard = around.get("expires_in").or(expires).filter(|_| !of_other);
    let stated = match standard {
        Some(value) => Stated::As(value, format.unit.unwrap_or(LifetimeUnit::Seconds)),
        None => LIFETIMES
            .iter()
            .find_map(|(name, unit)| Some((around.placed(name)?, *unit)))
            .map_or(Stated::Nothing, |(value, unit)| {
                Stated::As(value, format.unit.unwrap_or(unit_of(value, unit)))
            }),
    };
    lifetime(&stated, token, clocks).map_err(|wanted| match format.unit {
        None => format!("expires_in is not {wanted}").into(),
        Some(_) => Unusable::WrongPlace(
            format!("the lifetime in the answer is not {wanted}"),
            "Correct lifetime_unit, or set lifetime_field.".into(),
        ),
    })
}

/// An end that is a number is no date.
fn unit_of(value: &Value, unit: LifetimeUnit) -> LifetimeUnit {
    let is_number = value.is_number() || value.as_str().is_some_and(|text| text.parse::<f64>().is_ok());
    if unit == LifetimeUnit::Date && is_number { LifetimeUnit::Epoch } else { unit }
}

fn is_access_token(place: Option<&Place>) -> bool {
    place.is_none_or(|place| place.segments().last().is_some_and(|last| last == "access_token"))
}

fn refresh_token(
    around: &Around<'_>,
    request: &TokenRequest,
    format: &AnswerFormat,
) -> Result<Option<SecretString>, Unusable> {
    let Some(place) = &format.refresh_token else {
        let beside = around.get("refresh_token").or(around.placed("refreshToken"));
        let text = beside.and_then(Value::as_str).filter(|text| !text.is_empty());
        return Ok(text.map(SecretString::from));
    };
    match around.body.at(place.segments()).and_then(Value::as_str).filter(|text| !text.is_empty()) {
        Some(text) => Ok(Some(text.into())),
        // The old one stays valid (RFC 6749 section 6).
        None if request.refresh => Ok(None),
        None => Err(Unusable::WrongPlace(
            format!("refresh_token_field={place} finds nothing in the answer"),
            "Correct or remove refresh_token_field.".into(),
        )),
    }
}

/// Types of a bearer token (RFC 6750), in any case. Apigee sends `BearerToken` by default.
const BEARER: [&str; 2] = ["bearer", "bearertoken"];

/// Types of a token that needs a proof with each request, in any case.
const PROVED: [&str; 4] = ["dpop", "mac", "pop", "hmac"];

/// The type if it is a name of the server's own. A bound token needs a proof, a bearer token must have none (RFC 9449
/// section 5). A missing type means Bearer; with `bound` it is an error, because the server did not say that it bound the
/// token.
fn check_type(named: Option<&Value>, bound: bool) -> Result<Option<String>, Unusable> {
    let is = |word: &str, words: &[&str]| words.iter().any(|one| word.eq_ignore_ascii_case(one));
    let wanted = if bound { dpop::SCHEME } else { "Bearer" };
    match named {
        None if bound => Err(Unusable::WrongType(String::new(), wanted)),
        None => Ok(None),
        Some(Value::String(word)) if bound => {
            let bound = is(word, &[dpop::SCHEME]);
            if bound { Ok(None) } else { Err(Unusable::WrongType(word.clone(), wanted)) }
        }
        Some(Value::String(word)) if is(word, &[dpop::SCHEME]) => {
            Err(Unusable::WrongType(word.clone(), wanted))
        }
        Some(Value::String(word)) if is(word, &PROVED) => {
            Err(format!("the token is of type '{word}', not {wanted}").into())
        }
        Some(Value::String(word)) => {
            Ok(Some(word.clone()).filter(|word| !word.is_empty() && !is(word, &BEARER)))
        }
        Some(other) => Err(format!("token_type is {}, not text", type_name(other)).into()),
    }
}

/// The scopes of `asked` that are not in `granted`. Scopes are separated by spaces (RFC 6749 section 3.3), by GitHub with
/// commas, and by some servers in a list; a server that names none granted what was requested.
fn missing_scopes(asked: Option<&str>, granted: Option<&Value>) -> Vec<String> {
    let Some(scopes) = scopes_of(granted) else { return Vec::new() };
    let is_granted =
        |scope: &str| scopes.iter().any(|one| *one == scope || one.split(',').any(|part| part == scope));
    asked.unwrap_or_default().split_whitespace().filter(|scope| !is_granted(scope)).map(one_line).collect()
}

/// The scope of a token, `None` if it has none.
fn scope(asked: Option<&str>, granted: Option<&Value>) -> Option<Box<str>> {
    let scopes = scopes_of(granted).unwrap_or_else(|| asked.unwrap_or_default().split_whitespace().collect());
    (!scopes.is_empty()).then(|| scopes.join(" ").into())
}

/// The granted scopes; `None` if the server does not name them.
fn scopes_of(granted: Option<&Value>) -> Option<Vec<&str>> {
    let lines: Vec<&str> = match granted? {
        Value::String(line) => vec![line],
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    Some(lines.into_iter().flat_map(str::split_whitespace).collect())
}
