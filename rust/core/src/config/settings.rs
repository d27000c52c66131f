//! Settings as text: the source of each, precedence, and parsing.
//!
//! Every error names the profile, the setting, its source and the remedy. It never contains the value of a secret.

mod table;
mod value;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use secrecy::SecretString;
use secrecy::zeroize::Zeroize;

use crate::config::preset::Preset;
use crate::failure::{Code, Failure};
use crate::oauth::assertion::{Algorithm, CertificateHeader};
pub use table::{Kind, Row, Section, TABLE, row};
pub use value::{duration, is_profile_name, to_setting};

/// The source of a setting, strongest first: a property of the operator beats an element of the plan, and an element
/// beats a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A JMeter property, from a file or `-J`.
    Property,
    /// An element of the test plan.
    Element,
    /// `Tollgate.define` in a script.
    Define,
}

impl Source {
    /// The name at the JNI boundary and in `status()`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Property => "property",
            Self::Element => "element",
            Self::Define => "define",
        }
    }

    /// The source of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Property, Self::Element, Self::Define].into_iter().find(|source| source.name() == name)
    }
}

/// One setting as given. Zeroed when it is dropped, because it may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    /// `snake_case` name.
    pub key: String,
    /// Its text. `Debug` hides it, because it may be a secret.
    pub value: String,
    /// Its source.
    pub source: Source,
}

impl Drop for Setting {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=… ({})", self.key, self.source.name())
    }
}

/// Resolves `env:` and `file:` values and reads private keys. Errors are messages of the operating system.
pub trait ValueSource {
    /// The environment variable, if it is set and readable as text.
    fn env(&self, name: &str) -> Option<String>;
    /// The whole file as text.
    ///
    /// # Errors
    /// The operating system's message.
    fn file(&self, path: &str) -> Result<String, String>;
    /// Whether `path` does not exist, as opposed to being unreadable.
    fn is_missing(&self, path: &str) -> bool;
    /// The signature algorithm of a private key (PEM or JWK): `wanted`, if the key supports it.
    ///
    /// # Errors
    /// What is wrong with the key, without any part of it.
    fn algorithm_of(&self, key: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String>;
    /// A private key (PEM) without its passphrase.
    ///
    /// # Errors
    /// What is wrong with it, without any part of key or passphrase.
    fn decrypted(&self, _key: &str, _passphrase: &str) -> Result<SecretString, String> {
        Err("is encrypted, which can't be undone here".into())
    }
    /// The header that the first certificate of a PEM, with its chain, gives to assertions signed with `key`.
    ///
    /// # Errors
    /// What is wrong with it.
    fn certificate(&self, _pem: &str, _key: &str) -> Result<CertificateHeader, String> {
        Err("can't be read here".into())
    }
}

/// The settings of one profile after precedence.
pub struct Settings<'a> {
    profile: &'a str,
    chosen: BTreeMap<&'a str, &'a Setting>,
    values: &'a dyn ValueSource,
}

impl<'a> Settings<'a> {
    /// Chooses the strongest source of each key and rejects keys that are not in the [`TABLE`].
    ///
    /// # Errors
    /// `CONFIG`, offering the nearest known key.
    pub fn choose(
        profile: &'a str,
        given: &'a [Setting],
        values: &'a dyn ValueSource,
    ) -> Result<Self, Failure> {
        if let Some(setting) = given.iter().find(|setting| row(&setting.key).is_none()) {
            return Err(unknown_key(profile, setting));
        }
        Ok(Self { profile, chosen: in_effect(given), values })
    }

    /// The source of each setting that was given.
    #[must_use]
    pub fn sources(&self) -> BTreeMap<String, Source> {
        self.chosen.iter().map(|(key, setting)| ((*key).to_owned(), setting.source)).collect()
    }

