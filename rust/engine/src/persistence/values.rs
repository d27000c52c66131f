//! Where `env:` and `file:` values come from in production.

use std::fs::File;
use std::io::Read;

use tollgate_core::config::settings::ValueSource;
use tollgate_core::oauth::assertion::Algorithm;

use crate::http::signing;

/// This process's environment and file system.
pub(crate) struct ThisMachine;

/// A secret, a key or a bundle of certificates is smaller; `file:/dev/zero` must not fill the memory.
const LARGEST_FILE: u64 = 4 << 20;

impl ValueSource for ThisMachine {
    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn file(&self, path: &str) -> Result<String, String> {
        let mut text = String::new();
        let file = File::open(path).map_err(|error| error.to_string())?;
        let read =
            file.take(LARGEST_FILE + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
        if read as u64 > LARGEST_FILE {
            return Err(format!("it is larger than {} MiB", LARGEST_FILE >> 20));
        }
        Ok(text)
    }

    fn is_missing(&self, path: &str) -> bool {
        matches!(std::fs::exists(path), Ok(false))
    }

    fn algorithm_of(&self, key: &str, wanted: Option<Algorithm>) -> Result<Algorithm, String> {
        signing::algorithm_of(key, wanted)
    }
}
