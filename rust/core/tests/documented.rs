//! The guide lists every setting and every error code, and nothing that does not exist.

use tollgate_core::failure::Code;
use tollgate_core::settings::TABLE;

const SETTINGS: &str = include_str!("../../../docs/settings.md");
const ERRORS: &str = include_str!("../../../docs/errors.md");

/// The names in the first column of a table: `| `name` | …`.
fn first_column(page: &str) -> Vec<&str> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| row.split('`').next().unwrap_or_default()).collect()
}

/// The settings as the guide lists them.
fn table() -> String {
    let mut table = String::from("| setting | value | default | meaning |\n|---|---|---|---|\n");
    for row in TABLE {
        let default = if row.default.is_empty() { String::new() } else { format!(" `{}`", row.default) };
        table += &format!("| `{}` | {} |{default} | {} |\n", row.key, row.kind.told(), row.help);
    }
    table
}

/// `TOLLGATE_WRITE_GUIDE=1` puts the table of now into the guide instead.
#[test]
fn the_guide_lists_the_settings() {
    let start = SETTINGS.find("| setting |").expect("a table of settings");
    let end = start + SETTINGS[start..].find("\n\n").expect("an end of the table") + 1;
    if std::env::var_os("TOLLGATE_WRITE_GUIDE").is_some() {
        let page = [&SETTINGS[..start], &table(), &SETTINGS[end..]].concat();
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/settings.md"), page)
            .expect("to write");
    } else {
        assert_eq!(SETTINGS[start..end], table(), "write it anew with TOLLGATE_WRITE_GUIDE=1");
    }
}

#[test]
fn the_guide_lists_the_error_codes_in_their_order() {
    assert_eq!(first_column(ERRORS), Code::ALL.map(Code::name));
}
