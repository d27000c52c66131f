//! The rules of Tollgate. Pure: no I/O, no clock, no thread, no runtime.
//!
//! The folders are layers, and imports run one way: `time`, `http`, `oauth`, `config`, `machine`, then `acquire`.
//! [`machine`] decides when a token is requested and what each answer means; [`acquire`] says what a reader gets at an
//! instant. The caller owns the machine, reads the clock, sends the requests and keeps the timers.

pub mod acquire;
pub mod config;
pub mod failure;
pub mod fleet;
pub mod http;
pub mod machine;
pub mod oauth;
pub mod time;

/// Compiles the example of the crate's page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
