//! Text with places that values fill: `{"user": "{{username}}"}`. A place is `{{name}}`; there is nothing else to it.
//!
//! Invariant: the text may hold secrets, so `Debug` hides it, and an error gives the position of a place, not its text.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

/// How a value is written so that it stays one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// As it is: plain text, a header.
    None,
    /// As the inside of a JSON string (RFC 8259 section 7).
    Json,
    /// As a value of `application/x-www-form-urlencoded`.
    Form,
    /// As text or an attribute of XML.
    Xml,
}

impl Escape {
    /// `value`, escaped.
    #[must_use]
    pub fn apply(self, value: &str) -> Zeroizing<String> {
        Zeroizing::new(match self {
            Self::None => value.to_owned(),
            Self::Json => {
                let quoted = Value::String(value.to_owned()).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            Self::Form => byte_serialize(value.as_bytes()).collect(),
            Self::Xml => {
                let entity = |c: char| match c {
                    '&' => "&amp;".to_owned(),
                    '<' => "&lt;".to_owned(),
                    '>' => "&gt;".to_owned(),
                    '"' => "&quot;".to_owned(),
                    '\'' => "&apos;".to_owned(),
                    other => other.to_string(),
                };
                value.chars().map(entity).collect()
            }
        })
    }
}

/// A text with places.
#[derive(Clone, Debug)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(SecretString),
    Place(Place),
}

/// One place of a template.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// The name of its value.
    pub name: String,
    /// Where it begins, in characters from 1.
    pub at: usize,
}

/// A name may be a part of a secret that was not meant as a place.
impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Place({})", self.at)
    }
}

impl Template {
    /// Parses a text.
    ///
    /// # Errors
    /// The position of a `{{` without an end, in characters from 1.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let at = 1 + text[..text.len() - after.len() - 2].chars().count();
            let (name, behind) = after.split_once("}}").ok_or(at)?;
            parts.push(Part::Text(before.into()));
            parts.push(Part::Place(Place { name: name.trim().to_owned(), at }));
            rest = behind;
        }
        parts.push(Part::Text(rest.into()));
        Ok(Self(parts))
    }

    /// Its places, in order.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.0.iter().filter_map(|part| if let Part::Place(place) = part { Some(place) } else { None })
    }

    /// The text with the values of its places. `value` gives the empty text for a name without a value.
    pub(crate) fn fill(&self, escape: Escape, value: impl Fn(&str) -> SecretString) -> SecretString {
        let mut filled = Zeroizing::new(String::new());
        for part in &self.0 {
            match part {
                Part::Text(text) => filled.push_str(text.expose_secret()),
                Part::Place(place) => filled.push_str(&escape.apply(value(&place.name).expose_secret())),
            }
        }
        SecretString::from(filled.as_str())
    }

    /// The text without its places.
    pub(crate) fn literal(&self) -> SecretString {
        self.fill(Escape::None, |_| SecretString::default())
    }

    /// The text as it was parsed, but for blanks in places.
    pub(crate) fn text(&self) -> SecretString {
        self.fill(Escape::None, |name| ["{{", name, "}}"].concat().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, escape: Escape) -> String {
        let value = |name: &str| match name {
            "user" => "a\"b\\\n<&'é>".into(),
            other => other.into(),
        };
        Template::parse(text).unwrap().fill(escape, value).expose_secret().to_owned()
    }

    #[test]
    fn values_are_escaped_as_their_body_needs() {
        assert_eq!(filled("{{user}}", Escape::None), "a\"b\\\n<&'é>");
        assert_eq!(filled(r#"{"u":"{{user}}"}"#, Escape::Json), r#"{"u":"a\"b\\\n<&'é>"}"#);
        assert_eq!(filled("u={{user}}&p={{p}}", Escape::Form), "u=a%22b%5C%0A%3C%26%27%C3%A9%3E&p=p");
        assert_eq!(filled("<u>{{user}}</u>", Escape::Xml), "<u>a&quot;b\\\n&lt;&amp;&apos;é&gt;</u>");
    }

    #[test]
    fn only_double_braces_are_places() {
        for text in [r#"{"a":{"b":1}}"#, "{user}", "${user}", "", "}}"] {
            assert_eq!(filled(text, Escape::Json), text);
        }
        assert_eq!(filled(r#"{"a":{{ n }}}"#, Escape::Json), r#"{"a":n}"#);
    }

    #[test]
    fn a_place_has_a_position_in_characters() {
        let template = Template::parse("é{{one}}{{two}}").unwrap();
        let places: Vec<_> = template.places().map(|place| (place.at, &*place.name)).collect();
        assert_eq!(places, [(2, "one"), (9, "two")]);
        assert_eq!(Template::parse("é {{one").unwrap_err(), 3);
        assert!(!format!("{template:?}").contains("one"), "{template:?}");
    }
}
