//! The words of a scenario file.
//!
//! ```json
//! {
//!   "story": "one sentence for the reader",
//!   "proves": "which rule",
//!   "given": {"refresh_margin": "5m"},              settings of the profile, as a user writes them
//!   "jitter": 0.5,                                  or a list: one number a draw, the last for ever
//!   "credentials": {"app": "client-1"},             name and client id; all share one token endpoint
//!   "steps": [
//!     {"at": "0s",                                  time since the start
//!      "who": "app",                                whom the event concerns; the first credential if absent
//!      "reader": {"gets": "wait"},                  the event
//!      "then": ["send first"],                      everything that follows
//!      "tells": ["Minted"]}                         parts of facts that must be told, in any order
//!   ]
//! }
//! ```
//!
//! Events (at most one a step):
//! - `reader`: a JMeter thread looks for a token and does what threads do: it marks what it was given as read,
//!   or says that it wants one. `waited` so far, `limit`, `floor` of remaining life, `times` for many threads.
//!   `gets`: a generation, `"wait"`, or an error code.
//! - `peek`: the same look without consequences, and without firing timers first.
//! - `answer`: the request on its way ends: `token` (its life), or `token` with `expires_in` as raw JSON, with a
//!   `refresh_token` or without, of another text than all others or of this `secret`, or `status`, `headers`, `body`, or `silence` (it never left), or `lost` (it left).
//! - `accepted`, `rejected`: what the API said of a generation. `times` for many reports; `sent`: when the request was
//!   sent, if not just now.
//! - `begins`, `ends`: a send under way, by its number; only followed with `refresh=drain`.
//! - `refresh_token`: another one is found where the profile's came from.
//! - `run`: `starts` or `ends`. `suspended`: time the machine sleeps from then on; no timer fires meanwhile.
//! - `reconfigured`, `shut_down`: true.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use tollgate_core::config::settings;
use tollgate_core::time::clock::Jitter;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    pub(super) story: String,
    pub(super) proves: String,
    #[serde(default)]
    pub(super) given: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) jitter: Dice,
    #[serde(default)]
    pub(super) credentials: BTreeMap<String, String>,
    pub(super) steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Dice {
    Always(f64),
    InOrder(Vec<f64>),
}

impl Default for Dice {
    fn default() -> Self {
        Self::Always(0.0)
    }
}

impl Jitter for Dice {
    fn unit(&mut self) -> f64 {
        match self {
            Self::Always(unit) => *unit,
            Self::InOrder(units) if units.len() > 1 => units.remove(0),
            Self::InOrder(units) => units[0],
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) at: String,
    pub(super) who: Option<String>,
    pub(super) reader: Option<Look>,
    pub(super) peek: Option<Look>,
    pub(super) answer: Option<Answer>,
    pub(super) accepted: Option<u64>,
    pub(super) rejected: Option<u64>,
    pub(super) run: Option<String>,
    pub(super) suspended: Option<String>,
    pub(super) reconfigured: Option<bool>,
    pub(super) shut_down: Option<bool>,
    pub(super) begins: Option<u64>,
    pub(super) ends: Option<u64>,
    pub(super) refresh_token: Option<String>,
    pub(super) times: Option<usize>,
    pub(super) sent: Option<String>,
    #[serde(default)]
    pub(super) then: Vec<String>,
    #[serde(default)]
    pub(super) tells: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Look {
    pub(super) waited: Option<String>,
    pub(super) limit: Option<String>,
    pub(super) floor: Option<String>,
    pub(super) gets: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub(super) token: Option<String>,
    pub(super) expires_in: Option<Value>,
    pub(super) status: Option<u16>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Option<Value>,
    pub(super) silence: Option<String>,
    pub(super) lost: Option<String>,
    pub(super) refresh_token: Option<String>,
    pub(super) secret: Option<String>,
}

/// `24h`, `90s`, `1500ms`, or several in a row: `23h55m`, `1s500ms`.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let unit =
            rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |length| digits + length);
        total += settings::duration(&rest[..unit]).ok_or_else(|| format!("'{text}' is not a time"))?;
        rest = &rest[unit..];
    }
    Ok(total)
}

pub(super) fn shown(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let mut text = String::new();
    for (number, unit) in [(hours, "h"), (minutes, "m"), (seconds % 60, "s")] {
        if number > 0 {
            text += &format!("{number}{unit}");
        }
    }
    if time.subsec_nanos() > 0 {
        text += &format!("{}ms", f64::from(time.subsec_nanos()) / 1e6);
    }
    if text.is_empty() { "0s".into() } else { text }
}

pub(super) fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
