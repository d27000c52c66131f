//! Keys as PEM or JWK, with the certificate that may follow. Checks that one that can't be read is refused without any part
//! of it.

use std::sync::LazyLock;

use tollgate_engine::{Code, Engine, Setting, Source};

/// A part of a key that is this long would show it.
const SHOWN: usize = 12;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::start().expect("an engine starts"));

/// Checks one input.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let all = [("private_key", text), ("private_key_certificate", text)];
    open(text, &all[..1]);
    open(text, &all);
    open(text, &[("client_secret", "literal:x"), ("dpop", "true"), ("dpop_key", text)]);
}

fn open(key: &str, own: &[(&str, &str)]) {
    let setting = |(key, value): (&str, &str)| Setting {
        key: key.into(),
        value: if value.starts_with(['-', '{']) { format!("literal:{value}") } else { value.to_owned() },
        source: Source::Property,
    };
    let fixed = [("token_url", "https://login.example.com/"), ("client_id", "me")];
    let given: Vec<_> = fixed.into_iter().chain(own.iter().copied()).map(setting).collect();
    if let Err(failure) = ENGINE.open("fuzz", &given, true) {
        assert_eq!(failure.code, Code::Config, "{failure}");
        let lines = key.lines().filter(|line| line.len() >= SHOWN && !line.contains(['-', ' ']));
        lines.for_each(|line| assert!(!failure.message.contains(line), "{failure}"));
    }
}
