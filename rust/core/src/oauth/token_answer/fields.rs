//! The fields of an answer's body, in whatever form the server wrote them.
//!
//! JSON (RFC 6749 section 5.1), with a byte order mark before it or not (RFC 8259 section 8.1 lets a reader skip it);
//! or `name=value&…`, as servers older than the standard send it.
//! Invariants: nothing is guessed from a body that is neither, and one without the right type must be clearly a form; of a name that comes twice the last counts, as nearly
//! everywhere, but the reader can tell when the two differ; every value is wiped when dropped.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use url::form_urlencoded;
use zeroize::Zeroize;

use super::{Reply, headers};

/// How the fields were written.
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
    /// The fields of the answer, if its body has any.
    pub(super) fn of(reply: &Reply<'_>) -> Option<Self> {
        let body = without_mark(reply.body);
        if let Ok(fields) = serde_json::from_slice(body) {
            return Some(fields);
        }
        let text = std::str::from_utf8(body).ok()?.trim_ascii();
        let said = headers(reply, "content-type").any(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        let pairs = || form_urlencoded::parse(text.as_bytes());
        // Names are told to the user: what could be anything, a token too, is no form.
        let plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
        let formed = pairs().any(|(name, _)| name == "access_token" || name == "error")
            && pairs().all(|(name, _)| plain(&name))
            && (said || text.bytes().all(|b| b.is_ascii_graphic()));
        formed.then(|| Self {
            form: Form::Urlencoded,
            pairs: pairs()
                .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
                .collect(),
        })
    }

    /// The value of a field that is there and not null.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let value = self.pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value);
        value.filter(|value| !value.is_null())
    }

    /// The value of a field that is text, and not the empty one.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// Whether a field comes more than once and not always with the same value: what it means is then anyone's guess
    /// (RFC 8259 section 4 calls it unpredictable, RFC 6749 section 5 forbids it).
    pub(super) fn contradict(&self, name: &str) -> bool {
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

    /// As many names as fit into a line.
    const MOST_NAMES: usize = 12;
}

/// A body without the mark that some servers write before UTF-8.
pub(super) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// What a value is, for people.
pub(super) fn kind(value: &Value) -> &'static str {
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
                // Filled in place, so that what was read is wiped even if the rest can't be read.
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

impl Drop for Fields {
    fn drop(&mut self) {
        fn wipe(value: &mut Value) {
            match value {
                Value::String(text) => text.zeroize(),
                Value::Array(items) => items.iter_mut().for_each(wipe),
                Value::Object(fields) => fields.values_mut().for_each(wipe),
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        self.pairs.iter_mut().for_each(|(_, value)| wipe(value));
    }
}
