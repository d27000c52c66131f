//! Parses and formats values of settings.

use std::time::Duration;

/// Parses `300ms`, `20s`, `5m`, `24h`: digits, then a unit.
#[must_use]
pub fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..digits].parse().ok()?;
    let millis = match &text[digits..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number.checked_mul(millis).map(Duration::from_millis)
}

/// The shortest text that [`duration`] parses to the same value.
#[must_use]
pub fn to_setting(duration: Duration) -> String {
    const UNITS: [(u128, &str); 3] = [(3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    let millis = duration.as_millis();
    let unit = UNITS.iter().find(|(length, _)| millis > 0 && millis.is_multiple_of(*length));
    unit.map_or_else(|| format!("{millis}ms"), |(length, name)| format!("{}{name}", millis / length))
}

/// Whether `name` is a valid profile name: `[A-Za-z0-9_-]+`.
#[must_use]
pub fn is_profile_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit_and_nothing_else() {
        assert_eq!(duration("300ms"), Some(Duration::from_millis(300)));
        assert_eq!(duration("540s"), Some(Duration::from_secs(540)));
        assert_eq!(duration("5m"), Some(Duration::from_secs(300)));
        assert_eq!(duration("24h"), Some(Duration::from_secs(86_400)));
        for junk in [
            "",
            "5",
            "s",
            "-5s",
            "1.5s",
            "5 s",
            "5S",
            "1h30m",
            "99999999999999999999s",
            "9999999999999999999h",
        ] {
            assert_eq!(duration(junk), None, "{junk:?}");
        }
    }

    #[test]
    fn durations_are_formatted_as_they_are_parsed() {
        for text in ["0ms", "300ms", "90s", "5m", "24h", "1500ms"] {
            assert_eq!(duration(text).map(to_setting).as_deref(), Some(text));
        }
    }

    #[test]
    fn profile_names_are_plain() {
        assert!(is_profile_name("genesys_eu-1"));
        for bad in ["", "a b", "a.b", "ä", "a/b"] {
            assert!(!is_profile_name(bad), "{bad:?}");
        }
    }
}
