//! The fields of an answer's body.
//!
//! JSON (RFC 6749 section 5.1), with or without a byte order mark (RFC 8259 section 8.1 lets a reader skip it), or
//! `name=value&…`, as servers from before the standard send it. Invariants: any other body has no fields; a body without
//! the form's content type must clearly be a form; of a repeated name the last value counts, as in most parsers, and
//! [`Fields::is_ambiguous`] says if they differ; every value is zeroed when dropped.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use url::form_urlencoded;
use zeroize::Zeroize;

use super::{Reply, headers};

/// The format of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Urlencoded,
}

/// Names and values in order.
pub(super) struct Fields {
    pub(super) form: Form,
    pairs: Vec<(String, Value)>,
}

impl Fields {
    /// The fields of the answer, if the body is JSON or a form.
    pub(super) fn of(reply: &Reply<'_>) -> Option<Self> {
        let body = without_bom(reply.body);
        if let Ok(fields) = serde_json::from_slice(body) {
            return Some(fields);
        }
        let text = std::str::from_utf8(body).ok()?.trim_ascii();
        let declared = headers(reply, "content-type").any(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        let pairs = || form_urlencoded::parse(text.as_bytes());
        // Messages contain the names, so a name must not be able to contain a token.
        let plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
        let formed = pairs().any(|(name, _)| name == "access_token" || name == "error")
            && pairs().all(|(name, _)| plain(&name))
            && (declared || text.bytes().all(|b| b.is_ascii_graphic()));
        formed.then(|| Self {
            form: Form::Urlencoded,
            pairs: pairs()
                .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
                .collect(),
        })
    }

    /// The value of a field, unless it is null.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let value = self.pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value);
        value.filter(|value| !value.is_null())
    }

    /// The fields, in order.
    pub(super) fn each(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The value of a field that is a non-empty text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// Whether a field is repeated with different values (RFC 8259 section 4 calls that unpredictable, RFC 6749 section 5
    /// forbids it).
    pub(super) fn is_ambiguous(&self, name: &str) -> bool {
        let mut values = self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
        values.next().is_some_and(|first| values.any(|other| other != first))
    }

    /// The names, each once, in order.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for (name, _) in &self.pairs {
            if names.len() < Self::MOST_NAMES && !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// The number of names that fit into a line.
    const MOST_NAMES: usize = 12;
}

/// The body without a byte order mark.
pub(super) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// The type of a value, for messages.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields, M::Error> {
                // Filled in place: `Drop` zeroes what was read, even if the rest is malformed.
                let mut fields = Fields { form: Form::Json, pairs: Vec::new() };
                while let Some(pair) = map.next_entry()? {
                    fields.pairs.push(pair);
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// Zeroes the texts of a value.
pub(super) fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        self.pairs.iter_mut().for_each(|(_, value)| wipe(value));
    }
}
