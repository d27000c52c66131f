//! What forms are told that a profile needs and uses is what validation says, for every preset, grant and client
//! authentication.

#![allow(clippy::unwrap_used)] // a panic is a failed test

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use tollgate_core::config::needs::{NOT_SET, OWN, Rule, brought, grant_of, rules};
use tollgate_core::config::preset::{PRESETS, Preset};
use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Kind, Setting, Source, ValueSource, row};
use tollgate_core::oauth::assertion::{Algorithm, CertificateHeader};

/// A machine that can read every key.
struct Machine;

impl ValueSource for Machine {
    fn env(&self, _: &str) -> Option<String> {
        None
    }

    fn is_missing(&self, _: &str) -> bool {
        false
    }

    fn file(&self, path: &str) -> Result<String, String> {
        Err(path.into())
    }

    fn algorithm_of(&self, _: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
        Ok(wanted.unwrap_or(Algorithm::Rs256))
    }

    fn certificate(&self, _: &str, _: &str) -> Result<CertificateHeader, String> {
        Ok(CertificateHeader { sha1: "sha1".into(), sha256: "sha256".into(), chain: Vec::new() })
    }

    fn decrypted(&self, key: &str, _: &str) -> Result<secrecy::SecretString, String> {
        Ok(key.into())
    }
}

/// What decides the needs of a profile.
#[derive(Clone, Copy, Debug)]
struct Choice {
    preset: &'static str,
    grant: &'static str,
    client_auth: &'static str,
}

type Given = BTreeMap<&'static str, &'static str>;

impl Choice {
    fn given(self) -> Given {
        let mut given = Given::new();
        if self.preset != NOT_SET {
            given.insert("preset", self.preset);
        }
        if self.grant == OWN {
            given.insert("grant_type", "urn:example:grant");
        } else {
            given.insert("grant", self.grant);
        }
        if self.client_auth != NOT_SET {
            given.insert("client_auth", self.client_auth);
        }
        given
    }

    /// A good value of a setting.
    fn value(self, key: &str) -> &'static str {
        match key {
            "region" => "eu-west-1",
            "host" => "login.example.com",
            "tenant" => "acme",
            "tls_client_cert" => "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----",
            // The key file of a service account.
            "private_key" if self.preset == "google" => {
                r#"{"private_key":"key","client_email":"bot@example.com"}"#
            }
            _ => match row(key).unwrap().kind {
                Kind::Url => "https://login.example.com/t",
                Kind::OneOf(names) => names[0],
                Kind::Text | Kind::Secret => "access_token", // a token type too
                other => panic!("no value of {other:?} for {key}"),
            },
        }
    }

    fn rules(self) -> Vec<&'static Rule> {
        static RULES: LazyLock<Vec<Rule>> = LazyLock::new(rules);
        RULES.iter().filter(|rule| rule.holds(self.preset, self.grant, self.client_auth)).collect()
    }

    /// These settings, and the first key of each need that they leave open.
    fn with_needs(self, mut given: Given) -> Given {
        for need in self.rules().iter().filter(|rule| rule.is_need) {
            if !need.keys.iter().any(|key| given.contains_key(key)) {
                given.insert(need.keys[0], self.value(need.keys[0]));
            }
        }
        given
    }
}

fn every_choice() -> Vec<Choice> {
    let names = |key| match row(key).unwrap().kind {
        Kind::OneOf(names) => names.iter().copied(),
        other => panic!("{other:?}"),
    };
    let mut all = Vec::new();
    for preset in names("preset").chain([NOT_SET]) {
        // What a server requires is a parameter or a header of its own grant.
        let only = Preset::named(preset).filter(|one| !one.requires.is_empty()).map(grant_of);
        for grant in names("grant").chain([OWN]).filter(|grant| only.is_none_or(|only| only == *grant)) {
            let choices = names("client_auth").chain([NOT_SET]);
            all.extend(choices.map(|client_auth| Choice { preset, grant, client_auth }));
        }
    }
    all
}

fn validate(given: &Given) -> Result<Profile, String> {
    let setting = |(key, value): (&&str, &&str)| Setting {
        key: (*key).into(),
        value: (*value).into(),
        source: Source::Property,
    };
    let given: Vec<_> = given.iter().map(setting).collect();
    let profile = Profile::validate("demo", &given, &Machine).map_err(|failure| failure.message)?;
    match profile.lack() {
        Some(lack) => Err(lack.message.clone()),
        None => Ok(profile),
    }
}

