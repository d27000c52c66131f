//! The command line: flags are the settings' keys with dashes, and a few that only make sense at the start.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::settings::{KEYS, SettingError, Settings};

/// What `--help` prints.
pub const HELP: &str = include_str!("help.txt");

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve.
    Run(Box<Flags>),
    /// Print the help text.
    Help,
    /// Print the version.
    Version,
}

/// How to serve.
#[derive(Debug, PartialEq, Eq)]
pub struct Flags {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// File for the log of token requests.
    pub log: Option<PathBuf>,
    /// File of cases that are answered word for word.
    pub answers: Option<PathBuf>,
    /// Whether to end when standard input does.
    pub exit_with_stdin: bool,
    /// The behaviour.
    pub settings: Settings,
}

/// Reads the command line, without the program's name.
///
/// # Errors
/// A flag that is unknown, lacks its value or has a wrong one, in words for the terminal.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut flags = Flags {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        log: None,
        answers: None,
        exit_with_stdin: false,
        settings: Settings::default(),
    };
    let mut clients = Vec::new();
    let mut users = Vec::new();
    let mut arguments = arguments.into_iter().peekable();
    while let Some(argument) = arguments.next() {
        let Some(flag) = argument.strip_prefix("--") else {
            return Err(format!("`{argument}` is not a flag; see --help"));
        };
        let (name, given) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (flag, None),
        };
        if given.is_none() {
            match name {
                "help" => return Ok(Command::Help),
                "version" => return Ok(Command::Version),
                "exit-with-stdin" => {
                    flags.exit_with_stdin = true;
                    continue;
                }
                "revoke-previous" | "reuse-revokes" | "rotate" | "api-rate-per-token" => {
                    // `true` and `false` may follow, as for any other flag, and needn't.
                    let value = arguments.next_if(|next| next == "true" || next == "false");
                    let value = value.unwrap_or_else(|| "true".into());
                    flags.settings.set(&name.replace('-', "_"), &value).map_err(in_words)?;
                    continue;
                }
                _ => {}
            }
        }
        let key = name.replace('-', "_");
        if !["listen", "log", "answers"].contains(&key.as_str()) && !KEYS.contains(&key.as_str()) {
            return Err(format!("--{name}: no such flag{}; see --help", nearest(name)));
        }
        let value =
            given.or_else(|| arguments.next()).ok_or_else(|| format!("--{name}: the value is missing"))?;
        match key.as_str() {
            "listen" => {
                let wrong =
                    |_| format!("--listen: `{value}` is not an address and port, as in 127.0.0.1:8080");
                flags.listen = value.parse().map_err(wrong)?;
            }
            "log" => flags.log = Some(value.into()),
            "answers" => flags.answers = Some(value.into()),
            "client" => clients.push(value),
            "user" => users.push(value),
            _ => flags.settings.set(&key, &value).map_err(in_words)?,
        }
    }
    if !clients.is_empty() {
        let entries: Vec<&str> = clients.iter().map(String::as_str).collect();
        flags.settings.set_clients(&entries).map_err(in_words)?;
    }
    if !users.is_empty() {
        let entries: Vec<&str> = users.iter().map(String::as_str).collect();
        flags.settings.set_users(&entries).map_err(in_words)?;
    }
    Ok(Command::Run(Box::new(flags)))
}

fn in_words(error: SettingError) -> String {
    format!("--{}: {}", error.key.replace('_', "-"), error.problem)
}

/// A hint at the flag that was probably meant: the one that shares most letter pairs.
fn nearest(name: &str) -> String {
    let pairs =
        |text: &str| -> Vec<[u8; 2]> { text.as_bytes().windows(2).map(|pair| [pair[0], pair[1]]).collect() };
    let wanted = pairs(name);
    let names = KEYS.iter().map(|key| key.replace('_', "-"));
    let names = names.chain(["listen", "log", "answers", "exit-with-stdin"].map(str::to_owned));
    names
        .map(|candidate| {
            let own = pairs(&candidate);
            let shared = wanted.iter().filter(|pair| own.contains(pair)).count();
            (200 * shared / (own.len() + wanted.len()).max(1), candidate)
        })
        .max()
        .filter(|(likeness, _)| *likeness >= 50)
        .map(|(_, candidate)| format!(", did you mean --{candidate}?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::settings::{Clients, Rate};

    fn run(line: &str) -> Flags {
        match parse(line.split_whitespace().map(str::to_owned)).unwrap() {
            Command::Run(flags) => *flags,
            other => panic!("{other:?}"),
        }
    }

    fn refused(line: &str) -> String {
        parse(line.split_whitespace().map(str::to_owned)).unwrap_err()
    }

    #[test]
    fn no_flags_are_the_defaults() {
        let flags = run("");
        assert_eq!(flags.listen.to_string(), "127.0.0.1:0");
        assert_eq!(flags.settings, Settings::default());
    }

    #[test]
    fn flags_take_their_value_from_the_next_argument_or_after_an_equals_sign() {
        let flags =
            run("--lifetime 5s --rate-limit=10/60s --revoke-previous --listen 127.0.0.1:8080 --log x.jsonl");
        assert_eq!(run("--answers cases.json").answers, Some("cases.json".into()));
        assert_eq!(flags.settings.lifetime, Duration::from_secs(5));
        assert_eq!(flags.settings.rate_limit, Some(Rate { count: 10, per: Duration::from_secs(60) }));
        assert!(flags.settings.revoke_previous);
        assert_eq!(flags.log, Some("x.jsonl".into()));
        assert!(!run("--revoke-previous false --exit-with-stdin").settings.revoke_previous);
        assert!(!run("--revoke-previous=false").settings.revoke_previous);
    }

    #[test]
    fn clients_add_up_and_replace_the_default() {
        let Clients::Listed(clients) = run("--client a:x --client b:y:z").settings.clients else { panic!() };
        let ids: Vec<&str> = clients.iter().map(|client| client.id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
        assert_eq!(run("--client *").settings.clients, Clients::Any);
    }

    #[test]
    fn mistakes_are_told_with_the_flag_and_the_remedy() {
        assert!(refused("--lifetme 5s").contains("did you mean --lifetime?"));
        assert!(refused("--zzz 5s").contains("no such flag; see"));
        assert!(refused("--lifetime 5").contains("--lifetime: `5` is not a duration"));
        assert!(refused("--lifetime").contains("missing"));
        assert!(refused("--listen here").contains("--listen"));
        assert!(refused("serve").contains("not a flag"));
    }

    #[test]
    fn help_text_and_readme_name_every_flag() {
        let readme = include_str!("../README.md");
        for flag in KEYS.iter().map(|key| format!("--{}", key.replace('_', "-"))) {
            assert!(HELP.contains(&format!("  {flag} ")), "{flag}");
            assert!(readme.contains(&format!("| `{flag}")), "{flag}");
        }
        assert!(HELP.contains("  --answers FILE ") && readme.contains("| `--answers FILE`"));
        assert_eq!(parse(["--help".to_owned()]), Ok(Command::Help));
        assert_eq!(parse(["--version".to_owned()]), Ok(Command::Version));
    }
}
