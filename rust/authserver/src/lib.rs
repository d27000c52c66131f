//! An OAuth 2.0 server with a protected API beside it, both of which misbehave on command, and a judge that tells what
//! their clients did about it.
//!
//! A real HTTP server on one port: `POST /oauth/token` speaks RFC 6749 `client_credentials`, `/api/v2/…` wants its
//! tokens, `/control/…` changes the behaviour and tells the counts. [`settings`] says what can be set, [`judge`] decides
//! and counts, [`server`] puts the two behind HTTP.

pub mod clock;
pub mod cpu_wait;
pub mod flags;
pub mod judge;
pub mod literal;
pub mod server;
pub mod settings;

mod answers;
mod api;
mod app;
mod arrival;
mod body;
mod client_auth;
mod connection;
mod control;
mod faults;
mod listener;
mod metrics;
mod request_log;
mod retry_after;
mod sign_in;
mod token_endpoint;
mod web_socket;
