//! The server as its clients see it: over TCP on loopback, with broken answers and all.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod client;
mod control;
mod grants;
mod judgement;
mod literal;
mod misbehaviour;
mod web_socket;
