//! What a profile needs and uses, by its preset, grant and client authentication: forms show and mark fields by it.
//!
//! Data for where the engine is not at hand. Validation decides by its own rules; `tests/needs.rs` compares both for every
//! preset, grant and client authentication.

use crate::config::preset::{PRESETS, Preset, Subject};
use crate::config::profile::GRANT_TYPES;

/// A preset or client authentication that is not set, in a list of a [`Rule`].
pub const NOT_SET: &str = "-";

/// A grant that the server defines, in a list of a [`Rule`].
pub const OWN: &str = "own";

/// Settings that a profile needs or uses with certain choices. An empty list holds for all choices.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// One of these. A form shows the first.
    pub keys: Vec<&'static str>,
    /// Whether validation fails without one of them.
    pub is_need: bool,
    /// The presets that it holds for.
    pub presets: Vec<&'static str>,
    /// The grants that it holds for.
    pub grants: Vec<&'static str>,
    /// The client authentications that it holds for.
    pub client_auth: Vec<&'static str>,
}

impl Rule {
    /// Whether it holds for these choices.
    #[must_use]
    pub fn holds(&self, preset: &str, grant: &str, client_auth: &str) -> bool {
        let has = |list: &[&str], one: &str| list.is_empty() || list.contains(&one);
        has(&self.presets, preset) && has(&self.grants, grant) && has(&self.client_auth, client_auth)
    }

