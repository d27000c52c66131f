//! Secrets and refresh tokens in files and variables.

pub(crate) mod file_system;
pub(crate) mod file_threads;
pub(crate) mod refresh_token_file;
pub(crate) mod sent_marks;
pub(crate) mod shared_refresh_token_file;
pub(crate) mod values;

#[cfg(test)]
#[path = "../tests/unit/crashes/mod.rs"]
mod crashes;
