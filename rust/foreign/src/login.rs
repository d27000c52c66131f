//! A login of a server's own: its `Content-Type` in the first line, or none, then a body with places. Checks that no value
//! leaves its place: with any user the body has the structure that it has with a harmless one.

use secrecy::ExposeSecret;
use serde_json::Value;
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Setting, Source, ValueSource};
use tollgate_core::oauth::assertion::Algorithm;
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::oauth::own_request::body_format;
use tollgate_core::oauth::template::Escape;

/// What ends a value in one of the formats, and what begins a place.
const ODD: &str = "a\"b\\'&c=d<e>\n%22{{password}}\u{0}é";
const HARMLESS: &str = "x";

struct Nothing;

impl ValueSource for Nothing {
    fn env(&self, _: &str) -> Option<String> {
        None
    }

    fn file(&self, _: &str) -> Result<String, String> {
        Err("No such file".to_owned())
    }

    fn is_missing(&self, _: &str) -> bool {
        true
    }

    fn algorithm_of(&self, _: &str, _: Option<Algorithm>) -> Result<Algorithm, String> {
        Err("is no key".to_owned())
    }
}

/// Checks one input.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (content_type, template) = text.split_once('\n').unwrap_or(("", text));
    let content_type = Some(content_type.trim()).filter(|named| !named.is_empty());
    if content_type.is_some_and(|named| named.contains("{{")) {
        return; // not every password can stand in a header
    }
    let body = |password: &str| filled(content_type, template, password);
    let Some(harmless) = body(HARMLESS) else { return };
    let odd = body(ODD).expect("a profile is valid with one password as with another");
    match body_format(content_type, template).0 {
        Escape::Json => {
            if let Ok(expected) = serde_json::from_str::<Value>(&harmless) {
                let read = serde_json::from_str::<Value>(&odd);
                let read = read.unwrap_or_else(|error| panic!("{error}: {odd:?}"));
                assert_eq!(nodes(&read), nodes(&expected), "{odd:?}");
            }
        }
        Escape::Form => assert_eq!(count(&odd, "&=\n"), count(&harmless, "&=\n"), "{odd:?}"),
        Escape::Xml => assert_eq!(count(&odd, "<>\"'"), count(&harmless, "<>\"'"), "{odd:?}"),
        Escape::None => {}
    }
}

/// The body for a user with this password, if such a profile is valid.
fn filled(content_type: Option<&str>, template: &str, password: &str) -> Option<String> {
    let header = content_type.map(|named| ("token_header.Content-Type", named));
    let fixed = [
        ("token_url", "https://login.example.com/"),
        ("grant", "login"),
        ("token_body", template),
        ("username", "u"),
    ];
    let setting = |(key, value): (&str, &str)| Setting {
        key: key.into(),
        value: value.into(),
        source: Source::Property,
    };
    // A value of a setting names no variable and no file after `literal:`.
    let password = setting(("password", &format!("literal:{password}")));
    let given: Vec<_> = fixed.into_iter().chain(header).map(setting).chain([password]).collect();
    match Profile::validate("fuzz", &given, &Nothing) {
        Ok(profile) => {
            assert!(!format!("{profile:?}").contains(ODD), "{profile:?}");
            Some(profile.request(&RequestGrant::Primary).body().expose_secret().to_owned())
        }
        Err(failure) => {
            assert!(!failure.message.contains(ODD), "{failure}");
            None
        }
    }
}

/// How many values there are: two fields of one name are one.
fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(nodes).sum(),
        Value::Object(fields) => fields.values().map(nodes).sum(),
        _ => 0,
    }
}

fn count(text: &str, of: &str) -> usize {
    text.chars().filter(|c| of.contains(*c)).count()
}
