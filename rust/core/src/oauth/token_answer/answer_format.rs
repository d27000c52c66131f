//! How a server's token answers differ from RFC 6749 section 5: where token, lifetime and refresh token stand, and which
//! errors it is known for.

use std::fmt;

use super::known_errors::KnownError;

/// A place in an answer: a JSON pointer (RFC 6901), or the name of a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// As it was set.
    text: String,
    segments: Vec<String>,
}

impl Place {
    /// Reads `/data/accessToken`, `id_token` (for `/id_token`) or `""` (the whole answer). `None` for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let segments = match text {
            "\"\"" => Vec::new(),
            pointer if pointer.starts_with('/') => {
                pointer[1..].split('/').map(unescaped).collect::<Option<_>>()?
            }
            name => vec![Some(name).filter(|name| is_plain(name))?.to_owned()],
        };
        Some(Self { text: text.to_owned(), segments })
    }

    /// The keys and indices from the outside in.
    pub(super) fn segments(&self) -> &[String] {
        &self.segments
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a key can stand in messages and needs no escape in a pointer: short, and of the characters of names.
pub(super) fn is_plain(key: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    (1..=40).contains(&key.len()) && key.bytes().all(plain)
}

/// `~1` stands for `/` and `~0` for `~`; any other `~` is an error (RFC 6901 section 3).
fn unescaped(segment: &str) -> Option<String> {
    let mut parts = segment.split('~');
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let stands_for = if part.starts_with('1') { '/' } else { '~' };
        text.push(stands_for);
        text.push_str(part.strip_prefix(['0', '1'])?);
    }
    Some(text)
}

/// What a lifetime is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LifetimeUnit {
    /// A number of seconds from now.
    Seconds,
    /// A number of milliseconds from now.
    Milliseconds,
    /// The end, as RFC 3339 or HTTP date.
    Date,
    /// The end, in seconds or milliseconds since 1970.
    Epoch,
}

impl LifetimeUnit {
    /// Each unit with its spelling in settings.
    pub const NAMES: [(&str, Self); 4] =
        [("s", Self::Seconds), ("ms", Self::Milliseconds), ("date", Self::Date), ("epoch", Self::Epoch)];
}

/// How answers are read. The default is RFC 6749.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AnswerFormat {
    /// Where the token stands (`token_field`); if not set, `access_token`.
    pub token: Option<Place>,
    /// Where its lifetime stands (`lifetime_field`); if not set, beside the token.
    pub lifetime: Option<Place>,
    /// The unit of the lifetime (`lifetime_unit`).
    pub unit: Option<LifetimeUnit>,
    /// Where the refresh token stands (`refresh_token_field`); if not set, beside the token.
    pub refresh_token: Option<Place>,
    /// What the preset knows of the server's errors.
    pub errors: &'static [KnownError],
}

impl AnswerFormat {
    /// The settings as one text: two requests whose answers are read in other places get other tokens.
    #[must_use]
    pub fn identity(&self) -> String {
        let place = |place: &Option<Place>| place.as_ref().map_or("", |place| &place.text).to_owned();
        let (token, lifetime, refresh) =
            (place(&self.token), place(&self.lifetime), place(&self.refresh_token));
        format!("{token}\n{lifetime}\n{:?}\n{refresh}", self.unit)
    }
}
