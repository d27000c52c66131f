//! Does what `tollgate-core` decided: keeps the clock, sends token requests, arms timers, wakes waiters, counts.
//! It decides nothing itself.
//!
//! [`Engine`] is the whole surface. It is made once a process and lives as long; its handles never dangle.
//! Every method may be called from any thread, only [`Engine::fleet_state`] blocks on the network, and only that,
//! [`Engine::await_events`] and [`Engine::trial_news`] block at all. No thread of the engine ever enters the JVM.

mod api_gates;
mod context;
mod endpoint;
mod engine;
#[cfg(test)]
mod fault_injection;
mod handle;
mod http;
mod journal;
mod jvm_environment;
mod log_messages;
mod metrics;
mod outbox;
mod persistence;
mod published;
mod registry;
mod report;
mod runtime;
mod shared_state;
mod status;
mod sync;
mod time;

pub use engine::{Engine, Served, Traits, TrialNews};
pub use handle::Handle;
pub use jvm_environment::{Environment, JvmProxy};
pub use outbox::Event;
pub use published::fingerprints::Stamp;
pub use report::Report;
pub use time::coarse::Moment;
pub use tollgate_core::acquire::Waiter;
pub use tollgate_core::config::answer_rules::AnswerRules;
pub use tollgate_core::config::placement::Placement;
pub use tollgate_core::config::settings::{Setting, Source};
pub use tollgate_core::failure::{Code, Failure};
pub use tollgate_core::machine::api_answer::Finding;
pub use tollgate_core::machine::pacing::Pace;

#[cfg(test)]
#[path = "../tests/unit/outbox.rs"]
mod outbox_tests;

#[cfg(test)]
#[path = "../tests/unit/scripted.rs"]
mod scripted;
