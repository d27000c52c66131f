//! The guide lists every setting and every error code, and nothing that does not exist.

use tollgate_core::failure::Code;
use tollgate_core::profile::{KEYS, PREFIXES};

const SETTINGS: &str = include_str!("../../../docs/settings.md");
const ERRORS: &str = include_str!("../../../docs/errors.md");

/// The names in the first column of a table: `| `name`, `name` | …`.
fn first_column(page: &str) -> Vec<&str> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.flat_map(|row| row.split(" |").next().unwrap_or_default().split(", "))
        .map(|name| name.trim_matches('`'))
        .collect()
}

#[test]
fn the_guide_lists_the_settings() {
    // Beside them there are JMeter properties of the native library, which are no settings of a profile.
    let mut listed: Vec<_> =
        first_column(SETTINGS).into_iter().filter(|name| !name.starts_with("tollgate.")).collect();
    let mut known: Vec<_> = KEYS.to_vec();
    known.extend(["token_header.<Name>", "token_param.<name>"]);
    assert_eq!(PREFIXES, ["token_header.", "token_param."]);
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(listed, known);
}

#[test]
fn the_guide_lists_the_error_codes_in_their_order() {
    assert_eq!(first_column(ERRORS), Code::ALL.map(Code::name));
}
