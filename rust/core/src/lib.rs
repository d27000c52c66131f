//! The rules of Tollgate. Pure: no I/O, no clock, no thread, no runtime.
//!
//! Two machines carry everything. [`credential`] knows one token and decides when to ask for the next;
//! [`admission`] knows one token endpoint and decides when a request may be sent. Each takes the time and an
//! event and returns what is to be done; [`step`] runs one event through both. Whoever holds the machines
//! sends the requests, keeps the timers and tells the waiters.
//!
//! Read in this order: `clock`, `credential`, `admission`, `step`; then `profile` for the settings and
//! `response` for what a server can say.

pub mod admission;
mod advice;
pub mod allowed_hosts;
pub mod api_gate;
pub mod assertion;
pub mod backoff;
pub mod budget;
pub mod calendar;
pub mod client_auth;
pub mod clock;
pub mod credential;
pub mod discovery;
pub mod dpop;
pub mod event;
pub mod fact;
pub mod failure;
pub mod genesys;
pub mod grant;
pub mod http_date;
pub mod lanes;
pub mod limits;
pub mod outlook;
pub mod policy;
pub mod pool;
pub mod preset;
pub mod profile;
pub mod rate_headers;
pub mod response;
pub mod retry_after;
pub mod settings;
pub mod step;
pub mod token;
pub mod token_request;
