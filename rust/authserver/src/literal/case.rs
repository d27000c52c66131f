//! A case: what is answered, and when.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;

/// A file of cases that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CaseError(String);

/// A named list of answers. Fields that only the reader of the file needs (a source, the wanted outcome) are skipped.
#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    /// The part of the path after `/answers/`.
    pub(super) name: String,
    answers: Vec<Literal>,
}

/// One answer, word for word.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Literal {
    /// Given from this many seconds after the case's first request.
    #[serde(default)]
    at: f64,
    /// Given from this request of the case on; the first is 1.
    #[serde(default)]
    from: usize,
    #[serde(default = "ok")]
    pub(super) status: u16,
    /// `Content-Type`; empty: none.
    content_type: Option<String>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, HeaderValues>,
    /// The body as JSON.
    pub(super) body: Option<Value>,
    /// The body as text.
    pub(super) raw: Option<String>,
}

/// One value of a header, or several lines of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum HeaderValues {
    One(String),
    Many(Vec<String>),
}

impl HeaderValues {
    pub(super) fn each(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

const fn ok() -> u16 {
    200
}

impl Case {
    /// Reads a JSON array of cases.
    ///
    /// # Errors
    /// What is wrong, with the case it is in.
    pub fn read_all(text: &[u8]) -> Result<Vec<Self>, CaseError> {
        let cases: Vec<Self> = serde_json::from_slice(text)
            .map_err(|error| CaseError(format!("not a JSON array of cases: {error}")))?;
        let mut names = BTreeSet::new();
        for case in &cases {
            case.check().map_err(|problem| CaseError(format!("case '{}': {problem}", case.name)))?;
            if !names.insert(&case.name) {
                return Err(CaseError(format!("two cases are called '{}'", case.name)));
            }
        }
        Ok(cases)
    }

    fn check(&self) -> Result<(), String> {
        let fits_a_path = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        if self.name.is_empty() || !self.name.bytes().all(fits_a_path) {
            return Err("a name is made of letters, digits, '-', '_' and '.'".into());
        }
        if !self.answers.first().is_some_and(|first| first.at <= 0.0 && first.from <= 1) {
            return Err("the first of its answers must hold for the first request".into());
        }
        self.answers.iter().try_for_each(Literal::check)
    }

    /// The answer to request `number` of the case, `elapsed` after its first: the last that holds.
    pub(super) fn at(&self, elapsed: Duration, number: usize) -> &Literal {
        let holds = |answer: &&Literal| answer.at <= elapsed.as_secs_f64() && answer.from <= number;
        self.answers.iter().rfind(holds).unwrap_or(&self.answers[0])
    }
}

impl Literal {
    fn check(&self) -> Result<(), String> {
        if !(200..=599).contains(&self.status) {
            return Err(format!("{} is not the status of an answer", self.status));
        }
        if self.body.is_some() && self.raw.is_some() {
            return Err("an answer has `body` or `raw`, not both".into());
        }
        for (name, values) in &self.headers {
            let fits = |value: &String| HeaderValue::from_str(value).is_ok();
            if HeaderName::from_bytes(name.as_bytes()).is_err() || !values.each().iter().all(fits) {
                return Err(format!("'{name}' can't be a header"));
            }
        }
        Ok(())
    }

    pub(super) fn content_type(&self) -> Option<&str> {
        match (&self.content_type, &self.body, &self.raw) {
            (Some(given), ..) => Some(given.as_str()).filter(|given| !given.is_empty()),
            (None, Some(_), _) => Some("application/json"),
            (None, None, Some(_)) => Some("text/plain; charset=utf-8"),
            (None, None, None) => None,
        }
    }
}
