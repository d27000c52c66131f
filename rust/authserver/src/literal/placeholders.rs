//! Times, counts and JWTs in the texts of a case, filled in for each answer.
//!
//! `{now}`, `{now+3600}`, `{now-0.5}`: seconds since 1970, with milliseconds if the offset has a fraction.
//! `{now+60 ms}`, `{now+60 rfc3339}`, `{now+60 http}`: the same in milliseconds, as RFC 3339 and as an HTTP date.
//! `{count}`: the number of this request of the case. In a JSON body also `{"$number": "{now+60}"}`, a number instead of
//! a text, and `{"$jwt": {…}}`, an unsigned JWT with these claims. All other text stays as it is.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// What placeholders stand for in one answer.
pub(super) struct Filling {
    pub(super) now: SystemTime,
    pub(super) number: usize,
}

impl Filling {
    /// The text with its placeholders filled in.
    pub(super) fn text(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, from_open) = rest.split_at(open);
            filled.push_str(before);
            let named =
                from_open.find('}').and_then(|close| Some((self.value(&from_open[1..close])?, close + 1)));
            match named {
                Some((value, length)) => {
                    filled.push_str(&value);
                    rest = &from_open[length..];
                }
                None => {
                    filled.push('{');
                    rest = &from_open[1..];
                }
            }
        }
        filled.push_str(rest);
        filled
    }

    /// The JSON value with the placeholders of all its texts filled in.
    pub(super) fn json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::from(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.json(item)).collect(),
            Value::Object(fields) => self.object(fields),
            other => other.clone(),
        }
    }

    fn object(&self, fields: &Map<String, Value>) -> Value {
        let only = |key| fields.get(key).filter(|_| fields.len() == 1);
        if let Some(claims) = only("$jwt") {
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let header = serde_json::json!({ "alg": "none", "typ": "JWT" });
            return Value::from(format!("{}.{}.c2lnbmF0dXJl", part(&header), part(&self.json(claims))));
        }
        if let Some(Value::String(text)) = only("$number") {
            let text = self.text(text);
            return serde_json::from_str(&text).unwrap_or(Value::String(text));
        }
        Value::Object(fields.iter().map(|(key, value)| (key.clone(), self.json(value))).collect())
    }

    fn value(&self, name: &str) -> Option<String> {
        if name == "count" {
            return Some(self.number.to_string());
        }
        let (moment, form) = name.split_once(' ').unwrap_or((name, ""));
        let offset = moment.strip_prefix("now")?;
        let seconds: f64 = if offset.is_empty() { 0.0 } else { offset.parse().ok()? };
        if !offset.is_empty() && !offset.starts_with(['+', '-']) {
            return None;
        }
        let length = Duration::try_from_secs_f64(seconds.abs()).ok()?;
        let at = if seconds < 0.0 { self.now.checked_sub(length) } else { self.now.checked_add(length) }?;
        let since = at.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(match form {
            "" if offset.contains('.') => format!("{}.{:03}", since.as_secs(), since.subsec_millis()),
            "" => since.as_secs().to_string(),
            "ms" => since.as_millis().to_string(),
            "rfc3339" => {
                Timestamp::from_millisecond(i64::try_from(since.as_millis()).ok()?).ok()?.to_string()
            }
            "http" => httpdate::fmt_http_date(at),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filling() -> Filling {
        Filling { now: SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_250), number: 3 }
    }

    #[test]
    fn times_are_filled_in_as_they_are_asked_for() {
        for (text, filled) in [
            ("{now}", "784111777"),
            ("a{now+60}b{count}", "a784111837b3"),
            ("{now-0.5}", "784111776.750"),
            ("{now+1 ms}", "784111778250"),
            ("{now rfc3339}", "1994-11-06T08:49:37.25Z"),
            ("{now-37 http}", "Sun, 06 Nov 1994 08:49:00 GMT"),
        ] {
            assert_eq!(filling().text(text), filled, "{text}");
        }
    }

    #[test]
    fn other_braces_stay() {
        for text in ["{", "}{", "{\"a\":1}", "{nowhere}", "{now60}", "{now+x}", "{now+1 hours}", "{{}}"] {
            assert_eq!(filling().text(text), text);
        }
        assert_eq!(filling().text("{\"at\":{now}}"), "{\"at\":784111777}");
    }

    #[test]
    fn a_json_body_has_numbers_and_jwts_too() {
        let body =
            json!({ "n": { "$number": "{now+1}" }, "l": ["{count}"], "o": { "$number": "x", "k": 1 } });
        let filled = json!({ "n": 784_111_778, "l": ["3"], "o": { "$number": "x", "k": 1 } });
        assert_eq!(filling().json(&body), filled);
        let jwt = filling().json(&json!({ "$jwt": { "exp": { "$number": "{now+300}" } } }));
        let claims =
            jwt.as_str().and_then(|jwt| jwt.split('.').nth(1)).map(|part| URL_SAFE_NO_PAD.decode(part));
        assert_eq!(claims.unwrap().unwrap(), br#"{"exp":784112077}"#);
    }
}