    fn need(keys: &[&'static str]) -> Self {
        Self { keys: keys.to_vec(), is_need: true, ..Self::default() }
    }

    fn uses(key: &'static str) -> Self {
        Self { keys: vec![key], ..Self::default() }
    }

    fn for_presets(self, presets: impl IntoIterator<Item = &'static str>) -> Self {
        Self { presets: presets.into_iter().collect(), ..self }
    }

    fn for_grants(self, grants: &[&'static str]) -> Self {
        Self { grants: grants.to_vec(), ..self }
    }

    fn for_client_auth(self, client_auth: &[&'static str]) -> Self {
        Self { client_auth: client_auth.to_vec(), ..self }
    }
}

/// A value that a preset gives to a setting.
#[derive(Clone, Debug)]
pub struct Brought {
    /// The preset.
    pub preset: &'static str,
    /// The setting.
    pub key: &'static str,
    /// The value; `{host}` and `{tenant}` are settings.
    pub value: &'static str,
    /// The grants with which it counts; empty: all.
    pub grants: Vec<&'static str>,
    /// It does not count with one of these.
    pub unless: Vec<&'static str>,
}

/// Grants by which a client without further settings authenticates with a secret.
const OF_A_CLIENT: [&str; 4] = ["client_credentials", "password", "refresh_token", "token_exchange"];
/// Every grant but a login, which is no OAuth.
const OAUTH: [&str; 7] =
    ["client_credentials", "password", "refresh_token", "token_exchange", "jwt_bearer", "saml2_bearer", OWN];
/// Client authentications that add nothing to a body.
const WITH_BODY: [&str; 5] =
    [NOT_SET, "client_secret_basic", "client_secret_basic_raw", "tls_client_auth", "none"];
const WITH_SECRET: [&str; 4] =
    ["client_secret_basic", "client_secret_basic_raw", "client_secret_post", "client_secret_jwt"];

/// The grant of a profile with a preset and no grant of its own.
#[must_use]
pub fn grant_of(preset: &Preset) -> &'static str {
    match preset.default_of("grant_type") {
        None => preset.grant,
        Some(own) => GRANT_TYPES.iter().find(|(_, name)| *name == own).map_or(OWN, |(grant, _)| grant),
    }
}

/// All rules. Those of one section stand in the order of its fields.
#[must_use]
pub fn rules() -> Vec<Rule> {
    let mut rules = vec![Rule::uses("preset"), Rule::uses("grant"), Rule::uses("client_auth")];
    rules.extend(server());
    rules.extend(client());
    rules.extend(grant());
    rules
}

fn server() -> Vec<Rule> {
    let (own, open): (Vec<&Preset>, Vec<&Preset>) =
        PRESETS.iter().partition(|preset| !preset.token_url.is_empty());
    let without_region: Vec<_> =
        open.iter().map(|preset| preset.name).filter(|name| *name != "genesys_cloud").collect();
    let mut rules = Vec::new();
    for (presets, keys) in [
        (vec![NOT_SET], &["token_url", "region", "issuer"][..]),
        (vec!["genesys_cloud"], &["region", "token_url", "issuer"]),
        (without_region, &["token_url", "issuer"]),
    ] {
        let without_issuer: Vec<_> = keys.iter().copied().filter(|key| *key != "issuer").collect();
        rules.push(Rule::need(keys).for_presets(presets.clone()).for_grants(&OAUTH));
        rules.push(Rule::need(&without_issuer).for_presets(presets).for_grants(&["login"]));
    }
    rules.push(Rule::uses("region").for_presets([NOT_SET]));
    rules.push(Rule::uses("issuer").for_presets([NOT_SET, "generic"]).for_grants(&OAUTH));
    for preset in own {
        for (key, default) in [("host", preset.host), ("tenant", preset.tenant)] {
            let of_preset = |rule: Rule| rule.for_presets([preset.name]);
            if !preset.token_url.contains(&format!("{{{key}}}")) {
                continue;
            }
            if default.is_empty() {
                rules.push(of_preset(Rule::need(&[key, "token_url", "issuer"])).for_grants(&OAUTH));
                rules.push(of_preset(Rule::need(&[key, "token_url"])).for_grants(&["login"]));
            } else {
                rules.push(of_preset(Rule::uses(key)));
            }
        }
    }
    let required = PRESETS.iter().flat_map(|preset| preset.requires.iter().map(move |one| (preset, one)));
    rules.extend(required.map(|(preset, one)| Rule::need(&[one.key]).for_presets([preset.name])));
    rules
}

fn client() -> Vec<Rule> {
    let proof = ["client_secret", "private_key", "client_assertion", "tls_client_cert"];
    let mut with_id = WITH_SECRET.to_vec();
    with_id.extend(["private_key_jwt", "client_assertion"]);
    let secret = [&[NOT_SET][..], &WITH_SECRET].concat();
    vec![
        Rule::need(&["client_id"]).for_grants(&OF_A_CLIENT).for_client_auth(&[NOT_SET]),
        Rule::need(&["client_id"]).for_client_auth(&with_id),
        Rule::need(&["client_id"]).for_grants(&OAUTH).for_client_auth(&["tls_client_auth"]),
        Rule::uses("client_id").for_grants(&OAUTH),
        Rule::need(&proof).for_grants(&OF_A_CLIENT).for_client_auth(&[NOT_SET]),
        Rule::need(&["client_secret"]).for_client_auth(&WITH_SECRET),
        Rule::uses("client_secret").for_grants(&[OWN]).for_client_auth(&secret),
        Rule::need(&["private_key"]).for_client_auth(&["private_key_jwt"]),
        Rule::uses("private_key_id").for_client_auth(&["private_key_jwt"]),
        Rule::uses("private_key_certificate")
            .for_presets(["entra", "microsoft_graph"])
            .for_client_auth(&["private_key_jwt"]),
        Rule::need(&["client_assertion"]).for_client_auth(&["client_assertion"]),
        Rule::need(&["tls_client_cert"]).for_client_auth(&["tls_client_auth"]),
        Rule::uses("tls_client_password").for_client_auth(&["tls_client_auth"]),
    ]
}

fn grant() -> Vec<Rule> {
    // The key file of a service account names its owner.
    let names_owner = |preset: &&Preset| preset.subject == Subject::Omitted;
    let without_owner = PRESETS.iter().filter(|preset| !names_owner(preset)).map(|preset| preset.name);
    let with_subject = PRESETS.iter().filter(|preset| preset.subject == Subject::Required);
    let jwt = |rule: Rule| rule.for_grants(&["jwt_bearer"]);
    let exchange = |rule: Rule| rule.for_grants(&["token_exchange"]);
    let login = |rule: Rule| rule.for_grants(&["login"]);
    vec![
        Rule::uses("grant_type").for_grants(&[OWN]),
        jwt(Rule::need(&["private_key", "assertion"])),
        jwt(Rule::uses("private_key_id")),
        jwt(Rule::need(&["client_id", "assertion_issuer", "assertion"]))
            .for_presets(without_owner.chain([NOT_SET])),
        jwt(Rule::uses("assertion")),
        Rule::need(&["assertion"]).for_grants(&["saml2_bearer"]),
        jwt(Rule::uses("assertion_issuer")),
        jwt(Rule::need(&["assertion_subject", "assertion"]).for_presets(with_subject.map(|one| one.name))),
        jwt(Rule::uses("assertion_subject")),
        jwt(Rule::uses("assertion_audience")),
        exchange(Rule::need(&["subject_token"])),
        exchange(Rule::uses("subject_token_type")),
        exchange(Rule::uses("actor_token")),
        exchange(Rule::uses("actor_token_type")),
        exchange(Rule::uses("requested_token_type")),
        Rule::need(&["username"]).for_grants(&["password"]),
        Rule::need(&["password"]).for_grants(&["password"]),
        login(Rule::uses("username")),
        login(Rule::uses("password")),
        Rule::need(&["refresh_token"]).for_grants(&["refresh_token"]),
        Rule::uses("scope").for_grants(&OAUTH),
        Rule::uses("audience").for_presets([NOT_SET, "generic", "auth0"]).for_grants(&OAUTH),
        exchange(Rule::uses("audience")),
        login(Rule::uses("token_method")),
        login(Rule::uses("token_body")).for_client_auth(&WITH_BODY),
        login(Rule::uses("token_field")),
        login(Rule::uses("lifetime_field")),
    ]
}

/// What the presets give to settings, in their order, after what counts without one.
#[must_use]
pub fn brought() -> Vec<Brought> {
    let unset = Brought { preset: NOT_SET, ..brought_by(&PRESETS[0]).swap_remove(0) };
    std::iter::once(unset).chain(PRESETS.iter().flat_map(brought_by)).collect()
}

fn brought_by(preset: &'static Preset) -> Vec<Brought> {
    let one = |key, value, grants: &[&'static str], unless: &[&'static str]| Brought {
        preset: preset.name,
        key,
        value,
        grants: grants.to_vec(),
        unless: unless.to_vec(),
    };
    let place = ["token_url", "issuer"];
    let mut all = Vec::new();
    if preset.default_of("grant_type").is_none() {
        all.push(one("grant", preset.grant, &[], &["grant_type"]));
    }
    for (key, value, unless) in [
        ("token_url", preset.token_url, &["issuer"][..]),
        ("host", preset.host, &place),
        ("tenant", preset.tenant, &place),
    ] {
        all.extend((!value.is_empty()).then(|| one(key, value, &[], unless)));
    }
    // What a server requires is of its own grant, which authenticates in its own way.
    if preset.requires.is_empty() {
        let instead = ["private_key", "client_assertion", "tls_client_cert"];
        all.push(one("client_auth", preset.with_secret.name(), &OF_A_CLIENT, &instead));
    }
    if !preset.assertion_audience.is_empty() {
        all.push(one("assertion_audience", preset.assertion_audience, &[], &[]));
    }
    for (key, value) in preset.defaults {
        let unless: &[&str] = if *key == "grant_type" { &["grant"] } else { &[] };
        all.push(one(key, value, &[], unless));
    }
    all
}
