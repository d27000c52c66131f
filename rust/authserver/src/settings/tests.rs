//! Settings as they are set, patched and told.

use super::*;

fn patch(settings: &mut Settings, json: &str) -> Result<(), SettingError> {
    settings.patch(serde_json::from_str::<Value>(json).unwrap().as_object().unwrap())
}

#[test]
fn every_key_has_a_value_and_null_restores_it() {
    let mut settings = Settings::default();
    for key in KEYS {
        assert!(settings.value(key).is_some(), "{key}");
        patch(&mut settings, &format!("{{\"{key}\":null}}")).unwrap();
    }
    assert_eq!(settings, Settings::default());
}

#[test]
fn what_to_json_tells_a_patch_takes_back() {
    let mut changed = Settings::default();
    let text = r#"{"lifetime":"90s","rate_limit":"10/60s","retry_after":"date","revoke_previous":true,
        "die_after_uses":3,"token_bytes":900,"token_fault":"status:502","api_fault":"status:401","api_fault_share":"0.1%","expires_in":"\"x\"",
        "api_rate_limit":"300/60s","scope_granted":"a b","capacity":7,"client":"*"}"#;
    patch(&mut changed, text).unwrap();
    let mut back = Settings::default();
    patch(&mut back, &changed.to_json().to_string()).unwrap();
    assert_eq!(back, changed);
}

#[test]
fn a_patch_is_taken_whole_or_not_at_all() {
    let mut settings = Settings::default();
    let error = patch(&mut settings, r#"{"capacity":5,"lifetime":"20"}"#).unwrap_err();
    assert_eq!(error.key, "lifetime");
    assert!(error.problem.contains("unit"), "{error}");
    assert_eq!(settings, Settings::default());
    assert!(patch(&mut settings, r#"{"lifetimes":"20s"}"#).unwrap_err().to_string().contains("lifetime,"));
    assert!(patch(&mut settings, r#"{"nope":null}"#).is_err());
    for length in ["21", "16385", "-1", "\"long\""] {
        assert!(patch(&mut settings, &format!("{{\"token_bytes\":{length}}}")).is_err(), "{length}");
    }
    assert!(patch(&mut settings, r#"{"capacity":[1]}"#).is_err());
}

#[test]
fn a_raw_lifetime_may_be_any_json() {
    let mut settings = Settings::default();
    for (json, raw) in [("0", "0"), ("\"3600\"", "3600"), ("\"null\"", "null"), ("[1]", "[1]")] {
        patch(&mut settings, &format!("{{\"expires_in\":{json}}}")).unwrap();
        assert_eq!(settings.expires_in, Some(ExpiresIn::Raw(raw.into())));
    }
    patch(&mut settings, r#"{"expires_in":"absent"}"#).unwrap();
    assert_eq!(settings.expires_in, Some(ExpiresIn::Absent));
}

#[test]
fn secrets_show_nowhere() {
    let mut settings = Settings::default();
    settings.set_clients(&["a:hunter2", "b:x:hunter2"]).unwrap();
    let shown = format!("{settings:?}{}", settings.to_json());
    assert!(!shown.contains("hunter2"), "{shown}");
    let error = settings.set_clients(&["hunter2"]).unwrap_err();
    assert!(!error.to_string().contains("hunter2"), "{error}");
}
