//! Engines that share a store: as many processes of a fleet, in one test. What the token server saw is what counts.

#![cfg(unix)] // the store is at a socket
#![allow(clippy::unwrap_used)] // in a test an unwrap is an assertion
#![allow(clippy::disallowed_methods)] // what is measured here is real time
#![allow(dead_code)] // what the other tests of the engine use of these files

#[path = "../engine/server.rs"]
mod server;

mod access;
mod faults;
mod fleet;
mod one_token;
mod processes;
mod redis;
mod refusals;
mod rejections;
mod state;
