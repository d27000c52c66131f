//! What holds for every text that others wrote, whatever bytes it is made of: a module for each kind of text, with one
//! `check` that panics where something does not hold.
//!
//! A crate of its own because two use it: `rust/fuzz` looks for new inputs with libFuzzer, which needs a nightly toolchain
//! and time, and the test here plays the inputs that were found, and changes of them, with every `make test`.

mod asked;
pub mod discovery;
pub mod error_body;
mod message;
pub mod profile;
pub mod proofs;
pub mod rate_headers;
pub mod retry_after;
pub mod token_response;

/// Checks one input, or panics.
pub type Check = fn(&[u8]);

/// Every check, by the name of its fuzz target and of the folders of its inputs.
pub const CHECKS: [(&str, Check); 7] = [
    ("token_response", token_response::check),
    ("error_body", error_body::check),
    ("retry_after", retry_after::check),
    ("rate_headers", rate_headers::check),
    ("discovery", discovery::check),
    ("profile", profile::check),
    ("proofs", proofs::check),
];
