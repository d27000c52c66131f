//! The body of an answer: the fields of a JSON object or form, other JSON, or text.
//!
//! Invariant: every value that was read is zeroed when dropped, because it may be a token.

use serde_json::Value;

use super::Reply;
use super::answer_format::Place;
use super::fields::{Fields, wipe, without_bom};

/// The body of an answer.
pub(super) enum Body {
    Fields(Fields),
    /// JSON that is no object, or, of a body that is neither JSON nor a form, its text.
    Other {
        value: Value,
        is_json: bool,
    },
}

impl Body {
    pub(super) fn of(reply: &Reply<'_>) -> Self {
        if let Some(fields) = Fields::of(reply) {
            return Self::Fields(fields);
        }
        let body = without_bom(reply.body);
        match serde_json::from_slice(body) {
            Ok(value) => Self::Other { value, is_json: true },
            Err(_) => {
                let text = std::str::from_utf8(body).unwrap_or_default().trim();
                Self::Other { value: Value::from(text), is_json: false }
            }
        }
    }

    pub(super) fn fields(&self) -> Option<&Fields> {
        if let Self::Fields(fields) = self { Some(fields) } else { None }
    }

    /// The value at a place, unless it is null or there is none.
    pub(super) fn at(&self, segments: &[String]) -> Option<&Value> {
        let found = match (self, segments.split_first()) {
            (Self::Fields(_), None) => None,
            (Self::Fields(fields), Some((name, rest))) => descend(fields.get(name)?, rest),
            (Self::Other { value, .. }, _) => descend(value, segments),
        };
        found.filter(|value| !value.is_null())
    }

    /// What stands around the value at a place, by name.
    pub(super) fn beside<'a>(&'a self, place: &'a Place, name: &str) -> Option<&'a Value> {
        let (_, parents) = place.segments().split_last()?;
        match (self, parents) {
            (Self::Fields(fields), []) => fields.get(name),
            _ => self.at(parents)?.get(name).filter(|value| !value.is_null()),
        }
    }

    /// The outermost names, for messages.
    pub(super) fn names(&self) -> Vec<&str> {
        self.fields().map(Fields::names).unwrap_or_default()
    }
}

fn descend<'a>(value: &'a Value, segments: &[String]) -> Option<&'a Value> {
    segments.iter().try_fold(value, |value, segment| match value {
        Value::Object(fields) => fields.get(segment),
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        _ => None,
    })
}

impl Drop for Body {
    fn drop(&mut self) {
        if let Self::Other { value, .. } = self {
            wipe(value);
        }
    }
}