    /// The given keys that begin with `prefix`, in order.
    pub(crate) fn beginning_with(&self, prefix: &str) -> Vec<&'a str> {
        self.chosen.keys().copied().filter(|key| key.starts_with(prefix)).collect()
    }

    /// Whether a setting was given, blank or not.
    pub(crate) fn is_given(&self, key: &str) -> bool {
        self.chosen.contains_key(key)
    }

    /// Whether `path` does not exist, as opposed to being unreadable.
    pub(crate) fn is_missing(&self, path: &str) -> bool {
        self.values.is_missing(path)
    }

    /// The signature algorithm of a private key; see [`ValueSource::algorithm_of`].
    pub(crate) fn algorithm_of(&self, key: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
        self.values.algorithm_of(key, wanted)
    }

    /// A private key without its passphrase; see [`ValueSource::decrypted`].
    pub(crate) fn decrypted(&self, key: &str, passphrase: &str) -> Result<SecretString, String> {
        self.values.decrypted(key, passphrase)
    }

    /// What a certificate adds to assertions; see [`ValueSource::certificate`].
    pub(crate) fn certificate(&self, pem: &str, key: &str) -> Result<CertificateHeader, String> {
        self.values.certificate(pem, key)
    }

    /// The path of a `file:` value.
    #[must_use]
    pub fn file_of(&self, key: &str) -> Option<&str> {
        self.chosen.get(key)?.value.strip_prefix("file:")
    }

    /// The text of a setting with `env:`, `file:` and `literal:` resolved; `None` if it was not given.
    /// A blank text counts as not given, because a CI job may pass `-Jkey=`.
    ///
    /// # Errors
    /// `CONFIG` if the variable is unset or the file unreadable.
    pub fn text(&self, key: &str) -> Result<Option<String>, Failure> {
        let value = match self.chosen.get(key) {
            Some(setting) => setting.value.as_str(),
            None => match self.of_preset(key) {
                Some(value) => value,
                None => return Ok(None),
            },
        };
        let resolved = if let Some(literal) = value.strip_prefix("literal:") {
            literal.to_owned()
        } else if let Some(name) = value.strip_prefix("env:") {
            self.values.env(name).ok_or_else(|| {
                self.wrong(
                    key,
                    &format!("names the environment variable {name}, which is not set where JMeter runs"),
                    "export it before starting JMeter",
                )
            })?
        } else if let Some(path) = value.strip_prefix("file:") {
            self.read_file(key, path)?
        } else {
            value.to_owned()
        };
        Ok(Some(resolved).filter(|text| !text.trim().is_empty()))
    }

    /// What a form calls a setting.
    fn label(&self, key: &str) -> String {
        let required = self.preset().and_then(|preset| preset.requires.iter().find(|one| one.key == key));
        let of_row = || row(key).map_or_else(|| key.to_owned(), |row| row.label_of(key));
        required.map_or_else(of_row, |required| required.label.into())
    }

    fn preset(&self) -> Option<&'static Preset> {
        Preset::named(self.chosen.get("preset")?.value.trim())
    }

    /// The preset's default of a setting that was not given.
    fn of_preset(&self, key: &str) -> Option<&'static str> {
        let preset = self.preset()?;
        // The two say the same.
        let given = |other| self.chosen.contains_key(other);
        preset.default_of(key).filter(|_| key != "grant_type" || !given("grant"))
    }

    /// A value for error messages: `env:NAME` or `file:PATH` instead of the resolved text, `…` instead of a secret.
    pub(crate) fn shown<'t>(&'t self, key: &str, text: &'t str) -> &'t str {
        let given = self.chosen.get(key).map_or(text, |setting| setting.value.as_str());
        let is_secret = row(key).is_none_or(|row| row.kind == Kind::Secret);
        match given {
            place if place.starts_with("env:") || place.starts_with("file:") => place,
            _ if is_secret => "…",
            _ => text,
        }
    }

    /// The text of a file that a setting names, without its trailing newline.
    ///
    /// # Errors
    /// `CONFIG` if it can't be read.
    pub fn read_file(&self, key: &str, path: &str) -> Result<String, Failure> {
        let text = self.values.file(path).map_err(|error| {
            let shown = self.shown(key, path);
            let shown = shown.strip_prefix("file:").unwrap_or(shown);
            let cause = format!("names the file {shown}, which can't be read: {error}");
            self.wrong(key, &cause, "check the path and its permissions on this machine")
        })?;
        Ok(text
            .strip_suffix('\n')
            .map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line))
            .to_owned())
    }

    /// The text of a required setting.
    ///
    /// # Errors
    /// `CONFIG` if it is missing, saying how to set it.
    pub fn required(&self, key: &str) -> Result<String, Failure> {
        self.text(key)?.ok_or_else(|| self.missing(key, ""))
    }

    /// The failure for a missing required setting; `or` names alternatives. Names the field where a form gave others.
    pub(crate) fn missing(&self, key: &str, or: &str) -> Failure {
        let profile = self.profile;
        let has_form = self.chosen.values().any(|setting| setting.source == Source::Element);
        let remedy = if has_form {
            let label = self.label(key);
            format!("fill in '{label}', or set tollgate.profile.{profile}.{key} in user.properties")
        } else {
            format!("set tollgate.profile.{profile}.{key}{or} in user.properties or with -J")
        };
        Failure::new(Code::Config, format!("profile '{profile}': {key}{or} is missing; {remedy}"))
    }

    /// A duration, or the default of the table.
    ///
    /// # Errors
    /// `CONFIG` if the unit is missing, the text is no duration, or it is out of bounds.
    pub fn duration(&self, key: &str) -> Result<Duration, Failure> {
        let default = || duration(default_of(key)).unwrap_or_default();
        Ok(self.optional_duration(key)?.unwrap_or_else(default))
    }

    /// Like [`Settings::duration`], without a default.
    ///
    /// # Errors
    /// As there.
    pub fn optional_duration(&self, key: &str) -> Result<Option<Duration>, Failure> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let shown = self.shown(key, &text);
        let Some(value) = duration(text.trim()) else {
            let cause = if text.trim().bytes().all(|b| b.is_ascii_digit()) {
                format!("is '{shown}', a number without a unit")
            } else {
                format!("is '{shown}', which is not a duration")
            };
            return Err(self.wrong(key, &cause, "write it like 300ms, 20s, 5m or 24h"));
        };
        match row(key).map(|row| row.kind) {
            Some(Kind::Duration(least, most)) if !(least..=most).contains(&value) => {
                let cause = format!("is '{shown}', which is out of bounds");
                let remedy = format!("choose from {} to {}", to_setting(least), to_setting(most));
                Err(self.wrong(key, &cause, &remedy))
            }
            _ => Ok(Some(value)),
        }
    }

    /// A whole number within the table's bounds, or the default of the table.
    ///
    /// # Errors
    /// `CONFIG` for anything else.
    pub fn number(&self, key: &str) -> Result<u32, Failure> {
        let Some(Kind::Number(least, most)) = row(key).map(|row| row.kind) else { return Ok(0) };
        let Some(text) = self.text(key)? else { return Ok(default_of(key).parse().unwrap_or(least)) };
        let number = text.trim().parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| {
            let cause = format!("is '{}'", self.shown(key, &text));
            self.wrong(key, &cause, &format!("choose a whole number from {least} to {most}"))
        })
    }

    /// `true` or `false`, or the default of the table.
    ///
    /// # Errors
    /// `CONFIG` for anything else.
    pub fn flag(&self, key: &str) -> Result<bool, Failure> {
        let given = self.choice(key, &[("true", true), ("false", false)])?;
        Ok(given.unwrap_or(false))
    }

    /// One of the named values, or the default of the table; `None` without either.
    ///
    /// # Errors
    /// `CONFIG` for any other text, with the names.
    pub fn choice<T: Copy>(&self, key: &str, options: &[(&str, T)]) -> Result<Option<T>, Failure> {
        let named = |text: &str| options.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        let Some(text) = self.text(key)? else { return Ok(named(default_of(key))) };
        let text = text.trim();
        named(text).map(Some).ok_or_else(|| {
            let names: Vec<_> = options.iter().map(|(name, _)| *name).collect();
            self.wrong(
                key,
                &format!("is '{}'", self.shown(key, text)),
                &format!("choose one of {}", names.join(", ")),
            )
        })
    }

    /// A `CONFIG` failure about one setting.
    #[must_use]
    pub fn wrong(&self, key: &str, cause: &str, remedy: &str) -> Failure {
        let place = match self.chosen.get(key).map(|setting| setting.source) {
            Some(Source::Element) => format!("'{}' of the element", self.label(key)),
            source => source.map_or("default", Source::name).to_owned(),
        };
        let profile = self.profile;
        Failure::new(Code::Config, format!("profile '{profile}': {key} (from {place}) {cause}; {remedy}"))
    }
}

/// The setting in effect for each key: that of the strongest source, the later one of two from the same source.
#[must_use]
pub fn in_effect(given: &[Setting]) -> BTreeMap<&str, &Setting> {
    let mut chosen: BTreeMap<&str, &Setting> = BTreeMap::new();
    for setting in given {
        let kept = chosen.entry(&setting.key).or_insert(setting);
        if setting.source <= kept.source {
            *kept = setting;
        }
    }
    chosen
}

fn default_of(key: &str) -> &'static str {
    row(key).map_or("", |row| row.default)
}

fn unknown_key(profile: &str, setting: &Setting) -> Failure {
    let key = &setting.key;
    let known = TABLE.iter().map(|row| row.prefix().unwrap_or(row.key));
    let nearest = known.clone().min_by_key(|candidate| strsim::damerau_levenshtein(key, candidate));
    let offer = nearest
        .filter(|candidate| strsim::damerau_levenshtein(key, candidate) <= 1 + key.len() / 3)
        .map_or_else(
            || format!("known settings are {}", known.collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean {near}?"),
        );
    let source = setting.source.name();
    Failure::new(
        Code::Config,
        format!("profile '{profile}': there is no setting {key} (from {source}); {offer}"),
    )
}
