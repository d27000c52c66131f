//! Secrets and refresh tokens in files and variables.

pub(crate) mod refresh_token_file;
pub(crate) mod values;
