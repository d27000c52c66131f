//! The guide lists every setting and every error code, and nothing that does not exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use tollgate_core::config::genesys::REGIONS;
use tollgate_core::config::needs;
use tollgate_core::config::preset::PRESETS;
use tollgate_core::config::profile::{GRANT_TYPES, Profile};
use tollgate_core::config::settings::{Kind, Section, Setting, Source, TABLE, ValueSource};
use tollgate_core::failure::Code;
use tollgate_core::oauth::assertion::{Algorithm, CertificateHeader};
use tollgate_core::oauth::grant::RequestGrant;
use tollgate_core::time::clock::Wall;

const SETTINGS: &str = include_str!("../../../docs/settings.md");
const GRANTS: &str = include_str!("../../../docs/grants.md");
const CLIENT_AUTH: &str = include_str!("../../../docs/client-authentication.md");
const DPOP: &str = include_str!("../../../docs/dpop.md");
const PRESETS_PAGE: &str = include_str!("../../../docs/presets.md");
const SERVERS: &str = include_str!("../../../docs/servers.md");
const POOLS: &str = include_str!("../../../docs/pools.md");
const INVARIANTS: &str = include_str!("../../../docs/invariants.md");
const SECURITY: &str = include_str!("../../../SECURITY.md");
const ERRORS: &str = include_str!("../../../docs/errors.md");

/// The names in the first column of a table: `| `name` | …`.
fn first_column(page: &str) -> Vec<&str> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| row.split('`').next().unwrap_or_default()).collect()
}

/// The settings as the guide lists them.
fn table() -> String {
    let mut table = String::from("| setting | name | value | default | meaning |\n|---|---|---|---|---|\n");
    for row in TABLE {
        let default = if row.default.is_empty() { String::new() } else { format!(" `{}`", row.default) };
        table += &format!(
            "| `{}` | {} | {} |{default} | {} |\n",
            row.key,
            row.label,
            row.kind.describe(),
            row.help
        );
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
        fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/settings.md"), page).expect("to write");
    } else {
        assert_eq!(SETTINGS[start..end], table(), "write it anew with TOLLGATE_WRITE_GUIDE=1");
    }
}

/// What forms must know without the engine, tab-separated: the sections of a form; each setting with its kind, default, words, label, section
/// and help; then what the preset, the grant and the client authentication decide; then the regions of Genesys Cloud.
fn for_forms() -> String {
    let mut lines = String::from("# Made by rust/core/tests/documented.rs with TOLLGATE_WRITE_GUIDE=1.\n");
    for section in Section::ALL {
        lines += &format!("section\t{}\n", section.title());
    }
    for row in TABLE {
        let (kind, words) = match row.kind {
            Kind::Text => ("text", String::new()),
            Kind::Secret => ("secret", String::new()),
            Kind::Url => ("url", String::new()),
            Kind::Duration(..) => ("duration", String::new()),
            Kind::Number(..) => ("number", String::new()),
            Kind::OneOf(words) => ("words", words.join(" ")),
            Kind::Flag => ("flag", "true false".into()),
        };
        let (label, section) = (row.label, row.section.title());
        lines += &format!(
            "setting\t{}\t{kind}\t{}\t{words}\t{label}\t{section}\t{}\n",
            row.key, row.default, row.help
        );
    }
    lines += &choices();
    for (region, domain) in REGIONS {
        lines += &format!("region\t{region}\t{domain}\n");
    }
    lines
}

/// Lists are separated by blanks; an empty list holds for all choices.
fn choices() -> String {
    let mut lines = format!("preset\t{}\t\t{}\n", needs::NOT_SET, PRESETS[0].grant);
    for preset in &PRESETS {
        lines += &format!("preset\t{}\t{}\t{}\n", preset.name, preset.title, needs::grant_of(preset));
        for one in preset.requires {
            lines += &format!("required\t{}\t{}\t{}\t{}\n", preset.name, one.key, one.label, one.meaning);
        }
    }
    for (grant, grant_type) in GRANT_TYPES {
        lines += &format!("grant\t{grant}\t{grant_type}\n");
    }
    for rule in needs::rules() {
        let lists = [&rule.keys, &rule.presets, &rule.grants, &rule.client_auth].map(|list| list.join(" "));
        lines += &format!("{}\t{}\n", if rule.is_need { "need" } else { "use" }, lists.join("\t"));
    }
    for one in needs::brought() {
        let (grants, unless) = (one.grants.join(" "), one.unless.join(" "));
        lines += &format!("brings\t{}\t{}\t{}\t{grants}\t{unless}\n", one.preset, one.key, one.value);
    }
    lines
}

