//! Does what `tollgate-core` decided: keeps the clock, sends token requests, arms timers, wakes waiters, counts.
//! It decides nothing itself.
//!
//! [`Engine`] is the whole surface. It is made once a process and lives as long; its handles never dangle.
//! Every method may be called from any thread, none blocks on the network, and only
//! [`Engine::await_events`] blocks at all. No thread of the engine ever enters the JVM.

mod api_gates;
mod asking;
mod attribution;
mod body;
mod boot_timer;
mod broken;
mod clock;
mod coarse;
mod discovery;
mod driving;
mod endpoint;
mod engine;
mod environment;
mod exchange;
mod handle;
mod heard;
mod journal;
mod keeping;
mod lanes;
#[cfg(test)]
mod mishap;
mod os_clock;
mod outbox;
mod outside;
mod passing;
mod pool;
mod proving;
mod registry;
mod report;
mod rereading;
mod runtime;
mod shown;
mod signing;
mod status;
mod surroundings;
mod suspended_time;
mod sync;
mod tally;
mod telling;
mod timers;
mod tls;
mod vault;
mod way;
mod words;

pub use attribution::Stamp;
pub use coarse::Moment;
pub use engine::{Engine, Served, Traits};
pub use environment::{Environment, JvmProxy};
pub use handle::Handle;
pub use outbox::Event;
pub use report::Report;
pub use tollgate_core::acquire::Waiter;
pub use tollgate_core::config::settings::{Setting, Source};
pub use tollgate_core::failure::{Code, Failure};

#[cfg(test)]
#[path = "../tests/unit/outbox.rs"]
mod outbox_tests;

#[cfg(test)]
#[path = "../tests/unit/scripted.rs"]
mod scripted;
