//! The guide lists every setting and every error code, and nothing that does not exist.

use std::collections::BTreeMap;

use tollgate_core::assertion::Algorithm;
use tollgate_core::failure::Code;
use tollgate_core::preset::PRESETS;
use tollgate_core::profile::Profile;
use tollgate_core::settings::{Outside, Setting, Source, TABLE};

const SETTINGS: &str = include_str!("../../../docs/settings.md");
const GRANTS: &str = include_str!("../../../docs/grants.md");
const DPOP: &str = include_str!("../../../docs/dpop.md");
const PRESETS_PAGE: &str = include_str!("../../../docs/presets.md");
const POOLS: &str = include_str!("../../../docs/pools.md");
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

/// A machine that has whatever the guide's profiles name.
struct Somewhere;

impl Outside for Somewhere {
    fn env(&self, _: &str) -> Option<String> {
        Some("s3cret".into())
    }

    fn is_missing(&self, _: &str) -> bool {
        false
    }

    fn file(&self, path: &str) -> Result<String, String> {
        Ok(match path {
            "client.pem" => "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n".into(),
            "service-account.json" => r#"{"private_key":"key","client_email":"bot@example.com"}"#.into(),
            _ => "whatever it holds\n".into(),
        })
    }

    fn algorithm_of(&self, _: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
        Ok(wanted.unwrap_or(Algorithm::Rs256))
    }
}

/// The profile of each block of properties on a page.
fn profiles(page: &str) -> Vec<Profile> {
    let blocks = page.split("```properties\n").skip(1).filter_map(|rest| rest.split("```").next());
    let profile = |block: &str| {
        let mut given = BTreeMap::<_, Vec<_>>::new();
        for line in block.lines() {
            let (key, value) = line.split_once('=').expect("key=value");
            let (name, key) =
                key.strip_prefix("tollgate.profile.").and_then(|key| key.split_once('.')).expect(line);
            let setting = Setting { key: key.into(), value: value.into(), source: Source::Property };
            given.entry(name).or_default().push(setting);
        }
        let (name, given) = given.into_iter().next().expect("a profile");
        Profile::validate(name, &given, &Somewhere).unwrap_or_else(|failure| panic!("{failure} in\n{block}"))
    };
    blocks.map(profile).collect()
}

#[test]
fn the_pools_of_the_guide_are_right_and_show_slots_and_clients() {
    let lanes: Vec<_> = profiles(POOLS).iter().map(Profile::lanes_of).collect();
    assert!(lanes.iter().any(|lanes| lanes.slots > 1) && lanes.iter().any(|lanes| lanes.clients > 1));
}

#[test]
fn the_profiles_of_the_guide_are_right_and_show_every_grant_and_preset() {
    let grants: Vec<_> = profiles(GRANTS).iter().map(|profile| profile.grant.primary.name()).collect();
    let row = TABLE.iter().find(|row| row.key == "grant").expect("a row");
    let tollgate_core::settings::Kind::Words(words) = row.kind else { panic!("words") };
    assert!(words.iter().all(|word| grants.contains(word)), "{grants:?} of {words:?}");
    let bound: Vec<_> = profiles(DPOP).into_iter().filter_map(|profile| profile.dpop).collect();
    assert!(bound.iter().any(|one| one.key.is_some()) && bound.iter().any(|one| one.key.is_none()));
    assert!(profiles(PRESETS_PAGE).len() >= PRESETS.len() - 1);
    for preset in PRESETS.iter().filter(|preset| preset.name != "genesys_cloud") {
        assert!(PRESETS_PAGE.contains(&format!("preset={}", preset.name)), "{} is missing", preset.name);
    }
}
