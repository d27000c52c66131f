//! The library that JMeter's threads call. It holds the one engine of the process and turns Java's calls into the
//! engine's and its answers into Java's; it decides nothing.
//!
//! Invariants: no panic and no Rust error crosses into the JVM, each becomes an `io.tollgate.TollgateException`
//! ([`fault`]); no thread of the engine is ever attached to the JVM, so it cannot keep the JVM from exiting; handles
//! are numbers the engine looks up, never addresses; only this crate has `unsafe` code and statics.

mod allocator;
mod convert;
mod exception;
mod fault;
mod load;
mod native_methods;
mod process;
mod served_token;
mod traits;