/// `TOLLGATE_WRITE_GUIDE=1` writes the file of now instead.
#[test]
fn the_jar_ships_the_settings_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../java/src/main/resources/io/tollgate/jmeter/elements/settings.tsv");
    if std::env::var_os("TOLLGATE_WRITE_GUIDE").is_some() {
        fs::write(path, for_forms()).expect("to write");
    } else {
        let shipped = fs::read_to_string(path).expect("the file");
        assert_eq!(shipped, for_forms(), "write it anew with TOLLGATE_WRITE_GUIDE=1");
    }
}

#[test]
fn every_setting_has_a_label_of_its_own_that_fits_a_form() {
    let labels: BTreeSet<_> = TABLE.iter().map(|row| row.label).collect();
    assert_eq!(labels.len(), TABLE.len());
    for label in labels {
        let is_sentence = label.starts_with(char::is_uppercase) && !label.ends_with(['.', ':']);
        assert!(is_sentence && label.len() <= 36 && !label.contains('_'), "{label}");
    }
}

#[test]
fn the_guide_lists_the_error_codes_in_their_order() {
    assert_eq!(first_column(ERRORS), Code::ALL.map(Code::name));
}

/// A machine that has whatever the guide's profiles name.
struct Somewhere;

impl ValueSource for Somewhere {
    fn env(&self, _: &str) -> Option<String> {
        Some("s3cret".into())
    }

    fn is_missing(&self, _: &str) -> bool {
        false
    }

    fn file(&self, path: &str) -> Result<String, String> {
        Ok(match path {
            "client.pem" | "client.p12" => {
                "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n".into()
            }
            "service-account.json" => r#"{"private_key":"key","client_email":"bot@example.com"}"#.into(),
            _ => "whatever it holds\n".into(),
        })
    }

    fn algorithm_of(&self, _: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
        Ok(wanted.unwrap_or(Algorithm::Rs256))
    }

    fn decrypted(&self, key: &str, _: &str) -> Result<SecretString, String> {
        Ok(key.into())
    }

    fn certificate(&self, _: &str, _: &str) -> Result<CertificateHeader, String> {
        Ok(CertificateHeader { sha1: "sha1".into(), sha256: "sha256".into(), chain: Vec::new() })
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
fn the_pools_page_has_valid_profiles_with_slots_and_clients() {
    let lanes: Vec<_> = profiles(POOLS).iter().map(Profile::lanes_of).collect();
    assert!(lanes.iter().any(|lanes| lanes.slots > 1) && lanes.iter().any(|lanes| lanes.clients > 1));
}

#[test]
fn the_grants_page_has_valid_profiles_of_grants_that_servers_define() {
    let own: Vec<_> = profiles(GRANTS)
        .iter()
        .map(|profile| (profile.primary().kind(), profile.client.auth.name()))
        .collect();
    assert_eq!(own, [("own", "none"), ("own", "client_secret_basic"), ("own", "none")]);
}

/// The real servers that a preset stands for are tried in `tests/cases/presets`, by what their documentation says.
#[test]
fn every_preset_has_cases_with_its_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/presets");
    for preset in &PRESETS[1..] {
        let path = folder.join(format!("{}.json", preset.name.replace('_', "-")));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let cases: Vec<serde_json::Value> = serde_json::from_str(&text).expect("a list of cases");
        assert!(!cases.is_empty(), "{}", preset.name);
        for case in cases {
            assert_eq!(case["settings"]["preset"], preset.name);
            assert_eq!(case["source"], preset.page, "{}", case["name"]);
        }
        assert!(
            SERVERS.contains(&format!("| [{}]({})", preset.title, preset.page)),
            "{} is not listed",
            preset.title
        );
    }
}

#[test]
fn every_answer_that_was_found_is_listed_with_its_source() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/token-answers.json");
    let text = fs::read_to_string(path).expect("the cases");
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).expect("a list of cases");
    let of = |case: &serde_json::Value| {
        Some((case["name"].as_str()?.to_owned(), case["source"].as_str()?.to_owned()))
    };
    let found: Vec<_> =
        cases.iter().filter_map(of).filter(|(_, source)| source.starts_with("https://")).collect();
    assert!(found.len() >= 20, "{}", found.len());
    for (name, source) in found {
        assert!(SERVERS.contains(&format!("| `{name}` | <{source}> |")), "{name}: {source}");
    }
}

/// The pages of all grants, by the word of the setting.
fn grant_pages() -> BTreeMap<String, PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/grants");
    let paths = fs::read_dir(folder).expect("pages").map(|page| page.expect("a page").path());
    paths.map(|path| (path.file_stem().expect("a name").to_string_lossy().replace('-', "_"), path)).collect()
}

