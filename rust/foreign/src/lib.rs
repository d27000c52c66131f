//! Checks of all parsers of untrusted text: a module for each kind of text, with a `check` that panics if a property does not
//! hold.
//!
//! Two crates use it. `rust/fuzz` finds new inputs with libFuzzer, which needs a nightly toolchain and time. The test here
//! runs the inputs that were found, and mutations of them, with every `make test`.

pub mod api_answer;
pub mod discovery;
pub mod error_body;
pub mod keys;
pub mod login;
mod message;
pub mod profile;
pub mod proofs;
pub mod rate_headers;
mod request;
pub mod retry_after;
pub mod token_response;

/// Checks one input, or panics.
pub type Check = fn(&[u8]);

/// Every check, by the name of its fuzz target and input folders.
pub const CHECKS: [(&str, Check); 10] = [
    ("token_response", token_response::check),
    ("error_body", error_body::check),
    ("retry_after", retry_after::check),
    ("rate_headers", rate_headers::check),
    ("discovery", discovery::check),
    ("profile", profile::check),
    ("proofs", proofs::check),
    ("login", login::check),
    ("api_answer", api_answer::check),
    ("keys", keys::check),
];
