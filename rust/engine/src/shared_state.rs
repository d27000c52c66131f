//! The store that a fleet shares: one token and one gate for many processes, in Redis or Valkey.
//!
//! `connection` reaches it and says once that it is silent, `news` hears what changes there, `envelope` seals what goes
//! there, `store_clock` reckons with its clock, `values` are its data types; `commands` and its `scripts` are the commands of
//! [`tollgate_core::fleet::protocol`]; `member` is one credential of this process in it. `fleet_state` reads all that for
//! people, `rights` tries what its user may do, `store_problem` says what is wrong.

pub(crate) mod commands;
pub(crate) mod connection;
mod envelope;
pub(crate) mod fleet_state;
pub(crate) mod member;
mod news;
mod rights;
mod scripts;
mod store_clock;
mod store_problem;
pub(crate) mod stores;
#[cfg(all(test, unix))] // the store is at a socket
mod tests;
mod values;
