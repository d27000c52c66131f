//! The deciding half: which token is in service, and when a token request may be sent.
//!
//! Two machines carry everything. [`credential`] knows one token and decides when to ask for the next;
//! [`admission`] knows one token endpoint and decides when a request may be sent. Each takes the time and an
//! event and returns what is to be done; [`step`] runs one event through both.

pub mod admission;
pub mod api_gate;
pub mod client_rejections;
pub mod credential;
pub mod discovery;
pub mod event;
pub mod fact;
pub mod pool;
pub mod rejection;
pub mod step;
