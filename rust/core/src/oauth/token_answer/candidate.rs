//! A field that looks like a token, for an answer that has no `access_token` where it should be.

use serde_json::Value;

use super::answer_format::is_plain;
use super::body::Body;

/// Values looked at: an answer with a token is small.
const MOST_VALUES: usize = 500;
/// How deep they may lie.
const DEEPEST: usize = 5;
/// A shorter text that is no JSON is a word.
const SHORTEST_BARE_TOKEN: usize = 16;

/// The JSON pointer of the value that looks most like a token; `""` for the whole body.
pub(super) fn find(body: &Body) -> Option<String> {
    let mut search = Search { best: None, left: MOST_VALUES };
    match body {
        Body::Fields(fields) => fields.each().for_each(|(name, value)| search.visit("", name, value, 1)),
        Body::Other { value: Value::String(text), is_json } => {
            let long_enough = *is_json || text.len() >= SHORTEST_BARE_TOKEN;
            return (long_enough && is_one_word(text)).then(|| "\"\"".into());
        }
        Body::Other { value, .. } => search.descend("", value, 0),
    }
    search.best.map(|(_, pointer)| pointer)
}

struct Search {
    /// How much it looks like a token, and where it stands.
    best: Option<(u32, String)>,
    left: usize,
}

impl Search {
    fn visit(&mut self, parent: &str, key: &str, value: &Value, depth: usize) {
        if self.left == 0 || depth > DEEPEST || !is_plain(key) {
            return;
        }
        self.left -= 1;
        let pointer = format!("{parent}/{key}");
        if let Value::String(text) = value {
            let likeness = likeness(key, text);
            if likeness > self.best.as_ref().map_or(0, |(best, _)| *best) {
                self.best = Some((likeness, pointer));
            }
        } else {
            self.descend(&pointer, value, depth);
        }
    }

    fn descend(&mut self, pointer: &str, value: &Value, depth: usize) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(key, value)| self.visit(pointer, key, value, depth + 1));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.for_each(|(index, value)| self.visit(pointer, &index.to_string(), value, depth + 1));
            }
            _ => {}
        }
    }
}

/// How much a field looks like a token by its name and value; 0: not at all.
fn likeness(key: &str, text: &str) -> u32 {
    if !is_one_word(text) {
        return 0;
    }
    let name: String =
        key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let by_name = match name.as_str() {
        "accesstoken" => 9,
        "token" | "authtoken" | "bearertoken" | "apitoken" | "jwt" | "jwttoken" => 7,
        "idtoken" => 6,
        "refreshtoken" | "csrftoken" | "xsrftoken" => return 0,
        name if name.ends_with("token") => 4,
        "sessionid" | "sessionkey" | "ticket" => 3,
        _ => 0,
    };
    by_name + if is_jwt(text) { 2 } else { 0 }
}

fn is_one_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !b"<>{}\"".contains(&b))
}

/// Whether it has the form of a JWT: a JSON object in base64url, twice, and a third part.
pub(super) fn is_jwt(text: &str) -> bool {
    text.starts_with("eyJ") && text.split('.').count() == 3
}