fn names_one_of(message: &str, keys: &[&str]) -> bool {
    keys.iter().any(|key| message.starts_with(&format!("profile 'demo': {key} ")))
        && message.contains(" is missing; ")
}

#[test]
fn validation_accepts_what_is_needed_and_misses_each_of_it() {
    let mut tried = 0;
    for choice in every_choice() {
        let needed = choice.with_needs(choice.given());
        validate(&needed).unwrap_or_else(|message| panic!("{choice:?}, {:?}: {message}", needed.keys()));
        for need in choice.rules().iter().filter(|rule| rule.is_need) {
            let mut without = needed.clone();
            without.retain(|key, _| !need.keys.contains(key));
            let message = validate(&without).expect_err(&format!("{choice:?} needs {:?}", need.keys));
            assert!(names_one_of(&message, &need.keys), "{choice:?}, {:?}: {message}", need.keys);
            for other in &need.keys[1..] {
                let mut instead = choice.given();
                instead.insert(other, choice.value(other));
                let instead = choice.with_needs(instead);
                validate(&instead).unwrap_or_else(|message| panic!("{choice:?} with {other}: {message}"));
                tried += 1;
            }
            tried += 1;
        }
    }
    assert!(tried > 5000, "{tried}");
}

#[test]
fn validation_accepts_every_setting_that_is_used() {
    for choice in every_choice() {
        let shown: BTreeSet<_> = choice.rules().iter().map(|rule| rule.keys[0]).collect();
        let needed = choice.with_needs(choice.given());
        let is_choice = |key: &str| matches!(key, "preset" | "grant" | "grant_type" | "client_auth");
        for key in shown.into_iter().filter(|key| !needed.contains_key(key) && !is_choice(key)) {
            let mut given = choice.given();
            given.insert(key, choice.value(key));
            let given = choice.with_needs(given);
            if let Err(message) = validate(&given) {
                assert!(message.contains(" is missing; "), "{choice:?} uses {key}: {message}");
            }
        }
    }
}

#[test]
fn what_a_preset_brings_is_what_it_does() {
    for brought in brought() {
        let grant = match Preset::named(brought.preset) {
            _ if brought.key == "assertion_audience" => "jwt_bearer",
            _ if brought.preset == NOT_SET => "client_credentials",
            _ if !brought.grants.is_empty() => brought.grants[0],
            preset => preset.map_or("client_credentials", grant_of),
        };
        let choice = Choice { preset: brought.preset, grant, client_auth: NOT_SET };
        let mut given = choice.given();
        if matches!(brought.key, "grant" | "grant_type") {
            given.retain(|key, _| *key == "preset");
        }
        let without = choice.with_needs(given);
        let mut with = without.clone();
        let value = ["host", "tenant"].iter().fold(brought.value.to_owned(), |value, key| {
            let default = Preset::named(brought.preset).map_or("", |preset| match *key {
                "host" => preset.host,
                _ => preset.tenant,
            });
            let filled = if default.is_empty() { choice.value(key) } else { default };
            value.replace(&format!("{{{key}}}"), filled)
        });
        if brought.key == "token_url" {
            with.retain(|key, _| !matches!(*key, "host" | "tenant"));
        }
        assert!(!brought.unless.iter().any(|key| without.contains_key(key)), "{brought:?}");
        with.insert(brought.key, Box::leak(value.into_boxed_str()));
        let shown = |given| {
            let profile = validate(&given).unwrap_or_else(|message| panic!("{brought:?}: {message}"));
            format!("{:?}", profile.with(|shared| shared.sources = Arc::default()))
        };
        assert_eq!(shown(with), shown(without), "{brought:?}");
    }
}

#[test]
fn a_preset_brings_all_its_defaults() {
    let brought = brought();
    for preset in &PRESETS {
        let keys: Vec<_> =
            brought.iter().filter(|one| one.preset == preset.name).map(|one| one.key).collect();
        for (key, _) in preset.defaults {
            assert!(keys.contains(key), "{}: {key}", preset.name);
        }
        assert!(keys.contains(&"grant") || keys.contains(&"grant_type"), "{}", preset.name);
    }
}
