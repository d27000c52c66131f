//! Users of one profile, and the wait until each has a token.

use std::thread;
use std::time::{Duration, Instant};

use tollgate_engine::{Engine, Handle, Setting, Source};

pub(crate) fn open(engine: &Engine, url: &str, more: &[(&str, &str)]) -> Handle {
    let given =
        [("token_url", url), ("client_id", "me"), ("client_secret", "secret"), ("scope", "read write")];
    let setting = |(key, value): &(&str, &str)| Setting {
        key: (*key).into(),
        value: (*value).into(),
        source: Source::Define,
    };
    let given: Vec<_> = given.iter().chain(more).map(setting).collect();
    engine.open("many", &given, false).unwrap()
}

pub(crate) fn users(engine: &Engine, profile: Handle, number: usize) -> Vec<Handle> {
    let user = |n| engine.for_user(profile, &format!("user-{n:06}"), format!("password-{n}").into()).unwrap();
    (0..number).map(user).collect()
}

/// One read: whether there is a token.
pub(crate) fn read(engine: &Engine, user: Handle) -> bool {
    engine.read(user, Duration::ZERO, Duration::ZERO, None, None).unwrap().is_some()
}

/// All users request a token. `false` if not all have one `within` that time.
pub(crate) fn sign_in(engine: &Engine, users: &[Handle], within: Duration) -> bool {
    let start = Instant::now();
    for user in users.iter().filter(|user| engine.generation(**user) == 0) {
        read(engine, *user);
    }
    for user in users {
        while engine.generation(*user) == 0 {
            if start.elapsed() > within {
                return false;
            }
            drop(engine.await_events(Duration::ZERO)); // as Java does
            thread::sleep(Duration::from_millis(1));
        }
    }
    drop(engine.await_events(Duration::ZERO));
    true
}