/// The token request of a profile as its page shows it: what is secret, or new each time, is left out.
fn wire(profile: &Profile) -> String {
    const SHOWN: [&str; 5] = ["grant_type", "client_id", "scope", "audience", "username"];
    let token = profile.refresh_token.token.clone();
    let using = token.map_or(RequestGrant::Primary, RequestGrant::Refresh);
    let request = profile.request(&using).signed(Wall(0), "nonce", |_, _| Ok::<_, ()>(vec![0; 64]));
    let request = request.expect("a signature");
    let mut text = format!("{} {}\n", request.method.name(), request.url);
    if let Some(body) = &request.text {
        return text + "content-type: application/json\n" + body.expose_secret() + "\n";
    }
    for (name, value) in request.headers.iter().filter(|(name, _)| name == "authorization") {
        let scheme = value.expose_secret().split(' ').next().unwrap_or_default().to_owned();
        text += &format!("{name}: {scheme} …\n");
    }
    for (name, value) in &request.form {
        let shown = SHOWN.contains(&name.as_ref()) || name.ends_with("_type");
        text += &format!("{name}={}\n", if shown { value.expose_secret() } else { "…" });
    }
    text
}

/// `TOLLGATE_WRITE_GUIDE=1` puts the request of now into each page instead.
#[test]
fn each_grant_has_a_page_with_a_profile_and_the_request_it_makes() {
    let row = TABLE.iter().find(|row| row.key == "grant").expect("a row");
    let Kind::OneOf(words) = row.kind else { panic!("words") };
    let pages = grant_pages();
    let named: BTreeSet<_> = pages.keys().map(String::as_str).collect();
    assert_eq!(named, words.iter().copied().collect());
    for (word, path) in pages {
        let page = fs::read_to_string(&path).expect("a page");
        let profiles = profiles(&page);
        let [profile] = &profiles[..] else { panic!("{word}: {} profiles", profiles.len()) };
        assert!(page.contains(&format!("grant={word}")) || word == "client_credentials", "{word}");
        assert!(GRANTS.contains(&format!("| [`{word}`](grants/{}.md) |", word.replace('_', "-"))), "{word}");
        let (before, rest) = page.split_once("\n```http\n").expect("a request");
        let (shown, after) = rest.split_once("```\n").expect("its end");
        let wire = wire(profile);
        if std::env::var_os("TOLLGATE_WRITE_GUIDE").is_some() {
            fs::write(&path, [before, "\n```http\n", &wire, "```\n", after].concat()).expect("to write");
        } else {
            assert_eq!(shown, wire, "{word}: write it anew with TOLLGATE_WRITE_GUIDE=1");
        }
    }
}

#[test]
fn the_pages_have_valid_profiles_with_every_client_auth_and_preset() {
    assert!(profiles(CLIENT_AUTH).len() >= 2);
    let proofs = &first_column(CLIENT_AUTH)[1..]; // below the head
    let row = TABLE.iter().find(|row| row.key == "client_auth").expect("a row");
    let Kind::OneOf(words) = row.kind else { panic!("words") };
    assert_eq!(proofs, words);
    let bound: Vec<_> = profiles(DPOP).into_iter().filter_map(|profile| profile.dpop.clone()).collect();
    assert!(bound.iter().any(|one| one.key.is_some()) && bound.iter().any(|one| one.key.is_none()));
    assert!(profiles(PRESETS_PAGE).len() >= PRESETS.len() - 1);
    for preset in PRESETS.iter().filter(|preset| preset.name != "genesys_cloud") {
        assert!(PRESETS_PAGE.contains(&format!("preset={}", preset.name)), "{} is missing", preset.name);
    }
}

/// All Rust below a folder, as one text.
fn sources(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let read = |path: PathBuf| match path.extension() {
        _ if path.is_dir() => sources(&path),
        Some(rust) if rust == "rs" => fs::read_to_string(&path).expect("a source"),
        _ => String::new(),
    };
    entries.map(read).collect()
}

#[test]
fn every_test_that_an_invariant_or_a_promise_names_exists() {
    let rust = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let tests =
        ["core", "engine", "foreign", "interleavings", "jni"].map(|one| sources(&rust.join(one))).concat();
    let quoted = |page: &'static str| page.split('`').skip(1).step_by(2);
    let named: Vec<_> = quoted(INVARIANTS)
        .chain(quoted(SECURITY))
        .filter(|word| word.matches('_').count() > 2 && !word.contains('/'))
        .collect();
    assert!(named.len() > 20, "{named:?}");
    for name in named {
        assert!(tests.contains(&format!("fn {name}(")), "{name}");
    }
    let scenarios = fs::read_dir(rust.join("../tests/scenarios")).expect("scenarios");
    let names: Vec<_> =
        scenarios.map(|one| one.expect("one").file_name().to_string_lossy().into_owned()).collect();
    let words: Vec<_> = INVARIANTS.split(|c: char| !c.is_alphanumeric()).collect();
    let numbers = words.iter().filter(|word| word.len() > 1 && word.parse::<u32>().is_ok());
    for number in numbers.filter(|number| **number != "401" && **number != "403") {
        assert!(names.iter().any(|name| name.starts_with(&format!("{number}-"))), "scenario {number}");
    }
}
