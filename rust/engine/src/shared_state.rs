//! The store that a fleet shares: one token and one gate for many processes, in Redis or Valkey.
//!
//! `connection` reaches it and says once that it is silent, `news` hears what changes there, `envelope` seals what goes
//! there, `store_clock` reckons with its clock; `commands` and its `scripts` are the commands of
//! [`tollgate_core::fleet::protocol`]; `member` is one credential of this process in it.

pub(crate) mod commands;
pub(crate) mod connection;
mod envelope;
pub(crate) mod member;
mod news;
mod scripts;
mod store_clock;
pub(crate) mod stores;
#[cfg(all(test, unix))] // the store is at a socket
mod tests;
